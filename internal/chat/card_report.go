package chat

import (
	"fmt"
	"strconv"
	"strings"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// reportItems are the wordings of the six items of a status report, in the
// order of the texts item1 to item6 (Yokohama drill of 2025-10-20, UX 2.9).
func reportItems() []string {
	return []string{"upd.when", "upd.what", "upd.damage", "upd.recovery", "upd.traffic", "upd.actions"}
}

// Audience is for whom a status report is rendered.
type Audience string

// The audiences of a status report (UX 2.9).
const (
	ForInternal  Audience = "internal"  // everything
	ForPort      Audience = "port"      // items 1 to 5
	ForExecutive Audience = "executive" // five lines
)

// report is the status report in full, for the channel. ref is its number.
func (p *pen) report(ref string) (Card, bool) {
	n, err := strconv.Atoi(ref)
	if err != nil {
		return Card{}, false
	}
	return p.reportFor(n, ForInternal)
}

// Report renders a status report for an audience; ok is false if there is none.
func (d Drawer) Report(v *incident.View, n int, to Audience) (Card, bool) {
	p := d.pen(v)
	c, ok := p.reportFor(n, to)
	c.Key, c.Incident, c.Seq, c.Drill = fmt.Sprintf("report/%d", n), p.s.ID, p.s.Seq, p.s.Drill
	c.Fallback = OneLine(c.Head + " " + c.Title)
	return c, ok
}

// ReportDraft renders a report that nobody has made yet, so that its readers
// and labels can be checked before it goes out.
func (d Drawer) ReportDraft(v *incident.View, r incident.MakeReport, to Audience) Card {
	p := d.pen(v)
	c := Card{Head: p.mark(p.t("upd.title", "no", len(p.s.Reports)+1)), Title: p.title(), Tone: ToneCurrent, Drill: p.s.Drill}
	words := timeline.Text{}
	for i, item := range r.Items {
		words[fmt.Sprintf("item%d", i+1)] = item
	}
	fields, left := p.reportFields(words, to)
	c.Fields = append(append(p.audience(to), fields...), p.recovery(p.s.Seq)...)
	if left > 0 {
		c.Body = append(c.Body, Block{Kind: Para, Text: p.t("upd.left", "n", left)})
	}
	if !r.Next.IsZero() {
		c.Footer = p.t("upd.next", "time", p.clock(r.Next))
	}
	return c
}

func (p *pen) reportFor(n int, to Audience) (Card, bool) {
	for _, r := range p.s.Reports {
		if r.N != n {
			continue
		}
		c := Card{Head: p.mark(p.t("upd.title", "no", r.N)), Title: p.title(), Tone: ToneCurrent}
		if r.Same {
			c.Title = p.t("upd.same", "time", p.clock(r.At))
		}
		words := p.v.Text(r.Seq)
		if len(words) <= 1 && r.Same {
			words = p.v.Text(p.s.LastReport())
		}
		fields, left := p.reportFields(words, to)
		c.Fields = append(append(p.audience(to), fields...), p.recovery(r.Seq)...)
		if left > 0 {
			c.Body = append(c.Body, Block{Kind: Para, Text: p.t("upd.left", "n", left)})
		}
		if !r.Next.IsZero() {
			c.Footer = p.t("upd.next", "time", p.clock(r.Next))
		}
		return c, true
	}
	return Card{}, false
}

// audience says for whom the text is and under which label.
func (p *pen) audience(to Audience) []Field {
	return []Field{{Label: labelOf(to), Value: p.t("upd.for." + string(to))}}
}

// labelOf is the label a rendering goes out under.
func labelOf(to Audience) string {
	if to == ForPort {
		return "TLP:GREEN"
	}
	return "TLP:AMBER"
}

// reportFields are the items for an audience. left counts the lines that were
// kept back because the audience may not have them.
func (p *pen) reportFields(words timeline.Text, to Audience) (out []Field, left int) {
	for i, key := range reportItems() {
		if to == ForPort && i == 5 || to == ForExecutive && i == 0 {
			continue
		}
		value, cut := fitting(Safe(words[fmt.Sprintf("item%d", i+1)]), to)
		left += cut
		if value == "" {
			value = p.t("label.unknown")
		}
		if to == ForExecutive {
			value = Truncate(OneLine(value), 120)
		}
		out = append(out, Field{Label: p.t(key), Value: value})
	}
	return out, left
}

// cadence reminds of the status report that is due (UX 2.9).
func (p *pen) cadence(string) (Card, bool) {
	next := p.s.Cadence.Next
	if next.IsZero() {
		return Card{}, false
	}
	key, tone := "upd.due.time", ToneLate
	if next.Before(p.v.Now) {
		key = "upd.over"
	}
	c := Card{Head: p.mark(p.t(key, "time", p.clock(next))), Title: p.title(), Tone: tone}
	c.Actions = []Action{
		primary(p.ask("report.make", "upd.write", "")), p.action("report.same", "upd.none", ""),
		p.action("report.snooze", "upd.snooze", ""), p.ask("role.assign", "step.handon", "liaison"),
	}
	return c, true
}

// phase announces that a phase is complete. ref is the entry's number.
func (p *pen) phase(ref string) (Card, bool) {
	e, ok := p.entry(ref)
	if !ok {
		return Card{}, false
	}
	f := readFacts(&e)
	title := OneLine(p.v.PhaseTitle(f.Run, f.Phase))
	if title == "" {
		title = p.t("phase.no", "n", f.Phase)
	}
	args := []any{"phase", title, "skipped", f.Skipped, "deferred", f.Deferred}
	key := "phase.end.last"
	for _, cur := range p.s.Currents() {
		if next := p.phaseTitle(cur); next != "" && cur.Phase != f.Phase {
			key, args = "phase.end", append(args, "next", next)
			break
		}
	}
	return Card{Head: p.mark(p.t(key, args...)), Tone: ToneDone}, true
}

// blocked tells the channel that a step is blocked, and what can go first.
func (p *pen) blocked(ref string) (Card, bool) {
	st, e, ok := p.stepOfEntry(ref)
	if !ok {
		return Card{}, false
	}
	args := []any{"n", st.N, "reason", OneLine(e.Fields()["reason"]), "person", p.person(p.commander())}
	key := "step.blocked.alone"
	for _, cur := range p.s.Currents() {
		if cur != st && cur.State != incident.StepBlocked {
			key, args = "step.blocked", append(args, "next", cur.N)
			break
		}
	}
	if p.commander() == "" {
		key = "step.blocked.nocommander"
	}
	c := Card{Head: p.mark(p.t(key, args...)), Title: OneLine(p.v.StepTitle(st)), Tone: ToneBlocked}
	if st.State == incident.StepBlocked {
		c.Actions = []Action{p.action("step.unblock", "step.free", st.Ref), p.ask("step.assign", "step.reassign", st.Ref), p.ask("step.skip", "step.skip", st.Ref)}
	} else {
		c.Tone = ToneMuted
	}
	return c, true
}

// overdue tells the channel once that a step is past its target.
func (p *pen) overdue(ref string) (Card, bool) {
	st, _, ok := p.stepOfEntry(ref)
	if !ok {
		return Card{}, false
	}
	late := minutes(p.v.Now.Sub(st.Due))
	line := p.t("step.over", "n", st.N, "minutes", late, "person", p.person(st.Holder))
	if st.Holder == "" {
		line = p.t("step.over.nobody", "n", st.N, "minutes", late)
	}
	c := Card{Head: p.mark(line), Title: OneLine(p.v.StepTitle(st)), Tone: ToneLate}
	if st.Closed() || st.Due.After(p.v.Now) {
		c.Head, c.Tone = p.mark(p.t("step.line", "n", st.N, "title", "")+" "+p.stepState(st)), p.stepTone(st)
		return c, true
	}
	if st.Holder == "" {
		c.Actions = []Action{primary(p.action("step.take", "step.take", st.Ref))}
	}
	c.Actions = append(c.Actions, p.ask("step.block", "step.block", st.Ref), p.ask("step.extend", "step.extend", st.Ref))
	return c, true
}

// remind asks whether a repeating step goes on.
func (p *pen) remind(ref string) (Card, bool) {
	st, e, ok := p.stepOfEntry(ref)
	if !ok {
		return Card{}, false
	}
	c := Card{Head: p.mark(p.t("step.remind", "n", st.N, "title", OneLine(p.v.StepTitle(st)))), Tone: ToneCurrent}
	if words := p.timerWords(st, readFacts(&e).Timer); words != "" {
		c.Body = []Block{{Kind: Para, Text: words}}
	}
	if !st.Closed() {
		c.Actions = []Action{p.ask("note.add", "step.note", st.Ref), p.ask("step.block", "step.block", st.Ref)}
	}
	return c, true
}

func (p *pen) stepOfEntry(ref string) (*incident.Step, timeline.Entry, bool) {
	e, ok := p.entry(ref)
	if !ok {
		return nil, e, false
	}
	st := p.s.Step(readFacts(&e).Step)
	return st, e, st != nil
}

const maxCatchup = 20 // lines of a catch-up message

// catchup is the one message after a surface came back (UX 2.13). ref is the
// number of the entry that says so.
func (p *pen) catchup(ref string) (Card, bool) {
	e, ok := p.entry(ref)
	if !ok {
		return Card{}, false
	}
	f := readFacts(&e)
	entries := p.Entries(f.From.int()+1, e.Seq-1)
	rows := p.Rows(p.v, entries)
	c := Card{Tone: ToneCurrent, Title: p.title()}
	from := e.RecordedAt
	if len(entries) > 0 {
		from = entries[0].HappenedAt
	}
	var missed []Row
	for i, r := range rows {
		if !r.Minor && entries[i].Kind != incident.KindSurfaceLost && !failedBy(&entries[i], f.Surface) {
			missed = append(missed, r)
		}
	}
	b, told := Block{Kind: List}, len(missed)
	for _, r := range foremost(missed, maxCatchup) {
		b.Items = append(b.Items, r.Line())
	}
	c.Head = p.mark(p.t("slack.on", "from", p.clock(from), "to", p.clock(e.RecordedAt), "count", told))
	if told == 0 {
		c.Head = p.mark(p.t("slack.on.none"))
	} else {
		c.Body = []Block{b}
	}
	if rest := told - len(b.Items); rest > 0 {
		c.Footer = p.t("slack.on.more", "count", rest)
	}
	if p.s.Status == incident.Open && len(p.s.Currents()) > 0 { // its card may have been among what was dropped
		c.Actions = append(c.Actions, primary(p.action("step.show", "inc.tostep", "")))
	}
	if a, ok := p.link("inc.console", "/chrono"); ok {
		c.Actions = append(c.Actions, a)
	}
	return c, true
}

// failedBy tells a message that did not go by a surface: that the surface was
// away is what the catch-up message says.
func failedBy(e *timeline.Entry, surface string) bool {
	return e.Kind == incident.KindMsgFailed && jsonText(readFacts(e).Means) == surface
}

// foremost keeps n rows in their order: what people did before what irbot wrote
// by itself, and the later before the earlier.
func foremost(rows []Row, n int) []Row {
	keep := make([]bool, len(rows))
	for _, machine := range []bool{false, true} {
		for i := len(rows) - 1; i >= 0 && n > 0; i-- {
			if rows[i].Machine == machine {
				keep[i], n = true, n-1
			}
		}
	}
	var out []Row
	for i, r := range rows {
		if keep[i] {
			out = append(out, r)
		}
	}
	return out
}

// handover is the page for whoever takes over a role (UX 3.5). ref is h1.
func (p *pen) handover(ref string) (Card, bool) {
	for _, h := range p.s.Handovers {
		if h.ID != ref {
			continue
		}
		line := p.t("hand.offer", "from", p.person(h.From), "to", p.person(h.To), "role", p.role(h.Role))
		c := Card{Head: p.mark(line), Title: p.title(), Tone: ToneWaiting}
		if !h.Accepted.IsZero() {
			c.Title, c.Tone = p.t("hand.accepted", "time", p.clock(h.Accepted), "person", p.person(h.To)), ToneDone
			return c, true
		}
		c.Fields = p.briefing(h)
		c.Actions = []Action{primary(p.action("handover.accept", "hand.accept", h.ID))}
		if a, ok := p.link("inc.console", "/handover"); ok {
			c.Actions = append(c.Actions, a)
		}
		return c, true
	}
	return Card{}, false
}

func (p *pen) briefing(h *incident.Handover) []Field {
	var out []Field
	add := func(key string, lines ...string) {
		if text := joinNonEmpty("\n", lines...); text != "" {
			out = append(out, Field{Label: p.t(key), Value: text})
		}
	}
	add("hand.situation", p.state(), p.situation(), p.impact())
	add("hand.decisions", p.inForce()...)
	add("hand.cautions", p.cautions())
	add("hand.steps", p.atWork()...)
	var clocks []string
	for _, r := range p.clockRows() {
		if p.s.Duty(r.Duty).State == "open" {
			clocks = append(clocks, r.Name+" "+r.When+" "+r.State)
		}
	}
	add("hand.clocks", clocks...)
	add("hand.cargo", p.figures()...)
	add("hand.trouble", Safe(p.v.Text(h.Seq)["text"]))
	return out
}

func (p *pen) inForce() []string {
	var out []string
	for _, d := range p.s.Decisions {
		if !d.Made.IsZero() {
			out = append(out, d.ID+" "+p.t("dec.made", "choice", p.chosen(d), "person", p.person(d.By), "time", p.clock(d.Made), "review", p.clock(d.Review)))
		}
	}
	return out
}

func (p *pen) atWork() []string {
	var out []string
	for _, st := range p.s.Currents() {
		out = append(out, p.t("step.line", "n", st.N, "title", OneLine(p.v.StepTitle(st)))+"  "+p.stepState(st))
	}
	return out
}

// figureName names a figure, behind its terminal where it has one.
func (p *pen) figureName(key string) string {
	if place, item, found := strings.Cut(key, "/"); found {
		return p.terminal(place) + " " + p.Words.Or(p.Lang, "figure."+item, item)
	}
	return p.Words.Or(p.Lang, "figure."+key, key)
}

// figures are the cargo numbers, each with its age.
func (p *pen) figures() []string {
	var out []string
	for _, item := range sortedKeys(p.s.Figures) {
		f := p.s.Figures[item]
		line := fmt.Sprintf("%s %d (%s)", p.figureName(item), f.N, p.clock(f.At))
		if p.v.Now.Sub(f.At) > figureOld {
			line += " " + p.t("figure.old")
		}
		out = append(out, line)
	}
	return out
}

// closing lists what is left before the incident can be closed (UX 2.12).
func (p *pen) closing(string) (Card, bool) {
	c := Card{Head: p.mark(p.t("close.title")), Title: p.title()}
	left := p.s.Left()
	counts := map[string]int{"steps": left.Steps, "notices": left.Notices, "unconfirmed": left.Unconfirmed, "duties": left.Duties,
		"escalations": left.Escalations, "entries": left.Entries, "cautions": left.Cautions}
	b := Block{Kind: List}
	for _, k := range []string{"steps", "notices", "unconfirmed", "duties", "escalations", "entries", "cautions"} {
		if counts[k] > 0 {
			b.Items = append(b.Items, p.t("close."+k, "count", counts[k]))
		}
	}
	if len(b.Items) == 0 {
		b = Block{Kind: Para, Text: p.t("close.clear")}
	}
	c.Body = []Block{b}
	if left.Any() {
		c.Tone = ToneBlocked
		c.Fields = []Field{{Label: p.t("apr.state"), Value: p.t("close.block", "items", strings.Join(b.Items, p.t("label.and"))), Tone: ToneBlocked}}
		c.Actions = []Action{primary(p.action("incident.show", "close.back", "")), danger(p.ask("incident.force", "close.force", ""))}
		return c, true
	}
	c.Actions = []Action{primary(p.ask("incident.close", "close.button", ""))}
	return c, true
}

// closed is the final card.
func (p *pen) closed(string) (Card, bool) {
	if p.s.Status != incident.Closed {
		return Card{}, false
	}
	line := p.t("ok.close.ok")
	if who := p.closer(); who != "" {
		line = p.t("close.ok.plain", "time", p.clock(p.s.Times.Closed), "person", p.person(who))
	}
	c := Card{Head: p.mark(line), Title: p.title(), Tone: ToneDone}
	c.Actions = []Action{p.ask("timeline.export", "exp.title", "")}
	return c, true
}

// closer is who closed the incident, if the entry can be read.
func (p *pen) closer() string {
	if p.Entries == nil {
		return ""
	}
	for _, e := range p.Entries(max(1, p.s.Seq-200), p.s.Seq) {
		if e.Kind == incident.KindClosed {
			return e.Actor
		}
	}
	return ""
}
