package chat

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// ErrTime says that a text cannot be read as a time. Surfaces show the wording
// cmd.badtime.
var ErrTime = errors.New("not a time")

// Slack is how far in the future a typed time of day may lie before it is taken
// for yesterday: clocks on walls and tablets run a little fast.
const Slack = 5 * time.Minute

// ParseTime reads when something happened, as people write it: 8:40, 0840, 712,
// 7時12分, 午後3時半, 15分前, いま, 11/22 0840, 昨日 2350, 令和8年11月22日 7時12分
// or RFC 3339; full-width forms are the same. A time of day later than now by
// more than Slack means yesterday; a date without year that lies ahead by more
// than a day means last year. The error wraps ErrTime.
func ParseTime(s string, now time.Time, zone *time.Location) (time.Time, error) {
	return moment{now: now.In(zone), past: true}.parse(s)
}

// ParseTimeAfter is ParseTime that also reads "+5" as five minutes after prev,
// the way a column of times is typed in from paper.
func ParseTimeAfter(s string, prev, now time.Time, zone *time.Location) (time.Time, error) {
	return moment{now: now.In(zone), prev: prev, past: true}.parse(s)
}

// ParseDeadline reads a time to come: 9:00, 0900, +30 or 30分後, 明日 0900,
// 11/23 0900. A time of day that has passed means tomorrow; a date without year
// that has passed means next year. The error wraps ErrTime.
func ParseDeadline(s string, now time.Time, zone *time.Location) (time.Time, error) {
	return moment{now: now.In(zone), prev: now}.parse(s)
}

// moment is how one time is read.
type moment struct {
	now  time.Time // in the zone of the site
	prev time.Time // what "+5" counts from; zero: not allowed
	past bool      // a bare time of day looks back, else ahead
}

// day is a date as written; year 0 where none was.
type day struct {
	year, month, day int
	given            bool
}

func (m moment) parse(s string) (time.Time, error) {
	text := normTime(s)
	if len([]rune(text)) > 60 {
		return time.Time{}, fmt.Errorf("read time %q: %w", Truncate(s, 20), ErrTime)
	}
	if t, ok := m.relative(text); ok {
		return t.UTC(), nil
	}
	if t, ok := m.machine(text); ok {
		return t.UTC(), nil
	}
	d, rest := m.date(text)
	h, min, sec, ok := clock(rest)
	if !ok {
		return time.Time{}, fmt.Errorf("read time %q: %w", s, ErrTime)
	}
	t, ok := m.resolve(d, h, min, sec)
	if !ok {
		return time.Time{}, fmt.Errorf("read time %q: %w", s, ErrTime)
	}
	return t.UTC(), nil
}

// normTime brings what an input method may produce to one form.
func normTime(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	s = strings.NewReplacer("−", "-", "〜", "", "~", "", "頃", "", "ごろ", "", "jst", "").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

var (
	reNow   = regexp.MustCompile(`^(いま|今|現在|ただいま|たった今|now|just now)$`)
	reAgoJA = regexp.MustCompile(`^(?:(\d{1,3})時間(半)?)?(?:(\d{1,4})分)?(?:(\d{1,4})秒)?(前|後)$`)
	reAgoEN = regexp.MustCompile(`^(?:(in) )?(\d{1,4}) ?(s|sec|secs|seconds?|m|min|mins|minutes?|h|hr|hours?)( ago)?$`)
	rePlus  = regexp.MustCompile(`^([+-])(\d{1,4})(?: ?(?:m|min|分))?$`)
)

// relative reads what counts from now or from the row above.
func (m moment) relative(s string) (time.Time, bool) {
	if reNow.MatchString(s) {
		return m.now, true
	}
	if g := rePlus.FindStringSubmatch(s); g != nil {
		d := time.Duration(atoi(g[2])) * time.Minute
		if g[1] == "-" {
			return m.now.Add(-d), m.past
		}
		return m.prev.Add(d), !m.prev.IsZero()
	}
	if g := reAgoJA.FindStringSubmatch(s); g != nil && g[1]+g[3]+g[4] != "" {
		d := time.Duration(atoi(g[1]))*time.Hour + time.Duration(atoi(g[3]))*time.Minute + time.Duration(atoi(g[4]))*time.Second
		if g[2] != "" {
			d += 30 * time.Minute
		}
		if g[5] == "前" {
			return m.now.Add(-d), true
		}
		return m.now.Add(d), !m.past
	}
	return m.relativeEN(s)
}

func (m moment) relativeEN(s string) (time.Time, bool) {
	g := reAgoEN.FindStringSubmatch(s)
	if g == nil || (g[1] == "") == (g[4] == "") {
		return time.Time{}, false
	}
	unit := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour}[g[3][0]]
	d := time.Duration(atoi(g[2])) * unit
	if g[4] != "" {
		return m.now.Add(-d), true
	}
	return m.now.Add(d), !m.past
}

