package bench

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/notify/guard"
	"irbot/internal/notify/webhook"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
)

// house is service, store and both loops in the process of the benchmark, put
// together as serve does, so that the start of a send can be seen.
type house struct {
	store *sqlite.Store
	svc   *incident.Service
	out   *notify.Dispatcher
	run   *escalation.Runner
	stop  func()
}

func openHouse(b *testing.B, site *incident.Site, send notify.Sender) *house {
	b.Helper()
	h := &house{}
	dir := b.TempDir()
	var err error
	if h.store, err = sqlite.Open(context.Background(), sqlite.Options{Dir: dir, What: "bench"}); err != nil {
		b.Fatal(err)
	}
	courier := &incident.Courier{
		Room: func(m notify.Means) int { return h.out.Room(m) },
		Take: func(begin func(context.Context) []incident.Begun) bool {
			return h.out.Take(func(ctx context.Context) []notify.Envelope { return envelopes(begin(ctx)) })
		},
	}
	h.svc = incident.NewService(incident.Parts{Log: h.store, Reader: h.store, Blob: h.store.Blob, Site: site, Courier: courier})
	wake := make(chan struct{}, 1)
	h.out = &notify.Dispatcher{Claim: h.claim, Settle: h.svc.Settle, Senders: map[notify.Means]notify.Sender{notify.Webhook: send}, Wake: wake,
		Lanes: map[notify.Means]notify.Lane{notify.Webhook: {Workers: 16}}} // as serve has it
	h.run = &escalation.Runner{Due: h.store.DueTimers, Fire: h.svc.Fire, Wake: make(chan struct{}, 1), Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(context.Background())
	events, forget := h.svc.Subscribe()
	var loops sync.WaitGroup
	loops.Go(func() { _ = h.out.Run(ctx) })
	loops.Go(func() { _ = h.run.Run(ctx) })
	loops.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case ev := <-events:
				if ev.Outbox {
					select {
					case wake <- struct{}{}:
					default:
					}
				}
				if ev.Timers {
					h.run.Nudge()
				}
			}
		}
	})
	h.stop = func() {
		cancel()
		loops.Wait()
		forget()
		if err := h.store.Close(); err != nil {
			b.Error(err)
		}
	}
	pending(b, dir)
	return h
}

