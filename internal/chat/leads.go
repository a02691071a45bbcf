package chat

import (
	"fmt"
	"slices"
	"strings"

	"irbot/internal/incident"
)

// AnswerNote is what stands behind the label of a step's i-th answer in its
// runbook, and the number that a step it names has in this incident.
func (d Drawer) AnswerNote(v *incident.View, st *incident.Step, i int, text string) string {
	return OneLine(d.pen(v).answerNote(st, i, text))
}

func (p *pen) answerNote(st *incident.Step, i int, text string) string {
	if i < len(st.Branches) {
		return p.leads(st, st.Branches[i].To, text)
	}
	return text
}

// leads adds the number here of the step that words such as 「手順 4 へ」 lead to,
// where it is another one than they say.
func (p *pen) leads(st *incident.Step, key, text string) string {
	n := p.s.LeadsTo(st, key)
	if n == 0 || slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }), fmt.Sprint(n)) {
		return text
	}
	return strings.TrimSpace(text + p.t("dec.leads", "n", n))
}

func nextKey(st *incident.Step) string {
	if st.Next == nil {
		return ""
	}
	return st.Next.To
}

// meantFor names the roles a step is meant for.
func (p *pen) meantFor(st *incident.Step) string {
	return OneLine(strings.Join(p.v.Asked(st, string(p.Lang)), p.t("label.and")))
}

// letter names an option: A, B, C.
func letter(i int) string { return string(rune('A' + i%26)) }

// stateWord is the state of a step in one word.
func (p *pen) stateWord(st *incident.Step) string {
	switch {
	case p.pending(st) != nil && !st.Closed():
		return p.t("step.state.approval")
	case p.late(st) && st.State != incident.StepBlocked:
		return p.t("step.state.over")
	case st.State == incident.StepOpen && !st.CurrentAt.IsZero():
		return p.t("step.state.current")
	}
	return p.t("step.state." + string(st.State))
}
