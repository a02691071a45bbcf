package runbook

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// The errors of the time grammar.
var (
	// ErrTime says that the words are no time the grammar knows.
	ErrTime = errors.New("not understood as a time; write 15分 or 15m")
	// ErrTimeRange says that a time is longer than 366 days.
	ErrTimeRange = errors.New("longer than 366 days")
)

const (
	day     = 24 * time.Hour
	maxTime = 366 * day
)

// span is a quantity of time; business days are counted apart because they
// need a calendar.
type span struct {
	d        time.Duration
	business int
}

// ParseDuration reads a quantity such as 15分, 1時間30分, 1h30m, 1.5h or 半日
// (twelve hours). The whole text must be one; a bare number, months and years
// are refused, and so is more than 366 days. Business days are refused here
// because they need a calendar; ParseLimit takes them.
func ParseDuration(s string) (time.Duration, error) {
	sp, rest, ok := scanSpan(trimAbout(fold(s)))
	if !ok || strings.Trim(rest, " .。") != "" || sp.business != 0 {
		return 0, fmt.Errorf("read duration %q: %w", s, ErrTime)
	}
	if sp.d > maxTime {
		return 0, fmt.Errorf("read duration %q: %w", s, ErrTimeRange)
	}
	return sp.d, nil
}

func trimAbout(s string) string {
	for _, p := range [...]string{"約", "およそ", "おおむね", "概ね", "最大", "about ", "approx. ", "approximately ", "approx ", "around ", "roughly ", "ca. ", "up to "} {
		s = strings.TrimSpace(strings.TrimPrefix(s, p))
	}
	return s
}

// scanSpan reads quantity and unit pairs at the head of a folded text.
func scanSpan(s string) (sp span, rest string, ok bool) {
	rest = s
	for range 3 {
		in := strings.TrimLeft(rest, " ")
		n, after, found := scanNumber(in)
		if !found {
			break
		}
		unit, business, tail, known := scanUnit(strings.TrimLeft(after, " -"))
		if !known {
			break
		}
		if n > float64(maxTime)/float64(time.Second)*2 {
			return sp, rest, false
		}
		if business {
			sp.business += int(n)
		} else {
			sp.d += time.Duration(n * float64(unit))
		}
		rest, ok = tail, true
		if half, more := strings.CutPrefix(rest, "半"); more && unit > 0 {
			sp.d += unit / 2
			rest = half
			break
		}
	}
	return sp, rest, ok
}

func scanNumber(s string) (n float64, rest string, ok bool) {
	i, dot, scale := 0, false, 1.0
	for i < len(s) && i < 12 {
		c := s[i]
		if c == '.' && i > 0 && !dot && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
			dot = true
			i++
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		if dot {
			scale /= 10
			n += float64(c-'0') * scale
		} else {
			n = n*10 + float64(c-'0')
		}
		i++
	}
	if i > 0 {
		return n, s[i:], true
	}
	if after, half := strings.CutPrefix(s, "半"); half {
		return 0.5, after, true
	}
	return scanKanji(s)
}

// scanKanji reads numbers below a thousand: 三, 十五, 二十, 百二十.
func scanKanji(s string) (n float64, rest string, ok bool) {
	total, digit := 0, 0
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		if d := strings.Index("一二三四五六七八九", string(r)); d >= 0 && r != utf8.RuneError {
			digit = d/3 + 1
		} else if r == '十' || r == '百' {
			unit := 10
			if r == '百' {
				unit = 100
			}
			total += max(digit, 1) * unit
			digit = 0
		} else {
			break
		}
		s, ok = s[size:], true
	}
	return float64(total + digit), s, ok
}

type unitName struct {
	name string
	size time.Duration
}

// scanUnit reads the longest unit at the head of s. English units end at a
// letter boundary, so that "3 months" is not three minutes.
func scanUnit(s string) (size time.Duration, business bool, rest string, ok bool) {
	for _, p := range [...]string{"営業日", "business days", "business day", "working days", "working day"} {
		if after, found := strings.CutPrefix(s, p); found {
			return 0, true, after, true
		}
	}
	for _, u := range [...]unitName{
		{"時間", time.Hour}, {"分間", time.Minute}, {"分", time.Minute}, {"秒間", time.Second}, {"秒", time.Second},
		{"週間", 7 * day}, {"日間", day}, {"日", day},
	} {
		if after, found := strings.CutPrefix(s, u.name); found {
			return u.size, false, after, true
		}
	}
	for _, u := range [...]unitName{
		{"seconds", time.Second}, {"second", time.Second}, {"secs", time.Second}, {"sec", time.Second}, {"s", time.Second},
		{"minutes", time.Minute}, {"minute", time.Minute}, {"mins", time.Minute}, {"min", time.Minute}, {"m", time.Minute},
		{"hours", time.Hour}, {"hour", time.Hour}, {"hrs", time.Hour}, {"hr", time.Hour}, {"h", time.Hour},
		{"days", day}, {"day", day}, {"d", day}, {"weeks", 7 * day}, {"week", 7 * day}, {"w", 7 * day},
	} {
		after, found := strings.CutPrefix(s, u.name)
		if !found {
			continue
		}
		if after != "" && after[0] >= 'a' && after[0] <= 'z' {
			continue
		}
		return u.size, false, after, true
	}
	return 0, false, s, false
}
