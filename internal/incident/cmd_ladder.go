package incident

import (
	"fmt"
	"slices"

	"irbot/internal/escalation"
	"irbot/internal/timeline"
)

// Jump pages a level of a ladder at once, out of turn. Level counts from 1.
type Jump struct {
	Esc    string `json:"esc,omitempty"`
	Level  int    `json:"level"`
	Reason string `json:"reason,omitempty"`
}

// Further climbs on after an answer: whoever answered needs somebody above.
type Further struct {
	Esc    string `json:"esc,omitempty"`
	Reason string `json:"reason"`
}

// ReturnRole hands a duty that had passed to a deputy back to whose it is.
type ReturnRole struct {
	Role   string `json:"role"`
	Reason string `json:"reason,omitempty"`
}

// Name implements Command.
func (Jump) Name() string { return "escalation.jump" }
func (Jump) class() Class { return MayRespond }

// Name implements Command.
func (Further) Name() string { return "escalation.further" }
func (Further) class() Class { return MayRespond }

// Name implements Command.
func (ReturnRole) Name() string { return "role.return" }
func (ReturnRole) class() Class { return MayRespond }

// pick gives whom a level pages now, and who is left asleep. Who answered
// already is not asked again.
func (c *call) pick(esc *Escalation, level, round int) (people, asleep []string) {
	later := func() bool {
		for n := level + 1; n < len(esc.Levels); n++ {
			if awake, _ := c.site.Quiet.Split(c.waiting(esc, n), c.now, c.s.Severity); len(awake) > 0 {
				return true
			}
		}
		return false
	}
	m := escalation.Moment{At: c.now, Severity: c.s.Severity, Round: round + esc.Exhausted}
	return c.site.Quiet.Left(c.waiting(esc, level), m, later)
}

// waiting lists those behind a level who have not answered yet.
func (c *call) waiting(esc *Escalation, level int) []string {
	return slices.DeleteFunc(c.site.people(esc.Levels[level].To, c.s, c.now), func(id string) bool {
		return contains(esc.Acks, id) || contains(esc.Excused, id)
	})
}

func (c *call) pageTo(people []string) []pageTo {
	var out []pageTo
	for _, p := range people {
		means := c.site.Means(p)
		out = append(out, pageTo{Person: p, Means: means, Hook: slices.Contains(means, hookMeans)})
	}
	return out
}

// replan fits open ladders to a new severity: shorter waits count from the page
// that was sent, and severity 1 wakes whom a quiet rule had left asleep. It ends the
// rest after a last round nobody answered, too.
func (c *call) replan(severity int) []timeline.Draft {
	var out []timeline.Draft
	for _, esc := range c.s.Escalations {
		last := esc.last()
		if esc.Ended != "" || last == nil {
			continue
		}
		if esc.Level < 0 {
			if severity == 1 && esc.Due.After(c.now) {
				out = append(out, c.machine(KindEscReplanned, escFacts{Esc: esc.ID, Severity: severity, Due: us(c.now)}))
			}
			continue
		}
		due := last.At.Add(esc.Wait(esc.Level, severity))
		if due.Before(c.now) {
			due = c.now
		}
		wake := c.sleepers(esc, severity)
		if !due.Before(esc.Due) && len(wake) == 0 {
			continue
		}
		if esc.Due.Before(due) {
			due = esc.Due
		}
		out = append(out, c.machine(KindEscReplanned, escFacts{Esc: esc.ID, Severity: severity, Due: us(due)}))
		if len(wake) > 0 {
			f := pageFacts{Esc: esc.ID, Level: esc.Level, Round: esc.Round, Due: us(c.now), Also: true, Cause: "severity", To: c.pageTo(wake)}
			f.Dial = unreached(f.To)
			f.Ask = c.callers(esc, f.Dial)
			out = append(out, c.machine(KindEscPaged, f, "names", c.names(f.To)))
		}
	}
	return out
}

// sleepers are those left asleep on the way up who must be woken at a severity.
func (c *call) sleepers(esc *Escalation, severity int) []string {
	var out []string
	for _, p := range esc.Paged {
		if p.Seq < esc.Resumed {
			continue
		}
		for _, id := range p.Quiet {
			out = appendOnce(out, id)
		}
	}
	out = slices.DeleteFunc(out, func(id string) bool {
		return contains(esc.Acks, id) || slices.ContainsFunc(esc.Paged, func(p Paging) bool { return contains(p.People, id) })
	})
	awake, _ := c.site.Quiet.Split(out, c.now, severity)
	return awake
}

