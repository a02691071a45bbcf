package main

import (
	"context"
	"errors"
	"time"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/slackbot"
	"irbot/internal/sqlite"
)

// slack connects the chat surface where it is configured. It must come before
// the loops start: the bot is also the way out for posts and pages.
func (n *node) slack(ctx context.Context) error {
	if n.cfg.SlackMode() == config.SlackOff {
		return nil
	}
	bot, err := slackbot.New(n.slackOptions(ctx))
	if err != nil {
		return err
	}
	n.out.Senders[notify.Slack] = bot
	loops, cancel := context.WithCancel(context.WithoutCancel(ctx))
	n.servers = append(n.servers, func() error {
		cancel()
		return nil
	})
	n.run(loops, "slack", bot.Run)
	return nil
}

func (n *node) slackOptions(ctx context.Context) slackbot.Options {
	s := n.cfg.Slack
	o := slackbot.Options{
		Service: n.svc, Words: n.words, Lang: chat.Lang(n.cfg.Site.Lang),
		BotToken: s.BotToken.Reveal(), AppToken: s.AppToken.Reveal(), SigningSecret: s.SigningSecret.Reveal(),
		APIURL: s.APIURL, Command: s.Command, Listen: s.Listen, Broadcast: s.Broadcast,
		Person: n.slackPerson, Member: n.slackMember, Recent: n.recent, ApprovalCode: n.approvalCode,
		Link: func(path string) string { return n.cfg.URL() + path },
		Export: func(ctx context.Context, act incident.Act, id, format string) (string, []byte, error) {
			return n.take(ctx, act, format, export.Options{
				Incident: id, Lang: n.cfg.Site.Lang, TLP: n.cfg.Export.TLP, Ceiling: ceilingOf(n.svc.Site().Directory, act.Person),
			})
		},
		Banners: n.banners, Ready: n.readiness, Inject: director{n}.Give, Logger: n.log, Wall: time.Now,
	}
	o.OnState = func(up bool, since time.Time) {
		n.away.set(up, since)
		if err := n.svc.Surface(context.WithoutCancel(ctx), n.live(ctx), string(notify.Slack), up, since); err != nil {
			n.log.Error("record state of Slack", "up", up, "err", err)
		}
	}
	return o
}

// slackPerson gives who a Slack member is. Only the directory counts.
func (n *node) slackPerson(member string) (string, bool) {
	for _, p := range n.svc.Site().Directory.People {
		if p.Slack != "" && p.Slack == member {
			return p.ID, true
		}
	}
	return "", false
}

func (n *node) slackMember(person string) (string, bool) {
	p, ok := n.svc.Site().Directory.Person(person)
	return p.Slack, ok && p.Slack != ""
}

func (n *node) recent(ctx context.Context, live bool, limit int) ([]incident.Summary, error) {
	return n.store.List(ctx, sqlite.Filter{Live: live, Limit: limit})
}

// approvalCode checks the personal code that is set in the console.
func (n *node) approvalCode(ctx context.Context, person, code string) (bool, error) {
	hash, err := n.store.ApprovalCode(ctx, person)
	if errors.Is(err, auth.ErrNone) || (err == nil && hash == "") {
		return false, slackbot.ErrNoCode
	}
	if err != nil || code == "" {
		return false, err
	}
	return auth.Check(hash, code)
}
