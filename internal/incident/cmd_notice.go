package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/timeline"
)

// DraftNotice writes a notice to an outside body from a template of the runbook
// or a text. What is not known is written as 不明（調査中）.
type DraftNotice struct {
	Dest     string   `json:"dest"`
	Template string   `json:"template,omitempty"` // wording of a runbook in the incident, by slug or title; "" = built in
	Form     string   `json:"form,omitempty"`     // form of the report; "" is the usual one of the destination, "none" is none
	Report   string   `json:"report,omitempty"`   // first, update or final; "" follows from what was sent before
	Step     string   `json:"step,omitempty"`
	Subject  string   `json:"subject,omitempty"`
	Body     string   `json:"body,omitempty"`
	Means    []string `json:"means,omitempty"` // nil: all the destination has
	TLP      string   `json:"tlp,omitempty"`
}

// EditNotice changes the wording; it voids an approval.
type EditNotice struct {
	Notice  string   `json:"notice"`
	Subject string   `json:"subject"`
	Body    string   `json:"body"`
	Means   []string `json:"means,omitempty"`
	TLP     string   `json:"tlp,omitempty"`
}

// SubmitNotice asks for approval.
type SubmitNotice struct {
	Notice string `json:"notice"`
}

// ApproveNotice approves the exact text whose digest the approver was shown.
// Opened says that a screen with the full text was open; only such surfaces set
// it, and nothing is approved without.
type ApproveNotice struct {
	Notice string `json:"notice"`
	Digest string `json:"digest"`
	Opened bool   `json:"-"`
}

// ReturnNotice sends a notice back to its author.
type ReturnNotice struct {
	Notice string `json:"notice"`
	Why    string `json:"why"`
}

// WithdrawNotice gives a notice up before it left.
type WithdrawNotice struct {
	Notice string `json:"notice"`
	Why    string `json:"why"`
}

// PhonedNotice records that an approved notice was read out on the phone, and
// who answered.
type PhonedNotice struct {
	Notice  string `json:"notice"`
	Who     string `json:"who"`
	Reply   string `json:"reply,omitempty"`
	Receipt string `json:"receipt,omitempty"`
}

// ReceiptNotice records a receipt number that came later.
type ReceiptNotice struct {
	Notice  string `json:"notice"`
	Receipt string `json:"receipt"`
}

// ResolveMessage is a person's decision about a message whose outcome is
// unknown: accepted, failed, or resend.
type ResolveMessage struct {
	Msg string `json:"msg"`
	As  string `json:"as"`
	Why string `json:"why"`
}

// Name implements Command.
func (DraftNotice) Name() string { return "notice.draft" }
func (DraftNotice) class() Class { return MayRespond }

// Name implements Command.
func (EditNotice) Name() string { return "notice.edit" }
func (EditNotice) class() Class { return MayRespond }

// Name implements Command.
func (SubmitNotice) Name() string { return "notice.submit" }
func (SubmitNotice) class() Class { return MayRespond }

// Name implements Command.
func (ApproveNotice) Name() string { return "notice.approve" }
func (ApproveNotice) class() Class { return MayApprove }

// Name implements Command.
func (ReturnNotice) Name() string { return "notice.return" }
func (ReturnNotice) class() Class { return MayApprove }

// Name implements Command.
func (WithdrawNotice) Name() string { return "notice.withdraw" }
func (WithdrawNotice) class() Class { return MayRespond }

// Name implements Command.
func (PhonedNotice) Name() string { return "notice.phoned" }
func (PhonedNotice) class() Class { return MayRespond }

// Name implements Command.
func (ReceiptNotice) Name() string { return "notice.receipt" }
func (ReceiptNotice) class() Class { return MayRespond }

// Name implements Command.
func (ResolveMessage) Name() string { return "message.resolve" }
func (ResolveMessage) class() Class { return MayRespond }

// TLPs are the labels in rising strictness (FIRST TLP 2.0).
func TLPs() []string { return []string{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"} }

func tlpRank(l string) int {
	return slices.Index(TLPs(), strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(l)), "TLP:"))
}

// DrillRecipient stands for every outside recipient in a drill.
const DrillRecipient = "訓練用受信箱（本物の宛先には送られません） / drill inbox (never the real address)"

