package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/timeline"
)

// KindPersonAsked is somebody letting another person know that an act of theirs
// is wanted, because it was refused to the one who tried.
const KindPersonAsked timeline.Kind = "person.asked"

// askAgain is how long one request to the same person for the same thing holds.
const askAgain = 5 * time.Minute

// AskPerson tells somebody who may do it that an act of a class is wanted.
type AskPerson struct {
	Person string `json:"person"`
	Class  Class  `json:"class"`
}

// Name implements Command.
func (AskPerson) Name() string { return "person.ask" }
func (AskPerson) class() Class { return MayRespond }

type askedFacts struct {
	Person string   `json:"person"`
	Class  string   `json:"class"`
	Means  []string `json:"means,omitempty"`
}

// Asking is a request of one person to another.
type Asking struct {
	By, Person, Class string
	At                time.Time
}

func (x AskPerson) decide(c *call) (Change, error) {
	if _, ok := c.site.Directory.Person(x.Person); !ok || x.Person == c.act.Person || !c.site.Allowed(x.Person, x.Class, c.s) {
		return Change{}, refuse("person.cannot")
	}
	told := Outcome{Code: "person.asked", Args: map[string]string{"person": c.name(x.Person)}}
	for _, a := range c.s.Askings {
		if a.By == c.act.Person && a.Person == x.Person && a.Class == string(x.Class) && c.now.Sub(a.At) < askAgain {
			return Change{Outcome: told}, nil
		}
	}
	f := askedFacts{Person: x.Person, Class: string(x.Class), Means: c.site.Means(x.Person)}
	if len(f.Means) == 0 {
		return Change{}, refuse("person.nomeans", "person", c.name(x.Person))
	}
	ch := one(c.draft(KindPersonAsked, f, "person_name", c.name(x.Person)))
	ch.Outcome = told
	return ch, nil
}

// holding lists the people who hold one of the roles now, or are a deputy of one,
// those who hold one first.
func (c *call) holding(roles ...string) []string {
	var holders, deputies []string
	for _, p := range c.site.Directory.People {
		of := c.site.RolesOf(p.ID, c.s)
		for _, r := range roles {
			if slices.Contains(of, r) {
				holders = appendOnce(holders, p.ID)
			} else if slices.Contains(of, r+"-deputy") {
				deputies = appendOnce(deputies, p.ID)
			}
		}
	}
	for _, id := range deputies {
		holders = appendOnce(holders, id)
	}
	return holders
}

// Whom tells who can be let know of what was refused, and of which class the act
// is; "" where the refusal is not about who may act.
func (r *Refusal) Whom(site *Site, in *Incident) (class Class, people []string) {
	switch r.Code {
	case "perm.no":
		class = Class(r.Args["class"])
	case "apr.self": // who wrote it cannot approve it: somebody else is asked to
		class = MayApprove
	case "decision.not_yours":
		return MayDecide, strings.Split(r.Args["ask"], ",")
	case "step.reserved":
		return MayRespond, strings.Split(r.Args["ask"], ",")
	}
	if class == "" {
		return "", nil
	}
	return class, site.Who(class, in)
}

func applyAsked(s *Incident, e *timeline.Entry) {
	f := decode[askedFacts](e)
	s.Askings = append(s.Askings, Asking{By: e.Actor, Person: f.Person, Class: f.Class, At: e.RecordedAt})
	s.queue(e, &Message{ID: s.messageID(e, f.Person), Kind: "inform", Person: f.Person, Means: f.Means, Card: fmt.Sprintf("asked/%d", e.Seq)})
}
