package incident

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"

	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// Act says who does something, from where, and identifies the act itself, so
// that the same act delivered twice is done once.
type Act struct {
	Person  string    // directory id; System for the machine; guest:… for a finder without an account
	Surface string    // web, slack, cli, paper, machine
	Request string    // identity of the person's act, never of the transport; "" = none
	At      time.Time // when it happened, if the person stated it; zero = now
	Name    string    // name of a guest
}

// Command is one thing a person or the machine asks of an incident.
type Command interface {
	// Name identifies the command, e.g. step.done.
	Name() string
	class() Class
	decide(c *call) (Change, error)
}

// call is everything a rule may look at.
type call struct {
	s    *Incident
	site *Site
	act  Act
	now  time.Time
	text func(seq int64) timeline.Text
	book func(hash string) *runbook.Runbook
}

// decide checks who may do it and asks the command.
func (c *call) decide(cmd Command) (Change, error) {
	class := cmd.class()
	if class != MayMachine || c.act.Person != timeline.System {
		if !c.site.Allowed(c.act.Person, class, c.s) {
			return Change{}, c.denied(class)
		}
	}
	if c.s.ID == timeline.SiteLog && class != MayMachine && !takesSite(cmd.Name()) {
		return Change{}, refuse("site.none")
	}
	if c.s.Status == Closed && class != MayMachine && !c.s.afterClose(cmd) {
		return Change{}, refuse("incident.closed", "incident", c.s.ID)
	}
	return cmd.decide(c)
}

func (c *call) denied(class Class) *Refusal {
	var names []string
	for _, id := range c.site.Who(class, c.s) {
		names = append(names, c.name(id))
	}
	return refuse("perm.no", "who", strings.Join(names, "、"), "class", string(class))
}

// name is a person's name as the directory has it.
func (c *call) name(id string) string {
	if id == c.act.Person && c.act.Name != "" {
		return c.act.Name
	}
	if p, ok := c.site.Directory.Person(id); ok {
		return p.Name
	}
	return cmp.Or(c.s.called(id, c.text), id)
}

// clock writes a moment as people read it.
func (c *call) clock(t time.Time) string { return t.In(c.site.Zone).Format("15:04") }

// draft makes an entry of the acting person at the stated moment.
func (c *call) draft(kind timeline.Kind, facts any, kv ...string) timeline.Draft {
	d := timeline.Draft{Kind: kind, Actor: c.act.Person, HappenedAt: c.act.At, Facts: facts}
	if c.act.Person != timeline.System {
		d.Text = timeline.Text{"actor_name": c.name(c.act.Person)}
	}
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] == "" {
			continue
		}
		if d.Text == nil {
			d.Text = timeline.Text{}
		}
		d.Text[kv[i]] = kv[i+1]
	}
	return d
}

// machine makes an entry of irbot itself, at the present moment.
func (c *call) machine(kind timeline.Kind, facts any, kv ...string) timeline.Draft {
	m := *c
	m.act = Act{Person: timeline.System}
	return m.draft(kind, facts, kv...)
}

func one(d timeline.Draft) Change { return Change{Entries: []timeline.Draft{d}} }

// step finds the step a person meant: r1/2.3, a printed number, or 手順4.
func (c *call) step(ref string) (*Step, error) {
	if st := c.s.FindStep(ref); st != nil {
		return st, nil
	}
	return nil, refuse("step.unknown", "step", ref)
}

// FindStep accepts r1/2.3, 4, 手順4 and #4; nil if there is none.
func (s *Incident) FindStep(ref string) *Step {
	ref = strings.TrimSpace(ref)
	if st := s.Step(ref); st != nil {
		return st
	}
	ref = strings.TrimPrefix(strings.TrimPrefix(ref, "手順"), "#")
	n := 0
	for _, r := range strings.TrimSpace(ref) {
		if r < '0' || r > '9' || n > 1e6 {
			return nil
		}
		n = n*10 + int(r-'0')
	}
	if n == 0 {
		return nil
	}
	return s.StepN(n)
}

// Clean trims typed text and makes characters that act without being seen
// readable: a control, a direction change or an invisible space inside it becomes
// [U+202E], as exports write it, so that nobody is misled and nothing is lost
// without a trace. At the ends, where such characters only come along with a copy
// from elsewhere, they are trimmed like spaces. Line breaks stay, and what ends a
// line in another convention becomes one, so that no two lines run into one.
func Clean(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\ufffd")
	s = strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == 0x200b || r == 0xfeff })
	if strings.IndexFunc(s, func(r rune) bool { return hidden(r) || endsLine(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case endsLine(r):
			b.WriteByte('\n')
		case hidden(r):
			fmt.Fprintf(&b, "[U+%04X]", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hidden reports characters that steer a reader or a terminal unseen.
func hidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || endsLine(r):
		return false
	case r < 0x20, r >= 0x7f && r <= 0x9f, r == 0x200b, r == 0xfeff:
		return true
	}
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// endsLine reports what ends a line in conventions other than LF.
func endsLine(r rune) bool {
	return r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029
}