// pending adds 10,000 alarms that are due tomorrow and stand for no incident.
func pending(b *testing.B, dir string) {
	b.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "irbot.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	const fill = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
		INSERT INTO timer (id, incident, kind, ref, due_us) SELECT 'B/t' || i, 'B', 'step', 'r1/1', ? + i * 1000 FROM n`
	if _, err := db.Exec(fill, time.Now().Add(24*time.Hour).UnixMicro()); err != nil {
		b.Fatal(err)
	}
}

func (h *house) claim(ctx context.Context, now time.Time, limit int) ([]notify.Envelope, error) {
	rows, err := h.store.DueRows(ctx, now, limit)
	if err != nil {
		return nil, err
	}
	by := map[string][]string{}
	var order []string
	for _, r := range rows {
		if by[r.Incident] == nil {
			order = append(order, r.Incident)
		}
		by[r.Incident] = append(by[r.Incident], r.ID)
	}
	var out []notify.Envelope
	for _, id := range order {
		begun, err := h.svc.Begin(ctx, id, by[id]...)
		if err != nil {
			return out, err
		}
		out = append(out, envelopes(begun)...)
	}
	return out, nil
}

func envelopes(begun []incident.Begun) []notify.Envelope {
	var out []notify.Envelope
	for _, x := range begun {
		x.Envelope.Subject, x.Envelope.Body = "測定", "岸壁クレーン3号機"
		out = append(out, x.Envelope)
	}
	return out
}

func (h *house) declare(b *testing.B) string {
	b.Helper()
	res, err := h.svc.Open(context.Background(), incident.Act{Person: "p0", Surface: "bench"}, incident.Declare{Title: "測定", Runbook: "none"})
	if err != nil {
		b.Fatal(err)
	}
	return res.Incident
}

// ladder is a site of n people. The first level pages p0, the second, after
// wait, everybody else, or p1 where n is 2. All are reached by the webhook.
func ladder(n int, wait time.Duration) *incident.Site {
	site := &incident.Site{
		ID: "bench", Name: "x", Zone: time.UTC, Directory: &directory.Directory{},
		RoleOf: func(string) string { return "" }, DestOf: func(string) string { return "" },
		OnDeclare: "p", Permissions: incident.DefaultPermissions(), Book: &incident.DutyBook{},
		Runbook:  func(string) (*runbook.Runbook, bool) { return nil, false },
		Runbooks: func() []string { return nil }, Mapped: map[string]string{},
	}
	var rest []escalation.Target
	for i := range n {
		id := fmt.Sprintf("p%d", i)
		site.Directory.People = append(site.Directory.People, directory.Person{ID: id, Name: id, Reach: []directory.Address{{Means: notify.Webhook, To: "bench"}}})
		if i > 0 {
			rest = append(rest, escalation.Target{Kind: escalation.ToPerson, ID: id})
		}
	}
	first := []escalation.Target{{Kind: escalation.ToPerson, ID: "p0"}}
	site.Policies = []escalation.Policy{{ID: "p", Rounds: 1, Levels: []escalation.Level{{To: first, Wait: wait}, {To: rest, Wait: time.Hour}}}}
	return site
}

// starts notes when a send to the second level of an incident began.
type starts struct {
	mu sync.Mutex
	at map[string]time.Time
	n  chan struct{}
}

func (s *starts) Send(_ context.Context, e notify.Envelope) (notify.Receipt, error) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at[e.Incident].IsZero() { // the first page of an incident
		s.at[e.Incident] = time.Unix(1, 0)
		return notify.Receipt{}, nil
	}
	s.at[e.Incident] = now
	s.n <- struct{}{}
	return notify.Receipt{}, nil
}

// BenchmarkP08DueToSend gives the time from the moment an alarm is due to the
// start of the send of its page, with 10,000 other alarms pending, beside how
// late a bare timer of Go is in the same seconds. The page is recorded durably,
// as marked and being sent, in between.
func BenchmarkP08DueToSend(b *testing.B) {
	for range b.N {
		const each = 200
		var p50, p99, bare99 figures
		for range rounds {
			s := &starts{at: map[string]time.Time{}, n: make(chan struct{}, each)}
			h := openHouse(b, ladder(2, 4*time.Second), s)
			due := map[string]time.Time{}
			var bare []time.Duration
			var mu sync.Mutex
			var timers sync.WaitGroup
			for i := range each {
				id := h.declare(b)
				st, err := h.store.State(context.Background(), id)
				if err != nil {
					b.Fatal(err)
				}
				due[id] = st.Escalations[0].Due
				timers.Add(1)
				at := due[id].Add(5 * time.Millisecond) // not in step with the alarms
				time.AfterFunc(time.Until(at), func() {
					late := time.Since(at)
					mu.Lock()
					bare = append(bare, late)
					mu.Unlock()
					timers.Done()
				})
				<-time.After(time.Duration(3+i%7) * time.Millisecond)
			}
			for range each {
				<-s.n
			}
			timers.Wait()
			h.stop()
			var late []time.Duration
			for id, at := range s.at {
				late = append(late, at.Sub(due[id]))
			}
			p50, p99, bare99 = append(p50, percentile(late, 0.5)), append(p99, percentile(late, 0.99)), append(bare99, percentile(bare, 0.99))
		}
		b.ReportMetric(p50.least(), "ms-p50")
		b.ReportMetric(p99.least(), "ms-p99")
		b.ReportMetric(bare99.least(), "ms-p99-bare-timer")
		b.ReportMetric(p99.least()/bare99.least(), "P08-ratio")
		b.ReportMetric(perRound(p99, bare99), "P08-median")
	}
}

// BenchmarkP07FanOut gives the time from an alarm that pages 1,000 people at once
// to the last of their webhooks, and the processor time of a page, beside
// Alertmanager with 1,000 alerts of which each makes a webhook of its own.
func BenchmarkP07FanOut(b *testing.B) {
	for range b.N {
		const each = 1000
		theirs, cameTheirs := newSink(b)
		am := startPeer(b, theirs)
		var ours, other, cpu figures
		for round := range rounds {
			mine, came := newSink(b)
			way, err := webhook.New(webhook.Config{Endpoints: []webhook.Endpoint{{Name: "bench", URL: mine, Secret: "0123456789abcdef0123456789abcdef"}},
				Guard: guard.Options{Rules: guard.Rules{AllowHosts: []string{"127.0.0.1"}}}, Wall: time.Now})
			if err != nil {
				b.Fatal(err)
			}
			h := openHouse(b, ladder(each+1, time.Second), way)
			id := h.declare(b)
			<-came // the first level
			var began time.Time
			used, err := processorTime(func() error {
				st, err := h.store.State(context.Background(), id)
				if err != nil {
					return err
				}
				began = st.Escalations[0].Due
				ours = append(ours, ms(last(b, came, each).Sub(began)))
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			cpu = append(cpu, float64(used.Microseconds())/each)
			h.stop()
			began = time.Now()
			if err := am.flood(round, each); err != nil {
				b.Fatal(err)
			}
			other = append(other, ms(last(b, cameTheirs, each).Sub(began)))
		}
		am.stop()
		b.ReportMetric(ours.least(), "ms-1000")
		b.ReportMetric(other.least(), "ms-1000-alertmanager")
		b.ReportMetric(cpu.least(), "us-cpu-page")
		b.ReportMetric(ours.least()/other.least(), "P07-ratio")
		b.ReportMetric(perRound(ours, other), "P07-median")
	}
}

// last waits for n webhooks and gives when the last one came.
func last(b *testing.B, came <-chan time.Time, n int) (at time.Time) {
	b.Helper()
	for i := range n {
		select {
		case at = <-came:
		case <-time.After(patience):
			b.Fatalf("%d of %d webhooks came", i, n)
		}
	}
	return at
}

// flood raises n alerts in one call.
func (p *peer) flood(round, n int) error {
	type alert struct {
		Labels map[string]string `json:"labels"`
	}
	var list []alert
	for i := range n {
		list = append(list, alert{map[string]string{"alertname": "flood", "n": fmt.Sprintf("%d-%d", round, i)}})
	}
	return p.post(list)
}

func (p *peer) post(list any) error {
	body, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return p.send(body, http.StatusOK)
}

// TestLadderOfTheBench: what is measured pages whom it should.
func TestLadderOfTheBench(t *testing.T) {
	site := ladder(5, time.Second)
	if to := site.Policies[0].Levels[1].To; len(to) != 4 || slices.Contains(to, site.Policies[0].Levels[0].To[0]) {
		t.Errorf("second level: %v", to)
	}
}
