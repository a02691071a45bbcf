package roster

import (
	"regexp"
	"strconv"
	"time"

	"irbot/internal/calendar"
)

var (
	reFull  = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\([^()\d]{1,6}\)|[月火水木金土日]曜?日?)?(?:0:00(?::00)?)?$`)
	reShort = regexp.MustCompile(`^(\d{1,2})[/.月](\d{1,2})日?(?:\([^()\d]{1,6}\)|[月火水木金土日])?祝?$`)
	reDay   = regexp.MustCompile(`^(\d{1,2})日?(?:\([^()\d]{1,6}\)|[月火水木金土日])?祝?$`)
	reTitle = regexp.MustCompile(`(\d{4})[-/.年](\d{1,2})(?:月|$|[^\d])`)
	reMonth = regexp.MustCompile(`(\d{1,2})月(?:度|分|の)?(?:当直|当番|勤務|宿直|シフト|夜勤)`)
	reEra   = regexp.MustCompile(`((?:令和|平成)(?:元|\d{1,2})年\d{1,2}月)`)
)

// month looks for the month in the title of the sheet, such as 2026年11月 or
// 令和8年11月; only then do bare day numbers count as dates.
func (s *sheet) month() {
	if s.o.Month != 0 {
		return
	}
	for i := 0; i < len(s.grid) && i < 5; i++ {
		for _, cell := range s.grid[i] {
			word := plain(cell)
			if m := reTitle.FindStringSubmatch(word); m != nil && !reFull.MatchString(word) {
				s.o.Year, s.o.Month = number(m[1]), time.Month(number(m[2]))
				return
			}
			if m := reMonth.FindStringSubmatch(word); m != nil {
				if d, ok := s.nearest(number(m[1]), 15); ok {
					s.o.Year, s.o.Month = d.Year, d.Month
					return
				}
			}
			if m := reEra.FindString(word); m != "" {
				if d, err := calendar.ParseEra(m + "1日"); err == nil {
					s.o.Year, s.o.Month = d.Year, d.Month
					return
				}
			}
		}
	}
}

// date reads a cell as a date. A date without a year is the one nearest to now.
func (s *sheet) date(cell string) (calendar.Date, bool) {
	word := plain(cell)
	if m := reFull.FindStringSubmatch(word); m != nil {
		return valid(number(m[1]), number(m[2]), number(m[3]))
	}
	if m := reShort.FindStringSubmatch(word); m != nil {
		return s.nearest(number(m[1]), number(m[2]))
	}
	if m := reDay.FindStringSubmatch(word); m != nil && s.o.Month != 0 {
		return valid(s.o.Year, int(s.o.Month), number(m[1]))
	}
	return calendar.Date{}, false
}

func (s *sheet) nearest(month, day int) (calendar.Date, bool) {
	if s.o.Year != 0 {
		return valid(s.o.Year, month, day)
	}
	today := calendar.DateOf(s.o.Now, s.o.Zone)
	var best calendar.Date
	for _, year := range []int{today.Year - 1, today.Year, today.Year + 1} {
		d, ok := valid(year, month, day)
		if ok && (best.IsZero() || abs(d.Sub(today)) < abs(best.Sub(today))) {
			best = d
		}
	}
	return best, !best.IsZero()
}

func valid(year, month, day int) (calendar.Date, bool) {
	d := calendar.On(year, time.Month(month), day)
	return d, d.Year == year && int(d.Month) == month && d.Day == day
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
