package runbook

import "strings"

// The limits of a file. Each is at least twice the largest value seen in 2,239
// runbooks. They keep the parser, which cannot be cancelled and is quadratic on
// some shapes, under a second for the largest legal file.
const (
	maxFile        = 1 << 20 // bytes
	maxLine        = 20_000  // bytes
	maxDepth       = 16      // ">" and list marks on one line, and nested lists
	maxLinkMarks   = 200     // "](" in a paragraph
	maxEmphasis    = 1_000   // "*" and "_" in a paragraph
	maxOtherMarks  = 1_000   // "[", "`", "<" and "~", each, in a paragraph
	maxDefinitions = 2_000   // link and footnote definitions
	maxRows        = 2_000
	maxColumns     = 20
	maxFrontMatter = 16 << 10
	maxSteps       = 1_000
	maxPhases      = 200
	maxSubSteps    = 100
)

// overLimit says where a file passes a limit, and which.
type overLimit struct {
	line int
	what string
}

// container is an open list item while scanning: where its mark stands, where
// its content begins, and the mark itself.
type container struct {
	indent, content int
	mark            byte
}

// limitScan walks the text once, line by line, and keeps only counters. It errs
// on the strict side: what it takes for one paragraph may be several, never the
// other way round.
type limitScan struct {
	lists       []container
	fence       fenceState
	prev        string // the line before, for table heads
	rows        int    // rows of the open table, 0 = none
	links       int
	emphasis    int
	other       [4]int
	definitions int
}

type fenceState struct {
	mark    byte
	length  int
	content int // content column of the list item that holds it
	quotes  int
}

// checkLimits returns the first line that passes a limit.
func checkLimits(text string) (overLimit, bool) {
	if farFromLimits(text) {
		return overLimit{}, false
	}
	return scanLimits(text)
}

// scanLimits follows the structure of the text, line by line.
func scanLimits(text string) (overLimit, bool) {
	var s limitScan
	for n := 1; text != ""; n++ {
		line := text
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			line, text = text[:i], text[i+1:]
		} else {
			text = ""
		}
		if what := s.line(line); what != "" {
			return overLimit{line: n, what: what}, true
		}
	}
	return overLimit{}, false
}

func (s *limitScan) line(line string) string {
	if len(line) > maxLine {
		return "line"
	}
	rest, indent, quotes, depth := stripContainers(line)
	if depth > maxDepth && !onlyMarks(line) {
		return "depth"
	}
	if rest == "" && depth == quotes {
		s.endParagraph()
		s.prev = ""
		return ""
	}
	if s.insideFence(rest, indent, quotes, depth) {
		return ""
	}
	if s.startsBlock(line) {
		s.endParagraph()
	}
	if len(s.lists) > maxDepth {
		return "depth"
	}
	if what := s.table(rest); what != "" {
		return what
	}
	s.prev = rest
	if len(rest) > 2 && rest[0] == '[' && strings.Contains(rest, "]:") {
		if s.definitions++; s.definitions > maxDefinitions {
			return "definitions"
		}
	}
	return s.count(line)
}

func (s *limitScan) endParagraph() {
	s.links, s.emphasis, s.other, s.rows = 0, 0, [4]int{}, 0
}

// stripContainers takes the quote and list marks off the head of a line.
// depth counts all of them, quotes only ">".
func stripContainers(line string) (rest string, indent, quotes, depth int) {
	i, first := 0, true
	for i < len(line) {
		start := i
		for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
			i++
		}
		if first {
			indent, first = columns(line[start:i]), false
		}
		if i >= len(line) {
			break
		}
		if line[i] == '>' {
			quotes++
			depth++
			i++
			continue
		}
		n := markLength(line[i:])
		if n == 0 {
			break
		}
		depth++
		i += n
	}
	return line[i:], indent, quotes, depth
}

func columns(space string) int {
	n := 0
	for i := 0; i < len(space); i++ {
		if space[i] == '\t' {
			n += 4 - n%4
		} else {
			n++
		}
	}
	return n
}

// markLength is the length of the list mark at the head of s, 0 if there is none.
func markLength(s string) int {
	if s == "" {
		return 0
	}
	n := 0
	switch c := s[0]; {
	case c == '-' || c == '*' || c == '+':
		n = 1
	case c >= '0' && c <= '9':
		for n < len(s) && n < 10 && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		if n == len(s) || n > 9 || (s[n] != '.' && s[n] != ')') {
			return 0
		}
		n++
	default:
		return 0
	}
	if n == len(s) || s[n] == ' ' || s[n] == '\t' {
		return n
	}
	return 0
}

