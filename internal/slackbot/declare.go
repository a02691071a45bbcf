package slackbot

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// declare opens the form, or, where there is no trigger to open it with,
// offers a button that does.
func (d *deed) declare(ctx context.Context, text string) (saying, bool) {
	if d.trigger == "" {
		a := runAction(d.t("decl.title"), "", strings.TrimSpace(string(chat.VerbDeclare)+" "+text))
		a.Style = chat.Danger
		return saying{text: d.t("decl.title"), actions: []chat.Action{a}}, false
	}
	if err := d.openDeclare(ctx, text); err != nil {
		d.b.log.Warn("open declare form", "err", err)
		return saying{text: d.t("internal")}, false
	}
	return saying{}, true
}

// openDeclare opens an empty screen at once and fills it afterwards (UX 2.0: a
// trigger dies after three seconds).
func (d *deed) openDeclare(ctx context.Context, text string) error {
	wait := chat.Form{Title: d.t("decl.title"), Cancel: d.t("decl.cancel"), Body: []chat.Block{{Kind: chat.Para, Text: d.t("decl.loading")}}}
	res, err := d.openView(ctx, modal(wait, note{Form: "show"}))
	if err != nil {
		return err
	}
	form := modal(d.declareForm(text), note{Form: "declare", Channel: d.channel})
	d.b.after(ctx, "fill declare form", func(ctx context.Context) error {
		return d.b.updateView(ctx, res.View.ID, res.View.Hash, form)
	})
	return nil
}

// declareForm is the form of UX 2.2: tap first, type last.
func (d *deed) declareForm(text string) chat.Form {
	f := chat.Form{Title: d.t("decl.title"), Submit: d.t("decl.submit"), Cancel: d.t("decl.cancel")}
	what := chat.Input{ID: "what", Label: d.t("decl.what"), Hint: d.t("decl.what.hint"), Kind: chat.InputChoice, Required: true, Value: "unknown"}
	for _, k := range incident.FinderKinds() {
		what.Options = append(what.Options, chat.Option{ID: k, Label: d.t("finder." + k)})
	}
	impact := chat.Input{ID: "impact", Label: d.t("decl.impact"), Kind: chat.InputMany, Value: "unknown"}
	for _, k := range []string{"gate", "vessel", "yard", "none", "unknown"} {
		impact.Options = append(impact.Options, chat.Option{ID: k, Label: d.t("impact." + k)})
	}
	f.Inputs = []chat.Input{
		what,
		{ID: "seen", Label: d.t("decl.when"), Hint: d.t("decl.when.hint"), Kind: chat.InputMoment, Required: true, Value: fmt.Sprint(d.b.svc.Now().Truncate(time.Minute).Unix())},
		{ID: "place", Label: d.t("decl.where"), Hint: d.t("decl.where.hint"), Kind: chat.InputText, Max: 200},
		impact,
		{ID: "words", Label: d.t("decl.known"), Hint: d.t("decl.hint"), Kind: chat.InputLines, Value: text},
		{ID: "reporter", Label: d.t("decl.finder"), Hint: d.t("decl.finder.hint"), Kind: chat.InputText, Max: 200},
	}
	return f
}

// declared opens the incident at once, also for a colleague who is not in the
// directory: such a person declares and works, and holds no role.
func (s *sent) declared(ctx context.Context) answer {
	seen := s.in.moment("seen")
	if seen.After(s.b.svc.Now().Add(time.Minute)) {
		s.bad["seen"] = s.b.o.Words.Refusal(s.who.lang, "time.future", map[string]string{"at": chat.Clock(seen, s.b.svc.Site().Zone)})
		return s.errors()
	}
	what, place, words := s.in.text("what"), s.in.text("place"), s.in.text("words")
	title, _, _ := strings.Cut(words, "\n")
	return s.opening(ctx, incident.Declare{
		Title: chat.Truncate(title, 80), Finder: what, Place: place, Impact: s.in.many("impact"), Words: words,
		Reporter: cmp.Or(s.in.text("reporter"), s.who.name), Detected: seen,
	})
}

func (s *sent) opening(ctx context.Context, cmd incident.Command) answer {
	res, err := s.b.svc.Open(ctx, s.who.act(s.key()), cmd)
	if err != nil {
		s.bad["what"] = s.trouble(err).text
		ans := s.errors()
		ans.failed = s.failed
		return ans
	}
	s.id = res.Incident
	s.b.sync.touch(s.id)
	return answer{after: s.receipt}
}

// receipt tells the finder, in a DM that stays, the number and who is coming;
// the message changes once somebody has taken charge.
func (d *deed) receipt(ctx context.Context) error {
	v, err := d.view(ctx)
	if err != nil {
		return err
	}
	c := d.b.received(v, d.who.lang)
	ch, ts, err := d.b.post(ctx, d.who.slack, saying{cards: []chat.Card{c}})
	if err != nil {
		return err
	}
	d.b.sync.watchReceipt(d.id, extraPost{channel: ch, ts: ts, lang: d.who.lang, hash: hashOf(draw(c))})
	return nil
}

// received is the card of that DM.
func (b *Bot) received(v *incident.View, lang chat.Lang) chat.Card {
	t := func(key string, args ...any) string { return b.o.Words.T(lang, key, args...) }
	key := "inc.head.real"
	if v.S.Drill {
		key = "inc.head.drill"
	}
	c := chat.Card{Key: "received", Incident: v.S.ID, Seq: v.S.Seq, Drill: v.S.Drill, Head: t(key, "incident", v.S.ID, "title", v.Title())}
	if lead := v.S.Roles["lead"].Person; lead != "" {
		c.Title = t("decl.taken", "person", v.Person(lead, string(lang)))
	} else {
		at, who := chat.Clock(firstOf(v.S.Times.Declared, v.S.Times.Reported), v.Site.Zone), ""
		for _, e := range v.S.Escalations {
			for _, p := range e.Paged {
				if who == "" && len(p.People) > 0 {
					who = v.Person(p.People[0], string(lang))
				}
			}
		}
		c.Title = t("decl.ok", "incident", v.S.ID, "time", at, "person", who)
		if who == "" {
			c.Title = t("decl.ok.nobody", "incident", v.S.ID, "time", at)
		}
	}
	if v.Site.Phone != "" {
		c.Footer = t("label.duty") + " " + v.Site.Phone
	}
	c.Fallback = c.Title
	return c
}

func firstOf(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}
