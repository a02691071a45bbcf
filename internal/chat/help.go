package chat

// topVerbs is how many verbs help shows before the rest.
const topVerbs = 5

// Help is the help card: the five most used verbs first, and with all the rest
// below them. Where verb is one, only its own line is shown.
func Help(w *Words, lang Lang, verb Verb, all bool) Card {
	c := Card{Key: "help", Head: w.T(lang, "help.title"), Fallback: w.T(lang, "help.title")}
	if verb != VerbHome && w.Has("help."+string(verb)) {
		c.Body = []Block{{Kind: Para, Text: w.T(lang, "help."+string(verb))}}
		return c
	}
	verbs := Verbs()
	c.Body = []Block{helpBlock(w, lang, "help.first", verbs[:topVerbs])}
	if all {
		c.Body = append(c.Body, helpBlock(w, lang, "help.more", verbs[topVerbs:]))
		return c
	}
	c.Actions = []Action{{ID: "help.more", Label: w.T(lang, "help.more"), Value: "-||0"}}
	return c
}

func helpBlock(w *Words, lang Lang, title string, verbs []Verb) Block {
	b := Block{Kind: List, Text: w.T(lang, title)}
	for _, v := range verbs {
		b.Items = append(b.Items, w.T(lang, "help."+string(v)))
	}
	return b
}
