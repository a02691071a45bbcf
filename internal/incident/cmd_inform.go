package incident

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"irbot/internal/timeline"
)

// InformPeople tells the people of our own whom the label 通知 of a step, or of
// a phase, names.
type InformPeople struct {
	Step  string `json:"step,omitempty"`
	Run   string `json:"run,omitempty"`   // or: the run …
	Phase int    `json:"phase,omitempty"` // … and its phase
}

// Name implements Command.
func (InformPeople) Name() string { return "step.inform" }
func (InformPeople) class() Class { return MayRespond }

// PhaseRef is how surfaces name a phase of a run, e.g. r1/p2; r1/p0 is the
// text of the document outside its phases.
func PhaseRef(run string, phase int) string { return fmt.Sprintf("%s/p%d", run, phase) }

// ParsePhase reads what PhaseRef wrote; ok is false for anything else, e.g. the
// reference or number of a step.
func ParsePhase(ref string) (run string, phase int, ok bool) {
	run, no, ok := strings.Cut(ref, "/p")
	if !ok || run == "" {
		return "", 0, false
	}
	phase, err := strconv.Atoi(no)
	return run, phase, err == nil && phase >= 0
}

// InformAt is the command for a step, or for a phase as PhaseRef names it.
func InformAt(ref string) InformPeople {
	if run, phase, ok := ParsePhase(ref); ok {
		return InformPeople{Run: run, Phase: phase}
	}
	return InformPeople{Step: ref}
}

// ArmAt is the command for decision n (from 1) in the prose of a step, or of a
// phase or the document as PhaseRef names them.
func ArmAt(ref string, n int) ArmChoice {
	if run, phase, ok := ParsePhase(ref); ok {
		return ArmChoice{Run: run, Phase: phase, Choice: n}
	}
	return ArmChoice{Step: ref, Choice: n}
}

func (x InformPeople) decide(c *call) (Change, error) {
	if x.Step == "" {
		return x.ofPhase(c)
	}
	st, err := c.step(x.Step)
	if err != nil {
		return Change{}, err
	}
	f := informedFacts{Step: st.Ref, To: c.uninformed(st.Tell, st.Informed)}
	if len(f.To) == 0 {
		return Change{}, refuse("step.nobody_left", "n", fmt.Sprint(st.N))
	}
	title := ""
	if src := c.source(st); src != nil {
		title = src.Title
	}
	return c.inform(f, title, c.messageOf(st)), nil
}

func (x InformPeople) ofPhase(c *call) (Change, error) {
	r := c.s.Run(x.Run)
	if r == nil || r.phase(x.Phase) == nil {
		return Change{}, refuse("run.unknown", "run", x.Run)
	}
	p := r.phase(x.Phase)
	f := informedFacts{Run: r.ID, Phase: p.No, To: c.uninformed(p.Tell, p.Informed)}
	if len(f.To) == 0 {
		return Change{}, refuse("phase.nobody_left", "phase", fmt.Sprint(p.No))
	}
	title := ""
	if src := c.book(r.Hash).Phase(p.No); src != nil {
		title = src.Title
	}
	return c.inform(f, title, ""), nil
}

// uninformed are the people whom targets mean and who were not told yet.
func (c *call) uninformed(targets, informed []string) []pageTo {
	var out []pageTo
	for _, p := range c.site.people(targets, c.s, c.now) {
		if !contains(informed, p) {
			out = append(out, pageTo{Person: p, Means: c.site.Means(p)})
		}
	}
	return out
}

func (c *call) inform(f informedFacts, title, text string) Change {
	ch := one(c.draft(KindStepInformed, f, "names", c.names(f.To), "title", Clean(title), "text", Clean(text)))
	ch.Outcome = Outcome{Code: "step.informed", Args: map[string]string{"who": c.names(f.To)}}
	return ch
}

// messageOf is the wording a step names, filled in with what is known.
func (c *call) messageOf(st *Step) string {
	src := c.source(st)
	if src == nil || src.Message == "" {
		return ""
	}
	slug, text := c.written(st, src)
	if slug != "" {
		text = c.wording(slug)
	}
	return filledIn(text, c.variables(&noticeFacts{No: 1, TLP: "AMBER"}, nil)) // our own people
}

// applyInformed puts the messages into the queue and remembers who was told.
func applyInformed(s *Incident, e *timeline.Entry) {
	f := decode[informedFacts](e)
	st := s.Step(f.Step)
	var p *Phase
	if r := s.Run(f.Run); r != nil && st == nil {
		p = r.phase(f.Phase)
	}
	for _, to := range f.To {
		switch {
		case st != nil:
			st.Informed = append(slices.Clip(st.Informed), to.Person)
		case p != nil:
			p.Informed = append(slices.Clip(p.Informed), to.Person)
		}
		s.queue(e, &Message{ID: s.messageID(e, to.Person), Kind: "inform", Person: to.Person, Means: to.Means, Card: fmt.Sprintf("inform/%d", e.Seq)})
	}
}
