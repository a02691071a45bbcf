package incident_test

import (
	"testing"

	"irbot/internal/incident"
)

// An incident that was declared straight away has no commander until somebody
// takes charge; who comes second is told who was first, and when.
func TestWhoTakesChargeOfADeclaredIncidentLeadsIt(t *testing.T) {
	d := newDesk(t)
	d.open(incident.Declare{Title: "TOS停止", Runbook: "none"})
	d.at("06:41")
	if r := d.do("sato", incident.TakeCharge{}); r.Outcome.Code != "role.set" {
		t.Fatalf("answered %+v", r.Outcome)
	}
	if got := d.state().Roles["lead"].Person; got != "sato" {
		t.Fatalf("%q leads", got)
	}
	if r := d.do("sato", incident.TakeCharge{}); r.Outcome.Code != "incident.already" {
		t.Fatalf("a second press: %+v", r.Outcome)
	}
	no := d.no("tanaka", incident.TakeCharge{})
	if no == nil || no.Code != "incident.taken" || no.Args["who"] != "佐藤" || no.Args["at"] != "06:41" {
		t.Fatalf("the second person: %+v", no)
	}
}
