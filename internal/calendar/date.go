package calendar

import (
	"errors"
	"fmt"
	"time"
)

// ErrDate says that a text or a triple of numbers is not a day.
var ErrDate = errors.New("not a date")

// Date is a day of the civil calendar, without a time and without a zone. It
// can be compared with == and used as a key.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// On makes a Date. Values out of range run over into the next month or year the
// way time.Date does.
func On(year int, month time.Month, day int) Date {
	return of(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf gives the day that t falls on in a zone; nil means UTC.
func DateOf(t time.Time, zone *time.Location) Date {
	if zone == nil {
		zone = time.UTC
	}
	return of(t.In(zone))
}

func of(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads 2026-11-22. The error wraps ErrDate, also for days that do
// not exist, such as 2026-02-30.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return Date{}, fmt.Errorf("read date %q: %w", s, ErrDate)
	}
	return of(t), nil
}

// String writes the day as 2026-11-22, and as "" where there is none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// IsZero says that no day is meant.
func (d Date) IsZero() bool { return d == Date{} }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Add gives the day n days later, or earlier if n is negative.
func (d Date) Add(n int) Date { return On(d.Year, d.Month, d.Day+n) }

// Before says whether d comes before o.
func (d Date) Before(o Date) bool { return d.utc().Before(o.utc()) }

// After says whether d comes after o.
func (d Date) After(o Date) bool { return o.Before(d) }

// Sub gives the number of days from o to d.
func (d Date) Sub(o Date) int { return int(d.utc().Sub(o.utc()) / (24 * time.Hour)) }

// At gives the moment of a time of day on d in a zone; nil means UTC.
func (d Date) At(hour, minute int, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	return time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, zone)
}

// End gives the last second of d in a zone. A legal period ends with the end of
// its last day (Civil Code, art. 141); the last second, and not the midnight
// after it, because a reader takes midnight for the wrong day.
func (d Date) End(zone *time.Location) time.Time {
	return d.Add(1).At(0, 0, zone).Add(-time.Second)
}

// AddMonths gives the same day n months later, and the last day of that month
// where it has no such day (Civil Code, art. 143(2)).
func (d Date) AddMonths(n int) Date {
	first := On(d.Year, d.Month+time.Month(n), 1)
	last := On(first.Year, first.Month+1, 0)
	if d.Day > last.Day {
		return last
	}
	return Date{first.Year, first.Month, d.Day}
}

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
