package escalation_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"irbot/internal/escalation"
)

// rows is a table of timers as the store keeps it: it outlives a restart.
type rows struct {
	mu     sync.Mutex // held by the loop and by change
	timers map[string]escalation.Timer
	fired  []string
	at     map[string]time.Time
	fail   map[string]int // how often firing this one fails
	crash  map[string]bool
	keep   map[string]bool // fires without being removed
	err    error
	looks  int
}

func table(timers ...escalation.Timer) *rows {
	r := &rows{timers: map[string]escalation.Timer{}, at: map[string]time.Time{}, fail: map[string]int{}, crash: map[string]bool{}, keep: map[string]bool{}}
	for _, t := range timers {
		r.timers[t.ID] = t
	}
	return r
}

func (r *rows) due(_ context.Context, until time.Time, limit int) ([]escalation.Timer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looks++
	if r.err != nil {
		return nil, r.err
	}
	var out []escalation.Timer
	for _, t := range r.timers {
		if !t.Due.After(until) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b escalation.Timer) int { return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.ID, b.ID)) })
	return out[:min(limit, len(out))], nil
}

func (r *rows) fire(_ context.Context, t escalation.Timer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.crash[t.ID] {
		r.crash[t.ID] = false
		panic("broken incident")
	}
	if r.fail[t.ID] > 0 {
		r.fail[t.ID]--
		return errors.New("disk full")
	}
	r.fired = append(r.fired, t.ID)
	r.at[t.ID] = time.Now()
	if !r.keep[t.ID] {
		delete(r.timers, t.ID)
	}
	return nil
}

// change edits the table while the loop runs.
func (r *rows) change(edit func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	edit()
}

func (r *rows) runner() *escalation.Runner {
	return &escalation.Runner{Due: r.due, Fire: r.fire, Wall: time.Now, Wake: make(chan struct{}, 1), Log: slog.New(slog.DiscardHandler)}
}

// start runs the loop until the returned function is called.
func start(t *testing.T, r *escalation.Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v", err)
		}
	}
}

func after(id string, d time.Duration) escalation.Timer {
	return escalation.Timer{ID: id, Due: time.Now().Add(d)}
}

func TestOverdueFireInDueOrderAfterDowntime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var want []string
		r := table()
		for i := range 1000 {
			id := fmt.Sprintf("t%04d", (i*617)%1000)
			r.timers[id] = after(id, -time.Hour+time.Duration(i)*time.Second)
			want = append(want, id)
		}
		stop := start(t, r.runner())
		synctest.Wait()
		stop()
		if diff := gocmp.Diff(want, r.fired); diff != "" {
			t.Error(diff)
		}
	})
}

// R13: a hundred incidents that begin a second apart, each with an alarm every
// 15 minutes for thirty days, and a restart every day: 100 × 2,880 alarms, less
// the last one of the 99 whose month ends after the test's. Nothing grows.
func TestThirtyDaysWithRestartsLoseAndRepeatNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fires, begin := 0, time.Now()
		var queue []escalation.Timer // in the order of their time, and staying so
		for i := range 100 {
			queue = append(queue, after(fmt.Sprintf("IR-%d/report", i), 15*time.Minute+time.Duration(i)*time.Second))
		}
		due := func(_ context.Context, until time.Time, limit int) ([]escalation.Timer, error) {
			n := 0
			for n < min(limit, len(queue)) && !queue[n].Due.After(until) {
				n++
			}
			return slices.Clone(queue[:n]), nil
		}
		// Each re-arms its report as the real rule does: the next one counts from
		// when this one was due.
		fire := func(_ context.Context, tm escalation.Timer) error {
			fires++
			if late := time.Since(tm.Due); late < 0 || late >= 2*time.Second || queue[0].ID != tm.ID {
				return fmt.Errorf("%s fired %s late, before %s", tm.ID, late, queue[0].ID)
			}
			tm.Due = tm.Due.Add(15 * time.Minute)
			queue = append(queue[1:], tm)
			return nil
		}
		var second, last uint64
		for day := range 30 {
			run := &escalation.Runner{Due: due, Fire: fire, Wall: time.Now, Wake: make(chan struct{}, 1), Log: slog.New(slog.DiscardHandler)}
			stop := start(t, run)
			time.Sleep(24 * time.Hour)
			synctest.Wait()
			if s := run.Status(); s.Failing != 0 || s.Lag != 0 || run.Lag() != 0 {
				t.Fatalf("after %s: %+v", time.Since(begin), s)
			}
			stop()
			if last = heap(); day == 1 {
				second = last
			}
		}
		if want := 287_901; fires != want {
			t.Errorf("%d fires, want %d", fires, want)
		}
		if float64(last) > 1.05*float64(second)+1<<16 {
			t.Errorf("the heap grew from %d to %d bytes", second, last)
		}
	})
}

