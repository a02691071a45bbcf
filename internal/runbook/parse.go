package runbook

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
)

// newParser gives the one dialect runbooks are read in: CommonMark with GFM and
// footnotes. Automatic heading ids stay off: they are useless for Japanese. Bare
// addresses are found by bareLinks, which costs a fraction of the extension.
func newParser() parser.Parser {
	blocks := parser.DefaultBlockParsers()
	for i := range blocks {
		switch blocks[i].Priority {
		case headingPriority:
			blocks[i].Value = headings{parser.NewATXHeadingParser()}
		case paragraphPriority:
			blocks[i].Value = paragraphs{parser.NewParagraphParser()}
		}
	}
	p := parser.NewParser(parser.WithBlockParsers(blocks...), parser.WithInlineParsers(parser.DefaultInlineParsers()...),
		parser.WithParagraphTransformers(util.Prioritized(linkDefinitions{parser.LinkReferenceParagraphTransformer}, 100),
			util.Prioritized(tables{extension.NewTableParagraphTransformer()}, tablePriority),
			util.Prioritized(plainParas{}, plainParasPriority)),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)))
	return goldmark.New(goldmark.WithParser(p),
		goldmark.WithExtensions(extension.Strikethrough, extension.TaskList, extension.Footnote)).Parser()
}

// Where CommonMark's own parsers of headings and paragraphs stand.
const (
	headingPriority   = 600
	paragraphPriority = 1000
	tablePriority     = 200
)

// converter turns the parser's tree into blocks.
type converter struct {
	t    *lineTable
	base int    // offset of src in the file's text
	src  []byte // what was parsed
	text string // the same, as a string, so that slices need no copy
	last int    // line found by the last look-up; positions mostly ascend
	mem  *arena
}

// add gives a new block.
func (c *converter) add(kind blockKind, pos int) *block {
	b := c.mem.blocks.next()
	b.kind = kind
	b.off = c.base + max(pos, 0)
	b.line = c.lineAt(b.off)
	return b
}

// parseBlocks parses the text from offset base to its end. The bytes of the file
// serve as they are when decoding changed nothing.
func (r *reader) parseBlocks(base int) []*block {
	body := r.t.text[base:]
	src := r.rb.Source
	if len(src) != len(r.t.text) || r.decoded.encoding != encUTF8 || r.decoded.bad > 0 || r.decoded.crlf {
		src = []byte(r.t.text)
	}
	src = src[base:]
	var blocks []*block
	if drawn := r.drawnTables(body); drawn != nil {
		blocks = r.parseDrawn(body, base, drawn)
	} else {
		blocks = r.parseText(body, src, base)
	}
	setEnds(&r.t, blocks, r.t.count())
	r.htmlTables(blocks)
	return blocks
}

// parseText parses a text that begins at offset base; src is the same in bytes.
func (r *reader) parseText(body string, src []byte, base int) []*block {
	if other, ok := foreignLists(body); ok {
		body, src = other, []byte(other)
	}
	if r.mayBeNumbered() {
		if other, ok := numberedByHand(body); ok {
			body, src = other, []byte(other)
		}
		if other, ok := betweenByHand(body); ok {
			body, src = other, []byte(other)
		}
	}
	return r.parseInner(&converter{t: &r.t, base: base, src: src, text: body, last: 1, mem: r.mem})
}

// setEnds lets each block reach to the line before the next one, so that link
// definitions and other lines the parser swallows stay covered.
func setEnds(t *lineTable, blocks []*block, end int) {
	for i, b := range blocks {
		last := end
		if i+1 < len(blocks) {
			last = max(blocks[i+1].line-1, b.line)
		}
		b.end = t.trimEnd(b.line, last)
		setEnds(t, b.kids, b.end)
	}
}

func (c *converter) lineAt(off int) int {
	n := c.last
	if n > len(c.t.starts) || c.t.starts[n-1] > off {
		n = c.t.lineOf(off)
	}
	for n < len(c.t.starts) && c.t.starts[n] <= off {
		n++
	}
	c.last = n
	return n
}

func (c *converter) children(parent ast.Node) []*block {
	if !parent.HasChildren() {
		return nil
	}
	out := make([]*block, 0, parent.ChildCount())
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if b := c.block(n); b != nil {
			out = append(out, b)
		}
	}
	return out
}

func (c *converter) block(n ast.Node) *block {
	switch n := n.(type) {
	case *ast.Heading:
		b := c.add(kindHeading, n.Pos())
		b.level = n.Level
		c.inline(b, n)
		cutAttr(b)
		return b
	case *plainPara:
		b := c.add(kindPara, n.Pos())
		c.plain(b, n.Lines())
		return b
	case *plainHeading:
		b := c.add(kindHeading, n.Pos())
		b.level = n.Level
		c.plain(b, n.Lines())
		cutAttr(b)
		return b
	case *ast.Paragraph, *ast.TextBlock:
		b := c.add(kindPara, n.Pos())
		c.inline(b, n)
		return b
	case *ast.List:
		b := c.add(kindList, n.Pos())
		b.ordered = n.IsOrdered()
		b.kids = c.children(n)
		return b
	case *ast.ListItem:
		return c.item(n)
	case *ast.FencedCodeBlock:
		b := c.add(kindCode, n.Pos())
		b.lang = string(n.Language(c.src))
		b.text = c.lines(n)
		return b
	case *ast.CodeBlock:
		b := c.add(kindCode, n.Pos())
		b.lang = "indented"
		b.text = c.lines(n)
		return b
	case *ast.Blockquote:
		b := c.add(kindQuote, n.Pos())
		b.kids = c.children(n)
		return b
	case *ast.HTMLBlock:
		b := c.add(kindHTML, n.Pos())
		b.text = c.lines(n)
		return b
	case *ast.ThematicBreak:
		return c.add(kindRule, n.Pos())
	case *extast.Table:
		return c.table(n)
	case *extast.FootnoteList, *extast.Footnote:
		return nil
	}
	b := c.add(kindPara, n.Pos())
	b.text = c.lines(n)
	return b
}