func (x DraftNotice) decide(c *call) (Change, error) {
	dest, ok := c.site.Directory.Destination(x.Dest)
	if !ok {
		return Change{}, refuse("dest.unknown", "dest", x.Dest)
	}
	x = c.asWritten(x, dest)
	f := noticeFacts{Notice: fmt.Sprintf("N%d", len(c.s.Notices)+1), Dest: dest.ID, TLP: orDefault(x.TLP, dest.TLP, "AMBER")}
	l := letter{subject: Clean(x.Subject), body: Clean(x.Body), means: x.Means}
	whole := l.subject != "" && l.body != ""
	if err := c.chooseForm(x, dest, whole, &f); err != nil {
		return Change{}, err
	}
	if !whole {
		made := c.fill(dest, &f, nil)
		made.means = l.means
		if l.subject != "" {
			made.subject = l.subject
		}
		if l.body != "" {
			made.body = l.body
		}
		l = made
	}
	f.Due = us(c.s.dueFor(dest.ID))
	d, err := c.noticeEntry(KindNoticeDrafted, f, l)
	if err != nil {
		return Change{}, err
	}
	out := Outcome{Ref: f.Notice}
	if len(f.Held) > 0 {
		out.Code, out.Args = "notice.held", map[string]string{"n": fmt.Sprint(len(f.Held)), "tlp": "TLP:" + f.TLP}
	}
	return Change{Entries: []timeline.Draft{d}, Outcome: out}, nil
}

func orDefault(values ...string) string {
	for _, v := range values {
		if v = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(v)), "TLP:"); v != "" {
			return v
		}
	}
	return ""
}

// noticeEntry completes everything that will leave (recipients, means, mark of
// a drill) and binds it with a digest. Nothing is added afterwards.
func (c *call) noticeEntry(kind timeline.Kind, f noticeFacts, l letter) (timeline.Draft, error) {
	dest, ok := c.site.Directory.Destination(f.Dest)
	if !ok {
		return timeline.Draft{}, refuse("dest.unknown", "dest", f.Dest)
	}
	if tlpRank(f.TLP) < 0 {
		return timeline.Draft{}, refuse("tlp.unknown", "tlp", f.TLP)
	}
	if dest.TLP != "" && tlpRank(f.TLP) > tlpRank(dest.TLP) {
		return timeline.Draft{}, refuse("tlp.above", "tlp", "TLP:"+f.TLP, "max", "TLP:"+orDefault(dest.TLP))
	}
	if err := c.leak(f, l); err != nil {
		return timeline.Draft{}, err
	}
	l.body = labelled(l.body, f.TLP)
	if c.s.Drill {
		l.subject, l.body = markDrill(l.subject), markDrill(l.body)
	}
	if f.Head == c.s.Seq && l.snapshot != "" {
		f.Rendered = HashOf([]byte(l.subject + "\n" + l.body))
	}
	kv := []string{"subject", l.subject, "body", l.body, "from", c.site.Name + " CSIRT", "snapshot", l.snapshot, "attachments", attachLines(l.files)}
	for _, a := range l.files {
		f.Attach = append(f.Attach, a.Format+":"+a.Hash)
	}
	var lines []string
	f.Means = nil
	for _, a := range dest.Reach {
		m := string(a.Means)
		if (len(l.means) > 0 && !contains(l.means, m)) || contains(f.Means, m) {
			continue
		}
		to, name := a.To, strings.TrimSpace(dest.Name+" "+dest.Contact)
		if c.s.Drill {
			to = DrillRecipient
		}
		f.Means = append(f.Means, m)
		kv = append(kv, "to_"+m, to)
		lines = append(lines, m+": "+name+" <"+to+">")
	}
	if len(f.Means) == 0 {
		return timeline.Draft{}, refuse("notice.no_address", "dest", dest.Name)
	}
	kv = append(kv, "recipients", strings.Join(lines, "\n"), "dest_name", dest.Name)
	f.Unknown = strings.Count(l.body, Unknown)
	d := c.draft(kind, f, kv...)
	d.HappenedAt = time.Time{}
	f.Digest = NoticeDigest(d.Text, f.Means, f.TLP)
	d.Facts = f
	return d, nil
}

// labelled puts the label directly before the text, once; one that stands there
// already is replaced (FIRST TLP 2.0 asks for it in mail and in documents).
func labelled(body, tlp string) string {
	body = strings.TrimPrefix(body, "【訓練】")
	if first, rest, _ := strings.Cut(body, "\n"); strings.HasPrefix(first, "TLP:") && tlpRank(first) >= 0 {
		body = strings.TrimLeft(rest, "\n")
	}
	return "TLP:" + tlp + "\n\n" + body
}

// markDrill puts 【訓練】 first, once.
func markDrill(s string) string {
	if strings.HasPrefix(s, "【訓練】") {
		return s
	}
	return "【訓練】" + s
}

// NoticeDigest is the SHA-256 (hex) over everything that leaves: subject, body,
// sender, recipients, means, TLP and attachments, as canonical JSON (ARCHITECTURE
// 10.2). It
// is empty when the text is not there.
func NoticeDigest(t timeline.Text, means []string, tlp string) string {
	if t["body"] == "" {
		return ""
	}
	b, err := timeline.Canonical(map[string]any{
		"subject": t["subject"], "body": t["body"], "from": t["from"], "recipients": t["recipients"],
		"means": means, "tlp": tlp, "attachments": attachList(t["attachments"]),
	})
	if err != nil {
		return ""
	}
	return HashOf(b)
}

