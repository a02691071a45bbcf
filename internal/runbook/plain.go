package runbook

import (
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// plainPara is a paragraph in which no inline mark can occur. The parser leaves
// its lines alone, and the reader joins them itself: more than half of all
// paragraphs are of this kind, and looking for marks in each of them took as
// long as finding the blocks.
type plainPara struct {
	ast.Paragraph
}

// IsRaw keeps the parser from looking for inline marks.
func (*plainPara) IsRaw() bool { return true }

// plainParas is the paragraph transformer that finds plain paragraphs. It runs
// after those for tables and link definitions.
type plainParas struct{}

// plainParasPriority places the transformer after all others.
const plainParasPriority = 1000

// inlineMarks are the bytes at which an inline construct may begin or be escaped.
const inlineMarks = "\\`*_[]!<~"

// Transform replaces the paragraph when it is plain. A paragraph that is about
// to become a heading by the line under it is no longer among the open blocks
// and stays as it is: replacing it would undo the heading.
func (plainParas) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines, src := node.Lines(), reader.Source()
	a, ok := pc.Get(arenaKey).(*arena)
	if !ok || !isOpen(node, pc) || lines.Len() == 0 {
		return
	}
	for i := range lines.Len() {
		seg := lines.At(i)
		if seg.Padding > 0 || marked(src[seg.Start:seg.Stop]) {
			return
		}
	}
	last := lines.Len() - 1
	for i := range lines.Len() {
		seg := lines.At(i)
		seg = seg.TrimLeftSpace(src)
		if i == last {
			seg = seg.TrimRightSpace(src)
		}
		lines.Set(i, seg)
	}
	plain := a.plains.next()
	plain.SetLines(lines)
	node.Parent().ReplaceChild(node.Parent(), node, plain)
}

func isOpen(node ast.Node, pc parser.Context) bool {
	open := pc.OpenedBlocks()
	for i := len(open) - 1; i >= 0; i-- {
		if open[i].Node == node {
			return true
		}
	}
	return false
}

func marked(line []byte) bool {
	for _, c := range line {
		if c <= '~' && inlineMark[c] {
			return true
		}
	}
	return false
}

// plain fills the text of a block from a plain paragraph, as inline does from a
// parsed one.
func (c *converter) plain(b *block, n *plainPara) {
	lines := n.Lines()
	first := lines.At(0)
	if lines.Len() == 1 {
		b.text = strings.TrimSpace(c.text[first.Start:first.Stop])
		b.bareLinks()
		return
	}
	var out strings.Builder
	out.Grow(lines.At(lines.Len()-1).Stop - first.Start)
	for i := range lines.Len() {
		seg := lines.At(i)
		line := c.text[seg.Start:seg.Stop]
		words := strings.TrimRight(line, " \t\n\x0b\x0c\r")
		out.WriteString(words)
		switch {
		case i+1 == lines.Len():
		case strings.HasSuffix(line, "  \n"):
			out.WriteByte('\n')
		case !wideBreak(words, c.text[lines.At(i+1).Start:]):
			out.WriteByte(' ')
		}
	}
	b.text = strings.Trim(out.String(), " \n")
	b.bareLinks()
}

// wideBreak tells a line break between two Japanese signs, which is no space.
func wideBreak(before, after string) bool {
	l, _ := utf8.DecodeLastRuneInString(before)
	if !isWide(l) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(after)
	return isWide(r)
}
