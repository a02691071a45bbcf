package report

import (
	"strings"
	"testing"
)

// calendarCase is one deadline worked out by hand. why says how the day was
// counted, so that a reader can follow it with a wall calendar.
type calendarCase struct{ start, want, why string }

// calendarCases are the calendar traps of every shipped duty with a number
// (R14). The lengths and the day-one rule are those of DOMAIN section 4; the
// holidays are those of the act on national holidays (Act 178 of 1948) and the
// closed days of state offices those of Act 91 of 1988. Times are JST.
func calendarCases() map[string][]calendarCase {
	return map[string][]calendarCase{
		// DOMAIN 3.2: within 30 days of the day of recognition. Strict reading of
		// "Calendar traps": that day is day one, and nothing is put off.
		"acd-30 recognised": {
			{"2026-10-01 00:00", "2026-10-30 23:59:59", "the first day in force is day 1, day 30 is 30 October"},
			{"2026-11-22 06:30", "2026-12-21 23:59:59", "22 Nov is day 1, 30 Nov day 9, 21 Dec day 30"},
			{"2026-11-22 00:00", "2026-12-21 23:59:59", "the first minute of a day counts as the whole day"},
			{"2026-11-22 23:59", "2026-12-21 23:59:59", "so does the last"},
			{"2026-11-22 08:59", "2026-12-21 23:59:59", "still 21 Nov in UTC: the day is Japan's"},
			{"2026-12-02 12:00", "2026-12-31 23:59:59", "day 30 is New Year's Eve: closed, not put off"},
			{"2026-12-05 09:00", "2027-01-03 23:59:59", "3 January is a closed Sunday: not put off"},
			{"2026-12-31 23:59", "2027-01-29 23:59:59", "31 Dec is day 1, 1 Jan day 2, 29 Jan day 30"},
			{"2027-01-31 12:00", "2027-03-01 23:59:59", "28 Feb is day 29 of a common year"},
			{"2027-02-01 12:00", "2027-03-02 23:59:59", "28 Feb is day 28"},
			{"2028-01-31 12:00", "2028-02-29 23:59:59", "29 Feb is day 30 of a leap year"},
			{"2028-02-01 12:00", "2028-03-01 23:59:59", "29 Feb is day 29 of a leap year"},
			{"2038-01-19 12:15", "2038-02-17 23:59:59", "past the end of 32-bit seconds; 31 Jan is day 13"},
		},
		// DOMAIN 4: about 3 to 5 days of knowing; the clock keeps the nearer end, day
		// one is the day of knowing, a measure is not put off.
		"ppc-preliminary recognised": {
			{"2026-11-22 00:00", "2026-11-24 23:59:59", "22, 23, 24"},
			{"2026-11-22 23:59", "2026-11-24 23:59:59", "the same"},
			{"2026-11-20 18:00", "2026-11-22 23:59:59", "Friday, Saturday, Sunday: not put off"},
			{"2026-12-30 09:00", "2027-01-01 23:59:59", "30, 31, 1: over the year"},
			{"2026-12-31 23:59", "2027-01-02 23:59:59", "31, 1, 2"},
			{"2027-02-27 09:00", "2027-03-01 23:59:59", "27, 28, 1"},
			{"2028-02-28 09:00", "2028-03-01 23:59:59", "28, 29, 1 of a leap year"},
		},
		// DOMAIN 4: 30 days, day of knowing is day one, holidays count, a last day
		// that is closed moves to the next open day.
		"ppc-final recognised": {
			{"2026-11-22 06:30", "2026-12-21 23:59:59", "day 30 is Monday 21 Dec"},
			{"2026-11-20 06:30", "2026-12-21 23:59:59", "day 30 is Saturday 19 Dec: Monday"},
			{"2026-11-21 06:30", "2026-12-21 23:59:59", "day 30 is Sunday 20 Dec: Monday"},
			{"2026-11-23 06:30", "2026-12-22 23:59:59", "known on a holiday: the holiday is day 1"},
			{"2026-11-29 06:30", "2026-12-28 23:59:59", "day 30 is the last open day of the year"},
			{"2026-11-30 06:30", "2027-01-04 23:59:59", "day 30 is 29 Dec, closed up to 3 Jan"},
			{"2026-12-01 06:30", "2027-01-04 23:59:59", "day 30 is 30 Dec"},
			{"2026-12-05 06:30", "2027-01-04 23:59:59", "day 30 is 3 Jan"},
			{"2026-12-06 06:30", "2027-01-04 23:59:59", "day 30 is 4 Jan itself, open"},
			{"2026-12-13 06:30", "2027-01-12 23:59:59", "day 30 is Monday 11 Jan, coming-of-age day"},
			{"2028-12-01 06:30", "2029-01-04 23:59:59", "day 30 is 30 Dec; 4 Jan 2029 is a Thursday"},
			{"2026-03-31 06:30", "2026-04-30 23:59:59", "day 30 is 29 April, Showa day"},
			{"2026-04-02 06:30", "2026-05-01 23:59:59", "day 30 is Friday 1 May, open"},
			{"2026-04-03 06:30", "2026-05-07 23:59:59", "day 30 is Saturday 2 May, then four holidays, 6 May in lieu of Sunday the 3rd"},
			{"2026-04-04 06:30", "2026-05-07 23:59:59", "day 30 is Sunday 3 May"},
			{"2026-07-13 06:30", "2026-08-12 23:59:59", "day 30 is 11 Aug, mountain day"},
			{"2026-08-23 06:30", "2026-09-24 23:59:59", "day 30 is 21 Sep; the 22nd lies between two holidays; the 23rd is the equinox"},
			{"2026-08-24 06:30", "2026-09-24 23:59:59", "day 30 is the day between, closed"},
			{"2026-10-05 06:30", "2026-11-04 23:59:59", "day 30 is 3 Nov, culture day"},
			{"2026-10-25 06:30", "2026-11-24 23:59:59", "day 30 is Monday 23 Nov, labour day"},
			{"2027-02-20 06:30", "2027-03-23 23:59:59", "day 30 is Sunday 21 March, the equinox; Monday is in lieu"},
			{"2027-01-31 06:30", "2027-03-01 23:59:59", "28 Feb is day 29"},
			{"2028-01-31 06:30", "2028-02-29 23:59:59", "leap day, a Tuesday"},
		},
		// DOMAIN 4: 60 days where an improper purpose is possible, counted likewise.
		"ppc-final-improper recognised": {
			{"2026-11-22 06:30", "2027-01-20 23:59:59", "30 Nov is day 9, 31 Dec day 40, 20 Jan day 60"},
			{"2026-11-01 06:30", "2027-01-04 23:59:59", "day 60 is 30 Dec, closed"},
			{"2026-11-05 06:30", "2027-01-04 23:59:59", "day 60 is 3 Jan, closed"},
			{"2026-11-13 06:30", "2027-01-12 23:59:59", "day 60 is Monday 11 Jan, a holiday"},
			{"2026-12-26 06:30", "2027-02-24 23:59:59", "day 60 is 23 Feb, the Emperor's birthday"},
			{"2026-03-05 06:30", "2026-05-07 23:59:59", "day 60 is 3 May"},
			{"2027-12-31 06:30", "2028-02-28 23:59:59", "31 Jan is day 32, 28 Feb day 60"},
			{"2028-01-01 06:30", "2028-02-29 23:59:59", "31 Jan is day 31, leap day is day 60"},
		},
		// DOMAIN 4: hours run through holidays.
		"eu-nis2-warning recognised": {
			{"2026-11-22 06:30", "2026-11-23 06:30:00", "24 hours, a holiday"},
			{"2026-12-31 23:30", "2027-01-01 23:30:00", "over the year"},
			{"2028-02-28 12:00", "2028-02-29 12:00:00", "into leap day"},
		},
		"eu-nis2-notification recognised": {
			{"2026-12-30 18:00", "2027-01-02 18:00:00", "72 hours over the year"},
			{"2027-02-27 09:00", "2027-03-02 09:00:00", "28 Feb, 1 and 2 March"},
			{"2028-02-27 09:00", "2028-03-01 09:00:00", "28, 29 Feb, 1 March"},
		},
		// DOMAIN 4: one month after the notification; the same date, or the last day
		// of a month that has none (Regulation 1182/71, art. 3(2)(c)).
		"eu-nis2-final met:eu-nis2-notification": {
			{"2026-11-25 06:30", "2026-12-25 23:59:59", "the same date"},
			{"2026-11-30 06:30", "2026-12-30 23:59:59", "the same date, not the month's end"},
			{"2026-12-31 06:30", "2027-01-31 23:59:59", "over the year"},
			{"2027-01-30 06:30", "2027-02-28 23:59:59", "no 30 February"},
			{"2028-01-31 06:30", "2028-02-29 23:59:59", "no 31 February of a leap year"},
		},
		// DOMAIN 4: four business days of the United States after the judgement, whose
		// day is New York's and does not count. Ends at 13:59:59 JST in winter,
		// 12:59:59 in summer.
		"us-sec-8k judged": {
			{"2026-11-24 09:00", "2026-12-01 13:59:59", "Mon 23 Nov there; 24, 25, 27, 30: Thanksgiving is the 26th"},
			{"2026-11-25 15:00", "2026-12-03 13:59:59", "Wed 25 Nov there; 27, 30, 1, 2"},
			{"2026-07-01 22:00", "2026-07-09 12:59:59", "Wed 1 July there; 2, 6, 7, 8: Saturday the 4th is kept on Friday"},
			{"2026-12-22 10:00", "2026-12-29 13:59:59", "Mon 21 Dec there; 22, 23, 24, 28: Christmas is a Friday"},
			{"2026-12-31 10:00", "2027-01-07 13:59:59", "Wed 30 Dec there; 31, 4, 5, 6: New Year's Day is a Friday"},
			{"2027-01-14 10:00", "2027-01-21 13:59:59", "Wed 13 Jan there; 14, 15, 19, 20: the 18th is M. L. King's day"},
			{"2026-10-29 10:00", "2026-11-04 13:59:59", "Wed 28 Oct there; 29, 30, 2, 3: summer time ends on the 1st"},
			{"2027-03-12 10:00", "2027-03-18 12:59:59", "Thu 11 March there; 12, 15, 16, 17: summer time begins on the 14th"},
		},
	}
}

