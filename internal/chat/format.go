package chat

import (
	"fmt"
	"strings"
	"time"
)

// reiwaFirst is the year of 令和元年. The era began on 1 May 2019 (政令第143号,
// 2019-04-01).
const reiwaFirst = 2019

// Clock is the time of day, 07:12; "" for no time.
func Clock(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("15:04")
}

// Near is the time of day where it is the same day as now, else with the date:
// 07:12 or 11/23 07:12.
func Near(t, now time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	a, b := t.In(zone), now.In(zone)
	if a.Year() == b.Year() && a.YearDay() == b.YearDay() {
		return a.Format("15:04")
	}
	if a.Year() == b.Year() {
		return a.Format("1/2 15:04")
	}
	return a.Format("2006/1/2 15:04")
}

// Stamp is the form for anything that leaves the page, with date, weekday and
// zone: 11/22(日) 07:12 JST.
func Stamp(t time.Time, zone *time.Location, lang Lang) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(zone)
	if lang == EN {
		return t.Format("Mon 2 Jan 15:04 MST")
	}
	return t.Format("1/2") + "(" + weekday(t) + ") " + t.Format("15:04 MST")
}

// YearStamp is Stamp with the year, for lists that reach over the turn of one.
func YearStamp(t time.Time, zone *time.Location, lang Lang) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(zone)
	if lang == EN {
		return t.Format("Mon 2 Jan 2006 15:04 MST")
	}
	return t.Format("2006/") + Stamp(t, zone, lang)
}

// LongStamp is Stamp with the year and seconds, for headers and exports.
func LongStamp(t time.Time, zone *time.Location, lang Lang) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(zone)
	if lang == EN {
		return t.Format("Mon 2 Jan 2006 15:04:05 MST")
	}
	return t.Format("2006/1/2") + "(" + weekday(t) + ") " + t.Format("15:04:05 MST")
}

// Machine is the form for programs: RFC 3339 with seconds, in the given zone.
func Machine(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(time.RFC3339)
}

// Duration is a length of time for people: 42分, 1時間5分, 2日3時間; 42 min,
// 1 h 5 min, 2 d 3 h. Less than a minute is said in words; a negative length is
// given without sign.
func Duration(d time.Duration, lang Lang) string {
	if d < 0 {
		d = -d
	}
	day, hour, min := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	units := []string{"日", "時間", "分"}
	sep, zero := "", "1分未満"
	if lang == EN {
		units, sep, zero = []string{" d", " h", " min"}, " ", "under 1 min"
	}
	var parts []string
	for i, n := range []int{day, hour, min} {
		if n > 0 && len(parts) < 2 && (i < 2 || day == 0) {
			parts = append(parts, fmt.Sprint(n)+units[i])
		}
	}
	if len(parts) == 0 {
		return zero
	}
	return strings.Join(parts, sep)
}

func weekday(t time.Time) string {
	return [...]string{"日", "月", "火", "水", "木", "金", "土"}[t.Weekday()]
}
