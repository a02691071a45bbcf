package incident_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// rosterDesk has one roster: sato by day one, tanaka the next, and so on.
func rosterDesk(t *testing.T) *desk {
	d := ladderDesk(t, escalation.Policy{ID: "p", Levels: []escalation.Level{people(time.Minute, "tanaka")}}, nil)
	d.svc.Site().Rosters = escalation.Rosters{{ID: "primary", Name: "一次当番", Rotation: &escalation.Rotation{
		People: []string{"sato", "tanaka"}, Start: d.now.Truncate(24*time.Hour).AddDate(0, 0, -10), Days: 1, Zone: time.UTC,
	}}}
	d.svc.Site().Book = &incident.DutyBook{}
	return d
}

// told lists whom the standing log has messages for, and with which card.
func (d *desk) told() []string {
	var out []string
	v, err := d.svc.StandingView(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	for _, m := range v.S.Messages {
		if m.State == incident.Queued {
			out = append(out, m.Person+" "+m.Card)
		}
	}
	return out
}

func TestWhoIsAskedForADutyIsTold(t *testing.T) {
	d := rosterDesk(t)
	from := d.now.Add(48 * time.Hour)
	d.as("sato", incident.PutDuty{Roster: "primary", Person: "tanaka", From: from, Until: from.Add(time.Hour), Reason: "通院"})
	if got := d.told(); !slices.Equal(got, []string{"tanaka roster/o1/tanaka"}) {
		t.Fatalf("asked: %v", got)
	}
	if got := d.svc.Site().RostersNow().Duty("primary", from); slices.Equal(got, []string{"tanaka"}) && d.svc.Site().Rosters.Duty("primary", from)[0] != "tanaka" {
		t.Fatal("it holds before anybody agreed")
	}
	d.as("tanaka", incident.AgreeDuty{ID: "o1"})
	if got := d.told(); !slices.Contains(got, "sato roster/o1/sato") {
		t.Fatalf("who asked is not told of the answer: %v", got)
	}
	if got := d.svc.Site().RostersNow().Duty("primary", from); !slices.Equal(got, []string{"tanaka"}) {
		t.Fatalf("on duty: %v", got)
	}
	d.as("tanaka", incident.CancelDuty{ID: "o1", Reason: "発熱"})
	d.as("sato", incident.OfferDuty{Roster: "primary", To: "tanaka", Words: "IR-1 を見ている"})
	if got := d.told(); !slices.Contains(got, "tanaka roster/h1/tanaka") {
		t.Fatalf("who is to take over is not told: %v", got)
	}
	d.as("tanaka", incident.AcceptDuty{ID: "h1"})
	if got := d.told(); !slices.Contains(got, "sato roster/h1/sato") {
		t.Fatalf("who handed over is not told: %v", got)
	}
}

func TestWhoIsRelievedIsToldAndWhoHasTheDutyAgain(t *testing.T) {
	d := rosterDesk(t)
	day := d.now.Truncate(24*time.Hour).Add(12*time.Hour).AddDate(0, 0, 2)
	if d.svc.Site().Rosters.Duty("primary", day)[0] != "sato" {
		day = day.AddDate(0, 0, 1)
	}
	x := incident.PutDuty{Roster: "primary", Person: "ito", From: day, Until: day.Add(time.Hour)}
	d.as("tanaka", x) // neither of the two asks for it
	if got := d.told(); !slices.Equal(got, []string{"ito roster/o1/ito"}) {
		t.Fatalf("asked: %v", got)
	}
	d.as("ito", incident.AgreeDuty{ID: "o1"})
	if got := d.told(); !slices.Contains(got, "sato roster/o1/sato") {
		t.Fatalf("who is relieved is not told: %v", got)
	}
	d.as("ito", incident.CancelDuty{ID: "o1", Reason: "発熱"})
	n := 0
	for _, m := range d.told() {
		if m == "sato roster/o1/sato" {
			n++
		}
	}
	if n != 2 {
		t.Fatalf("who has the duty again was told %d times", n)
	}
	x.Person = ""
	d.as("tanaka", x) // takes it over at once
	if got := d.told(); !slices.Contains(got, "sato roster/o2/sato") {
		t.Fatalf("taken over at once, and who is relieved is not told: %v", got)
	}
}

func TestASwapNeedsTheOther(t *testing.T) {
	d := rosterDesk(t)
	day := d.now.Truncate(24 * time.Hour).Add(12 * time.Hour)
	mine, theirs := day.AddDate(0, 0, 2), day.AddDate(0, 0, 3)
	if d.svc.Site().Rosters.Duty("primary", mine)[0] != "sato" {
		mine, theirs = theirs, mine
	}
	if code := d.refusal("tanaka", incident.SwapDuty{Roster: "primary", Mine: mine, Theirs: theirs}); code != "roster.notyours" {
		t.Fatalf("a duty of somebody else: %s", code)
	}
	_, err := d.svc.Do(context.Background(), incident.Act{Person: "tanaka"}, timeline.SiteLog, incident.SwapDuty{Roster: "primary", Mine: mine, Theirs: theirs})
	var no *incident.Refusal
	if !errors.As(err, &no) || no.Args["at"] != mine.In(d.svc.Site().Zone).Format("1/2")+"("+[]string{"日", "月", "火", "水", "木", "金", "土"}[mine.In(d.svc.Site().Zone).Weekday()]+") "+mine.In(d.svc.Site().Zone).Format("15:04 MST") || no.Args["at_en"] == "" {
		t.Fatalf("the moment as people read it: %v", err)
	}
	d.as("sato", incident.SwapDuty{Roster: "primary", Mine: mine, Theirs: theirs})
	if got := d.svc.Site().RostersNow().Duty("primary", mine); got[0] != "sato" {
		t.Fatalf("swapped without agreement: %v", got)
	}
	if code := d.refusal("watanabe", incident.AgreeDuty{ID: "o1"}); code != "roster.notasked" {
		t.Fatalf("somebody else agreed: %s", code)
	}
	d.as("tanaka", incident.AgreeDuty{ID: "o1"})
	if a, b := d.svc.Site().RostersNow().Duty("primary", mine), d.svc.Site().RostersNow().Duty("primary", theirs); a[0] != "tanaka" || b[0] != "sato" {
		t.Fatalf("after the swap: %v, %v", a, b)
	}
}

func TestWhoMayTakeASheetOver(t *testing.T) {
	d := rosterDesk(t)
	d.svc.Site().Permissions[incident.MayConfigure] = []string{"it"}
	x := incident.ImportDuty{Roster: "primary", From: d.now, Until: d.now.Add(48 * time.Hour), Shifts: []escalation.Shift{{Person: "sato", From: d.now, Until: d.now.Add(time.Hour)}}}
	d.as("sato", x) // leads
	d.as("ito", x)  // keeps the settings
	if code := d.refusal("tanaka", x); code != "perm.no" {
		t.Fatalf("tanaka, who does neither: %s", code)
	}
	if v, _ := d.svc.StandingView(t.Context()); len(v.S.Standing.Sheets) != 2 {
		t.Fatal("the sheets were not taken over")
	}
}
