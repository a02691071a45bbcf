package incident

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"irbot/internal/directory"
	"irbot/internal/report"
	"irbot/internal/timeline"
)

// NoForm asks for the plain wording where a destination has a usual form.
const NoForm = "none"

// RefillNotice writes a report again from the facts as they are now. What was
// changed by hand is gone; it voids an approval.
type RefillNotice struct {
	Notice string `json:"notice"`
	Report string `json:"report,omitempty"` // first, update or final; "" keeps it
	TLP    string `json:"tlp,omitempty"`
}

// OverrideTLP lets one fact above a recipient's TLP into the letters of this
// notice, by name and with a reason. It changes no text: the author puts the
// fact in, and somebody else approves.
type OverrideTLP struct {
	Notice string `json:"notice"`
	Field  string `json:"field"`
	Why    string `json:"why"`
}

// RecallNotice drafts the letter that corrects or takes back one that left
// (訂正・取消の文面). It names what it is about.
type RecallNotice struct {
	Notice string `json:"notice"`
	Why    string `json:"why"`
	Right  string `json:"right,omitempty"` // what is right instead; "" takes the whole back
}

// Name implements Command.
func (RefillNotice) Name() string { return "notice.refill" }
func (RefillNotice) class() Class { return MayRespond }

// Name implements Command.
func (OverrideTLP) Name() string { return "notice.override" }
func (OverrideTLP) class() Class { return MayApprove }

// Name implements Command.
func (RecallNotice) Name() string { return "notice.recall" }
func (RecallNotice) class() Class { return MayRespond }

// chooseForm settles which form a draft follows, which report it is and its
// number. A free text and a wording of a runbook follow none.
func (c *call) chooseForm(x DraftNotice, dest directory.Destination, whole bool, f *noticeFacts) error {
	f.Template = c.s.templateID(x.Template)
	form, known := c.site.Forms.Form(x.Form)
	switch {
	case x.Form != "" && x.Form != NoForm && !known:
		return refuse("form.unknown", "form", x.Form)
	case x.Form == "" && x.Template == "" && !whole:
		form, known = c.site.Forms.For(dest.ID, dest.Kind)
	}
	if known {
		f.Form = form.ID
	}
	at := c.series(dest.ID, f.Form, "")
	f.No = at.next("")
	if !known {
		if at.last == 0 && at.open != nil && !whole && at.open.Template == f.Template {
			return at.refuseFollowUp(dest.Name)
		}
		return nil
	}
	f.Report = x.Report
	if f.Report == "" {
		f.Report = report.First
		if at.last > 0 && form.Has(report.Update) {
			f.Report = report.Update
		}
	}
	if !form.Has(f.Report) {
		return refuse("form.kind", "form", form.JA, "form_en", form.EN, "kind", f.Report)
	}
	f.No = at.next(f.Report)
	// A second draft that nobody called a first report is meant to follow one.
	if (c.followsUp(f.Form, f.Report) && !at.begun()) || (x.Report == "" && at.last == 0 && at.open != nil) {
		return at.refuseFollowUp(dest.Name)
	}
	return nil
}

// facts is what an entry about a notice repeats of it.
func (n *Notice) facts() noticeFacts {
	return noticeFacts{
		Notice: n.ID, Dest: n.Dest, No: n.No, Template: n.Template, TLP: n.TLP, Due: us(n.Due), Form: n.Form, Report: n.Report,
		Forms: n.Forms, Head: n.Head, Rendered: n.Rendered, Promise: us(n.Promise), Held: n.Held, Over: n.Over, Recalls: n.Recalls,
	}
}

// editable refuses to change what left, or may have left.
func (c *call) editable(n *Notice) error {
	switch n.State {
	case NoticeDraft, NoticeSubmitted, NoticeReturned:
		return nil
	case NoticeApproved, NoticeSent, NoticeFailed, NoticeUnconfirmed, NoticeWithdrawn:
	}
	if c.unsent(n) {
		return nil
	}
	return refuse("notice.gone", "notice", n.ID)
}

func (n *Notice) allowed() map[string]bool {
	out := map[string]bool{}
	for _, a := range n.Allowed {
		out[a.Field] = true
	}
	return out
}

func (x RefillNotice) decide(c *call) (Change, error) {
	n, err := c.notice(x.Notice)
	if err != nil {
		return Change{}, err
	}
	if err := c.editable(n); err != nil {
		return Change{}, err
	}
	form, ok := c.site.Forms.Form(n.Form)
	if !ok {
		return Change{}, refuse("form.none", "notice", n.ID)
	}
	dest, ok := c.site.Directory.Destination(n.Dest)
	if !ok {
		return Change{}, refuse("dest.unknown", "dest", n.Dest)
	}
	f := n.facts()
	f.TLP = orDefault(x.TLP, n.TLP)
	if x.Report != "" {
		if f.Report = x.Report; !form.Has(f.Report) {
			return Change{}, refuse("form.kind", "form", form.JA, "form_en", form.EN, "kind", f.Report)
		}
	}
	if err := c.renumber(n, &f, x.Report, form); err != nil {
		return Change{}, err
	}
	l := c.fill(dest, &f, n.allowed())
	l.means = n.Means
	return c.rewrite(n, f, l)
}

