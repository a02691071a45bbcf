package chat

import (
	"fmt"
	"strings"
	"time"

	"irbot/internal/incident"
)

// status is the pinned card (UX 2.3): one message, edited in place.
func (p *pen) status(string) (Card, bool) {
	c := Card{Head: p.head(), Title: p.place(), Tone: p.statusTone()}
	c.Fields = []Field{{Label: p.t("inc.state"), Value: p.state()}, {Label: p.t("inc.severity"), Value: p.t("severity." + fmt.Sprint(p.s.Severity))}}
	c.Fields = append(c.Fields, p.roleFields()...)
	c.Fields = append(c.Fields,
		Field{Label: p.t("inc.impact"), Value: p.impact()},
		Field{Label: p.t("inc.progress"), Value: p.progress(), Tone: p.progressTone()},
		Field{Label: p.t("inc.found"), Value: p.found()},
		Field{Label: p.t("inc.elapsed"), Value: p.t("inc.elapsed.val", "duration", p.duration(p.end().Sub(p.begin())), "now", p.now())},
	)
	if cautions := p.cautions(); cautions != "" {
		c.Fields = append(c.Fields, Field{Label: p.t("inc.cautions"), Value: cautions, Tone: ToneLate})
	}
	c.Fields = append(c.Fields, p.continuity()...)
	c.Fields = append(c.Fields, p.recovery(p.s.Seq)...)
	if p.s.Status == incident.Open {
		c.Fields = append(c.Fields, p.nextReport())
	}
	if line := p.waiting(); line != "" {
		c.Body = append(c.Body, Block{Kind: Warn, Text: line})
	}
	for _, r := range p.changedRuns() {
		c.Body = append(c.Body, Block{Kind: Warn, Text: p.t("run.changed.status", "runbook", OneLine(p.v.RunTitle(r.ID)))})
	}
	if p.s.Drill {
		c.Body = append(c.Body, Block{Kind: Warn, Text: p.t("drill.band")})
	}
	c.Body = append(c.Body, p.systems()...)
	c.Actions = p.statusActions()
	c.Footer = p.footer()
	return c, true
}

func (p *pen) footer() string {
	if p.v.Site.Phone == "" {
		return p.t("inc.footer.nophone")
	}
	return p.t("inc.footer", "phone", p.v.Site.Phone)
}

func (p *pen) statusTone() Tone {
	switch {
	case p.s.Status == incident.Closed:
		return ToneDone
	case p.s.Status == incident.Reported, p.ladderExhausted():
		return ToneBlocked
	}
	return ToneCurrent
}

func (p *pen) ladderExhausted() bool {
	for _, e := range p.s.Escalations {
		if e.Ended == "" && e.Exhausted > 0 {
			return true
		}
	}
	return false
}

// state is the status with the phase being worked on.
func (p *pen) state() string {
	if p.s.Status == incident.Open {
		if cur := p.s.Currents(); len(cur) > 0 {
			if phase := p.phaseTitle(cur[0]); phase != "" {
				return p.t("status.open.phase", "phase", phase)
			}
		}
	}
	return p.t("status." + string(p.s.Status))
}

func (p *pen) place() string {
	for _, seq := range []int64{p.s.ReportSeq, p.s.DeclareSeq} {
		if place := OneLine(p.v.Text(seq)["place"]); place != "" && !strings.Contains(p.title(), place) {
			return place
		}
	}
	return ""
}

// roleFields are commander and CISO; whoever is missing comes first.
func (p *pen) roleFields() []Field {
	fields := []Field{
		{Label: p.roleName("lead", "role.commander"), Value: p.person(p.commander())},
		{Label: p.roleName("ciso", "role.ciso"), Value: p.cisoState()},
	}
	if p.commander() == "" {
		fields[0].Tone = ToneBlocked
	}
	if p.holder("ciso") == "" {
		fields[1].Tone = ToneBlocked
		if p.commander() != "" {
			fields[0], fields[1] = fields[1], fields[0]
		}
	}
	return fields
}

func (p *pen) roleName(id, key string) string {
	if _, ok := p.v.Site.Directory.Role(id); ok {
		return p.role(id)
	}
	return p.t(key)
}

// cisoState says whether the CISO has read what happened.
func (p *pen) cisoState() string {
	name := p.person(p.holder("ciso"))
	for i := len(p.s.Escalations) - 1; i >= 0; i-- {
		e := p.s.Escalations[i]
		if e.Reason != "declare" {
			continue
		}
		if !e.Acked.IsZero() {
			return p.person(e.AckBy) + " " + p.t("role.acked", "time", p.clock(e.Acked))
		}
		if e.Ended == "" {
			return p.paging(e, p.holder("ciso"))
		}
	}
	return name
}

// paging says that a person is being paged, and how the last page fares.
func (p *pen) paging(e *incident.Escalation, person string) string {
	line := p.person(person) + " " + p.t("esc.state.paging")
	for i := len(e.Paged) - 1; i >= 0; i-- {
		if fares := p.fares(e, e.Paged[i].Seq, person); fares != "" {
			return p.t("esc.fares", "who", line, "state", fares)
		}
	}
	return line
}

