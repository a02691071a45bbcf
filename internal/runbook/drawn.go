package runbook

import (
	"strings"
)

// drawnTable is a table drawn with signs, as pandoc writes the tables of a word
// processor. CommonMark knows none of its forms:
//
//	+------+------+        ---- ----        ---------
//	| 作業 | 担当 |        作業 担当        作業 担当
//	+======+======+        抜く 警備        ---- ----
//	| 抜く | 警備 |        ---- ----        抜く 警備
//	+------+------+                         ---------
type drawnTable struct {
	first, last int // lines
	rows        []*drawnRow
}

// drawnRow is one row; its cells may have several lines.
type drawnRow struct {
	line  int
	cells []drawnCell
}

// drawnCell is the lines of one cell as they stand in the file.
type drawnCell struct {
	lines []string
	at    []int     // the line of the file each of them stands on
	above *drawnRow // where the text stands if the cell of a row above reaches into this one
}

func (c *drawnCell) add(text string, line int) {
	c.lines, c.at = append(c.lines, text), append(c.at, line)
}

func newDrawnRow(line, cells int) *drawnRow {
	return &drawnRow{line: line, cells: make([]drawnCell, cells)}
}

// maxDrawnColumns bounds how many columns are looked for.
const maxDrawnColumns = 64

// drawnTables finds the drawn tables of the text below the front matter. A
// table begins below a blank line or a heading, outside fences. Most files have
// none, and two looks tell.
func (r *reader) drawnTables(body string) []*drawnTable {
	if !strings.Contains(body, "+-") && !strings.Contains(body, "-- -") {
		return nil
	}
	var out []*drawnTable
	open, fence := true, ""
	for n := r.bodyLine; n <= r.t.count(); n++ {
		line := r.t.line(n)
		s := strings.TrimLeft(line, " ")
		switch {
		case fence != "":
			if strings.HasPrefix(s, fence) {
				fence = ""
			}
			continue
		case hasAnyPrefix(s, "```", "~~~"):
			fence, open = s[:3], false
			continue
		}
		if open && s != "" {
			if t := r.drawnAt(n, s); t != nil {
				out, n = append(out, t), t.last
				continue
			}
		}
		open = strings.TrimSpace(s) == "" || s[0] == '#'
	}
	return out
}

// drawnAt reads the table that begins on a line, nil if none does.
func (r *reader) drawnAt(n int, s string) *drawnTable {
	var t *drawnTable
	switch {
	case hasAnyPrefix(s, "+-", "+:-"):
		t = r.gridTable(n)
	case strings.HasPrefix(s, "--"):
		t = r.ruledTable(n)
	case strings.HasPrefix(strings.TrimLeft(r.t.line(n+1), " "), "--"):
		t = r.simpleTable(n)
	}
	if t == nil || len(t.rows) < 2 {
		return nil
	}
	return t
}

// masked hides drawn tables from the parser: each becomes a paragraph of one
// letter on its first line, and every line keeps its length in bytes.
func (r *reader) masked(body string, base int, drawn []*drawnTable) string {
	out := []byte(body)
	for _, t := range drawn {
		from := r.t.starts[t.first-1] - base
		to := from + len(r.t.span(t.first, t.last))
		indent := 0
		for n := t.first; n <= t.last; n++ {
			if line := r.t.line(n); strings.TrimSpace(line) != "" {
				if lead := leadOf(line); n == t.first || lead < indent {
					indent = lead
				}
			}
		}
		for i := from; i < to; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
		out[from+indent] = drawnLetter
	}
	return string(out)
}

// drawnLetter stands for a table while the rest is parsed.
const drawnLetter = 'x'

// placeDrawn puts the tables where the parser saw their letters, and gives those
// it saw so: it does not in indented code or in HTML.
func (r *reader) placeDrawn(blocks []*block, drawn []*drawnTable) (placed []*drawnTable) {
	at := make(map[int]*drawnTable, len(drawn))
	for _, t := range drawn {
		at[t.first] = t
	}
	var visit func(blocks []*block)
	visit = func(blocks []*block) {
		for _, b := range blocks {
			if t := at[b.line]; t != nil && b.kind == kindPara && b.text == string(drawnLetter) {
				*b = block{kind: kindTable, line: b.line, end: t.last, off: b.off, more: r.drawnRows(t)}
				placed = append(placed, t)
				continue
			}
			visit(b.kids)
		}
	}
	visit(blocks)
	return placed
}

// parseDrawn parses a text with drawn tables in it. Those the parser takes for
// code or HTML are left to it, in a second round.
func (r *reader) parseDrawn(body string, base int, drawn []*drawnTable) []*block {
	for range 2 {
		text := r.masked(body, base, drawn)
		blocks := r.parseText(text, []byte(text), base)
		placed := r.placeDrawn(blocks, drawn)
		if len(placed) == len(drawn) {
			return blocks
		}
		if drawn = placed; len(drawn) == 0 {
			break
		}
	}
	return r.parseText(body, []byte(body), base)
}

