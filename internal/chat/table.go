package chat

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

const columnGap = 2

// Table writes a plain table for a terminal of the given width in columns, at
// least 20; 0 means 80. Kanji take two columns. Cells that are too long go on
// below in their column; characters whose width differs between terminals are
// replaced by plain ones where there is one. It fails only if w does.
func Table(w io.Writer, headers []string, rows [][]string, columns int) error {
	if columns == 0 {
		columns = 80
	}
	cells := make([][]string, 0, len(rows)+1)
	for _, row := range append([][]string{headers}, rows...) {
		line := make([]string, len(headers))
		for i := range line {
			if i < len(row) {
				line[i] = PlainWidth(OneLine(row[i]))
			}
		}
		cells = append(cells, line)
	}
	widths := columnWidths(cells, max(columns, 20))
	for _, row := range cells {
		if err := writeRow(w, row, widths); err != nil {
			return fmt.Errorf("write table: %w", err)
		}
	}
	return nil
}

// wholeWord is the longest word, in columns, that a table keeps on one line
// while another column can give way: ids are typed and copied.
const wholeWord = 24

// columnWidths gives every column what it needs; where that is too much, the
// widest ones give way first, and words are broken last.
func columnWidths(cells [][]string, columns int) []int {
	if len(cells) == 0 || len(cells[0]) == 0 {
		return nil
	}
	widths, words, least := make([]int, len(cells[0])), make([]int, len(cells[0])), make([]int, len(cells[0]))
	for _, row := range cells {
		for i, c := range row {
			widths[i], words[i], least[i] = max(widths[i], Columns(c)), max(words[i], longestWord(c)), 4
		}
	}
	room := columns - columnGap*(len(widths)-1)
	giveWay(widths, words, room)
	giveWay(widths, least, room)
	return widths
}

// giveWay narrows the widest columns that are wider than their least width
// until all fit.
func giveWay(widths, least []int, room int) {
	for sum(widths) > room {
		widest := -1
		for i, n := range widths {
			if n > max(least[i], 4) && (widest < 0 || n > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
	}
}

// longestWord is how many columns the longest run of plain letters, digits and
// signs takes; 0 for runs that are longer than wholeWord, which no table can keep.
func longestWord(s string) int {
	most, n := 0, 0
	for _, r := range s + " " {
		if r > ' ' && r < 0x7f {
			n++
			continue
		}
		if n <= wholeWord {
			most = max(most, n)
		}
		n = 0
	}
	return most
}

func sum(ns []int) int {
	total := 0
	for _, n := range ns {
		total += n
	}
	return total
}

func writeRow(w io.Writer, row []string, widths []int) error {
	parts := make([][]string, len(row))
	height := 1
	for i, c := range row {
		parts[i] = Wrap(c, widths[i])
		height = max(height, len(parts[i]))
	}
	for y := range height {
		var b strings.Builder
		for i := range parts {
			cell := ""
			if y < len(parts[i]) {
				cell = parts[i][y]
			}
			b.WriteString(cell)
			b.WriteString(strings.Repeat(" ", max(0, widths[i]-Columns(cell))+columnGap))
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// Wrap breaks a text into lines of at most n columns (at least 2), at spaces
// where there are some and between characters else. A closing bracket, 。 or 、
// never begins a line.
func Wrap(s string, n int) []string {
	n = max(n, 2)
	var lines []string
	for _, para := range strings.Split(s, "\n") {
		lines = append(lines, wrapLine(para, n)...)
	}
	return lines
}

func wrapLine(s string, n int) []string {
	var lines []string
	cs := Clusters(s)
	for len(cs) > 0 {
		cut := fits(cs, n)
		if cut == len(cs) {
			return append(lines, strings.Join(cs, ""))
		}
		cut = breakAt(cs, cut)
		lines = append(lines, strings.TrimRight(strings.Join(cs[:cut], ""), " "))
		for cut < len(cs) && cs[cut] == " " {
			cut++
		}
		cs = cs[cut:]
	}
	if lines == nil {
		return []string{""}
	}
	return lines
}

// fits is how many characters go into n columns, at least one.
func fits(cs []string, n int) int {
	used := 0
	for i, c := range cs {
		used += clusterColumns(c)
		if used > n {
			return max(i, 1)
		}
	}
	return len(cs)
}

// breakAt moves a cut back to a better place: at most half the line, or as far as
// it takes to keep an address or a number in one piece.
func breakAt(cs []string, cut int) int {
	if cs[cut] == " " {
		return cut
	}
	for i := cut; i > cut/2 && i > 0; i-- {
		if cs[i-1] == " " {
			return i
		}
		if wide(cs[i-1]) && !strings.Contains("、。，．）」』】〕］｝,.)]}ーっゃゅょッャュョ", cs[i]) {
			return i
		}
	}
	return wordStart(cs, cut)
}

// wordStart is where the word begins that a cut would break, if it fits into the
// next line: half a mail address is copied by nobody. Else it is the cut.
func wordStart(cs []string, cut int) int {
	from, to := cut, cut
	for from > 0 && cs[from-1] != " " && !wide(cs[from-1]) {
		from--
	}
	for to < len(cs) && cs[to] != " " && !wide(cs[to]) {
		to++
	}
	if from > 0 && to-from <= cut {
		return from
	}
	return cut
}

func wide(c string) bool { return clusterColumns(c) == 2 }

// PlainWidth replaces characters that are narrow in one terminal and wide in
// another (… → ● ○ ① box lines) by plain ones of the same meaning. Letters of
// other scripts stay: a name is never lost.
func PlainWidth(s string) string {
	var b strings.Builder
	for _, r := range s {
		if width.LookupRune(r).Kind() != width.EastAsianAmbiguous {
			b.WriteRune(r)
			continue
		}
		b.WriteString(plain(r))
	}
	return b.String()
}

func plain(r rune) string {
	switch r {
	case '→', '⇒':
		return "->"
	case '←':
		return "<-"
	case '●', '■', '◆', '★', '※', '▲':
		return "*"
	case '○', '□', '◇', '☆', '△', '◯':
		return "o"
	case '×':
		return "x"
	case '—', '–', '―', '─':
		return "-"
	case '│':
		return "|"
	case '“', '”':
		return `"`
	case '‘', '’':
		return "'"
	case '·':
		return "・"
	case '±':
		return "+/-"
	}
	if k := norm.NFKC.String(string(r)); k != string(r) && plainASCII(k) {
		return k
	}
	return string(r)
}

// plainASCII reports whether a text has only printable ASCII.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}
