package incident

import (
	"irbot/internal/escalation"
	"irbot/internal/timeline"
)

func applyRoster(s *Incident, e *timeline.Entry) {
	f, st := decode[rosterFacts](e), &s.Standing
	switch e.Kind {
	case KindRosterAsked:
		c := &DutyChange{ID: f.ID, Roster: f.Roster, Parts: parts(f.Parts), State: "asked", By: e.Actor, At: e.RecordedAt, Seq: e.Seq}
		if f.Agreed == "told" {
			c.State, c.Told = "agreed", true
		}
		st.Changes = append(st.Changes, c)
		if f.Agreed == "self" {
			agree(c, e.Actor)
		}
	case KindRosterAgreed:
		if c := st.Change(f.ID); c != nil && c.State == "asked" {
			agree(c, f.To)
		}
	case KindRosterRefused, KindRosterCancelled:
		if c := st.Change(f.ID); c != nil {
			c.State = map[timeline.Kind]string{KindRosterRefused: "refused", KindRosterCancelled: "cancelled"}[e.Kind]
		}
	case KindRosterImported:
		st.Sheets = append(st.Sheets, &DutySheet{ID: f.ID, Roster: f.Roster, From: f.From.time(), Until: f.Until.time(), Parts: parts(f.Parts), By: e.Actor, At: e.RecordedAt, Seq: e.Seq})
	case KindRosterOffered:
		st.Handovers = append(st.Handovers, &DutyHandover{ID: f.ID, Roster: f.Roster, From: f.Giver, To: f.To, At: e.RecordedAt, Seq: e.Seq, Open: f.Open})
	case KindRosterTaken:
		if h := st.Handover(f.ID); h != nil && h.Taken.IsZero() {
			h.Taken = e.RecordedAt
		}
	}
	for _, to := range f.Tell {
		s.queue(e, &Message{ID: s.messageID(e, to.Person), Kind: "inform", Person: to.Person, Means: to.Means, Card: "roster/" + f.ID + "/" + to.Person})
	}
}

// agree keeps that a person agreed; when nobody is left to ask, it holds.
func agree(c *DutyChange, person string) {
	c.Agreed = appendOnce(c.Agreed, person)
	if len(c.Waiting()) == 0 {
		c.State = "agreed"
	}
}

func parts(in []shiftFacts) []DutyPart {
	out := make([]DutyPart, 0, len(in))
	for _, p := range in {
		out = append(out, DutyPart{Person: p.Person, From: p.From.time(), Until: p.Until.time()})
	}
	return out
}

// Rosters lays what people agreed on, and the sheets that were taken over, on
// top of the rosters of the configuration.
func (s *Standing) Rosters(base escalation.Rosters) escalation.Rosters {
	out := make(escalation.Rosters, 0, len(base))
	for _, r := range base {
		for _, sheet := range s.Sheets {
			if sheet.Roster == r.ID {
				r.Sheets = append(r.Sheets[:len(r.Sheets):len(r.Sheets)], escalation.Sheet{From: sheet.From, Until: sheet.Until, Shifts: shifts(r.ID, sheet.Parts)})
			}
		}
		for _, c := range s.Changes {
			if c.Roster == r.ID && c.State == "agreed" {
				r.Changes = append(r.Changes[:len(r.Changes):len(r.Changes)], shifts(r.ID, c.Parts)...)
			}
		}
		out = append(out, r)
	}
	return out
}

func shifts(roster string, in []DutyPart) []escalation.Shift {
	out := make([]escalation.Shift, 0, len(in))
	for _, p := range in {
		out = append(out, escalation.Shift{Roster: roster, Person: p.Person, From: p.From, Until: p.Until})
	}
	return out
}
