package chat

import (
	"fmt"
	"strings"

	"irbot/internal/incident"
	"irbot/internal/runbook"
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
		"step.done": p.formDone, "step.block": p.formBlock, "step.skip": p.formSkip, "step.assign": p.formAssign,
		"step.extend": p.formExtend, "step.na": p.formNA, "step.reopen": p.formReopen, "step.full": p.formFull,
		"note.add": p.formNote, "evidence.add": p.formEvidence, "caution.add": p.formCaution, "caution.lift": p.formLift,
		"decision.make": p.formDecide, "decision.ask": p.formAskInfo, "decision.object": p.formObject, "decision.open": p.formOpenDecision,
		"notice.return": p.formReturn, "notice.edit": p.formEdit, "notice.phoned": p.formPhoned, "notice.receipt": p.formReceipt,
		"notice.withdraw": p.formWithdraw, "notice.script": p.formScript, "notice.new": p.formNewNotice, "message.resolve": p.formResolve,
		"duty.dismiss": p.formDismiss, "duty.done": p.formDutyDone, "duty.confirm": p.formDutyConfirm, "duty.reopen": p.formDutyReopen, "moment.set": p.formMoment,
		"clocks.basis": p.formBasis, "escalation.phoneack": p.formPhoneAck, "escalation.start": p.formEscalate,
		"escalation.jump": p.formJump, "escalation.further": p.formFurther,
		"report.make": p.formReport, "role.assign": p.formRole, "handover.offer": p.formHandover, "severity.set": p.formSeverity,
		"incident.close": p.formClose, "incident.force": p.formForce,
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

// stepForm is a form about a step, with the step's name above it.
func (p *pen) stepForm(ref, title string, in ...Input) (Form, bool) {
	st := p.s.Step(ref)
	if st == nil {
		return Form{}, false
	}
	f := p.form(title, title, in...)
	f.Body = []Block{{Kind: Para, Text: p.t("step.line", "n", st.N, "title", OneLine(p.v.StepTitle(st)))}}
	return f, true
}

func (p *pen) formDone(ref string) (Form, bool) {
	value := need(p.in("value", "step.expect", InputText))
	f, ok := p.stepForm(ref, "step.done", value, p.when())
	if !ok {
		return f, false
	}
	if src := p.v.Source(p.s.Step(ref)); src != nil {
		f.Inputs[0].Hint = joinNonEmpty(" / ", OneLine(src.DoneWhen), OneLine(strings.Join(src.Evidence, p.t("label.and"))))
	}
	return f, true
}

func (p *pen) formBlock(ref string) (Form, bool) {
	return p.stepForm(ref, "step.block", p.presets("nokey", "noperson", "nocontact", "broken", "other"), p.in("reason", "step.reason.block", InputText), p.when())
}

func (p *pen) formSkip(ref string) (Form, bool) {
	preset := p.presets()
	for _, k := range incident.SkipPresets() {
		preset.Options = append(preset.Options, Option{ID: k, Label: p.presetWord(k)})
	}
	return p.stepForm(ref, "step.skip", preset, p.in("reason", "step.reason", InputText), p.when())
}

// presets offers reasons to tap; one of them or free text is required.
func (p *pen) presets(keys ...string) Input {
	in := p.in("preset", "label.reason", InputChoice)
	for _, k := range keys {
		in.Options = append(in.Options, Option{ID: k, Label: p.t("step.preset." + k)})
	}
	return in
}

func (p *pen) formAssign(ref string) (Form, bool) {
	return p.stepForm(ref, "step.handon", need(p.personInput("step.person")))
}

func (p *pen) personInput(label string) Input {
	in := p.in("person", label, InputPerson)
	for _, x := range p.v.Site.Directory.People {
		name := x.Name
		if p.Lang == EN && x.NameEN != "" {
			name = x.NameEN
		}
		in.Options = append(in.Options, Option{ID: x.ID, Label: Truncate(joinNonEmpty(" ", name, x.Title), 75)})
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

func (p *pen) formExtend(ref string) (Form, bool) {
	minutes := need(p.in("minutes", "step.minutes", InputText))
	minutes.Value, minutes.Max = "15", 4
	return p.stepForm(ref, "step.extend", minutes, p.in("reason", "label.reason", InputText))
}

func (p *pen) formNA(ref string) (Form, bool) {
	return p.stepForm(ref, "step.notapply", need(p.in("reason", "step.reason.na", InputText)))
}

func (p *pen) formReopen(ref string) (Form, bool) {
	return p.stepForm(ref, "step.reopen", need(p.in("reason", "step.reason.reopen", InputText)))
}

func (p *pen) formFull(ref string) (Form, bool) {
	f, ok := p.stepForm(ref, "step.full")
	if !ok {
		return f, false
	}
	f.Submit = ""
	if src := p.v.Source(p.s.Step(ref)); src != nil {
		f.Body = append(f.Body, Block{Kind: Quote, Text: Safe(runbook.Readable(src.Body))})
	}
	return f, true
}

func (p *pen) formNote(string) (Form, bool) {
	line := need(p.in("line", "tl.line", InputLines))
	line.Hint = p.t("tl.hint")
	marks := p.in("marks", "tl.important", InputMany)
	marks.Options = []Option{{ID: "important", Label: p.t("tl.important")}, {ID: "open", Label: p.t("tl.open")}}
	return p.form("tl.shortcut", "tl.submit", line, marks, p.originInput(), p.confInput()), true
}

func (p *pen) formEvidence(string) (Form, bool) {
	return p.form("step.evid", "tl.submit", need(p.in("file", "label.file", InputFile)), p.in("words", "label.text", InputLines), p.in("where", "decl.where", InputText)), true
}

func (p *pen) formCaution(string) (Form, bool) {
	return p.form("inc.cautions", "tl.submit", need(p.in("text", "caut.text", InputText))), true
}

func (p *pen) formLift(ref string) (Form, bool) {
	return p.form("caut.lift.button", "caut.lift.button", need(p.in("reason", "caut.reason", InputText))), ref != ""
}

// formDecide asks for the basis and the time of review. ref is D3#a or r1/2.1#a.
func (p *pen) formDecide(ref string) (Form, bool) {
	id, choice, _ := strings.Cut(ref, "#")
	question, text := p.question(id, choice)
	review := need(p.in("review", "dec.review", InputTime))
	review.Hint = p.t("step.when.hint")
	f := p.form("dec.title", "dec.confirm", need(p.in("basis", "dec.basis.req", InputLines)), review)
	f.Body = []Block{{Kind: Para, Text: question}, {Kind: Quote, Text: p.t("dec.option.val", "letter", strings.ToUpper(choice), "text", text)}}
	return f, choice != "" && (p.s.Decision(id) != nil || p.s.Step(id) != nil)
}

// question is what is decided and the words of one answer.
func (p *pen) question(id, choice string) (question, answer string) {
	if d := p.s.Decision(id); d != nil {
		t := p.v.Text(d.Seq)
		return OneLine(t["question"]), OneLine(t["option_"+choice])
	}
	st := p.s.Step(id)
	if st == nil {
		return "", ""
	}
	src := p.v.Source(st)
	if src == nil || src.Decision == nil {
		return OneLine(p.v.StepTitle(st)), ""
	}
	for i, b := range st.Branches {
		if b.Key == choice && i < len(src.Decision.Branches) {
			answer = OneLine(src.Decision.Branches[i].Label + " " + src.Decision.Branches[i].Text)
		}
	}
	return OneLine(src.Decision.Question), answer
}

func (p *pen) formAskInfo(ref string) (Form, bool) {
	return p.form("dec.info", "dec.info", need(p.in("text", "dec.question.info", InputLines))), p.s.Decision(ref) != nil
}

func (p *pen) formObject(ref string) (Form, bool) {
	return p.form("dec.obj", "dec.obj", need(p.in("reason", "dec.objection", InputLines))), p.s.Decision(ref) != nil
}

func (p *pen) formOpenDecision(string) (Form, bool) {
	role := p.roleInput("ciso")
	role.ID, role.Label, role.Required = "decider", p.t("dec.decider"), false
	return p.form("dec.open", "dec.open", need(p.in("question", "dec.question", InputText)), need(p.in("options", "dec.options", InputLines)),
		role, p.in("known", "dec.known", InputLines), p.in("unknown", "dec.unknown", InputLines), p.in("until", "apr.due", InputTime)), true
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
	tlp := p.in("tlp", "apr.tlp", InputChoice)
	if n := p.s.Notice(ref); n != nil {
		t := p.v.Text(n.Seq)
		subject.Value, body.Value, tlp.Value = t["subject"], t["body"], n.TLP
	}
	for _, l := range incident.TLPs() {
		tlp.Options = append(tlp.Options, Option{ID: l, Label: "TLP:" + l})
	}
	return p.noticeForm(ref, "apr.edit", tlp, subject, body)
}

func (p *pen) formPhoned(ref string) (Form, bool) {
	return p.noticeForm(ref, "apr.phone.title", need(p.in("who", "apr.phone.who", InputText)), p.when(),
		p.in("reply", "apr.phone.said", InputLines), p.in("receipt", "apr.receipt.no", InputText))
}

func (p *pen) formReceipt(ref string) (Form, bool) {
	return p.noticeForm(ref, "apr.receipt.no", need(p.in("receipt", "apr.receipt.no", InputText)))
}

func (p *pen) formScript(ref string) (Form, bool) {
	c, ok := p.Script(p.v, ref)
	f := p.form("apr.script.head", "apr.phone")
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

func (p *pen) formPhoneAck(ref string) (Form, bool) {
	return p.form("esc.phoneack", "esc.ack", need(p.personInput("role.person")), p.in("words", "apr.phone.said", InputLines)), p.s.Escalation(ref) != nil
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
	next := p.in("next", "upd.next.label", InputTime)
	next.Hint = p.t("step.when.hint")
	f.Inputs = append(f.Inputs, next)
	return f, true
}

func (p *pen) formRole(ref string) (Form, bool) {
	return p.form("role.title", "role.title", p.roleInput(ref), p.personInput("role.person")), true
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
