package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/timeline"

	"github.com/google/go-cmp/cmp"
)

// What crosses from SQLite in whole pages is what stands in the rows, also where
// somebody changed them, and over the edge of a page.
func TestStoredRowsAreTheRowsOfTheTable(t *testing.T) {
	dir := filled(t)
	s, err := Open(t.Context(), Options{Dir: dir, Wall: wall, Ballast: 4096})
	if err != nil {
		t.Fatal(err)
	}
	var many incident.Change
	for i := range entryPage {
		many.Entries = append(many.Entries, note(fmt.Sprintf("行 %d \x00 1 2 3 ", i)).Entries...)
	}
	mustAdd(t, s, "IR-2", "many", many)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tamper(t, dir, "UPDATE text SET fields = NULL, salt = NULL WHERE seq = 3", "UPDATE text SET fields = NULL WHERE seq = 4",
		"UPDATE text SET fields = x'' WHERE seq = 5", "UPDATE text SET salt = NULL WHERE seq = 6", "UPDATE text SET salt = x'0020' WHERE seq = 7",
		"DELETE FROM text WHERE seq = 8", "UPDATE entry SET envelope = x'' WHERE seq = 9", "DELETE FROM entry WHERE seq = 10")
	v, err := OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	db, err := sql.Open("sqlite3", filepath.Join(dir, dbName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, id := range []string{"IR-1", "IR-2", timeline.SiteLog, "IR-99"} {
		want, err := query(t.Context(), db, func(r *sql.Rows) (st timeline.Stored, err error) {
			var text bool
			err = r.Scan(&st.Envelope, &st.EntryHash, &st.Head, &text, &st.Salt, &st.Text)
			if text && st.Text == nil {
				st.Withheld = timeline.WithheldErased
			}
			return st, err
		}, "SELECT e.envelope, e.entry_hash, e.head, t.n IS NOT NULL, t.salt, t.fields FROM entry e LEFT JOIN text t ON t.n = e.n WHERE e.incident = ? ORDER BY e.seq", id)
		if err != nil {
			t.Fatal(err)
		}
		var got []timeline.Stored
		if err := v.EachStored(t.Context(), id, func(st timeline.Stored) error {
			got = append(got, st)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	stop := errors.New("stop")
	if err := v.EachStored(t.Context(), "IR-2", func(timeline.Stored) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("after fn said stop: %v", err)
	}
}

// A page whose lengths do not fit its bytes is refused, not read past its end.
func TestStoredPageThatDoesNotAddUp(t *testing.T) {
	good := fmt.Sprintf("%d %d 7 {}{}hhHHss", 2<<31|3, 2<<31|2)
	count := func(b string) (n int, err error) {
		p := storedPage{n: 1, rows: []byte(b)}
		err = p.each(func(timeline.Stored) error { n++; return nil })
		return n, err
	}
	if n, err := count(good); n != 1 || err != nil {
		t.Fatalf("%d rows, %v", n, err)
	}
	for i := range good {
		if _, err := count(good[:i]); !errors.Is(err, errStored) {
			t.Errorf("cut at %d: %v", i, err)
		}
	}
	for _, bad := range []string{good + "x", "-" + good, "x" + good, "9999999999999999999 0 0 ", fmt.Sprintf("%d 0 0 ", int64(1)<<62)} {
		if _, err := count(bad); !errors.Is(err, errStored) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
