package faults

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/timeline"
)

// R11: the wall clock jumps while timers are open. People keep the minutes they
// were given, the jump stands in the record, and the order is that of the
// numbers. Control: a clock loop that does not look for jumps must page early
// or late.
func TestR11ClockJumps(t *testing.T) {
	want := []time.Duration{10 * time.Minute, 20 * time.Minute}
	for _, jump := range []time.Duration{time.Hour, -5 * time.Minute, 365 * 24 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			levels, steps, order := clockJump(t, jump, true)
			if !slices.Equal(levels, want) {
				t.Errorf("levels paged after %v of real time, want %v", levels, want)
			}
			if steps != 1 {
				t.Errorf("the jump is recorded %d times", steps)
			}
			if !order {
				t.Error("the numbers have gaps")
			}
		})
		t.Run(fmt.Sprintf("control %v", jump), func(t *testing.T) {
			levels, steps, _ := clockJump(t, jump, false)
			if slices.Equal(levels, want) || steps != 0 {
				t.Errorf("control: a loop blind to jumps paged after %v", levels)
			}
		})
	}
}

// clockJump declares, lets the wall clock jump three minutes later, and gives
// the real minutes after which the second and third level were paged within
// the next 25 minutes.
func clockJump(t *testing.T, jump time.Duration, watch bool) (levels []time.Duration, steps int, order bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var off atomic.Int64
		wall := func() time.Time { return time.Now().Add(time.Duration(off.Load())).Round(0) }
		h := openHouse(t, t.TempDir(), wall, terminal(nil))
		defer h.close()
		began := time.Now()
		id := h.do("sato", "", incident.Declare{Title: "時計", Runbook: "none"}).Incident
		r := h.runner()
		if !watch {
			r.Stepped = nil
		}
		stop := h.loop(r.Run)
		stopMail := h.loop(h.dispatcher(map[notify.Means]notify.Sender{notify.Mail: &outbox{}}).Run)
		time.Sleep(3 * time.Minute)
		off.Store(int64(jump))
		seen := 1
		for time.Since(began) < 25*time.Minute {
			time.Sleep(10 * time.Second)
			for n := len(h.state(id).Escalations[0].Paged); seen < n; seen++ {
				levels = append(levels, time.Since(began).Round(time.Minute))
			}
		}
		stop()
		stopMail()
		steps = h.count(id, incident.KindClockStepped)
		order = dense(h.entries(id))
		h.whole()
	})
	return levels, steps, order
}

// dense tells whether the numbers run from 1 without a gap.
func dense(list []timeline.Entry) bool {
	for i := range list {
		if list[i].Seq != int64(i+1) {
			return false
		}
	}
	return len(list) > 0
}

// TestR11DeadlinesStay: a legal deadline is a moment of the calendar and does
// not move with the clock.
func TestR11DeadlinesStay(t *testing.T) {
	clock := &turned{now: t0()}
	h := openHouse(t, t.TempDir(), clock.read, terminal(nil))
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "期限", Runbook: "none"}).Incident
	due := h.state(id).Duties[0].Due
	climb := h.state(id).Escalations[0].Due
	if err := h.svc.Stepped(t.Context(), []string{id}, time.Hour); err != nil {
		t.Fatal(err)
	}
	st := h.state(id)
	if !st.Duties[0].Due.Equal(due) {
		t.Errorf("the deadline moved from %v to %v", due, st.Duties[0].Due)
	}
	if !st.Escalations[0].Due.Equal(climb.Add(time.Hour)) {
		t.Errorf("the next level is due %v, want %v", st.Escalations[0].Due, climb.Add(time.Hour))
	}
}
