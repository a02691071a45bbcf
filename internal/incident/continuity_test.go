package incident_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// cargoDesk is a declared incident on a site with a plan.
func cargoDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	site := testSite(testBook())
	site.Plan = &incident.Plan{
		Terminals: []incident.Named{{ID: "t1", Name: "第1"}, {ID: "t2", Name: "第2"}},
		Functions: []incident.FunctionPlan{
			{Named: incident.Named{ID: "gate", Name: "ゲート"}, Impact: "gate", Decider: "ciso", Ask: 4 * time.Hour, Outage: 24 * time.Hour, Levels: []incident.Objective{{Level: 1, Within: time.Hour}, {Level: 3, Within: 24 * time.Hour}}},
			{Named: incident.Named{ID: "quay", Name: "岸壁"}, Impact: "vessel"},
		},
		Criteria: []incident.Named{{ID: "tos-30m", Name: "TOS停止30分"}},
	}
	d.svc.SetSite(site)
	res, err := d.svc.Open(t.Context(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "TOS停止", Impact: []string{"gate"}, Runbook: "none"})
	if err != nil {
		t.Fatal(err)
	}
	d.id = res.Incident
	return d
}

func (d *desk) try(who string, cmd incident.Command) (incident.Result, string) {
	d.t.Helper()
	res, err := d.svc.Do(d.t.Context(), incident.Act{Person: who, Surface: "web"}, d.id, cmd)
	var no *incident.Refusal
	if errors.As(err, &no) {
		return res, no.Code
	}
	if err != nil {
		d.t.Fatalf("%s by %s: %v", cmd.Name(), who, err)
	}
	return res, ""
}

func (d *desk) ok(who string, cmd incident.Command) incident.Result {
	d.t.Helper()
	res, code := d.try(who, cmd)
	if code != "" {
		d.t.Fatalf("%s by %s was refused: %s", cmd.Name(), who, code)
	}
	return res
}

