package anchor_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/anchor"
	"irbot/internal/timeline"
)

// ledger is what is kept and what each place has taken.
type ledger struct {
	mu    sync.Mutex
	kept  []timeline.Checkpoint
	taken map[string][]timeline.Checkpoint
}

func (l *ledger) pending(_ context.Context, place string) ([]timeline.Checkpoint, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	newest := map[string]timeline.Checkpoint{}
	for _, c := range l.kept {
		newest[c.Incident] = c
	}
	var out []timeline.Checkpoint
	for _, c := range l.kept {
		have := slices.ContainsFunc(l.taken[place], func(x timeline.Checkpoint) bool { return x.Incident == c.Incident && x.Size >= c.Size })
		if !have && newest[c.Incident].Size == c.Size {
			out = append(out, c)
		}
	}
	return out, nil
}

func (l *ledger) done(_ context.Context, place string, c timeline.Checkpoint, _ []byte, _ time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taken[place] = append(l.taken[place], c)
	return nil
}

func (l *ledger) keep(c timeline.Checkpoint) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, c)
}

func (l *ledger) has(place string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.taken[place])
}

// flaky is a place that refuses for a while, or never answers.
type flaky struct {
	back  atomic.Bool // it answers again
	down  bool
	hangs bool
	tries atomic.Int64
}

var errDown = errors.New("no route")

func (f *flaky) Put(ctx context.Context, _ timeline.Checkpoint) ([]byte, error) {
	f.tries.Add(1)
	if f.hangs {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if f.down && !f.back.Load() {
		return nil, errDown
	}
	return nil, nil
}

func (f *flaky) Check(context.Context) error { return nil }

func TestMissedAnchorsAreRetriedAndShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKeyring(t, "a")
		l := &ledger{taken: map[string][]timeline.Checkpoint{}}
		good, bad, dead := &flaky{}, &flaky{down: true}, &flaky{hangs: true}
		keeper := &anchor.Keeper{
			Spots:   []anchor.Spot{{ID: "good", Place: good, Drills: true}, {ID: "bad", Place: bad}, {ID: "dead", Place: dead}},
			Pending: l.pending, Done: l.done, Wall: time.Now, Wake: make(chan struct{}, 1),
		}
		l.keep(k.note(t, "IR-1", 3, ""))
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() { _ = keeper.Run(ctx); close(over) }()
		synctest.Wait()
		if l.has("good") != 1 || l.has("bad") != 0 {
			t.Fatalf("a place that works must not wait for others: %v", l.taken)
		}
		time.Sleep(5 * time.Minute)
		st := keeper.States()
		if st[1].Waiting != 1 || st[1].Err == "" || st[1].Since.IsZero() || st[1].Tries < 3 || bad.tries.Load() > 12 {
			t.Errorf("failing place: %+v after %d tries", st[1], bad.tries.Load())
		}
		if st[2].Err == "" {
			t.Errorf("dead place: %+v", st[2])
		}
		l.keep(k.note(t, "IR-1", 9, ""))
		l.keep(k.note(t, "DR-1", 2, ""))
		keeper.Nudge()
		bad.back.Store(true)
		time.Sleep(15 * time.Minute)
		if l.has("bad") != 1 || l.taken["bad"][0].Size != 9 {
			t.Errorf("after the outage the newest one, once, and no drill: %v", l.taken["bad"])
		}
		if l.has("good") != 3 {
			t.Errorf("good has %v", l.taken["good"])
		}
		if st := keeper.States()[1]; st.Waiting != 0 || st.Err != "" || !st.Since.IsZero() {
			t.Errorf("recovered place: %+v", st)
		}
		stop()
		<-over
	})
}

func TestNowIgnoresTheWait(t *testing.T) {
	k := newKeyring(t, "a")
	l := &ledger{taken: map[string][]timeline.Checkpoint{}, kept: []timeline.Checkpoint{k.note(t, "IR-1", 1, "")}}
	p := &flaky{down: true}
	keeper := &anchor.Keeper{Spots: []anchor.Spot{{ID: "p", Place: p}}, Pending: l.pending, Done: l.done, Wall: func() time.Time { return time.Unix(1e9, 0) }}
	for range 3 {
		if err := keeper.Now(t.Context()); !errors.Is(err, errDown) {
			t.Fatal(err)
		}
	}
	if p.tries.Load() != 3 {
		t.Errorf("%d tries", p.tries.Load())
	}
}

// shelf is a place whose notes an attacker on the machine cannot touch.
type shelf struct {
	flaky
	notes [][]byte
	err   error
}

func (s *shelf) Notes(context.Context) ([][]byte, error) { return s.notes, s.err }

func TestSurveyFindsWhatOnlyAnchorsShow(t *testing.T) {
	k, other := newKeyring(t, "a"), newKeyring(t, "b")
	store := map[string]int64{"IR-1": 10, "IR-2": 5}
	heads := func(_ context.Context, id string, size int64) (h [timeline.HeadSize]byte, have int64, err error) {
		if have = store[id]; size <= have {
			h = headOf(id, size, "")
		}
		return h, have, nil
	}
	tests := []struct {
		name string
		note []byte
		want string
	}{
		{"fits", k.note(t, "IR-1", 10, "").Note, ""},
		{"an older one fits", k.note(t, "IR-1", 4, "").Note, ""},
		{"cut tail or old copy", k.note(t, "IR-1", 12, "").Note, anchor.Behind},
		{"another history", k.note(t, "IR-1", 7, "fork").Note, anchor.Forked},
		{"dropped incident", k.note(t, "IR-9", 2, "").Note, anchor.Behind},
		{"forged", other.note(t, "IR-1", 10, "").Note, anchor.Unsigned},
		{"no note", []byte("hello"), anchor.Unreadable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen, err := anchor.Survey(t.Context(), []anchor.Spot{{ID: "x", Place: &shelf{notes: [][]byte{tt.note}}}}, k.keys, heads)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(seen.Findings) > 0 {
				got = seen.Findings[0].Kind
			}
			if got != tt.want {
				t.Errorf("%+v", seen)
			}
			serious := seen.Serious(nil)
			if (len(serious) == 1) != (tt.want == anchor.Behind || tt.want == anchor.Forked) {
				t.Errorf("serious: %+v", serious)
			}
			if len(serious) == 1 && len(seen.Serious([]string{serious[0].Point()})) != 0 {
				t.Error("an accepted loss is told again")
			}
		})
	}
	seen, err := anchor.Survey(t.Context(), []anchor.Spot{{ID: "x", Place: &shelf{err: errDown}}, {ID: "mail", Place: &flaky{}}}, k.keys, heads)
	if err != nil || len(seen.Findings) != 1 || seen.Findings[0].Kind != anchor.Unreadable {
		t.Errorf("a place that cannot be read: %+v %v", seen, err)
	}
}
