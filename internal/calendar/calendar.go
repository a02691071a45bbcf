package calendar

import (
	"errors"
	"fmt"
	"time"
)

// Errors of a calendar as written.
var (
	ErrBase  = errors.New("unknown base calendar")
	ErrRange = errors.New("not a day or range of days")
	ErrBoth  = errors.New("day is both closed and working")
)

// Base names the days a calendar starts from.
type Base string

// The bases.
const (
	// Japan closes on Saturdays, Sundays and national holidays.
	Japan Base = "jp"
	// Government closes on those and from 29 December to 3 January: the closed
	// days of state offices (行政機関の休日に関する法律, Act 91 of 1988, art. 1).
	Government Base = "jp-government"
	// USFederal closes on Saturdays, Sundays and the public holidays of
	// 5 U.S.C. 6103, on the days they are observed.
	USFederal Base = "us-federal"
	// Weekdays closes on Saturdays and Sundays only.
	Weekdays Base = "weekdays"
	// EveryDay never closes.
	EveryDay Base = "every-day"
)

// Bases lists the known bases.
func Bases() []Base { return []Base{Japan, Government, USFederal, Weekdays, EveryDay} }

// Options describe a calendar. Closed holds days off beyond the base, each as
// "2026-12-28", as "12-28" for every year, or as a range "12-29..01-03" or
// "2026-12-29..2027-01-05". Working holds days that are open although the base
// or Closed would close them, each as "2026-11-23".
type Options struct {
	Base    Base // "" means Japan
	Closed  []string
	Working []string
}

// Calendar says which days are business days. The zero value is that of Japan.
type Calendar struct {
	base    Base
	closed  []span
	working map[Date]bool
}

// span is a range of days, of one year or of every year (from.Year 0).
type span struct{ from, to Date }

// New makes a calendar. Errors wrap ErrBase, ErrRange, ErrDate or ErrBoth and
// name the value.
func New(o Options) (Calendar, error) {
	c := Calendar{base: o.Base, working: map[Date]bool{}}
	known := o.Base == ""
	for _, b := range Bases() {
		known = known || o.Base == b
	}
	if !known {
		return Calendar{}, fmt.Errorf("calendar base %q: %w", o.Base, ErrBase)
	}
	for _, s := range o.Closed {
		sp, err := parseSpan(s)
		if err != nil {
			return Calendar{}, err
		}
		c.closed = append(c.closed, sp)
	}
	for _, s := range o.Working {
		d, err := ParseDate(s)
		if err != nil {
			return Calendar{}, fmt.Errorf("working day: %w", err)
		}
		for _, sp := range c.closed {
			if sp.from == d && sp.to == d {
				return Calendar{}, fmt.Errorf("working day %s: %w", s, ErrBoth)
			}
		}
		c.working[d] = true
	}
	return c, nil
}

// Of gives the plain calendar of a base; an unknown base gives that of Japan.
func Of(b Base) Calendar { return Calendar{base: b} }

// Business says whether d is a business day.
func (c Calendar) Business(d Date) bool {
	if c.working[d] {
		return true
	}
	for _, s := range c.closed {
		if s.holds(d) {
			return false
		}
	}
	return c.baseOpen(d)
}

func (c Calendar) baseOpen(d Date) bool {
	w := d.Weekday()
	weekend := w == time.Saturday || w == time.Sunday
	switch c.base {
	case EveryDay:
		return true
	case Weekdays:
		return !weekend
	case USFederal:
		return !weekend && !usHoliday(d)
	case Government:
		if d.Month == time.December && d.Day >= 29 || d.Month == time.January && d.Day <= 3 {
			return false
		}
	case Japan:
	}
	_, holiday := NationalHoliday(d)
	return !weekend && !holiday
}

// farthest bounds the search for an open day, so that a calendar that closes
// every day still answers.
const farthest = 400

// NextBusiness gives d itself if it is a business day, else the first one after
// it; d where none comes within 400 days.
func (c Calendar) NextBusiness(d Date) Date {
	for i := range farthest {
		if next := d.Add(i); c.Business(next) {
			return next
		}
	}
	return d
}

// AddBusinessDays gives the nth business day after d; d itself does not count,
// open or not. A negative n counts back; 0 gives d.
func (c Calendar) AddBusinessDays(d Date, n int) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for ; n > 0; n-- {
		from := d
		for range farthest {
			if d = d.Add(step); c.Business(d) {
				break
			}
		}
		if !c.Business(d) {
			return from
		}
	}
	return d
}

func parseSpan(s string) (span, error) {
	from, to, ranged := cut(s)
	if !ranged {
		to = from
	}
	a, err := monthDay(from)
	if err != nil {
		return span{}, fmt.Errorf("closed day %q: %w", s, err)
	}
	b, err := monthDay(to)
	if err != nil {
		return span{}, fmt.Errorf("closed day %q: %w", s, err)
	}
	if (a.Year == 0) != (b.Year == 0) || a.Year != 0 && b.Before(a) {
		return span{}, fmt.Errorf("closed day %q: %w", s, ErrRange)
	}
	return span{a, b}, nil
}

func cut(s string) (from, to string, ranged bool) {
	for i := 0; i+1 < len(s); i++ {
		if s[i:i+2] == ".." {
			return s[:i], s[i+2:], true
		}
	}
	return s, "", false
}

// monthDay reads 2026-12-29, or 12-29 with the year 0.
func monthDay(s string) (Date, error) {
	if len(s) == len("12-29") {
		t, err := time.Parse("2006-01-02", "2000-"+s) // a leap year, so that 02-29 reads
		if err != nil {
			return Date{}, ErrRange
		}
		return Date{0, t.Month(), t.Day()}, nil
	}
	d, err := ParseDate(s)
	if err != nil {
		return Date{}, ErrRange
	}
	return d, nil
}

func (s span) holds(d Date) bool {
	if s.from.Year != 0 {
		return !d.Before(s.from) && !s.to.Before(d)
	}
	at, from, to := int(d.Month)*100+d.Day, int(s.from.Month)*100+s.from.Day, int(s.to.Month)*100+s.to.Day
	if from <= to {
		return from <= at && at <= to
	}
	return at >= from || at <= to // over the end of the year
}
