package chat

import (
	"fmt"
	"regexp"

	"irbot/internal/incident"
)

// acting tells the channel that a deputy carries somebody's duty, or that it
// was handed back. ref is the number of the entry.
func (p *pen) acting(seq string) (Card, bool) {
	for role, h := range p.s.Roles {
		if fmt.Sprint(h.Seq) != seq {
			continue
		}
		if h.For == "" {
			return Card{Head: p.mark(p.t("role.card.returned", "role", p.role(role), "person", p.person(h.Person))), Title: p.title(), Tone: ToneDone}, true
		}
		c := Card{Tone: ToneLate, Title: p.title()}
		c.Head = p.mark(p.t("role.card.acting", "role", p.role(role), "person", p.person(h.Person), "from", p.person(h.For)))
		c.Body = []Block{{Kind: Para, Text: p.t("role.card.how")}}
		c.Actions = []Action{p.action("role.return", "role.return", role)}
		return c, true
	}
	return Card{Head: p.mark(p.t("role.card.over")), Title: p.title(), Tone: ToneDone}, true
}

func (p *pen) formJump(ref string) (Form, bool) {
	e := p.s.Escalation(ref)
	if e == nil {
		return Form{}, false
	}
	in := p.in("level", "esc.level", InputChoice)
	in.Required = true
	for i, l := range e.Levels {
		in.Options = append(in.Options, Option{ID: fmt.Sprint(i + 1), Label: Truncate(fmt.Sprintf("%d %s", i+1, p.people(p.v.People(l.To))), 75)})
	}
	return p.form("esc.jump", "esc.jump", in, p.in("reason", "esc.reason", InputLines)), true
}

func (p *pen) formFurther(string) (Form, bool) {
	return p.form("esc.further", "esc.further", need(p.in("reason", "esc.reason", InputLines))), true
}

// ladderActions are what can be done with a ladder besides answering it.
func (p *pen) ladderActions(e *incident.Escalation) []Action {
	switch {
	case e.Ended == "acked" && e.Level+2 <= len(e.Levels):
		return []Action{p.ask("escalation.further", "esc.further", e.ID)}
	case e.Ended == "" && len(e.Levels) > 1:
		return []Action{p.ask("escalation.jump", "esc.jump", e.ID)}
	}
	return nil
}

var reRung = regexp.MustCompile(`^(?:level)?(\d{1,2})(?:段|段目|段へ|段目へ)?$`)

var reLadder = regexp.MustCompile(`^e\d{1,6}$`)

// climb reads what follows 上申: さらに and a reason, a level (3段目), or a role
// and a reason. Where several ladders are climbed, the level or さらに may say
// which one is meant (e2).
func (p *parser) climb() {
	if word, _ := p.peek(); reLadder.MatchString(fold(word)) {
		p.cmd.Target = fold(p.next())
	}
	p.sub("further さらに 更に 上へ")
	word, _ := p.peek()
	if m := reRung.FindStringSubmatch(fold(word)); m != nil && m[1] != fold(word) {
		p.cmd.Number = atoi(m[1])
		p.next()
	} else if p.cmd.Sub == "" {
		p.role()
	}
	p.cmd.Reason = p.text()
}
