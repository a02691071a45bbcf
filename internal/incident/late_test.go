package incident_test

import (
	"testing"

	"irbot/internal/incident"
)

// Who comes second is told who was first; who only repeats is not: surfaces
// treat the one as a conflict, the other as harmless.
func TestOnlySomebodyElseIsFirst(t *testing.T) {
	d := dutyDesk(t)
	d.do("tanaka", incident.Done{Step: "1", Value: "見た"})
	if r := d.do("tanaka", incident.Done{Step: "1", Value: "見た"}); r.Outcome.Code != "step.twice" || r.Outcome.Args["first"] != "" {
		t.Errorf("a repetition: %+v", r.Outcome)
	}
	if r := d.do("ito", incident.Done{Step: "1", Value: "別"}); r.Outcome.Code != "step.twice" || r.Outcome.Args["first"] != "tanaka" {
		t.Errorf("somebody else: %+v", r.Outcome)
	}
}
