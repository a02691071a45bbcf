package bench

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// lengths of a record: a drill, a bad week, more than anybody will write.
func lengths() []int { return []int{100, 10_000, 100_000} }

// recordCase is one record with two ways to look at it.
type recordCase struct {
	id string
	n  int
	v  *sqlite.View // without a cache
	db *sql.DB      // bare SQLite
}

// measure runs bare scan, raw SHA-256 and do in turns, all in processor time,
// short records so often that the clock can see them.
func (x recordCase) measure(b *testing.B, do func()) {
	b.Helper()
	times := max(1, 2000/x.n)
	var took, scan, raw figures
	for range rounds {
		own, err := processorTime(func() error {
			for range times {
				do()
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, ms(own)/float64(times))
		var bare time.Duration
		for range times {
			bare += bareScan(b, x.db, x.id)
		}
		scan = append(scan, ms(bare)/float64(times))
		raw = append(raw, ms(hashing(x.bytes(b))))
	}
	b.ReportMetric(took.least()*1000/float64(x.n), "us/entry")
	b.ReportMetric(took.least()/scan.least(), "x-scan")
	b.ReportMetric(perRound(took, scan), "x-scan-median")
	b.ReportMetric(took.least()/raw.least(), "x-sha256")
}

// bytes is how much of the record is hashed: envelopes and texts.
func (x recordCase) bytes(b *testing.B) int64 {
	b.Helper()
	var n int64
	err := x.db.QueryRow("SELECT sum(length(e.envelope) + coalesce(length(t.fields) + 16, 0)) FROM entry e LEFT JOIN text t ON t.n = e.n WHERE e.incident = ?", x.id).Scan(&n)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// records makes one record of each length in one file.
func records(b *testing.B) []recordCase {
	b.Helper()
	dir := b.TempDir()
	s := openStore(b, dir)
	v, err := sqlite.OpenReadOnly(context.Background(), dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = v.Close() })
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "irbot.db")+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	var out []recordCase
	for _, n := range lengths() {
		out = append(out, recordCase{log(b, s, n), n, v, db})
	}
	return out
}

// BenchmarkP15Verify checks the chain of a stored record with all its texts,
// beside a bare scan of the same rows and SHA-256 over the same bytes.
func BenchmarkP15Verify(b *testing.B) {
	for _, x := range records(b) {
		b.Run(fmt.Sprint(x.n), func(b *testing.B) {
			for range b.N {
				x.measure(b, func() {
					chain := timeline.NewVerifier()
					err := x.v.EachStored(context.Background(), x.id, func(row timeline.Stored) error {
						chain.Hold(row)
						return nil
					})
					if rep := chain.Report(); err != nil || !rep.Holds() || rep.Count != int64(x.n) {
						b.Fatal(err, rep.Problems, rep.Count)
					}
				})
			}
		})
	}
}

// BenchmarkFold reads a stored record and folds it, as the first touch after a
// start does, beside the same two.
func BenchmarkFold(b *testing.B) {
	for _, x := range records(b) {
		b.Run(fmt.Sprint(x.n), func(b *testing.B) {
			for range b.N {
				x.measure(b, func() {
					if st, err := x.v.State(context.Background(), x.id); err != nil || st.Seq != int64(x.n) {
						b.Fatal(st, err)
					}
				})
			}
		})
	}
}

// BenchmarkAppend writes records of each length, a thousand entries a commit,
// so that the cost of an entry and not of the disk shows; SHA-256 over the same
// bytes beside it.
func BenchmarkAppend(b *testing.B) {
	for _, n := range lengths() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for range b.N {
				dir := b.TempDir()
				s := openStore(b, dir)
				times := max(1, 2000/n)
				began := time.Now()
				id := ""
				for range times {
					id = log(b, s, n)
				}
				took := ms(time.Since(began)) / float64(times)
				db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "irbot.db")+"?mode=ro")
				if err != nil {
					b.Fatal(err)
				}
				x := recordCase{id: id, n: n, db: db}
				raw := ms(hashing(x.bytes(b)))
				b.ReportMetric(took*1000/float64(n), "us/entry")
				b.ReportMetric(took/ms(bareScan(b, db, id)), "x-scan")
				b.ReportMetric(took/raw, "x-sha256")
				if err := db.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
