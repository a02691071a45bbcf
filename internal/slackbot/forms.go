package slackbot

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

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
	f, ok := a.layout(ctx, name)
	if !ok || len(f.Inputs) == 0 {
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

// layout is the form of an action as chat lays it out for every surface, filled
// in with what was typed; ok is false where there is none of that name.
func (a *asked) layout(ctx context.Context, name string) (chat.Form, bool) {
	zone := a.v.Site.Zone
	draw := a.d.b.drawer(ctx, a.d.id, a.d.who.lang)
	f, ok := draw.Form(a.v, name, chat.Value{Incident: a.d.id, Ref: a.ref, Seq: a.v.S.Seq})
	fill := chat.Fill(a.cmd, zone)
	for i, in := range f.Inputs {
		f.Inputs[i].Value = cmp.Or(fill[in.ID], in.Value)
		if in.Kind == chat.InputMoment {
			f.Inputs[i].Value = ""
			if at, err := chat.ParseDeadline(in.Value, a.v.Now, zone); err == nil {
				f.Inputs[i].Value = fmt.Sprint(at.Unix())
			}
		}
	}
	if closes(name) && !a.v.S.Drill {
		f.Inputs = append(f.Inputs, chat.Input{ID: "code", Label: a.d.t("apr.code"), Hint: a.d.t("apr.code.hint"), Kind: chat.InputSecret, Required: true, Max: 100})
	}
	return f, ok
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
	switch {
	case !ok && strings.HasPrefix(name, "step.") && a.v.S.FindStep(a.ref) == nil && a.ref != "":
		return saying{text: d.b.o.Words.Refusal(d.who.lang, "step.unknown", map[string]string{"step": a.ref})}, false
	case !ok:
		return saying{text: d.t("stale.card")}, false
	}
	c.Actions = nil
	if d.trigger == "" {
		return saying{cards: []chat.Card{c}}, false
	}
	title := cmp.Or(map[string]string{"step.full": d.t("step.full"), "notice.script": d.t("apr.script.head"), "clocks.basis": d.t("clk.basis")}[name], name)
	b := inModal(c)
	f := chat.Form{Title: title, Cancel: d.t("slk.shut")}
	if _, err := d.openView(ctx, modal(f, note{Form: "show"}, b...)); err != nil {
		d.b.log.Warn("open screen", "form", name, "err", err)
		return saying{text: d.t("internal")}, false
	}
	return saying{}, true
}

// inModal lays a card out for a modal, where more fits than in a message.
func inModal(c chat.Card) []slack.Block {
	b := &builder{left: 100_000}
	b.head(c.Head)
	if c.Title != "" {
		b.section("*" + fit(c.Title, maxSection-2, esc) + "*")
	}
	b.fields(c.Fields)
	for _, x := range c.Body {
		if x.Kind == chat.Quote || x.Kind == chat.Code {
			for _, part := range chunks(x.Text, maxSection) {
				b.body(chat.Block{Kind: x.Kind, Text: part})
			}
			continue
		}
		b.body(x)
	}
	return b.out
}
