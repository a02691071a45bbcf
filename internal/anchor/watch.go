package anchor

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"irbot/internal/timeline"
)

// surveyEvery is how often anchors are read back and compared.
const surveyEvery = time.Hour

// Watch compares what the places keep with the store, again and again, and has
// the alarm raised where the store does not fit.
type Watch struct {
	Keeper   *Keeper
	Keys     func() (*timeline.Keys, error) // the keys of the site as they are now
	Heads    Heads
	Accepted func(ctx context.Context) ([]string, error) // anchors somebody has accepted as lost, as Lost names them
	Hushed   func() bool                                 // true: what is found raises no alarm yet
	Alarm    func(ctx context.Context, f Finding) error  // called again at each look; tells the same finding once
	Log      *slog.Logger

	mu      sync.Mutex
	seen    Seen
	serious []Finding
}

// Run compares at the start and every hour until ctx ends.
func (w *Watch) Run(ctx context.Context) error {
	t := time.NewTicker(surveyEvery)
	defer t.Stop()
	for {
		if err := w.Look(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("compare with anchors", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// Look compares once and raises the alarm for what speaks against the store. The
// error is about looking, or about raising the alarm.
func (w *Watch) Look(ctx context.Context) error {
	keys, err := w.Keys()
	if err != nil {
		return err
	}
	seen, err := Survey(ctx, w.Keeper.Spots, keys, w.Heads)
	if err != nil {
		return err
	}
	accepted, err := w.Accepted(ctx)
	if err != nil {
		return err
	}
	serious := seen.Serious(accepted)
	w.mu.Lock()
	w.seen, w.serious = seen, serious
	w.mu.Unlock()
	if w.Hushed() {
		return nil // a restored record is behind as a rule; confirming it looks again
	}
	for _, f := range serious {
		w.Log.Error("store does not fit an anchor", "place", f.Place, "kind", f.Kind, "log", f.Incident, "size", f.Size, "have", f.Have)
		if err := w.Alarm(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// Last is what the last comparison found, and what of it speaks against the
// store.
func (w *Watch) Last() (Seen, []Finding) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen, w.serious
}

// Settle forgets what spoke against the store, once somebody has accepted it.
func (w *Watch) Settle() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serious = nil
}

// LossPage is how many anchors one entry accepts as lost: hourly anchors of a
// long incident are thousands, and an entry has to stay readable.
const LossPage = 500

// Lost names every anchor that speaks against the store, each once.
func Lost(findings []Finding) []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range findings {
		if p := f.Point(); f.Serious() && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

// Accepted are the anchors that entries accept as lost; their facts have points,
// as Lost names them.
func Accepted(list []timeline.Entry) []string {
	var out []string
	for i := range list {
		var f struct {
			Points []string `json:"points"`
		}
		_ = json.Unmarshal(list[i].Facts, &f) // of another shape: accepts nothing
		out = append(out, f.Points...)
	}
	return out
}
