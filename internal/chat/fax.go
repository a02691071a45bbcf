package chat

import (
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// handLabel is the label of the button that records a notice carried out by hand.
func handLabel(n *incident.Notice) string {
	if n.Faxed() {
		return "apr.fax"
	}
	return "apr.phone"
}

// handVariant is "fax" for the entry that says a faxed notice was sent, else the
// variant as it was.
func handVariant(k timeline.Kind, n *incident.Notice, variant string) string {
	if k == incident.KindNoticePhoned && n.Faxed() {
		return "fax"
	}
	return variant
}

// ScriptLabel names what opens the words to read out, or to send by fax.
func ScriptLabel(n *incident.Notice) string {
	if n.Faxed() {
		return "apr.fax.script"
	}
	return "apr.script"
}

// handState is the state of an approved notice that waits to be carried out by hand.
func handState(n *incident.Notice) string {
	if n.Faxed() {
		return "notice.state.tofax"
	}
	return "notice.state.tophone"
}
