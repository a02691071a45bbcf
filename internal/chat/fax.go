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
