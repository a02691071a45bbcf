package report

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"irbot/internal/calendar"
)

func plans(t *rapid.T) Plan {
	p := Plan{Start: Recognised, Zone: rapid.SampledFrom([]string{"Asia/Tokyo", "America/New_York", "Pacific/Auckland"}).Draw(t, "zone")}
	n := rapid.IntRange(1, 90).Draw(t, "n")
	switch rapid.IntRange(0, 3).Draw(t, "unit") {
	case 0:
		p.Hours = n
	case 1:
		p.Days = n
	case 2:
		p.Business = n
	case 3:
		p.Months = 1 + n%13
	}
	p.Calendar = string(rapid.SampledFrom(calendar.Bases()).Draw(t, "calendar"))
	p.First = string(rapid.SampledFrom([]calendar.FirstDay{calendar.ExcludeFirst, calendar.IncludeFirst}).Draw(t, "first"))
	p.Roll = rapid.Bool().Draw(t, "roll")
	return p
}

func instant(t *rapid.T, label string) time.Time {
	from := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	return time.Unix(from+rapid.Int64Range(0, 30*366*86400).Draw(t, label), 0).UTC()
}

func dueFrom(p Plan, start time.Time) time.Time {
	return p.Due(func(m string) time.Time {
		if m == p.Start {
			return start
		}
		return time.Time{}
	}).At
}

// A deadline is never before its start, and a later start never gives an
// earlier deadline.
func TestDeadlineIsNeverBeforeItsStartAndGrowsWithIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, a := plans(t), instant(t, "start")
		b := a.Add(time.Duration(rapid.Int64Range(0, 40*86400).Draw(t, "later")) * time.Second)
		da, db := dueFrom(p, a), dueFrom(p, b)
		if da.Before(a) {
			t.Fatalf("%+v from %v ends before it, %v", p, a, da)
		}
		if db.Before(da) {
			t.Fatalf("%+v: from %v due %v, from the later %v due %v", p, a, da, b, db)
		}
		d := Due{At: da, From: a}
		last := a
		for _, w := range p.Warnings(d) {
			if w.At.Before(last.Truncate(time.Second)) || w.At.After(da) {
				t.Fatalf("warning %+v outside %v to %v", w, a, da)
			}
			last = w.At
		}
	})
}

// An independent count: walk day by day over a list of the days of the year.
func TestBusinessDaysAgainstAPlainCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		start := instant(t, "start")
		first := rapid.Bool().Draw(t, "first day counts")
		p := Plan{Start: Recognised, Business: n, Calendar: string(calendar.Japan), First: string(calendar.ExcludeFirst), Zone: "Asia/Tokyo"}
		if first {
			p.First = string(calendar.IncludeFirst)
		}
		zone := time.FixedZone("JST", 9*3600)
		day := start.In(zone)
		closed := map[string]bool{}
		for y := day.Year(); y <= day.Year()+1; y++ {
			for _, h := range calendar.Holidays(y) {
				closed[h.Date.String()] = true
			}
		}
		open := func(d time.Time) bool {
			return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && !closed[d.Format("2006-01-02")]
		}
		midnight := day.Hour()+day.Minute()+day.Second() == 0
		if !first && !midnight {
			day = day.AddDate(0, 0, 1)
		}
		for count := 0; ; day = day.AddDate(0, 0, 1) {
			if open(day) {
				count++
			}
			if count == n {
				break
			}
		}
		if got := dueFrom(p, start).In(zone).Format("2006-01-02 15:04:05"); got != day.Format("2006-01-02")+" 23:59:59" {
			t.Fatalf("%d business days from %v (first %v): %s, plain count %s", n, start.In(zone), first, got, day.Format("2006-01-02"))
		}
	})
}
