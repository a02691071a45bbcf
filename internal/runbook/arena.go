package runbook

import (
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// arena holds what a Read needs only while it runs. It is used again by the next
// Read: half of the reader's time on small files went to the collector. Nothing
// in it may be reached from a finished Runbook.
type arena struct {
	blocks   slab[block]
	sections slab[section]
	drafts   slab[draft]
	paras    slab[ast.Paragraph]
	plains   slab[plainPara]
	headings slab[plainHeading]
	cells    slab[plainCell]
	raised   []raised
	cuts     []cut
	starts   []int
	flags    []bool
	noRefs   bool // what is parsed defines no references
}

// maxKept is how many entries of a list one Read leaves to the next: more than
// a usual file needs, so that one huge file does not hold its memory for ever.
const maxKept = 8 << 10

//nolint:gochecknoglobals // a pool has to outlive the reads that share it
var arenas = sync.Pool{New: func() any { return &arena{} }}

// release empties the arena and gives it back.
func (a *arena) release() {
	a.blocks.reset(func(b *block) { *b = block{} })
	a.sections.reset(func(s *section) { *s = section{} })
	a.drafts.reset(func(d *draft) { *d = draft{} })
	a.headings.reset(func(h *plainHeading) { *h = plainHeading{} })
	a.cells.reset(func(c *plainCell) { *c = plainCell{} })
	a.plains.reset(func(p *plainPara) { *p = plainPara{} })
	a.paras.reset(func(p *ast.Paragraph) {
		lines := *p.Lines()
		lines.SetSliced(0, 0)
		*p = ast.Paragraph{}
		p.SetLines(&lines)
	})
	a.raised, a.cuts = emptied(a.raised), emptied(a.cuts)
	a.starts, a.flags = emptied(a.starts), emptied(a.flags)
	arenas.Put(a)
}

// emptied clears a list for its next use, or drops it if it grew too long.
func emptied[T any](list []T) []T {
	if cap(list) > maxKept {
		return nil
	}
	clear(list)
	return list[:0]
}

// slab gives out values from pages that are kept.
type slab[T any] struct {
	pages [][]T
	used  int
}

// page is how many values are made at once.
const page = 32

func (s *slab[T]) next() *T {
	n := s.used / page
	if n == len(s.pages) {
		s.pages = append(s.pages, make([]T, page))
	}
	s.used++
	return &s.pages[n][(s.used-1)%page]
}

func (s *slab[T]) reset(empty func(*T)) {
	if len(s.pages) > maxKept/page {
		s.pages = nil
	}
	for n := range s.pages {
		for i := range min(page, max(s.used-n*page, 0)) {
			empty(&s.pages[n][i])
		}
	}
	s.used = 0
}

// arenaKey is where the parser finds the arena.
//
//nolint:gochecknoglobals // a key is one for the whole program
var arenaKey = parser.NewContextKey()

// paragraphs opens paragraphs in the arena; all else is as in CommonMark.
type paragraphs struct {
	parser.BlockParser
}

// Open begins a paragraph at a line that is not blank.
func (paragraphs) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	if util.IsBlank(line) {
		return nil, parser.NoChildren
	}
	a, ok := pc.Get(arenaKey).(*arena)
	if !ok {
		return nil, parser.NoChildren
	}
	node := a.paras.next()
	node.Lines().Append(segment)
	reader.AdvanceToEOL()
	return node, parser.NoChildren
}
