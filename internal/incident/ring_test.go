package incident_test

import (
	"testing"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

// byPhone leaves a person with a telephone only, which irbot cannot dial.
func (d *desk) byPhone(id string) {
	site := d.svc.Site()
	dir := *site.Directory
	dir.People = append([]directory.Person(nil), dir.People...)
	for i := range dir.People {
		if dir.People[i].ID == id {
			dir.People[i].Reach = []directory.Address{{Means: notify.Phone, To: "03-0000-0000"}}
		}
	}
	site.Directory = &dir
	res, err := d.svc.Open(d.t.Context(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "x"})
	if err != nil {
		d.t.Fatal(err)
	}
	d.id = res.Incident
}

func (d *desk) toRing() []string {
	var out []string
	for _, x := range d.state().Escalations[0].ToRing() {
		out = append(out, x.Person)
	}
	return out
}

func TestWhoHasOnlyATelephoneIsATaskAtOnce(t *testing.T) {
	d := ladderDesk(t, escalation.Policy{ID: "p", Levels: []escalation.Level{people(10*time.Minute, "tanaka"), people(10*time.Minute, "watanabe")}}, nil)
	d.byPhone("tanaka")
	if got := d.toRing(); len(got) != 1 || got[0] != "tanaka" {
		t.Fatalf("to ring: %v", got)
	}
	asked := 0
	for _, m := range d.state().Messages {
		if m.Kind == "inform" && m.Card == "ring/e1" && m.State == incident.Queued {
			asked++
		}
	}
	if asked == 0 || !d.state().AskedToRing(d.state().Escalations[0], "sato") {
		t.Fatalf("%d were asked to ring, sato among them: %v", asked, d.state().AskedToRing(d.state().Escalations[0], "sato"))
	}
	if n := len(d.pages()); n != 1 {
		t.Fatalf("%d levels were paged", n)
	}
	// No answer: nobody of the level is left, so the next one is paged at once.
	d.as("sato", incident.Rang{Person: "tanaka"})
	if p := d.pages(); len(p) != 2 || p[1][0] != "watanabe" {
		t.Fatalf("after the call in vain: %v", p)
	}
	if got := d.toRing(); len(got) != 0 {
		t.Fatalf("still to ring: %v", got)
	}
	d.as("sato", incident.Ack{Person: "tanaka", Words: "折り返しがあった"})
	if d.state().Escalations[0].Ended != "acked" {
		t.Fatal("the answer by phone did not end it")
	}
	if refused := d.refusal("sato", incident.Rang{Esc: "e1", Person: "tanaka"}); refused != "escalation.none" {
		t.Fatalf("ringing after the end: %s", refused)
	}
}

func TestAPageThatFailsBecomesACall(t *testing.T) {
	d := ladderDesk(t, escalation.Policy{ID: "p", Levels: []escalation.Level{people(10*time.Minute, "tanaka", "watanabe")}}, nil)
	fail := func(person string) {
		t.Helper()
		for range 10 {
			for _, m := range d.state().Messages {
				if m.Kind != "page" || m.Person != person || m.State != incident.Queued {
					continue
				}
				begun, err := d.svc.Begin(t.Context(), d.id, m.ID)
				if err != nil || len(begun) != 1 {
					t.Fatalf("begin: %v, %d", err, len(begun))
				}
				if err := d.svc.Settle(t.Context(), begun[0].Envelope, notify.Outcome{Class: notify.Permanent, Err: "550", At: d.now}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	fail("tanaka")
	if got := d.toRing(); len(got) != 1 || got[0] != "tanaka" {
		t.Fatalf("to ring: %v", got)
	}
	if n := len(d.pages()); n != 1 {
		t.Fatal("watanabe can still answer, but it climbed")
	}
}

// Who is silent on every means is not asked to ring the next silent one.
func TestWhoIsToBeRungIsNotAskedToRing(t *testing.T) {
	d := ladderDesk(t, escalation.Policy{Rounds: 3, Levels: []escalation.Level{people(10*time.Minute, "sato"), people(10*time.Minute, "ito")}}, nil)
	site := *d.svc.Site()
	dir := *site.Directory
	dir.People = append([]directory.Person(nil), dir.People...)
	for i := range dir.People {
		if dir.People[i].ID == "tanaka" { // a second one to ask
			dir.People[i].Roles = append([]string{"lead"}, dir.People[i].Roles...)
		}
	}
	site.Directory = &dir
	d.svc.SetSite(&site)
	for _, clock := range []string{"06:33", "06:43", "06:53", "07:03"} { // two rounds by mail
		d.at(clock)
		d.taken()
	}
	if got := d.toRing(); len(got) != 2 || got[0] != "sato" || got[1] != "ito" {
		t.Fatalf("to ring: %v", got)
	}
	asked := map[string]int{}
	for _, m := range d.state().Messages {
		if m.Kind == "inform" && m.Card == "ring/e1" {
			asked[m.Person]++
		}
	}
	if len(asked) == 0 || asked["sato"] != 0 {
		t.Errorf("asked to ring: %v, and sato is to be rung", asked)
	}
}
