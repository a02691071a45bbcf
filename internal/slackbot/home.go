package slackbot

import (
	"context"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

const (
	maxHome     = 95 // blocks
	liveAtHome  = 5
	maxViewers  = 30
	clocksAhead = 24 // hours
)

// openHome draws somebody's home tab and keeps it fresh from now on.
func (b *Bot) openHome(ctx context.Context, member string) error {
	b.sync.viewer(member)
	return b.publish(ctx, member)
}

func (b *Bot) publish(ctx context.Context, member string) error {
	blocks := b.homeBlocks(ctx, b.people.who(member, ""))
	return b.patient(ctx, "views.publish", func(ctx context.Context) error {
		_, err := b.api.PublishViewContext(ctx, slack.PublishViewContextRequest{
			UserID: member, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}, CallbackID: "home"},
		})
		return err
	})
}

// homeBlocks is the home tab in the order of UX 2.11: report, my turn, live
// incidents, deadlines, drill and duty number.
func (b *Bot) homeBlocks(ctx context.Context, who caller) []slack.Block {
	t := func(key string, args ...any) string { return b.o.Words.T(who.lang, key, args...) }
	out := &builder{left: 60_000}
	out.actions([]chat.Action{{ID: "declare", Form: "declare", Label: t("decl.report"), Style: chat.Danger, Value: "-||0"}})
	if phone := b.svc.Site().Phone; phone != "" {
		out.context(t("label.duty") + " " + phone)
	}
	if !who.known {
		out.context(t("signin.link", "id", who.slack))
	}
	var views []*incident.View
	for _, r := range b.recent(ctx, true, 20) {
		if v, err := b.svc.View(ctx, r.ID); err == nil {
			views = append(views, v)
		}
	}
	b.homeTurn(ctx, out, views, who)
	d := &deed{b: b, who: who}
	out.head(t("inc.recent"))
	if len(views) == 0 {
		out.section(fit(t("empty.board"), maxSection, esc))
	}
	for i, v := range views {
		if i == liveAtHome {
			break
		}
		out.section(fit(d.head(v)+"\n"+t("status."+string(v.S.Status))+"  "+t("upd.next", "time", pick(chat.Near(v.S.Cadence.Next, v.Now, v.Site.Zone), "-")), maxSection, esc))
		acts := []chat.Action{{ID: "incident.show", Label: t("label.open") + " " + v.S.ID, Value: chat.EncodeValue(chat.Value{Incident: v.S.ID, Seq: v.S.Seq})}}
		if url := b.o.Link("/i/" + v.S.ID); url != "" {
			acts = append(acts, chat.Action{Label: t("inc.console"), URL: url})
		}
		out.actions(acts)
	}
	b.homeClocks(ctx, out, views, who)
	return out.out[:min(len(out.out), maxHome)]
}

// homeTurn lists what waits for the person.
func (b *Bot) homeTurn(ctx context.Context, out *builder, views []*incident.View, who caller) {
	out.head(b.o.Words.T(who.lang, "inc.yourturn"))
	n := 0
	for _, v := range views {
		for _, key := range turn(v, who.person) {
			c, ok := b.card(ctx, v, key, who.lang)
			if !ok || n == 10 {
				continue
			}
			n++
			small := chat.Card{Head: "", Title: c.Head, Body: []chat.Block{{Kind: chat.Para, Text: c.Title}}, Actions: c.Buttons()}
			if len(small.Actions) > 3 {
				small.Actions = small.Actions[:3]
			}
			out.section("*" + fit(small.Title, 1000, esc) + "*" + below(fit(c.Title, 1000, esc)))
			out.actions(small.Actions)
		}
	}
	if n == 0 {
		out.section(fit(b.o.Words.T(who.lang, "inc.yourturn.none"), maxSection, esc))
	}
}

// homeClocks lists the deadlines of the next day.
func (b *Bot) homeClocks(ctx context.Context, out *builder, views []*incident.View, who caller) {
	list := chat.Block{Kind: chat.List}
	for _, v := range views {
		for _, r := range b.drawer(ctx, v.S.ID, who.lang).Clocks(v) {
			x := v.S.Duty(r.Duty)
			if x == nil || x.State != "open" || r.Due.IsZero() || r.Due.Sub(v.Now).Hours() > clocksAhead {
				continue
			}
			list.Items = append(list.Items, v.S.ID+"  "+r.Name+"  "+r.When+"  "+r.State)
		}
	}
	if len(list.Items) > 0 {
		out.head(b.o.Words.T(who.lang, "nav.clocks"))
		out.list(list)
	}
}