func (x OverrideTLP) decide(c *call) (Change, error) {
	n, err := c.notice(x.Notice)
	if err != nil {
		return Change{}, err
	}
	if err := c.editable(n); err != nil {
		return Change{}, err
	}
	field, ok := c.site.Forms.FieldNamed(x.Field)
	if !ok {
		return Change{}, refuse("fact.unknown", "field", x.Field)
	}
	fact := c.sight().facts()[field.ID]
	if !fact.Known() || !report.Above(fact.TLP, n.TLP) {
		return Change{}, refuse("tlp.not_above", "field", field.JA, "tlp", "TLP:"+n.TLP)
	}
	why := Clean(x.Why)
	if why == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	ch := one(c.draft(KindNoticeOverride, overrideFacts{Notice: n.ID, Field: field.ID, TLP: fact.TLP, Max: n.TLP}, "reason", why))
	ch.Outcome = Outcome{Code: "notice.overridden", Ref: n.ID, Args: map[string]string{"field": field.JA, "field_en": field.EN}}
	return ch, nil
}

// complete refuses to hand in a report that lacks what this kind needs. It
// looks at what the letter was made from, not at what became known since.
func (c *call) complete(n *Notice) error {
	if n.Form == "" {
		return nil
	}
	var ja, en []string
	for _, l := range report.Thaw(c.text(n.Seq)["snapshot"]) {
		if l.Missing {
			ja, en = append(ja, l.JA), append(en, l.EN)
		}
	}
	if len(ja) == 0 {
		return nil
	}
	return refuse("notice.missing", "notice", n.ID, "fields", strings.Join(ja, "、"), "fields_en", strings.Join(en, ", "))
}

// leak refuses a letter that holds the words of a fact above its TLP which
// nobody let through by name, however they got there.
func (c *call) leak(f noticeFacts, l letter) error {
	facts := c.sight().facts()
	allowed := map[string]bool{}
	if n := c.s.Notice(f.Notice); n != nil {
		allowed = n.allowed()
	}
	text := bare(l.subject + "\n" + l.body)
	open := ""
	for _, fact := range facts {
		if !report.Above(fact.TLP, f.TLP) {
			open += bare(fact.Value) + "\n"
		}
	}
	var ja, en []string
	for _, field := range c.site.Forms.Fields() {
		fact := facts[field.ID]
		if !fact.Known() || allowed[field.ID] || !report.Above(fact.TLP, f.TLP) {
			continue
		}
		for _, line := range strings.Split(fact.Value, "\n") {
			b := bare(line)
			if len([]rune(b)) >= minLeak && strings.Contains(text, b) && !strings.Contains(open, b) {
				ja, en = append(ja, field.JA), append(en, field.EN)
				break
			}
		}
	}
	if len(ja) == 0 {
		return nil
	}
	return refuse("tlp.fact", "fields", strings.Join(ja, "、"), "fields_en", strings.Join(en, ", "), "tlp", "TLP:"+f.TLP)
}

// minLeak is the shortest line, in characters, that is looked for: shorter ones
// (停止, なし) stand in every letter.
const minLeak = 6

// bare is a text as it is compared: usual width, lower case, no white space.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))
}

func (x RecallNotice) decide(c *call) (Change, error) {
	n, err := c.notice(x.Notice)
	if err != nil {
		return Change{}, err
	}
	if n.State != NoticeSent && n.State != NoticeUnconfirmed && (n.State != NoticeApproved || len(n.Messages)+len(n.Phoned) == 0) {
		return Change{}, refuse("notice.not_left", "notice", n.ID)
	}
	why, right := Clean(x.Why), Clean(x.Right)
	if why == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	f := noticeFacts{Notice: fmt.Sprintf("N%d", len(c.s.Notices)+1), Dest: n.Dest, No: n.No, TLP: n.TLP, Recalls: n.ID}
	d, err := c.noticeEntry(KindNoticeDrafted, f, c.recallLetter(n, why, right))
	if err != nil {
		return Change{}, err
	}
	return Change{Entries: []timeline.Draft{d}, Outcome: Outcome{Code: "notice.recall", Ref: f.Notice}}, nil
}

// recallLetter names what it corrects: report, number, time, subject, receipt.
func (c *call) recallLetter(n *Notice, why, right string) letter {
	x, old := c.sight(), c.text(n.Seq)
	kind := "取消"
	if right != "" {
		kind = "訂正"
	}
	subject := strings.TrimPrefix(old["subject"], "【訓練】")
	name := reportNo(n.No)
	if form, ok := c.site.Forms.Form(n.Form); ok {
		name = form.Issue(n.Report, n.No, "ja")
	}
	sent := n.Done
	if sent.IsZero() {
		sent = n.Approved
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s 御中\n\n次の連絡を%sします。\n\n", old["dest_name"], map[string]string{"訂正": "訂正", "取消": "取り消"}[kind])
	fmt.Fprintf(&b, "1 対象: %s（%s %s）\n2 件名: %s\n3 送った日時: %s\n", name, c.s.ID, n.ID, subject, x.longTime(sent))
	if r := c.receiptOf(n); r != "" {
		fmt.Fprintf(&b, "4 受付番号: %s\n", r)
	} else {
		b.WriteString("4 受付番号: なし\n")
	}
	fmt.Fprintf(&b, "5 理由: %s\n", why)
	if right != "" {
		fmt.Fprintf(&b, "6 正しい内容: %s\n", right)
	} else {
		b.WriteString("6 正しい内容: 全体を取り消します。改めて報告するまで、先の内容は使わないでください。\n")
	}
	fmt.Fprintf(&b, "7 先の文面の SHA-256（先頭8桁）: %s\n\n%s　連絡先 %s", n.Digest[:min(8, len(n.Digest))], c.site.Name, c.site.Phone)
	return letter{subject: fmt.Sprintf("【%s】%s", kind, subject), body: b.String(), means: n.Means}
}

// receiptOf is the number the other side gave: what a person recorded counts.
func (c *call) receiptOf(n *Notice) string {
	for _, seq := range slices.Concat(n.Phoned, n.Receipts) {
		if r := c.text(seq)["receipt"]; r != "" {
			return r
		}
	}
	return ""
}
