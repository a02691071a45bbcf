package escalation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/escalation"
)

func TestAHoleInTheRosterIsSaidWithItsTrueEnd(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 39, 0, 0, time.UTC)
	shift := func(roster string, from, until time.Duration) escalation.Shift {
		return escalation.Shift{Roster: roster, Person: "sato", From: now.Add(from), Until: now.Add(until)}
	}
	const day = 24 * time.Hour
	all := escalation.Rosters{
		{ID: "now", Shifts: []escalation.Shift{shift("now", 2*day, 40*day)}},
		{ID: "empty"},
		{ID: "tonight", Shifts: []escalation.Shift{shift("tonight", -day, 12*time.Hour), shift("tonight", 60*time.Hour, 40*day)}},
		{ID: "later", Shifts: []escalation.Shift{shift("later", -day, 3*day), shift("later", 4*day, 40*day)}},
	}
	in := escalation.Wording{Lang: "en", Name: func(id string) string { return id }, Stamp: func(at time.Time) string { return at.Format("01-02 15:04") }}
	got := in.Gaps(all, now)
	want := []string{
		"Nobody is on duty for now now (until 11-25 02:39): fill it on the duty page",
		"Nobody is on duty for empty now, nor within the next 30 days: fill it on the duty page",
		"Nobody is on duty for tonight from 11-23 14:39 to 11-25 14:39",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}

func TestStrangersOnDuty(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	all := escalation.Rosters{{ID: "primary", Shifts: []escalation.Shift{
		{Roster: "primary", Person: "sato", From: at, Until: at.AddDate(0, 0, 1)}, {Roster: "primary", Person: "gone", From: at.AddDate(0, 0, 1), Until: at.AddDate(0, 0, 2)},
	}}}
	in := escalation.Wording{Name: func(id string) string { return id }, Stamp: func(at time.Time) string { return at.Format("1/2 15:04") }}
	people := []string{"sato"}
	known := func(id string) bool { return slices.Contains(people, id) }
	if got := in.Strangers(all, known, at); len(got) != 1 || !strings.Contains(got[0], "11/23") || strings.Contains(got[0], "gone") {
		t.Errorf("%q", got)
	}
	people = append(people, "gone")
	if got := in.Strangers(all, known, at); len(got) != 0 {
		t.Errorf("all are there, and %q", got)
	}
}
