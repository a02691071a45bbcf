package runbook

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// gridTable reads a table drawn with + - | =, as pandoc, reStructuredText and
// Emacs write it: from a border to a border with nothing but cells between.
func (r *reader) gridTable(first int) *drawnTable {
	indent := leadOf(r.t.line(first))
	var lines []string
	for n := first; n <= r.t.count(); n++ {
		line := strings.TrimRight(r.t.line(n), " \t")
		if len(line) <= indent || leadOf(line) != indent || line[indent] != '+' && line[indent] != '|' {
			break
		}
		lines = append(lines, line[indent:])
	}
	cols := gridColumns(lines)
	if len(cols) < 3 || len(cols) > maxDrawnColumns || !isBorder(lines[0]) || !isBorder(lines[len(lines)-1]) {
		return nil
	}
	g := gridReader{cols: cols, home: make([]*drawnRow, len(cols)-1)}
	for i, line := range lines {
		if !g.line(line, first+i) {
			return nil
		}
	}
	return &drawnTable{first: first, last: first + len(lines) - 1, rows: g.rows}
}

func leadOf(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

// isBorder tells a line of + - = and : from end to end.
func isBorder(s string) bool {
	return len(s) > 2 && s[0] == '+' && s[len(s)-1] == '+' && strings.Trim(s, "+-=:") == ""
}

// gridColumns gives the places of all + on the borders, which are where cells
// may meet; nil where two borders are not equally long.
func gridColumns(lines []string) []int {
	at := map[int]bool{}
	size := 0
	for _, s := range lines {
		if !isBorder(s) {
			continue
		}
		if size > 0 && len(s) != size {
			return nil
		}
		size = len(s)
		for i := range size {
			if s[i] == '+' {
				at[i] = true
			}
		}
	}
	cols := make([]int, 0, len(at))
	for i := range size {
		if at[i] {
			cols = append(cols, i)
		}
	}
	return cols
}

// gridReader takes the lines of a grid one by one.
type gridReader struct {
	cols []int
	rows []*drawnRow
	home []*drawnRow // of each column, the row its text goes to; nil after a border
}

func (g *gridReader) line(s string, line int) bool {
	if isBorder(s) {
		clear(g.home)
		return true
	}
	cuts, ok := g.cuts(s)
	if !ok {
		return false
	}
	cells := len(g.cols) - 1
	var row *drawnRow
	fresh := func() *drawnRow {
		if row == nil {
			row = newDrawnRow(line, cells)
			g.rows = append(g.rows, row)
		}
		return row
	}
	for i := 0; i < cells; i++ {
		if cuts[i] < 0 {
			continue // the cell before reaches over this column
		}
		end := i + 1
		for end < cells && cuts[end] < 0 {
			end++
		}
		text := s[cuts[i]+1 : cuts[end]]
		if strings.Trim(text, "-=:+") == "" && strings.Contains(text, "--") { // a border under this cell alone
			for k := i; k < end; k++ {
				g.home[k] = nil
			}
			continue
		}
		if g.home[i] == nil {
			to := fresh()
			for k := i; k < end; k++ {
				g.home[k] = to
			}
		}
		g.home[i].cells[i].add(text, line)
	}
	g.reach(row)
	return true
}

// reach lets the cells that no border ended stand in a row begun beside them.
func (g *gridReader) reach(row *drawnRow) {
	if row == nil {
		return
	}
	for i, home := range g.home {
		if home != nil && home != row {
			row.cells[i].above = home
		}
	}
}

// cuts finds the signs between the cells of a line, as offsets in it; -1 where
// a cell reaches over the place. Usually there is one sign for each place. Where
// there is not, the places decide, and a Japanese sign takes two of them.
func (g *gridReader) cuts(s string) ([]int, bool) {
	cuts := make([]int, 0, len(g.cols))
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '|':
			cuts = append(cuts, i)
		}
	}
	if len(cuts) == len(g.cols) && cuts[0] == 0 && cuts[len(cuts)-1] == len(s)-1 {
		return cuts, true
	}
	for ambiguous := 1; ambiguous <= 2; ambiguous++ {
		cuts = cuts[:0]
		for _, col := range g.cols {
			at, exact := atColumn(s, col, ambiguous)
			if !exact || at >= len(s) || s[at] != '|' && s[at] != '+' {
				at = -1
			}
			cuts = append(cuts, at)
		}
		if cuts[0] == 0 && cuts[len(cuts)-1] == len(s)-1 {
			return cuts, true
		}
	}
	return nil, false
}

// atColumn gives the offset of the sign that begins at a column of the screen,
// counted from 0, and whether one begins just there. ambiguous is how wide signs
// such as ① are taken to be.
func atColumn(s string, col, ambiguous int) (at int, exact bool) {
	n := 0
	for i := 0; i < len(s); {
		if n >= col {
			return i, n == col
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		n += columnsOfSign(c, ambiguous)
		i += size
	}
	return len(s), n == col
}

func columnsOfSign(c rune, ambiguous int) int {
	switch {
	case c < utf8.RuneSelf:
		return 1
	case unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(c).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	case width.EastAsianAmbiguous:
		return ambiguous
	}
	return 1
}
