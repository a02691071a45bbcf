// Package escalation holds the rules of who is paged next: policies, levels,
// the duty roster, and the alarm-clock loop. It guarantees that a page climbs
// level by level until a human answers, and never falls silent.
package escalation

import "time"

// Policy is an ordered list of levels, climbed until somebody acknowledges.
type Policy struct {
	ID     string // ASCII, e.g. "ciso"
	Name   string // Japanese, for people
	NameEN string
	Levels []Level
	Rounds int // how many times the whole ladder is climbed before only hand phoning is left; 0 means 3

	// AckFor is how long an acknowledgement holds without a sign of life from the
	// person who gave it; after that the person is asked again. 0: for ever.
	AckFor time.Duration
	// Succession is the role whose duty passes to a named deputy who answers while
	// its holder is silent, until it is handed back; "" for none.
	Succession string
}

// Level is one rung: whom to page and how long to wait for an answer.
type Level struct {
	To   []Target
	Wait time.Duration    // time given to this level before the next one is paged
	By   [4]time.Duration // the same for severity 1 to 4; 0: Wait
	Need int              // answers wanted: 0 any one, NeedAll every one who is paged, else so many
}

// NeedAll wants an answer of everybody a level pages.
const NeedAll = -1

// WaitFor is the time given to the level at a severity, 0 being 未定.
func (l Level) WaitFor(severity int) time.Duration {
	if severity >= 1 && severity <= len(l.By) && l.By[severity-1] > 0 {
		return l.By[severity-1]
	}
	return l.Wait
}

// Target names whom a level reaches: a role, the duty roster, or a person.
type Target struct {
	Kind TargetKind
	ID   string // role id, roster id or person id
}

// TargetKind says how a target is resolved to people.
type TargetKind string

// The kinds of target.
const (
	ToRole   TargetKind = "role"
	ToDuty   TargetKind = "duty"
	ToPerson TargetKind = "person"
	ToDeputy TargetKind = "deputy" // the deputies, in order, of a role
	ToGroup  TargetKind = "group"  // the members of a group of the directory
)

// Shift is one stretch of duty in a roster.
type Shift struct {
	Roster string
	Person string
	From   time.Time
	Until  time.Time
}

// Timer is an alarm: a row that becomes due.
type Timer struct {
	ID       string // e.g. IR-12/e1/l2
	Incident string
	Kind     string // "escalation", "step", "report", "clock", "review", "page"
	Ref      string // what it is about, e.g. e1 or r1/2.3
	Due      time.Time
}
