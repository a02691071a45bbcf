package slackbot

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/directory"
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
			out.context(t("slk.home.more", "count", len(views)-liveAtHome))
			break
		}
		out.section(fit(d.head(v)+"\n"+t("status."+string(v.S.Status))+"  "+t("upd.next", "time", cmp.Or(chat.Near(v.S.Cadence.Next, v.Now, v.Site.Zone), "-")), maxSection, esc))
		acts := []chat.Action{{ID: "incident.show", Label: t("label.open") + " " + v.S.ID, Value: chat.EncodeValue(chat.Value{Incident: v.S.ID, Seq: v.S.Seq})}}
		if url := b.o.Link("/i/" + v.S.ID); url != "" {
			acts = append(acts, chat.Action{Label: t("inc.console"), URL: url})
		}
		out.actions(acts)
	}
	b.homeClocks(ctx, out, views, who)
	b.homeDrill(out, who)
	b.homeCare(out, who)
	return out.out[:min(len(out.out), maxHome)]
}

// homeTurn lists what waits for the person.
func (b *Bot) homeTurn(ctx context.Context, out *builder, views []*incident.View, who caller) {
	out.head(b.o.Words.T(who.lang, "inc.yourturn"))
	n := 0
	if v, err := b.svc.StandingView(ctx); err == nil {
		for _, key := range chat.RosterTurns(v, who.person) {
			if c, ok := b.card(ctx, v, key, who.lang); ok {
				n++
				out.section("*" + fit(c.Head, 1000, esc) + "*")
				out.actions(c.Buttons())
			}
		}
	}
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
			out.section("*" + fit(small.Title, 1000, esc) + "*" + below(fit(strings.TrimSpace(c.Title+"  "+dueWord(b.o.Words, who.lang, v, key)), 1000, esc)))
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

// dueWord is until when something waits for a person, "" where nothing says so.
func dueWord(words *chat.Words, lang chat.Lang, v *incident.View, key string) string {
	kind, ref, _ := strings.Cut(key, "/")
	var due time.Time
	switch kind {
	case "step":
		if st := v.S.Step(ref); st != nil {
			due = st.Due
		}
	case "notice":
		if n := v.S.Notice(ref); n != nil {
			due = v.S.NoticeDue(n)
		}
	case "decision":
		if x := v.S.Decision(ref); x != nil {
			due = x.Due
		}
	case "page":
		id, _, _ := strings.Cut(ref, "/")
		if e := v.S.Escalation(id); e != nil {
			due = e.Due
		}
	}
	if due.IsZero() {
		return ""
	}
	return words.T(lang, "slk.home.until", "time", chat.Near(due, v.Now, v.Site.Zone))
}

// homeDrill is the way to a drill and to the runbooks.
func (b *Bot) homeDrill(out *builder, who caller) {
	t := func(key string) string { return b.o.Words.T(who.lang, key) }
	var acts []chat.Action
	if b.svc.Site().Allowed(who.person, incident.MayDeclare, nil) {
		acts = append(acts, chat.Action{ID: "drill.start", Form: "drill.start", Label: t("slk.home.drill"), Value: "-||0"})
	}
	if url := b.o.Link("/runbooks"); strings.HasPrefix(url, "http") {
		acts = append(acts, chat.Action{Label: t("slk.home.books"), URL: url})
	}
	if len(acts) > 0 {
		out.head(t("inc.mark.drill"))
		out.actions(acts)
	}
}

// namesAtHome is how many contacts are named.
const namesAtHome = 5

// homeCare is what needs checking before the next incident.
func (b *Bot) homeCare(out *builder, who caller) {
	t := func(key string, args ...any) string { return b.o.Words.T(who.lang, key, args...) }
	now := b.svc.Now()
	list := chat.Block{Kind: chat.List}
	var stale []string
	for _, c := range b.svc.Site().Directory.Stale(now, directory.StaleAfter) {
		stale = append(stale, c.Name)
	}
	if len(stale) > 0 {
		names := strings.Join(stale[:min(len(stale), namesAtHome)], t("label.and"))
		if len(stale) > namesAtHome {
			names += "…"
		}
		list.Items = append(list.Items, t("slk.home.stale", "count", len(stale), "names", names))
	}
	if b.o.Banners != nil {
		list.Items = append(list.Items, b.o.Banners(who.lang)...)
	}
	if b.o.Ready != nil {
		list.Items = append(list.Items, b.o.Ready(who.lang)...)
	}
	if len(list.Items) == 0 {
		list = chat.Block{Kind: chat.Para, Text: t("slk.home.care.ok")}
	}
	out.head(t("slk.home.care"))
	out.body(list)
	if up, since := b.Up(); up {
		out.context(t("slk.home.slack", "since", chat.Near(since, now, b.svc.Site().Zone)))
	}
}
