package calendar

import "time"

// FirstDay says whether the day on which a period starts is its day one.
type FirstDay string

// The readings.
const (
	// ExcludeFirst (初日不算入) starts with the next day, unless the period begins
	// exactly at midnight (Civil Code, art. 140).
	ExcludeFirst FirstDay = "exclude"
	// IncludeFirst (初日算入) counts the day itself as day one.
	IncludeFirst FirstDay = "include"
	// SameDate ends a period of months on the same date as the day it runs from,
	// which is not counted (Regulation (EEC, Euratom) 1182/71, art. 3(2)(c)). For
	// days it is ExcludeFirst without the exception of midnight.
	SameDate FirstDay = "same-date"
)

// Period is a number of days or months as a law counts them. Exactly one of
// Days, BusinessDays and Months is more than zero.
type Period struct {
	Days         int
	BusinessDays int
	Months       int
	First        FirstDay // "" means ExcludeFirst
	// RollForward moves a last day that is closed to the next open day (Civil
	// Code, art. 142; for state offices Act 91 of 1988, art. 2).
	RollForward bool
}

// LastDay gives the last day of a period that starts at a moment, with the days
// of a zone. Without any length it is the day of the start.
func (c Calendar) LastDay(start time.Time, zone *time.Location, p Period) Date {
	first := DateOf(start, zone)
	if p.First == SameDate || p.First != IncludeFirst && !start.Equal(first.At(0, 0, zone)) {
		first = first.Add(1)
	}
	last := DateOf(start, zone)
	switch {
	case p.Days > 0:
		last = first.Add(p.Days - 1)
	case p.BusinessDays > 0:
		last = c.AddBusinessDays(first.Add(-1), p.BusinessDays)
	case p.Months > 0 && p.First == SameDate:
		last = last.AddMonths(p.Months)
	case p.Months > 0:
		last = monthsFrom(first, p.Months)
	}
	if p.RollForward {
		last = c.NextBusiness(last)
	}
	return last
}

// monthsFrom ends a period of months on the day before the one that answers to
// the first (Civil Code, art. 143(2)), and at the end of a month that has no
// such day.
func monthsFrom(first Date, n int) Date {
	same := first.AddMonths(n)
	if same.Day != first.Day {
		return same
	}
	return same.Add(-1)
}
