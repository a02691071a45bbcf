package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// store is a small outbox in memory with the manners of the real one: claimed
// rows are marked, settled rows come back after their wait or not at all.
type store struct {
	mu       sync.Mutex
	rows     []*row
	outcomes []Outcome
	settled  []string
	failing  int // Settle fails this many times
	claims   int
}

type row struct {
	e       Envelope
	due     time.Time
	sending bool
	done    bool
}

func (s *store) add(es ...Envelope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range es {
		s.rows = append(s.rows, &row{e: e, due: time.Now()})
	}
}

func (s *store) claim(_ context.Context, now time.Time, limit int) ([]Envelope, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.claims++
	var out []Envelope
	for _, r := range s.rows {
		if r.done || r.sending || r.due.After(now) || len(out) == limit {
			continue
		}
		r.sending = true
		r.e.Try++
		out = append(out, r.e)
	}
	return out, nil
}

func (s *store) settle(_ context.Context, e Envelope, o Outcome) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing > 0 {
		s.failing--
		return errors.New("disk is full")
	}
	s.outcomes = append(s.outcomes, o)
	s.settled = append(s.settled, e.ID)
	for _, r := range s.rows {
		if r.e.ID != e.ID {
			continue
		}
		if !r.sending {
			return fmt.Errorf("%s settled twice", e.ID)
		}
		r.sending, r.due = false, o.At.Add(o.RetryAfter)
		r.done = o.Class == "" || o.Class == Permanent
	}
	return nil
}

func (s *store) outcome(id string) (Outcome, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, got := range s.settled {
		if got == id {
			return s.outcomes[i], true
		}
	}
	return Outcome{}, false
}

// sender notes what it was asked to send and when, and answers with reply.
type sender struct {
	mu    sync.Mutex
	ids   []string
	at    map[string]time.Time
	reply func(ctx context.Context, e Envelope) error
}

func (s *sender) Send(ctx context.Context, e Envelope) (Receipt, error) {
	s.mu.Lock()
	s.ids = append(s.ids, e.ID)
	if s.at == nil {
		s.at = map[string]time.Time{}
	}
	s.at[e.ID] = time.Now()
	s.mu.Unlock()
	if s.reply != nil {
		if err := s.reply(ctx, e); err != nil {
			return Receipt{}, err
		}
	}
	return Receipt{ID: "r-" + e.ID}, nil
}

func (s *sender) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ids)
}

func hang(ctx context.Context, _ Envelope) error {
	<-ctx.Done()
	return ctx.Err()
}

func letter(id string, m Means, kind string) Envelope {
	return Envelope{ID: id, Means: m, Kind: kind, To: "to-" + id, At: time.Now()}
}

func newDispatcher(s *store, senders map[Means]Sender) *Dispatcher {
	return &Dispatcher{Claim: s.claim, Settle: s.settle, Senders: senders}
}

// during runs the loop for a while of simulated time and stops it.
func during(t *testing.T, d *Dispatcher, length time.Duration) error {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	time.Sleep(length) // simulated
	stop()
	return <-ended
}

func TestPagesLeaveFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &sender{}
		s := &store{}
		s.add(letter("post", Slack, KindPost), letter("notice", Slack, KindNotice), letter("open", Slack, KindOpen), letter("page", Slack, KindPage))
		d := newDispatcher(s, map[Means]Sender{Slack: out})
		d.Lanes = map[Means]Lane{Slack: {Workers: 1}}
		if err := during(t, d, time.Minute); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"page", "notice", "open", "post"}, out.seen()); diff != "" {
			t.Error(diff)
		}
	})
}

// slackDelay is how long a Slack page waits while every mail hangs.
func slackDelay(t *testing.T, shared bool) (delay time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		slack := &sender{}
		s := &store{}
		for i := range 20 {
			s.add(letter(fmt.Sprintf("mail-%02d", i), Mail, KindPage))
		}
		d := newDispatcher(s, map[Means]Sender{Slack: slack, Mail: &sender{reply: hang}})
		if shared {
			d.laneOf = func(Means) Means { return "all" }
		}
		s.add(letter("slack", Slack, KindPage))
		began := time.Now()
		if err := during(t, d, 10*time.Minute); err != nil {
			t.Fatal(err)
		}
		delay = slack.at["slack"].Sub(began)
	})
	return delay
}

func TestHangingMailDoesNotDelaySlack(t *testing.T) {
	if got := slackDelay(t, false); got != 0 {
		t.Errorf("own lanes: Slack waited %v, want 0", got)
	}
	// The control: with one pool for all, Slack waits for the mail server.
	if got := slackDelay(t, true); got < defaultTimeout {
		t.Errorf("shared pool: Slack waited only %v; the test above proves nothing", got)
	}
}

