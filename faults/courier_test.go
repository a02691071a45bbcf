package faults

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/timeline"
)

// roomFor is a courier with so many places for every means.
func roomFor(n int, take func(begin func(context.Context) []incident.Begun) bool) *incident.Courier {
	return &incident.Courier{Room: func(notify.Means) int { return n }, Take: take}
}

// TestCourierCrashBeforeTheSend: the act and the mark of its page are one commit,
// and the process dies before the page is tried. It leaves after the restart,
// once, marked as a possible repeat. A notice beside it has no such mark and
// leaves as if nothing had happened. Control: without Recover nobody is paged.
func TestCourierCrashBeforeTheSend(t *testing.T) {
	for _, recovers := range []bool{true, false} {
		clock := &turned{now: t0()}
		dir := t.TempDir()
		lost := 0
		h := courierHouse(t, dir, clock.read, terminal(nil), roomFor(4, func(func(context.Context) []incident.Begun) bool {
			lost++ // the process is gone before this work begins
			return true
		}))
		id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
		n := h.approved(id)
		page := h.state(id).Messages[0]
		if lost == 0 || page.Kind != "page" || page.State != incident.Sending {
			t.Fatalf("%d handed over, %s is %s", lost, page.ID, page.State)
		}
		if got := h.entries(id); got[page.Seq-1].RecordedAt != markOf(t, got, page.ID).RecordedAt {
			t.Error("act and mark are not of one moment")
		}
		if m := h.state(id).Message(h.state(id).Notice(n).Messages[0]); m.State != incident.Queued {
			t.Errorf("the notice is %s: it must not be marked before its claim", m.State)
		}
		h.close()
		h = openHouse(t, dir, clock.read, terminal(nil))
		if recovers {
			h.recover()
		}
		out := &outbox{}
		h.carry(out)
		var pages []notify.Envelope
		for _, e := range out.all() {
			if e.ID == page.ID {
				pages = append(pages, e)
			}
		}
		if recovers && (len(pages) != 1 || !pages[0].Repeat) {
			t.Errorf("after the restart: %+v", pages)
		}
		if !recovers && len(pages) != 0 {
			t.Error("control: without Recover the page left all the same")
		}
		if len(outside(out)) != 1 || h.state(id).Notice(n).State != incident.NoticeSent {
			t.Errorf("notice: %v, %s", outside(out), h.state(id).Notice(n).State)
		}
		h.whole()
		h.close()
	}
}

// markOf is the entry that marks a message as being sent.
func markOf(t *testing.T, list []timeline.Entry, msg string) timeline.Entry {
	t.Helper()
	for _, e := range list {
		var f struct {
			Msg string `json:"msg"`
		}
		if e.Kind == incident.KindMsgAttempted && json.Unmarshal(e.Facts, &f) == nil && f.Msg == msg {
			return e
		}
	}
	t.Fatal("never marked", msg)
	return timeline.Entry{}
}

// TestCourierThatStopped: what it does not take is queued again as not tried,
// and leaves by the loop without the mark of a repeat.
func TestCourierThatStopped(t *testing.T) {
	clock := &turned{now: t0()}
	h := courierHouse(t, t.TempDir(), clock.read, terminal(nil), roomFor(4, func(func(context.Context) []incident.Begun) bool { return false }))
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
	page := h.state(id).Messages[0]
	if page.State != incident.Queued {
		t.Fatalf("%s is %s", page.ID, page.State)
	}
	out := &outbox{}
	h.carry(out)
	if got := out.all(); len(got) == 0 || slices.ContainsFunc(got, func(e notify.Envelope) bool { return e.Repeat }) || len(doubled(got)) != 0 {
		t.Errorf("left: %+v", got)
	}
	h.whole()
}

// TestCourierAndLoopSendOnce: the loop claims and the courier takes from the same
// outbox for a whole climb; every page leaves once, none after the answer, and
// those of the courier at the very moment of their alarm.
func TestCourierAndLoopSendOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &outbox{}
		var d *notify.Dispatcher
		c := &incident.Courier{Room: func(m notify.Means) int { return d.Room(m) }, Take: func(begin func(context.Context) []incident.Begun) bool {
			return d.Take(func(ctx context.Context) (list []notify.Envelope) {
				for _, b := range begin(ctx) {
					list = append(list, b.Envelope)
				}
				return list
			})
		}}
		h := courierHouse(t, t.TempDir(), time.Now, terminal(nil), c)
		defer h.close()
		d = h.dispatcher(map[notify.Means]notify.Sender{notify.Mail: out})
		stopTimers, stopMail := h.loop(h.runner().Run), h.loop(d.Run)
		synctest.Wait()
		id := h.do("sato", "", incident.Declare{Title: "誰も出ない", Runbook: "none"}).Incident
		time.Sleep(25 * time.Minute)
		h.do("kobayashi", id, incident.Ack{})
		answered := len(h.state(id).Escalations[0].Paged)
		time.Sleep(2 * time.Hour)
		stopTimers()
		stopMail()
		if twice := doubled(out.all()); len(twice) != 0 {
			t.Errorf("left twice: %v", twice)
		}
		e := h.state(id).Escalations[0]
		if len(e.Paged) != answered || answered < 3 {
			t.Errorf("%d levels paged, %d before the answer", len(e.Paged), answered)
		}
		for _, m := range h.state(id).Messages {
			if m.Kind == "page" && m.State != incident.Accepted {
				t.Errorf("%s is %s", m.ID, m.State)
			}
		}
		list := h.entries(id)
		for _, p := range e.Paged {
			for _, m := range h.state(id).Messages {
				if m.Kind == "page" && m.Seq == p.Seq && !markOf(t, list, m.ID).RecordedAt.Equal(p.At) {
					t.Errorf("%s was marked later than its alarm", m.ID)
				}
			}
		}
		h.whole()
	})
}
