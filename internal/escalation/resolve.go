package escalation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// DefaultRounds is how often a ladder is climbed where a policy does not say.
const DefaultRounds = 3

// ErrTarget is a target that cannot be read.
var ErrTarget = errors.New("target is not duty:, role:, deputy:, group: or person: with an id")

// ParseTarget reads "duty:primary", "role:ciso", "deputy:ciso" or
// "person:sato". The error is ErrTarget.
func ParseTarget(s string) (Target, error) {
	kind, id, _ := strings.Cut(strings.TrimSpace(s), ":")
	t := Target{Kind: TargetKind(kind), ID: strings.TrimSpace(id)}
	switch t.Kind {
	case ToRole, ToDuty, ToPerson, ToDeputy, ToGroup:
		if t.ID != "" {
			return t, nil
		}
	}
	return Target{}, fmt.Errorf("read %q: %w", s, ErrTarget)
}

// String is the form that ParseTarget reads.
func (t Target) String() string { return string(t.Kind) + ":" + t.ID }

// Lookup answers who stands behind a target. Every field must be set; each
// gives person ids in the order in which they are to be listed.
type Lookup struct {
	RoleHolders func(role string) []string
	Deputies    func(role string) []string
	Duty        func(roster string, at time.Time) []string
	Group       func(group string) []string
	Exists      func(person string) bool // can be reached at all
	Quiet       Quiets
}

// Resolve gives the people a level reaches at the moment, each once. ok is
// false where the level reaches nobody or does not exist: the caller records
// that nobody is on duty and climbs at once, for a silent level is the one
// failure nobody notices.
func Resolve(p Policy, level int, at time.Time, who Lookup) (people []string, ok bool) {
	if level < 0 || level >= len(p.Levels) {
		return nil, false
	}
	for _, t := range p.Levels[level].To {
		for _, id := range who.behind(t, at) {
			if who.Exists(id) && !slices.Contains(people, id) {
				people = append(people, id)
			}
		}
	}
	return people, len(people) > 0
}

func (l Lookup) behind(t Target, at time.Time) []string {
	switch t.Kind {
	case ToRole:
		return l.RoleHolders(t.ID)
	case ToDeputy:
		return l.Deputies(t.ID)
	case ToDuty:
		return l.Duty(t.ID, at)
	case ToGroup:
		if l.Group != nil {
			return l.Group(t.ID)
		}
	case ToPerson:
		return []string{t.ID}
	}
	return nil
}

// Position is a place on the way up: the level, and the round it is climbed
// in. Both count from 0.
type Position struct {
	Round int
	Level int
}

// Next gives the place after this one. more is false after the last level of
// the last round, when only phoning by hand is left.
func (p Policy) Next(at Position) (next Position, more bool) {
	if at.Level+1 < len(p.Levels) {
		return Position{Round: at.Round, Level: at.Level + 1}, true
	}
	if len(p.Levels) > 0 && at.Round+1 < p.rounds() {
		return Position{Round: at.Round + 1}, true
	}
	return Position{}, false
}

func (p Policy) rounds() int {
	if p.Rounds <= 0 {
		return DefaultRounds
	}
	return p.Rounds
}

// Rung is one line of an explanation: who is reached when, if nobody answers.
type Rung struct {
	Position
	After  time.Duration // since the start
	At     time.Time
	Wait   time.Duration // until the next line
	People []string
	Asleep []string // left out by a quiet rule
	Need   int      // answers wanted, see Level
	Nobody bool     // the level is empty then and is passed over at once
}

// Case is what a ladder is played for.
type Case struct {
	Start    time.Time
	Severity int // 0: 未定, which is never quiet
}

// Explain plays the whole ladder for a case and nobody answering: what `irbot
// escalation explain` prints. Who is on duty and who is asleep is asked for the
// moment at which each level would be reached.
func Explain(p Policy, c Case, who Lookup) []Rung {
	var out []Rung
	at, more := c.Start, len(p.Levels) > 0
	for pos := (Position{}); more; pos, more = p.Next(pos) {
		l := p.Levels[pos.Level]
		people, ok := Resolve(p, pos.Level, at, who)
		r := Rung{Position: pos, After: at.Sub(c.Start), At: at, Need: l.Need, Nobody: !ok}
		later := func() bool {
			for n := pos.Level + 1; n < len(p.Levels); n++ {
				rest, _ := Resolve(p, n, at, who)
				if awake, _ := who.Quiet.Split(rest, at, c.Severity); len(awake) > 0 {
					return true
				}
			}
			return false
		}
		r.People, r.Asleep = who.Quiet.Left(people, Moment{At: at, Severity: c.Severity, Round: pos.Round + 1}, later)
		if len(r.People) > 0 {
			r.Wait = l.WaitFor(c.Severity)
		}
		out = append(out, r)
		at = at.Add(r.Wait)
	}
	return out
}

// Reachable tells whether any level reaches anybody at the moment. A policy
// that does not must be reported before it is needed.
func Reachable(p Policy, at time.Time, who Lookup) bool {
	for level := range p.Levels {
		if _, ok := Resolve(p, level, at, who); ok {
			return true
		}
	}
	return false
}
