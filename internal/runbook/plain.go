package runbook

import (
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
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

// plainHeading is a heading with # of the same kind.
type plainHeading struct {
	ast.Heading
}

// IsRaw keeps the parser from looking for inline marks.
func (*plainHeading) IsRaw() bool { return true }

// headings opens headings as in CommonMark, the plain ones as such.
type headings struct {
	parser.BlockParser
}

// Open begins a heading at a line with #.
func (h headings) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	node, state := h.BlockParser.Open(parent, reader, pc)
	heading, ok := node.(*ast.Heading)
	if !ok || heading.Lines().Len() != 1 {
		return node, state
	}
	seg := heading.Lines().At(0)
	a, ok := pc.Get(arenaKey).(*arena)
	if !ok || seg.Padding > 0 || seg.Len() == 0 || marked(reader.Source()[seg.Start:seg.Stop], a.noRefs) {
		return node, state
	}
	plain := a.headings.next()
	plain.Heading = *heading
	return plain, state
}

// plainParas is the paragraph transformer that finds plain paragraphs. It runs
// after those for tables and link definitions.
type plainParas struct{}

// plainParasPriority places the transformer after all others.
const plainParasPriority = 1000

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
		if seg.Padding > 0 {
			return
		}
		words := util.TrimLeftSpace(src[seg.Start:seg.Stop])
		if i == 0 {
			box, _ := taskBox(node, words)
			words = words[box:]
		}
		if marked(words, a.noRefs) {
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

// linkDefinitions looks for link definitions where a paragraph begins with a
// bracket: elsewhere there is none, and looking takes a reader of its own.
type linkDefinitions struct {
	parser.ParagraphTransformer
}

// Transform takes link definitions off the head of a paragraph.
func (l linkDefinitions) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	if node.Lines().Len() == 0 {
		return
	}
	seg := node.Lines().At(0)
	if head := util.TrimLeftSpace(reader.Source()[seg.Start:seg.Stop]); len(head) > 0 && head[0] == '[' {
		l.ParagraphTransformer.Transform(node, reader, pc)
	}
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

// plain fills the text of a block from a plain paragraph, as inline does from a
// parsed one.
func (c *converter) plain(b *block, lines *text.Segments) {
	first := lines.At(0)
	if lines.Len() == 1 && !b.task && !hasMark(c.text[first.Start:first.Stop]) {
		b.text = strings.TrimSpace(c.text[first.Start:first.Stop])
		b.bareLinks()
		return
	}
	w := inlineWriter{c: c, b: b, atHead: true}
	w.out.Grow(lines.At(lines.Len()-1).Stop - first.Start)
	for i := range lines.Len() {
		seg := lines.At(i)
		line := c.text[seg.Start:seg.Stop]
		tail := w.plainLine(strings.TrimRight(line, " \t\n\x0b\x0c\r"), seg.Start)
		switch {
		case i+1 == lines.Len():
		case strings.HasSuffix(line, "  \n"):
			w.put("\n", false)
		case !wideBreak(tail, c.text[lines.At(i+1).Start:]):
			w.put(" ", false)
		}
	}
	w.finish()
}

// plainLine writes a line that stands at off and returns what stands behind its
// last mark.
func (w *inlineWriter) plainLine(line string, off int) (tail string) {
	from := 0
	for i := 0; i < len(line); i++ {
		if !inlineMark[line[i]] {
			continue
		}
		m, ok := simpleMark(line, i, w.c.mem.noRefs)
		if !ok {
			break // marked has seen to it
		}
		i = m.end - 1
		if m.kind == markLiteral {
			continue
		}
		w.put(line[from:m.at], false)
		w.put(line[m.from:m.to], m.kind == markStrong)
		if m.kind == markLink {
			w.link(line[m.from:m.to], line[m.to+len("]("):m.end-len(")")], off+m.at)
		}
		from = m.end
	}
	w.put(line[from:], false)
	return line[from:]
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