func (c *converter) item(n *ast.ListItem) *block {
	b := c.add(kindItem, n.Pos())
	b.number = itemNumber(c.text[min(max(n.Pos(), 0), len(c.text)):])
	if k := len(b.number); k > 0 && b.off < len(c.t.text) && putBetween(c.t.text[b.off:]) == k {
		b.number = c.t.text[b.off : b.off+k+1]
	}
	next := n.FirstChild()
	switch first := next.(type) {
	case *plainPara:
		head := first.Lines().At(0)
		if n, ticked := taskBox(first, c.src[head.Start:head.Stop]); n > 0 {
			b.task, b.ticked = true, ticked
			first.Lines().Set(0, head.WithStart(head.Start+n))
		}
		c.plain(b, first.Lines())
		next = first.NextSibling()
	case *ast.Paragraph, *ast.TextBlock:
		if box, ok := first.FirstChild().(*extast.TaskCheckBox); ok {
			b.task, b.ticked = true, box.IsChecked
		}
		c.inline(b, first)
		next = first.NextSibling()
	case *ast.Heading, *plainHeading: // also a line that a lone "-" below turns into one
		h := c.block(first)
		b.text, b.bold, b.links, b.more, b.stars = h.text, h.bold, h.links, h.more, h.stars
		next = first.NextSibling()
	}
	for ; next != nil; next = next.NextSibling() {
		if k := c.block(next); k != nil {
			b.kids = append(b.kids, k)
		}
	}
	if !b.task {
		if rest, ok := cutBox(b.text); ok {
			b.task, b.bold = true, max(b.bold-(len(b.text)-len(rest)), 0)
			b.text = rest
		}
	}
	return b
}

// cutBox takes a typed tick box off the head of a text.
func cutBox(s string) (string, bool) {
	for _, box := range [...]string{"[ ] ", "[] ", "[　] ", "[x] ", "□", "☐", "☑", "✅ ", "⬜", "◻"} {
		if rest, ok := strings.CutPrefix(s, box); ok {
			return strings.TrimLeft(rest, " 　"), true
		}
	}
	return s, false
}

func itemNumber(s string) string {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i]
}

// lines gives the raw text of a block; a slice of the source where its lines
// follow each other.
func (c *converter) lines(n ast.Node) string {
	segs := n.Lines()
	if segs == nil || segs.Len() == 0 {
		return ""
	}
	first, last := segs.At(0), segs.At(segs.Len()-1)
	whole := true
	for i := 0; i+1 < segs.Len() && whole; i++ {
		whole = segs.At(i).Stop == segs.At(i+1).Start && segs.At(i+1).Padding == 0
	}
	if whole {
		return c.text[first.Start:last.Stop]
	}
	var b strings.Builder
	for i := range segs.Len() {
		seg := segs.At(i)
		b.Write(seg.Value(c.src))
	}
	return b.String()
}

func (c *converter) table(n *extast.Table) *block {
	b := c.add(kindTable, n.Pos())
	var tmp block
	for r := n.FirstChild(); r != nil; r = r.NextSibling() {
		row := &tableRow{off: c.base + max(r.Pos(), 0)}
		row.line = c.lineAt(row.off)
		row.cells = make([]cell, 0, r.ChildCount())
		for k := r.FirstChild(); k != nil; k = k.NextSibling() {
			tmp = block{}
			if plain, ok := k.(*plainCell); ok {
				c.plainCell(&tmp, plain)
			} else {
				c.inline(&tmp, k)
			}
			row.cells = append(row.cells, cell{text: tmp.text, links: tmp.links, off: c.base + max(k.Pos(), 0)})
		}
		x := b.extra()
		if x.head == nil {
			x.head = row
			continue
		}
		x.rows = append(x.rows, row)
	}
	return b
}

// cutAttr takes an {#id} off the end of a heading.
func cutAttr(b *block) {
	i := strings.LastIndex(b.text, "{#")
	if i < 0 || !strings.HasSuffix(b.text, "}") {
		return
	}
	id := b.text[i+2 : len(b.text)-1]
	if id == "" || strings.ContainsAny(id, " \t=") {
		return
	}
	b.extra().attr, b.text = id, strings.TrimSpace(b.text[:i])
	b.bold = min(b.bold, len(b.text))
}

// number reads the digits of an item's mark, 0 without one.
func (b *block) numberValue() int {
	n, err := strconv.Atoi(b.number)
	if err != nil {
		return 0
	}
	return n
}
