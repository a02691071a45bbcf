package chat

import (
	"fmt"
	"strings"
	"time"

	"irbot/internal/incident"
)

// ETARow is what was said about one milestone of the recovery, in words. A time
// never stands in it without its confidence.
type ETARow struct {
	Milestone, Terminal string // ids
	What                string // ゲート再開(全ターミナル)
	When                string // 12:00〜18:00
	Confidence          string
	Basis               string
	Told                string
	By                  string
	At                  time.Time
	Until               time.Time // when it lapses
	Slips               int
	State               string // open, late, met, dropped
	StateWords          string
	Tone                Tone
	Past                []ETAPast // oldest first, the present one included
}

// ETAPast is one statement in the history of an ETA.
type ETAPast struct {
	No                                  int
	When, Confidence, Basis, Reason, By string
	At                                  time.Time
	Told                                string
	Kept                                string // in words: held, moved, lapsed
	Broken                              bool
}

// Line is the row in one sentence, for cards, reports and letters.
func (r ETARow) Line() string {
	return joinNonEmpty(" ", r.What+":", r.When, r.Confidence, r.StateWords)
}

// ETAs are the estimates of an incident in the order of the milestones; what
// nobody said anything about is not among them.
func (d Drawer) ETAs(v *incident.View) []ETARow { return d.pen(v).etaRows(v.S.Seq) }

// etaRows are the estimates as they stood after entry seq.
func (p *pen) etaRows(seq int64) []ETARow {
	var out []ETARow
	for _, m := range incident.Milestones() {
		for _, e := range p.s.Continuity.ETAs {
			if e.Milestone != m {
				continue
			}
			if r, ok := p.etaRow(e, seq); ok {
				out = append(out, r)
			}
		}
	}
	return out
}

func (p *pen) etaRow(e *incident.ETA, seq int64) (ETARow, bool) {
	n := 0
	for n < len(e.Said) && e.Said[n].Seq <= seq {
		n++
	}
	if n == 0 {
		return ETARow{}, false
	}
	x := &e.Said[n-1]
	now := n == len(e.Said)
	r := ETARow{
		Milestone: e.Milestone, Terminal: e.Terminal, What: p.milestoneAt(e.Milestone, e.Terminal), When: p.etaWhen(x),
		Confidence: p.t("eta.confidence", "level", p.t("eta.conf."+x.Confidence)), Basis: OneLine(p.v.Text(x.Seq)["basis"]),
		Told: p.etaTold(x), By: p.person(x.By), At: x.At, Until: x.To, State: "open", Tone: ToneCurrent,
	}
	for i := range n {
		past := p.etaPast(&e.Said[i])
		if e.Said[i].Broken && (i < n-1 || now) {
			r.Slips++
		}
		r.Past = append(r.Past, past)
	}
	var words []string
	switch {
	case now && !e.Met.IsZero():
		r.State, r.Tone = "met", ToneDone
		words = append(words, p.t("eta.met", "time", p.clock(e.Met)))
	case now && !e.Dropped.IsZero():
		r.State, r.Tone = "dropped", ToneBlocked
		words = append(words, p.t("eta.dropped"))
	case now && x.To.Before(p.v.Now):
		r.State, r.Tone = "late", ToneBlocked
		words = append(words, p.t("eta.late"))
	}
	if r.Slips > 0 {
		words = append(words, p.t("eta.slips", "n", r.Slips))
	}
	r.StateWords = strings.Join(words, " ")
	return r, true
}

func (p *pen) etaPast(x *incident.ETASaid) ETAPast {
	t := p.v.Text(x.Seq)
	past := ETAPast{
		No: x.No, When: p.etaWhen(x), Confidence: p.t("eta.conf." + x.Confidence), Basis: OneLine(t["basis"]), Reason: OneLine(t["reason"]),
		By: p.person(x.By), At: x.At, Told: p.etaTold(x), Broken: x.Broken,
	}
	switch {
	case !x.Lapsed.IsZero():
		past.Kept = p.t("eta.kept.lapsed")
	case x.Broken:
		past.Kept = p.t("eta.kept.moved")
	}
	return past
}

// etaWhen writes the moment or the range.
func (p *pen) etaWhen(x *incident.ETASaid) string {
	if x.From.IsZero() || x.From.Equal(x.To) {
		return p.clock(x.To)
	}
	return p.clock(x.From) + "〜" + p.clock(x.To)
}