// heap is what is in use after a collection, in bytes.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestFailingTimersHoldUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table()
		for i := range 500 { // more than one batch, all older than the good one
			id := fmt.Sprintf("bad%03d", i)
			r.timers[id] = after(id, -time.Hour)
			r.fail[id] = 3
		}
		r.timers["good"] = after("good", -time.Second)
		r.crash["bad007"] = true
		var tries []int
		run := r.runner()
		run.Failed = func(_ context.Context, tm escalation.Timer, try int, err error) {
			if tm.ID == "bad007" {
				tries = append(tries, try)
				if try == 1 && !strings.Contains(err.Error(), "broken incident") {
					t.Errorf("panic reported as %v", err)
				}
			}
		}
		stop := start(t, run)
		synctest.Wait()
		if diff := gocmp.Diff([]string{"good"}, r.fired); diff != "" {
			t.Error(diff)
		}
		if s := run.Status(); s.Failing != 500 || s.Lag < time.Hour || run.Lag() < time.Hour {
			t.Errorf("status hides the failures: %+v", s)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(r.fired) != 501 || run.Status().Failing != 0 || run.Lag() != 0 {
			t.Errorf("fired %d, %+v", len(r.fired), run.Status())
		}
		if diff := gocmp.Diff([]int{1, 2, 3, 4}, tries); diff != "" {
			t.Error(diff)
		}
		stop()
	})
}

func TestBackOffGrowsToAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table(after("x", 0))
		r.fail["x"] = 1 << 30
		var gaps []time.Duration
		last := time.Now()
		run := r.runner()
		run.Failed = func(context.Context, escalation.Timer, int, error) {
			gaps = append(gaps, time.Since(last).Round(time.Second))
			last = time.Now()
		}
		stop := start(t, run)
		time.Sleep(5 * time.Minute)
		stop()
		want := []time.Duration{0, 1, 2, 4, 8, 16, 32, 60, 60, 60}
		for i := range want {
			want[i] *= time.Second
		}
		if diff := gocmp.Diff(want, gaps[:len(want)]); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTimerThatStaysDueIsNotFiredEverySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table(after("stuck", 0))
		r.keep["stuck"] = true
		run := r.runner()
		stop := start(t, run)
		time.Sleep(10 * time.Minute)
		stop()
		if n := len(r.fired); n < 2 || n > 20 {
			t.Errorf("fired %d times in ten minutes", n)
		}
		if run.Status().Lag < 9*time.Minute {
			t.Errorf("lag hides it: %+v", run.Status())
		}
	})
}

func TestClockStepIsToldUntilRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table(after("later", time.Hour))
		var shift atomic.Int64 // the test turns the clock while the loop reads it
		run := r.runner()
		run.Wall = func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }
		var told []time.Duration
		refuse := 2
		run.Stepped = func(_ context.Context, before, after time.Time) error {
			if refuse > 0 {
				refuse--
				return errors.New("disk full")
			}
			told = append(told, after.Sub(before))
			return nil
		}
		stop := start(t, run)
		time.Sleep(10 * time.Second)
		shift.Store(int64(30 * time.Minute)) // forward, or the machine slept
		time.Sleep(10 * time.Second)
		shift.Store(0) // back
		time.Sleep(10 * time.Second)
		shift.Store(int64(time.Second)) // small drift is normal
		time.Sleep(10 * time.Second)
		stop()
		if diff := gocmp.Diff([]time.Duration{30 * time.Minute, -30 * time.Minute}, told); diff != "" {
			t.Error(diff)
		}
		if len(r.fired) != 0 {
			t.Errorf("fired %v", r.fired)
		}
	})
}

func TestNudgeLooksAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table()
		run := r.runner()
		stop := start(t, run)
		defer stop()
		time.Sleep(300 * time.Millisecond)
		synctest.Wait()
		r.change(func() { r.timers["now"] = after("now", 0) })
		run.Nudge()
		run.Nudge() // a second one must not block
		synctest.Wait()
		if diff := gocmp.Diff([]string{"now"}, r.fired); diff != "" {
			t.Error(diff)
		}
	})
}

func TestUnreadableTimersShow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table()
		r.err = errors.New("database is locked")
		run := r.runner()
		stop := start(t, run)
		defer stop()
		time.Sleep(time.Minute + time.Millisecond)
		synctest.Wait()
		if s := run.Status(); s.Err == nil || s.Lag < 50*time.Second {
			t.Errorf("silent about it: %+v", s)
		}
		r.change(func() {
			r.err = nil
			r.timers["x"] = after("x", -time.Second)
		})
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if s := run.Status(); s.Err != nil || s.Lag != 0 || s.Fired != 1 {
			t.Errorf("did not recover: %+v", s)
		}
	})
}

func TestStopInTheMiddleFiresTheRestLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table(after("a", -3*time.Second), after("b", -2*time.Second), after("c", -time.Second))
		ctx, cancel := context.WithCancel(t.Context())
		run := r.runner()
		run.Fire = func(c context.Context, tm escalation.Timer) error {
			if tm.ID == "b" {
				cancel()
				return c.Err()
			}
			return r.fire(c, tm)
		}
		if err := run.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		stop := start(t, r.runner())
		synctest.Wait()
		stop()
		if diff := gocmp.Diff([]string{"a", "b", "c"}, r.fired); diff != "" {
			t.Error(diff)
		}
	})
}
