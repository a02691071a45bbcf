package bench

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// BenchmarkSearch asks the index of one record for a word that every entry
// holds, for one that only the first entry holds, for two words and for one that
// nobody wrote, fifty finds at most as the page asks; beside each a bare scan of
// the same rows. The words of an entry are the same throughout: the worst case
// for an index.
func BenchmarkSearch(b *testing.B) {
	questions := []struct {
		name, words string
		finds       func(n int) int
	}{
		{"everywhere", "クレーン", func(n int) int { return min(n-1, 50) }},
		{"once", "測定", func(int) int { return 1 }},
		{"two", "手動 3号機", func(n int) int { return min(n-1, 50) }},
		{"nowhere", "燃料油", func(int) int { return 0 }},
	}
	for _, x := range records(b) {
		for _, q := range questions {
			b.Run(fmt.Sprintf("%d/%s", x.n, q.name), func(b *testing.B) {
				for range b.N {
					var took, scan figures
					for range rounds {
						began := time.Now()
						found, err := x.v.Search(context.Background(), q.words, x.id, 50)
						took = append(took, ms(time.Since(began)))
						if err != nil || len(found.Hits) != q.finds(x.n) {
							b.Fatal(len(found.Hits), err)
						}
						scan = append(scan, ms(bareScan(b, x.db, x.id)))
					}
					b.ReportMetric(took.least(), "ms")
					b.ReportMetric(took.least()/scan.least(), "x-scan")
				}
			})
		}
	}
}
