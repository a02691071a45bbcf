package chat

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"irbot/internal/incident"
)

// CustodyItem is a piece of evidence with everybody who held it, its moments with
// their year: it is shown to courts years later. All texts are
// plain and safe to show.
type CustodyItem struct {
	incident.Evidence
	Name, Words, Where, By, When, Tool, Offset string
	Holder                                     string
	Links                                      []CustodyLink
}

// CustodyLink is one hand-over.
type CustodyLink struct {
	ID, From, To, When, State, Ended, Words string
	Said, Closed                            string // Words of the hand-over, and of how it ended
	Seq, EndSeq                             int64
}

// Custody lists the evidence of an incident with its chain of custody, in the
// order in which it was registered.
func Custody(d Drawer, v *incident.View) []CustodyItem {
	p := d.pen(v)
	var out []CustodyItem
	for _, e := range v.S.Evidence {
		t := v.Text(e.Seq)
		x := CustodyItem{
			Evidence: e, Name: OneLine(t["name"]), Words: Safe(t["text"]), Where: OneLine(t["where"]), When: LongStamp(e.At, p.zone, p.Lang),
			By: OneLine(t["actor_name"]), Tool: OneLine(t["tool"]), Offset: OneLine(t["clock_offset"]),
		}
		if taker := OneLine(t["taker"]); taker != "" {
			x.By = taker + " (" + x.By + ")"
		}
		holder, last := v.S.Holder(e.ID)
		x.Holder = p.person(holder)
		if last != nil && holder == "" {
			x.Holder = OneLine(v.Text(last.Seq)["name"])
		}
		held := p.person(e.By)
		for _, h := range v.S.Custody {
			if h.Item != e.ID {
				continue
			}
			said, end := v.Text(h.Seq), v.Text(h.EndSeq)
			l := CustodyLink{
				ID: h.ID, From: held, To: OneLine(said["name"]), When: LongStamp(h.At, p.zone, p.Lang), State: h.State, Seq: h.Seq, EndSeq: h.EndSeq,
				Said:   joinNonEmpty(" / ", OneLine(said["reason"]), OneLine(said["where"])),
				Closed: joinNonEmpty(" / ", OneLine(end["text"]), OneLine(end["receipt"]), OneLine(end["reason"])),
			}
			l.Words = joinNonEmpty(" / ", l.Said, l.Closed)
			if !h.Ended.IsZero() {
				l.Ended = LongStamp(h.Ended, p.zone, p.Lang)
			}
			if h.State == incident.CustodyAccepted {
				held = l.To
			}
			x.Links = append(x.Links, l)
		}
		out = append(out, x)
	}
	return out
}

// custodyHeads are the heads of the register as a table.
func (p *pen) custodyHeads() []string {
	if p.Lang == EN {
		return []string{"Item", "Name", "What", "Where", "Taken by", "Taken", "SHA-256", "Bytes", "Tool", "Clock error", "TLP", "Entry", "Hand-over", "From", "To", "Handed over", "State", "Settled", "Words", "Entries"}
	}
	return []string{"証跡", "名称", "内容", "場所", "採取者", "採取時刻", "SHA-256", "バイト数", "道具", "時計のずれ", "TLP", "記録", "引渡し", "渡した人", "受けた人", "引渡し時刻", "状態", "確定時刻", "理由・確認・受領書", "記録"}
}

// custodyRows has a row for every item and one for every hand-over of it.
func (p *pen) custodyRows(items []CustodyItem) [][]string {
	var out [][]string
	for _, x := range items {
		head := []string{x.ID, x.Name, OneLine(x.Words), x.Where, x.By, x.When, strings.TrimPrefix(x.Hash, "sha256:"), fmt.Sprint(x.Size), x.Tool, x.Offset, x.TLP, fmt.Sprintf("#%d", x.Seq)}
		if len(x.Links) == 0 {
			out = append(out, append(head, "", "", "", "", "", "", "", ""))
		}
		for _, l := range x.Links {
			seqs := fmt.Sprintf("#%d", l.Seq)
			if l.EndSeq > 0 {
				seqs += fmt.Sprintf(" #%d", l.EndSeq)
			}
			out = append(out, append(head[:len(head):len(head)], l.ID, l.From, l.To, l.When, p.t("custody.state."+l.State), l.Ended, l.Words, seqs))
		}
	}
	return out
}

// CustodyCSV writes the register with its chain of custody for a spreadsheet:
// UTF-8 with a mark at the beginning, and nothing that begins a formula.
func CustodyCSV(d Drawer, v *incident.View) []byte {
	b := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(b)
	w.UseCRLF = true
	_ = w.Write(d.pen(v).custodyHeads())
	for _, row := range d.pen(v).custodyRows(Custody(d, v)) {
		for i, c := range row {
			if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
				row[i] = "'" + c
			}
		}
		_ = w.Write(row)
	}
	w.Flush()
	return b.Bytes()
}

// CustodyMarkdown writes the register with its chain of custody as a document.
func CustodyMarkdown(d Drawer, v *incident.View) string {
	p := d.pen(v)
	heads := p.custodyHeads()
	var b strings.Builder
	title := "証跡の台帳と引渡しの記録"
	if p.Lang == EN {
		title = "Register of evidence and chain of custody"
	}
	fmt.Fprintf(&b, "# %s %s %s\n", p.mark(title), v.S.ID, cell(p.v.Title()))
	last := ""
	for _, row := range p.custodyRows(Custody(d, v)) {
		if row[0] != last {
			last = row[0]
			fmt.Fprintf(&b, "\n## %s %s\n\n", row[0], cell(row[1]))
			for i, c := range row[2:12] {
				if c != "" {
					fmt.Fprintf(&b, "- %s: %s\n", heads[i+2], cell(c))
				}
			}
		}
		if row[12] != "" {
			fmt.Fprintf(&b, "- %s %s: %s → %s, %s (%s)\n", heads[12], row[12], cell(row[13]), cell(row[14]), joinNonEmpty(", ", row[15], joinNonEmpty(" ", row[16], row[17]), cell(row[18])), cell(row[19]))
		}
	}
	return b.String()
}
