package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// noticeData is the screen of one notice: before it leaves the approval (UX
// 2.6), afterwards the lasting proof.
type noticeData struct {
	N        *incident.Notice
	A        chat.Approval
	Digest   string
	TLP      string
	Waits    bool   // for an approval
	May      bool   // the reader may give it
	Why      string // else: why not, and who can
	Tell     *tellForm
	Effects  []string // what happens on approving
	Diff     []diffPair
	Returned string
	Back     *deedForm  // send back with a reason
	Forms    []deedForm // further acts
	Submit   *deedForm  // ask for approval
	Carried  []carryRow // the messages it became
	Resolve  []deedForm // a person decides what became of a message
	Proof    []chat.Field
	Attach   []deedOption // files that can be made of it
	Formats  []string     // in which it can be looked at
	Script   string       // label of what opens the words to read out, or to fax
	Phoned   bool         // waits for somebody to phone
	CanEdit  bool
	Changed  bool // the text changed while the page was open
	Void     bool
}

// diffPair is a line of the comparison: left before, right now.
type diffPair struct {
	Left, Right       string
	HasLeft, HasRight bool
	Same              bool
}

// carryRow is one message under way.
type carryRow struct {
	ID, Means, To, State string
	Tone                 chat.Tone
	Since                string
	Error                string
}

func (s *Server) notice(w http.ResponseWriter, r *http.Request) {
	if d, ok := s.desk(w, r); ok {
		s.showNotice(w, r, d, http.StatusOK, false)
	}
}

