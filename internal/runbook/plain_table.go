package runbook

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// plainCell is a cell of a table in which no inline mark can occur.
type plainCell struct {
	extast.TableCell
}

// IsRaw keeps the parser from looking for inline marks.
func (*plainCell) IsRaw() bool { return true }

// tables makes tables as GFM does, with the plain cells as such: looking for
// marks took longer than finding the cells.
type tables struct {
	parser.ParagraphTransformer
}

// Transform makes a table of a paragraph that is one.
func (t tables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	parent, before := node.Parent(), node.PreviousSibling()
	t.ParagraphTransformer.Transform(node, reader, pc)
	found := node.NextSibling()
	if node.Parent() == nil { // all of it was the table
		found = parent.FirstChild()
		if before != nil {
			found = before.NextSibling()
		}
	}
	table, ok := found.(*extast.Table)
	a, known := pc.Get(arenaKey).(*arena)
	if !ok || !known {
		return
	}
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		for k := row.FirstChild(); k != nil; {
			k = a.plainCell(row, k, reader.Source()).NextSibling()
		}
	}
}

// plainCell replaces a cell without marks and gives what stands there now.
func (a *arena) plainCell(row, node ast.Node, src []byte) ast.Node {
	cell, ok := node.(*extast.TableCell)
	if !ok || cell.Lines().Len() != 1 {
		return node
	}
	seg := cell.Lines().At(0)
	if hasMark(src[seg.Start:seg.Stop]) {
		return node
	}
	plain := a.cells.next()
	plain.SetLines(cell.Lines())
	plain.SetPos(cell.Pos())
	row.ReplaceChild(row, cell, plain)
	return plain
}

// plainCell fills the text of a block from a plain cell.
func (c *converter) plainCell(b *block, cell *plainCell) {
	seg := cell.Lines().At(0)
	if seg.Stop > seg.Start {
		b.text = strings.TrimSpace(c.text[seg.Start:seg.Stop])
		b.bareLinks()
	}
}
