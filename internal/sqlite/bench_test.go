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
// overwriting 4 KiB and syncing it in the same folder, and their ratio. An act
// is what a person does: entry, text, request key, index, state and chain. A
// row is the least a commit can be, for comparison.
func BenchmarkDurableCommits(b *testing.B) {
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("acts/callers=%d", callers), func(b *testing.B) {
			compareWithRaw(b, callers, func(s *Store, i int) error {
				_, err := add(s, fmt.Sprintf("IR-%d", i%16+1), fmt.Sprintf("k%d", i), note("岸壁クレーン3号機を手動に切り替えた"))
				return err
			})
		})
	}
	b.Run("rows/callers=1", func(b *testing.B) {
		compareWithRaw(b, 1, func(s *Store, i int) error {
			return s.write(context.Background(), func(t *tx) error { return t.exec("INSERT INTO meta VALUES (?, 'x')", fmt.Sprintf("%09d", i)) })
		})
	})
}

func compareWithRaw(b *testing.B, callers int, act func(*Store, int) error) {
	dir := b.TempDir()
	s := open(b, Options{Dir: dir})
	for range 16 {
		mustCreate(b, s, false)
	}
	var busy, synced time.Duration
	syncs := 0
	b.ResetTimer()
	for done := 0; done < b.N; { // in turns, so that a noisy machine disturbs both alike
		n := min(chunk, b.N-done)
		start := time.Now()
		burst(b, callers, n, func(i int) error { return act(s, done+i) })
		busy += time.Since(start)
		done += n
		b.StopTimer()
		synced += rawSyncs(b, dir, chunk)
		syncs += chunk
		b.StartTimer()
	}
	rate, raw := float64(b.N)/busy.Seconds(), float64(syncs)/synced.Seconds()
	b.ReportMetric(rate, "commits/s")
	b.ReportMetric(raw, "rawsyncs/s")
	b.ReportMetric(rate/raw, "ratio")
}

// chunk is how many commits and raw syncs are done in turn.
const chunk = 200

// burst carries out n acts from so many callers at once.
func burst(b *testing.B, callers, n int, act func(i int) error) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				if err := act(i); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func rawSyncs(b *testing.B, dir string, n int) time.Duration {
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
	return time.Since(start)
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
