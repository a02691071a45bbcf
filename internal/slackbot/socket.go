package slackbot

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// connections are two, so that what people press while one is being refreshed
// arrives by the other (SLACK.md 2, Delivery).
const connections = 2

const (
	retrySoon   = time.Second
	retrySlow   = time.Minute // after Slack has refused the token or switched Socket Mode off
	maxBackoff  = 15 * time.Second
	settleAfter = 30 * time.Second // a connection that held so long begins again with a short wait
	maxOld      = 8                // connections on their way out; Slack allows ten in all
)

// sockets keeps the connections of Socket Mode open until the context ends.
//
// A connection that Slack is about to close is not closed here: Slack may still
// send on it until the very end. Its successor is opened at the first warning,
// and the old one is read and answered until Slack hangs up.
func (b *Bot) sockets(ctx context.Context) {
	p := &pool{b: b, old: make(chan *link, maxOld)}
	var slots sync.WaitGroup
	for range connections {
		slots.Go(func() { p.keep(ctx) })
	}
	slots.Wait()
	p.leaving.Wait()
}

// pool is all connections of a bot.
type pool struct {
	b       *Bot
	old     chan *link     // on their way out, oldest first
	leaving sync.WaitGroup // of those
}

// keep has one connection open at any time, one after the other.
func (p *pool) keep(ctx context.Context) {
	pause := time.Duration(0)
	for wait(ctx, pause) == nil {
		began := p.b.wall()
		held, err := p.one(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case refused(err):
			p.b.log.Error("slack refuses Socket Mode; trying again slowly", "err", err)
			p.b.state.heard(slack.SlackErrorResponse{Err: "invalid_auth"})
			pause = retrySlow
		case held || p.b.wall().Sub(began) > settleAfter:
			pause = 0
		default:
			pause = max(min(maxBackoff, max(retrySoon, pause*2)), wanted(err))
		}
	}
}

// one opens a connection and returns when a new one is wanted: the connection
// has ended, or Slack has said that it will. It tells whether the connection
// was up at all.
func (p *pool) one(ctx context.Context) (held bool, err error) {
	l, err := p.b.dial(ctx)
	if err != nil {
		p.b.log.Warn("open a connection to Slack", "err", err)
		return false, err
	}
	p.leaving.Go(func() { l.run(ctx) })
	select {
	case <-l.ended:
		return l.greeted(), l.err
	case <-l.leaves:
		p.retire(l)
		return l.greeted(), l.err
	}
}

// retire leaves a connection to Slack to close. Where too many are on their way
// out, the oldest is closed here.
func (p *pool) retire(l *link) {
	for {
		select {
		case p.old <- l:
			return
		default:
		}
		select {
		case oldest := <-p.old:
			oldest.close()
		default:
		}
	}
}

// errDisabled says that Socket Mode is switched off for the app.
var errDisabled = errors.New("socket mode is switched off for the app")

func refused(err error) bool {
	switch slackError(err) {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type", "no_permission":
		return true
	}
	return errors.Is(err, errDisabled)
}

// wanted is how long Slack wants to be left alone.
func wanted(err error) time.Duration {
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return limited.RetryAfter + margin
	}
	return 0
}
