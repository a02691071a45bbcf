package web

import (
	"slices"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// stepWord is the state of a step in one word and its tone (UX B.3): the same
// words on board, room and checklist.
func (p *page) stepWord(v *incident.View, st *incident.Step) (string, chat.Tone) {
	switch st.State {
	case incident.StepDone:
		return p.T("step.state.done"), chat.ToneDone
	case incident.StepSkipped:
		return p.T("step.state.skipped"), chat.ToneMuted
	case incident.StepNA:
		return p.T("step.state.na"), chat.ToneMuted
	case incident.StepBlocked:
		return p.T("step.state.blocked"), chat.ToneBlocked
	case incident.StepSecond:
		return p.T("step.state.second"), chat.ToneWaiting
	case incident.StepOpen, incident.StepTaken:
	}
	if slices.ContainsFunc(v.S.Notices, func(n *incident.Notice) bool {
		return n.State == incident.NoticeSubmitted && slices.Contains(st.Notify, n.Dest)
	}) {
		return p.T("step.state.approval"), chat.ToneWaiting
	}
	switch {
	case p.Over(st.Due):
		return p.T("step.state.over"), chat.ToneLate
	case st.State == incident.StepTaken:
		return p.T("step.state.taken"), chat.ToneCurrent
	case !st.CurrentAt.IsZero():
		return p.T("step.state.current"), chat.ToneCurrent
	}
	return p.T("step.state.open"), chat.ToneFree
}

// shape is the sign beside a tone's words, for eyes that do not tell the
// colours apart.
func shape(t chat.Tone, state incident.StepState) string {
	switch t {
	case chat.ToneDone:
		return "tick"
	case chat.ToneBlocked:
		return "octagon"
	case chat.ToneLate:
		return "clock"
	case chat.ToneWaiting:
		return "hourglass"
	case chat.ToneCurrent:
		return "triangle"
	case chat.ToneMuted:
		if state == incident.StepNA {
			return "slash"
		}
		return "dash"
	case chat.ToneFree, chat.ToneNone:
	}
	return "square"
}

// badge is a state as it is shown: word, shape and tone.
type badge struct {
	Word  string
	Shape string
	Tone  chat.Tone
}

// Badge is the state of a step.
func (p *page) Badge(st *incident.Step) badge {
	word, tone := p.stepWord(p.View, st)
	return badge{Word: word, Shape: shape(tone, st.State), Tone: tone}
}

// Mark is any word with the shape of its tone.
func (p *page) Mark(word string, tone chat.Tone) badge {
	return badge{Word: word, Shape: shape(tone, incident.StepOpen), Tone: tone}
}
