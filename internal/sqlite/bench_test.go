package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// BenchmarkDurableCommits gives durable commits a second beside the raw rate of
// overwriting 4 KiB and syncing it in the same folder, and their ratio.
func BenchmarkDurableCommits(b *testing.B) {
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			dir := b.TempDir()
			s := open(b, Options{Dir: dir})
			for range 16 {
				mustCreate(b, s, false)
			}
			raw := rawSyncs(b, dir, 500)
			var n atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for g := range callers {
				wg.Go(func() {
					for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
						if _, err := add(s, fmt.Sprintf("IR-%d", (int(i)+g)%16+1), fmt.Sprintf("k%d", i), note("岸壁クレーン3号機を手動に切り替えた")); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			rate := float64(b.N) / b.Elapsed().Seconds()
			b.StopTimer()
			raw = (raw + rawSyncs(b, dir, 500)) / 2
			b.ReportMetric(rate, "commits/s")
			b.ReportMetric(raw, "rawsyncs/s")
			b.ReportMetric(rate/raw, "ratio")
		})
	}
}

func rawSyncs(b *testing.B, dir string, n int) float64 {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	write := func() {
		if _, err := f.WriteAt(block, 0); err != nil {
			b.Fatal(err)
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			b.Fatal(err)
		}
	}
	write()
	start := time.Now()
	for range n {
		write()
	}
	return float64(n) / time.Since(start).Seconds()
}

// BenchmarkLoadAndFold reads a log and folds it, as the first touch after a
// restart does.
func BenchmarkLoadAndFold(b *testing.B) {
	s := open(b, Options{})
	for _, size := range []int{200, 2000, 10000} {
		id := mustCreate(b, s, false).Incident
		c := incident.Change{}
		for i := range size - 1 {
			d := note("記録").Entries[0]
			if i%10 == 0 {
				d = timeline.Draft{Kind: incident.KindFigure, Actor: "u3", Facts: facts{"item": "reefers", "n": i}}
			}
			c.Entries = append(c.Entries, d)
		}
		mustAdd(b, s, id, "", c)
		b.Run(fmt.Sprintf("entries=%d", size), func(b *testing.B) {
			for range b.N {
				f, err := foldFrom(context.Background(), s.db, newFolded(id))
				if err != nil || f.pos.Seq != int64(size) {
					b.Fatal(f, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(size), "µs/entry")
		})
	}
}
