package incident_test

import (
	"context"
	"testing"
	"time"

	"irbot/internal/incident"
)

// A stepped clock moves relative alarms with it and leaves legal ones alone.
func TestSteppedClockShiftsRelativeAlarmsOnly(t *testing.T) {
	for _, by := range []time.Duration{time.Hour, -5 * time.Minute, 365 * 24 * time.Hour} {
		d := newDesk(t)
		res, err := d.svc.Open(context.Background(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "TOS停止"})
		if err != nil {
			t.Fatal(err)
		}
		d.id = res.Incident
		before := d.state()
		d.now = d.now.Add(by)
		if err := d.svc.Stepped(context.Background(), []string{d.id}, by); err != nil {
			t.Fatal(err)
		}
		after := d.state()
		if got := after.Escalations[0].Due.Sub(before.Escalations[0].Due); got != by {
			t.Errorf("step %v: the page moved by %v", by, got)
		}
		if got := after.Currents()[0].Due.Sub(before.Currents()[0].Due); got != by {
			t.Errorf("step %v: the limit of a step moved by %v", by, got)
		}
		if got := after.Cadence.Next.Sub(before.Cadence.Next); got != by {
			t.Errorf("step %v: the report moved by %v", by, got)
		}
		if !after.Duties[0].Due.Equal(before.Duties[0].Due) {
			t.Errorf("step %v: the legal clock moved", by)
		}
		d.ring()
		if n := len(d.state().Escalations[0].Paged); n != 1 {
			t.Errorf("step %v: %d levels paged at once", by, n)
		}
	}
}
