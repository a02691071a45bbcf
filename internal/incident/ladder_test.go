package incident_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/timeline"
)

// ladderDesk is a desk whose declaration climbs the given policy.
func ladderDesk(t *testing.T, p escalation.Policy, quiet escalation.Quiets) *desk {
	t.Helper()
	d := newDesk(t)
	site := testSite(testBook())
	p.ID = "try"
	site.Policies, site.OnDeclare, site.Quiet = append(site.Policies, p), "try", quiet
	d.svc.SetSite(site)
	res, err := d.svc.Open(context.Background(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "TOS停止"})
	if err != nil {
		t.Fatal(err)
	}
	d.id = res.Incident
	return d
}

func people(wait time.Duration, ids ...string) escalation.Level {
	l := escalation.Level{Wait: wait}
	for _, id := range ids {
		l.To = append(l.To, escalation.Target{Kind: escalation.ToPerson, ID: id})
	}
	return l
}

func (d *desk) as(person string, cmd incident.Command) incident.Result {
	d.t.Helper()
	res, err := d.svc.Do(context.Background(), incident.Act{Person: person, Surface: "web"}, d.id, cmd)
	if err != nil {
		d.t.Fatalf("%s by %s: %v", cmd.Name(), person, err)
	}
	return res
}

// pages lists who was paged by each page entry, in order.
func (d *desk) pages() [][]string {
	var out [][]string
	for _, g := range d.state().Escalations[0].Paged {
		out = append(out, g.People)
	}
	return out
}

func (d *desk) has(kind timeline.Kind) bool {
	return slices.ContainsFunc(d.log.logs[d.id], func(e timeline.Entry) bool { return e.Kind == kind })
}

func TestEveryOneMustAnswer(t *testing.T) {
	l := people(10*time.Minute, "tanaka", "suzuki")
	l.Need = escalation.NeedAll
	d := ladderDesk(t, escalation.Policy{Levels: []escalation.Level{l, people(10*time.Minute, "tanaka", "ito")}}, nil)
	if got := d.as("tanaka", incident.Ack{}).Outcome; got.Code != "escalation.part" || got.Args["have"] != "1" || got.Args["want"] != "2" {
		t.Fatalf("first answer: %+v", got)
	}
	if e := d.state().Escalations[0]; e.Ended != "" || !e.Acked.IsZero() {
		t.Fatalf("one of two ended it: %+v", e)
	}
	if got := d.as("tanaka", incident.Ack{}).Outcome.Code; got != "escalation.part" {
		t.Fatalf("the same answer again: %s", got)
	}
	d.at("06:44") // the second never answers: the next level, without who answered
	if diff := cmp.Diff([][]string{{"tanaka", "suzuki"}, {"ito"}}, d.pages()); diff != "" {
		t.Fatal(diff)
	}
	d.as("suzuki", incident.Ack{})
	if e := d.state().Escalations[0]; e.Ended != "acked" {
		t.Fatalf("all of the first level answered, and it is %q", e.Ended)
	}
}

func TestSoManyMustAnswer(t *testing.T) {
	l := people(10*time.Minute, "tanaka", "suzuki", "ito")
	l.Need = 2
	d := ladderDesk(t, escalation.Policy{Levels: []escalation.Level{l}}, nil)
	d.as("ito", incident.Ack{})
	if e := d.state().Escalations[0]; e.Ended != "" {
		t.Fatal("one of two ended it")
	}
	d.as("tanaka", incident.Ack{})
	if e := d.state().Escalations[0]; e.Ended != "acked" || !slices.Equal(e.Acks, []string{"ito", "tanaka"}) {
		t.Fatalf("two answers: %+v", e)
	}
}

