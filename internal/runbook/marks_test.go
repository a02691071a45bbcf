package runbook

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
)

// asRead is what the converter gives of a block, by either way.
type asRead struct {
	Kind                blockKind
	Line, Bold, Level   int
	Text                string
	Task, Ticked, Stars bool
	Links               []Link
	Images, Cells       []string
	Kids                []asRead
}

func readWith(p parser.Parser, text string) []asRead {
	r := &reader{mem: &arena{}, parser: p, t: lineTableIn(nil, text)}
	c := &converter{t: &r.t, src: []byte(text), text: text, last: 1, mem: r.mem}
	return asReads(r.parseInner(c))
}

func asReads(blocks []*block) (out []asRead) {
	for _, b := range blocks {
		a := asRead{Kind: b.kind, Line: b.line, Bold: b.bold, Level: b.level, Text: b.text, Task: b.task, Ticked: b.ticked,
			Stars: b.stars, Links: b.links, Images: b.pictures(), Kids: asReads(b.kids)}
		for _, row := range append(b.tableRows(), b.tableHead()) {
			if row == nil {
				continue
			}
			for _, cell := range row.cells {
				a.Cells = append(a.Cells, cell.text)
				a.Links = append(a.Links, cell.links...)
			}
		}
		out = append(out, a)
	}
	return out
}

// TestShortWayReadsAsTheParser compares the way simple lines take with that of
// goldmark itself, over lines put together from what inline marks are made of.
func TestShortWayReadsAsTheParser(t *testing.T) {
	pieces := strings.Split("a|b c| | |東|京 |（|）|。|`|`x`|` y`|`z `|**|**太字**|**bold**|*|_|a_b|[|]|[x]|[ ] |[x] |- [ ] |- [x] |[x](|(|)|[p](q)|[港](../a_b.md#c)|"+
		"[p](q \"t\")|[p](<q>)|[p](a(b)c)|![i](j)|!|!!|<|<b>|<ns>|~|~~|\\|\\[|^|[^1]|:|http://x.y/z_a|&amp;|\n|\n|  \n|\n\n|\n- |\n1. |\n# |\n> |\n\n    |\n===\n|- |# |1. |> |　|\t", "|")
	tables := []string{"", "", "\n\n| a | `b` |\n|---|---|\n", "\n\n[p]: http://x/y\n", "\n\n[^1]: note\n"}
	bare := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList, extension.Footnote)).Parser()
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 3_000 {
		var b strings.Builder
		for range 1 + rnd.IntN(9) {
			b.WriteString(pieces[rnd.IntN(len(pieces))])
			if rnd.IntN(40) == 0 {
				b.WriteString(" | c |\n|---|---|\n| ")
			}
		}
		b.WriteString(tables[rnd.IntN(len(tables))])
		text := b.String()
		if strings.TrimSpace(text) == "" {
			continue
		}
		if diff := cmp.Diff(readWith(bare, text), readWith(nil, text)); diff != "" {
			t.Fatalf("%q: by the parser (-), the short way (+)\n%s", text, diff)
		}
	}
}

// TestFarFromLimits holds the quick look at a file to the one that follows its
// structure: what it lets through passes no limit.
func TestFarFromLimits(t *testing.T) {
	pieces := strings.Split("a|- |* |+ |1. |> |> > > > |  |    |        |\t|\n|\n\n||-|--|||-|:|`|[a](b)|](|*|_|~|<|[|```\n|# ", "|")
	pieces = append(pieces, "|", "|-", "|-|-|-|-|-|-|-")
	rnd := rand.New(rand.NewPCG(3, 4))
	let := 0
	for range 1_500 {
		var b strings.Builder
		for range rnd.IntN(12) {
			s := pieces[rnd.IntN(len(pieces))]
			b.WriteString(strings.Repeat(s, []int{1, 1, 2, 7, 18, 300, 1100}[rnd.IntN(7)]))
		}
		text := b.String()
		if !farFromLimits(text) {
			continue
		}
		let++
		if over, bad := scanLimits(text); bad {
			t.Fatalf("let through, over the limit of %s in line %d: %.200q", over.what, over.line, text)
		}
	}
	if let < 80 {
		t.Errorf("only %d texts were let through", let)
	}
}
