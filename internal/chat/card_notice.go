package chat

import (
	"fmt"
	"strings"

	"irbot/internal/incident"
)

// notice announces a notice in the channel (UX 2.6): the text itself is on the
// screen that the button opens. ref is N2, or N2/sent and the like.
func (p *pen) notice(ref string) (Card, bool) {
	id, _, _ := strings.Cut(ref, "/")
	n := p.s.Notice(id)
	if n == nil {
		return Card{}, false
	}
	key := "apr.head.plain"
	if n.State == incident.NoticeSubmitted {
		key = "apr.head"
	}
	c := Card{Head: p.mark(p.t(key, "id", n.ID, "dest", p.dest(n.Dest), "report", p.reportName(n))), Tone: noticeTone(n.State)}
	c.Title = OneLine(p.v.Text(n.Seq)["subject"])
	c.Fields = append(c.Fields,
		Field{Label: p.t("apr.state"), Value: p.noticeState(n), Tone: c.Tone},
		Field{Label: p.t("apr.to"), Value: p.recipient(n) + "  TLP:" + n.TLP})
	if due := p.s.NoticeDue(n); !due.IsZero() {
		c.Fields = append(c.Fields, Field{Label: p.t("apr.due"), Value: p.until(due)})
	}
	if n.State == incident.NoticeSubmitted {
		c.Fields = append(c.Fields, Field{Label: p.t("apr.unknowns"), Value: fmt.Sprint(len(p.unknowns(n)))})
		c.Footer = p.t("apr.by", "person", p.person(n.AskedBy))
	}
	c.Actions = p.noticeActions(n)
	if p.s.Drill {
		c.Footer = strings.TrimSpace(c.Footer + "  " + p.t("drill.band"))
	}
	return c, true
}

func noticeTone(s incident.NoticeState) Tone {
	switch s {
	case incident.NoticeSubmitted, incident.NoticeApproved:
		return ToneWaiting
	case incident.NoticeSent:
		return ToneDone
	case incident.NoticeFailed, incident.NoticeUnconfirmed:
		return ToneBlocked
	case incident.NoticeReturned:
		return ToneLate
	case incident.NoticeWithdrawn:
		return ToneMuted
	case incident.NoticeDraft:
	}
	return ToneCurrent
}

// noticeState is the state with its proof or its trouble.
func (p *pen) noticeState(n *incident.Notice) string {
	switch n.State {
	case incident.NoticeSent:
		return p.sent(n)
	case incident.NoticeFailed:
		return p.t("apr.fail", "reason", p.trouble(n))
	case incident.NoticeUnconfirmed:
		return p.t("apr.unconfirmed", "reason", p.trouble(n))
	case incident.NoticeReturned:
		return p.t("notice.state.returned")
	case incident.NoticeDraft, incident.NoticeSubmitted, incident.NoticeApproved, incident.NoticeWithdrawn:
	}
	out := p.t("notice.state." + string(n.State))
	if n.State == incident.NoticeApproved && byHand(n) {
		out = p.t(handState(n))
	}
	if n.Sole {
		out += " (" + p.t("apr.sole") + ")"
	}
	return out
}

// sent is the lasting proof: time, receipt, mail id, digest.
func (p *pen) sent(n *incident.Notice) string {
	proof, receipt := p.v.Text(n.DoneSeq), p.receipt(n)
	out := p.t("apr.sent.plain", "time", p.clock(n.Done))
	switch {
	case receipt != "" && (len(n.Phoned) > 0 || len(n.Receipts) > 0):
		out = p.t("apr.sent", "time", p.clock(n.Done), "receipt", OneLine(receipt))
	case receipt != "":
		out = p.t("apr.sent.mail", "time", p.clock(n.Done), "id", OneLine(receipt))
	}
	if who := proof["answered_by"]; who != "" {
		out += " " + p.t("tl.answered_by", "text", OneLine(who))
	}
	if n.Sole {
		out += " " + p.t("apr.sole")
	}
	if call := p.uncalled(n); call != "" {
		out += " " + call
	}
	return out + " " + p.t("apr.digest", "digest", shortDigest(n.Digest))
}

// uncalled names the means by hand that were approved with a notice that left
// by another, and of which no call is recorded.
func (p *pen) uncalled(n *incident.Notice) string {
	if len(n.Phoned) > 0 {
		return ""
	}
	var left []string
	for _, m := range n.Means {
		if m == "phone" || m == "fax" {
			left = append(left, p.t("means."+m))
		}
	}
	if len(left) == 0 {
		return ""
	}
	return p.t("apr.uncalled", "means", strings.Join(left, p.t("label.and")))
}

// receipt is the newest receipt number, or the provider's reference.
func (p *pen) receipt(n *incident.Notice) string {
	if len(n.Receipts) > 0 {
		return p.v.Text(n.Receipts[len(n.Receipts)-1])["receipt"]
	}
	return p.v.Text(n.DoneSeq)["receipt"]
}

// reportNo names the first report and the ones that follow it.
func (p *pen) reportNo(no int) string {
	if no <= 1 {
		return p.t("notice.first")
	}
	return p.t("notice.followup", "no", no-1)
}

// byHand reports whether a notice goes out only by what people do.
func byHand(n *incident.Notice) bool {
	for _, m := range n.Means {
		if m != "phone" && m != "fax" {
			return false
		}
	}
	return true
}

func shortDigest(d string) string {
	if len(d) > 8 {
		return d[:8]
	}
	return d
}

