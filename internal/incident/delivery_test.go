package incident_test

import (
	"errors"
	"testing"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

// bySMS gives a person SMS and then mail, and opens an incident that pages
// tanaka and then watanabe.
func bySMS(t *testing.T, reach ...directory.Address) *desk {
	t.Helper()
	d := ladderDesk(t, escalation.Policy{ID: "p", Levels: []escalation.Level{people(10*time.Minute, "tanaka"), people(10*time.Minute, "watanabe")}}, nil)
	site := d.svc.Site()
	dir := *site.Directory
	dir.People = append([]directory.Person(nil), dir.People...)
	for i := range dir.People {
		if dir.People[i].ID == "tanaka" {
			dir.People[i].Reach = reach
		}
	}
	site.Directory = &dir
	res, err := d.svc.Open(t.Context(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "x"})
	if err != nil {
		t.Fatal(err)
	}
	d.id = res.Incident
	return d
}

// paged is the page of a person.
func (d *desk) paged(person string) *incident.Message {
	d.t.Helper()
	for _, m := range d.state().Messages {
		if m.Kind == "page" && m.Person == person {
			return m
		}
	}
	d.t.Fatalf("%s was not paged", person)
	return nil
}

// carry sends the page of a person with the given outcome.
func (d *desk) carry(person string, out notify.Outcome) notify.Envelope {
	d.t.Helper()
	begun, err := d.svc.Begin(d.t.Context(), d.id, d.paged(person).ID)
	if err != nil || len(begun) != 1 {
		d.t.Fatalf("begin: %v %v", begun, err)
	}
	out.At = d.now
	if err := d.svc.Settle(d.t.Context(), begun[0].Envelope, out); err != nil {
		d.t.Fatal(err)
	}
	return begun[0].Envelope
}

func (d *desk) reports(person, means, as string) error {
	return d.svc.Reported(d.t.Context(), incident.DeliveryReport{Message: d.paged(person).ID, Means: means, As: as, Note: "carrier " + as})
}

func sms(to string) directory.Address  { return directory.Address{Means: notify.SMS, To: to} }
func post(to string) directory.Address { return directory.Address{Means: notify.Mail, To: to} }

func TestACarriersWordMovesTheMessageOn(t *testing.T) {
	d := bySMS(t, sms("03-0000-0001"), post("tanaka@example.jp"))
	id := d.paged("tanaka").ID
	early := d.svc.Reported(t.Context(), incident.DeliveryReport{Message: id, Means: "sms", As: incident.ReportedDelivered})
	if !errors.Is(early, incident.ErrNotFound) {
		t.Fatalf("before it was ever sent: %v", early)
	}
	if _, err := d.svc.Begin(t.Context(), d.id, id); err != nil {
		t.Fatal(err)
	}
	if err := d.reports("tanaka", "sms", incident.ReportedDelivered); !errors.Is(err, incident.ErrEarly) {
		t.Fatalf("while it is being sent: %v", err)
	}
	if err := d.svc.Settle(t.Context(), notify.Envelope{ID: id, Incident: d.id, Means: notify.SMS}, notify.Outcome{Receipt: notify.Receipt{ID: "SM1"}, At: d.now}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		as   string
		want incident.MessageState
	}{
		{incident.ReportedDelivered, incident.Delivered},
		{incident.ReportedDelivered, incident.Delivered}, // told again
		{incident.ReportedFailed, incident.Delivered},    // contradicts itself: it is there
		{incident.ReportedRead, incident.Read},
	} {
		if err := d.reports("tanaka", "sms", step.as); err != nil || d.paged("tanaka").State != step.want {
			t.Fatalf("after %s: %s %v", step.as, d.paged("tanaka").State, err)
		}
	}
	n := 0
	for _, e := range d.log.logs[d.id] {
		if e.Kind == incident.KindMsgReported {
			n++
		}
	}
	if n != 3 {
		t.Errorf("%d reports were recorded, want 3: the repetition is none", n)
	}
	for _, bad := range []incident.DeliveryReport{{Message: "IR-1/n99/nobody", Means: "sms", As: "read"}, {Message: id, Means: "voice", As: "read"}, {Message: id, Means: "sms", As: "eaten"}, {Message: "", Means: "sms", As: "read"}} {
		if err := d.svc.Reported(t.Context(), bad); !errors.Is(err, incident.ErrNotFound) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestAFailedDeliveryGoesOnToTheNextMeans(t *testing.T) {
	d := bySMS(t, sms("03-0000-0001"), post("tanaka@example.jp"))
	d.carry("tanaka", notify.Outcome{})
	if err := d.reports("tanaka", "sms", incident.ReportedFailed); err != nil {
		t.Fatal(err)
	}
	m := d.paged("tanaka")
	if m.State != incident.Queued || m.Means[m.Index] != "mail" {
		t.Fatalf("after the failure: %s by %s", m.State, m.Means[m.Index])
	}
	d.carry("tanaka", notify.Outcome{})
	// The SMS arrives after all: kept, but it says nothing about the mail.
	if err := d.reports("tanaka", "sms", incident.ReportedDelivered); err != nil || d.paged("tanaka").State != incident.Accepted {
		t.Fatalf("late: %s %v", d.paged("tanaka").State, err)
	}
}

func TestAFailedDeliveryByTheLastMeansClimbsAndAsksToRing(t *testing.T) {
	d := bySMS(t, sms("03-0000-0001"))
	d.carry("tanaka", notify.Outcome{})
	if err := d.reports("tanaka", "sms", incident.ReportedFailed); err != nil {
		t.Fatal(err)
	}
	if got := d.toRing(); d.paged("tanaka").State != incident.Failed || len(got) != 1 || got[0] != "tanaka" {
		t.Fatalf("%s, to ring %v", d.paged("tanaka").State, got)
	}
	d.ring()
	if p := d.pages(); len(p) != 2 || p[1][0] != "watanabe" {
		t.Fatalf("paged: %v", p)
	}
}

func TestADeliveredPageInDoubtIsNotSentAgain(t *testing.T) {
	d := bySMS(t, sms("03-0000-0001"))
	d.carry("tanaka", notify.Outcome{Class: notify.Unknown, Err: "the answer was cut off", RetryAfter: time.Minute})
	if m := d.paged("tanaka"); m.State != incident.Queued || !m.Repeat {
		t.Fatalf("in doubt: %+v", m)
	}
	if err := d.reports("tanaka", "sms", incident.ReportedDelivered); err != nil {
		t.Fatal(err)
	}
	d.now = d.now.Add(2 * time.Minute)
	if begun, err := d.svc.Begin(t.Context(), d.id, d.paged("tanaka").ID); err != nil || len(begun) != 0 {
		t.Fatalf("sent again: %v %v", begun, err)
	}
}

// After somebody answered, a failure is only kept.
func TestAFailureAfterTheAnswerPagesNobody(t *testing.T) {
	d := bySMS(t, sms("03-0000-0001"), post("tanaka@example.jp"))
	d.carry("tanaka", notify.Outcome{})
	d.as("tanaka", incident.Ack{})
	if err := d.reports("tanaka", "sms", incident.ReportedFailed); err != nil {
		t.Fatal(err)
	}
	if m := d.paged("tanaka"); m.State != incident.Failed || len(d.toRing()) != 0 || len(d.pages()) != 1 {
		t.Fatalf("%s, to ring %v, paged %v", m.State, d.toRing(), d.pages())
	}
}