// A ladder nobody answered rests before it is climbed again. What it waits for
// stays the same, and severity 1 does not wait for the rest to be over.
func TestALadderAtRest(t *testing.T) {
	night := escalation.Quiets{{People: []string{"ito"}, From: 22 * 60, Until: 7 * 60, Zone: time.FixedZone("JST", 9*3600)}}
	l := people(10*time.Minute, "tanaka", "suzuki", "ito")
	l.Need = escalation.NeedAll
	rest := func(t *testing.T) *desk {
		t.Helper()
		d := ladderDesk(t, escalation.Policy{Rounds: 1, Levels: []escalation.Level{l}}, night)
		d.at("06:44")
		if e := d.state().Escalations[0]; e.Exhausted != 1 || e.Level != -1 {
			t.Fatalf("%+v", e)
		}
		return d
	}
	t.Run("one answer of all is not enough", func(t *testing.T) {
		d := rest(t)
		if got := d.as("tanaka", incident.Ack{}).Outcome; got.Code != "escalation.part" || got.Args["want"] != "3" {
			t.Fatalf("%+v", got)
		}
		d.at("07:05")
		if diff := cmp.Diff([][]string{{"tanaka", "suzuki", "ito"}, {"suzuki", "ito"}}, d.pages()); diff != "" {
			t.Fatal(diff)
		}
		d.as("suzuki", incident.Ack{})
		d.as("ito", incident.Ack{})
		if e := d.state().Escalations[0]; e.Ended != "acked" {
			t.Fatalf("all answered: %+v", e)
		}
	})
	t.Run("severity 1 climbs at once", func(t *testing.T) {
		d := rest(t)
		d.as("sato", incident.SetSeverity{Level: 3})
		d.ring()
		if n := len(d.pages()); n != 1 {
			t.Fatalf("severity 3 ended the rest: %v", d.pages())
		}
		d.as("sato", incident.SetSeverity{Level: 1})
		d.ring()
		if n := len(d.pages()); n != 2 {
			t.Fatalf("the rest goes on at severity 1: %v", d.pages())
		}
	})
}

func TestQuietHoursNeverSilenceSeverityOne(t *testing.T) {
	night := escalation.Quiets{{People: []string{"tanaka"}, From: 22 * 60, Until: 7 * 60, Zone: time.FixedZone("JST", 9*3600)}}
	p := escalation.Policy{Levels: []escalation.Level{people(10*time.Minute, "tanaka"), people(10*time.Minute, "ito")}}
	t.Run("severity not set", func(t *testing.T) {
		d := ladderDesk(t, p, night)
		if diff := cmp.Diff([][]string{{"tanaka"}}, d.pages()); diff != "" {
			t.Fatal(diff)
		}
	})
	t.Run("woken when it is raised", func(t *testing.T) {
		d := ladderDesk(t, p, night)
		d.as("sato", incident.SetSeverity{Level: 3})
		d.as("sato", incident.Escalate{Policy: "try", Reason: "もう一度"})
		second := d.state().Escalations[1]
		if len(second.Paged) != 2 || !slices.Equal(second.Paged[0].Quiet, []string{"tanaka"}) || !slices.Equal(second.Paged[1].People, []string{"ito"}) {
			t.Fatalf("at severity 3: %+v", second.Paged)
		}
		d.as("sato", incident.SetSeverity{Level: 1})
		second = d.state().Escalations[1]
		last := second.Paged[len(second.Paged)-1]
		if !last.Also || !slices.Equal(last.People, []string{"tanaka"}) || second.Level != 1 {
			t.Fatalf("at severity 1: %+v", second)
		}
	})
	t.Run("nobody else awake", func(t *testing.T) {
		alone := escalation.Policy{Levels: []escalation.Level{people(10*time.Minute, "tanaka")}}
		d := ladderDesk(t, alone, night)
		d.as("sato", incident.SetSeverity{Level: 4})
		d.as("sato", incident.Escalate{Policy: "try", Reason: "もう一度"})
		if g := d.state().Escalations[1].Paged[0]; !slices.Equal(g.People, []string{"tanaka"}) {
			t.Fatalf("a quiet rule made a ladder silent: %+v", g)
		}
	})
}

func TestSeverityRaisedReplansTheWait(t *testing.T) {
	l := people(30*time.Minute, "tanaka")
	l.By[0] = 5 * time.Minute
	d := ladderDesk(t, escalation.Policy{Levels: []escalation.Level{l, people(10*time.Minute, "ito")}}, nil)
	start := d.state().Escalations[0].Paged[0].At
	d.at("06:35")
	d.as("sato", incident.SetSeverity{Level: 1})
	if got, want := d.state().Escalations[0].Due, start.Add(5*time.Minute); !got.Equal(want) {
		t.Fatalf("due %s, want %s", got, want)
	}
	if !d.has(incident.KindEscReplanned) {
		t.Fatal("not recorded")
	}
	d.at("06:39")
	if diff := cmp.Diff([][]string{{"tanaka"}, {"ito"}}, d.pages()); diff != "" {
		t.Fatal(diff)
	}
}

