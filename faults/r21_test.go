package faults

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/incident"
	"irbot/internal/notify"
)

// slackLike is a chat service that counts calls and can ask to wait or be away.
type slackLike struct {
	mu     sync.Mutex
	calls  []called
	wait   time.Duration // ask the next caller to wait so long, once
	asked  time.Time     // when it asked
	until  time.Time     // nothing may be called before
	early  int           // calls before that
	away   bool
	posted []notify.Envelope
}

type called struct {
	at time.Time
	id string
}

func (s *slackLike) send(e notify.Envelope) (notify.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.calls = append(s.calls, called{now, e.ID})
	if now.After(s.asked) && now.Before(s.until) { // what was under way at the same moment could not know
		s.early++
	}
	switch {
	case s.away:
		return notify.Receipt{}, &notify.Failure{Class: notify.Temporary, Down: true, Err: errors.New("slack answers 500")}
	case s.wait > 0:
		wait := s.wait
		s.wait, s.asked, s.until = 0, now, now.Add(wait)
		return notify.Receipt{}, &notify.Failure{Class: notify.Temporary, RetryAfter: wait, Err: errors.New("429")}
	}
	s.posted = append(s.posted, e)
	return notify.Receipt{ID: fmt.Sprintf("C1:%d.1", len(s.posted))}, nil
}

// sent is what was taken so far.
func (s *slackLike) sent() []notify.Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.posted)
}

// lastCall is when the last try of the first envelope of a kind was made.
func (s *slackLike) lastCall(kind string, among []notify.Envelope) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(among, func(e notify.Envelope) bool { return e.Kind == kind })
	var at time.Time
	for _, c := range s.calls {
		if i >= 0 && c.id == among[i].ID {
			at = c.at
		}
	}
	return at
}

func (s *slackLike) set(change func(*slackLike)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// R21: the chat service asks to wait 30 seconds. It is not called before, pages
// go ahead of updates, the order of a channel is kept and nothing is lost.
// Control: a sender that keeps the request to itself must be seen calling early.
func TestR21AskedToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slackLike{}
		h, id, stop := chatting(t, s.send)
		defer h.close()
		s.set(func(s *slackLike) { s.wait = 30 * time.Second })
		before := len(s.sent())
		for range 5 {
			h.do("sato", id, incident.Block{Step: "1", Reason: "人がいない"})
			h.do("sato", id, incident.Unblock{Step: "1"})
		}
		h.do("sato", id, incident.Escalate{Role: "ciso", Reason: "至急"})
		time.Sleep(2 * time.Minute)
		stop()
		if s.early != 0 {
			t.Errorf("%d calls before the time that was asked for", s.early)
		}
		sent := s.sent()[before:]
		var posts []notify.Envelope
		for _, e := range sent {
			if e.Kind == notify.KindPost {
				posts = append(posts, e)
			}
		}
		// Several leave in the same moment: the page must be among the first.
		// What was under way when the service asked to wait does not count.
		page, first := s.lastCall(notify.KindPage, sent), time.Time{}
		for _, e := range posts {
			if at := s.lastCall(notify.KindPost, []notify.Envelope{e}); at.After(s.asked) && (first.IsZero() || at.Before(first)) {
				first = at
			}
		}
		if page.IsZero() || first.IsZero() || page.After(first) {
			t.Errorf("the page left at %v, the first post after the wait at %v", page, first)
		}
		if len(posts) < 5 || !slices.IsSortedFunc(posts, func(a, b notify.Envelope) int { return cause(a) - cause(b) }) {
			t.Errorf("%d posts, order %v", len(posts), ids(posts))
		}
		if again := doubled(s.sent()); len(again) != 0 {
			t.Errorf("left twice: %v", again)
		}
		h.whole()
	})
}

func TestR21ControlHeaderIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slackLike{}
		h, id, stop := chatting(t, func(e notify.Envelope) (notify.Receipt, error) {
			r, err := s.send(e)
			var f *notify.Failure
			if errors.As(err, &f) {
				err = &notify.Failure{Class: f.Class, Err: f.Err}
			}
			return r, err
		})
		defer h.close()
		s.set(func(s *slackLike) { s.wait = 30 * time.Second })
		h.do("sato", id, incident.Block{Step: "1", Reason: "人がいない"})
		time.Sleep(2 * time.Minute)
		stop()
		if s.early == 0 {
			t.Error("control: a sender that ignores the wait called at the right time")
		}
	})
}

