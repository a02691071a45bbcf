package chat

import (
	"fmt"
	"slices"
	"strings"

	"irbot/internal/incident"
	"irbot/internal/report"
)

// ReportChange is one item in which a report differs from the last one.
type ReportChange struct {
	Op     string // added, changed, gone
	Word   string // the same in words
	Label  string
	Before string
	After  string
}

// ApprovalFile is a file that leaves with a notice.
type ApprovalFile struct {
	Name   string
	Format string
	Size   string
	Digest string // SHA-256, hex
}

// reportPart adds to the approval what only a report of a form has: which form,
// what it needs, what was left out or let through for its label, what changed
// since the last one, and the files.
func (p *pen) reportPart(a *Approval, n *incident.Notice) {
	for _, f := range p.v.Files(n) {
		a.Files = append(a.Files, ApprovalFile{Name: OneLine(f.Name), Format: f.Format, Size: sizeWords(f.Size), Digest: f.Hash})
	}
	if len(a.Files) > 0 {
		var names []string
		for _, f := range a.Files {
			names = append(names, p.t("apr.file", "name", f.Name, "size", f.Size, "digest", shortDigest(f.Digest)))
		}
		a.Attach.Value = strings.Join(names, "\n")
	}
	if n.Recalls != "" {
		a.Notes = append(a.Notes, p.t("apr.recalls", "id", n.Recalls))
	}
	if n.RecalledBy != "" {
		a.Notes = append(a.Notes, p.t("apr.recalled", "id", n.RecalledBy))
	}
	p.labelled(a, n)
	form, ok := p.v.Form(n)
	if !ok {
		return
	}
	have, need := 0, 0
	var missing []string
	for _, l := range p.v.Lines(n) {
		if l.Must {
			need++
			if l.Missing {
				missing = append(missing, either(p.Lang, l.JA, l.EN))
			} else {
				have++
			}
		}
	}
	a.Fields = append(a.Fields,
		Field{Label: p.t("apr.form"), Value: form.Name(string(p.Lang)) + " " + p.reportName(n) + "  " + p.t("apr.frozen", "seq", n.Head)})
	if need > 0 {
		a.Fields = append(a.Fields, Field{Label: p.t("apr.required"), Value: p.t("apr.required.n", "have", have, "need", need), Tone: requiredTone(have, need)})
	}
	if len(missing) > 0 {
		a.Notes = append(a.Notes, p.t("apr.missing", "items", strings.Join(missing, p.t("label.and"))))
	}
	if gaps := p.gaps(n, form); len(gaps) > 0 {
		a.Notes = append(a.Notes, p.t("apr.gaps", "items", strings.Join(gaps, p.t("label.and"))))
	}
	if stale := p.v.Stale(n); len(stale) > 0 {
		a.Notes = append(a.Notes, p.t("apr.stale", "items", p.factNames(stale)))
	}
	if moved := p.v.Moved(n); len(moved) > 0 && n.Approver == "" && n.State != incident.NoticeWithdrawn {
		a.Notes = append(a.Notes, p.t("apr.moved", "items", p.factNames(moved)))
	}
	if at := p.v.Lapsed(n); !at.IsZero() {
		a.Notes = append(a.Notes, p.t("apr.lapsed", "time", p.clock(at)))
	}
	if n.ByHand(p.v.Text(n.Seq)) {
		a.Notes = append(a.Notes, p.t("apr.byhand"))
	}
	if form.Mark != "" && !form.Official {
		a.Notes = append(a.Notes, strings.TrimSpace(either(p.Lang, form.Mark, form.MarkEN)+p.compareWith(n)))
	}
	p.changes(a, n)
}

// gaps names the items of a plain form that its text passes over because nobody
// knows them; what a label kept out is told apart (labelled).
func (p *pen) gaps(n *incident.Notice, form *report.Form) []string {
	var out []string
	for _, l := range p.v.Lines(n) {
		if form.Plain && !l.Told() && !l.Held {
			out = append(out, either(p.Lang, l.JA, l.EN))
		}
	}
	return out
}

// compareWith asks, as long as nothing has left, to look at the official form.
func (p *pen) compareWith(n *incident.Notice) string {
	if n.Approver != "" {
		return ""
	}
	return p.t("apr.compare")
}

func requiredTone(have, need int) Tone {
	if have < need {
		return ToneBlocked
	}
	return ToneDone
}

// labelled names what was left out and what was let through for its TLP.
func (p *pen) labelled(a *Approval, n *incident.Notice) {
	if len(n.Held) > 0 {
		a.Notes = append(a.Notes, p.t("apr.held", "items", p.factNames(n.Held)))
	}
	for _, x := range n.Allowed {
		key := "apr.letin"
		if slices.Contains(n.Over, x.Field) {
			key = "apr.over"
		}
		a.Notes = append(a.Notes, p.t(key, "items", p.factName(x.Field)+" TLP:"+x.TLP, "who", p.person(x.By), "reason", OneLine(p.v.Text(x.Seq)["reason"])))
	}
}

func (p *pen) changes(a *Approval, n *incident.Notice) {
	last := p.v.LastSent(n)
	if last == nil {
		a.Revision.Value = p.t("apr.rev.nolast")
		return
	}
	for _, c := range p.v.Changes(n) {
		a.Changes = append(a.Changes, ReportChange{
			Op: c.Op, Word: p.t("apr.change." + c.Op), Label: either(p.Lang, c.JA, c.EN), Before: Safe(c.Before), After: Safe(c.After),
		})
	}
	a.Revision.Value = p.t("apr.changes", "id", last.ID, "n", len(a.Changes))
	if len(a.Changes) == 0 && last.Form == n.Form {
		a.Revision.Value = p.t("apr.changes.none", "id", last.ID)
	}
}

// factNames lists fields by name.
func (p *pen) factNames(ids []string) string {
	var out []string
	for _, id := range ids {
		out = append(out, p.factName(id))
	}
	return strings.Join(out, p.t("label.and"))
}

// reportName is what a notice is called, by its form.
func (p *pen) reportName(n *incident.Notice) string {
	if name := p.v.ReportName(n, string(p.Lang)); name != "" && (n.Form != "" || n.Recalls != "") {
		return name
	}
	return p.reportNo(n.No)
}

func either(lang Lang, ja, en string) string {
	if lang == EN && en != "" {
		return en
	}
	return ja
}

func sizeWords(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%d KB", (n+1023)/1024)
}
