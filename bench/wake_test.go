package bench

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"irbot/internal/sqlite"
)

// BenchmarkWakeQuery gives the cost of one look for due alarms with so many
// pending that are not due: it is asked every second and must stay flat. In
// processor time, which leaves other programs out.
func BenchmarkWakeQuery(b *testing.B) {
	for range b.N {
		var first float64
		for _, n := range []int{100, 1_000, 10_000, 100_000, 1_000_000} {
			us := look(b, n)
			if first == 0 {
				first = us
			}
			b.ReportMetric(us, fmt.Sprintf("us-%d", n))
			b.ReportMetric(us/first, fmt.Sprintf("ratio-%d", n))
		}
	}
}

// look gives the mean processor time of 2,000 looks in microseconds, the best of five rounds.
func look(b *testing.B, pending int) float64 {
	b.Helper()
	dir := b.TempDir()
	ctx, now := context.Background(), time.Now()
	s, err := sqlite.Open(ctx, sqlite.Options{Dir: dir, What: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	// The rows stand for no incident: only the store itself may append those.
	db, err := sql.Open("sqlite3", filepath.Join(dir, "irbot.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	const fill = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO timer (id, incident, kind, ref, due_us) SELECT 'B/t' || i, 'B', 'step', 'r1/1', ? + i * 1000 FROM n`
	if _, err := db.ExecContext(ctx, fill, pending, now.Add(24*time.Hour).UnixMicro()); err != nil {
		b.Fatal(err)
	}
	best := 0.0
	for range 5 {
		const looks = 2000
		used, err := processorTime(func() error {
			for range looks {
				due, err := s.DueTimers(ctx, now, 200)
				if err != nil || len(due) != 0 {
					return fmt.Errorf("%d due: %w", len(due), err)
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		if us := float64(used.Microseconds()) / looks; best == 0 || us < best {
			best = us
		}
	}
	return best
}