// R22: the chat service is away for ten minutes. Pages take the other means at
// once, the record says that the surface was lost and came back, and one
// catch-up stands for what was missed. Control: without telling the record,
// the old cards come out one by one.
func TestR22ChatAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late, afterwards, h, id := chatAway(t, true)
		defer h.close()
		if late > 5*time.Second { // it was known to be away: one try there, and on
			t.Errorf("the page took another means after %v", late)
		}
		if catchups, old := missed(h, id, afterwards); catchups != 1 || len(old) != 0 {
			t.Errorf("%d catch-ups, and of what they stand for %v", catchups, old)
		}
		if again := doubled(afterwards); len(again) != 0 {
			t.Errorf("left twice: %v", again)
		}
		if h.count(id, incident.KindSurfaceLost) != 1 || h.count(id, incident.KindSurfaceRestored) != 1 {
			t.Error("the outage is not in the record once")
		}
		h.whole()
	})
}

func TestR22ControlNobodyTellsTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late, afterwards, h, id := chatAway(t, false)
		defer h.close()
		if late > 2*time.Second { // not yet noticed: the page's own first try finds it out
			t.Errorf("the page took another means after %v", late)
		}
		if _, old := missed(h, id, afterwards); len(old) < 10 {
			t.Errorf("control: %d old cards came out afterwards", len(old))
		}
	})
}

// missed counts catch-ups, and names cards of the time before the service was
// back: by the record, or by what is in it after ten minutes.
func missed(h *house, id string, afterwards []notify.Envelope) (catchups int, old []string) {
	back := h.state(id).Times.Declared.Add(10 * time.Minute)
	list := h.entries(id)
	for _, e := range afterwards {
		switch {
		case strings.HasPrefix(e.Card, "catchup/"):
			catchups++
		case e.Kind == notify.KindPost && list[cause(e)-1].RecordedAt.Before(back):
			old = append(old, e.ID)
		}
	}
	return catchups, old
}

func chatAway(t *testing.T, tell bool) (late time.Duration, afterwards []notify.Envelope, h *house, id string) {
	t.Helper()
	s := &slackLike{}
	h, id, stop := chatting(t, s.send)
	s.set(func(s *slackLike) { s.away = true })
	began := time.Now()
	if tell {
		if err := h.svc.Surface(t.Context(), []string{id}, "slack", false, began); err != nil {
			t.Fatal(err)
		}
	}
	h.do("sato", id, incident.Escalate{Role: "ciso", Reason: "至急"})
	for range 10 {
		time.Sleep(time.Minute)
		h.do("sato", id, incident.Block{Step: "1", Reason: "人がいない"})
		h.do("sato", id, incident.Unblock{Step: "1"})
	}
	for _, e := range h.entries(id) {
		if e.Kind == incident.KindMsgAccepted && strings.Contains(string(e.Facts), `"mail"`) && strings.Contains(string(e.Facts), "watanabe") && late == 0 {
			late = e.RecordedAt.Sub(began)
		}
	}
	s.set(func(s *slackLike) { s.away = false })
	before := len(s.sent())
	if tell {
		if err := h.svc.Surface(t.Context(), []string{id}, "slack", true, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(15 * time.Minute)
	stop()
	return late, s.sent()[before:], h, id
}

// chatting opens an incident with a chat surface and both loops running, and
// waits until its room is open.
func chatting(t *testing.T, slack func(notify.Envelope) (notify.Receipt, error)) (*house, string, func()) {
	t.Helper()
	at := terminal(plan(t))
	at.Surfaces = []string{"slack"}
	for i := range at.Directory.People {
		p := &at.Directory.People[i]
		p.Slack = "U-" + p.ID
		p.Reach = append(p.Reach[:0:0], p.Reach...)
		p.Reach = append([]address{{Means: notify.Slack}}, p.Reach...)
	}
	h := openHouse(t, t.TempDir(), time.Now, at)
	stopTimers := h.loop(h.runner().Run)
	stopMail := h.loop(h.dispatcher(map[notify.Means]notify.Sender{notify.Slack: sender(slack), notify.Mail: &outbox{}}).Run)
	id := h.do("sato", "", incident.Declare{Title: "チャット", Runbook: "plan"}).Incident
	time.Sleep(10 * time.Second)
	if h.state(id).Channels["slack"] != "C1" {
		t.Fatalf("the room did not open: %v", h.state(id).Channels)
	}
	return h, id, func() { stopTimers(); stopMail() }
}

// cause is the number of the entry that a message comes from.
func cause(e notify.Envelope) (n int) {
	_, rest, _ := strings.Cut(e.ID, "/n")
	_, _ = fmt.Sscanf(rest, "%d", &n)
	return n
}

func ids(list []notify.Envelope) (out []string) {
	for _, e := range list {
		out = append(out, e.ID)
	}
	return out
}

func doubled(list []notify.Envelope) (out []string) {
	seen := map[string]bool{}
	for _, e := range list {
		if seen[e.ID] {
			out = append(out, e.ID)
		}
		seen[e.ID] = true
	}
	return out
}
