package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A look for messages that may leave jumps to what is due in each rank: what
// waits for later costs nothing, however much it is.
func TestDueRowsAreFoundWithoutReadingWhatWaits(t *testing.T) {
	ctx, now := context.Background(), time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	s, err := Open(ctx, Options{Dir: dir, What: "test", Wall: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "irbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for rank := 7; rank >= 0; rank-- { // more ranks than there are
		for _, in := range []time.Duration{time.Hour, 0, -time.Minute} {
			_, err := db.ExecContext(ctx, "INSERT INTO outbox (id, incident, state, next_us, means, rank) VALUES (?, 'IR-1', 'queued', ?, 'mail', ?)",
				fmt.Sprintf("r%d%s", rank, in), now.Add(in).UnixMicro(), rank)
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	rows, err := s.DueRows(ctx, now, 0)
	if err != nil || len(rows) != 16 || rows[0].ID != "r0-1m0s" || rows[1].ID != "r00s" || rows[15].ID != "r70s" {
		t.Errorf("%v: %+v", err, rows)
	}
	var plan []string
	found, err := db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+rowColumns+dueRows, now.UnixMicro(), 100)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		var id, parent, unused int
		var step string
		if err := found.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	if err := found.Err(); err != nil || len(plan) != 1 || !strings.HasPrefix(plan[0], "SEARCH outbox USING INDEX outbox_queued (rank=? AND next_us<?)") {
		t.Errorf("plan %v, %v", plan, err)
	}
}