// etaTold lists who was told, by name.
func (p *pen) etaTold(x *incident.ETASaid) string {
	var out []string
	for _, id := range x.Told {
		out = append(out, p.anybody(id))
	}
	for _, seq := range append([]int64{x.Seq}, x.TellSeqs...) {
		if words := OneLine(p.v.Text(seq)["told"]); words != "" {
			out = append(out, words)
		}
	}
	return strings.Join(out, p.t("label.and"))
}

// anybody is the name of a destination, role or person.
func (p *pen) anybody(id string) string {
	if _, ok := p.v.Site.Directory.Destination(id); ok {
		return p.dest(id)
	}
	if _, ok := p.v.Site.Directory.Role(id); ok {
		return p.role(id)
	}
	return p.person(id)
}

func (p *pen) terminal(id string) string {
	if id == "" || id == incident.AllTerminals {
		return p.t("terminal.all")
	}
	return p.v.Terminal(id, string(p.Lang))
}

func (p *pen) function(id string) string {
	if id == "" {
		return p.t("function.all")
	}
	return p.v.Function(id, string(p.Lang))
}

// milestoneAt names a milestone with its terminal.
func (p *pen) milestoneAt(milestone, terminal string) string {
	return p.Words.Or(p.Lang, "milestone."+milestone, milestone) + "(" + p.terminal(terminal) + ")"
}

