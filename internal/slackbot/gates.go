package slackbot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/notify"
)

// gates keep irbot within Slack's rates: per method after a Retry-After, and
// per channel one message a second with a small burst (SLACK.md 2, rates).
type gates struct {
	wall  func() time.Time
	mu    sync.Mutex
	until map[string]time.Time // method → not before
	pace  map[string]*bucket
}

// bucket lets a burst through and then one call every so often.
type bucket struct {
	tokens float64
	last   time.Time
}

func newGates(wall func() time.Time) *gates {
	return &gates{wall: wall, until: map[string]time.Time{}, pace: map[string]*bucket{}}
}

// held is how long a method must still wait after Slack asked for it.
func (g *gates) held(method string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, g.until[method].Sub(g.wall()))
}

func (g *gates) hold(method string, wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	// A little more than asked: the answer was on its way for a while.
	if t := g.wall().Add(wait + margin/2); t.After(g.until[method]) {
		g.until[method] = t
	}
}

// take takes a place in a pace and tells how long to wait for it.
func (g *gates) take(key string, burst float64, every time.Duration) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.wall()
	k := g.pace[key]
	if k == nil {
		if len(g.pace) > 2000 {
			clear(g.pace)
		}
		k = &bucket{tokens: burst, last: now}
		g.pace[key] = k
	}
	k.tokens = min(burst, k.tokens+float64(now.Sub(k.last))/float64(every))
	k.last = now
	k.tokens--
	if k.tokens >= 0 {
		return 0
	}
	return time.Duration(-k.tokens * float64(every))
}

// wait sleeps, or ends early with the context.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// margin is what is waited on top of what Slack asks for.
const margin = 500 * time.Millisecond

// errHeld says that a method is not called before its time.
type errHeld struct {
	method string
	wait   time.Duration
}

func (e *errHeld) Error() string {
	return fmt.Sprintf("%s must wait %s, as Slack asked", e.method, e.wait.Round(time.Second))
}

// call makes one call of the Web API: never before Slack's time, and its
// outcome is noted for the state of the connection.
func (b *Bot) call(ctx context.Context, method string, f func(ctx context.Context) error) error {
	if d := b.gates.held(method); d > 0 {
		return &errHeld{method: method, wait: d}
	}
	err := f(ctx)
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		b.gates.hold(method, limited.RetryAfter)
	}
	b.state.heard(err)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// patient is call for work that nobody waits for: it sits out what Slack asks
// for, as long as the context lasts.
func (b *Bot) patient(ctx context.Context, method string, f func(ctx context.Context) error) error {
	for {
		if err := wait(ctx, b.gates.held(method)); err != nil {
			return err
		}
		err := b.call(ctx, method, f)
		var limited *slack.RateLimitedError
		var held *errHeld
		if !errors.As(err, &limited) && !errors.As(err, &held) {
			return err
		}
	}
}

// slackError is the code Slack answered with; "" for anything else.
func slackError(err error) string {
	var e slack.SlackErrorResponse
	if errors.As(err, &e) {
		return e.Err
	}
	return ""
}

// failure classifies an error of a call for the outbox.
func failure(err error) error {
	if err == nil {
		return nil
	}
	f := &notify.Failure{Class: notify.Unknown, Err: err}
	var limited *slack.RateLimitedError
	var held *errHeld
	var status slack.StatusCodeError
	switch {
	case errors.As(err, &limited):
		f.Class, f.RetryAfter = notify.Temporary, limited.RetryAfter+margin
	case errors.As(err, &held):
		f.Class, f.RetryAfter = notify.Temporary, held.wait+margin
	case slackError(err) != "":
		f.Class = slackClass(slackError(err))
	case errors.As(err, &status):
		f.Class, f.Down = notify.Unknown, status.Code >= http.StatusInternalServerError
	case neverLeft(err):
		f.Class, f.Down = notify.Temporary, true
	default:
		f.Down = unreachable(err)
	}
	return f
}

// slackClass tells what an answer of Slack means for the next attempt.
func slackClass(code string) notify.Class {
	switch code {
	case "ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "team_added_to_org", "not_in_channel",
		"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope", "org_login_required", "ekm_access_denied":
		return notify.Temporary
	case "fatal_error", "internal_error", "request_timeout":
		return notify.Unknown
	}
	return notify.Permanent
}

// neverLeft reports whether a request certainly did not reach Slack.
func neverLeft(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

// unreachable reports whether an error speaks of the way to Slack.
func unreachable(err error) bool {
	var u *url.Error
	var n net.Error
	return errors.As(err, &u) || errors.As(err, &n)
}
