package escalation_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/escalation"
)

// pile is timers in memory, for a runner and an auditor that share nothing else.
type pile struct {
	mu   sync.Mutex
	list []escalation.Timer
}

func (p *pile) due(_ context.Context, now time.Time, limit int) ([]escalation.Timer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []escalation.Timer
	for _, t := range p.list {
		if !t.Due.After(now) && len(out) < limit {
			out = append(out, t)
		}
	}
	return out, nil
}

func (p *pile) fire(_ context.Context, t escalation.Timer) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = slices.DeleteFunc(p.list, func(x escalation.Timer) bool { return x.ID == t.ID })
	return nil
}

func auditor(p *pile, beats *int) *escalation.Auditor {
	return &escalation.Auditor{
		Due:      p.due,
		Record:   func(context.Context) ([]escalation.Climb, []escalation.Stuck, error) { return nil, nil, nil },
		Messages: func(context.Context, time.Time, int) ([]escalation.Stuck, error) { return nil, nil },
		Beat: func(context.Context, escalation.Findings) error {
			*beats++
			return nil
		},
		Wall: time.Now, Log: slog.New(slog.DiscardHandler),
	}
}

func TestAuditorNoticesAStoppedRunner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(context.Background())
		p, beats := &pile{}, 0
		p.list = []escalation.Timer{{ID: "IR-1/e1/1.1", Incident: "IR-1", Due: time.Now().Add(time.Minute)}}
		a := auditor(p, &beats)
		var both sync.WaitGroup
		both.Go(func() { _ = a.Run(ctx) })
		time.Sleep(50 * time.Second) // the runner was never started
		synctest.Wait()
		if before := beats; before == 0 || !a.Findings().Well() {
			t.Fatalf("before it is due: %d beats, %+v", before, a.Findings())
		}
		time.Sleep(11*time.Second + 60*time.Second) // a minute after it was due
		synctest.Wait()
		f := a.Findings()
		if f.Well() || f.Count != 1 || f.Stuck[0].ID != "IR-1/e1/1.1" {
			t.Fatalf("a minute late: %+v", f)
		}
		quiet := beats
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if beats != quiet {
			t.Fatal("the heartbeat goes on although a page is stuck")
		}
		r := &escalation.Runner{Due: p.due, Fire: p.fire, Wall: time.Now, Log: slog.New(slog.DiscardHandler)}
		both.Go(func() { _ = r.Run(ctx) })
		time.Sleep(time.Minute)
		synctest.Wait()
		if !a.Findings().Well() || beats == quiet {
			t.Fatalf("the runner runs again: %+v", a.Findings())
		}
		stop()
		both.Wait()
	})
}

func TestAuditorFindsLaddersWithoutAnAlarm(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	beats := 0
	a := auditor(&pile{}, &beats)
	a.Wall = func() time.Time { return now }
	climbs := []escalation.Climb{{Incident: "IR-1", ID: "e1"}, {Incident: "IR-1", ID: "e2", Due: now.Add(time.Minute)}, {Incident: "IR-1", ID: "e3", Due: now.Add(-time.Minute)}}
	a.Record = func(context.Context) ([]escalation.Climb, []escalation.Stuck, error) {
		return climbs, []escalation.Stuck{{What: "rows", ID: "timer missing"}}, nil
	}
	f := a.Look(context.Background())
	if f.Count != 3 || f.Stuck[0].ID != "e1" || f.Stuck[1].ID != "e3" || f.Lag != time.Minute || beats != 0 {
		t.Fatalf("%+v, %d beats", f, beats)
	}
	a.Record = func(context.Context) ([]escalation.Climb, []escalation.Stuck, error) {
		return nil, nil, errors.New("disk")
	}
	if f := a.Look(context.Background()); f.Well() || f.Err == nil {
		t.Fatalf("what cannot be read counts as well: %+v", f)
	}
	a.Paused = func() bool { return true }
	if f := a.Look(context.Background()); !f.Well() {
		t.Fatalf("held back on purpose: %+v", f)
	}
}
