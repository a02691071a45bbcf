package timeline

import (
	"fmt"
	"strings"
)

// CustodyHeading stands above the register of evidence with its chain of custody.
func (h *Header) CustodyHeading() string {
	return h.say("証跡の台帳と引渡しの記録", "Register of evidence and chain of custody")
}

// CustodyFact is a label with what is said under it.
type CustodyFact struct{ Label, Value string }

// CustodyFacts are the lines of the register about one piece of evidence: what
// it is, where, by whom, when and with what it was taken, and who holds it. What
// was not said has no line.
func (h *Header) CustodyFacts(e *EvidenceLine) []CustodyFact {
	var out []CustodyFact
	add := func(label, value string) {
		if value = strings.TrimSpace(value); value != "" {
			out = append(out, CustodyFact{label, value})
		}
	}
	add(h.say("内容", "What"), e.What)
	add(h.say("場所", "Where"), e.Where)
	add(h.say("採取", "Taken"), h.full(e.At)+"  "+oneLine(e.By))
	add(h.say("道具", "Tool"), e.Tool)
	add(h.say("時計のずれ", "Clock error"), e.Offset)
	size := ""
	if e.Size > 0 {
		size = fmt.Sprintf("  %d %s", e.Size, h.say("バイト", "bytes"))
	}
	add("SHA-256", e.SHA256+size)
	add("TLP", e.TLP)
	add(h.say("いま持つ人", "Held by"), e.Holder)
	return out
}

// CustodyMoves are the hand-overs of one piece of evidence, a line each.
func (h *Header) CustodyMoves(e *EvidenceLine) []string {
	out := make([]string, 0, len(e.Moves))
	for _, m := range e.Moves {
		s := fmt.Sprintf("%s  %s  %s → %s  %s", m.ID, h.full(m.At), m.From, m.To, h.moveState(m.State))
		if !m.Ended.IsZero() {
			s += " " + h.full(m.Ended)
		}
		if m.Words != "" {
			s += "  " + m.Words
		}
		for i, n := range m.Entries {
			s += [2]string{"  #", " #"}[min(i, 1)] + fmt.Sprint(n)
		}
		out = append(out, oneLine(s))
	}
	return out
}

func (h *Header) moveState(state string) string {
	switch state {
	case "accepted":
		return h.say("受領", "accepted")
	case "refused":
		return h.say("不成立", "did not happen")
	}
	return h.say("受領待ち", "waits for acceptance")
}
