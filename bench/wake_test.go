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

// BenchmarkWakeQuery gives the cost of one look for due alarms and of one for
// messages that may leave, with so many pending that are not due: each is asked
// every second and must stay flat. In processor time, which leaves other
// programs out.
func BenchmarkWakeQuery(b *testing.B) {
	for range b.N {
		var first [2]float64
		for _, n := range []int{100, 1_000, 10_000, 100_000, 1_000_000} {
			us := look(b, n)
			if n == 100 {
				first = us
			}
			for i, what := range []string{"", "rows-"} {
				b.ReportMetric(us[i], fmt.Sprintf("us-%s%d", what, n))
				b.ReportMetric(us[i]/first[i], fmt.Sprintf("ratio-%s%d", what, n))
			}
		}
	}
}

// look gives the mean processor time of 2,000 looks in microseconds, the best of
// five rounds: for alarms, and for messages.
func look(b *testing.B, pending int) (best [2]float64) {
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
	for _, fill := range []string{
		"INSERT INTO timer (id, incident, kind, ref, due_us) SELECT 'B/t' || i, 'B', 'step', 'r1/1', ? + i * 1000 FROM n",
		"INSERT INTO outbox (id, incident, state, next_us, means, rank) SELECT 'B/n' || i, 'B', 'queued', ? + i * 1000, 'mail', i % 4 FROM n",
	} {
		const count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
		if _, err := db.ExecContext(ctx, count+fill, pending, now.Add(24*time.Hour).UnixMicro()); err != nil {
			b.Fatal(err)
		}
	}
	for i, ask := range []func() (int, error){
		func() (int, error) { due, err := s.DueTimers(ctx, now, 200); return len(due), err },
		func() (int, error) { due, err := s.DueRows(ctx, now, 200); return len(due), err },
	} {
		for range 5 {
			const looks = 2000
			used, err := processorTime(func() error {
				for range looks {
					if due, err := ask(); err != nil || due != 0 {
						return fmt.Errorf("%d due: %w", due, err)
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			if us := float64(used.Microseconds()) / looks; best[i] == 0 || us < best[i] {
				best[i] = us
			}
		}
	}
	return best
}
