package runbook

import "strings"

// dashGroup is a run of dashes: it tells where a column begins and ends.
type dashGroup struct{ from, to int }

// dashGroups reads a line of dashes and spaces; nil for any other line, and
// where a group is shorter than two dashes, which is a line across the page.
func dashGroups(line string) []dashGroup {
	var out []dashGroup
	for i := 0; i < len(line); {
		if line[i] == ' ' {
			i++
			continue
		}
		from := i
		for i < len(line) && line[i] == '-' {
			i++
		}
		if i-from < 2 || len(out) == maxDrawnColumns {
			return nil
		}
		out = append(out, dashGroup{from, i})
	}
	return out
}

// ruledTable reads a table that begins with a line of dashes: pandoc's tables of
// several lines a row, and those without a head.
//
//	------------------        -------- ---------
//	作業     担当             抜く     警備
//	-------- ---------        電話する 班長
//	抜く     警備             -------- ---------
//	------------------
func (r *reader) ruledTable(first int) *drawnTable {
	groups := dashGroups(strings.TrimRight(r.t.line(first), " \t"))
	if len(groups) > 1 {
		return r.ruledRows(first, first+1, groups, nil)
	}
	if len(groups) == 0 || groups[0].to-groups[0].from < 5 {
		return nil
	}
	for n := first + 1; n <= r.t.count() && !r.t.blank(n); n++ {
		columns := dashGroups(strings.TrimRight(r.t.line(n), " \t"))
		if columns == nil {
			continue
		}
		if n == first+1 || columns[0].from != groups[0].from || columns[len(columns)-1].to > groups[0].to || len(columns) < 2 {
			return nil
		}
		head := r.ruledRow(first+1, n-1, columns)
		if head == nil {
			return nil
		}
		return r.ruledRows(first, n+1, columns, head)
	}
	return nil
}

// ruledRows reads the rows from a line up to the line of dashes that closes the
// table. Where blank lines part the rows, a row may have several lines.
func (r *reader) ruledRows(first, from int, groups []dashGroup, head *drawnRow) *drawnTable {
	last, parted := 0, false
	for n := from; n <= r.t.count() && last == 0; n++ {
		line := strings.TrimRight(r.t.line(n), " \t")
		switch {
		case line == "":
			if n == from || r.t.blank(n-1) {
				return nil
			}
			parted = true
		case closes(line, groups, head != nil):
			last = n
		case dashGroups(line) != nil:
			return nil
		}
	}
	if last == 0 || last < r.t.count() && !r.t.blank(last+1) {
		return nil
	}
	t := &drawnTable{first: first, last: last}
	if head != nil {
		t.rows = append(t.rows, head)
	}
	for n := from; n < last; n++ {
		if r.t.blank(n) {
			continue
		}
		end := n
		for parted && end+1 < last && !r.t.blank(end+1) {
			end++
		}
		row := r.ruledRow(n, end, groups)
		if row == nil {
			return nil
		}
		t.rows, n = append(t.rows, row), end
	}
	return t
}

// closes tells the line of dashes under the last row: one run below a head, the
// same runs as above the first row otherwise.
func closes(line string, groups []dashGroup, headed bool) bool {
	end := dashGroups(line)
	if len(end) == 0 || end[0].from != groups[0].from {
		return false
	}
	if headed {
		return len(end) == 1 && end[0].to >= groups[len(groups)-1].to
	}
	return len(end) == len(groups) && end[len(end)-1].to == groups[len(groups)-1].to
}

// simpleTable reads a table whose head is one line over runs of dashes, up to
// the next blank line.
func (r *reader) simpleTable(first int) *drawnTable {
	groups := dashGroups(strings.TrimRight(r.t.line(first+1), " \t"))
	if len(groups) < 2 {
		return nil
	}
	t := &drawnTable{first: first, last: first + 1}
	for n := first; n <= r.t.count() && !r.t.blank(n); n++ {
		if n == first+1 {
			continue
		}
		t.last = n
		if line := strings.TrimRight(r.t.line(n), " \t"); dashGroups(line) != nil {
			if n > first+2 && (n == r.t.count() || r.t.blank(n+1)) {
				break // the line under the last row
			}
			return nil
		}
		row := r.ruledRow(n, n, groups)
		if row == nil {
			return nil
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// ruledRow cuts lines into cells where the runs of dashes begin. There has to be
// a space before each of these places; nil where there is none.
func (r *reader) ruledRow(from, to int, groups []dashGroup) *drawnRow {
	for ambiguous := 1; ambiguous <= 2; ambiguous++ {
		row := newDrawnRow(from, len(groups))
		for n := from; n <= to && row != nil; n++ {
			if !cutRuled(row, strings.TrimRight(r.t.line(n), " \t"), n, groups, ambiguous) {
				row = nil
			}
		}
		if row != nil {
			return row
		}
	}
	return nil
}

func cutRuled(row *drawnRow, line string, n int, groups []dashGroup, ambiguous int) bool {
	start, exact := atColumn(line, groups[0].from, ambiguous)
	if !exact && start < len(line) || strings.TrimSpace(line[:start]) != "" {
		return false
	}
	for i := range groups {
		end := len(line)
		if i+1 < len(groups) {
			end, exact = atColumn(line, groups[i+1].from, ambiguous)
			if end < len(line) && (!exact || line[end-1] != ' ') {
				return false
			}
		}
		row.cells[i].add(line[start:end], n)
		start = end
	}
	return true
}
