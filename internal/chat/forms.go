package chat

import (
	"fmt"
	"slices"
	"strings"

	"irbot/internal/incident"
)

// Form gives the form an action opens, filled in as far as irbot knows. ok is
// false for a name that has none, e.g. notice.open, which opens the approval
// screen (Approval). A form without inputs only shows its body.
func (d Drawer) Form(v *incident.View, name string, val Value) (f Form, ok bool) {
	p := d.pen(v)
	build := p.forms()[name]
	if build == nil {
		build = p.cargoForms()[name]
	}
	if build == nil {
		build = p.factForms()[name]
	}
	if build == nil {
		build = p.planForms()[name]
	}
	if build == nil {
		return Form{}, false
	}
	f, ok = build(val.Ref)
	f.Name, f.Value = name, EncodeValue(val)
	if f.Cancel == "" {
		f.Cancel = p.t("decl.cancel")
	}
	if p.s.Drill {
		f.Body = append([]Block{{Kind: Warn, Text: p.t("drill.band")}}, f.Body...)
	}
	return f, ok
}

func (p *pen) forms() map[string]func(ref string) (Form, bool) {
	return map[string]func(string) (Form, bool){
		"step.done": p.formDone, "step.confirm": p.formConfirm, "step.block": p.formBlock, "step.skip": p.formSkip, "step.assign": p.formAssign,
		"step.extend": p.formExtend, "step.na": p.formNA, "step.reopen": p.formReopen, "step.full": p.formFull,
		"note.add": p.formNote, "evidence.add": p.formEvidence, "caution.add": p.formCaution, "caution.lift": p.formLift,
		"decision.make": p.formDecide, "decision.ask": p.formAskInfo, "decision.object": p.formObject, "decision.open": p.formOpenDecision,
		"notice.return": p.formReturn, "notice.edit": p.formEdit, "notice.phoned": p.formPhoned, "notice.receipt": p.formReceipt,
		"notice.withdraw": p.formWithdraw, "notice.script": p.formScript, "notice.new": p.formNewNotice, "message.resolve": p.formResolve,
		"duty.dismiss": p.formDismiss, "duty.done": p.formDutyDone, "duty.confirm": p.formDutyConfirm, "duty.reopen": p.formDutyReopen, "moment.set": p.formMoment,
		"clocks.basis": p.formBasis, "escalation.phoneack": p.formPhoneAck, "escalation.start": p.formEscalate,
		"escalation.jump": p.formJump, "escalation.further": p.formFurther,
		"report.make": p.formReport, "role.assign": p.formRole, "handover.offer": p.formHandover, "severity.set": p.formSeverity,
		"incident.close": p.formClose, "incident.force": p.formForce, "timeline.export": p.formExport,
	}
}

func (p *pen) form(title, submit string, in ...Input) Form {
	return Form{Title: p.t(title), Submit: p.t(submit), Inputs: in}
}

func (p *pen) in(id, label string, kind InputKind) Input {
	return Input{ID: id, Label: p.t(label), Kind: kind}
}

func need(in Input) Input { in.Required = true; return in }

// when lets the actual time be stated for something entered later.
func (p *pen) when() Input {
	in := p.in("when", "step.when", InputTime)
	in.Hint = p.t("step.when.hint")
	return in
}

// ahead asks for a time to come.
func (p *pen) ahead(id, label string) Input {
	in := p.in(id, label, InputTime)
	in.Hint = p.t("form.ahead")
	return in
}

// personInput is a choice among the people of the directory, or only some.
func (p *pen) personInput(label string, only ...string) Input {
	in := p.in("person", label, InputPerson)
	for _, x := range p.v.Site.Directory.People {
		if len(only) == 0 || slices.Contains(only, x.ID) {
			in.Options = append(in.Options, Option{ID: x.ID, Label: Truncate(joinNonEmpty(" ", p.person(x.ID), x.Title), 75)})
		}
	}
	return in
}

func (p *pen) roleInput(value string) Input {
	in := need(p.in("role", "role.field", InputChoice))
	for _, r := range p.v.Site.Directory.Roles {
		label := p.role(r.ID)
		if h := p.s.Roles[r.ID].Person; h != "" {
			label += " (" + p.person(h) + ")"
		}
		in.Options = append(in.Options, Option{ID: r.ID, Label: Truncate(label, 75)})
	}
	in.Value = value
	return in
}

