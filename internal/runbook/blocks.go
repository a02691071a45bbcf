package runbook

// blockKind is what a block of the page is.
type blockKind uint8

const (
	kindPara blockKind = iota
	kindHeading
	kindList
	kindItem
	kindCode
	kindTable
	kindQuote
	kindHTML
	kindRule
	kindAdmonition
)

// block is one block of the page, with positions in the whole file. The reader
// works on blocks, so that hand-typed lists and fences read as Markdown look
// the same as what the parser found.
type block struct {
	kind      blockKind
	shape     tableShape
	shaped    bool // shape is known
	pseudo    bool // a bold line used as heading
	hand      bool // a list typed by hand
	fromCode  bool // read from a fence
	ordered   bool
	task      bool
	ticked    bool
	stars     bool // literal ** left in the text
	forbids   bool // a list of things not to do
	factsRead bool
	line, end int // from 1, inclusive; end covers what belongs to the block
	off       int // offset of its first byte
	text      string
	bold      int    // bytes of text, from its head, that are bold
	level     int    // of a heading
	number    string // of an item, as written
	lang      string
	links     []Link
	kids      []*block
	more      *blockExtra
	acts      int     // of a list: items that say what to do, plus one; 0 = not counted
	facts     []keyed // labels of the text
}

// swallowed is a <name> that would not be shown.
type swallowed struct {
	name string
	off  int
}

type tableRow struct {
	line, off int
	cells     []cell
	at        [][]int // of a drawn table: for each cell, the lines its text stands on
}

type cell struct {
	text  string
	links []Link
	off   int
}

// blockExtra is what few blocks have: a table's rows, images, an id.
type blockExtra struct {
	images []string
	tags   []swallowed // placeholders that HTML would swallow
	attr   string      // {#id} of a heading
	head   *tableRow
	rows   []*tableRow
}

func (b *block) extra() *blockExtra {
	if b.more == nil {
		b.more = &blockExtra{}
	}
	return b.more
}

func (b *block) pictures() []string {
	if b.more == nil {
		return nil
	}
	return b.more.images
}

func (b *block) swallows() []swallowed {
	if b.more == nil {
		return nil
	}
	return b.more.tags
}

func (b *block) id() string {
	if b.more == nil {
		return ""
	}
	return b.more.attr
}

func (b *block) tableHead() *tableRow {
	if b.more == nil {
		return nil
	}
	return b.more.head
}

func (b *block) tableRows() []*tableRow {
	if b.more == nil {
		return nil
	}
	return b.more.rows
}

// each visits the block and everything in it.
func (b *block) each(visit func(*block)) {
	visit(b)
	for _, k := range b.kids {
		k.each(visit)
	}
}

// isTaskList tells a list with a tick box in at least one item.
func (b *block) isTaskList() bool {
	if b.kind != kindList {
		return false
	}
	for _, it := range b.kids {
		if it.task {
			return true
		}
	}
	return false
}

// sublists gives the lists directly inside an item.
func (b *block) sublists() []*block {
	var out []*block
	for _, k := range b.kids {
		if k.kind == kindList {
			out = append(out, k)
		}
	}
	return out
}

// allBold tells a text that is bold from head to end; a colon may follow.
func (b *block) allBold() bool {
	if b.bold == 0 || b.text == "" {
		return false
	}
	switch b.text[b.bold:] {
	case "", ":", "：", " ":
		return true
	}
	return false
}
