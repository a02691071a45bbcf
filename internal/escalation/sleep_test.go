package escalation_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/escalation"
)

// TestTimersFireWhenTheyAreDue: the clock sleeps until the next timer, not until
// the next full second.
func TestTimersFireWhenTheyAreDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table()
		want := map[string]time.Time{}
		for i := range 50 {
			id := fmt.Sprintf("t%02d", i)
			r.timers[id] = after(id, time.Duration(i*i)*137*time.Millisecond+time.Microsecond)
			want[id] = r.timers[id].Due
		}
		stop := start(t, r.runner())
		time.Sleep(6 * time.Minute)
		stop()
		for id, due := range want {
			if at, ok := r.at[id]; !ok || !at.Equal(due) {
				t.Errorf("%s was due at %s and fired at %s", id, due, at)
			}
		}
	})
}

// TestEarlierTimerEndsTheSleep: a commit arms a timer that is due before the one
// the clock sleeps for, and one that is due before the next look.
func TestEarlierTimerEndsTheSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table(after("late", 900*time.Millisecond))
		run := r.runner()
		stop := start(t, run)
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		soon := after("soon", 250*time.Millisecond)
		r.change(func() { r.timers["soon"] = soon })
		run.Nudge()
		time.Sleep(time.Second)
		synctest.Wait()
		stop()
		if !r.at["soon"].Equal(soon.Due) {
			t.Errorf("due at %s, fired at %s", soon.Due, r.at["soon"])
		}
	})
}

// TestSleepIsBounded: nothing is due for a day, and still the clocks are read
// once a second, no more and no less: a step is told within a Look, and what it
// made due fires at once.
func TestSleepIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table(after("tomorrow", 24*time.Hour))
		var shift atomic.Int64
		run := r.runner()
		run.Wall = func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }
		var told time.Time
		run.Stepped = func(context.Context, time.Time, time.Time) error { told = time.Now(); return nil }
		stop := start(t, run)
		time.Sleep(10*time.Minute + time.Millisecond)
		synctest.Wait()
		var looks int
		r.change(func() { looks = r.looks })
		if looks < 600 || looks > 602 {
			t.Errorf("%d looks in ten minutes", looks)
		}
		stepped := time.Now()
		shift.Store(int64(25 * time.Hour))
		time.Sleep(escalation.Look)
		synctest.Wait()
		stop()
		if late := told.Sub(stepped); told.IsZero() || late > escalation.Look {
			t.Errorf("step told after %s", late)
		}
		if late := r.at["tomorrow"].Sub(stepped); len(r.fired) != 1 || late > escalation.Look {
			t.Errorf("fired %v %s after the step", r.fired, late)
		}
	})
}

// TestClockSetBackDoesNotSpin: a timer that is due soon by the old clock is due
// much later by the new one; the loop goes back to its usual rhythm.
func TestClockSetBackDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table(after("x", 500*time.Millisecond))
		var shift atomic.Int64
		run := r.runner()
		run.Wall = func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }
		stop := start(t, run)
		synctest.Wait()
		shift.Store(int64(-time.Hour))
		time.Sleep(30 * time.Minute)
		synctest.Wait()
		var looks, fired int
		r.change(func() { looks, fired = r.looks, len(r.fired) })
		if fired != 0 || looks > 1802 {
			t.Errorf("%d fired early, %d looks in half an hour", fired, looks)
		}
		time.Sleep(31 * time.Minute)
		stop()
		if len(r.fired) != 1 {
			t.Errorf("fired %v", r.fired)
		}
	})
}

// TestManyDueSoonAreReadOnce: ten thousand timers due within the next second are
// no reason to read all of them at every look.
func TestManyDueSoonAreReadOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := table()
		for i := range 10_000 {
			id := fmt.Sprintf("t%05d", i)
			r.timers[id] = after(id, 500*time.Millisecond)
		}
		run := r.runner()
		most := 0
		run.Due = func(ctx context.Context, until time.Time, limit int) ([]escalation.Timer, error) {
			list, err := r.due(ctx, until, limit)
			if time.Now().Before(r.timers["t09999"].Due) {
				most = max(most, len(list))
			}
			return list, err
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = run.Run(ctx) }()
		time.Sleep(400 * time.Millisecond)
		cancel()
		<-done
		if most > 400 {
			t.Errorf("%d timers were read to know when the first is due", most)
		}
	})
}