func (d *desk) count(kind timeline.Kind) int {
	n := 0
	for _, e := range d.log.logs[d.id] {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func TestAnEstimateNeedsConfidenceAndBasis(t *testing.T) {
	d := cargoDesk(t)
	at := d.now.Add(3 * time.Hour)
	good := incident.SetETA{Milestone: "gate", Terminal: "t1", To: at, Confidence: "low", Basis: "保守会社"}
	tests := []struct {
		name string
		turn func(*incident.SetETA)
		want string
	}{
		{"a bare time", func(x *incident.SetETA) { x.Confidence, x.Basis = "", "" }, "eta.confidence"},
		{"a word that is no confidence", func(x *incident.SetETA) { x.Confidence = "sure" }, "eta.confidence"},
		{"no basis", func(x *incident.SetETA) { x.Basis = " \u200b " }, "eta.basis"},
		{"no time", func(x *incident.SetETA) { x.To = time.Time{} }, "eta.time"},
		{"the past", func(x *incident.SetETA) { x.To = d.now }, "eta.past"},
		{"a range backwards", func(x *incident.SetETA) { x.From = at.Add(time.Minute) }, "eta.range"},
		{"years away", func(x *incident.SetETA) { x.To = d.now.AddDate(2, 0, 0) }, "eta.far"},
		{"no such milestone", func(x *incident.SetETA) { x.Milestone = "lunch" }, "milestone.unknown"},
		{"no such terminal", func(x *incident.SetETA) { x.Terminal = "t9" }, "terminal.unknown"},
		{"told nobody knows whom", func(x *incident.SetETA) { x.Told = []string{"nosuch"} }, "eta.told"},
	}
	for _, tt := range tests {
		x := good
		tt.turn(&x)
		if _, code := d.try("sato", x); code != tt.want {
			t.Errorf("%s: refused with %q, want %q", tt.name, code, tt.want)
		}
	}
	d.ok("sato", good)
}

func TestEstimatesThatAreNotKeptAreCountedAndLoud(t *testing.T) {
	d := cargoDesk(t)
	say := func(to time.Time, reason string) incident.Result {
		return d.ok("sato", incident.SetETA{Milestone: "system", To: to, Confidence: "low", Basis: "計画", Reason: reason, Told: []string{"mlit"}})
	}
	start := d.now
	say(start.Add(2*time.Hour), "")
	if _, code := d.try("sato", incident.SetETA{Milestone: "system", To: start.Add(4 * time.Hour), Confidence: "low", Basis: "計画"}); code != "eta.reason" {
		t.Fatalf("a later time without a reason: %q", code)
	}
	res := d.ok("sato", incident.SetETA{Milestone: "system", To: start.Add(4 * time.Hour), Confidence: "low", Basis: "計画", Reason: "検査"})
	if res.Outcome.Code != "eta.slipped.untold" || res.Outcome.Args["n"] != "1" || res.Outcome.Args["who"] != "国土交通省" {
		t.Errorf("who knows the old time is not named: %+v", res.Outcome)
	}
	d.at("10:04")
	if d.count(incident.KindETAWarned) != 1 || d.count(incident.KindETALapsed) != 0 {
		t.Fatal("not warned half an hour before")
	}
	d.at("10:40")
	if d.count(incident.KindETALapsed) != 1 {
		t.Fatal("it did not lapse")
	}
	st := d.state()
	if e := st.Continuity.ETA("system", "all"); e.Slips() != 2 || len(e.Said) != 2 {
		t.Errorf("slips %d of %d", e.Slips(), len(e.Said))
	}
	if last := st.Escalations[len(st.Escalations)-1]; last.Reason != "eta" || last.Ended != "" {
		t.Errorf("nobody is called: %+v", last)
	}
	say(d.now.Add(time.Hour), "駆除")
	st = d.state()
	if last := st.Escalations[len(st.Escalations)-1]; last.Ended == "" {
		t.Error("people are still called although there is a new estimate")
	}
	if got := st.Continuity.ETA("system", "all").Slips(); got != 2 {
		t.Errorf("a lapsed one was counted twice: %d", got)
	}
}

func TestTwoRolesSignBeforeASystemCountsAsRestored(t *testing.T) {
	d := cargoDesk(t)
	reach := incident.ReachMilestone{Milestone: "system", Terminal: "t1"}
	steps := []struct {
		who  string
		cmd  incident.Command
		want string
	}{
		{"sato", reach, "milestone.gates"},
		{"watanabe", incident.SignGate{Gate: "clean", Words: "検知0"}, "gate.first"},
		{"suzuki", incident.SignGate{Gate: "restored", Words: "45台"}, "gate.role"},
		{"ito", incident.SignGate{Gate: "restored", Words: " "}, "gate.words"},
		{"ito", incident.SignGate{Gate: "restored", Words: "45台"}, ""},
		{"ito", incident.SignGate{Gate: "clean", Words: "検知0"}, "gate.same"},
		{"sato", reach, "milestone.gates"},
		{"watanabe", incident.SignGate{Gate: "clean", Words: "検知0"}, ""},
		{"sato", incident.ReachMilestone{Milestone: "gate", Terminal: "t1"}, "milestone.order"},
		{"sato", reach, ""},
		{"sato", incident.ReachMilestone{Milestone: "data"}, "milestone.order"}, // t2 is not up
		{"sato", incident.ReachMilestone{Milestone: "data", Terminal: "t1"}, ""},
		{"sato", incident.ReachMilestone{Milestone: "gate", Terminal: "t1"}, ""},
		{"suzuki", incident.ReachMilestone{Milestone: "gate", Terminal: "t2"}, "perm.no"},
		{"ito", incident.RevokeGate{Gate: "restored", Reason: "再検知"}, ""},
	}
	for i, s := range steps {
		if _, code := d.try(s.who, s.cmd); code != s.want {
			t.Fatalf("step %d, %s by %s: %q, want %q", i, s.cmd.Name(), s.who, code, s.want)
		}
	}
	if k := d.state().Continuity; len(k.Signs) != 0 || !k.At("gate", "all").IsZero() || k.At("gate", "t1").IsZero() {
		t.Errorf("signatures %v, gate all %v, t1 %v", k.Signs, k.At("gate", "all"), k.At("gate", "t1"))
	}
}

func TestThePlannedHourAsksForTheDecision(t *testing.T) {
	d := cargoDesk(t) // declared 06:33
	d.at("10:32")
	if len(d.state().Decisions) != 0 {
		t.Fatal("asked too early")
	}
	d.at("10:33")
	st := d.state()
	if len(st.Decisions) != 1 || st.Decisions[0].Decider != "ciso" {
		t.Fatalf("no decision was opened: %+v", st.Decisions)
	}
	if d.count(incident.KindObjective) != 1 {
		t.Errorf("L1 within the hour was not missed: %d", d.count(incident.KindObjective))
	}
	review := d.now.Add(2 * time.Hour)
	if _, code := d.try("sato", incident.ActivateBCP{Criterion: "tos-30m", Basis: "見通しなし", Review: review}); code != "decision.not_yours" {
		t.Errorf("somebody else decided: %q", code)
	}
	if _, code := d.try("watanabe", incident.ActivateBCP{Criterion: "whim", Basis: "b", Review: review}); code != "bcp.criterion" {
		t.Errorf("a criterion that is none: %q", code)
	}
	d.ok("watanabe", incident.Decide{Decision: "D1", Choice: "a", Basis: "見通しなし", Review: review})
	st = d.state()
	if b := st.Continuity.BCP; b.By != "watanabe" || b.Decision != "D1" || b.Criterion != "outage" {
		t.Errorf("the decision did not put the plan into force: %+v", b)
	}
	for _, e := range st.Escalations {
		if e.Reason == "outage" && e.Ended == "" {
			t.Error("people are still called to a decision that was made")
		}
	}
	if _, code := d.try("watanabe", incident.ActivateBCP{Criterion: "tos-30m", Basis: "b", Review: review}); code != "bcp.already" {
		t.Errorf("activated twice: %q", code)
	}
}

func TestWhatWorksAgainIsNotAskedAbout(t *testing.T) {
	d := cargoDesk(t)
	for _, terminal := range []string{"t1", "t2"} {
		d.ok("tanaka", incident.SetPlace{Terminal: terminal, Function: "gate", State: "normal"})
	}
	d.at("12:00")
	if len(d.state().Decisions) != 0 {
		t.Error("a decision was asked for although the gate works")
	}
	d.ok("tanaka", incident.SetPlace{Function: "gate", State: "stopped"})
	d.at("15:59")
	if len(d.state().Decisions) != 0 {
		t.Error("the new outage was counted from the old one")
	}
	d.at("16:00")
	if len(d.state().Decisions) != 1 {
		t.Error("the second outage asked for nothing")
	}
}

func TestGuestsAreBoundToTheirLabelAndTheirTime(t *testing.T) {
	d := cargoDesk(t)
	digest := incident.TokenDigest("secret")
	for _, tt := range []struct {
		who  string
		x    incident.InviteGuest
		want string
	}{
		{"sato", incident.InviteGuest{Who: "船社", Digest: digest}, "perm.no"},
		{"watanabe", incident.InviteGuest{Digest: digest}, "guest.name"},
		{"watanabe", incident.InviteGuest{Who: "船社", TLP: "RED", Digest: digest}, "guest.tlp"},
		{"watanabe", incident.InviteGuest{Who: "船社", Digest: "secret"}, "guest.token"},
		{"watanabe", incident.InviteGuest{Who: "船社", For: 400 * time.Hour, Digest: digest}, "guest.long"},
		{"watanabe", incident.InviteGuest{Who: "国交省", Dest: "mlit", TLP: "AMBER+STRICT", Digest: digest}, "guest.above"},
		{"watanabe", incident.InviteGuest{Who: "船社", With: []string{"DR-1"}, Digest: digest}, "guest.with"},
		{"watanabe", incident.InviteGuest{Who: "船社", TLP: "GREEN", For: 2 * time.Hour, Digest: digest}, ""},
	} {
		if _, code := d.try(tt.who, tt.x); code != tt.want {
			t.Errorf("%s %+v: %q, want %q", tt.who, tt.x, code, tt.want)
		}
	}
	open := func(anew bool, want int) {
		t.Helper()
		if err := d.svc.GuestOpened(t.Context(), d.id, "g1", "192.0.2.1", anew); err != nil {
			t.Fatal(err)
		}
		if n := d.count(incident.KindGuestOpened); n != want {
			t.Errorf("recorded %d times, want %d", n, want)
		}
	}
	open(false, 1)
	open(false, 1) // tapped twice
	d.at("06:50")
	open(true, 1) // still open
	open(false, 2)
	d.at("07:55")
	open(true, 3)
	d.at("09:00")
	open(false, 3) // over
	for _, e := range d.log.logs[d.id] {
		if strings.Contains(string(e.Facts), "192.0.2.1") || strings.Contains(string(e.Facts), "船社") {
			t.Errorf("facts of %s hold something personal: %s", e.Kind, e.Facts)
		}
	}
}

// TestFoldOfCargoKeepsItsPromises plays random commands and checks what must
// hold after each: the state is the fold, a copy does not share what changes,
// and level and slips are what a slow reading of the record says.
func TestFoldOfCargoKeepsItsPromises(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test
		d := cargoDesk(t)
		for range 30 {
			d.now = d.now.Add(time.Duration(r.IntN(50)) * time.Minute)
			d.ring()
			before := d.state()
			kept := before.Clone()
			_, _ = d.try([]string{"sato", "watanabe", "ito", "suzuki"}[r.IntN(4)], randomCargo(r, d.now))
			log := d.log.logs[d.id]
			next := before.Clone()
			for i := before.Seq; i < int64(len(log)); i++ {
				incident.Apply(next, &log[i])
			}
			if diff := cmp.Diff(kept.Continuity, before.Continuity, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("seed %d: a copy shares with its original:\n%s", seed, diff)
			}
			if diff := cmp.Diff(next.Continuity, incident.Fold(d.id, log).Continuity, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("seed %d: step by step differs from the fold:\n%s", seed, diff)
			}
			checkCargo(t, seed, next)
		}
	}
}

func randomCargo(r *rand.Rand, now time.Time) incident.Command {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	milestone, terminal := pick("system", "data", "gate"), pick("", "t1", "t2")
	switch r.IntN(10) {
	case 0, 1, 2:
		return incident.SetETA{Milestone: milestone, Terminal: terminal, To: now.Add(time.Duration(r.IntN(600)) * time.Minute), Confidence: pick("low", "high"), Basis: "b", Reason: "r"}
	case 3:
		return incident.DropETA{Milestone: milestone, Terminal: terminal, Reason: "r"}
	case 4:
		return incident.ReachMilestone{Milestone: milestone, Terminal: terminal, Words: "w", Override: true}
	case 5:
		return incident.LoseMilestone{Milestone: milestone, Terminal: terminal, Reason: "r"}
	case 6, 7:
		return incident.SetLevel{Level: r.IntN(8) - 1, Function: pick("", "gate", "quay"), Terminal: terminal}
	case 8:
		return incident.SetPlace{Terminal: terminal, Function: pick("gate", "quay"), State: pick("normal", "limited", "manual", "stopped")}
	}
	return incident.SignGate{Gate: pick("restored", "clean"), Words: "w"}
}

func checkCargo(t *testing.T, seed uint64, s *incident.Incident) {
	t.Helper()
	k := &s.Continuity
	for _, e := range k.ETAs {
		for i := range e.Said {
			if e.Said[i].No != i+1 || e.Said[i].Confidence == "" {
				t.Fatalf("seed %d: statement %d of %s: %+v", seed, i, e.Milestone, e.Said[i])
			}
		}
		if e.Slips() > len(e.Said) || !e.Met.IsZero() && k.At(e.Milestone, e.Terminal).IsZero() {
			t.Fatalf("seed %d: %s/%s slips %d of %d, met %v", seed, e.Milestone, e.Terminal, e.Slips(), len(e.Said), e.Met)
		}
	}
	for _, function := range []string{"gate", "quay"} {
		for _, terminal := range []string{"t1", "t2"} {
			want := "none"
			for _, x := range k.Levels {
				if (x.Function == "" || x.Function == function) && (x.Terminal == "" || x.Terminal == terminal) {
					want = fmt.Sprint(x.Level)
				}
			}
			got := "none"
			if x, ok := k.Level(function, terminal); ok {
				got = fmt.Sprint(x.Level)
			}
			if got != want {
				t.Fatalf("seed %d: level of %s at %s is %s, want %s", seed, function, terminal, got, want)
			}
		}
	}
}
