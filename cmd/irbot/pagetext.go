package main

import (
	"context"
	"fmt"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/timeline"
)

// fill writes subject and body of a page that leaves by mail or SMS: the card
// as plain text, and where the record stands, so that every reader holds an
// anchor of it. A notice has its approved words and is never touched.
func (a *app) fill(ctx context.Context, v *incident.View, env *notify.Envelope) error {
	if env.Body != "" || env.Means == notify.Slack || env.Kind == notify.KindNotice {
		return nil
	}
	lang := langTo(v, env.ID)
	draw := chat.Drawer{Words: a.words, Lang: lang, URL: a.url, Entries: func(from, to int64) []timeline.Entry {
		list, err := a.store.Entries(ctx, v.S.ID, from, to)
		if err != nil {
			a.log.Error("read entries for a page", "incident", v.S.ID, "err", err)
		}
		return list
	}}
	card, ok := draw.Draw(v, env.Card)
	if !ok {
		return fmt.Errorf("no card %s in %s", env.Card, env.Incident)
	}
	env.Subject = chat.Truncate(chat.OneLine(strings.Join([]string{card.Head, card.Title}, " ")), 120)
	if means := meantFor(v, *env); means == notify.SMS {
		env.Body = chat.Short(card)
		return nil
	} else if means == notify.Voice {
		a.speak(v, env, card, lang)
		return nil
	}
	env.Body = chat.Text(card)
	if at, err := a.anchor(ctx, v); err == nil {
		env.Body += "\n-- \n" + at + "\n"
	}
	return nil
}

// meantFor is the means whose words fit a message. In a drill the envelope may
// have been turned to the box.
func meantFor(v *incident.View, env notify.Envelope) notify.Means {
	if m := v.S.Message(env.ID); m != nil && m.Index < len(m.Means) {
		return notify.Means(m.Means[m.Index])
	}
	return env.Means
}

// speak writes what a machine reads aloud on the phone, and how to answer, which
// the call itself cannot take.
func (a *app) speak(v *incident.View, env *notify.Envelope, card chat.Card, lang chat.Lang) {
	if env.Kind == notify.KindPage {
		card.Footer = "" // the number is in the last sentence
	}
	site := v.Site.Name
	if lang == chat.EN && v.Site.NameEN != "" {
		site = v.Site.NameEN
	}
	env.Subject, env.Body = "", a.words.T(lang, "voice.open", "site", site)+chat.Spoken(card, lang)
	if env.Kind == notify.KindPage {
		env.Body += "\n" + a.words.T(lang, "voice.answer", "phone", v.Site.Phone)
	}
}

// langTo is the language of the person a message is for.
func langTo(v *incident.View, id string) chat.Lang {
	if m := v.S.Message(id); m != nil {
		if p, ok := v.Site.Directory.Person(m.Person); ok && p.Lang == "en" {
			return chat.EN
		}
	}
	return chat.JA
}

// plain is what a page says when its card cannot be drawn: somebody must look.
func plain(env *notify.Envelope) {
	mark := ""
	if env.Drill {
		mark = "【訓練】"
	}
	env.Subject = mark + env.Incident + " 確認してください / please look"
	env.Body = env.Subject + "\n"
}

// anchor says where the record stood, in a line that can be compared later.
func (a *app) anchor(ctx context.Context, v *incident.View) (string, error) {
	s := v.S
	if v.Head.Seq == s.Seq {
		return fmt.Sprintf("%s #%d %s", s.ID, s.Seq, timeline.Words(v.Head.Head)), nil
	}
	last, err := a.store.Entries(ctx, s.ID, s.Seq, s.Seq)
	if err != nil || len(last) == 0 {
		return "", fmt.Errorf("read head of %s: %w", s.ID, err)
	}
	return fmt.Sprintf("%s #%d %s", s.ID, s.Seq, timeline.Words(last[0].Head)), nil
}