// formNote writes a row of the timeline. A text in the form of a typed row
// (0840 県警>CSIRT 到着) is read as one where the fields below it are empty.
func (p *pen) formNote(ref string) (Form, bool) {
	text := need(p.in("text", "tl.text", InputLines))
	text.Hint = p.t("tl.sample")
	at := p.in("when", "tl.when", InputTime)
	at.Hint = p.t("step.when.hint")
	from, to := p.in("from", "tl.from", InputText), p.in("to", "tl.to", InputText)
	from.Max, to.Max = 80, 80
	marks := p.in("marks", "slk.marks", InputMany)
	marks.Options = []Option{{ID: "important", Label: p.t("tl.important")}, {ID: "open", Label: p.t("tl.open")}}
	f := p.form("tl.line", "tl.submit", text, at, from, to, marks, p.originInput(), p.confInput())
	f.Body = p.aboutStep(p.s.FindStep(ref))
	return f, true
}

func (p *pen) formEvidence(ref string) (Form, bool) {
	hash := Input{ID: "hash", Label: "SHA-256", Kind: InputText, Max: 80}
	f := p.form("step.evid", "tl.submit", p.in("file", "label.file", InputFile), p.in("words", "label.text", InputLines), p.in("where", "decl.where", InputText), hash)
	f.Body = p.aboutStep(p.s.FindStep(ref))
	return f, true
}

func (p *pen) formCaution(string) (Form, bool) {
	return p.form("inc.cautions", "tl.submit", need(p.in("text", "caut.text", InputLines))), true
}

func (p *pen) formLift(ref string) (Form, bool) {
	return p.form("caut.lift.button", "caut.lift.button", need(p.in("reason", "caut.reason", InputText))), ref != ""
}

func (p *pen) noticeForm(ref, title string, in ...Input) (Form, bool) {
	n := p.s.Notice(ref)
	if n == nil {
		return Form{}, false
	}
	f := p.form(title, title, in...)
	f.Body = []Block{{Kind: Para, Text: joinNonEmpty("  ", n.ID, p.dest(n.Dest), p.reportName(n))}}
	return f, true
}

func (p *pen) formReturn(ref string) (Form, bool) {
	return p.noticeForm(ref, "apr.back", need(p.in("reason", "apr.back.reason", InputLines)))
}

func (p *pen) formWithdraw(ref string) (Form, bool) {
	return p.noticeForm(ref, "notice.withdraw", need(p.in("reason", "label.reason", InputLines)))
}

func (p *pen) formEdit(ref string) (Form, bool) {
	subject, body := need(p.in("subject", "apr.subject", InputText)), need(p.in("body", "apr.body", InputLines))
	subject.Max = 300
	tlp := need(p.in("tlp", "apr.tlp", InputChoice))
	if n := p.s.Notice(ref); n != nil {
		t := p.v.Text(n.Seq)
		subject.Value, body.Value, tlp.Value = t["subject"], t["body"], n.TLP
	}
	for _, l := range incident.TLPs() {
		tlp.Options = append(tlp.Options, Option{ID: l, Label: "TLP:" + l})
	}
	f, ok := p.noticeForm(ref, "apr.edit", subject, body, tlp)
	f.Submit = p.t("apr.ask")
	return f, ok
}

func (p *pen) formPhoned(ref string) (Form, bool) {
	who, receipt := need(p.in("who", "apr.phone.who", InputText)), p.in("receipt", "apr.receipt.no", InputText)
	title := "apr.phone.title"
	if n := p.s.Notice(ref); n != nil && n.Faxed() {
		title, who = "apr.fax.title", need(p.in("who", "apr.fax.who", InputText))
	}
	who.Max, receipt.Max = 100, 100
	return p.noticeForm(ref, title, who, p.when(), p.in("reply", "apr.phone.said", InputLines), receipt)
}

func (p *pen) formReceipt(ref string) (Form, bool) {
	return p.noticeForm(ref, "apr.receipt.no", need(p.in("receipt", "apr.receipt.no", InputText)))
}

func (p *pen) formScript(ref string) (Form, bool) {
	c, ok := p.Script(p.v, ref)
	title := "apr.script.head"
	if n := p.s.Notice(ref); n != nil && n.Faxed() {
		title = "apr.fax.head"
	}
	f := p.form(title, "apr.phone")
	f.Submit = ""
	for _, x := range c.Fields {
		f.Body = append(f.Body, Block{Kind: Para, Text: x.Label + ": " + x.Value})
	}
	f.Body = append(f.Body, c.Body...)
	return f, ok
}

func (p *pen) formNewNotice(string) (Form, bool) {
	dest := need(p.in("dest", "apr.to", InputChoice))
	for _, x := range p.v.Site.Directory.Destinations {
		dest.Options = append(dest.Options, Option{ID: x.ID, Label: p.dest(x.ID)})
	}
	return p.form("notice.draft", "notice.draft", dest), len(dest.Options) > 0
}

