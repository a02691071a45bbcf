package runbook

import (
	"testing"

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
			newParser().Parse(text.NewReader(src))
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
