package web

import (
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// ladder is an escalation as the room shows it: who was called, how, when, and
// who is next.
type ladder struct {
	ID      string
	Title   string
	Open    bool
	Mine    bool // the reader was called and has not answered
	Answer  string
	Rungs   []rung
	Red     bool // climbed in vain: phone by hand
	Asked   string
	Called  []string // directory ids of who was called, for an answer taken by phone
	Pending time.Time
	Answers string   // how many of the wanted answers are there; "" where one is enough
	Levels  []string // who stands on each level, for paging one out of turn
	Ring    []ring   // who has to be rung by hand
	Script  string   // what to say to them
	Further bool     // answered, and there is somebody above
}

// ring is somebody whom irbot cannot reach.
type ring struct{ ID, Name, Number string }

// rung is one level.
type rung struct {
	Who, How, State string
	At              time.Time
	Done, Next      bool
	Told            []carried // how the pages of this level fare
}

// ladders are the escalations of an incident, open ones first; of the answered
// ones only the newest two.
func (p *page) ladders(v *incident.View) []ladder {
	var open, ended []ladder
	for i := len(v.S.Escalations) - 1; i >= 0; i-- {
		e := v.S.Escalations[i]
		if e.Ended == "" {
			open = append(open, p.ladder(v, e))
		} else if len(ended) < 2 && e.Ended == "acked" {
			ended = append(ended, p.ladder(v, e))
		}
	}
	return append(open, ended...)
}

func (p *page) ladder(v *incident.View, e *incident.Escalation) ladder {
	l := ladder{ID: e.ID, Open: e.Ended == "", Red: e.Ended == "" && e.Exhausted > 0, Pending: e.Due}
	l.Title = ladderTitle(v, e, p.Or("reason."+e.Reason, e.Reason), p.Lang)
	l.Mine = l.Open && paged(e, p.Me)
	if !e.Acked.IsZero() {
		l.Answer = p.T("esc.acked", "time", p.At(e.Acked), "person", p.Person(e.AckBy))
		if e.AckFor != "" {
			l.Answer = p.T("esc.acked.for", "time", p.At(e.Acked), "person", p.Person(e.AckBy), "means", p.Or("means."+e.AckVia, e.AckVia), "by", p.Person(e.AckFor))
		}
	}
	l.Asked = ""
	if len(e.Asked) > 0 {
		l.Asked = p.T("esc.callback", "person", p.names(e.Asked))
	}
	if have, want := e.Progress(); l.Open && want > 1 {
		l.Answers = p.T("esc.tally", "have", have, "want", want)
	}
	for _, x := range e.Levels {
		l.Levels = append(l.Levels, p.names(v.People(x.To)))
	}
	l.Further = e.Ended == "acked" && e.Level+2 <= len(e.Levels)
	for _, g := range e.Paged {
		if len(g.Quiet) > 0 {
			l.Rungs = append(l.Rungs, rung{Who: p.names(g.Quiet), At: g.At, Done: true, State: p.T("esc.skipped")})
		}
		if len(g.People) == 0 {
			continue
		}
		l.Rungs = append(l.Rungs, rung{Who: p.names(g.People), How: p.means(g.People), At: g.At, Done: true, State: p.T("esc.called"), Told: p.fares(v, func(m *incident.Message) bool { return m.Kind == "page" && m.Esc == e.ID && m.Seq == g.Seq })})
		l.Called = append(l.Called, g.People...)
	}
	for _, d := range e.ToRing() {
		l.Ring = append(l.Ring, ring{ID: d.Person, Name: p.Person(d.Person), Number: p.number(d.Person)})
	}
	if c, ok := p.drawer().Draw(v, "ring/"+e.ID); ok && len(l.Ring) > 0 && len(c.Body) > 0 {
		l.Script = c.Body[0].Text
	}
	if l.Open {
		next := (e.Level + 1) % max(1, len(e.Levels))
		if next < len(e.Levels) {
			who := v.People(e.Levels[next].To)
			l.Rungs = append(l.Rungs, rung{Who: p.names(who), How: p.means(who), At: e.Due, Next: true, State: p.T("esc.nextup")})
		}
	}
	return l
}

// number is a person's telephone number; where there is none, the page says so.
func (p *page) number(id string) string {
	x, _ := p.Site().Directory.Person(id)
	if n := x.Number(); n != "" {
		return n
	}
	return p.T("esc.ring.nonumber")
}

// means are the ways people are reached, in words, with the phone number shown
// for dialling by hand.
func (p *page) means(people []string) string {
	var out []string
	for _, id := range people {
		x, ok := p.Site().Directory.Person(id)
		if !ok {
			continue
		}
		var ways []string
		for _, a := range x.Reach {
			word := p.Or("means."+string(a.Means), string(a.Means))
			if a.Means == "phone" {
				word += " " + a.To
			}
			ways = append(ways, word)
		}
		way := strings.Join(ways, " / ")
		if len(people) > 1 {
			way = p.Person(id) + ": " + way
		}
		out = append(out, way)
	}
	return strings.Join(out, "; ")
}

// ladderTitle names an escalation by why it began and the plan it follows.
func ladderTitle(v *incident.View, e *incident.Escalation, reason string, lang chat.Lang) string {
	name := v.Text(e.Seq)["policy_name"]
	if lang == chat.EN {
		name = englishPlan(v, e, name)
	}
	if name == "" {
		return reason
	}
	return reason + ": " + name
}

// englishPlan is the English name of a plan whose Japanese name was recorded,
// where the plan still has that name; else it stays as it was recorded.
func englishPlan(v *incident.View, e *incident.Escalation, name string) string {
	if p, ok := v.Site.Policy(e.Policy); ok && p.Name == name && p.NameEN != "" {
		return p.NameEN
	}
	if role, ok := strings.CutPrefix(e.Policy, "role-"); ok && v.Role(role, "ja") == name {
		return v.Role(role, "en")
	}
	switch e.Policy {
	case "outage", "eta", "step": // no plan of the site: the reason says it
		return ""
	}
	if d := v.S.Duty(e.Ref); d != nil && v.Text(d.Seq)["name"] == name && v.Text(d.Seq)["name_en"] != "" {
		return v.Text(d.Seq)["name_en"]
	}
	return name
}
