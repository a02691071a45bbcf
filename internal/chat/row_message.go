package chat

import (
	"strings"

	"irbot/internal/incident"
)

// message tells how a message fares.
func (w wordsOf) message() {
	p, f := w.p, w.f
	to := f.Msg
	if m := p.s.Message(f.Msg); m != nil {
		switch {
		case m.Person != "":
			to = p.person(m.Person)
		case m.Dest != "":
			to = p.dest(m.Dest)
		case m.Card != "":
			to = p.t("surface.slack")
		}
	}
	means := jsonText(f.Means)
	w.r.To = to
	variant := ""
	if w.e.Kind == incident.KindMsgReported {
		variant = f.As
	}
	w.say(variant, "to", to, "means", p.Words.Or(p.Lang, "means."+means, means), "try", f.Try)
	if len(f.Dial) > 0 {
		w.result("tl.value", p.t("esc.ring", "who", p.people(f.Dial)))
	}
	w.result("tl.value", p.Words.Trouble(p.Lang, w.words["error"], 400))
	w.result("tl.receipt", w.words["receipt"])
	if variant != "" {
		w.result("tl.value", w.words["note"])
	}
	if f.With != "" {
		w.result("tl.value", p.t("ent.message.merged", "id", f.With))
	}
	if len(f.Carries) > 0 {
		w.result("tl.value", p.t("ent.message.carries", "n", len(f.Carries), "list", strings.Join(f.Carries, ", ")))
	}
	w.result("tl.reason", w.words["reason"])
}
