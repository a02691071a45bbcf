package chat

import (
	"slices"
	"strings"

	"irbot/internal/incident"
	"irbot/internal/report"
)

// Approval is the screen on which a notice is approved (UX 2.6), in the order
// in which it is shown. It holds the whole text: a renderer never shortens it.
type Approval struct {
	Notice    string
	Digest    string // of what is shown; the approval is bound to it
	Drill     bool
	Head      string
	Check     string
	Fields    []Field // TLP first, directly before what it labels
	To        string  // recipients, one a line, as in Fields
	Subject   Field
	Body      Field
	Attach    Field
	Revision  Field
	Diff      []DiffLine // against the last report to the same body; nil for the first
	Changes   []ReportChange
	Files     []ApprovalFile
	Notes     []string // what the approver must know besides: left out, let through, missing, stale
	Questions []string // 要確認: what is sent as unknown
	Warning   string
	Send      string // words of the button that approves
	Code      Input  // the personal approval code a chat surface asks for (ARCHITECTURE 10.2)
	Actions   []Action
	Void      bool // the text is not the one the record holds: nothing may be approved
}

// DiffLine is a line of a revision.
type DiffLine struct {
	Op   string // "same", "add" or "del"; shown by word or sign as well as colour
	Text string
}

// Approval gives the approval screen of a notice; ok is false if there is none.
func (d Drawer) Approval(v *incident.View, id string) (Approval, bool) {
	p := d.pen(v)
	n := p.s.Notice(id)
	if n == nil {
		return Approval{}, false
	}
	words := v.Text(n.Seq)
	a := Approval{Notice: n.ID, Digest: n.Digest, Drill: p.s.Drill, Check: p.t("apr.check")}
	a.Void = incident.NoticeDigest(words, n.Means, n.TLP) != n.Digest || n.Digest == ""
	a.Head = p.mark(p.t("apr.head.plain", "id", n.ID, "dest", p.dest(n.Dest), "report", p.reportName(n)))
	a.To = p.recipients(Safe(words["recipients"]))
	a.Fields = []Field{
		{Label: p.t("apr.tlp"), Value: "TLP:" + n.TLP},
		{Label: p.t("apr.to"), Value: a.To},
		{Label: p.t("apr.means"), Value: p.meansOf(n)},
		{Label: p.t("apr.from"), Value: OneLine(words["from"])},
		{Label: p.t("apr.due"), Value: p.clock(p.s.NoticeDue(n))},
		{Label: p.t("apr.state"), Value: p.noticeState(n), Tone: noticeTone(n.State)},
	}
	a.Fields = append(a.Fields, p.writers(n)...)
	two, waits := p.twoApprovals(n)
	if two != "" {
		a.Fields = append(a.Fields, Field{Label: p.t("apr.two"), Value: two})
	}
	a.Subject = Field{Label: p.t("apr.subject"), Value: Safe(words["subject"])}
	a.Body = Field{Label: p.t("apr.body"), Value: Safe(words["body"])}
	a.Attach = Field{Label: p.t("apr.attach"), Value: p.t("apr.attach.none")}
	a.Revision = Field{Label: p.t("apr.rev"), Value: p.t("apr.rev.first")}
	p.revision(&a, n)
	p.reportPart(&a, n)
	for _, item := range p.unknowns(n) {
		a.Questions = append(a.Questions, p.t("apr.askunknown", "item", item))
	}
	a.Warning = p.t("apr.warn")
	if p.s.Drill {
		a.Warning = p.t("apr.drillto")
	}
	a.Send = p.sendWord(n)
	if waits {
		a.Warning = p.t("apr.two.warn")
	}
	a.Code = Input{ID: "code", Label: p.t("apr.code"), Hint: p.t("apr.code.hint"), Kind: InputSecret, Required: true, Max: 100}
	a.Actions = p.approvalActions(n)
	return a, true
}

