package incident

import (
	"fmt"
	"slices"
	"strings"
)

// SetLevel sets the service level L0 to L6 (DOMAIN 5.4): by whom and when goes
// into the record.
type SetLevel struct {
	Level    int    `json:"level"`
	Function string `json:"function,omitempty"` // "" is all
	Terminal string `json:"terminal,omitempty"` // "" is all
	Reason   string `json:"reason,omitempty"`
}

// SetPlace says how a function works at a terminal, and how much of it by hand.
type SetPlace struct {
	Terminal string `json:"terminal,omitempty"` // "" is all
	Function string `json:"function"`
	State    string `json:"state"`              // normal, limited, manual, stopped
	Capacity string `json:"capacity,omitempty"` // e.g. 1台12分(空搬入のみ)
}

// Name implements Command.
func (SetLevel) Name() string { return "level.set" }
func (SetLevel) class() Class { return MayDecide }

// Name implements Command.
func (SetPlace) Name() string { return "cargo.set" }
func (SetPlace) class() Class { return MayRespond }

func (x SetLevel) decide(c *call) (Change, error) {
	if x.Level < 0 || x.Level > MaxLevel {
		return Change{}, refuse("level.unknown", "level", fmt.Sprint(x.Level))
	}
	if _, ok := c.site.Directory.Person(c.act.Person); !ok {
		return Change{}, c.denied(MayDecide) // a level stands under a name
	}
	f := levelFacts{Level: x.Level, Function: x.Function}
	if err := c.function(x.Function, true); err != nil {
		return Change{}, err
	}
	t, err := c.terminal(x.Terminal)
	if err != nil {
		return Change{}, err
	}
	if t != AllTerminals {
		f.Terminal = t
	}
	ch := one(c.draft(KindLevel, f, "reason", Clean(x.Reason)))
	ch.Outcome = Outcome{Code: "level.set", Args: map[string]string{"level": fmt.Sprint(x.Level)}}
	return ch, nil
}

// function checks the id of a function of the plan.
func (c *call) function(id string, all bool) error {
	if id == "" && all || id != "" && c.s.Continuity.Function(id) != nil {
		return nil
	}
	var list []string
	for _, f := range c.s.Continuity.Functions {
		list = append(list, f.ID)
	}
	if len(list) == 0 {
		return refuse("function.none")
	}
	return refuse("function.unknown", "function", id, "list", strings.Join(list, ", "))
}

func (x SetPlace) decide(c *call) (Change, error) {
	if !slices.Contains(PlaceStates(), x.State) {
		return Change{}, refuse("place.state", "state", x.State)
	}
	if err := c.function(x.Function, false); err != nil {
		return Change{}, err
	}
	t, err := c.terminal(x.Terminal)
	if err != nil {
		return Change{}, err
	}
	words := Clean(x.Capacity)
	f := placeFacts{Terminal: t, Function: x.Function, State: x.State, Capacity: words != ""}
	return one(c.draft(KindPlace, f, "capacity", words)), nil
}
