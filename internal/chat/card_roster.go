package chat

import (
	"slices"
	"strings"

	"irbot/internal/incident"
)

// rosterNews tells a person what became of a duty of theirs, or asks them to
// agree. ref is o3/person for a change and h2/person for a handover. The card
// shows how it stands now, so that an old message never asks in vain.
func (p *pen) rosterNews(ref string) (Card, bool) {
	id, person, _ := strings.Cut(ref, "/")
	st := &p.s.Standing
	if c := st.Change(id); c != nil {
		return p.rosterChange(c, person), true
	}
	if h := st.Handover(id); h != nil {
		return p.rosterHandover(h, person), true
	}
	return Card{}, false
}

func (p *pen) rosterChange(x *incident.DutyChange, person string) Card {
	c := Card{Title: p.rosterID(x.Roster), Tone: ToneDone, Head: p.t("duty.card."+x.State, "id", x.ID)}
	switch {
	case slices.Contains(x.Waiting(), person):
		c.Head, c.Tone = p.t("duty.card.ask", "id", x.ID, "who", p.person(x.By)), ToneWaiting
		c.Actions = []Action{primary(p.action("roster.agree", "duty.agree", x.ID)), p.action("roster.refuse", "duty.refuse", x.ID)}
		c.Footer = p.t("duty.card.how", "id", x.ID)
	case len(x.Waiting()) > 0:
		c.Head, c.Tone = p.t("duty.waits", "id", x.ID, "who", p.people(x.Waiting())), ToneWaiting
	case x.State != "agreed":
		c.Tone = ToneBlocked
	}
	for _, part := range x.Parts {
		c.Fields = append(c.Fields, Field{Label: p.person(part.Person), Value: Stamp(part.From, p.zone, p.Lang) + " - " + Stamp(part.Until, p.zone, p.Lang)})
	}
	words := p.v.Text(x.Seq)
	c.Fields = p.filled(c.Fields, "duty.card.by", p.person(x.By))
	c.Fields = p.filled(c.Fields, "label.reason", OneLine(words["reason"]))
	c.Fields = p.filled(c.Fields, "duty.card.told", OneLine(words["agreed"]))
	return p.toRoster(c)
}

func (p *pen) rosterHandover(h *incident.DutyHandover, person string) Card {
	c := Card{Title: p.rosterID(h.Roster), Tone: ToneDone, Head: p.t("duty.card.taken", "who", p.person(h.To))}
	if h.Taken.IsZero() {
		c.Head, c.Tone = p.t("duty.card.offered", "from", p.person(h.From), "who", p.person(h.To)), ToneWaiting
		if person == h.To {
			c.Actions = []Action{primary(p.action("roster.accept", "duty.accept", h.ID))}
			c.Footer = p.t("duty.card.accept", "id", h.ID)
		}
	}
	c.Fields = p.filled(c.Fields, "duty.card.words", OneLine(p.v.Text(h.Seq)["text"]))
	return p.toRoster(c)
}

// filled adds a field that has something in it.
func (p *pen) filled(to []Field, label, value string) []Field {
	if value == "" {
		return to
	}
	return append(to, Field{Label: p.t(label), Value: value})
}

// toRoster adds the way to the page where everything can be done.
func (p *pen) toRoster(c Card) Card {
	if p.URL != "" {
		c.Actions = append(c.Actions, Action{Label: p.t("duty.page"), URL: p.URL + "/roster"})
	}
	return c
}

// rosterID is the name of a roster by its id.
func (p *pen) rosterID(id string) string {
	for _, r := range p.v.Site.Rosters {
		if r.ID == id {
			return p.rosterName(r)
		}
	}
	return id
}

// RosterTurns are the cards about the roster that wait for a person, as keys
// for Draw. v is of the standing log.
func RosterTurns(v *incident.View, person string) []string {
	var out []string
	if person == "" {
		return nil
	}
	for _, x := range v.S.Standing.Changes {
		if slices.Contains(x.Waiting(), person) && slices.ContainsFunc(x.Parts, func(d incident.DutyPart) bool { return d.Until.After(v.Now) }) {
			out = append(out, "roster/"+x.ID+"/"+person)
		}
	}
	for _, h := range v.S.Standing.Handovers {
		if h.To == person && h.Taken.IsZero() {
			out = append(out, "roster/"+h.ID+"/"+person)
		}
	}
	return out
}

func (x *deed) roster(action string) incident.Command {
	switch action {
	case "roster.agree":
		return incident.AgreeDuty{ID: x.ref}
	case "roster.refuse":
		return incident.AgreeDuty{ID: x.ref, No: true, Reason: x.in["reason"]}
	case "roster.accept":
		return incident.AcceptDuty{ID: x.ref}
	}
	return nil
}