func TestFurtherJumpAndPolicyFrozen(t *testing.T) {
	p := escalation.Policy{Levels: []escalation.Level{people(10*time.Minute, "tanaka"), people(10*time.Minute, "ito"), people(10*time.Minute, "suzuki")}}
	d := ladderDesk(t, p, nil)
	site := *d.svc.Site()
	site.Policies = nil // the file changes while it is climbed
	d.svc.SetSite(&site)
	d.as("tanaka", incident.Ack{})
	d.as("tanaka", incident.Further{Reason: "判断が要る"})
	if diff := cmp.Diff([][]string{{"tanaka"}, {"ito"}}, d.pages()); diff != "" {
		t.Fatal(diff)
	}
	d.as("sato", incident.Jump{Level: 3})
	d.as("suzuki", incident.Ack{})
	if e := d.state().Escalations[0]; e.Ended != "acked" || e.AckBy != "suzuki" {
		t.Fatalf("%+v", e)
	}
	_, err := d.svc.Do(context.Background(), incident.Act{Person: "sato"}, d.id, incident.Jump{Level: 4})
	var r *incident.Refusal
	if !errors.As(err, &r) || r.Code != "escalation.level" {
		t.Fatalf("level 4 of 3: %v", err)
	}
}

func TestWhoEscalatesFurtherIsNotAskedAgain(t *testing.T) {
	p := escalation.Policy{Levels: []escalation.Level{people(10*time.Minute, "watanabe"), people(10*time.Minute, "kobayashi"), people(10*time.Minute, "ito")}}
	d := ladderDesk(t, p, nil)
	d.as("kobayashi", incident.Ack{})
	d.as("watanabe", incident.Further{Reason: "社長の判断が要る"})
	d.at("07:20")
	for i, got := range d.pages()[1:] {
		if slices.Contains(got, "watanabe") || slices.Contains(got, "kobayashi") {
			t.Fatalf("page %d after the answer goes to %v", i+2, got)
		}
	}
}

func TestAnswerExpiresWithoutASignOfLife(t *testing.T) {
	p := escalation.Policy{AckFor: 20 * time.Minute, Levels: []escalation.Level{people(10*time.Minute, "tanaka"), people(10*time.Minute, "ito")}}
	d := ladderDesk(t, p, nil)
	d.as("tanaka", incident.Ack{})
	d.at("06:45")
	d.as("tanaka", incident.AddNote{Text: "確認中"}) // a sign of life
	d.at("07:04")
	if d.has(incident.KindEscExpired) {
		t.Fatal("asked again although he was at work")
	}
	d.at("07:06")
	if diff := cmp.Diff([][]string{{"tanaka"}, {"tanaka"}}, d.pages()); diff != "" {
		t.Fatal(diff)
	}
	d.at("07:16")
	if got := d.pages(); len(got) != 3 || got[2][0] != "ito" {
		t.Fatalf("it does not climb on: %v", got)
	}
}

func TestSuccessionAndReturn(t *testing.T) {
	p := escalation.Policy{Succession: "ciso", Levels: []escalation.Level{
		{Wait: 10 * time.Minute, To: []escalation.Target{{Kind: escalation.ToRole, ID: "ciso"}}},
		{Wait: 10 * time.Minute, To: []escalation.Target{{Kind: escalation.ToDeputy, ID: "ciso"}}}}}
	d := ladderDesk(t, p, nil)
	d.at("06:44")
	d.as("kobayashi", incident.Ack{})
	h := d.state().Roles["ciso"]
	if h.Person != "kobayashi" || h.For != "watanabe" {
		t.Fatalf("holder %+v", h)
	}
	if got := d.as("watanabe", incident.Ack{Esc: "e1"}).Outcome.Code; got != "escalation.acting" {
		t.Fatalf("the silent CISO comes back: %s", got)
	}
	d.as("watanabe", incident.ReturnRole{Role: "ciso"})
	if h := d.state().Roles["ciso"]; h.Person != "watanabe" || h.For != "" {
		t.Fatalf("handed back: %+v", h)
	}
	var reasons []string
	for _, e := range d.log.logs[d.id] {
		if e.Kind == incident.KindRole {
			reasons = append(reasons, string(e.Facts))
		}
	}
	if len(reasons) < 2 {
		t.Fatalf("not both recorded: %v", reasons)
	}
}

func TestUndeliverablePageClimbsAtOnce(t *testing.T) {
	d := ladderDesk(t, escalation.Policy{Levels: []escalation.Level{people(30*time.Minute, "tanaka"), people(10*time.Minute, "ito")}}, nil)
	st := d.state()
	for _, m := range st.Messages {
		if m.Kind != "page" {
			continue
		}
		begun, err := d.svc.Begin(context.Background(), d.id, m.ID)
		if err != nil || len(begun) != 1 {
			t.Fatal(begun, err)
		}
		if err := d.svc.Settle(context.Background(), begun[0].Envelope, notify.Outcome{Class: notify.Permanent, Err: "550 no such user"}); err != nil {
			t.Fatal(err)
		}
	}
	d.ring()
	if diff := cmp.Diff([][]string{{"tanaka"}, {"ito"}}, d.pages()); diff != "" {
		t.Fatal(diff)
	}
}
