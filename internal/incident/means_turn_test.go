package incident_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

// reach gives a person several means.
func (d *desk) reach(id string, means ...notify.Means) {
	site := *d.svc.Site()
	dir := *site.Directory
	dir.People = append([]directory.Person(nil), dir.People...)
	for i := range dir.People {
		if dir.People[i].ID != id {
			continue
		}
		dir.People[i].Reach = nil
		for _, m := range means {
			dir.People[i].Reach = append(dir.People[i].Reach, directory.Address{Means: m, To: "x"})
		}
	}
	site.Directory = &dir
	d.svc.SetSite(&site)
}

// taken lets every page that waits be accepted by its carrier, and gives the
// means by which they left.
func (d *desk) taken() []string {
	d.t.Helper()
	var out []string
	for _, m := range d.state().Messages {
		if m.Kind != "page" || m.State != incident.Queued || m.Next.After(d.now) {
			continue
		}
		begun, err := d.svc.Begin(d.t.Context(), d.id, m.ID)
		if err != nil || len(begun) != 1 {
			d.t.Fatalf("begin: %v, %d", err, len(begun))
		}
		out = append(out, m.Person+" "+m.Means[m.Index])
		if err := d.svc.Settle(d.t.Context(), begun[0].Envelope, notify.Outcome{At: d.now}); err != nil {
			d.t.Fatal(err)
		}
	}
	return out
}

func TestWhoStaysSilentIsTriedByTheNextMeans(t *testing.T) {
	d := ladderDesk(t, escalation.Policy{Rounds: 4, Levels: []escalation.Level{people(10*time.Minute, "ito")}}, nil)
	d.reach("ito", notify.Mail, notify.SMS, notify.Voice, notify.Phone)
	if _, err := d.svc.Do(t.Context(), incident.Act{Person: "sato", Surface: "web"}, d.id, incident.Escalate{Policy: "try", Reason: "もう一度"}); err != nil {
		t.Fatal(err)
	}
	d.as("ito", incident.Ack{Esc: "e1"})
	var got [][]string
	var dialled []int
	for _, at := range []string{"06:34", "06:44", "06:54", "07:04"} {
		d.at(at)
		got = append(got, d.taken())
		dialled = append(dialled, len(d.state().Escalations[1].ToRing()))
	}
	want := [][]string{{"ito mail"}, {"ito sms"}, {"ito voice"}, {"ito mail"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	// The last time every means was tried in vain: somebody rings.
	if diff := cmp.Diff([]int{0, 0, 0, 1}, dialled); diff != "" {
		t.Fatal(diff)
	}
}

func TestWhoAnsweredIsAskedAgainByTheFirstMeans(t *testing.T) {
	p := escalation.Policy{AckFor: 20 * time.Minute, Levels: []escalation.Level{people(10*time.Minute, "ito")}}
	d := ladderDesk(t, p, nil)
	d.reach("ito", notify.Mail, notify.SMS)
	d.taken()
	d.as("ito", incident.Ack{})
	d.at("06:55")
	if diff := cmp.Diff([]string{"ito mail"}, d.taken()); diff != "" {
		t.Fatal(diff)
	}
	if n := len(d.state().Escalations[0].ToRing()); n != 0 {
		t.Fatalf("%d are to be rung although the mail was answered before", n)
	}
}

func TestAPageCutOffByARestartIsNotLost(t *testing.T) {
	d := ladderDesk(t, escalation.Policy{Levels: []escalation.Level{people(30*time.Minute, "ito")}}, nil)
	var rows []incident.Row
	for _, m := range d.state().Messages {
		if m.Kind == "page" {
			if begun, err := d.svc.Begin(t.Context(), d.id, m.ID); err != nil || len(begun) != 1 {
				t.Fatalf("begin: %v, %d", err, len(begun))
			}
			rows = append(rows, incident.Row{ID: m.ID, Incident: d.id}) // and nothing comes back
		}
	}
	if err := d.svc.Recover(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if m := d.state().Message(r.ID); m.State != incident.Queued || m.Next.After(d.now) || !m.Repeat {
			t.Errorf("after the restart: %+v", m)
		}
	}
	if got := d.taken(); len(rows) == 0 || len(got) != len(rows) {
		t.Fatalf("%v leave again of %d", got, len(rows))
	}
}

// A provider that cannot be reached, or that asks for a long time, costs one try.
func TestOneTryWhereNobodyAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		out  notify.Outcome
		want string
	}{
		"cannot be reached":     {notify.Outcome{Class: notify.Temporary, Down: true, Err: "connection refused"}, "mail"},
		"does not answer":       {notify.Outcome{Class: notify.Unknown, Down: true, Err: "timeout"}, "mail"},
		"asks for half an hour": {notify.Outcome{Class: notify.Temporary, RetryAfter: 30 * time.Minute, Err: "429"}, "mail"},
		"asks for half a minute": {
			notify.Outcome{Class: notify.Temporary, RetryAfter: 30 * time.Second, Err: "429"}, "sms",
		},
		"comes back soon": {notify.Outcome{Class: notify.Temporary, Err: "451"}, "sms"},
	} {
		t.Run(name, func(t *testing.T) {
			d := bySMS(t, sms("03-0000-0001"), post("tanaka@example.jp"))
			d.carry("tanaka", c.out)
			m := d.paged("tanaka")
			if got := m.Means[m.Index]; got != c.want || m.State != incident.Queued {
				t.Fatalf("goes on by %s, %s", got, m.State)
			}
			if now := !m.Next.After(d.now); now != (c.want == "mail") {
				t.Errorf("leaves at once: %v", now)
			}
		})
	}
	// Who has no other means is tried on and on.
	d := bySMS(t, sms("03-0000-0001"))
	d.carry("tanaka", notify.Outcome{Class: notify.Temporary, Down: true, Err: "connection refused"})
	if m := d.paged("tanaka"); m.State != incident.Queued || !m.Next.After(d.now) {
		t.Errorf("the only means: %s, next %v", m.State, m.Next)
	}
}

// A machine that rings for somebody goes on until it is told the end, whoever
// answers: also when the very person it rings for did so on the console.
func TestAMachineThatRingsIsToldTheEnd(t *testing.T) {
	offs := func(d *desk) []string {
		var out []string
		for _, m := range d.state().Messages {
			if m.Kind == "standdown" && m.Esc == "e2" {
				out = append(out, m.Person+" "+m.Means[0])
			}
		}
		return out
	}
	for name, tc := range map[string]struct {
		by   string
		want []string
	}{
		"who is rung for answers": {"ito", []string{"ito webhook"}},
		"somebody else answers":   {"sato", []string{"ito mail", "ito webhook"}},
	} {
		d := ladderDesk(t, escalation.Policy{Rounds: 4, Levels: []escalation.Level{people(10*time.Minute, "ito")}}, nil)
		d.reach("ito", notify.Mail, notify.Webhook)
		if _, err := d.svc.Do(t.Context(), incident.Act{Person: "sato", Surface: "web"}, d.id, incident.Escalate{Policy: "try", Reason: "もう一度"}); err != nil {
			t.Fatal(err)
		}
		for _, at := range []string{"06:34", "06:44"} { // first by mail, then by the machine
			d.at(at)
			d.taken()
		}
		d.as(tc.by, incident.Ack{Esc: "e2"})
		if diff := cmp.Diff(tc.want, offs(d)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
