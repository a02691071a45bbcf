package calendar

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// era is a Japanese era with its first day (元号法, Act 43 of 1979, and the
// orders made under it).
type era struct {
	first  Date
	ja     string
	letter string
}

func eras() []era {
	return []era{ // the newest first
		{Date{2019, time.May, 1}, "令和", "R"},
		{Date{1989, time.January, 8}, "平成", "H"},
		{Date{1926, time.December, 25}, "昭和", "S"},
	}
}

// Era writes a day in the Japanese era, 令和8年11月22日, its first year as 元年.
// Days before the Showa era are written in the western calendar.
func (d Date) Era() string {
	for _, e := range eras() {
		if d.Before(e.first) {
			continue
		}
		y := strconv.Itoa(d.Year - e.first.Year + 1)
		if y == "1" {
			y = "元"
		}
		return fmt.Sprintf("%s%s年%d月%d日", e.ja, y, int(d.Month), d.Day)
	}
	return fmt.Sprintf("%d年%d月%d日", d.Year, int(d.Month), d.Day)
}

// reEra reads 令和8年11月22日, 令和元年5月1日 and R8.11.22.
func reEra() *regexp.Regexp {
	return regexp.MustCompile(`^(令和|平成|昭和|[RHSrhs])\s*(元|\d{1,2})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?$`)
}

// ParseEra reads a day of a Japanese era: 令和8年11月22日, 令和元年5月1日, R8.11.22,
// full-width forms included. A day that does not exist, or that lies outside
// the era named, is refused: 平成31年5月1日 was never a day. The error wraps
// ErrDate.
func ParseEra(s string) (Date, error) {
	bad := fmt.Errorf("read date %q: %w", s, ErrDate)
	g := reEra().FindStringSubmatch(norm.NFKC.String(s))
	if g == nil {
		return Date{}, bad
	}
	n := 1
	if g[2] != "元" {
		n, _ = strconv.Atoi(g[2]) // the pattern holds one or two digits
	}
	month, _ := strconv.Atoi(g[3])
	day, _ := strconv.Atoi(g[4])
	all := eras()
	for i, e := range all {
		if g[1] != e.ja && strings.ToUpper(g[1]) != e.letter {
			continue
		}
		want := Date{e.first.Year + n - 1, time.Month(month), day}
		d := On(want.Year, want.Month, want.Day)
		if n < 1 || d != want || d.Before(e.first) || i > 0 && !d.Before(all[i-1].first) {
			return Date{}, bad
		}
		return d, nil
	}
	return Date{}, bad
}