// drawnRows makes the rows of a table like any other. A cell that reaches over
// several rows stands in each of them; where it says what to do, or counts, its
// rows are one.
func (r *reader) drawnRows(t *drawnTable) *blockExtra {
	rows := make([]*tableRow, len(t.rows))
	made := make(map[*drawnRow]*tableRow, len(t.rows))
	for n, row := range t.rows {
		rows[n] = r.drawnRow(row, made)
		made[row] = rows[n]
	}
	x := &blockExtra{head: rows[0], rows: rows[1:]}
	roles := r.columnsOf(&block{kind: kindTable, more: x})
	x.rows = make([]*tableRow, 0, len(rows)-1)
	for n, row := range rows[1:] {
		last := len(x.rows) - 1
		if last < 0 || !sameStep(t.rows[n+1], roles) {
			x.rows = append(x.rows, row)
			continue
		}
		for i, c := range t.rows[n+1].cells {
			if text := row.cells[i].text; c.above == nil && text != "" {
				to := &x.rows[last].cells[i]
				to.text = strings.TrimPrefix(to.text+"\n"+text, "\n")
				to.links = append(to.links, row.cells[i].links...)
				x.rows[last].at[i] = nil
			}
		}
	}
	return x
}

// sameStep tells a row whose act or number is that of the row above.
func sameStep(row *drawnRow, roles []columnRole) bool {
	for i, c := range row.cells {
		if c.above != nil && (roles[i].name == "action" || roles[i].name == "number") {
			return true
		}
	}
	return false
}

func (r *reader) drawnRow(row *drawnRow, made map[*drawnRow]*tableRow) *tableRow {
	out := &tableRow{line: row.line, off: r.t.starts[row.line-1] + leadOf(r.t.line(row.line)), cells: make([]cell, len(row.cells)), at: make([][]int, len(row.cells))}
	for i, c := range row.cells {
		if c.above != nil {
			out.cells[i] = made[c.above].cells[i]
			continue
		}
		out.cells[i], out.at[i] = r.drawnCell(c, out.off)
	}
	return out
}

// drawnCell reads the words of a cell as Markdown. Paragraphs and items stay
// apart, each on a line; lines broken only for the width are joined.
func (r *reader) drawnCell(c drawnCell, off int) (out cell, stands []int) {
	lines, at := tidyCell(c)
	out.off = off
	switch {
	case len(lines) == 0:
		return out, stands
	case len(lines) == 1 && !hasMark(lines[0]):
		var b block
		b.text, b.line = strings.TrimSpace(lines[0]), at[0]
		b.bareLinks()
		out.text, out.links = b.text, b.links
		return out, stands
	}
	text := joinCell(lines)
	if _, over := checkLimits(text); over {
		out.text = plainLine(strings.Join(lines, " "))
		return out, stands
	}
	t := lineTableIn(nil, text)
	blocks := r.parseInner(&converter{t: &t, src: []byte(text), text: text, last: 1, mem: r.mem})
	if len(lines) == 1 && (len(blocks) != 1 || blocks[0].kind != kindPara) {
		out.text = plainLine(lines[0])
		return out, stands
	}
	var parts []string
	for _, b := range blocks {
		b.each(func(b *block) {
			first := min(max(b.line, 1), len(at)) - 1
			for n, s := range strings.Split(strings.TrimSpace(b.text), "\n") {
				if s != "" {
					parts, stands = append(parts, s), append(stands, at[min(first+n, len(at)-1)])
				}
			}
			for _, l := range b.links {
				l.Line = at[min(max(l.Line, 1), len(at))-1]
				out.links = append(out.links, l)
			}
		})
	}
	out.text = strings.Join(parts, "\n")
	if out.text == "" {
		out.text = plainLine(strings.Join(lines, " "))
	}
	return out, stands
}

// tidyCell takes the blank lines around a cell off, and the spaces all of its
// lines begin with.
func tidyCell(c drawnCell) (lines []string, at []int) {
	indent := -1
	for i, s := range c.lines {
		s = strings.TrimRight(s, " \t　")
		if s == "" && len(lines) == 0 {
			continue
		}
		lines, at = append(lines, s), append(at, c.at[i])
		if lead := len(s) - len(strings.TrimLeft(s, " ")); s != "" && (indent < 0 || lead < indent) {
			indent = lead
		}
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for i, s := range lines {
		lines[i] = s[min(indent, len(s)):]
	}
	return lines, at
}

// joinCell puts the lines of a cell together. In a paragraph that begins with a
// mark typed by hand each further mark begins a line of its own.
func joinCell(lines []string) string {
	var b strings.Builder
	marked := false
	for i, s := range lines {
		switch {
		case i == 0 || lines[i-1] == "":
			marked = handMark(s) > 0
		case marked && handMark(s) > 0:
			b.WriteString("  ") // a hard line break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(s)
	}
	return b.String()
}
