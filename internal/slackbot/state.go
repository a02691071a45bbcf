package slackbot

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

const (
	grace      = 10 * time.Second // a refreshed socket or one lost answer is not an outage
	probeEvery = 30 * time.Second // the Web API is asked for a sign of life where nothing else was heard
	probeAgain = 10 * time.Second // while it does not answer
)

// state is whether Slack can be worked with: somebody listens to what people
// press, and the Web API answers.
type state struct {
	b    *Bot
	mu   sync.Mutex
	up   bool
	told bool // OnState was called at least once

	since     time.Time // of up
	listening int       // sockets that are connected, or the HTTP server
	deafSince time.Time
	badSince  time.Time // first failure after the last answer of the Web API
	heardAt   time.Time
	kick      chan struct{} // look at once
}

// listen notes that one more or one less way in is open.
func (s *state) listen(by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listening += by
	switch {
	case s.listening > 0:
		s.deafSince = time.Time{}
	case s.deafSince.IsZero():
		s.deafSince = s.b.wall()
	}
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// heard notes what a call of the Web API says about the way to Slack.
func (s *state) heard(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	bad := broken(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heardAt = s.b.wall()
	switch {
	case !bad:
		s.badSince = time.Time{}
	case s.badSince.IsZero():
		s.badSince = s.b.wall()
	}
}

// broken reports whether an error means that Slack cannot be worked with.
func broken(err error) bool {
	if err == nil {
		return false
	}
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return false
	}
	switch slackError(err) {
	case "":
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "service_unavailable", "fatal_error", "internal_error":
		return true
	default:
		return false
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		return status.Code >= http.StatusInternalServerError
	}
	return unreachable(err)
}

// sending reports whether cards may be posted.
func (s *state) sending() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up
}

// Up reports whether Slack can be worked with, and since when that is so.
func (b *Bot) Up() (up bool, since time.Time) {
	b.state.mu.Lock()
	defer b.state.mu.Unlock()
	return b.state.up, b.state.since
}

// startup is how long the first card waits for the connection to come up.
const startup = 8 * time.Second

// ready is sending, with a little patience while irbot is only just starting.
func (s *state) ready(ctx context.Context) bool {
	for waited := time.Duration(0); ; waited += 100 * time.Millisecond {
		s.mu.Lock()
		up, told := s.up, s.told
		s.mu.Unlock()
		if up || told || waited >= startup || wait(ctx, 100*time.Millisecond) != nil {
			return up
		}
	}
}

// watch looks every second; it tells OnState before it lets posts go out
// again, so that a catch-up takes the place of what piled up.
func (s *state) watch(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		s.probe(ctx)
		s.look()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.kick:
		}
	}
}

func (s *state) look() {
	s.mu.Lock()
	now := s.b.wall()
	from := s.trouble()
	good, bad := from.IsZero() && s.listening > 0, !from.IsZero() && now.Sub(from) >= grace
	change := good && !s.up || bad && (s.up || !s.told)
	if !change {
		s.mu.Unlock()
		return
	}
	s.told = true
	if bad {
		s.up, s.since = false, from
	}
	s.mu.Unlock()
	since := now
	if bad {
		since = from
	}
	s.b.log.Warn("slack changed", "up", good, "since", since)
	if s.b.o.OnState != nil {
		s.b.o.OnState(good, since)
	}
	if good {
		s.mu.Lock()
		s.up, s.since = true, now
		s.mu.Unlock()
		s.b.sync.all()
	}
}

// trouble is since when something is wrong; zero if nothing is.
func (s *state) trouble() time.Time {
	switch {
	case s.badSince.IsZero():
		return s.deafSince
	case s.deafSince.IsZero() || s.badSince.Before(s.deafSince):
		return s.badSince
	}
	return s.deafSince
}

// probe asks for a sign of life where none was heard lately.
func (s *state) probe(ctx context.Context) {
	s.mu.Lock()
	every := probeEvery
	if !s.badSince.IsZero() {
		every = probeAgain
	}
	due := s.heardAt.IsZero() || s.b.wall().Sub(s.heardAt) >= every
	s.mu.Unlock()
	if !due {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_ = s.b.call(ctx, "auth.test", func(ctx context.Context) error {
		me, err := s.b.api.AuthTestContext(ctx)
		if err == nil {
			s.b.mu.Lock()
			s.b.me = me
			s.b.mu.Unlock()
		}
		return err
	})
}
