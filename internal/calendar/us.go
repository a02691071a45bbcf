package calendar

import "time"

// usHoliday says whether d is the day on which a public holiday of the United
// States is observed (5 U.S.C. 6103; Juneteenth since 2021): a holiday on a
// Saturday is kept on the Friday before, one on a Sunday on the Monday after.
func usHoliday(d Date) bool {
	for _, y := range []int{d.Year, d.Year + 1} { // New Year's Day may be kept on 31 December
		for _, h := range usStatutory(y) {
			switch h.Weekday() {
			case time.Saturday:
				h = h.Add(-1)
			case time.Sunday:
				h = h.Add(1)
			default: // kept on its day
			}
			if h == d {
				return true
			}
		}
	}
	return false
}

func usStatutory(y int) []Date {
	lastMonday := On(y, time.June, 1).Add(-1)
	for lastMonday.Weekday() != time.Monday {
		lastMonday = lastMonday.Add(-1)
	}
	out := []Date{
		{y, time.January, 1},
		{y, time.January, monday(y, time.January, 3)},
		{y, time.February, monday(y, time.February, 3)},
		lastMonday,
		{y, time.July, 4},
		{y, time.September, monday(y, time.September, 1)},
		{y, time.October, monday(y, time.October, 2)},
		{y, time.November, 11},
		{y, time.November, nth(y, time.November, time.Thursday, 4)},
		{y, time.December, 25},
	}
	if y >= 2021 {
		out = append(out, Date{y, time.June, 19})
	}
	return out
}
