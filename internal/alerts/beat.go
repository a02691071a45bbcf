package alerts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Beat is what is kept of a heartbeat source. Times are UTC.
type Beat struct {
	Source string
	Last   time.Time // last call; zero: never called
	Due    time.Time // when silence becomes an alert
	Raised bool      // the alert of this silence is recorded
	Waived bool      // a restart already put this silence off once
}

// Beats keeps heartbeats across restarts.
type Beats interface {
	Beats(ctx context.Context) ([]Beat, error)
	PutBeat(ctx context.Context, b Beat) error
}

// Monitor raises an alert for a source that did not call in time, and ends it
// when the source calls again.
type Monitor struct {
	Sources []Source // those that are no heartbeats are passed over
	Kept    Beats
	Desk    *Desk
	Wall    func() time.Time
	Zone    *time.Location // of the times people read; nil: UTC
	Log     *slog.Logger
}

// look is how often silence is looked for.
const look = 2 * time.Second

// allowed is the longest silence of a source.
func (s Source) allowed() time.Duration { return s.Every + s.Grace }

func (m *Monitor) source(id string) (Source, bool) {
	for _, s := range m.Sources {
		if s.ID == id && s.Kind == Heartbeat {
			return s, true
		}
	}
	return Source{}, false
}

func (m *Monitor) kept(ctx context.Context) (map[string]Beat, error) {
	list, err := m.Kept.Beats(ctx)
	if err != nil {
		return nil, fmt.Errorf("read heartbeats: %w", err)
	}
	out := map[string]Beat{}
	for _, b := range list {
		out[b.Source] = b
	}
	return out, nil
}

// Begin makes the rows of new sources. While irbot was down nobody could call:
// what fell due meanwhile gets one more interval, once for a silence, so that
// restarts cannot hide it for ever.
func (m *Monitor) Begin(ctx context.Context) error {
	kept, err := m.kept(ctx)
	if err != nil {
		return err
	}
	now := m.Wall().UTC()
	for _, s := range m.Sources {
		b, ok := kept[s.ID]
		switch {
		case s.Kind != Heartbeat:
			continue
		case !ok:
			b = Beat{Source: s.ID, Due: now.Add(s.allowed())}
		case !b.Raised && !b.Waived && !b.Due.After(now):
			b.Due, b.Waived = now.Add(s.allowed()), true
		default:
			continue
		}
		if err := m.Kept.PutBeat(ctx, b); err != nil {
			return fmt.Errorf("keep heartbeat of %s: %w", s.ID, err)
		}
	}
	return nil
}

// Called notes that a source called. The end of a silence is recorded in its
// incident before the row says so.
func (m *Monitor) Called(ctx context.Context, id string) error {
	s, ok := m.source(id)
	if !ok {
		return fmt.Errorf("source %s: %w", id, ErrForm)
	}
	kept, err := m.kept(ctx)
	if err != nil {
		return err
	}
	now := m.Wall().UTC()
	if b := kept[id]; b.Raised {
		a := s.alert(s.title(), "", "")
		a.Print, a.Resolved = Fingerprint("beat", id), true
		if _, err := m.Desk.Take(ctx, a); err != nil {
			return err
		}
	}
	return m.Kept.PutBeat(ctx, Beat{Source: id, Last: now, Due: now.Add(s.allowed())})
}

func (s Source) title() string {
	name := s.Name
	if name == "" {
		name = s.ID
	}
	return name + "からの合図が途絶えました / no signal from " + name
}

// Look raises the alert of every silence that is due. What cannot be recorded
// is tried again at the next look.
func (m *Monitor) Look(ctx context.Context) error {
	kept, err := m.kept(ctx)
	if err != nil {
		return err
	}
	now := m.Wall().UTC()
	var errs []error
	for _, s := range m.Sources {
		b, ok := kept[s.ID]
		if s.Kind != Heartbeat || !ok || b.Raised || b.Due.After(now) {
			continue
		}
		errs = append(errs, m.raise(ctx, s, b))
	}
	return errors.Join(errs...)
}

func (m *Monitor) local(at time.Time) time.Time {
	if m.Zone == nil {
		return at.UTC()
	}
	return at.In(m.Zone)
}

func (m *Monitor) raise(ctx context.Context, s Source, b Beat) error {
	words := "一度も届いていません。 / no signal has arrived yet"
	if !b.Last.IsZero() {
		words = "最後の合図 / last call: " + m.local(b.Last).Format("2006-01-02 15:04:05 MST")
	}
	a := s.alert(s.title(), words, "")
	// Due names this silence: taken twice, as after a crash between record and
	// row, it is still one alert.
	a.Print, a.Seen = Fingerprint("beat", s.ID), b.Due
	if _, err := m.Desk.Take(ctx, a); err != nil {
		return err
	}
	b.Raised = true
	if err := m.Kept.PutBeat(ctx, b); err != nil {
		return fmt.Errorf("keep heartbeat of %s: %w", s.ID, err)
	}
	return nil
}

// Run looks until ctx ends.
func (m *Monitor) Run(ctx context.Context) error {
	t := time.NewTicker(look)
	defer t.Stop()
	for begun := false; ; {
		var err error
		if !begun {
			err = m.Begin(ctx)
			begun = err == nil
		} else {
			err = m.Look(ctx)
		}
		if err != nil && ctx.Err() == nil && m.Log != nil {
			m.Log.Error("look for silent sources", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}
