package runbook

import (
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// The two benchmarks read the same bytes: what the parser alone needs, and what
// the whole reader with its linter needs. The reader is to reach at least half
// of the bare parser's throughput. RUNBOOK_TREE adds files from outside.

func benchFiles(b *testing.B) (files [][]byte, total int64) {
	for _, src := range corpusFiles(b) {
		if len(src) > 0 {
			files = append(files, src)
			total += int64(len(src))
		}
	}
	return files, total
}

func BenchmarkParserAlone(b *testing.B) {
	files, total := benchFiles(b)
	b.SetBytes(total)
	b.ReportAllocs()
	for b.Loop() {
		for _, src := range files {
			goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote)).Parser().Parse(text.NewReader(src))
		}
	}
}

func BenchmarkReadAndLint(b *testing.B) {
	files, total := benchFiles(b)
	b.SetBytes(total)
	b.ReportAllocs()
	for b.Loop() {
		for _, src := range files {
			if _, err := Read("runbook.md", src, Options{}); err != nil && len(src) > 100 {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkHostile reads 256 KiB of shapes that are slow for a careless parser
// or reader and yet within the limits.
func BenchmarkHostile(b *testing.B) {
	for _, c := range []struct{ name, unit string }{
		{"blanks", "[blank]\n\n"}, {"anchors", "# a\n\n[a](#b)\n\n"}, {"bold lines", "**a**\n\nb\n\n"}, {"headings", "## a\n\n1. b\n\n"}, {"labels", "- 担当: a\n"},
		{"jumps", "1. a?\n   - yes: step 1\n   - no: step 2\n"}, {"hand typed", "① a\n"}, {"plain", "a\n\n"}, {"links", strings.Repeat("[a](b", 199) + "\n\n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			src := []byte(strings.Repeat(c.unit, 256<<10/len(c.unit)))
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if _, err := Read("hostile.md", src, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