// revision sets the text against the last one of the same series. A correction
// is no report: laid beside the one it corrects, every line would read as taken
// back.
func (p *pen) revision(a *Approval, n *incident.Notice) {
	if n.Recalls != "" {
		a.Revision.Value = p.t("apr.rev.recall", "id", n.Recalls)
		return
	}
	last := p.v.LastSent(n)
	if last == nil {
		return
	}
	a.Revision.Value = p.t("apr.rev.diff") + " (" + last.ID + ")"
	a.Diff = diffBy(p.v.Text(last.Seq)["body"], p.v.Text(n.Seq)["body"], unnumbered(slices.Concat(p.v.Lines(last), p.v.Lines(n))))
}

// writers tells, until it is approved, who wrote a notice and who asks for the
// approval; afterwards the proof says it.
func (p *pen) writers(n *incident.Notice) []Field {
	var out []Field
	switch n.State {
	case incident.NoticeDraft, incident.NoticeReturned, incident.NoticeSubmitted:
		var names []string
		for _, id := range n.Authors {
			names = append(names, p.person(id))
		}
		out = append(out, Field{Label: p.t("apr.author"), Value: strings.Join(names, p.t("label.and"))})
	case incident.NoticeApproved, incident.NoticeSent, incident.NoticeFailed, incident.NoticeUnconfirmed, incident.NoticeWithdrawn:
		return nil
	}
	if n.State == incident.NoticeSubmitted {
		out = append(out, Field{Label: p.t("apr.asker"), Value: p.person(n.AskedBy)})
	}
	return out
}

func (p *pen) approvalActions(n *incident.Notice) []Action {
	script := p.ask("notice.script", ScriptLabel(n), n.ID)
	if n.State != incident.NoticeSubmitted {
		return append(p.noticeActions(n), script)
	}
	send := p.action("notice.approve", "apr.send", n.ID)
	send.Label = p.sendWord(n)
	return []Action{primary(send), script, p.ask("notice.return", "apr.back", n.ID), p.ask("notice.edit", "apr.change", n.ID)}
}

// needsTwo reports whether two people have to approve notices to this body.
func (p *pen) needsTwo(n *incident.Notice) bool {
	return slices.Contains(p.v.Site.TwoApprovers, n.Dest)
}

// twoApprovals tells how far a notice that needs two approvals is; waits is true
// while the next approval is only the first of them and sends nothing.
func (p *pen) twoApprovals(n *incident.Notice) (words string, waits bool) {
	switch {
	case !p.needsTwo(n) || n.State == incident.NoticeDraft || n.State == incident.NoticeReturned || n.State == incident.NoticeWithdrawn:
		return "", false
	case n.State != incident.NoticeSubmitted:
		return p.t("apr.two.done", "first", p.person(n.First), "second", p.person(n.Approver)), false
	case n.First == "":
		return p.t("apr.two.none"), true
	}
	return p.t("apr.two.one", "first", p.person(n.First)), false
}

// sendWord is what the approving button does. The first of two approvals sends
// nothing, and says so.
func (p *pen) sendWord(n *incident.Notice) string {
	switch _, waits := p.twoApprovals(n); {
	case waits:
		return p.t("apr.two.first")
	case p.s.Drill:
		return p.t("apr.drill")
	}
	return p.t("apr.send")
}

