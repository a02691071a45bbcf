package bench

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"irbot/internal/runbook"
)

// hostileSize is the size of RELIABILITY's S06; the reader itself takes 1 MiB.
const hostileSize = 256 << 10

// hostileShapes are the families of S06: what is slow for goldmark or for a
// careless reader. Paragraphs are kept at the limits, so that they are read and
// not refused; the bare forms show that the refusal is quick.
func hostileShapes() []struct{ name, unit string } {
	return []struct{ name, unit string }{
		{"quotes on one line", ">"}, {"links without end", "[a]("}, {"emphasis on one line", "*a_ "}, {"brackets", "["},
		{"deep lists", strings.Repeat("- ", 64) + "a\n"}, {"dashes", "-"}, {"dash lines", "- - - - - - - -\n"}, {"backquotes", "`a``b```c"},
		{"definitions", "[a]: /b\n"}, {"wide table", "|a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|\n"}, {"entities", "&amp;&#x41;"},
		{"e-mails", "a@b.cc "}, {"strikes", "~~a~~ "}, {"tasks", "- [ ] a\n"},
		{"links at the limit", strings.Repeat("[a](b", 199) + "\n\n"}, {"emphasis at the limit", strings.Repeat("*a_ ", 499) + "\n\n"},
		{"quotes at the limit", strings.Repeat(">", 16) + " a\n"}, {"headings", "## a\n\n1. b\n\n"}, {"labels", "- 担当: a\n"},
		{"jumps", "1. a?\n   - yes: step 1\n   - no: step 2\n"}, {"blanks", "[blank]\n\n"}, {"bold lines", "**a**\n\nb\n\n"},
	}
}

// TestS06HostileRunbooks tells the processor time of every family and holds it to
// a bound in memory allocated altogether, which is above what is held at a moment.
func TestS06HostileRunbooks(t *testing.T) {
	for _, c := range hostileShapes() {
		src := []byte(strings.Repeat(c.unit, hostileSize/len(c.unit)))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		took, err := processorTime(func() error {
			_, err := runbook.Read("hostile.md", src, runbook.Options{})
			return err
		})
		runtime.ReadMemStats(&after)
		var stop *runbook.ReadError
		if err != nil && !errors.As(err, &stop) {
			t.Errorf("%s: %v", c.name, err)
		}
		mib := float64(after.TotalAlloc-before.TotalAlloc) / (1 << 20)
		t.Logf("%-22s refused %-5v %8.1f ms %7.1f MiB", c.name, err != nil, took.Seconds()*1000, mib)
		if mib > 90 && !raceDetector { // the detector drops what the matcher would use again
			t.Errorf("%s: %.0f MiB, at most 90", c.name, mib)
		}
	}
}

// TestRunbookMemory holds what a runbook keeps after it was read to twenty times
// the size of its file, over all shipped runbooks and over RUNBOOK_TREE.
func TestRunbookMemory(t *testing.T) {
	files, total := treeFiles(t)
	runtime.GC()
	held := liveBytes()
	books, took := make([]*runbook.Runbook, 0, len(files)), make([]time.Duration, 0, len(files))
	for _, src := range files {
		d, _ := processorTime(func() error {
			b, err := runbook.Read("runbook.md", src, runbook.Options{})
			if err == nil {
				books = append(books, b)
			}
			return err
		})
		took = append(took, d)
	}
	runtime.GC()
	t.Logf("one file: half in %.2f ms, 99 %% in %.1f ms, slowest %.1f ms", percentile(took, 0.5), percentile(took, 0.99), percentile(took, 1))
	ratio := float64(liveBytes()-held) / float64(total)
	t.Logf("%d files, %d bytes: %.1f times the size of the files are kept", len(books), total, ratio)
	if ratio > 20 {
		t.Errorf("%.1f times the size of the files are kept, at most 20", ratio)
	}
	runtime.KeepAlive(books)
}

// BenchmarkP16 gives the throughput of reader and linter beside that of the bare
// parser on the same bytes, in turns.
func BenchmarkP16(b *testing.B) {
	files, total := treeFiles(b)
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote)).Parser()
	var parse, read time.Duration
	b.SetBytes(total)
	for b.Loop() {
		start, _ := processorTime(func() error {
			for _, src := range files {
				md.Parse(text.NewReader(src))
			}
			return nil
		})
		parse += start
		whole, _ := processorTime(func() error {
			for _, src := range files {
				_, _ = runbook.Read("runbook.md", src, runbook.Options{})
			}
			return nil
		})
		read += whole
	}
	b.ReportMetric(read.Seconds()/parse.Seconds(), "read/parse")
}

// BenchmarkP17 gives the worst hostile shape of 256 KiB beside usual text of the
// same size: the shipped runbooks one behind the other, cut at the size. Each is
// the best of the rounds, in processor time.
func BenchmarkP17(b *testing.B) {
	files, _ := treeFiles(b)
	usual := make([]byte, 0, hostileSize)
	for i := 0; len(usual) < hostileSize; i++ {
		usual = append(append(usual, files[i%len(files)]...), "\n\n"...)
	}
	usual = bytes.ToValidUTF8(usual[:hostileSize], nil)
	read := func(src []byte) time.Duration {
		took, _ := processorTime(func() error {
			_, err := runbook.Read("p17.md", src, runbook.Options{})
			return err
		})
		return took
	}
	shapes := hostileShapes()
	normal, worst := time.Hour, make([]time.Duration, len(shapes))
	for b.Loop() {
		normal = min(normal, read(usual))
		for i, c := range shapes {
			took := read([]byte(strings.Repeat(c.unit, hostileSize/len(c.unit))))
			if worst[i] == 0 || took < worst[i] {
				worst[i] = took
			}
		}
	}
	slowest := slices.Max(worst)
	b.Logf("usual text %v, worst %v: %s", normal, slowest, shapes[slices.Index(worst, slowest)].name)
	b.ReportMetric(slowest.Seconds()/normal.Seconds(), "worst/usual")
}

func treeFiles(t testing.TB) (files [][]byte, total int64) {
	t.Helper()
	roots := []string{filepath.Join("..", "runbooks")}
	if dir := os.Getenv("RUNBOOK_TREE"); dir != "" {
		roots = append(roots, dir)
	}
	for _, root := range roots {
		list, err := filepath.Glob(filepath.Join(root, "*.md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range list {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files, total = append(files, src), total+int64(len(src))
		}
	}
	if len(files) == 0 {
		t.Fatal("no runbooks")
	}
	return files, total
}

func liveBytes() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64())
}
