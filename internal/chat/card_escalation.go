package chat

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"irbot/internal/incident"
)

// page is the escalation message to one person (UX 2.7): five lines, and
// buttons while an answer is wanted. ref is e1/person.
func (p *pen) page(ref string) (Card, bool) {
	id, person, _ := strings.Cut(ref, "/")
	e := p.s.Escalation(id)
	if e == nil {
		return Card{}, false
	}
	level, due := p.pagedAt(e, person)
	c := Card{Tone: ToneLate, Title: p.title()}
	role := p.levelRole(e, level)
	need := p.t("esc.need", "person", p.person(person), "role", role, "time", p.clock(due))
	if role == "" {
		need = p.t("esc.need.norole", "person", p.person(person), "time", p.clock(due))
	}
	c.Head = p.mark(p.dutyFirst(e, need))
	c.Fields = []Field{
		{Label: "1 " + p.t("esc.what"), Value: strings.TrimSpace(p.clock(p.begin()) + " " + p.title() + " " + p.told(e))},
		{Label: "2 " + p.t("esc.impact"), Value: p.impact()},
		{Label: "3 " + p.t("esc.now"), Value: p.situation()},
		{Label: "4 " + p.t("esc.ask"), Value: p.request(e)},
	}
	if answer := p.answered(e); answer != "" {
		c.Head, c.Tone, c.Title = p.mark(answer), ToneDone, p.title()
		return c, true
	}
	c.Fields = append(c.Fields, Field{Label: "5 " + p.t("esc.else"), Value: p.otherwise(e)})
	c.Actions = p.pageActions(e)
	c.Footer = p.t("label.duty") + " " + p.v.Site.Phone
	return c, true
}

// told is what the finder or the monitored system said, as long as nobody has
// taken charge: where, in what words, who. An address in it is broken, so that
// the only link of a page is irbot's own.
func (p *pen) told(e *incident.Escalation) string {
	if e.Reason != "report" || p.s.Status != incident.Reported {
		return ""
	}
	var out []string
	said := p.v.Text(1)
	if place := OneLine(said["place"]); place != "" && !strings.Contains(p.title(), place) {
		out = append(out, place)
	}
	if words := Truncate(OneLine(strings.ReplaceAll(said["words"], "://", ":// ")), 60); words != "" {
		out = append(out, p.t("esc.told", "words", words))
	}
	return strings.Join(append(out, OneLine(said["reporter"])), " ")
}

// pagedAt finds the level on which a person was last paged, and until when an
// answer was asked for.
func (p *pen) pagedAt(e *incident.Escalation, person string) (int, time.Time) {
	for i := len(e.Paged) - 1; i >= 0; i-- {
		g := e.Paged[i]
		if slices.Contains(g.People, person) && g.Level < len(e.Levels) {
			return g.Level, g.At.Add(e.Wait(g.Level, p.s.Severity))
		}
	}
	return max(e.Level, 0), e.Due
}

// levelRole names what a level reaches: a role, a deputy, the person on duty.
func (p *pen) levelRole(e *incident.Escalation, level int) string {
	if level >= len(e.Levels) || len(e.Levels[level].To) == 0 {
		return ""
	}
	kind, id, _ := strings.Cut(e.Levels[level].To[0], ":")
	switch kind {
	case "role":
		return p.role(id)
	case "deputy":
		return p.role(id) + " " + p.t("role.deputy")
	case "duty":
		return p.t("role.duty")
	}
	return ""
}

// situation says who is in command and what is being done.
func (p *pen) situation() string {
	lead := p.commander()
	if lead == "" {
		return p.t("esc.now.nobody")
	}
	if cur := p.s.Currents(); len(cur) > 0 {
		return p.t("esc.now.lead.step", "person", p.person(lead), "n", cur[0].N, "title", Truncate(OneLine(p.v.StepTitle(cur[0])), 60))
	}
	return p.t("esc.now.lead", "person", p.person(lead))
}

