package roster

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"irbot/internal/calendar"
)

// Wall calendars often hold the date and the names in one cell: 3 佐藤,
// 3日(火) 佐藤・鈴木, 23 祝, or the same on two lines.

var (
	reJoined  = regexp.MustCompile(`(?s)^(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[/月]\d{1,2}日?|\d{1,2}日?)(\s*\([^()\d]{1,8}\)|[月火水木金土日]曜日?|[月火水木金土日]\s|\s|:|、)(.*)$`)
	reTight   = regexp.MustCompile(`(?s)^(\d{1,2}[/月]\d{1,2}日?|\d{1,2}日?)([^\d\s].*)$`)
	reAside   = regexp.MustCompile(`^(?:\(?[月火水木金土日]?(?:曜日?)?[・･]?(?:祝日?|休日|振替休日|振休|国民の休日)\)?|\([月火水木金土日]\)|[月火水木金土日]曜日?|[月火水木金土日]|sun|mon|tue|wed|thu|fri|sat)$`)
	reBetween = regexp.MustCompile(`[・･、，,&＆＋+\n\r]+`)
	reOneOf   = regexp.MustCompile(`[/／→⇒>＞()（）|｜]+|->`)
)

// joined cuts a cell into its date and what else stands in it. ok is false where
// the cell is no date with something behind it.
func (s *sheet) joined(cell string) (date, rest string, ok bool) {
	text := strings.TrimSpace(norm.NFKC.String(cell))
	if _, pure := s.date(text); pure {
		return "", "", false
	}
	m := reJoined.FindStringSubmatch(text)
	if m == nil {
		t := reTight.FindStringSubmatch(text)
		if t == nil || !s.someone(t[2]) { // 3佐藤, but neither 3名 nor 18時
			return "", "", false
		}
		m = []string{"", t[1], "", t[2]}
	}
	d, ok := s.date(m[1])
	if !ok {
		return "", "", false
	}
	return m[1], s.besides(d, m[3]), true
}

// besides are the names of a cell without its marks: the day of the week, 祝, or
// the name of the holiday.
func (s *sheet) besides(d calendar.Date, rest string) string {
	holiday, _ := calendar.NationalHoliday(d)
	var lines []string
	for _, line := range strings.FieldsFunc(rest, func(r rune) bool { return r == '\n' || r == '\r' }) {
		var words []string
		for _, w := range strings.Fields(line) {
			w = strings.TrimLeft(w, ":、")
			_, known := s.o.Person(w)
			if w == "" || !known && (reAside.MatchString(plain(w)) || w == holiday.JA || strings.EqualFold(w, holiday.EN)) {
				continue
			}
			words = append(words, w)
		}
		if len(words) > 0 {
			lines = append(lines, strings.Join(words, " "))
		}
	}
	return strings.Join(lines, "\n")
}

// someone reports whether a text is one person or several.
func (s *sheet) someone(text string) bool {
	all, _ := s.everyone(text)
	return len(all) > 0
}

// everyone are the persons of a cell: one, or several that share the duty
// (佐藤・鈴木). Nobody where a part is not known; unclear then says that people
// are named in a way that may mean one or the other, such as 佐藤→鈴木.
func (s *sheet) everyone(cell string) (ids []string, unclear bool) {
	if id, ok := s.o.Person(cell); ok {
		return []string{id}, false
	}
	if ids = s.each(reBetween.Split(cell, -1)); len(ids) == 0 {
		ids = s.each(strings.Fields(reBetween.ReplaceAllString(cell, " ")))
	}
	if len(ids) > 0 {
		return ids, false
	}
	return nil, len(s.each(reOneOf.Split(cell, -1))) > 1
}

// each gives the persons behind words, without repeats; nil where one is nobody.
func (s *sheet) each(words []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range words {
		if w = strings.TrimSpace(w); w == "" {
			continue
		}
		id, ok := s.o.Person(w)
		if !ok {
			return nil
		}
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// unjoin lays a sheet whose cells hold date and names out as one with the dates
// above (or, where they run down a column, left of) the names.
func (s *sheet) unjoin() {
	inRow, inCol := map[int]int{}, map[int]int{}
	for i, row := range s.grid {
		for j, cell := range row {
			if _, _, ok := s.joined(cell); ok {
				inRow[i]++
				inCol[j]++
			}
		}
	}
	wide, tall := 0, -1
	for _, n := range inRow {
		if n > 1 {
			wide++
		}
	}
	for j, n := range inCol {
		if n > 1 && (tall < 0 || n > inCol[tall] || n == inCol[tall] && j < tall) {
			tall = j
		}
	}
	switch {
	case wide > 0:
		s.unjoinRows(inRow)
	case tall >= 0:
		s.unjoinColumn(tall)
	}
}

func (s *sheet) unjoinRows(with map[int]int) {
	var grid [][]string
	put := func(i int, row []string) { grid, s.rowAt = append(grid, row), append(s.rowAt, i) }
	for i, row := range s.grid {
		if with[i] == 0 {
			put(i, row)
			continue
		}
		dates, names := make([]string, len(row)), make([]string, len(row))
		for j, cell := range row {
			if date, rest, ok := s.joined(cell); ok {
				dates[j], names[j] = date, rest
			} else if _, ok := s.date(cell); ok {
				dates[j] = cell
			} else {
				names[j] = cell // a title at the left, or words that are told as unknown
			}
		}
		put(i, dates)
		put(i, names)
	}
	s.grid = grid
}

func (s *sheet) unjoinColumn(col int) {
	for i, row := range s.grid {
		if col >= len(row) {
			continue
		}
		left, right := row[col], row[col] // a heading belongs to both
		if date, rest, ok := s.joined(row[col]); ok {
			left, right = date, rest
		} else if _, ok := s.date(row[col]); ok {
			right = ""
		}
		wider := append(append(append([]string{}, row[:col]...), left, right), row[col+1:]...)
		s.grid[i] = wider
	}
	s.splitCol = col + 1
}
