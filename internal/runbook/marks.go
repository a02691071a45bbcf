package runbook

import (
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// inlineMarks are the bytes at which an inline construct may begin or be escaped.
const inlineMarks = "\\`*_[]!<~"

// markKind is what a mark of which CommonMark leaves no doubt makes of its words.
type markKind uint8

const (
	markLiteral markKind = iota // nothing: the signs are text
	markCode
	markStrong
	markLink
)

// mark is a code span, bold words or a link within one line, or signs that are
// no mark where they stand.
type mark struct {
	kind     markKind
	at       int // where it begins
	from, to int // the words
	end      int // where the line goes on
}

// marked tells a line, without space at its head, on which an inline mark may
// stand that simpleMark does not know.
func marked(line []byte, noRefs bool) bool {
	for i := 0; i < len(line); i++ {
		if !inlineMark[line[i]] {
			continue
		}
		m, ok := simpleMark(line, i, noRefs)
		if !ok {
			return true
		}
		i = m.end - 1
	}
	return false
}

func hasMark[T []byte | string](s T) bool {
	for i := range len(s) {
		if inlineMark[s[i]] {
			return true
		}
	}
	return false
}

// simpleMark reads a mark of which CommonMark leaves no doubt: `code`, **bold**
// from a border of words to another with no other mark inside, [words](address),
// and signs that cannot be a mark where they stand. noRefs says that the file
// defines no references, so that [words] alone are text.
func simpleMark[T []byte | string](line T, i int, noRefs bool) (mark, bool) {
	switch line[i] {
	case '`':
		return codeMark(line, i)
	case '*':
		return strongMark(line, i)
	case '[':
		return bracketMark(line, i, noRefs)
	case '!': // the parser would give a text of one piece for one at the head
		return mark{at: i, end: i + 1}, i > 0 && at(line, i+1) != '['
	case '_':
		to := i
		for at(line, to) == '_' {
			to++
		}
		return mark{at: i, end: to}, i > 0 && isAlnum(line[i-1]) && isAlnum(at(line, to))
	}
	return mark{}, false
}

// codeMark reads a code span between single backquotes. The space that may stand
// at both its ends is not part of it.
func codeMark[T []byte | string](line T, i int) (mark, bool) {
	to := nextOf(line, i+1, '`')
	if to <= i+1 || line[i+1] == ' ' && line[to-1] == ' ' || at(line, to+1) == '`' {
		return mark{}, false
	}
	return mark{kind: markCode, at: i, from: i + 1, to: to, end: to + 1}, true
}

func strongMark[T []byte | string](line T, i int) (mark, bool) {
	if at(line, i+1) != '*' || i > 0 && line[i-1] != ' ' || !letterAt(line, i+2) {
		return mark{}, false
	}
	to := nextMark(line, i+2)
	if at(line, to) != '*' || at(line, to+1) != '*' || at(line, to+2) == '*' {
		return mark{}, false
	}
	last, next := line[to-1], at(line, to+2)
	if !isAlnum(last) && !(to-i > 4 && letterAt(line, to-3)) && !(last > ' ' && last < utf8.RuneSelf && (next == ' ' || next == '\n' || next == 0)) {
		return mark{}, false
	}
	return mark{kind: markStrong, at: i, from: i + 2, to: to, end: to + 2}, true
}

// maxLinkWords keeps simple links well under the 999 characters of CommonMark.
const maxLinkWords = 300

// bracketMark reads [words](address) without a title. In a file without
// definitions, brackets around words are text.
func bracketMark[T []byte | string](line T, i int, noRefs bool) (mark, bool) {
	to := nextMark(line, i+1)
	if at(line, to) != ']' || to-i < 3 || to-i > maxLinkWords || line[i+1] == '^' {
		return mark{}, false // a note, and [ ] or [x], which may be a box to tick
	}
	if at(line, to+1) != '(' {
		return mark{at: i, end: to + 1}, noRefs
	}
	end := to + 2
	for end < len(line) && line[end] > ' ' && line[end] != '(' && line[end] != ')' && line[end] != '\\' {
		end++
	}
	if at(line, end) != ')' || end == to+2 || line[to+2] == '<' {
		return mark{}, false
	}
	return mark{kind: markLink, at: i, from: i + 1, to: to, end: end + 1}, true
}

// taskBox gives the length of the tick box at the head of an item, with the
// space behind it, and whether it is ticked.
func taskBox(node ast.Node, line []byte) (length int, ticked bool) {
	if len(line) < 5 || line[0] != '[' || line[2] != ']' || line[3] != ' ' || line[1] != ' ' && line[1]|0x20 != 'x' {
		return 0, false
	}
	if _, ok := node.Parent().(*ast.ListItem); !ok || node.PreviousSibling() != nil {
		return 0, false
	}
	n := 4
	for n < len(line) && (line[n] == ' ' || line[n] >= '\t' && line[n] <= '\r') {
		n++
	}
	if n == len(line) {
		return 0, false // nothing but the box on its line
	}
	return n, line[1] != ' '
}

// letterAt tells an ASCII letter or digit, or one of the Chinese characters and
// kana, whose marks and signs are left out: beside them it depends on what
// stands on the other side.
func letterAt[T []byte | string](line T, i int) bool {
	a, b, c := at(line, i), at(line, i+1), at(line, i+2)
	switch {
	case a < utf8.RuneSelf:
		return isAlnum(a)
	case a >= 0xE5 && a <= 0xE9, a == 0xE4 && b >= 0xB8:
		return true
	case a == 0xE3 && b == 0x81, a == 0xE3 && b == 0x82:
		return b == 0x81 || c <= 0x96 || c >= 0xA1
	case a == 0xE3 && b == 0x83:
		return c <= 0xBA
	}
	return false
}

// at gives a byte of the line, 0 behind its end.
func at[T []byte | string](line T, i int) byte {
	if i >= len(line) {
		return 0
	}
	return line[i]
}

func nextOf[T []byte | string](line T, from int, c byte) int {
	for i := from; i < len(line); i++ {
		if line[i] == c {
			return i
		}
	}
	return -1
}

// nextMark is where the next sign stands that may be a mark.
func nextMark[T []byte | string](line T, from int) int {
	for from < len(line) && !inlineMark[line[from]] {
		from++
	}
	return from
}
