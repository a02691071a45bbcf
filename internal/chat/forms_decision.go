package chat

import (
	"strings"
	"time"
)

// reviewAfter is when a decision is looked at again, where nobody says else.
const reviewAfter = 2 * time.Hour

// formDecide asks for the answer, its basis and the time of review. ref is D3
// or r1/2.1, with #a where an answer was pressed.
func (p *pen) formDecide(ref string) (Form, bool) {
	id, key, _ := strings.Cut(ref, "#")
	question, options := p.answers(id)
	choice := need(p.in("choice", "dec.title", InputChoice))
	choice.Options, choice.Value = options, key
	review := need(p.in("review", "dec.review", InputMoment))
	review.Value = p.v.Now.Add(reviewAfter).In(p.zone).Format(momentLayout)
	f := p.form("dec.title", "dec.confirm", choice, need(p.in("basis", "dec.basis.req", InputLines)), review)
	f.Body = []Block{{Kind: Para, Text: question}}
	return f, len(options) > 0
}

// answers are the question and the answers of a decision or a decision step.
func (p *pen) answers(ref string) (question string, options []Option) {
	add := func(i int, key, text string) {
		label := p.t("dec.option.val", "letter", string(rune('A'+i)), "text", OneLine(text))
		options = append(options, Option{ID: key, Label: Truncate(strings.TrimSpace(label), 75)})
	}
	if d := p.s.Decision(ref); d != nil {
		t := p.v.Text(d.Seq)
		for i, k := range d.Options {
			add(i, k, t["option_"+k])
		}
		return OneLine(t["question"]), options
	}
	st := p.s.FindStep(ref)
	if st == nil {
		return "", nil
	}
	question = OneLine(p.v.StepTitle(st))
	src := p.v.Source(st)
	for i, b := range st.Branches {
		text := ""
		if src != nil && src.Decision != nil && i < len(src.Decision.Branches) {
			text = src.Decision.Branches[i].Label
		}
		add(i, b.Key, text)
	}
	if src != nil && src.Decision != nil && src.Decision.Question != "" {
		question = OneLine(src.Decision.Question)
	}
	return question, options
}

func (p *pen) formAskInfo(ref string) (Form, bool) {
	return p.form("dec.info", "tl.submit", need(p.in("text", "dec.question.info", InputLines))), p.s.Decision(ref) != nil
}

func (p *pen) formObject(ref string) (Form, bool) {
	return p.form("dec.obj", "tl.submit", need(p.in("reason", "dec.objection", InputLines))), p.s.Decision(ref) != nil
}

func (p *pen) formOpenDecision(string) (Form, bool) {
	role := p.roleInput("ciso")
	role.ID, role.Label, role.Required = "decider", p.t("dec.decider"), false
	question := need(p.in("question", "dec.question", InputText))
	question.Max = 500
	return p.form("dec.open", "dec.open", question, need(p.in("options", "dec.options", InputLines)),
		role, p.ahead("until", "apr.due"), p.in("known", "dec.known", InputLines), p.in("unknown", "dec.unknown", InputLines)), true
}
