package slackbot

import (
	"cmp"
	"context"
	"strings"

	"irbot/internal/chat"
)

// onSlash works on a slash command.
func (b *Bot) onSlash(ctx context.Context, in inbound) answer {
	c := in.slash
	d := &deed{b: b, who: b.people.who(c.UserID, c.UserName), request: in.key(), trigger: c.TriggerID,
		channel: c.ChannelID, id: b.incidentOf(ctx, c.ChannelID)}
	s, opened := d.run(ctx, typed(c.Text))
	if opened {
		return answer{}
	}
	ans := reply(s)
	ans.failed = d.failed
	return ans
}

// run reads what was typed and does it. opened is true where a form stands on
// the screen and nothing more is to be said.
func (d *deed) run(ctx context.Context, text string) (s saying, opened bool) {
	site := d.b.svc.Site()
	in := chat.Context{Addressed: true, Self: d.who.person, Incident: d.id, Now: d.b.svc.Now(), Zone: site.Zone, Roots: []string{strings.TrimPrefix(d.b.o.Command, "/"), "irbot"}}
	r := chat.Parse(text, in.Use(site.Directory))
	switch r.Kind {
	case chat.Answer:
		return d.answer(r.Reply), false
	case chat.Ignore:
		return d.home(ctx), false
	case chat.Execute:
	}
	cmd := r.Command
	if id, ok := strings.CutPrefix(cmd.Person, "slack:"); ok {
		if p, known := d.b.o.Person(strings.ToUpper(id)); known {
			cmd.Person = p
		}
	}
	for _, words := range []*string{&cmd.Text, &cmd.Reason, &cmd.Value, &cmd.Line.Text} {
		*words = d.b.named(*words)
	}
	return d.exec(ctx, cmd)
}

// answer is a reply to something that could not be done, with what might have
// been meant as buttons.
func (d *deed) answer(r chat.Reply) saying {
	s := saying{text: d.t(r.Key, r.Args...)}
	for _, x := range r.Suggest {
		s.actions = append(s.actions, runAction(d.t(x.Key, x.Args...), d.id, x.Command))
	}
	return s
}

// runAction is a button that runs a command as if it had been typed. Its value
// is what is typed; the incident goes along, because a DM has none.
func runAction(label, id, command string) chat.Action {
	return chat.Action{ID: "run", Label: label, Value: chat.Truncate(cmp.Or(id, "-")+"|"+command, 1900)}
}

// onShortcut works on the global shortcut and the message shortcut.
func (b *Bot) onShortcut(ctx context.Context, in inbound) answer {
	p := in.press
	d := &deed{b: b, who: b.people.who(p.User.ID, cmp.Or(p.User.Profile.DisplayName, p.User.Name)), request: in.key(), trigger: p.TriggerID, channel: p.Channel.ID}
	switch p.CallbackID {
	case "declare":
		return d.opened(d.openDeclare(ctx, ""))
	case "record_note":
		return d.opened(d.openRecord(ctx, p))
	}
	return answer{}
}

// opened is the answer after a form was to be opened.
func (d *deed) opened(err error) answer {
	if err != nil {
		d.b.log.Warn("open a form", "err", err)
		return answer{failed: true, say: &saying{text: d.t("internal")}}
	}
	return answer{}
}