func (c *call) notice(id string) (*Notice, error) {
	if n := c.s.Notice(id); n != nil {
		return n, nil
	}
	return nil, refuse("notice.unknown", "notice", id)
}

func (x EditNotice) decide(c *call) (Change, error) {
	n, err := c.notice(x.Notice)
	if err != nil {
		return Change{}, err
	}
	switch n.State {
	case NoticeDraft, NoticeSubmitted, NoticeReturned:
	case NoticeApproved, NoticeSent, NoticeFailed, NoticeUnconfirmed, NoticeWithdrawn:
		if !c.unsent(n) {
			return Change{}, refuse("notice.gone", "notice", n.ID)
		}
	}
	subject, body := Clean(x.Subject), Clean(x.Body)
	if subject == "" || body == "" {
		return Change{}, refuse("notice.empty")
	}
	f := n.facts()
	f.TLP = orDefault(x.TLP, n.TLP)
	if n.Form == "" && n.Recalls == "" {
		f.No, f.Numbered = c.series(n.Dest, "", n.ID).next(""), true
	}
	l := letter{subject: subject, body: body, means: x.Means, snapshot: c.text(n.Seq)["snapshot"]}
	if len(l.means) == 0 {
		l.means = n.Means
	}
	return c.rewrite(n, f, l)
}

// rewrite makes the entry of a changed text. A file that was made of the text
// before does not go with it.
func (c *call) rewrite(n *Notice, f noticeFacts, l letter) (Change, error) {
	d, err := c.noticeEntry(KindNoticeEdited, f, l)
	if err != nil {
		return Change{}, err
	}
	ch := one(d)
	switch {
	case n.State == NoticeSubmitted || n.State == NoticeApproved:
		ch.Outcome = Outcome{Code: "apr.void"}
	case len(n.Attach) > 0 && len(l.files) == 0:
		ch.Outcome = Outcome{Code: "notice.files_dropped"}
	}
	ch.Outcome.Ref = n.ID
	return ch, nil
}

// unsent reports whether an approved notice has certainly not left yet.
func (c *call) unsent(n *Notice) bool {
	if n.State != NoticeApproved || len(n.Phoned) > 0 {
		return false
	}
	return len(n.Messages) == 0
}

func (x SubmitNotice) decide(c *call) (Change, error) {
	n, err := c.notice(x.Notice)
	if err != nil {
		return Change{}, err
	}
	if n.State != NoticeDraft && n.State != NoticeReturned {
		return Change{}, refuse("notice.state", "notice", n.ID, "state", string(n.State))
	}
	if err := c.complete(n); err != nil {
		return Change{}, err
	}
	f := noticeFacts{Notice: n.ID, Digest: n.Digest}
	if err := c.inTurn(n, &f); err != nil {
		return Change{}, err
	}
	return one(c.draft(KindNoticeSubmitted, f)), nil
}

func (x ApproveNotice) decide(c *call) (Change, error) {
	n, err := c.notice(x.Notice)
	if err != nil {
		return Change{}, err
	}
	if !x.Opened {
		return Change{}, refuse("apr.open_first", "notice", n.ID)
	}
	switch {
	case n.State == NoticeDraft && x.Digest != n.Digest: // the text that was read is no longer the text
		return Change{}, refuse("apr.void", "notice", n.ID)
	case n.State != NoticeSubmitted && n.Approver != "":
		return Change{}, refuse("apr.taken", "notice", n.ID, "who", c.name(n.Approver), "at", c.clock(n.Approved))
	case n.State != NoticeSubmitted:
		return Change{}, refuse("notice.state", "notice", n.ID, "state", string(n.State))
	}
	if x.Digest != n.Digest || NoticeDigest(c.text(n.Seq), n.Means, n.TLP) != n.Digest {
		return Change{}, refuse("apr.void", "notice", n.ID)
	}
	f := noticeFacts{Notice: n.ID, Digest: n.Digest}
	if err := c.inTurn(n, &f); err != nil {
		return Change{}, err
	}
	if contains(n.Authors, c.act.Person) {
		if !c.site.SoleApproval {
			return Change{}, refuse("apr.self", "who", c.others(n))
		}
		f.Sole = true
	}
	if contains(c.site.TwoApprovers, n.Dest) && n.First == "" && !f.Sole {
		ch := one(c.draft(KindNoticeEndorsed, f, "subject", c.text(n.Seq)["subject"]))
		ch.Entries[0].HappenedAt = time.Time{}
		ch.Outcome = Outcome{Code: "apr.first", Ref: n.ID, Args: map[string]string{"who": c.others(n)}}
		return ch, nil
	}
	if contains(c.site.TwoApprovers, n.Dest) && (n.First == c.act.Person || f.Sole) {
		return Change{}, refuse("apr.second", "who", c.others(n))
	}
	ch := one(c.draft(KindNoticeApproved, f, "subject", c.text(n.Seq)["subject"]))
	ch.Entries[0].HappenedAt = time.Time{}
	ch.Outcome = Outcome{Code: "apr.approved", Ref: n.ID}
	return ch, nil
}