func TestChatterThatHangsLeavesAWorkerForPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &sender{}
		out.reply = func(ctx context.Context, e Envelope) error {
			if e.Kind == KindPage {
				return nil
			}
			return hang(ctx, e)
		}
		s := &store{}
		for i := range 9 {
			s.add(letter(fmt.Sprintf("post-%d", i), Slack, KindPost))
		}
		d := newDispatcher(s, map[Means]Sender{Slack: out})
		began := time.Now()
		go func() {
			time.Sleep(3 * time.Second)
			s.add(letter("page", Slack, KindPage))
		}()
		if err := during(t, d, 20*time.Second); err != nil {
			t.Fatal(err)
		}
		if got := out.at["page"].Sub(began); got < 3*time.Second || got > 4*time.Second {
			t.Errorf("page left after %v, want within a second of being queued at 3 s", got)
		}
	})
}

func TestRetryAfterIsRespected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var calls []string
		out := &sender{}
		out.reply = func(_ context.Context, e Envelope) error {
			since := time.Since(began)
			calls = append(calls, e.ID)
			if len(calls) == 1 {
				return &Failure{Class: Temporary, RetryAfter: 30 * time.Second, Err: errors.New("429")}
			}
			if since < 30*time.Second {
				t.Errorf("%s called %v after the start, want not before 30 s", e.ID, since)
			}
			return nil
		}
		s := &store{}
		for _, id := range []string{"p1", "p2", "p3"} {
			e := letter(id, Slack, KindPost)
			e.To = "C1"
			s.add(e)
		}
		go func() {
			time.Sleep(5 * time.Second)
			s.add(letter("page", Slack, KindPage))
		}()
		d := newDispatcher(s, map[Means]Sender{Slack: out})
		d.Lanes = map[Means]Lane{Slack: {Workers: 1}}
		if err := during(t, d, 2*time.Minute); err != nil {
			t.Fatal(err)
		}
		// The refused post keeps its place before its followers; the page goes ahead of them all.
		if diff := cmp.Diff([]string{"p1", "page", "p1", "p2", "p3"}, calls); diff != "" {
			t.Error(diff)
		}
	})
}

// A page that would have to wait for longer than a person can is given back, so
// that it can go another way; nobody calls the provider for it.
func TestAPageDoesNotSitOutALongPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &sender{reply: func(context.Context, Envelope) error {
			return &Failure{Class: Temporary, RetryAfter: 30 * time.Minute, Err: errors.New("429")}
		}}
		s := &store{}
		s.add(letter("first", Slack, KindPage))
		go func() {
			time.Sleep(5 * time.Second)
			s.add(letter("second", Slack, KindPage))
		}()
		d := newDispatcher(s, map[Means]Sender{Slack: out})
		if err := during(t, d, time.Minute); err != nil {
			t.Fatal(err)
		}
		o, told := s.outcome("second")
		if !told || o.Class != Temporary || o.RetryAfter < 29*time.Minute || o.NotTried {
			t.Errorf("the second page: told %v, %+v", told, o)
		}
		if diff := cmp.Diff([]string{"first"}, out.seen()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOneDestinationKeepsItsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var accepted []string
		tries := 0
		out := &sender{}
		out.reply = func(_ context.Context, e Envelope) error {
			mu.Lock()
			defer mu.Unlock()
			if e.ID == "p1" {
				if tries++; tries < 4 {
					return &Failure{Class: Temporary, Down: true, Err: errors.New("no route")}
				}
			}
			accepted = append(accepted, e.ID)
			return nil
		}
		s := &store{}
		for _, id := range []string{"p1", "p2", "p3", "p4"} {
			e := letter(id, Slack, KindPost)
			e.To = "C1"
			s.add(e)
		}
		if err := during(t, newDispatcher(s, map[Means]Sender{Slack: out}), 5*time.Minute); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"p1", "p2", "p3", "p4"}, accepted); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFollowersDoNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &sender{}
		out.reply = func(_ context.Context, e Envelope) error {
			if e.ID == "p1" {
				return &Failure{Class: Temporary, Err: errors.New("this one never")}
			}
			return nil
		}
		s := &store{}
		for _, id := range []string{"p1", "p2"} {
			e := letter(id, Slack, KindPost)
			e.To = "C1"
			s.add(e)
		}
		if err := during(t, newDispatcher(s, map[Means]Sender{Slack: out}), 15*time.Minute); err != nil {
			t.Fatal(err)
		}
		if o, ok := s.outcome("p2"); !ok || !o.Accepted() {
			t.Error("p2 never left behind a p1 that always fails")
		}
	})
}

func TestOutcomeIsRecordedThoughTheStoreRefusesFiveTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &sender{}
		s := &store{failing: 5}
		s.add(letter("page", Mail, KindPage))
		if err := during(t, newDispatcher(s, map[Means]Sender{Mail: out}), time.Minute); err != nil {
			t.Fatal(err)
		}
		if o, ok := s.outcome("page"); !ok || !o.Accepted() || o.Receipt.ID != "r-page" {
			t.Errorf("outcome = %+v, %v; want accepted with its receipt", o, ok)
		}
		if got := out.seen(); len(got) != 1 {
			t.Errorf("sent %d times, want once: recording again must not send again", len(got))
		}
	})
}

func TestPanicAndSilenceAreUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{}
		s.add(letter("panic", Mail, KindPage), letter("deaf", SMS, KindPage), letter("fax", Fax, KindNotice), letter("plain", Voice, KindPage))
		d := newDispatcher(s, map[Means]Sender{
			Mail:  &sender{reply: func(context.Context, Envelope) error { panic("boom") }},
			SMS:   &sender{reply: func(context.Context, Envelope) error { time.Sleep(time.Hour); return nil }},
			Voice: &sender{reply: func(context.Context, Envelope) error { return errors.New("line\r\nbreak") }},
		})
		if err := during(t, d, 40*time.Second); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]Class{"panic": Unknown, "deaf": Unknown, "fax": Permanent, "plain": Unknown} {
			o, ok := s.outcome(id)
			if !ok || o.Class != want {
				t.Errorf("%s: class %q (recorded %v), want %q", id, o.Class, ok, want)
			}
		}
		if o, _ := s.outcome("fax"); o.Err != "no sender for fax" {
			t.Errorf("fax: %q", o.Err)
		}
		if o, _ := s.outcome("plain"); o.Err != "line break" {
			t.Errorf("error text %q still has control characters", o.Err)
		}
		time.Sleep(2 * time.Hour) // let the deaf sender end inside the bubble
	})
}

func TestGracefulStop(t *testing.T) {
	tests := []struct {
		name      string
		reply     func(ctx context.Context, e Envelope) error
		class     Class // of the one in flight
		within    time.Duration
		lost      bool
		settleErr int
	}{
		{"quick sends end by themselves", func(context.Context, Envelope) error { time.Sleep(2 * time.Second); return nil }, "", 2 * time.Second, false, 0},
		{"hanging sends are cut off and recorded", hang, Unknown, stopDefault, false, 0},
		{"deaf sends are left behind and recorded", func(context.Context, Envelope) error { time.Sleep(time.Hour); return nil }, Unknown, stopDefault + senderGrace, false, 0},
		{"a store that is gone is named", hang, "", 10 * time.Second, true, 1 << 30},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out := &sender{reply: tt.reply}
				s := &store{failing: tt.settleErr}
				s.add(letter("a", Mail, KindPage), letter("b", Mail, KindPage))
				d := newDispatcher(s, map[Means]Sender{Mail: out})
				d.Lanes = map[Means]Lane{Mail: {Workers: 1}}
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- d.Run(ctx) }()
				synctest.Wait()
				stop()
				began := time.Now()
				s.add(letter("late", Mail, KindPage))
				err := <-ended
				took := time.Since(began)
				if took > tt.within || took > 10*time.Second {
					t.Errorf("stop took %v, want at most %v", took, tt.within)
				}
				if errors.Is(err, ErrUnrecorded) != tt.lost {
					t.Errorf("Run = %v, want unrecorded %v", err, tt.lost)
				}
				if diff := cmp.Diff([]string{"a"}, out.seen()); diff != "" {
					t.Errorf("sent after the stop: %s", diff)
				}
				if !tt.lost {
					a, _ := s.outcome("a")
					b, ok := s.outcome("b")
					if a.Class != tt.class {
						t.Errorf("a: %q, want %q", a.Class, tt.class)
					}
					if !ok || !b.NotTried || b.Class != Temporary {
						t.Errorf("b = %+v, want given back as not tried", b)
					}
				}
				time.Sleep(2 * time.Hour)
			})
		})
	}
}

func TestClaimErrorsAreShownAndPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &sender{}
		s := &store{}
		s.add(letter("page", Mail, KindPage))
		d := newDispatcher(s, map[Means]Sender{Mail: out})
		var broken atomic.Bool
		broken.Store(true)
		d.Claim = func(ctx context.Context, now time.Time, limit int) ([]Envelope, error) {
			if broken.Load() {
				return nil, errors.New("disk I/O error")
			}
			return s.claim(ctx, now, limit)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		time.Sleep(2500 * time.Millisecond)
		if got := d.Stats().ClaimErr; got != "disk I/O error" {
			t.Errorf("ClaimErr = %q", got)
		}
		broken.Store(false)
		time.Sleep(2 * time.Second)
		if got := d.Stats().ClaimErr; got != "" {
			t.Errorf("ClaimErr = %q after recovery", got)
		}
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if got := out.seen(); len(got) != 1 {
			t.Errorf("sent %v", got)
		}
	})
}

func TestWakeBeatsTheTicker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &sender{}
		s := &store{}
		wake := make(chan struct{}, 1)
		d := newDispatcher(s, map[Means]Sender{Mail: out})
		d.Wake = wake
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		synctest.Wait()
		time.Sleep(300 * time.Millisecond)
		queued := time.Now()
		s.add(letter("page", Mail, KindPage))
		wake <- struct{}{}
		synctest.Wait()
		if got := out.at["page"].Sub(queued); len(out.seen()) != 1 || got != 0 {
			t.Errorf("page left %v after the wake-up, want at once", got)
		}
		close(wake) // must not turn the loop into a busy one
		s.mu.Lock()
		before := s.claims
		s.mu.Unlock()
		time.Sleep(10 * time.Second)
		s.mu.Lock()
		if n := s.claims - before; n > 12 {
			t.Errorf("%d claims in 10 s after the channel was closed", n)
		}
		s.mu.Unlock()
		stop()
		<-ended
	})
}