func (s *Server) showNotice(w http.ResponseWriter, r *http.Request, d *desk, status int, changed bool) {
	n := d.v.S.Notice(r.PathValue("n"))
	if n == nil {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	data := d.noticeData(r.Context(), n)
	data.Changed = changed
	s.show(w, r, view{name: "notice", title: data.A.Head, active: "room", tab: "notices", in: d.v, data: data, status: status})
}

func (d *desk) noticeData(ctx context.Context, n *incident.Notice) noticeData {
	a, _ := d.draw.Approval(d.v, n.ID)
	data := noticeData{N: n, A: a, Digest: a.Digest, TLP: n.TLP, Void: a.Void, Script: chat.ScriptLabel(n), Waits: n.State == incident.NoticeSubmitted, Diff: pairs(a.Diff)}
	if data.May, data.Why = d.mayApprove(n); !data.May {
		data.Tell = d.tellApprover(n)
	}
	data.Effects = d.effects(n)
	data.Carried, data.Resolve = d.carried(n)
	switch n.State {
	case incident.NoticeSubmitted:
		if f, ok := d.form("notice.return", n.ID); ok && d.may(incident.MayApprove) {
			data.Back = &f
		}
		data.CanEdit = true
		data.Forms = d.forms([2]string{"notice.withdraw", n.ID})
	case incident.NoticeDraft, incident.NoticeReturned:
		data.Submit = &deedForm{Action: d.base + "/deed/notice.submit", Ref: n.ID, Submit: d.t("apr.ask")}
		data.CanEdit = true
		data.Forms = d.forms([2]string{"notice.withdraw", n.ID})
		if n.State == incident.NoticeReturned {
			data.Returned = d.returned(ctx, n)
		}
	case incident.NoticeApproved, incident.NoticeFailed, incident.NoticeUnconfirmed, incident.NoticeSent:
		data.Phoned = len(n.Phoned) == 0 && n.State != incident.NoticeSent
		data.Forms = d.forms([2]string{"notice.phoned", n.ID}, [2]string{"notice.receipt", n.ID})
		data.Proof = d.proof(ctx, n)
	case incident.NoticeWithdrawn:
	}
	data.Forms = append(d.reportForms(n), data.Forms...)
	data.Attach = d.attachChoice(n)
	data.Formats = []string{"pdf"}
	if form, ok := d.v.Form(n); ok && !form.Plain && !n.ByHand(d.v.Text(n.Seq)) {
		data.Formats = append(data.Formats, "xlsx")
	}
	return data
}

// mayApprove says whether the reader may approve, and otherwise why not and who
// can.
func (d *desk) mayApprove(n *incident.Notice) (bool, string) {
	others := d.people(d.approvers(n))
	switch {
	case slices.Contains(n.Authors, d.me) && !d.v.Site.SoleApproval:
		return false, d.t("apr.self", "who", others)
	case !d.may(incident.MayApprove):
		return false, d.t("notice.approvers", "who", others)
	case n.First == d.me && n.State == incident.NoticeSubmitted:
		return false, d.t("apr.two.you", "who", others)
	case slices.Contains(n.Authors, d.me):
		return true, d.t("notice.sole")
	}
	return true, ""
}

// effects says what happens on approving, means by means.
func (d *desk) effects(n *incident.Notice) []string {
	if d.v.S.Drill {
		return []string{d.t("notice.effect.drill")}
	}
	var out []string
	for _, m := range n.Means {
		if m == "fax" && n.Faxed() {
			out = append(out, d.t("notice.effect.fax", "means", d.means(m)))
		} else if m == "phone" || m == "fax" {
			out = append(out, d.t("notice.effect.hand", "means", d.means(m)))
		} else if carried := d.v.Site.Carried; carried != nil && !slices.Contains(carried, m) {
			out = append(out, d.t("notice.effect.unset", "means", d.means(m)))
		} else {
			out = append(out, d.t("notice.effect.sent", "means", d.means(m)))
		}
	}
	return out
}

// pairs puts what was taken out beside what came in its place.
func pairs(lines []chat.DiffLine) []diffPair {
	var out []diffPair
	open := -1 // first row of the present change that has no right side yet
	for _, l := range lines {
		switch l.Op {
		case "del":
			if open < 0 {
				open = len(out)
			}
			out = append(out, diffPair{Left: l.Text, HasLeft: true})
		case "add":
			if open >= 0 && open < len(out) {
				out[open].Right, out[open].HasRight = l.Text, true
				open++
				continue
			}
			out = append(out, diffPair{Right: l.Text, HasRight: true})
			open = len(out)
		default:
			open = -1
			out = append(out, diffPair{Left: l.Text, Right: l.Text, HasLeft: true, HasRight: true, Same: true})
		}
	}
	return out
}

// carried lists the messages of a notice, and what a person has to decide about
// them. Nothing here is sent again by itself.
func (d *desk) carried(n *incident.Notice) ([]carryRow, []deedForm) {
	var rows []carryRow
	var forms []deedForm
	for _, m := range d.v.S.Messages {
		if m.Notice != n.ID {
			continue
		}
		rows = append(rows, d.carryRow(m))
		if m.State == incident.Unconfirmed || m.State == incident.Failed {
			ways := [][2]string{{"message.resolve", m.ID + "#accepted"}, {"message.resolve", m.ID + "#failed"}, {"message.resolve", m.ID + "#resend"}}
			if m.State == incident.Failed {
				ways = slices.Delete(ways, 1, 2)
			}
			for i, f := range d.forms(ways...) {
				f.Title, f.Danger = f.Submit, i == len(ways)-1
				forms = append(forms, f)
			}
		}
	}
	return rows, forms
}

func (d *desk) carryRow(m *incident.Message) carryRow {
	row := carryRow{ID: m.ID, State: d.t("msg." + string(m.State)), Since: chat.Near(m.Since, d.v.Now, d.v.Site.Zone), Tone: messageTone(m.State)}
	if m.Index < len(m.Means) {
		row.Means = d.means(m.Means[m.Index])
	}
	switch {
	case m.Person != "":
		row.To = d.person(m.Person)
	case m.Dest != "":
		row.To = d.dest(m.Dest)
	case m.Card != "":
		row.To = d.cardName(m.Card)
	}
	if m.State == incident.Failed || m.State == incident.Unconfirmed {
		row.Error = d.s.o.Words.Trouble(d.lang, d.v.Text(m.Proof)["error"], 200)
	}
	return row
}

// cardName is what a card that goes to a chat surface says first, for people.
func (d *desk) cardName(key string) string {
	c, ok := d.draw.Draw(d.v, key)
	if !ok {
		return key
	}
	for _, s := range []string{c.Head, c.Title, c.Fallback} {
		if s = chat.OneLine(s); s != "" {
			return chat.Truncate(s, 60)
		}
	}
	return key
}

func messageTone(st incident.MessageState) chat.Tone {
	switch st {
	case incident.Accepted, incident.Delivered, incident.Read:
		return chat.ToneDone
	case incident.Failed, incident.Unconfirmed:
		return chat.ToneBlocked
	case incident.Cancelled:
		return chat.ToneMuted
	case incident.Queued, incident.Sending:
	}
	return chat.ToneWaiting
}

// returned is why a notice was sent back, and by whom.
func (d *desk) returned(ctx context.Context, n *incident.Notice) string {
	entries, err := d.s.o.Service.Entries(ctx, d.v.S.ID, n.Seq, d.v.S.Seq)
	if err != nil {
		return ""
	}
	for _, e := range slices.Backward(entries) {
		var f struct {
			Notice string `json:"notice"`
		}
		if e.Kind != incident.KindNoticeReturned || json.Unmarshal(e.Facts, &f) != nil || f.Notice != n.ID {
			continue
		}
		return d.t("apr.returned", "person", d.person(e.Actor), "time", chat.Near(e.RecordedAt, d.v.Now, d.v.Site.Zone), "reason", chat.Safe(e.Fields()["reason"]))
	}
	return ""
}

// proof is what shows for good that a notice was approved and got through.
func (d *desk) proof(ctx context.Context, n *incident.Notice) []chat.Field {
	zone, now := d.v.Site.Zone, d.v.Now
	var out []chat.Field
	add := func(key, value string) {
		if value != "" {
			out = append(out, chat.Field{Label: d.t(key), Value: value})
		}
	}
	who := d.person(n.Approver)
	if n.First != "" {
		who = d.t("notice.proof.two", "first", d.person(n.First), "second", who)
	}
	approved := d.t("notice.proof.by", "person", who, "time", chat.Stamp(n.Approved, zone, d.lang))
	if n.Sole {
		approved += " " + d.t("apr.sole")
	}
	add("notice.proof.approved", approved)
	add("notice.proof.author", d.people(n.Authors))
	for _, seq := range n.Phoned {
		t := d.v.Text(seq)
		line := d.t("notice.proof.call", "who", chat.OneLine(t["answered_by"]), "by", chat.OneLine(t["actor_name"]), "seq", seq)
		if list, err := d.s.o.Service.Entries(ctx, d.v.S.ID, seq, seq); err == nil && len(list) == 1 {
			line = chat.Near(list[0].HappenedAt, now, zone) + " " + line
		}
		if reply := chat.Safe(t["reply"]); reply != "" {
			line += "\n" + reply
		}
		if n.Faxed() {
			add("apr.fax", line)
		} else {
			add("apr.phone", line)
		}
		add("apr.receipt.no", chat.OneLine(t["receipt"]))
	}
	for _, seq := range n.Receipts {
		add("apr.receipt.no", chat.OneLine(d.v.Text(seq)["receipt"]))
	}
	if n.State == incident.NoticeSent && len(n.Phoned) == 0 {
		add("notice.proof.id", chat.OneLine(d.v.Text(n.DoneSeq)["receipt"]))
		add("notice.proof.at", chat.Stamp(n.Done, zone, d.lang))
	}
	add("notice.proof.digest", n.Digest)
	return out
}

// approve carries out the one approval there is: by a person who had the page
// with the full text open, bound to the digest of that text.
func (s *Server) approve(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	res, err := s.o.Service.Do(r.Context(), s.actOf(r), id, incident.ApproveNotice{
		Notice: r.PathValue("n"), Digest: r.PostFormValue("digest"), Opened: true,
	})
	var no *incident.Refusal
	if errors.As(err, &no) && no.Code == "apr.void" {
		if d, ok := s.desk(w, r); ok {
			s.showNotice(w, r, d, http.StatusConflict, true)
		}
		return
	}
	s.answer(w, r, res, err)
}

// scriptData is what is read out on the phone.
type scriptData struct {
	N    *incident.Notice
	Card chat.Card
	Form *deedForm
	Note string
}

func (s *Server) scriptPage(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	card, ok := d.draw.Script(d.v, r.PathValue("n"))
	if !ok {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	n := d.v.S.Notice(r.PathValue("n"))
	data := scriptData{N: n, Card: card}
	if n.Approver == "" {
		data.Note = d.t("notice.script.notyet")
	} else if f, ok := d.form("notice.phoned", n.ID); ok {
		f.Back = d.base + "/n/" + n.ID
		data.Form = &f
	}
	s.show(w, r, view{name: "script", title: "apr.script.head", active: "room", tab: "notices", in: d.v, data: data})
}
