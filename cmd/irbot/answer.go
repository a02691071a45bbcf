package main

import (
	"context"
	"net"
	"time"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

const (
	answerFor  = 24 * time.Hour     // how long a link in a page works
	answerKept = 7 * 24 * time.Hour // how long what is over is still known
)

// reachable tells whether a phone outside this machine can open the console's
// address: a link that opens nothing is worse than none.
func reachable(cfg *config.Config) bool {
	if cfg.Console.PublicURL != "" {
		return true
	}
	host, _, err := net.SplitHostPort(cfg.Console.Listen)
	if err != nil || host == "localhost" {
		return false
	}
	ip := net.ParseIP(host)
	return ip == nil && host != "" || ip != nil && !ip.IsLoopback() && !ip.IsUnspecified()
}

// write puts the words to what is about to leave. The links by which pages are
// answered are stored before the text that carries them can leave; where they
// cannot be stored the page leaves without: a link that opens nothing is worse.
func (a *app) write(ctx context.Context, begun []incident.Begun) []notify.Envelope {
	out := make([]notify.Envelope, len(begun))
	words := make([]string, len(begun))
	var links []auth.Link
	for i, b := range begun {
		out[i] = b.Envelope
		if err := a.fill(ctx, b.View, &out[i]); err != nil {
			a.log.Error("write page", "id", b.Envelope.ID, "err", err)
			plain(&out[i])
		}
		l, text := a.answerLink(b.View, &out[i])
		if text != "" {
			links, words[i] = append(links, l), text
		}
	}
	if len(links) == 0 {
		return out
	}
	if err := a.store.PutLinks(ctx, links); err != nil {
		a.log.Error("store answer links", "err", err)
		return out
	}
	for i := range out {
		out[i].Body += words[i]
	}
	return out
}

// answerLink makes the link by which a page by mail or SMS is answered, and the
// words that carry it, "" where there is none. Every attempt has a token of its
// own, because only its digest is kept.
func (a *app) answerLink(v *incident.View, env *notify.Envelope) (auth.Link, string) {
	if !a.answers || env.Kind != notify.KindPage {
		return auth.Link{}, ""
	}
	m := v.S.Message(env.ID)
	if m == nil || m.Esc == "" || m.Person == "" {
		return auth.Link{}, ""
	}
	means := meantFor(v, *env)
	if means != notify.Mail && means != notify.SMS {
		return auth.Link{}, ""
	}
	token, err := auth.Token()
	if err != nil {
		a.log.Error("make answer link", "id", env.ID, "err", err)
		return auth.Link{}, ""
	}
	l := auth.Link{
		Digest: auth.Digest(token), Person: m.Person, Expires: a.wall().UTC().Add(answerFor),
		Purpose: auth.Answer{Incident: v.S.ID, Escalation: m.Esc, Means: string(means)}.Purpose(),
	}
	lang := chat.JA
	if p, ok := v.Site.Directory.Person(m.Person); ok && p.Lang == "en" {
		lang = chat.EN
	}
	key := "answer.mail"
	if means == notify.SMS {
		key = "answer.sms"
	}
	return l, "\n" + a.words.T(lang, key, "url", a.url+"/a/"+token, "time", chat.Stamp(l.Expires, v.Site.Zone, lang)) + "\n"
}