// trouble is the last error of the notice's messages.
func (p *pen) trouble(n *incident.Notice) string {
	for i := len(p.s.Messages) - 1; i >= 0; i-- {
		m := p.s.Messages[i]
		if m.Notice == n.ID && (m.State == incident.Failed || m.State == incident.Unconfirmed) {
			if why := OneLine(p.v.Text(m.Proof)["error"]); why != "" {
				return p.Words.Trouble(p.Lang, why, 120)
			}
		}
	}
	return p.t("label.unknown")
}

// recipient is who gets a notice, and how; a drill names its own inbox.
func (p *pen) recipient(n *incident.Notice) string {
	name := p.dest(n.Dest)
	if p.s.Drill {
		name += " -> " + p.t("apr.drillto")
	}
	return name + " (" + p.meansOf(n) + ")"
}

func (p *pen) noticeActions(n *incident.Notice) []Action {
	open := p.ask("notice.open", "apr.open", n.ID)
	switch n.State {
	case incident.NoticeSubmitted:
		return []Action{primary(open), p.ask("notice.return", "apr.back", n.ID)}
	case incident.NoticeDraft, incident.NoticeReturned:
		return []Action{primary(p.ask("notice.edit", "apr.edit", n.ID)), p.action("notice.submit", "apr.ask", n.ID)}
	case incident.NoticeApproved, incident.NoticeFailed:
		return []Action{primary(p.ask("notice.phoned", handLabel(n), n.ID)), p.ask("notice.script", ScriptLabel(n), n.ID)}
	case incident.NoticeUnconfirmed:
		return p.resolveActions(n)
	case incident.NoticeSent:
		if p.receipt(n) == "" || len(n.Phoned)+len(n.Receipts) == 0 {
			return []Action{p.ask("notice.receipt", "apr.receipt", n.ID), p.ask("notice.phoned", handLabel(n), n.ID)}
		}
	case incident.NoticeWithdrawn:
	}
	return nil
}

// resolveActions let a person decide what became of a message (promise 3).
func (p *pen) resolveActions(n *incident.Notice) []Action {
	msg := ""
	for _, m := range p.s.Messages {
		if m.Notice == n.ID && m.State == incident.Unconfirmed {
			msg = m.ID
		}
	}
	arrived := p.ask("message.resolve", "apr.resolve.arrived", msg+"#accepted")
	again := p.ask("message.resolve", "apr.resolve.again", msg+"#resend")
	phone := p.ask("message.resolve", "apr.resolve.phone", msg+"#failed")
	return []Action{primary(arrived), phone, danger(again)}
}

// unknowns are the items of the text that are sent as 不明, by their names.
func (p *pen) unknowns(n *incident.Notice) []string {
	var out []string
	lines := strings.Split(p.v.Text(n.Seq)["body"], "\n")
	for i, line := range lines {
		parts := strings.Split(line, incident.Unknown)
		for k := range len(parts) - 1 {
			item := itemOf(parts[k])
			for j := i - 1; item == "" && k == 0 && j >= 0; j-- { // the name may stand above
				if strings.Contains(lines[j], incident.Unknown) {
					break
				}
				item = itemOf(lines[j])
			}
			out = append(out, p.unknownItem(n, item, i+1))
		}
	}
	return out
}

// unknownItem is the name of an item in the reader's language. The letter is
// Japanese, so in English the name comes from the form or the list of fields;
// an item that neither knows is found by its line.
func (p *pen) unknownItem(n *incident.Notice, item string, line int) string {
	where := p.t("apr.unknownline", "n", line)
	if item == "" {
		return where
	}
	if p.Lang != EN {
		return Truncate(item, 40)
	}
	for _, l := range p.v.Lines(n) {
		if l.EN != "" && itemOf(l.JA) == item {
			return Truncate(itemOf(l.EN), 60)
		}
	}
	if name := p.Words.Or(p.Lang, "apr.item."+item, ""); name != "" { // of the built-in letter
		return name
	}
	if f, ok := p.v.Site.Forms.FieldNamed(item); ok && f.EN != "" {
		return Truncate(f.EN, 60)
	}
	return where + " (" + Truncate(item, 40) + ")"
}

// itemOf is the name of an item in front of its value: the last clause, without
// number, bullet and what only joins it to the value.
func itemOf(s string) string {
	s = strings.TrimRight(OneLine(s), " :：=＝-・*、。「『（(")
	if i := strings.LastIndexAny(s, "。、"); i >= 0 {
		s = s[i:]
	}
	s = strings.TrimLeft(s, "0123456789０１２３４５６７８９.．、。)）(（-・*＊ 　■□◆●○>")
	for _, joint := range []string{"は次のとおりです", "は以下のとおりです", "は"} {
		s = strings.TrimSuffix(s, joint)
	}
	return strings.TrimRight(s, " :：=＝")
}

// recipients are the lines that the approval is bound to, with the means in
// words: メール: 港湾局 山本様 yamamoto@….
func (p *pen) recipients(list string) string {
	var out []string
	for line := range strings.Lines(list) {
		means, who, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			out = append(out, OneLine(line))
			continue
		}
		name, to, ok := strings.Cut(strings.TrimSuffix(who, ">"), " <")
		switch {
		case ok && to == incident.DrillRecipient:
			who = name + " → " + p.t("apr.drillto")
		case ok:
			who = name + "  " + to
		}
		out = append(out, p.Words.Or(p.Lang, "means."+means, means)+": "+OneLine(who))
	}
	return strings.Join(out, "\n")
}

// meansOf names the means of a notice.
func (p *pen) meansOf(n *incident.Notice) string {
	var means []string
	for _, m := range n.Means {
		means = append(means, p.Words.Or(p.Lang, "means."+m, m))
	}
	return strings.Join(means, " + ")
}
