package export

import (
	"cmp"
	"slices"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/timeline"
)

// evidence lists what was kept and who held it, with the words this copy may
// have: an item whose text is withheld is named by its number and hash only.
func (x *job) evidence(h *timeline.Header) []timeline.EvidenceLine {
	v := x.made.view
	lang := chat.JA
	if x.o.Lang == "en" {
		lang = chat.EN
	}
	var out []timeline.EvidenceLine
	for _, e := range chat.Custody(chat.Drawer{Words: x.Words, Lang: lang}, v) {
		at, shown := x.made.scan.evidence[e.Seq]
		if !shown {
			continue // outside the range: its words and its keeper's name are withheld
		}
		line := timeline.EvidenceLine{ID: e.ID, At: at, SHA256: strings.TrimPrefix(e.Hash, "sha256:"), Size: e.Size, Entry: e.Seq}
		if len(v.Text(e.Seq)) == 0 {
			line.Name = h.Say("(この控えでは伏せています)", "(withheld in this copy)")
			if slices.Contains(v.S.Erased, e.Seq) {
				line.Name = h.Say("(文面は消去済み)", "(its text was erased)")
			}
			out = append(out, line)
			continue
		}
		line.Name = cmp.Or(e.Name, chat.OneLine(e.Words), e.ID)
		line.By, line.What, line.Where, line.Tool, line.Offset, line.TLP, line.Holder = e.By, e.Words, e.Where, e.Tool, e.Offset, e.TLP, e.Holder
		whole := true
		for i := range e.Links {
			m, kept := x.move(h, &e.Links[i])
			if kept {
				line.Moves = append(line.Moves, m)
			}
			whole = whole && kept
		}
		if !whole {
			line.Holder = "" // a hand-over that is not in the copy would be given away
		}
		out = append(out, line)
	}
	return out
}

// move is one hand-over; kept is false where it lies outside the range.
func (x *job) move(h *timeline.Header, l *chat.CustodyLink) (m timeline.CustodyMove, kept bool) {
	at, kept := x.made.scan.evidence[l.Seq]
	if !kept {
		return m, false
	}
	hidden := h.Say("(伏せています)", "(withheld)")
	m = timeline.CustodyMove{ID: l.ID, From: l.From, To: l.To, At: at, State: "offered", Words: l.Said, Entries: []int64{l.Seq}}
	if len(x.made.view.Text(l.Seq)) == 0 {
		m.From, m.To = hidden, hidden
	}
	if ended, in := x.made.scan.evidence[l.EndSeq]; in && l.EndSeq > 0 {
		m.State, m.Ended, m.Entries = l.State, ended, append(m.Entries, l.EndSeq)
		m.Words = strings.Trim(l.Said+" / "+l.Closed, " /")
	}
	return m, true
}
