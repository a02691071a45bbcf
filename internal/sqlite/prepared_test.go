package sqlite

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// compiling counts what SQLite asks about a connection's statements while it
// compiles them.
func compiling(t *testing.T, c *sql.Conn, n *int, always func(op int, a1, a2, db string) int) {
	t.Helper()
	err := c.Raw(func(dc any) error {
		dc.(*sqlite3.SQLiteConn).RegisterAuthorizer(func(op int, a1, a2, db string) int {
			if op != sqlite3.SQLITE_TRANSACTION { // BEGIN and COMMIT are not kept, and are short
				*n++
			}
			return always(op, a1, a2, db)
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestStatementsStayCompiled: SQLite peeks at a bare parameter of LIMIT and of
// some equations when it plans, and then compiles the statement anew at every
// use, which takes longer than most of them run. A plus before the parameter
// keeps it from peeking. What an act, a page and a look at what is due ask is
// compiled once.
func TestStatementsStayCompiled(t *testing.T) {
	s := open(t, Options{})
	res, err := s.Create(t.Context(), incident.Opening{Now: t0}, func(string) (incident.Change, error) { return declared(), nil })
	if err != nil {
		t.Fatal(err)
	}
	id := res.Incident
	s.db.SetMaxOpenConns(1)
	reader, err := s.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var reads, writes int
	compiling(t, reader, &reads, func(int, string, string, string) int { return sqlite3.SQLITE_OK })
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	compiling(t, s.w.conn, &writes, authorize)
	n, all := 0, 0
	for name, ask := range map[string]func() error{
		"act": func() error {
			n++
			_, err := s.Update(t.Context(), incident.Target{Incident: id, Request: fmt.Sprint("r", n), Now: t0}, func(*incident.Incident) (incident.Change, error) { return note("x"), nil })
			return err
		},
		"timer": func() error {
			n++
			at := map[string]escalation.Timer{"t": {ID: "t", Incident: id, Kind: "x", Ref: "y", Due: t0.Add(time.Duration(n) * time.Hour)}}
			return s.write(t.Context(), func(x *tx) error {
				_, err := x.writeTimers(nil, at)
				return err
			})
		},
		"texts":       func() error { _, err := s.Texts(t.Context(), id, []int64{1, 2}); return err },
		"entries":     func() error { _, err := s.Entries(t.Context(), id, 1, 0); return err },
		"head":        func() error { _, err := s.Head(t.Context(), id); return err },
		"due rows":    func() error { _, err := s.DueRows(t.Context(), t0, 100); return err },
		"due timers":  func() error { _, err := s.DueTimers(t.Context(), t0, 100); return err },
		"list":        func() error { _, err := s.List(t.Context(), Filter{Live: true, Limit: 20}); return err },
		"stored":      func() error { return s.EachStored(t.Context(), id, func(timeline.Stored) error { return nil }) },
		"search":      func() error { _, err := s.Search(t.Context(), "暗号化", "", 50); return err },
		"checkpoints": func() error { _, err := s.Checkpoints(t.Context(), id); return err },
		"fold":        func() error { s.cache.clear(); _, err := s.State(t.Context(), id); return err },
	} {
		for i := range 4 {
			reads, writes = 0, 0
			if err := ask(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all += reads + writes
			if i > 0 && reads+writes > 0 {
				t.Errorf("%s: compiled again (%d)", name, reads+writes)
			}
		}
	}
	if all == 0 {
		t.Error("nothing was compiled at all: this counts nothing")
	}
}
