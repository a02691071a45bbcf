package chat

import "strings"

// ring asks to ring by hand whom irbot cannot reach, with the number, what to
// say, and a button for either outcome. ref is e1.
func (p *pen) ring(ref string) (Card, bool) {
	e := p.s.Escalation(ref)
	if e == nil || len(e.Dials) == 0 {
		return Card{}, false
	}
	c := Card{Title: p.title(), Tone: ToneLate}
	todo := e.ToRing()
	if answer := p.answered(e); answer != "" {
		c.Head, c.Tone = p.mark(answer), ToneDone
		return c, true
	}
	if len(todo) == 0 {
		c.Head, c.Tone = p.mark(p.t("esc.ring.done")), ToneDone
		return c, true
	}
	var who []string
	for _, d := range todo {
		number := p.phone(d.Person)
		if number == "" {
			number = p.t("esc.ring.nonumber")
		}
		who = append(who, p.person(d.Person))
		c.Fields = append(c.Fields, Field{Label: p.person(d.Person), Value: number})
	}
	c.Head = p.mark(p.t("esc.ring", "who", strings.Join(who, p.t("esc.ring.and"))))
	c.Body = []Block{{Kind: Para, Text: p.t("esc.ring.say", "title", p.title(), "ask", p.request(e))}}
	c.Actions = []Action{primary(p.ask("escalation.phoneack", "esc.phoneack", e.ID))}
	for _, d := range todo {
		a := p.action("escalation.rang", "esc.rang", e.ID+"#"+d.Person)
		a.Label = p.t("esc.rang", "person", p.person(d.Person))
		c.Actions = append(c.Actions, a)
	}
	if a, ok := p.link("inc.console", "#"+e.ID); ok {
		c.Actions = append(c.Actions, a)
	}
	return c, true
}