// onlyMarks tells a thematic break such as "- - - -".
func onlyMarks(line string) bool {
	return strings.Trim(line, "- \t") == "" || strings.Trim(line, "* \t") == ""
}

func (s *limitScan) insideFence(rest string, indent, quotes, depth int) bool {
	f := &s.fence
	if f.mark != 0 {
		if indent < f.content || quotes < f.quotes {
			f.mark = 0
		} else {
			if run := fenceRun(rest, f.mark); run >= f.length && strings.TrimSpace(rest[run:]) == "" {
				f.mark = 0
			}
			return true
		}
	}
	top := 0
	if n := len(s.lists); n > 0 {
		top = s.lists[n-1].content
	}
	for _, mark := range []byte{'`', '~'} {
		run := fenceRun(rest, mark)
		if run < 3 || (mark == '`' && strings.IndexByte(rest[run:], '`') >= 0) {
			continue
		}
		if depth > quotes || (indent > 3 && (indent < top || indent > top+3)) {
			return false
		}
		*f = fenceState{mark: mark, length: run, quotes: quotes}
		if indent >= top {
			f.content = top
		}
		s.endParagraph()
		return true
	}
	return false
}

func fenceRun(s string, mark byte) int {
	n := 0
	for n < len(s) && s[n] == mark {
		n++
	}
	return n
}

// startsBlock tells lines that surely begin a new paragraph, and keeps the
// stack of open list items.
func (s *limitScan) startsBlock(line string) bool {
	i := 0
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	indent := columns(line[:i])
	if i < len(line) && line[i] == '#' && indent <= 3 && len(strings.TrimLeft(line[i:], "#")) < len(line[i:]) {
		return isATX(line[i:])
	}
	n := markLength(line[i:])
	if n == 0 || strings.TrimSpace(line[i+n:]) == "" {
		return false
	}
	mark := line[i+n-1]
	ordered := mark == '.' || mark == ')'
	for len(s.lists) > 0 && indent < s.lists[len(s.lists)-1].content {
		last := s.lists[len(s.lists)-1]
		s.lists = s.lists[:len(s.lists)-1]
		under := 0
		if n := len(s.lists); n > 0 {
			under = s.lists[n-1].content
		}
		if last.mark == mark && indent >= under {
			s.lists = append(s.lists, container{indent: indent, content: indent + n + 1, mark: mark})
			return true
		}
	}
	// A number other than 1 begins a list only after a blank line; elsewhere it
	// goes on with the paragraph.
	if ordered && s.prev != "" && !strings.HasPrefix(line[i:], "1.") && !strings.HasPrefix(line[i:], "1)") {
		return false
	}
	base := 0
	if len(s.lists) > 0 {
		base = s.lists[len(s.lists)-1].content
	}
	if indent > base+3 {
		return false
	}
	s.lists = append(s.lists, container{indent: indent, content: indent + n + 1, mark: mark})
	return true
}

func isATX(s string) bool {
	n := fenceRun(s, '#')
	return n <= 6 && (n == len(s) || s[n] == ' ' || s[n] == '\t')
}

// table follows GFM: a row of dashes under a head with as many columns.
func (s *limitScan) table(rest string) string {
	if s.rows > 0 {
		s.rows++
		s.links, s.emphasis, s.other = 0, 0, [4]int{}
		if s.rows > maxRows {
			return "rows"
		}
		return ""
	}
	if strings.IndexByte(rest, '-') < 0 || strings.Trim(rest, "|-: \t") != "" || strings.IndexByte(rest, '|') < 0 {
		return ""
	}
	cols := tableColumns(rest)
	if cols > maxColumns {
		return "columns"
	}
	if cols == tableColumns(s.prev) {
		s.rows = 1
	}
	return ""
}

func tableColumns(row string) int {
	row = strings.TrimSpace(row)
	row = strings.TrimPrefix(row, "|")
	row = strings.TrimSuffix(row, "|")
	return strings.Count(row, "|") - strings.Count(row, `\|`) + 1
}

func (s *limitScan) count(line string) string {
	for i := 0; i < len(line); i++ {
		if !inlineMark[line[i]] {
			continue
		}
		switch line[i] {
		case '*', '_':
			s.emphasis++
		case ']':
			if i+1 < len(line) && line[i+1] == '(' {
				s.links++
			}
		case '[':
			s.other[0]++
		case '`':
			s.other[1]++
		case '<':
			s.other[2]++
		case '~':
			s.other[3]++
		}
	}
	switch {
	case s.links > maxLinkMarks:
		return "links"
	case s.emphasis > maxEmphasis:
		return "emphasis"
	}
	for _, n := range s.other {
		if n > maxOtherMarks {
			return "marks"
		}
	}
	return ""
}