// request is what is asked of the person.
func (p *pen) request(e *incident.Escalation) string {
	switch e.Reason {
	case "report":
		return p.t("esc.ask.take")
	case "step":
		if st := p.s.Step(e.Ref); st != nil {
			return p.t("esc.ask.step", "n", st.N, "title", OneLine(p.v.StepTitle(st)))
		}
	case "eta":
		milestone, terminal, _ := strings.Cut(e.Ref, "/")
		return p.t("esc.ask.eta", "what", p.milestoneAt(milestone, terminal))
	case "duty":
		return p.dutyRequest(e.Ref)
	case "manual":
		if why := OneLine(p.v.Text(e.Seq)["reason"]); why != "" {
			return p.t("esc.ask.read") + ": " + why
		}
	}
	for _, d := range p.s.Decisions {
		if d.Made.IsZero() && !d.Due.IsZero() {
			return p.t("esc.ask.decision", "time", p.clock(d.Due), "question", OneLine(p.v.Text(d.Seq)["question"]))
		}
	}
	return p.t("esc.ask.read")
}

// otherwise says who is called when, if nobody answers.
func (p *pen) otherwise(e *incident.Escalation) string {
	first := p.nextPeople(e, e.Level+1)
	if again := p.nextPeople(e, 0); first == "" && e.Round < e.Rounds && again != "" {
		return p.t("esc.else.again", "time", p.clock(e.Due), "person", again)
	}
	if first == "" {
		return p.t("esc.else.last")
	}
	second := p.nextPeople(e, e.Level+2)
	if second == "" {
		return p.t("esc.else.next", "time", p.clock(e.Due), "person", first)
	}
	wait := e.Wait((e.Level+1)%len(e.Levels), p.s.Severity)
	return p.t("esc.else.then", "time", p.clock(e.Due), "person", first, "time2", p.clock(e.Due.Add(wait)), "person2", second)
}

// nextPeople names the people of a level still to come in this round.
func (p *pen) nextPeople(e *incident.Escalation, level int) string {
	if level < 0 || level >= len(e.Levels) {
		return ""
	}
	return p.people(p.v.People(e.Levels[level].To))
}

// answered says how a ladder ended; "" while it is being climbed.
func (p *pen) answered(e *incident.Escalation) string {
	switch {
	case !e.Acked.IsZero() && e.AckFor != "":
		return p.t("esc.acked.for", "time", p.clock(e.Acked), "person", p.person(e.AckBy), "means", p.t("means.phone"), "by", p.person(e.AckFor))
	case !e.Acked.IsZero():
		return p.t("esc.acked", "time", p.clock(e.Acked), "person", p.person(e.AckBy))
	case e.Ended != "":
		return p.t("esc.off.plain")
	}
	return ""
}

func (p *pen) pageActions(e *incident.Escalation) []Action {
	first := primary(p.action("escalation.ack", "esc.ack", e.ID))
	if e.Reason == "report" {
		first = primary(p.action("incident.take", "inc.take", e.ID))
	}
	out := []Action{first, p.action("escalation.delegate", "esc.deleg", e.ID), p.action("escalation.call", "esc.call", e.ID)}
	if a, ok := p.link("inc.console", ""); ok {
		out = append(out, a)
	}
	return out
}

// standdown tells somebody who was paged that nothing is asked any more. ref is
// e1/person.
func (p *pen) standdown(ref string) (Card, bool) {
	id, who, _ := strings.Cut(ref, "/")
	e := p.s.Escalation(id)
	if e == nil {
		return Card{}, false
	}
	line := p.t("esc.off.plain")
	if !e.Acked.IsZero() {
		line = p.t("esc.off", "person", p.person(e.AckBy))
	}
	c := Card{Head: p.mark(line), Title: p.title(), Tone: ToneDone}
	if h := p.s.Roles[e.Succession]; h.For != "" && h.For == who { // whose duty has passed reads so, and how to have it back
		c.Body = []Block{{Kind: Para, Text: p.t("role.card.acting", "role", p.role(e.Succession), "person", p.person(h.Person), "from", p.person(h.For)) + " " + p.t("role.card.how")}}
		c.Actions = []Action{p.action("role.return", "role.return", e.Succession)}
		if a, ok := p.link("inc.console", ""); ok {
			c.Actions = append(c.Actions, a)
		}
	}
	return c, true
}

