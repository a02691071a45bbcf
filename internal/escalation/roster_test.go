package escalation_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"irbot/internal/escalation"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestRotationHandsOverAtTheSameWallTime(t *testing.T) {
	for _, name := range []string{"Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"} {
		z := zone(t, name)
		r := escalation.Rotation{People: []string{"a", "b", "c"}, Start: time.Date(2026, 1, 5, 12, 0, 0, 0, z), Hour: 9, Zone: z}
		for week := range 120 {
			at := time.Date(2026, 1, 5+7*week, 9, 0, 0, 0, z)
			want := r.People[week%3]
			if got := r.OnDuty(at); got != want {
				t.Fatalf("%s week %d at handoff: %q, want %q", name, week, got, want)
			}
			if week > 0 {
				if got := r.OnDuty(at.Add(-time.Second)); got != r.People[(week-1)%3] {
					t.Fatalf("%s week %d before handoff: %q", name, week, got)
				}
			}
		}
		if got := r.OnDuty(r.Start.AddDate(0, 0, -1)); got != "" {
			t.Errorf("before the start: %q", got)
		}
	}
}

func TestRotationAlwaysMatchesItsHandoffs(t *testing.T) {
	z := zone(t, "Europe/Berlin")
	rapid.Check(t, func(t *rapid.T) {
		r := escalation.Rotation{
			People: []string{"a", "b", "c", "d"}[:rapid.IntRange(1, 4).Draw(t, "n")],
			Start:  time.Date(2026, 1, rapid.IntRange(1, 365).Draw(t, "day"), 0, 0, 0, 0, z),
			Hour:   rapid.IntRange(0, 23).Draw(t, "hour"), Minute: rapid.IntRange(0, 59).Draw(t, "minute"),
			Days: rapid.IntRange(1, 14).Draw(t, "days"), Zone: z,
		}
		first := r.Start.AddDate(0, 0, 1)
		at := first.Add(time.Duration(rapid.Int64Range(0, int64(900*24*time.Hour)).Draw(t, "at")))
		// An independent count: walk the handoffs one by one.
		count := len(r.Handoffs(r.Start.AddDate(0, 0, -1), at.Add(1)))
		if count == 0 {
			return
		}
		if got, want := r.OnDuty(at), r.People[(count-1)%len(r.People)]; got != want {
			t.Fatalf("at %s after %d handoffs: %q, want %q", at, count, got, want)
		}
	})
}

func TestShiftsOverrideAndGapsShow(t *testing.T) {
	z := zone(t, "Asia/Tokyo")
	day := func(d, h int) time.Time { return time.Date(2026, 12, d, h, 0, 0, 0, z) }
	rs := escalation.Rosters{
		{
			ID:       "primary",
			Rotation: &escalation.Rotation{People: []string{"sato", "tanaka"}, Start: day(7, 0), Hour: 9, Days: 1, Zone: z},
			Shifts: []escalation.Shift{
				{Roster: "primary", Person: "ito", From: day(8, 12), Until: day(8, 18)},
				{Roster: "primary", Person: "mori", From: day(8, 12), Until: day(8, 18)},
				{Roster: "other", Person: "x", From: day(1, 0), Until: day(31, 0)},
			},
		},
		{ID: "night", Shifts: []escalation.Shift{{Roster: "night", Person: "mori", From: day(7, 22), Until: day(8, 6)}}},
	}
	for _, c := range []struct {
		at   time.Time
		want []string
	}{
		{day(7, 8), nil},
		{day(7, 9), []string{"sato"}},
		{day(8, 8), []string{"sato"}},
		{day(8, 9), []string{"tanaka"}},
		{day(8, 12), []string{"ito", "mori"}},
		{day(8, 18), []string{"tanaka"}},
	} {
		if diff := cmp.Diff(c.want, rs.Duty("primary", c.at)); diff != "" {
			t.Errorf("at %s: %s", c.at, diff)
		}
	}
	if got := rs.Duty("nobody", day(8, 12)); got != nil {
		t.Errorf("unknown roster: %v", got)
	}
	want := []escalation.Gap{
		{Roster: "primary", From: day(7, 0), Until: day(7, 9)},
		{Roster: "night", From: day(7, 0), Until: day(7, 22)},
		{Roster: "night", From: day(8, 6), Until: day(9, 0)},
	}
	if diff := cmp.Diff(want, rs.Gaps(day(7, 0), day(9, 0))); diff != "" {
		t.Error(diff)
	}
}

// On the day clocks go forward, an hour that does not exist must not hand the duty
// over before its time.
func TestAHandoffInTheSkippedHour(t *testing.T) {
	la, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	r := escalation.Rotation{People: []string{"a", "b"}, Start: time.Date(2027, 3, 12, 0, 0, 0, 0, la), Days: 1, Hour: 2, Minute: 30, Zone: la}
	at := func(hour, minute int) time.Time { return time.Date(2027, 3, 14, hour, minute, 0, 0, la) }
	if got := r.OnDuty(at(1, 45)); got != "b" {
		t.Errorf("before the clocks change: %s", got)
	}
	if got := r.OnDuty(at(3, 30)); got != "a" {
		t.Errorf("after it: %s", got)
	}
	if got := r.Handoffs(at(0, 0), at(23, 0)); len(got) != 1 || !got[0].Equal(at(3, 30)) {
		t.Errorf("handoffs of the day: %v", got)
	}
}