func (p *pen) impact() string {
	if len(p.s.Impact) == 0 {
		return p.t("impact.unknown")
	}
	var words []string
	for _, k := range p.s.Impact {
		words = append(words, p.Words.Or(p.Lang, "impact."+k, k))
	}
	return strings.Join(words, " / ")
}

func (p *pen) progress() string {
	closed, blocked, total := p.s.Progress()
	switch {
	case total == 0:
		return p.t("inc.progress.none")
	case blocked > 0:
		return p.t("inc.progress.blocked", "done", closed, "total", total, "blocked", blocked)
	}
	return p.t("inc.progress.val", "done", closed, "total", total)
}

func (p *pen) progressTone() Tone {
	if _, blocked, _ := p.s.Progress(); blocked > 0 {
		return ToneBlocked
	}
	return ToneNone
}

// begin is when the incident began for the people in it.
func (p *pen) begin() time.Time {
	t := p.s.Times
	for _, at := range []time.Time{t.Detected, t.Reported, t.Declared} {
		if !at.IsZero() {
			return at
		}
	}
	return p.v.Now
}

func (p *pen) end() time.Time {
	if !p.s.Times.Closed.IsZero() {
		return p.s.Times.Closed
	}
	return p.v.Now
}

func (p *pen) found() string {
	out := p.clock(p.begin())
	if p.s.Finder != "" {
		out += " " + p.Words.Or(p.Lang, "finder."+p.s.Finder, p.s.Finder)
	}
	return out
}

// cautions are the standing cautions in force, numbered.
func (p *pen) cautions() string {
	var out []string
	for _, k := range p.s.Cautions {
		if k.Lifted.IsZero() {
			out = append(out, fmt.Sprintf("%d %s", k.N, OneLine(p.v.Text(k.Seq)["text"])))
		}
	}
	return strings.Join(out, "\n")
}

func (p *pen) nextReport() Field {
	f := Field{Label: p.t("inc.next_report")}
	next := p.s.Cadence.Next
	if next.IsZero() {
		f.Value = p.t("inc.next_report.off")
		return f
	}
	key := "inc.next_report.val"
	if next.Before(p.v.Now) {
		key, f.Tone = "inc.next_report.over", ToneLate
	}
	f.Value = p.t(key, "time", p.clock(next), "left", p.duration(next.Sub(p.v.Now)), "now", p.now())
	if who := p.holder("liaison"); who != "" {
		f.Value += " " + p.person(who)
	}
	return f
}

// waiting says that nobody has taken charge, and who is called next.
func (p *pen) waiting() string {
	if p.s.Status != incident.Reported {
		return ""
	}
	since := minutes(p.v.Now.Sub(p.begin()))
	for _, e := range p.s.Escalations {
		if e.Ended != "" || e.Reason != "report" {
			continue
		}
		if next := p.nextPeople(e, e.Level+1); next != "" {
			return p.t("inc.notake", "minutes", since, "person", next, "time", p.clock(e.Due))
		}
	}
	return p.t("inc.notake.short", "minutes", since)
}

func (p *pen) statusActions() []Action {
	var out []Action
	switch p.s.Status {
	case incident.Reported:
		out = append(out, primary(p.action("incident.take", "inc.take", "")))
	case incident.Open:
		if cur := p.s.Currents(); len(cur) > 0 {
			out = append(out, primary(p.action("step.show", "inc.tostep", cur[0].Ref)))
		}
		out = append(out, p.ask("report.make", "upd.write", ""), p.ask("role.assign", "inc.setroles", ""))
	case incident.Closed:
		out = append(out, p.ask("timeline.export", "exp.title", ""))
	}
	if a, ok := p.link("inc.console", ""); ok {
		out = append(out, a)
	}
	return out
}

// Topic is the one line shown as the topic of the incident's channel.
func (d Drawer) Topic(v *incident.View) string {
	p := d.pen(v)
	next := Clock(p.s.Cadence.Next, p.zone)
	if next == "" {
		next = p.t("inc.next_report.off")
	}
	return Truncate(p.t("inc.topic", "mark", p.t(markKey("inc.mark", p.s.Drill)), "title", p.title(),
		"person", p.person(p.commander()), "time", next), 250)
}

// received is what the finder is told (UX 2.2): the number, and who is coming.
func (p *pen) received(string) (Card, bool) {
	c := Card{Head: p.head()}
	if p.s.Status != incident.Reported {
		c.Title, c.Tone = p.t("decl.taken", "person", p.person(p.commander())), ToneDone
		return c, true
	}
	who := ""
	for _, e := range p.s.Escalations {
		for _, g := range e.Paged {
			if len(g.People) > 0 {
				who = p.person(g.People[0])
			}
		}
	}
	at := p.clock(p.s.Times.Reported)
	c.Title = p.t("decl.ok", "incident", p.s.ID, "time", at, "person", who)
	if who == "" {
		c.Title = p.t("decl.ok.nobody", "incident", p.s.ID, "time", at)
	}
	c.Footer = p.t("label.duty") + " " + p.v.Site.Phone
	return c, true
}