func (p *pen) formResolve(ref string) (Form, bool) {
	msg, as, _ := strings.Cut(ref, "#")
	label := map[string]string{"accepted": "apr.resolve.arrived", "resend": "apr.resolve.again", "failed": "apr.resolve.phone"}[as]
	if label == "" || p.s.Message(msg) == nil {
		return Form{}, false
	}
	f := p.form("notice.state.unconfirmed", label, need(p.in("reason", "label.reason", InputLines)))
	f.Body = []Block{{Kind: Para, Text: p.t(label)}}
	return f, true
}

func (p *pen) formDismiss(ref string) (Form, bool) {
	return p.form("clk.na.button", "clk.na.button", need(p.in("reason", "clk.na.reason", InputLines))), p.s.Duty(ref) != nil
}

func (p *pen) formBasis(string) (Form, bool) {
	f := p.form("clk.basis", "clk.basis")
	f.Submit = ""
	b := Block{Kind: List}
	for _, r := range p.clockRows() {
		b.Items = append(b.Items, r.Name+"\n"+r.Basis)
	}
	f.Body = []Block{b}
	return f, true
}

// formPhoneAck enters what somebody who was paged said by phone.
func (p *pen) formPhoneAck(ref string) (Form, bool) {
	e := p.s.Escalation(ref)
	if e == nil {
		return Form{}, false
	}
	var paged []string
	for _, x := range e.Paged {
		paged = append(paged, x.People...)
	}
	return p.form("esc.phoneack", "tl.submit", need(p.personInput("apr.phone.who", paged...)), p.in("words", "apr.phone.said", InputLines)), true
}

func (p *pen) formEscalate(ref string) (Form, bool) {
	return p.form("esc.start", "esc.start", p.roleInput(ref), need(p.in("reason", "esc.reason", InputLines))), true
}

// formReport is the six items with the last report filled in; a tick keeps the
// item as it was (変化なし).
func (p *pen) formReport(string) (Form, bool) {
	last := p.v.Text(p.s.LastReport())
	f := p.form("upd.write", "upd.submit")
	same := p.in("same", "upd.none", InputMany)
	for i, key := range reportItems() {
		in := p.in(fmt.Sprintf("item%d", i+1), key, InputLines)
		in.Value = last[in.ID]
		f.Inputs = append(f.Inputs, in)
		if in.Value != "" {
			same.Options = append(same.Options, Option{ID: in.ID, Label: p.t(key)})
		}
	}
	if len(same.Options) > 0 {
		f.Inputs = append(f.Inputs, same)
	}
	next := p.ahead("next", "upd.next.label")
	next.Hint = p.t("form.ahead.next")
	f.Inputs = append(f.Inputs, next)
	return f, true
}

func (p *pen) formRole(ref string) (Form, bool) {
	return p.form("role.title", "role.title", p.roleInput(ref), need(p.personInput("role.person"))), true
}

func (p *pen) formHandover(ref string) (Form, bool) {
	return p.form("hand.title", "hand.title", p.roleInput(ref), need(p.personInput("role.person")), p.in("words", "hand.trouble", InputLines)), true
}

func (p *pen) formSeverity(string) (Form, bool) {
	level := need(p.in("level", "inc.severity", InputChoice))
	for i := range 5 {
		level.Options = append(level.Options, Option{ID: fmt.Sprint(i), Label: p.t(fmt.Sprintf("severity.%d", i))})
	}
	level.Value = fmt.Sprint(p.s.Severity)
	return p.form("inc.severity", "tl.submit", level, p.in("reason", "label.reason", InputText)), true
}

func (p *pen) formClose(string) (Form, bool) {
	return p.form("close.button", "close.button", need(p.in("reason", "label.reason", InputLines))), true
}

func (p *pen) formForce(string) (Form, bool) {
	f := p.form("close.button", "close.button", need(p.in("reason", "close.reason", InputLines)))
	c, _ := p.closing("")
	f.Body = c.Body
	return f, true
}

// Formats are the forms of an export that chat offers; the console has more.
func Formats() []string { return []string{"zip", "csv", "md", "jsonl", "html"} }

func (p *pen) formExport(string) (Form, bool) {
	format := need(p.in("format", "exp.format", InputChoice))
	for _, x := range Formats() {
		format.Options = append(format.Options, Option{ID: x, Label: x})
	}
	format.Value = format.Options[0].ID
	return p.form("exp.title", "exp.title", format), true
}
