package escalation

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// The rhythm of the auditor. A stuck row is told within Patrol plus Grace.
const (
	Patrol = 20 * time.Second
	Grace  = 30 * time.Second
	most   = 50 // stuck rows that are named; more are counted only
)

// Climb is an open ladder, as the record has it.
type Climb struct {
	Incident string
	ID       string
	Due      time.Time // when the next level is paged; zero: nothing will ever happen
}

// Stuck is something that should have moved and did not.
type Stuck struct {
	What     string // timer, ladder, message, rows
	Incident string
	ID       string
	Late     time.Duration
}

// Findings is one look of the auditor.
type Findings struct {
	At    time.Time
	Lag   time.Duration // lateness of the latest timer, zero within the grace
	Stuck []Stuck       // at most the first fifty
	Count int
	Err   error // why it could not look; then nothing is known to be well
}

// Well tells that everything moves.
func (f Findings) Well() bool { return f.Err == nil && f.Count == 0 && !f.At.IsZero() }

// Auditor is a second loop that trusts the first one with nothing: it reads the
// rows and the ladders by itself and tells what does not move. The heartbeat is
// sent only after a look that found all well, so that whoever watches it from
// outside learns of a stuck, frozen or dead irbot in the same way.
type Auditor struct {
	Due      func(ctx context.Context, now time.Time, limit int) ([]Timer, error)
	Record   func(ctx context.Context) ([]Climb, []Stuck, error)                  // open ladders, and rows that are not as the record wants them
	Messages func(ctx context.Context, now time.Time, limit int) ([]Stuck, error) // pages that were due at now and have not begun
	Beat     func(ctx context.Context, f Findings) error                          // may be nil
	Paused   func() bool                                                          // sending is held back on purpose; may be nil
	Wall     func() time.Time
	Log      *slog.Logger

	mu   sync.Mutex
	last Findings
	beat time.Time
}

// Run looks until the context ends. It always returns the context's error.
func (a *Auditor) Run(ctx context.Context) error {
	t := time.NewTicker(Patrol)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			a.Look(ctx)
		}
	}
}

// Findings are those of the last look; At is zero before the first.
func (a *Auditor) Findings() Findings {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last
}

// Beaten is when the last heartbeat was sent; zero for never.
func (a *Auditor) Beaten() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.beat
}

// Look looks once, says what is new, and sends the heartbeat where all is well.
func (a *Auditor) Look(ctx context.Context) Findings {
	var f Findings
	if err := rescue(func() error {
		f = a.find(ctx)
		return nil
	}); err != nil {
		f = Findings{At: a.Wall(), Err: err}
	}
	a.mu.Lock()
	before := a.last
	a.last = f
	a.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return f
	case !f.Well() && (before.Well() || before.At.IsZero() || before.Count != f.Count):
		a.Log.Error("auditor: something does not move", "count", f.Count, "lag", f.Lag, "stuck", f.Stuck, "err", f.Err)
	case f.Well() && !before.Well() && !before.At.IsZero():
		a.Log.Info("auditor: all moves again")
	}
	if f.Well() && a.Beat != nil {
		if err := a.Beat(ctx, f); err != nil {
			a.Log.Error("send heartbeat", "err", err)
			return f
		}
		a.mu.Lock()
		a.beat = f.At
		a.mu.Unlock()
	}
	return f
}

func (a *Auditor) find(ctx context.Context) Findings {
	now := a.Wall().UTC()
	f := Findings{At: now}
	if a.Paused != nil && a.Paused() {
		return f
	}
	add := func(s Stuck) {
		f.Lag = max(f.Lag, s.Late)
		if f.Count++; len(f.Stuck) < most {
			f.Stuck = append(f.Stuck, s)
		}
	}
	late := now.Add(-Grace)
	timers, err := a.Due(ctx, late, batch)
	if err != nil {
		return Findings{At: now, Err: fmt.Errorf("read due timers: %w", err)}
	}
	for _, t := range timers {
		add(Stuck{What: "timer", Incident: t.Incident, ID: t.ID, Late: now.Sub(t.Due)})
	}
	climbs, rows, err := a.Record(ctx)
	if err != nil {
		return Findings{At: now, Err: fmt.Errorf("compare ladders and rows with the record: %w", err)}
	}
	for _, c := range climbs {
		if c.Due.IsZero() || c.Due.Before(late) {
			s := Stuck{What: "ladder", Incident: c.Incident, ID: c.ID}
			if !c.Due.IsZero() {
				s.Late = now.Sub(c.Due)
			}
			add(s)
		}
	}
	more, err := a.Messages(ctx, late, batch)
	if err != nil {
		return Findings{At: now, Err: fmt.Errorf("read due messages: %w", err)}
	}
	for _, s := range append(more, rows...) {
		add(s)
	}
	return f
}
