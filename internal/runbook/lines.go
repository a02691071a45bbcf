package runbook

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// lineTable knows where each line of a text begins.
type lineTable struct {
	text   string
	starts []int // offset of line i+1
}

// lineTableIn builds the table in a list that is there already.
func lineTableIn(starts []int, text string) lineTable {
	starts = append(slices.Grow(starts[:0], strings.Count(text, "\n")+2), 0)
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '\n')
		if n < 0 {
			break
		}
		i += n + 1
		if i < len(text) {
			starts = append(starts, i)
		}
	}
	return lineTable{text: text, starts: starts}
}

func (t *lineTable) count() int { return len(t.starts) }

// lineOf gives the line (from 1) that holds the byte at off.
func (t *lineTable) lineOf(off int) int {
	return sort.Search(len(t.starts), func(i int) bool { return t.starts[i] > off })
}

// line gives the text of a line without its end.
func (t *lineTable) line(n int) string {
	if n < 1 || n > len(t.starts) {
		return ""
	}
	end := len(t.text)
	if n < len(t.starts) {
		end = t.starts[n] - 1
	} else if strings.HasSuffix(t.text, "\n") {
		end--
	}
	if end < t.starts[n-1] {
		return ""
	}
	return t.text[t.starts[n-1]:end]
}

// lineCol gives line and column, both from 1; the column counts characters.
func (t *lineTable) lineCol(off int) (line, col int) {
	line = t.lineOf(off)
	return line, utf8.RuneCountInString(t.text[t.starts[line-1]:off]) + 1
}

// span gives the text of lines from..to without the last line end.
func (t *lineTable) span(from, to int) string {
	if from < 1 || to < from || from > len(t.starts) {
		return ""
	}
	end := len(t.text)
	if to < len(t.starts) {
		end = t.starts[to] - 1
	}
	return strings.TrimRight(t.text[t.starts[from-1]:end], "\n")
}

func (t *lineTable) blank(n int) bool { return strings.TrimSpace(t.line(n)) == "" }

// trimEnd moves the end of a range up over blank lines, not above from.
func (t *lineTable) trimEnd(from, to int) int {
	for to > from && t.blank(to) {
		to--
	}
	return to
}
