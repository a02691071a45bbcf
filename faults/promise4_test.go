package faults

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

// Promise 4: timers are rows. After a downtime everyone on every overdue level
// is paged at once, one entry per level, with its lateness. Control: an alarm
// clock that only knows what was armed since it started must page nobody.
func TestPromise4TimersSurviveDowntime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		id := declareAndDie(t, dir)
		time.Sleep(25 * time.Minute)

		h := openHouse(t, dir, time.Now, terminal(nil))
		defer h.close()
		out := &outbox{}
		h.recover()
		stopTimers, stopMail := h.loop(h.runner().Run), h.loop(h.dispatcher(map[notify.Means]notify.Sender{notify.Mail: out}).Run)
		time.Sleep(3 * time.Second)
		e := h.state(id).Escalations[0]
		if len(e.Paged) != 3 {
			t.Fatalf("paged levels: %+v", e.Paged)
		}
		for i, want := range []struct {
			who  string
			late time.Duration
		}{{"watanabe", 0}, {"kobayashi", 15 * time.Minute}, {"sato", 5 * time.Minute}} {
			p := e.Paged[i]
			if p.Level != i || p.People[0] != want.who || p.Late.Round(time.Minute) != want.late {
				t.Errorf("level %d: paged %v, late %v; want %s, %v", i, p.People, p.Late, want.who, want.late)
			}
		}
		if e.Paged[1].At != e.Paged[2].At {
			t.Errorf("the overdue levels were paged at %v and %v, not at once", e.Paged[1].At, e.Paged[2].At)
		}
		pages := 0
		for _, m := range out.all() {
			if m.Kind == notify.KindPage {
				pages++
			}
		}
		if pages != 3 {
			t.Errorf("%d pages left, want 3: %+v", pages, out.all())
		}
		stopTimers()
		stopMail()
		h.whole()
	})
}

func TestPromise4ControlTimersInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		id := declareAndDie(t, dir)
		time.Sleep(25 * time.Minute)
		h := openHouse(t, dir, time.Now, terminal(nil))
		defer h.close()
		r := h.runner()
		r.Due = func(context.Context, time.Time, int) ([]escalation.Timer, error) { return nil, nil } // nothing was armed since
		stop := h.loop(r.Run)
		time.Sleep(time.Hour)
		if n := len(h.state(id).Escalations[0].Paged); n != 1 {
			t.Errorf("control: %d levels paged by a clock that forgot", n)
		}
		stop()
	})
}

// declareAndDie leaves a folder as a machine does that lost its power right
// after the first page.
func declareAndDie(t *testing.T, dir string) string {
	t.Helper()
	h := openHouse(t, dir, time.Now, terminal(nil))
	id := h.do("sato", "", incident.Declare{Title: "停電前", Runbook: "none"}).Incident
	h.close()
	return id
}
