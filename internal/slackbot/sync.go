package slackbot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

const (
	coalesce      = 300 * time.Millisecond // events of one act come together
	lookEvery     = 20 * time.Second       // for targets that come near
	updates       = 12                     // edits in a burst; then 50 a minute (tier 3)
	updateWait    = 1200 * time.Millisecond
	homeEvery     = 3 * time.Second
	freshlyClosed = time.Minute      // a card is still looked at for its end
	freshEvery    = 2 * time.Second  // edits that wait for their turn look at the record again
	goneBy        = 30 * time.Minute // a status card without an event is drawn again, for its times
)

// syncer keeps every copy of every card like the record: newest wins, older
// edits are dropped, records are not.
type syncer struct {
	b     *Bot
	mu    sync.Mutex
	dirty map[string]bool
	shown map[string]shown // incident + card + ts → what hangs there
	topic map[string]string
	in    map[string]map[string]bool // incident → members invited
	extra map[string][]extraPost     // DMs to finders
	old   []retired
	homes []string
	home  bool
	homed time.Time
	wake  chan struct{}
}

// shown is what a message showed when it was last drawn.
type shown struct {
	hash  string
	at    time.Time
	final bool
}

// extraPost is a message that is not in the record's list of posts.
type extraPost struct {
	channel, ts string
	lang        chat.Lang
	hash        string
}

// retired is an older copy of a card that was posted again.
type retired struct {
	incident, card string
	post           extraPost
}

func newSyncer(b *Bot) *syncer {
	return &syncer{b: b, dirty: map[string]bool{}, shown: map[string]shown{}, topic: map[string]string{},
		in: map[string]map[string]bool{}, extra: map[string][]extraPost{}, wake: make(chan struct{}, 1)}
}

// touch says that an incident has changed.
func (s *syncer) touch(id string) {
	if id == "" {
		return
	}
	s.mu.Lock()
	if id != "SITE" { // it has no room, but what waits for people is on their home tabs
		s.dirty[id] = true
	}
	s.home = true
	s.mu.Unlock()
	s.nudge()
}

func (s *syncer) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// redraw forgets what hangs at a place, so that it is certainly drawn again:
// somebody pressed a button there.
func (s *syncer) redraw(id, channel, ts string) {
	s.mu.Lock()
	for k, x := range s.shown {
		if strings.HasPrefix(k, id+" ") && strings.HasSuffix(k, " "+ts) {
			x.hash = ""
			s.shown[k] = x
		}
	}
	s.mu.Unlock()
	s.touch(id)
}

// all marks the live incidents, after a start or an outage.
func (s *syncer) all() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, r := range s.b.recent(ctx, true, 200) {
		s.touch(r.ID)
	}
}

func shownKey(id, card, ts string) string { return id + " " + card + " " + ts }

// sent remembers what was just posted.
func (s *syncer) sent(id, card, ts string, d drawn, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown[shownKey(id, card, ts)] = shown{hash: hashOf(d), at: now, final: lasting(card)}
}

// retire takes the buttons off an older copy.
func (s *syncer) retire(id, card string, p extraPost) {
	s.mu.Lock()
	s.old = append(s.old, retired{incident: id, card: card, post: p})
	s.mu.Unlock()
	s.touch(id)
}

func (s *syncer) watchReceipt(id string, p extraPost) {
	s.mu.Lock()
	s.extra[id] = append(s.extra[id], p)
	s.mu.Unlock()
	s.touch(id)
}

func (s *syncer) viewer(member string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.homes = slices.DeleteFunc(s.homes, func(m string) bool { return m == member })
	s.homes = append(s.homes, member)
	if len(s.homes) > maxViewers {
		s.homes = s.homes[1:]
	}
}

// drawnFrom is the entry number at the end of a button's value: it moves with
// every entry and alone is no reason to edit a message.
var drawnFrom = regexp.MustCompile(`\|\d+"`)

func hashOf(d drawn) string {
	raw, err := json.Marshal(d.blocks)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(append(drawnFrom.ReplaceAll(raw, []byte(`|"`)), d.text...))
	return hex.EncodeToString(sum[:])
}

// run follows the record until the context ends.
func (s *syncer) run(ctx context.Context) {
	events, cancel := s.b.svc.Subscribe()
	defer cancel()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-events:
			s.touch(e.Incident)
			continue
		case <-tick.C:
			s.b.near(ctx)
			continue
		case <-s.wake:
		}
		if wait(ctx, coalesce) != nil {
			return
		}
		s.drain(events)
		s.round(ctx)
	}
}

// drain takes the events that came meanwhile; the state is read afresh anyway.
func (s *syncer) drain(events <-chan incident.Event) {
	for {
		select {
		case e := <-events:
			s.touch(e.Incident)
		default:
			return
		}
	}
}

// round brings every dirty incident up to date.
func (s *syncer) round(ctx context.Context) {
	s.mu.Lock()
	ids := make([]string, 0, len(s.dirty))
	for id := range s.dirty {
		ids = append(ids, id)
	}
	clear(s.dirty)
	s.mu.Unlock()
	if !s.b.state.sending() {
		return // after the return everything live is looked at anyway
	}
	slices.Sort(ids)
	for _, id := range ids {
		if err := s.incident(ctx, id); err != nil {
			if ctx.Err() != nil {
				return
			}
			s.b.log.Warn("update copies", "incident", id, "err", err)
			s.later(id, err)
		}
	}
	s.publish(ctx)
}

// later tries again once Slack allows it.
func (s *syncer) later(id string, err error) {
	pause := 2 * time.Second
	var held *errHeld
	var limited *slack.RateLimitedError
	switch {
	case errors.As(err, &held):
		pause = held.wait
	case errors.As(err, &limited):
		pause = limited.RetryAfter
	}
	time.AfterFunc(pause+100*time.Millisecond, func() { s.touch(id) })
}

// publish keeps the open home tabs fresh, a few seconds apart.
func (s *syncer) publish(ctx context.Context) {
	s.mu.Lock()
	now := s.b.wall()
	due := s.home && len(s.homes) > 0
	early := now.Sub(s.homed) < homeEvery
	homes := slices.Clone(s.homes)
	if due && !early {
		s.home, s.homed = false, now
	}
	s.mu.Unlock()
	switch {
	case !due:
	case early:
		time.AfterFunc(homeEvery, s.nudge)
	default:
		for _, m := range homes {
			if err := s.b.publish(ctx, m); err != nil {
				s.b.log.Warn("publish home", "member", m, "err", err)
			}
		}
	}
}