// R14: at least sixty deadlines, each worked out by hand.
func TestCalendarTrapsOfEveryDuty(t *testing.T) {
	b := rulebook(t)
	n := 0
	for key, cases := range calendarCases() {
		duty, from, _ := strings.Cut(key, " ")
		p := rule(t, b, duty, "2026-11-22").Plan
		for _, c := range cases {
			n++
			got := p.Due(at(t, map[string]string{from: c.start})).At.In(Location("Asia/Tokyo")).Format("2006-01-02 15:04:05")
			if got != c.want {
				t.Errorf("%s from %s: due %s, want %s (%s)", duty, c.start, got, c.want, c.why)
			}
		}
	}
	if n < 60 {
		t.Errorf("%d cases, R14 asks for 60", n)
	}
	t.Logf("%d cases", n)
}

// Every shipped duty with a number has its own calendar cases, and no other.
func TestEveryNumberedDutyHasCalendarCases(t *testing.T) {
	has := map[string]bool{}
	for key := range calendarCases() {
		duty, _, _ := strings.Cut(key, " ")
		has[duty] = true
	}
	b := rulebook(t)
	for _, r := range b.Rules {
		numbered := r.Plan(b.Profile).Numbered()
		if numbered && !r.Pending && !has[r.ID] {
			t.Errorf("%s has a number and no calendar case", r.ID)
		}
		if has[r.ID] && !numbered {
			t.Errorf("%s has cases and no number", r.ID)
		}
	}
}
