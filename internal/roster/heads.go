package roster

import (
	"regexp"
	"strings"
	"time"

	"irbot/internal/calendar"
)

// maxHeads is how many rows of headings stand above the first date at most.
const maxHeads = 3

const clock = `(?:(\d{1,2}):(\d{2})|(\d{1,2})時(?:(\d{1,2})分|(半))?|(\d{2})(\d{2}))`

var (
	reTurn    = regexp.MustCompile(`(?:^|\D)` + clock + `(?:~|〜|-|−|‐|–|ー|から|→)(翌日?|翌朝|次の日)?` + clock + `(?:$|\D)`)
	reWeekday = regexp.MustCompile(`^\(?(?:[月火水木金土日](?:曜日?)?(?:[・･/、(]?[祝休振日]+)?|sun|mon|tue|wed|thu|fri|sat)\)?$`)
	rePart    = regexp.MustCompile(`日勤|夜勤|昼勤|準夜|深夜|早番|遅番|日直|日中|夜間|^[日昼夜早遅深]$`)
	reRemark  = regexp.MustCompile(`備考|摘要|連絡|電話|内線|作成|承認|^tel|remark|^note`)
	reDitto   = regexp.MustCompile(`^(?:〃|々|″|"|”|''|同上|同左|↓)$`)
	reNoDuty  = regexp.MustCompile(`^(?:休|休み|公休|休日|不在|×|x|off)$`)
)

// turn is the part of a day a heading or a mark stands for; without hours it is
// the whole day from hand-off to hand-off.
type turn struct {
	from, until int  // minutes of the first day; until may lie in the next
	hours       bool // whether from and until are written in the sheet
	unclear     bool // a part of the day, such as 夜勤, without its hours
}

// hoursOf reads hours such as 18:00～翌9:00, 1800-0900, 18時〜9時 or 18:00～33:00.
// An end at or before the begin is the next day.
func hoursOf(words string) turn {
	m := reTurn.FindStringSubmatch(plain(words))
	if m == nil {
		return turn{}
	}
	from, okFrom := minutes(m[1:8], 23)
	until, okUntil := minutes(m[9:16], 36)
	if !okFrom || !okUntil {
		return turn{}
	}
	if until <= from || m[8] != "" && until < 24*60 {
		until += 24 * 60
	}
	return turn{from: from, until: until, hours: true}
}

// minutes reads the groups of clock: 18:00, 18時30分, 18時半, 1800.
func minutes(m []string, most int) (int, bool) {
	hour, minute := number(m[0]+m[2]+m[5]), number(m[1]+m[3]+m[6])
	if m[4] != "" {
		minute = 30
	}
	return hour*60 + minute, hour <= most && minute < 60
}

// turnOf reads what the parts of a heading say about the time of day. A part
// that names the roster itself asks for no hours.
func (s *sheet) turnOf(parts []string) turn {
	if t := hoursOf(strings.Join(parts, " ")); t.hours {
		return t
	}
	for _, p := range parts {
		if s.o.Named(p) {
			return turn{}
		}
	}
	for _, p := range parts {
		if rePart.MatchString(plain(p)) {
			return s.legend(p)
		}
	}
	return turn{}
}

// legend looks for the hours of a mark or a word elsewhere in the sheet, as in
// 夜＝18:00～翌9:00.
func (s *sheet) legend(word string) turn {
	word = plain(word)
	for _, row := range s.grid {
		for _, cell := range row {
			for _, part := range strings.FieldsFunc(cell, func(c rune) bool { return strings.ContainsRune("、，,;；／/\n", c) }) {
				c := strings.TrimLeft(plain(part), "※*・(")
				if t := hoursOf(part); t.hours && strings.HasPrefix(c, word) {
					return t
				}
			}
		}
	}
	return turn{unclear: true}
}

// span is the stretch of a day's duty.
func (s *sheet) span(d calendar.Date, t turn) (from, until time.Time) {
	if !t.hours {
		return d.At(s.o.Hour, s.o.Minute, s.o.Zone), d.Add(1).At(s.o.Hour, s.o.Minute, s.o.Zone)
	}
	const day = 24 * 60
	return d.At(t.from/60, t.from%60, s.o.Zone), d.Add(t.until/day).At(t.until%day/60, t.until%60, s.o.Zone)
}

// headings are the parts of the heading of each column: the rows above the first
// date, where a merged cell belongs to every column that has a word below it.
func (s *sheet) headings(first, width int) [][]string {
	var rows []int
	for i := first - 1; i >= 0 && len(rows) < maxHeads; i-- {
		n := 0
		for _, c := range s.grid[i] {
			if strings.TrimSpace(c) != "" {
				n++
			}
		}
		if n == 0 && len(rows) == 0 {
			continue
		}
		if n < 2 {
			break
		}
		rows = append([]int{i}, rows...)
	}
	out := make([][]string, width)
	for k, i := range rows {
		merged := ""
		for j := range width {
			word := strings.TrimSpace(s.cell(i, j))
			if word != "" {
				merged = word
			} else if k+1 < len(rows) && strings.TrimSpace(s.cell(rows[k+1], j)) != "" {
				word = merged
			}
			if word != "" {
				out[j] = append(out[j], word)
			}
		}
	}
	return out
}

// aside says whether a column holds weekdays or remarks, never names.
func (s *sheet) aside(first, j int, parts []string) bool {
	for _, p := range parts {
		if reRemark.MatchString(plain(p)) {
			return true
		}
	}
	n := 0
	for i := first; i < len(s.grid); i++ {
		switch w := plain(s.cell(i, j)); {
		case w == "":
		case reWeekday.MatchString(w):
			n++
		default:
			return false
		}
	}
	return n > 0
}

// ditto is the cell a 〃 stands for: the next one above it.
func (s *sheet) ditto(i, j int) string {
	for reDitto.MatchString(plain(s.cell(i, j))) && i > 0 {
		i--
	}
	return s.cell(i, j)
}