// expire asks again where nothing was heard of who answered.
func (c *call) expire(esc *Escalation) []timeline.Draft {
	next := *esc
	next.Acks, next.Excused, next.Due, next.Resumed = nil, nil, c.now, c.s.Seq+1
	next.Level = esc.levelOf(esc.AckBy) - 1
	d := c.machine(KindEscExpired, escFacts{Esc: esc.ID, Person: esc.AckBy}, "person_name", c.name(esc.AckBy))
	return append([]timeline.Draft{d}, c.page(&next)...)
}

// succeed passes the duty of somebody silent to the named deputy who answered
// in his place.
func (c *call) succeed(esc *Escalation, person string) []timeline.Draft {
	role, ok := c.site.Directory.Role(esc.Succession)
	if !ok || !contains(role.Deputy, person) {
		return nil
	}
	from := c.silent(esc, person)
	if from == "" {
		return nil
	}
	f := roleFacts{Role: role.ID, Person: person, Reason: "succession", From: from, Esc: esc.ID}
	return []timeline.Draft{c.machine(KindRole, f, "person_name", c.name(person), "role_name", role.Name, "from_name", c.name(from))}
}

func (x ReturnRole) decide(c *call) (Change, error) {
	role, ok := c.role(x.Role)
	if !ok {
		return Change{}, refuse("role.unknown", "role", x.Role)
	}
	x.Role = role.ID
	h := c.s.Roles[x.Role]
	if h.For == "" {
		return Change{}, refuse("role.notpassed", "role", role.Name)
	}
	if c.act.Person != h.For && c.act.Person != h.Person && !c.site.Allowed(c.act.Person, MayLead, c.s) {
		return Change{}, c.denied(MayLead)
	}
	to := c.returnsTo(x.Role, h)
	if to == "" {
		return Change{}, refuse("role.nobody", "role", role.Name, "from", c.name(h.For), "who", c.name(h.Person))
	}
	f := roleFacts{Role: x.Role, Person: to, Reason: "returned", From: h.Person}
	if to == h.Person {
		f.Reason = "" // the deputy has the duty as his own by now
	}
	ch := one(c.draft(KindRole, f, "person_name", c.name(to), "role_name", role.Name, "from_name", c.name(h.Person), "reason", Clean(x.Reason)))
	ch.Outcome = Outcome{Code: "role.returned", Args: map[string]string{"role": role.Name, "who": c.name(to)}}
	return ch, nil
}

func (x Jump) decide(c *call) (Change, error) {
	esc := c.mine(x.Esc, c.act.Person)
	if esc == nil {
		esc = c.newest("acked")
	}
	if esc == nil || esc.Ended == "superseded" {
		return Change{}, refuse("escalation.none")
	}
	if x.Level < 1 || x.Level > len(esc.Levels) {
		return Change{}, refuse("escalation.level", "level", fmt.Sprint(x.Level), "max", fmt.Sprint(len(esc.Levels)))
	}
	return c.reach(esc, x.Level, Clean(x.Reason)), nil
}

func (x Further) decide(c *call) (Change, error) {
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	esc := c.s.Escalation(x.Esc)
	if x.Esc == "" {
		esc = c.newest("acked")
	}
	if esc == nil || esc.Ended != "acked" {
		return Change{}, refuse("escalation.none")
	}
	if esc.Level+2 > len(esc.Levels) {
		return Change{}, refuse("escalation.top")
	}
	return c.reach(esc, esc.Level+2, reason), nil
}

func (c *call) newest(ended string) *Escalation {
	for _, e := range slices.Backward(c.s.Escalations) {
		if e.Ended == ended {
			return e
		}
	}
	return nil
}

// reach pages a level at once, opening the ladder again where it was answered.
func (c *call) reach(esc *Escalation, level int, reason string) Change {
	var ch Change
	next := *esc
	if esc.Ended == "acked" {
		next.Excused, next.Acks, next.Resumed = append(slices.Clone(esc.Excused), esc.Acks...), nil, c.s.Seq+1
		f := escFacts{Esc: esc.ID}
		if slices.ContainsFunc(esc.Paged, func(p Paging) bool { return contains(p.People, c.act.Person) }) {
			f.Person = c.act.Person // who asks for somebody above is awake, and is not asked again
			next.Excused = appendOnce(next.Excused, f.Person)
		}
		ch.Entries = append(ch.Entries, c.draft(KindEscResumed, f, "reason", reason))
		reason = ""
	}
	next.Level, next.Due = level-2, c.now
	ch.Entries = append(ch.Entries, c.draft(KindEscJumped, escFacts{Esc: esc.ID, Level: level}, "reason", reason))
	ch.Entries = append(ch.Entries, c.page(&next)...)
	ch.Outcome = Outcome{Code: "escalation.jumped", Ref: esc.ID, Args: map[string]string{"level": fmt.Sprint(level)}}
	return ch
}