// others names who may approve besides the authors.
func (c *call) others(n *Notice) string {
	var out []string
	for _, id := range c.site.Who(MayApprove, c.s) {
		if !contains(n.Authors, id) && id != n.First && id != c.act.Person {
			out = append(out, c.name(id))
		}
	}
	return strings.Join(out, "、")
}

func (x ReturnNotice) decide(c *call) (Change, error) {
	n, err := c.notice(x.Notice)
	if err != nil {
		return Change{}, err
	}
	if n.State != NoticeSubmitted {
		return Change{}, refuse("notice.state", "notice", n.ID, "state", string(n.State))
	}
	why := Clean(x.Why)
	if why == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return one(c.draft(KindNoticeReturned, noticeFacts{Notice: n.ID}, "reason", why)), nil
}

func (x WithdrawNotice) decide(c *call) (Change, error) {
	n, err := c.notice(x.Notice)
	if err != nil {
		return Change{}, err
	}
	switch n.State {
	case NoticeDraft, NoticeSubmitted, NoticeReturned:
	case NoticeApproved, NoticeSent, NoticeFailed, NoticeUnconfirmed, NoticeWithdrawn:
		if n.State != NoticeFailed && !c.unsent(n) {
			return Change{}, refuse("notice.gone", "notice", n.ID)
		}
	}
	why := Clean(x.Why)
	if why == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return one(c.draft(KindNoticeWithdrawn, noticeFacts{Notice: n.ID}, "reason", why)), nil
}

func (x PhonedNotice) decide(c *call) (Change, error) {
	n, err := c.notice(x.Notice)
	if err != nil {
		return Change{}, err
	}
	if n.Approved.IsZero() || n.Approver == "" {
		return Change{}, refuse("notice.not_approved", "notice", n.ID)
	}
	who := Clean(x.Who)
	if who == "" {
		return Change{}, refuse("notice.who")
	}
	ch := one(c.draft(KindNoticePhoned, noticeFacts{Notice: n.ID, Dest: n.Dest}, "answered_by", who, "reply", Clean(x.Reply), "receipt", Clean(x.Receipt)))
	ch.Entries = append(ch.Entries, c.meetDuty(n, c.act.At)...)
	ch.Outcome = Outcome{Code: "notice.phoned"}
	if n.Faxed() {
		ch.Outcome.Code = "notice.faxed"
	}
	return ch, nil
}

func (x ReceiptNotice) decide(c *call) (Change, error) {
	n, err := c.notice(x.Notice)
	if err != nil {
		return Change{}, err
	}
	if Clean(x.Receipt) == "" {
		return Change{}, refuse("input.missing", "field", "receipt")
	}
	return one(c.draft(KindNoticeReceipt, noticeFacts{Notice: n.ID}, "receipt", Clean(x.Receipt))), nil
}

func (x ResolveMessage) decide(c *call) (Change, error) {
	m := c.s.Message(x.Msg)
	if m == nil {
		return Change{}, refuse("message.unknown", "msg", x.Msg)
	}
	if m.State != Unconfirmed && m.State != Failed {
		return Change{}, refuse("message.state", "msg", x.Msg)
	}
	if x.As != "accepted" && x.As != "failed" && x.As != "resend" {
		return Change{}, refuse("message.as")
	}
	if x.As == "resend" && m.Kind == "notice" && !c.site.Allowed(c.act.Person, MayApprove, c.s) {
		return Change{}, c.denied(MayApprove)
	}
	if n := c.s.Notice(m.Notice); x.As == "resend" && n != nil && n.State == NoticeWithdrawn {
		return Change{}, refuse("notice.state", "notice", n.ID, "state", string(n.State))
	}
	why := Clean(x.Why)
	if why == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	ch := one(c.draft(KindMsgResolved, msgFacts{Msg: m.ID, As: x.As}, "reason", why))
	if n := c.s.Notice(m.Notice); n != nil && x.As == "accepted" {
		ch.Entries = append(ch.Entries, c.meetDuty(n, time.Time{})...)
	}
	return ch, nil
}