// climb tells the channel who was called now, and who is next.
func (p *pen) climb(seq string) (Card, bool) {
	n, err := strconv.ParseInt(seq, 10, 64)
	if err != nil {
		return Card{}, false
	}
	for _, e := range p.s.Escalations {
		for _, g := range e.Paged {
			if g.Seq != n {
				continue
			}
			line := p.t("esc.climb.nobody")
			if who := OneLine(p.v.Text(g.Seq)["wanted"]); who != "" {
				line = p.t("esc.climb.unheld", "who", who)
			}
			if len(g.Quiet) > 0 {
				line = p.t("esc.climb.quiet", "who", p.people(g.Quiet))
			}
			if len(g.People) > 0 && g.Level < len(e.Levels) {
				until := g.At.Add(e.Wait(g.Level, p.s.Severity))
				line = p.t("esc.climb", "who", p.people(g.People), "time", p.clock(until))
			}
			if g.Late > 0 {
				line += " " + p.t("esc.late", "minutes", minutes(g.Late))
			}
			c := Card{Head: p.mark(line), Tone: ToneLate, Fields: p.chain(e)}
			if answer := p.answered(e); answer != "" {
				c.Title, c.Tone, c.Actions = answer, ToneDone, p.ladderActions(e)
				return c, true
			}
			c.Actions = append([]Action{p.ask("escalation.phoneack", "esc.phoneack", e.ID)}, p.ladderActions(e)...)
			return c, true
		}
	}
	return Card{}, false
}

// chain is who was called, when, with what phone number for dialling by hand, and
// how the page to each fares.
func (p *pen) chain(e *incident.Escalation) []Field {
	var out []Field
	for _, g := range e.Paged {
		var who []string
		for _, id := range g.People {
			line := strings.TrimSpace(p.person(id) + " " + p.phone(id))
			if fares := p.fares(e, g.Seq, id); fares != "" {
				line = p.t("esc.fares", "who", line, "state", fares)
			}
			who = append(who, line)
		}
		if len(who) > 0 {
			out = append(out, Field{Label: p.clock(g.At), Value: strings.Join(who, p.t("label.and"))})
		}
	}
	return out
}

// fares tells by which means the page of a level is with a person, and what
// became of it.
func (p *pen) fares(e *incident.Escalation, seq int64, person string) string {
	for _, m := range p.s.Messages {
		if m.Kind != "page" || m.Esc != e.ID || m.Seq != seq || m.Person != person {
			continue
		}
		if m.Index >= len(m.Means) {
			return p.t("msg.nomeans")
		}
		return p.t("means."+m.Means[m.Index]) + ": " + p.t("msg."+string(m.State))
	}
	return ""
}

// phone is a person's number for dialling by hand.
func (p *pen) phone(id string) string {
	person, _ := p.v.Site.Directory.Person(id)
	return person.Number()
}

// called tells the channel that somebody wants to be phoned.
func (p *pen) called(seq string) (Card, bool) {
	e, ok := p.entry(seq)
	if !ok {
		return Card{}, false
	}
	line := p.t("esc.callback", "person", p.person(e.Actor))
	return Card{Head: p.mark(line), Title: p.phone(e.Actor), Tone: ToneLate}, true
}

// exhausted says that nobody has answered on any level.
func (p *pen) exhausted(string) (Card, bool) {
	c := Card{Head: p.mark(p.t("esc.exhausted")), Tone: ToneBlocked}
	for _, e := range p.s.Escalations {
		if e.Ended == "" && e.Exhausted > 0 {
			c.Fields = p.chain(e)
			c.Actions = []Action{primary(p.ask("escalation.phoneack", "esc.phoneack", e.ID))}
		}
	}
	return c, true
}