// machine reads the forms programs write.
func (m moment) machine(s string) (time.Time, bool) {
	up := strings.ToUpper(s)
	if t, err := time.Parse(time.RFC3339Nano, up); err == nil {
		return t, true
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, up, m.now.Location()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

var (
	reDayWord = regexp.MustCompile(`^(一昨日|おととい|昨日|きのう|昨夜|今日|きょう|本日|今朝|けさ|明日|あす|あした|yesterday|today|tomorrow)の? ?(.*)$`)
	reDate    = regexp.MustCompile(`^(?:(令和|r)(元|\d{1,2})[年./-]|(\d{4})[年./-])?(\d{1,2})[月./-](\d{1,2})日?(?: ?\([^()]{1,3}\))?[ ,の]*(.*)$`)
)

// date takes a date off the front and gives the rest.
func (m moment) date(s string) (day, string) {
	if g := reDayWord.FindStringSubmatch(s); g != nil {
		t := m.now.AddDate(0, 0, dayOffset(g[1]))
		return day{t.Year(), int(t.Month()), t.Day(), true}, g[2]
	}
	g := reDate.FindStringSubmatch(s)
	if g == nil {
		return day{}, s
	}
	d := day{month: atoi(g[4]), day: atoi(g[5]), given: true}
	switch {
	case g[2] == "元":
		d.year = reiwaFirst
	case g[2] != "":
		d.year = reiwaFirst - 1 + atoi(g[2])
	case g[3] != "":
		d.year = atoi(g[3])
	}
	return d, g[6]
}

func dayOffset(word string) int {
	switch word {
	case "一昨日", "おととい":
		return -2
	case "昨日", "きのう", "昨夜", "yesterday":
		return -1
	case "明日", "あす", "あした", "tomorrow":
		return 1
	}
	return 0
}

var (
	reDigits = regexp.MustCompile(`^(\d{1,2})(\d{2})$`)
	reColon  = regexp.MustCompile(`^(am ?|pm ?|午前|午後)?(\d{1,2}):(\d{2})(?::(\d{2}))?( ?am| ?pm)?$`)
	reKanji  = regexp.MustCompile(`^(午前|午後)?(\d{1,2})時(?:(半)|(\d{1,2})分(?:(\d{1,2})秒)?)?$`)
	reHour   = regexp.MustCompile(`^(\d{1,2}) ?(am|pm)$`)
)

// clock reads a time of day.
func clock(s string) (h, min, sec int, ok bool) {
	s = strings.TrimSpace(s)
	half := ""
	if g := reDigits.FindStringSubmatch(s); g != nil {
		h, min = atoi(g[1]), atoi(g[2])
	} else if g := reColon.FindStringSubmatch(s); g != nil {
		h, min, sec, half = atoi(g[2]), atoi(g[3]), atoi(g[4]), strings.TrimSpace(g[1]+g[5])
	} else if g := reKanji.FindStringSubmatch(s); g != nil {
		h, min, sec, half = atoi(g[2]), atoi(g[4]), atoi(g[5]), g[1]
		if g[3] != "" {
			min = 30
		}
	} else if g := reHour.FindStringSubmatch(s); g != nil {
		h, half = atoi(g[1]), g[2]
	} else {
		return 0, 0, 0, false
	}
	h, ok = halfDay(h, half)
	ok = ok && min < 60 && sec < 60 && (h < 24 || h == 24 && min == 0 && sec == 0)
	return h, min, sec, ok
}

func halfDay(h int, half string) (int, bool) {
	switch half {
	case "":
		return h, true
	case "午前", "am":
		return h % 12, h <= 12
	default:
		return h%12 + 12, h <= 12
	}
}

// resolve puts the time of day on a day.
func (m moment) resolve(d day, h, min, sec int) (time.Time, bool) {
	y, mon, dd := m.now.Date()
	if d.given {
		mon, dd = time.Month(d.month), d.day
		if d.year != 0 {
			y = d.year
		}
		if check := time.Date(y, mon, dd, 0, 0, 0, 0, time.UTC); check.Month() != mon || check.Day() != dd {
			return time.Time{}, false
		}
	}
	at := func(y, dd int) time.Time { return time.Date(y, mon, dd, h, min, sec, 0, m.now.Location()) }
	t := at(y, dd)
	switch {
	case d.given && d.year != 0:
		return t, true
	case d.given && m.past && t.After(m.now.Add(24*time.Hour)):
		return at(y-1, dd), true
	case d.given && !m.past && t.Before(m.now.Add(-24*time.Hour)):
		return at(y+1, dd), true
	case d.given:
		return t, true
	case m.past && t.After(m.now.Add(Slack)):
		return at(y, dd-1), true
	case !m.past && t.Before(m.now):
		return at(y, dd+1), true
	}
	return t, true
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
