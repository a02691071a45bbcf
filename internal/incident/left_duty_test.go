package incident_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
)

// The hours of somebody who left the directory are told as nobody's, or fall to
// whose they were before.
func TestTheDutyOfSomebodyWhoLeft(t *testing.T) {
	at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return at.AddDate(0, 0, n) }
	list := escalation.Rosters{
		{ID: "primary", Rotation: &escalation.Rotation{People: []string{"sato"}, Start: at.AddDate(0, 0, -7)}, Changes: []escalation.Shift{{Roster: "primary", Person: "mori", From: day(1), Until: day(2)}}},
		{ID: "night", Sheets: []escalation.Sheet{{From: day(0), Until: day(3), Shifts: []escalation.Shift{
			{Roster: "night", Person: "sato", From: day(0), Until: day(1)}, {Roster: "night", Person: "mori", From: day(1), Until: day(2)}, {Roster: "night", Person: "sato", From: day(2), Until: day(3)}}}}},
	}
	now := incident.Present(list, &directory.Directory{People: []directory.Person{{ID: "sato", Name: "佐藤"}}})
	if got := now.Duty("primary", day(1)); !slices.Equal(got, []string{"sato"}) {
		t.Errorf("the hours of the change: %v", got)
	}
	gaps := now.Gaps(day(0), day(3))
	if diff := cmp.Diff([]escalation.Gap{{Roster: "night", From: day(1), Until: day(2)}}, gaps); diff != "" {
		t.Error(diff)
	}
	if len(list[1].Sheets[0].Shifts) != 3 || len(list[0].Changes) != 1 {
		t.Error("what was recorded was changed")
	}
}

// A level whose duty is somebody who left is nobody's, and the next follows at once.
func TestNobodyIsPagedWhoLeft(t *testing.T) {
	d := newDesk(t)
	site := testSite(testBook())
	site.OnDuty = nil
	site.Rosters = escalation.Rosters{{ID: "primary", Rotation: &escalation.Rotation{People: []string{"tanaka"}, Start: d.now.AddDate(0, 0, -7)}}}
	site.Policies, site.OnDeclare = append(site.Policies, escalation.Policy{ID: "try", Levels: []escalation.Level{
		{Wait: time.Hour, To: []escalation.Target{{Kind: escalation.ToDuty, ID: "primary"}}}, people(time.Hour, "ito")}}), "try"
	d.svc.SetSite(site)
	d.directoryOf(without("tanaka"))
	res, err := d.svc.Open(t.Context(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "TOS停止"})
	if err != nil {
		t.Fatal(err)
	}
	d.id = res.Incident
	if diff := cmp.Diff([][]string{nil, {"ito"}}, d.pages()); diff != "" {
		t.Error(diff)
	}
}

// A role given in the incident to somebody who left falls back to whom the
// directory names.
func TestARoleOfSomebodyWhoLeftIsNotPagedInVain(t *testing.T) {
	d := ladderDesk(t, escalation.Policy{Levels: []escalation.Level{people(time.Hour, "ito")}}, nil)
	d.as("watanabe", incident.AssignRole{Role: "ciso", Person: "tanaka"})
	d.directoryOf(without("tanaka"))
	d.as("sato", incident.Escalate{Role: "ciso", Reason: "判断が要る"})
	st := d.state()
	last := st.Escalations[len(st.Escalations)-1]
	if diff := cmp.Diff([]string{"watanabe"}, last.Paged[0].People); diff != "" {
		t.Error(diff)
	}
}
