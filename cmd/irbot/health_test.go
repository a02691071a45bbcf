package main

import (
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
	got := gapBanners(all, now, func(_, en string) string { return en }, func(id string) string { return id },
		func(at time.Time) string { return at.Format("01-02 15:04") })
	want := []string{
		"Nobody is on duty for now now (until 11-25 02:39): fill it on the duty page",
		"Nobody is on duty for empty now, nor within the next 30 days: fill it on the duty page",
		"Nobody is on duty for tonight from 11-23 14:39 to 11-25 14:39",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}
