package incident

import (
	"time"

	"irbot/internal/timeline"
)

// The kinds of entry about the duty roster. They stand in the SITE log.
const (
	KindRosterAsked     timeline.Kind = "roster.asked"     // somebody is to take a duty over
	KindRosterAgreed    timeline.Kind = "roster.agreed"    // that person agreed: it holds
	KindRosterRefused   timeline.Kind = "roster.refused"   // that person did not
	KindRosterCancelled timeline.Kind = "roster.cancelled" // it no longer holds
	KindRosterImported  timeline.Kind = "roster.imported"  // a duty sheet was taken over
	KindRosterOffered   timeline.Kind = "roster.offered"   // the duty is handed over
	KindRosterTaken     timeline.Kind = "roster.taken"     // and was accepted
)

// rosterFacts are the facts of every entry about the roster.
type rosterFacts struct {
	ID     string       `json:"id"` // o3 for a change, h2 for a hand-over, s1 for a sheet
	Roster string       `json:"roster,omitempty"`
	Parts  []shiftFacts `json:"parts,omitempty"`
	Agreed string       `json:"agreed,omitempty"` // self, told: it holds at once
	From   micros       `json:"from_us,omitempty"`
	Until  micros       `json:"until_us,omitempty"`
	Giver  string       `json:"giver,omitempty"`
	To     string       `json:"taker,omitempty"`
	Open   int          `json:"open,omitempty"` // incidents on the sheet
	Tell   []pageTo     `json:"tell,omitempty"` // who is told, and by what means
}

// shiftFacts is one stretch of duty.
type shiftFacts struct {
	Person string `json:"person"`
	From   micros `json:"from_us"`
	Until  micros `json:"until_us"`
}

// Standing is what the SITE log knows of the duty roster.
type Standing struct {
	Changes   []*DutyChange
	Sheets    []*DutySheet
	Handovers []*DutyHandover
}

// DutyChange is a duty that somebody else takes over, or a swap of two.
type DutyChange struct {
	ID     string
	Roster string
	Parts  []DutyPart
	State  string   // asked, agreed, refused, cancelled
	Agreed []string // who agreed, in order
	Told   bool     // somebody else recorded that they agreed
	By     string   // who asked
	At     time.Time
	Seq    int64 // entry whose text holds the reason
}

// DutyPart is one stretch of a change.
type DutyPart struct {
	Person string
	From   time.Time
	Until  time.Time
}

// DutySheet is a sheet that was taken over for a stretch of time.
type DutySheet struct {
	ID     string
	Roster string
	From   time.Time
	Until  time.Time
	Parts  []DutyPart
	By     string
	At     time.Time
	Seq    int64
}

// DutyHandover is the duty on its way from one person to the next.
type DutyHandover struct {
	ID     string
	Roster string
	From   string
	To     string
	At     time.Time
	Taken  time.Time
	Seq    int64
	Open   int // incidents on the sheet
}

// Waiting lists who has still to agree to a change.
func (c *DutyChange) Waiting() []string {
	if c.State != "asked" {
		return nil
	}
	var out []string
	for _, p := range c.Parts {
		if !contains(c.Agreed, p.Person) {
			out = appendOnce(out, p.Person)
		}
	}
	return out
}

// Change finds a change by id; nil if there is none.
func (s *Standing) Change(id string) *DutyChange {
	for _, c := range s.Changes {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// Handover finds a hand-over by id; nil if there is none.
func (s *Standing) Handover(id string) *DutyHandover {
	for _, h := range s.Handovers {
		if h.ID == id {
			return h
		}
	}
	return nil
}

func (s *Standing) clone() Standing {
	c := Standing{Changes: copies(s.Changes), Sheets: copies(s.Sheets), Handovers: copies(s.Handovers)}
	for _, x := range c.Changes {
		x.Agreed = append([]string(nil), x.Agreed...)
	}
	return c
}
