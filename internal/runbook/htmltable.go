package runbook

import (
	"html"
	"strings"
)

// htmlTables turns the check tables and decision tables that Word and wikis
// write as HTML into tables like any other: a row that begins on a line of its
// own is a step. What cannot be read so stays a figure, and lint says it.
func (r *reader) htmlTables(blocks []*block) {
	for _, b := range blocks {
		if b.kind == kindHTML && containsAny(b.text, "<table", "<TABLE", "<Table") {
			r.htmlTable(b)
		} else if len(b.kids) > 0 {
			r.htmlTables(b.kids)
		}
	}
}

func (r *reader) htmlTable(b *block) {
	rows, ok := r.htmlRows(b)
	if !ok {
		return
	}
	t := &block{kind: kindTable, line: b.line, end: b.end, off: b.off, more: &blockExtra{head: rows[0], rows: rows[1:]}}
	if shape := r.tableShape(t); shape == tableSteps || shape == tableDecision {
		*b = *t
	}
}

// htmlRows gives the rows of a block that holds one whole table and no other
// words. Cells that span others, and rows that share a line, are not read.
func (r *reader) htmlRows(b *block) ([]*tableRow, bool) {
	low := asciiLower(b.text)
	from, to := strings.Index(low, "<table"), strings.Index(low, "</table")
	if from < 0 || to < from || strings.Count(low, "<table") != 1 || containsAny(low, "rowspan", "colspan") {
		return nil, false
	}
	if htmlText(b.text[:from]) != "" || htmlText(b.text[to:]) != "" || !strings.HasPrefix(r.t.text[min(b.off+from, len(r.t.text)):], b.text[from:to]) {
		return nil, false
	}
	var rows []*tableRow
	for at := from; ; {
		i := nextTag(low[at:to], "tr")
		if i < 0 {
			break
		}
		row := &tableRow{off: b.off + at + i}
		row.line = r.t.lineOf(row.off)
		end := to
		if n := nextTag(low[at+i+1:to], "tr"); n >= 0 {
			end = at + i + 1 + n
		}
		row.cells = htmlCells(b.text[at+i:end], low[at+i:end])
		if len(rows) > 0 && rows[len(rows)-1].line == row.line {
			return nil, false
		}
		rows = append(rows, row)
		at = end
	}
	return rows, len(rows) > 1
}

func htmlCells(row, low string) []cell {
	var out []cell
	for at := 0; at < len(low); {
		i := nextTag(low[at:], "th")
		if j := nextTag(low[at:], "td"); i < 0 || j >= 0 && j < i {
			i = j
		}
		if i < 0 {
			break
		}
		start := at + i
		end := len(low)
		if n := nextTag(low[start+1:], "td"); n >= 0 {
			end = start + 1 + n
		}
		if n := nextTag(low[start+1:end], "th"); n >= 0 {
			end = start + 1 + n
		}
		out = append(out, cell{text: htmlText(row[start:end])})
		at = end
	}
	return out
}

// nextTag finds the next opening tag of a name, -1 if there is none.
func nextTag(low, name string) int {
	for at := 0; ; {
		i := strings.Index(low[at:], "<"+name)
		if i < 0 {
			return -1
		}
		if after := at + i + 1 + len(name); after == len(low) || !isAlnum(low[after]) {
			return at + i
		}
		at += i + 1
	}
}

// htmlText gives the words of a piece of HTML: lines and items stay apart.
func htmlText(s string) string {
	var b strings.Builder
	for s != "" {
		text, rest, found := strings.Cut(s, "<")
		b.WriteString(strings.ReplaceAll(text, "\n", " "))
		if !found {
			break
		}
		tag, after, closed := strings.Cut(rest, ">")
		if !closed {
			b.WriteString("<" + rest)
			break
		}
		switch name := tagName(tag); {
		case name == "br", name == "li", name == "p" && b.Len() > 0:
			b.WriteByte('\n')
		case isPlaceholderTag("<" + tag + ">"):
			b.WriteString("<" + tag + ">")
		}
		s = after
	}
	var lines []string
	for line := range strings.SplitSeq(html.UnescapeString(b.String()), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func tagName(tag string) string {
	name, _, _ := strings.Cut(strings.TrimSpace(strings.TrimRight(tag, "/ ")), " ")
	return asciiLower(name)
}

// asciiLower folds A to Z and keeps every byte in its place.
func asciiLower(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			out := []byte(s)
			for k := i; k < len(out); k++ {
				if out[k] >= 'A' && out[k] <= 'Z' {
					out[k] |= 0x20
				}
			}
			return string(out)
		}
	}
	return s
}

// lintHTML reports a table in HTML that looks like steps and could not be read
// as such.
func (r *reader) lintHTML(s *section, b *block) {
	if s.kind == kindContext && s.own == kindContext || !containsAny(b.text, "<table", "<TABLE", "<Table") {
		return
	}
	low := asciiLower(b.text)
	first := nextTag(low, "tr")
	if first < 0 {
		return
	}
	end := len(low)
	if n := nextTag(low[first+1:], "tr"); n >= 0 {
		end = first + 1 + n
	}
	action, beside := false, strings.ContainsAny(b.text, "□☐") || strings.Contains(b.text, "[ ]")
	for _, c := range htmlCells(b.text[first:end], low[first:end]) {
		f := strings.TrimSpace(fold(stripBrackets(c.text)))
		switch {
		case r.labels.name(f) == "owner", isNumberHeader(f), isConditionColumn(f):
			beside = true
		case isActionColumn(f):
			action = true
		}
	}
	if action && beside {
		r.find("RB223", b.line, 1)
	}
}

// Readable gives the text of a step without the tags of HTML that only lay it
// out, for a window that shows text as it is. Items become lines with a mark;
// code and placeholders such as <host> stay.
func Readable(body string) string {
	if !strings.Contains(body, "<") {
		return body
	}
	lines := strings.Split(body, "\n")
	out := lines[:0:0]
	plain := outsideFences(lines)
	for i, line := range lines {
		if len(plain) > 0 && plain[0] == i {
			plain = plain[1:]
			shown := readableLine(line)
			if strings.TrimSpace(shown) == "" && strings.TrimSpace(line) != "" {
				continue
			}
			line = shown
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func readableLine(line string) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		end := strings.IndexByte(line[i:], '>')
		if line[i] == '`' { // a code span stays as it is
			if n := strings.IndexByte(line[i+1:], '`'); n >= 0 {
				b.WriteString(line[i : i+n+2])
				i += n + 2
				continue
			}
		}
		if line[i] != '<' || end < 0 || i+1 >= len(line) || !isAlnum(line[i+1]) && line[i+1] != '/' || isPlaceholderTag(line[i:i+end+1]) || strings.Contains(line[i:i+end], "://") {
			b.WriteByte(line[i])
			i++
			continue
		}
		switch tag := tagName(line[i+1 : i+end]); {
		case tag == "br":
			b.WriteByte('\n')
		case tag == "li":
			if strings.TrimSpace(b.String()) != "" {
				b.WriteByte('\n')
			}
			b.WriteString("- ")
		case (tag == "td" || tag == "th") && strings.TrimSpace(b.String()) != "":
			b.WriteString("  ")
		}
		i += end + 1
	}
	return strings.TrimRight(b.String(), " ")
}
