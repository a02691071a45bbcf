package roster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
)

// Page is one sheet of a workbook as text. Merged are its merged cells, whose
// words stand in the first of them.
type Page struct {
	Name   string     `json:"name"`
	Rows   [][]string `json:"rows"`
	Merged []Area     `json:"merged,omitempty"`
}

// Area is a block of cells, both ends included, counted from 0.
type Area struct {
	Top    int `json:"top"`
	Left   int `json:"left"`
	Bottom int `json:"bottom"`
	Right  int `json:"right"`
}

// bookMark begins a workbook that was written as text.
const bookMark = `{"workbook":`

// BookText writes the sheets of a workbook as text that Read understands, so
// that what was shown can be read again as it was.
func BookText(pages []Page) ([]byte, error) {
	b, err := json.Marshal(struct {
		Workbook []Page `json:"workbook"`
	}{pages})
	if err != nil {
		return nil, fmt.Errorf("write a workbook as text: %w", err)
	}
	return b, nil
}

func bookOf(data []byte) ([]Page, bool) {
	var x struct {
		Workbook []Page `json:"workbook"`
	}
	if !bytes.HasPrefix(data, []byte(bookMark)) || json.Unmarshal(data, &x) != nil {
		return nil, false
	}
	return x.Workbook, true
}

// ReadBook reads the sheets of a workbook, such as one for each month. A sheet
// that is no duty sheet is told (Why "sheet"), and where two sheets name other
// people for the same hours, neither is taken over and both are told ("twice").
// The error is that of the first sheet where none can be read.
func ReadBook(pages []Page, o Options) (*Understood, error) {
	years := monthsOf(pages, o)
	out := &Understood{Encoding: "xlsx"}
	var failed error
	for n, p := range pages {
		if len(p.Rows) == 0 {
			continue
		}
		own := o
		if m, ok := years[n]; ok && own.Month == 0 {
			own.Year, own.Month = m.year, m.month
		}
		u, err := readGrid(filled(p, o), p.Name, own, "xlsx")
		if err != nil {
			if failed == nil {
				failed = err
			}
			out.Unknown = append(out.Unknown, Line{Where: p.Name, Why: "sheet"})
			continue
		}
		if out.Layout == "" {
			out.Layout = u.Layout
		}
		out.Lines, out.Unknown = append(out.Lines, u.Lines...), append(out.Unknown, u.Unknown...)
	}
	if out.Layout == "" {
		if failed == nil {
			failed = ErrEmpty
		}
		return nil, failed
	}
	out.agree()
	out.span()
	return out, nil
}

// agree leaves out what two sheets say alike, as wall calendars do with the last
// days of the month before, and takes neither where they differ.
func (u *Understood) agree() {
	page := func(l Line) string {
		name, _, _ := strings.Cut(l.Where, "!")
		return name
	}
	people := map[string]map[time.Time][]string{} // sheet → begin → who
	for _, l := range u.Lines {
		if people[page(l)] == nil {
			people[page(l)] = map[time.Time][]string{}
		}
		who := append(people[page(l)][l.From], l.Person)
		slices.Sort(who)
		people[page(l)][l.From] = who
	}
	first := map[time.Time]string{}
	differ := map[time.Time]bool{}
	for _, l := range u.Lines {
		p, ok := first[l.From]
		if !ok {
			first[l.From] = page(l)
		} else if p != page(l) && !slices.Equal(people[p][l.From], people[page(l)][l.From]) {
			differ[l.From] = true
		}
	}
	var keep []Line
	for _, l := range u.Lines {
		switch {
		case differ[l.From]:
			l.Why = "twice"
			u.Unknown = append(u.Unknown, l)
		case first[l.From] == page(l):
			keep = append(keep, l)
		}
	}
	sort.SliceStable(keep, func(i, j int) bool { return keep[i].From.Before(keep[j].From) })
	u.Lines = keep
}

// filled puts the name in a merged cell into every cell of it: one person for
// several days. Titles stay where they are.
func filled(p Page, o Options) [][]string {
	rows := make([][]string, len(p.Rows))
	for i, r := range p.Rows {
		rows[i] = slices.Clone(r)
	}
	for _, a := range p.Merged {
		if a.Top < 0 || a.Left < 0 || a.Top >= len(rows) || a.Left >= len(rows[a.Top]) || a.Bottom >= maxRows || a.Right >= maxCols {
			continue
		}
		word := rows[a.Top][a.Left]
		if _, ok := o.Person(word); !ok {
			continue
		}
		for i := a.Top; i <= a.Bottom && i < len(rows); i++ {
			for len(rows[i]) <= a.Right {
				rows[i] = append(rows[i], "")
			}
			for j := a.Left; j <= a.Right; j++ {
				rows[i][j] = word
			}
		}
	}
	return rows
}

type yearMonth struct {
	year  int
	month time.Month
}

var rePage = regexp.MustCompile(`^(?:\d{1,2}[._-])?(\d{1,2})月`)

// monthsOf are the months that the names of the sheets tell: 2026年11月, R8.11 is
// left to the sheet itself, and 11月, 12月, 1月 follow each other, the nearest of
// them to now.
func monthsOf(pages []Page, o Options) map[int]yearMonth {
	out := map[int]yearMonth{}
	var bare []int
	for n, p := range pages {
		s := &sheet{o: o, grid: [][]string{{p.Name}}}
		if s.month(); s.o.Month != 0 && strings.Contains(plain(p.Name), "年") || reTitle.MatchString(plain(p.Name)) && s.o.Month != 0 {
			out[n] = yearMonth{s.o.Year, s.o.Month}
			continue
		}
		if m := rePage.FindStringSubmatch(plain(p.Name)); m != nil && number(m[1]) >= 1 && number(m[1]) <= 12 {
			out[n] = yearMonth{0, time.Month(number(m[1]))}
			bare = append(bare, n)
		}
	}
	if len(bare) == 0 {
		return out
	}
	best, year := time.Duration(-1), o.Now.Year()
	for y := year - 1; y <= year+1; y++ {
		far := time.Duration(-1)
		for n, m := range inOrder(out, bare, y) {
			d := time.Date(m.year, m.month, 15, 0, 0, 0, 0, o.Zone).Sub(o.Now).Abs()
			if n == 0 || d < far {
				far = d
			}
		}
		if best < 0 || far < best {
			best, year = far, y
		}
	}
	for k, m := range inOrder(out, bare, year) {
		out[bare[k]] = m
	}
	return out
}

// inOrder gives the months of sheets their years, the first that of year.
func inOrder(known map[int]yearMonth, bare []int, year int) []yearMonth {
	var out []yearMonth
	last := time.Month(0)
	for _, n := range bare {
		m := known[n].month
		if last != 0 && m < last {
			year++
		}
		last = m
		out = append(out, yearMonth{year, m})
	}
	return out
}
