package chat

// asked tells somebody that an act of theirs is wanted; ref is the entry.
func (p *pen) asked(ref string) (Card, bool) {
	e, ok := p.entry(ref)
	if !ok {
		return Card{}, false
	}
	name := OneLine(e.Fields()["actor_name"])
	if name == "" {
		name = p.person(e.Actor)
	}
	c := Card{Head: p.mark(p.t("asked.head", "person", name)), Title: p.title(), Tone: ToneWaiting}
	c.Fields = []Field{{Label: p.t("asked.what"), Value: p.classWord(readFacts(&e).Class)}}
	c.Footer = p.t("asked.how")
	if a, ok := p.link("inc.console", ""); ok {
		c.Actions = append(c.Actions, a)
	}
	c.Fallback = OneLine(c.Head + " " + c.Title)
	return c, true
}

// classWord says what a class of acts is for.
func (p *pen) classWord(class string) string { return p.Words.Or(p.Lang, "class."+class, class) }

func (w wordsOf) asked() {
	w.r.To = OneLine(w.words["person_name"])
	w.say("", "person", w.r.To, "what", w.p.classWord(w.f.Class))
}
