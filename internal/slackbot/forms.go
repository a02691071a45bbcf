package slackbot

import (
	"context"
	"fmt"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// asked is a form about to be shown: for whom, about what, with what typed so far.
type asked struct {
	d   *deed
	v   *incident.View
	ref string
	cmd chat.Command // zero where a button was pressed
}

func (a *asked) t(key string, args ...any) string { return a.d.t(key, args...) }

// step is the step a form is about; nil if it is about none.
func (a *asked) step() *incident.Step { return a.v.S.FindStep(a.ref) }

// builders make the forms, by name. A form that is not there only shows a card.
func builders() map[string]func(a *asked) chat.Form {
	return map[string]func(a *asked) chat.Form{
		"step.done": stepDone, "step.confirm": stepDone, "step.block": stepBlock, "step.skip": stepSkip,
		"step.reopen": reason("step.reopen", "step.reason.reopen"), "step.na": reason("step.notapply", "step.reason.na"),
		"step.assign": stepAssign, "step.extend": stepExtend,
		"note.add": noteAdd, "evidence.add": evidenceAdd, "caution.add": one("caut.text", "tl.submit", "text", "caut.text"),
		"decision.make": decisionMake, "decision.open": decisionOpen,
		"decision.ask": one("dec.info", "tl.submit", "text", "dec.question.info"), "decision.object": one("dec.obj", "tl.submit", "text", "dec.objection"),
		"notice.return": reason("apr.back", "apr.back.reason"), "notice.edit": noticeEdit, "notice.new": noticeNew,
		"notice.phoned": noticePhoned, "notice.receipt": one("apr.receipt", "tl.submit", "text", "apr.receipt.no"),
		"message.resolve":     one("apr.proof", "tl.submit", "text", "label.reason"),
		"escalation.phoneack": phoneAck, "escalation.start": escalationStart,
		"report.make": reportMake, "role.assign": roleAssign, "handover.offer": handoverOffer,
		"duty.dismiss": reason("clk.na.button", "clk.na.reason"), "duty.done": one("clk.done.button", "tl.submit", "text", "clk.done.proof"), "duty.confirm": reason("clk.confirm.button", "clk.confirm.reason"),
		"timeline.export": exportForm,
		"incident.close":  one("close.button", "close.button", "text", "label.reason"), "incident.force": reason("close.button", "close.reason"),
	}
}

// form opens a form; where it cannot, the person is told.
func (d *deed) form(ctx context.Context, name, ref string, c chat.Command) (saying, bool) {
	v, err := d.view(ctx)
	if err != nil {
		return d.trouble(err), false
	}
	n := note{Form: name, Incident: d.id, Ref: ref, Seq: v.S.Seq, Channel: d.channel, Thread: d.thread}
	a := &asked{d: d, v: v, ref: ref, cmd: c}
	if name == "notice.open" {
		return d.openNotice(ctx, a, n)
	}
	if name == "notice.edit" && d.tooLong(a) {
		return d.longDraft(ref), false
	}
	f, ok := a.build(ctx, name)
	if !ok {
		return d.onlyShow(ctx, a, name)
	}
	if d.trigger == "" {
		return saying{text: d.t("cmd.needtext", "verb", name)}, false
	}
	if _, err := d.openView(ctx, modal(f, n)); err != nil {
		d.b.log.Warn("open form", "form", name, "err", err)
		return saying{text: d.t("internal")}, false
	}
	return saying{}, true
}

// build makes a form: one of Slack's own, else the one all surfaces share. A
// form without anything to fill in is only shown.
func (a *asked) build(ctx context.Context, name string) (chat.Form, bool) {
	draw, own := builders()[name]
	if !own {
		f, ok := a.chatForm(ctx, name)
		return f, ok && len(f.Inputs) > 0
	}
	f := draw(a)
	f.Cancel = a.t("decl.cancel")
	if a.v.S.Drill {
		f.Body = append([]chat.Block{{Kind: chat.Warn, Text: a.t("drill.band")}}, f.Body...)
	}
	return f, true
}

// onlyShow opens a screen without inputs: a step in full, a script, the basis
// of the clocks.
func (d *deed) onlyShow(ctx context.Context, a *asked, name string) (saying, bool) {
	draw := d.b.drawer(ctx, d.id, d.who.lang)
	var c chat.Card
	ok := false
	switch name {
	case "step.full":
		c, ok = draw.Draw(a.v, "step/"+a.ref)
	case "notice.script":
		c, ok = draw.Script(a.v, a.ref)
	case "clocks.basis":
		c, ok = chat.Card{Head: d.t("clk.basis")}, true
		for _, r := range draw.Clocks(a.v) {
			c.Fields = append(c.Fields, chat.Field{Label: r.Name, Value: r.Basis})
		}
	}
	if !ok {
		return saying{text: d.t("stale.card")}, false
	}
	c.Actions = nil
	if d.trigger == "" {
		return saying{cards: []chat.Card{c}}, false
	}
	title := pick(map[string]string{"step.full": d.t("step.full"), "notice.script": d.t("apr.script.head"), "clocks.basis": d.t("clk.basis")}[name], name)
	b := draw2modal(c)
	f := chat.Form{Title: title, Cancel: d.t("slk.shut")}
	if _, err := d.openView(ctx, modal(f, note{Form: "show"}, b...)); err != nil {
		d.b.log.Warn("open screen", "form", name, "err", err)
		return saying{text: d.t("internal")}, false
	}
	return saying{}, true
}

// one is a form with one required text.
func one(title, submit, id, label string) func(a *asked) chat.Form {
	return func(a *asked) chat.Form {
		return chat.Form{Title: a.t(title), Submit: a.t(submit), Inputs: []chat.Input{
			{ID: id, Label: a.t(label), Kind: chat.InputLines, Required: true, Value: pick(a.cmd.Text, a.cmd.Reason)},
		}}
	}
}

func reason(title, label string) func(a *asked) chat.Form {
	return one(title, "tl.submit", "text", label)
}

// about names the step above its inputs.
func (a *asked) about() []chat.Block {
	st := a.step()
	if st == nil {
		return nil
	}
	out := []chat.Block{{Kind: chat.Para, Text: a.t("step.line", "n", st.N, "title", chat.OneLine(a.v.StepTitle(st)))}}
	if src := a.v.Source(st); src != nil && src.DoneWhen != "" {
		out = append(out, chat.Block{Kind: chat.Para, Text: a.t("step.donewhen") + ": " + chat.OneLine(src.DoneWhen)})
	}
	return out
}

func stepDone(a *asked) chat.Form {
	hint, needed := "", true
	if st := a.step(); st != nil { // what was kept or counted meanwhile is enough
		_, value := a.v.Wants(st)
		needed = value || len(st.Kept) == 0 && st.Counted == 0
		if src := a.v.Source(st); src != nil {
			hint = chat.OneLine(strings.Join(src.Evidence, a.t("label.and")))
		}
	}
	return chat.Form{Title: a.t("step.done"), Submit: a.t("step.done"), Body: a.about(), Inputs: []chat.Input{
		{ID: "value", Label: a.t("step.expect"), Hint: hint, Kind: chat.InputLines, Required: needed, Value: a.cmd.Value},
		{ID: "at", Label: a.t("step.when"), Hint: a.t("step.when.hint"), Kind: chat.InputTime},
	}}
}

func presets(a *asked, keys ...string) []chat.Option {
	var out []chat.Option
	for _, k := range keys {
		id, word, _ := strings.Cut(k, "=")
		out = append(out, chat.Option{ID: id, Label: a.t("step.preset." + word)})
	}
	return out
}

func stepBlock(a *asked) chat.Form {
	return chat.Form{Title: a.t("step.block"), Submit: a.t("step.block"), Body: a.about(), Inputs: []chat.Input{
		{ID: "preset", Label: a.t("step.reason.block"), Kind: chat.InputChoice, Required: true, Value: "other",
			Options: presets(a, "nokey=nokey", "noperson=noperson", "nocontact=nocontact", "broken=broken", "other=other")},
		{ID: "text", Label: a.t("label.text"), Kind: chat.InputLines, Value: a.cmd.Reason},
	}}
}

func stepSkip(a *asked) chat.Form {
	return chat.Form{Title: a.t("step.skip"), Submit: a.t("step.skip"), Body: a.about(), Inputs: []chat.Input{
		{ID: "preset", Label: a.t("step.reason"), Kind: chat.InputChoice, Required: true,
			Options: presets(a, "condition=notmet", "otherway=otherway", "resources=noresource", "later=later", "other=other")},
		{ID: "text", Label: a.t("label.text"), Kind: chat.InputLines, Value: a.cmd.Reason},
	}}
}

// person is a choice among the people of the directory.
func (a *asked) person(id, label string, only []string) chat.Input {
	in := chat.Input{ID: id, Label: label, Kind: chat.InputPerson, Required: true}
	for _, p := range a.v.Site.Directory.People {
		if len(only) > 0 && !contains(only, p.ID) {
			continue
		}
		name := a.v.Person(p.ID, string(a.d.who.lang))
		if p.Title != "" {
			name += " (" + p.Title + ")"
		}
		in.Options = append(in.Options, chat.Option{ID: p.ID, Label: name})
	}
	return in
}

func contains(list []string, v string) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

func stepAssign(a *asked) chat.Form {
	return chat.Form{Title: a.t("step.reassign"), Submit: a.t("step.reassign"), Body: a.about(),
		Inputs: []chat.Input{a.person("person", a.t("step.person"), nil)}}
}

func stepExtend(a *asked) chat.Form {
	var options []chat.Option
	for _, m := range []int{15, 30, 60, 120} {
		options = append(options, chat.Option{ID: fmt.Sprint(m), Label: chat.Duration(minutes(m), a.d.who.lang)})
	}
	return chat.Form{Title: a.t("step.extend"), Submit: a.t("step.extend"), Body: a.about(), Inputs: []chat.Input{
		{ID: "minutes", Label: a.t("step.minutes"), Kind: chat.InputChoice, Required: true, Value: "15", Options: options},
		{ID: "text", Label: a.t("label.reason"), Kind: chat.InputText},
	}}
}

func noteAdd(a *asked) chat.Form {
	f := chat.Form{Title: a.t("tl.line"), Submit: a.t("tl.submit"), Body: a.about(), Inputs: []chat.Input{
		{ID: "text", Label: a.t("tl.text"), Hint: a.t("tl.sample"), Kind: chat.InputLines, Required: true, Value: a.cmd.Text},
		{ID: "at", Label: a.t("tl.when"), Hint: a.t("step.when.hint"), Kind: chat.InputTime},
		{ID: "from", Label: a.t("tl.from"), Kind: chat.InputText, Max: 80},
		{ID: "to", Label: a.t("tl.to"), Kind: chat.InputText, Max: 80},
		{ID: "marks", Label: a.t("slk.marks"), Kind: chat.InputMany, Options: []chat.Option{
			{ID: "important", Label: a.t("tl.important")}, {ID: "open", Label: a.t("tl.open")}}},
	}}
	f.Inputs = append(f.Inputs, chat.Drawer{Words: a.d.b.o.Words, Lang: a.d.who.lang}.SourceInputs()...)
	return f
}

func evidenceAdd(a *asked) chat.Form {
	return chat.Form{Title: a.t("step.evid"), Submit: a.t("tl.submit"), Body: a.about(), Inputs: []chat.Input{
		{ID: "files", Label: a.t("label.file"), Kind: inputFile},
		{ID: "text", Label: a.t("label.text"), Kind: chat.InputLines, Value: a.cmd.Text},
		{ID: "hash", Label: "SHA-256", Kind: chat.InputText, Max: 80},
	}}
}
