package faults

import (
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"irbot/internal/incident"
)

// R12: the whole machine stands still and goes on. Overdue levels are paged in
// the order in which they were due, each once, none early, and nobody calls the
// pause a jump of the clock. Control: the same pages in another order, or one
// of them early, must be found.
func TestR12PauseAndResume(t *testing.T) {
	pause := time.Duration(loops(t, "IRBOT_FAULT_PAUSE", 5)) * time.Second
	s := newSite(t, newSink(t), nil)
	ids := declaredBefore(t, s.data, 10*time.Minute-3*time.Second) // the second level is due during the pause
	srv := s.start()
	v := s.view()
	srv.signal(syscall.SIGSTOP)
	<-time.After(pause)
	srv.signal(syscall.SIGCONT)
	resumed := time.Now()
	var fired []firing
	until(t, "every second level", func() bool {
		fired = fired[:0]
		for _, id := range ids {
			st, err := v.State(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			paged := st.Escalations[0].Paged
			if len(paged) < 2 {
				return false
			}
			fired = append(fired, firing{id: id, due: paged[0].At.Add(10 * time.Minute), at: paged[1].At})
		}
		return true
	})
	var worst time.Duration
	for _, f := range fired {
		worst = max(worst, f.at.Sub(resumed))
	}
	t.Logf("paused %v, overdue levels paged %v after the resume", pause, worst)
	if bad := misfired(fired); len(bad) != 0 {
		t.Error(bad)
	}
	for _, id := range ids {
		list, err := v.Entries(t.Context(), id, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			if e.Kind == incident.KindClockStepped {
				t.Errorf("%s: the pause was taken for a jump of the clock", id)
			}
		}
	}
	srv.stop()
	whole(t, v)

	other := slices.Clone(fired)
	other[0].at, other[2].at = other[2].at.Add(time.Second), other[0].at
	early := []firing{{id: "IR-1", due: resumed, at: resumed.Add(-time.Second)}}
	if len(misfired(other)) == 0 || len(misfired(early)) == 0 {
		t.Error("control: another order, or an early page, was not found")
	}
}

// declaredBefore leaves a folder with three incidents that were declared one
// after the other, the first one so long ago.
func declaredBefore(t *testing.T, data string, ago time.Duration) (ids []string) {
	t.Helper()
	clock := &turned{now: time.Now().UTC().Add(-ago)}
	h := openHouse(t, data, clock.read, terminal(nil))
	defer h.close()
	for range 3 {
		ids = append(ids, h.do("sato", "", incident.Declare{Title: "止まる", Runbook: "none"}).Incident)
		clock.forward(150 * time.Millisecond)
	}
	return ids
}

// firing is one alarm: when it was due and when it rang.
type firing struct {
	id      string
	due, at time.Time
}

// misfired names alarms that rang early or before one that was due before them.
func misfired(all []firing) (bad []string) {
	for _, a := range all {
		if a.at.Before(a.due) {
			bad = append(bad, fmt.Sprintf("%s rang %v early", a.id, a.due.Sub(a.at)))
		}
		for _, b := range all {
			if a.due.Before(b.due) && a.at.After(b.at) {
				bad = append(bad, fmt.Sprintf("%s, due before %s, rang after it", a.id, b.id))
			}
		}
	}
	return bad
}