// recovery is the field that every status card and report has once somebody
// said something about the recovery.
func (p *pen) recovery(seq int64) []Field {
	var lines []string
	tone := ToneNone
	for _, r := range p.etaRows(seq) {
		lines = append(lines, r.Line())
		if r.Tone == ToneBlocked {
			tone = ToneLate
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return []Field{{Label: p.t("eta.label"), Value: strings.Join(lines, "\n"), Tone: tone}}
}

// continuity is the field about level and continuity plan, where they are set.
func (p *pen) continuity() []Field {
	var lines []string
	k := &p.s.Continuity
	if x, ok := k.Level("", ""); ok {
		lines = append(lines, p.t("level.line", "level", x.Level, "words", p.t(fmt.Sprintf("level.%d", x.Level)), "person", p.person(x.By), "time", p.clock(x.At)))
	}
	if !k.BCP.At.IsZero() {
		lines = append(lines, p.t("bcp.line", "person", p.person(k.BCP.By), "time", p.clock(k.BCP.At), "criterion", p.criterion(k.BCP.Criterion)))
	}
	for _, m := range incident.Milestones() {
		for _, t := range p.terminals() {
			if at := k.At(m, t); !at.IsZero() {
				lines = append(lines, p.t("milestone.line", "what", p.milestoneAt(m, t), "time", p.clock(at)))
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return []Field{{Label: p.t("cargo.title"), Value: strings.Join(lines, "\n")}}
}

// terminals are those of the plan, or all of them as one.
func (p *pen) terminals() []string {
	if t := p.s.Continuity.Terminals; len(t) > 0 {
		return t
	}
	return []string{incident.AllTerminals}
}

func (p *pen) criterion(id string) string {
	return p.Words.Or(p.Lang, "criterion."+id, p.v.Criterion(id, string(p.Lang)))
}

// eta is the card of one estimate. ref is gate/t1.
func (p *pen) eta(ref string) (Card, bool) {
	milestone, terminal, _ := strings.Cut(ref, "/")
	e := p.s.Continuity.ETA(milestone, terminal)
	if e == nil {
		return Card{}, false
	}
	r, ok := p.etaRow(e, p.s.Seq)
	if !ok {
		return Card{}, false
	}
	head := p.t("eta.head", "what", r.What, "when", r.When, "confidence", r.Confidence)
	switch {
	case r.State == "late":
		head = p.t("eta.head.late", "what", r.What, "when", r.When)
	case r.State == "dropped":
		head = p.t("eta.head.dropped", "what", r.What)
	case e.Warned && r.State == "open":
		head = p.t("eta.head.soon", "what", r.What, "when", r.When)
	}
	c := Card{Head: p.mark(head), Title: p.title(), Tone: r.Tone}
	if e.Warned && r.State == "open" {
		c.Tone = ToneLate
	}
	c.Fields = []Field{
		{Label: p.t("eta.when"), Value: joinNonEmpty(" ", r.When, r.Confidence, r.StateWords)},
		{Label: p.t("eta.basis"), Value: r.Basis},
		{Label: p.t("eta.told"), Value: orUnknown(r.Told, p.t("eta.nobody"))},
	}
	if len(r.Past) > 1 {
		b := Block{Kind: List, Text: p.t("eta.history")}
		for _, x := range r.Past {
			b.Items = append(b.Items, joinNonEmpty(" ", fmt.Sprintf("%d.", x.No), x.When, "("+x.Confidence+")", x.Kept, x.Reason))
		}
		c.Body = []Block{b}
	}
	c.Footer = p.t("eta.rule")
	c.Actions = p.etaActions(r, ref)
	return p.cargoLink(c), true
}

// places are the places of work as they were last reported, each with its age
// and how much is done there by hand.
func (p *pen) places() []string {
	var out []string
	for _, t := range append([]string{incident.AllTerminals}, p.s.Continuity.Terminals...) {
		for _, f := range p.s.Continuity.Functions {
			x, ok := p.s.Continuity.Places[t+"/"+f.ID]
			if !ok {
				continue
			}
			line := fmt.Sprintf("%s(%s): %s", p.function(f.ID), p.terminal(t), p.t("place."+x.State))
			line = joinNonEmpty(" ", line, OneLine(p.v.Text(x.CapSeq)["capacity"]), "("+p.clock(x.At)+")")
			if p.v.Now.Sub(x.At) > figureOld {
				line += " " + p.t("figure.old")
			}
			out = append(out, line)
		}
	}
	return out
}

// etaActions are what can be said about an estimate: a new one, who heard it,
// that it was reached or that there is no outlook.
func (p *pen) etaActions(r ETARow, ref string) []Action {
	again := primary(p.ask("eta.set", "eta.again", ref))
	switch r.State {
	case "open", "late":
		return []Action{again, p.ask("eta.tell", "eta.tell", ref), p.ask("milestone.reach", "milestone.reach", ref), p.ask("eta.drop", "eta.drop", ref)}
	case "dropped":
		return []Action{again}
	}
	return nil
}

// cargoActions are what the board can be told from its card. The two signatures
// are not among them: they are given signed in, in the console.
func (p *pen) cargoActions() []Action {
	plan := p.ask("bcp.activate", "bcp.activate", "")
	if !p.s.Continuity.BCP.At.IsZero() {
		plan = p.ask("bcp.end", "bcp.end", "")
	}
	out := []Action{primary(p.ask("level.set", "level.set", "")), p.ask("eta.set", "eta.set", "")}
	if len(p.s.Continuity.Functions) > 0 {
		out = append(out, p.ask("cargo.set", "cargo.set", ""))
	}
	return append(out, inMenu(p.ask("figure.set", "figure.set", "")), inMenu(p.ask("milestone.reach", "milestone.reach", "")), inMenu(plan),
		inMenu(p.ask("manual.decide", "manual.decide", "")))
}

func orUnknown(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// cargo is the card of level, plan and milestones.
func (p *pen) cargo(string) (Card, bool) {
	c := Card{Head: p.mark(p.t("cargo.title")), Title: p.title(), Tone: ToneCurrent}
	c.Fields = append(p.continuity(), p.recovery(p.s.Seq)...)
	for _, f := range p.s.Continuity.Functions {
		if f.Missed > 0 && !f.Since.IsZero() {
			c.Tone = ToneLate
			c.Fields = append(c.Fields, Field{Label: p.function(f.ID), Value: p.t("objective.missed", "level", f.Missed-1), Tone: ToneLate})
		}
	}
	for _, g := range []string{incident.GateRestored, incident.GateClean} {
		if x, ok := p.s.Continuity.Signs[g]; ok {
			c.Fields = append(c.Fields, Field{Label: p.t("gate." + g), Value: p.t("gate.line", "person", p.person(x.By), "role", p.role(strings.TrimSuffix(x.Role, "-deputy")), "time", p.clock(x.At)), Tone: ToneDone})
		}
	}
	if lines := p.places(); len(lines) > 0 {
		c.Fields = append(c.Fields, Field{Label: p.t("cargo.state"), Value: strings.Join(lines, "\n")})
	}
	c.Actions = p.cargoActions()
	c.Fields = append(c.Fields, Field{Label: p.t("cargo.figures"), Value: orUnknown(strings.Join(p.figures(), "\n"), p.t("label.unknown"))})
	return p.cargoLink(c), true
}

func (p *pen) cargoLink(c Card) Card {
	if a, ok := p.link("cargo.open", "/cargo"); ok {
		c.Actions = append(c.Actions, a)
	}
	return c
}
