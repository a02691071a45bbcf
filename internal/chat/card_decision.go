package chat

import (
	"strings"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// decision is the decision card (UX 2.5), open or made.
func (p *pen) decision(id string) (Card, bool) {
	d := p.s.Decision(id)
	if d == nil {
		return Card{}, false
	}
	words := p.v.Text(d.Seq)
	c := Card{Title: OneLine(words["question"]), Tone: ToneLate}
	if !d.Made.IsZero() {
		p.made(&c, d)
		return c, true
	}
	c.Head = p.mark(p.decisionHead(d))
	c.Fields = append(c.Fields, Field{Label: p.t("dec.decider"), Value: p.decider(d)})
	c.Body = append(c.Body, p.options(d, words))
	for _, k := range []string{"known", "unknown"} {
		if t := Safe(words[k]); t != "" {
			c.Fields = append(c.Fields, Field{Label: p.t("dec." + k), Value: t})
		}
	}
	if n := len(d.Objected); n > 0 {
		c.Body = append(c.Body, p.said(Warn, "dec.objected", d.Objected))
	}
	if n := len(d.Asked); n > 0 {
		c.Body = append(c.Body, p.said(Para, "dec.asked", d.Asked))
	}
	c.Actions = p.decisionActions(d, words)
	if d.Objects.After(p.v.Now) {
		c.Footer = p.t("dec.until", "time", p.clock(d.Objects), "person", p.decider(d))
	}
	return c, true
}

func (p *pen) decisionHead(d *incident.Decision) string {
	if d.Due.IsZero() {
		return p.t("dec.need.notime") + "  " + d.ID
	}
	return p.t("dec.head", "id", d.ID, "time", p.clock(d.Due))
}

// decider is the role and the person who has it now.
func (p *pen) decider(d *incident.Decision) string {
	if d.Decider == "" {
		return p.people(p.v.Site.Who(incident.MayDecide, p.s))
	}
	out := p.role(d.Decider)
	if who := p.holder(d.Decider); who != "" {
		out += " " + p.person(who)
	}
	return out
}

func (p *pen) options(d *incident.Decision, words timeline.Text) Block {
	b := Block{Kind: List}
	for i, k := range d.Options {
		item := p.t("dec.option.val", "letter", letter(i), "text", OneLine(words["option_"+k]))
		if note := OneLine(words["note_"+k]); note != "" {
			item += "  " + note
		}
		b.Items = append(b.Items, item)
	}
	return b
}

// said lists what people said about a decision.
func (p *pen) said(kind BlockKind, key string, seqs []int64) Block {
	lines := []string{p.t(key, "count", len(seqs))}
	for _, seq := range seqs {
		t := p.v.Text(seq)
		lines = append(lines, OneLine(t["actor_name"]+": "+t["text"]))
	}
	return Block{Kind: kind, Text: strings.Join(lines, "\n")}
}

const maxOptions = 3 // buttons beside the two that every decision has

func (p *pen) decisionActions(d *incident.Decision, words timeline.Text) []Action {
	var out []Action
	for i, k := range d.Options {
		a := p.ask("decision.make", "dec.option", d.ID+"#"+k)
		a.Label = Truncate(p.t("dec.option.val", "letter", letter(i), "text", OneLine(words["option_"+k])), 30)
		a.A11y = Truncate(p.t("dec.option.val", "letter", letter(i), "text", OneLine(words["option_"+k])), 75)
		a.Menu = i >= maxOptions
		out = append(out, a)
	}
	return append(out, p.ask("decision.ask", "dec.info", d.ID), p.ask("decision.object", "dec.obj", d.ID))
}

// made is the card after the decision: what, who, why, until when.
func (p *pen) made(c *Card, d *incident.Decision) {
	words := p.v.Text(d.MadeSeq)
	args := []any{"choice", p.chosen(d), "person", p.person(d.By), "time", p.clock(d.Made), "review", p.clock(d.Review)}
	key := "dec.made"
	switch {
	case d.Review.IsZero():
		key = "dec.made.noreview"
	case d.Decider != "" && p.holder(d.Decider) != d.By && p.holder(d.Decider) != "":
		key, args = "dec.made.deputy", append(args, "principal", p.person(p.holder(d.Decider)))
	}
	c.Head, c.Tone = p.mark(d.ID+"  "+p.t(key, args...)), ToneDone
	if q := OneLine(words["question"]); c.Title == "" {
		c.Title = q
	}
	if basis := Safe(words["basis"]); basis != "" {
		c.Fields = append(c.Fields, Field{Label: p.t("dec.basis"), Value: basis})
	}
}

// chosen is the choice with its letter.
func (p *pen) chosen(d *incident.Decision) string {
	text := OneLine(p.v.Text(d.MadeSeq)["choice"])
	if len(d.Choice) != 1 || d.Choice[0] < 'a' || d.Choice[0] > 'z' {
		return text
	}
	return strings.TrimSpace(p.t("dec.option.val", "letter", strings.ToUpper(d.Choice), "text", text))
}

// review says that it is time to look at a decision again.
func (p *pen) review(id string) (Card, bool) {
	d := p.s.Decision(id)
	if d == nil {
		return Card{}, false
	}
	q := OneLine(p.v.Text(d.MadeSeq)["question"])
	c := Card{Head: p.mark(p.t("dec.review.due", "id", d.ID, "question", q)), Tone: ToneLate}
	c.Title = p.t("dec.made.noreview", "choice", p.chosen(d), "person", p.person(d.By), "time", p.clock(d.Made))
	c.Actions = []Action{p.ask("decision.open", "dec.open", d.ID), p.ask("note.add", "step.note", "")}
	return c, true
}
