package chat

import "irbot/internal/incident"

// reviewWords are the facts of what is learned from an incident, and of who
// holds evidence.
type reviewWords struct {
	Remark   string `json:"remark"`
	Question string `json:"question"`
	Action   string `json:"action"`
	Change   string `json:"change"`
	Lesson   string `json:"lesson"`
	Near     bool   `json:"near"`
	Taken    bool   `json:"taken"`
	State    string `json:"state"`
	Transfer string `json:"transfer"`
}

// learned puts an entry about a review or a hand-over of evidence into words.
func (w wordsOf) learned() {
	p, f := w.p, w.f
	id := f.Remark
	switch {
	case f.Action != "":
		id = f.Action
	case f.Change != "":
		id = f.Change
	case f.Lesson != "":
		id = f.Lesson
	case f.Transfer != "":
		id = f.Transfer
	}
	variant := ""
	if f.Near || f.Taken {
		variant = "yes"
	}
	text, person := OneLine(w.words["text"]), OneLine(w.words["person_name"])
	w.say(variant, "id", id, "text", text, "person", person, "item", f.Item, "who", OneLine(w.words["name"]),
		"names", OneLine(w.words["names"]), "question", p.Words.Or(p.Lang, "review.q."+f.Question, f.Question),
		"state", p.Words.Or(p.Lang, "review.audit."+f.State, f.State), "from", f.From.int(),
		"time", Stamp(f.Due.time(), p.zone, p.Lang), "tlp", f.TLP)
	switch w.e.Kind {
	case incident.KindCustodyOffered:
		w.r.To = OneLine(w.words["name"])
	case incident.KindActionAdded, incident.KindActionMoved, incident.KindActionReminded:
		w.r.To = person
	}
	w.result("tl.value", w.words["result"])
	w.result("tl.receipt", w.words["receipt"])
	w.result("tl.reason", w.words["reason"])
}

// reviewNews tells somebody that a review waits for them: the three questions,
// or an action of theirs; ref is the entry.
func (p *pen) reviewNews(ref string) (Card, bool) {
	e, ok := p.entry(ref)
	if !ok {
		return Card{}, false
	}
	c := Card{Title: p.title(), Tone: ToneWaiting, Footer: p.t("review.how")}
	if e.Kind == incident.KindReviewAsked {
		c.Head = p.mark(p.t("review.ask.head"))
		b := Block{Kind: List}
		for _, q := range incident.Questions() {
			b.Items = append(b.Items, p.t("review.q."+q))
		}
		c.Body = []Block{b}
	} else {
		a := p.s.Review.Action(readFacts(&e).Action)
		if a == nil {
			return Card{}, false
		}
		c.Head = p.mark(p.t("review.due.head", "id", a.ID, "time", Stamp(a.Due, p.zone, p.Lang)))
		c.Body = []Block{{Kind: Para, Text: Safe(p.v.Text(a.Seq)["text"])}}
	}
	if a, ok := p.link("review.open", "/after"); ok {
		c.Actions = append(c.Actions, a)
	}
	c.Fallback = OneLine(c.Head + " " + c.Title)
	return c, true
}
