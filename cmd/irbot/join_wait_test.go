package main

import (
	"testing"
	"time"

	"irbot/internal/directory"
	"irbot/internal/notify"
)

// The auditor reads the outbox a moment before what waits is joined and leaves:
// it must not call that stuck, nor forgive what really does not leave.
func TestWhatIsJoinedAtThisMomentIsNotStuck(t *testing.T) {
	a, clock := flooded(t, directory.Address{Means: notify.Mail, To: "sato@example.jp"})
	a.declared(t, 2)
	a.look(t, clock.wall())
	more := a.declared(t, 2)
	id := a.pageOf(t, more[0]).ID
	a.look(t, clock.wall())
	if !a.flow.Waits(id, notify.Mail, 36*time.Second) {
		t.Error("waiting for the joined message is called stuck")
	}
	clock.set(clock.wall().Add(61 * time.Second))
	if got := a.look(t, clock.wall()); len(got) != 1 || len(got[0].With) != 1 {
		t.Fatalf("%+v", got)
	}
	if !a.flow.Waits(id, notify.Mail, 36*time.Second) || a.flow.Waits(id, notify.Mail, 5*time.Minute) {
		t.Error("leaving at this moment is called stuck, or five minutes late is not")
	}
}