// Script is what is read out on the phone (読み上げ原稿): who is calling, the
// whole text, and the closing questions. ok is false if there is no such notice.
func (d Drawer) Script(v *incident.View, id string) (Card, bool) {
	p := d.pen(v)
	n := p.s.Notice(id)
	if n == nil {
		return Card{}, false
	}
	words := v.Text(n.Seq)
	c := Card{Key: "script/" + id, Incident: p.s.ID, Seq: p.s.Seq, Drill: p.s.Drill, Head: p.mark(p.t("apr.script.head")), Title: p.dest(n.Dest)}
	var phones []string
	for _, m := range []string{"phone", "fax"} {
		if to := words["to_"+m]; to != "" {
			phones = append(phones, p.t("means."+m)+" "+OneLine(to))
		}
	}
	if len(phones) > 0 {
		c.Fields = []Field{{Label: p.t("apr.to"), Value: strings.Join(phones, " / ")}}
	}
	c.Fields = append(c.Fields, Field{Label: p.t("apr.tlp"), Value: "TLP:" + n.TLP})
	c.Body = []Block{
		{Kind: Para, Text: p.t("apr.script.open", "from", OneLine(words["from"]), "dest", p.dest(n.Dest), "what", p.reportName(n))},
		{Kind: Quote, Text: Safe(p.spoken(n, words["body"]))},
		{Kind: Para, Text: p.t("apr.script.close")},
	}
	if n.Faxed() { // it is sent as written, not read out
		c.Head = p.mark(p.t("apr.fax.head"))
		c.Body = []Block{{Kind: Quote, Text: Safe(words["body"])}, {Kind: Para, Text: p.t("apr.fax.close")}}
	}
	c.Actions = []Action{primary(p.ask("notice.phoned", handLabel(n), n.ID))}
	c.Fallback = OneLine(c.Head + " " + c.Title)
	return c, true
}

// spoken is the text as it is read out: its label and what the form says about
// itself are for readers of the paper.
func (p *pen) spoken(n *incident.Notice, body string) string {
	body = strings.Replace(body, "TLP:"+n.TLP+"\n\n", "", 1)
	form, ok := p.v.Form(n)
	if !ok || form.Mark == "" {
		return body
	}
	return strings.Replace(body, "\n※ "+form.Mark+"\n", "", 1)
}

// maxDiff bounds the work of a comparison; longer texts are shown as replaced.
const maxDiff = 600

// Diff compares two texts line by line.
func Diff(before, after string) []DiffLine {
	return diffBy(before, after, func(line string) string { return line })
}

// unnumbered compares the items of reports without their numbers: a row that
// only moved down because another came in is not a change. Other lines that
// begin with a number are compared as they are.
func unnumbered(lines []report.Line) func(string) string {
	labels := map[string]bool{}
	for _, l := range lines {
		labels[l.JA] = true
	}
	return func(line string) string {
		number, rest, ok := strings.Cut(line, " ")
		if !ok || number == "" || strings.Trim(number, "0123456789") != "" {
			return line
		}
		if label, _, item := strings.Cut(rest, ":"); item && labels[label] {
			return rest
		}
		return line
	}
}

// diffBy compares two texts line by line; lines with the same key are the same.
func diffBy(before, after string, key func(string) string) []DiffLine {
	a, b := strings.Split(Safe(before), "\n"), strings.Split(Safe(after), "\n")
	var out []DiffLine
	if len(a) > maxDiff || len(b) > maxDiff {
		for _, l := range a {
			out = append(out, DiffLine{"del", l})
		}
		for _, l := range b {
			out = append(out, DiffLine{"add", l})
		}
		return out
	}
	ka, kb := make([]string, len(a)), make([]string, len(b))
	for i, l := range a {
		ka[i] = key(l)
	}
	for i, l := range b {
		kb[i] = key(l)
	}
	common := longest(ka, kb)
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && ka[i] == kb[j]:
			out = append(out, DiffLine{"same", b[j]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, DiffLine{"del", a[i]})
			i++
		default:
			out = append(out, DiffLine{"add", b[j]})
			j++
		}
	}
	return out
}

// longest is, for every pair of positions, how many lines the rests share.
func longest(a, b []string) [][]int {
	n := make([][]int, len(a)+1)
	for i := range n {
		n[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				n[i][j] = n[i+1][j+1] + 1
			} else {
				n[i][j] = max(n[i+1][j], n[i][j+1])
			}
		}
	}
	return n
}
