package sqlite

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// filled makes a closed store with some of everything and gives its folder.
func filled(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	s, err := Open(t.Context(), Options{Dir: dir, Wall: wall, Ballast: 4096})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		mustCreate(t, s, false)
	}
	data := []byte("evidence")
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	for i := range 40 {
		mustAdd(t, s, fmt.Sprintf("IR-%d", i%3+1), fmt.Sprintf("key-%d", i), note(fmt.Sprintf("記録 %d", i)))
	}
	mustAdd(t, s, "IR-1", "file", incident.Change{
		Entries: []timeline.Draft{{Kind: incident.KindEvidence, Actor: "u1", Facts: facts{"id": "E1", "attachment": hash, "size": len(data)}}},
		Blobs:   []incident.Blob{{Hash: hash, Data: data}},
	})
	mustAdd(t, s, timeline.SiteLog, "site", note("sign-in"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func check(t *testing.T, dir string) Checked {
	t.Helper()
	v, err := OpenReadOnly(t.Context(), dir)
	if err != nil {
		return Checked{Differences: []Difference{{Table: "database", What: err.Error()}}}
	}
	defer v.Close()
	c, err := v.Check(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tamper changes the file the way an intruder with the file would: without
// triggers and without authorizer.
func tamper(t *testing.T, dir string, stmts ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(dir, dbName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	names, err := query(t.Context(), db, func(r *sql.Rows) (string, error) {
		var n string
		return n, r.Scan(&n)
	}, "SELECT name FROM sqlite_schema WHERE type = 'trigger'")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		stmts = append([]string{"DROP TRIGGER " + n}, stmts...)
	}
	for _, q := range stmts {
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

func TestCheckFindsTampering(t *testing.T) {
	src := filled(t)
	if c := check(t, src); len(c.Differences) != 0 || c.Logs != 4 || c.Entries != 45 || c.Files != 1 || c.Texts != 44 {
		t.Fatalf("an untouched store: %+v", c)
	}
	for _, tt := range []struct{ name, stmt, table string }{
		{"envelope changed", `UPDATE entry SET envelope = CAST(replace(CAST(envelope AS TEXT), '"u2"', '"u3"') AS BLOB) WHERE incident = 'IR-2' AND seq = 4`, "entry"},
		{"hash changed", "UPDATE entry SET entry_hash = zeroblob(32) WHERE incident = 'IR-2' AND seq = 4", "entry"},
		{"tail cut", "DELETE FROM entry WHERE incident = 'IR-2' AND seq = (SELECT max(seq) FROM entry WHERE incident = 'IR-2')", "incident"},
		{"entry removed", "DELETE FROM entry WHERE incident = 'IR-2' AND seq = 4", "entry"},
		{"whole log removed", "DELETE FROM entry WHERE incident = 'IR-2'", "entry"},
		{"column changed", "UPDATE entry SET kind = 'note.removed' WHERE incident = 'IR-2' AND seq = 4", "entry"},
		{"text changed", "UPDATE text SET fields = CAST('{\"note\":\"x\"}' AS BLOB) WHERE incident = 'IR-2' AND seq = 4", "entry"},
		{"text removed", "DELETE FROM text WHERE incident = 'IR-2' AND seq = 4", "entry"},
		{"text nulled", "UPDATE text SET fields = NULL, salt = NULL WHERE incident = 'IR-2' AND seq = 4", "text"},
		{"text moved", "UPDATE text SET n = 999 WHERE incident = 'IR-2' AND seq = 4", "text"},
		{"timer lost", "DELETE FROM timer WHERE incident = 'IR-2'", "timer"},
		{"timer moved", "UPDATE timer SET due_us = due_us + 1 WHERE incident = 'IR-2'", "timer"},
		{"timer added", "INSERT INTO timer VALUES ('x', 'IR-2', 'step', 'r1', 1)", "timer"},
		{"message lost", "DELETE FROM outbox WHERE incident = 'IR-2'", "outbox"},
		{"message settled", "UPDATE outbox SET state = 'sending' WHERE incident = 'IR-2'", "outbox"},
		{"index lost", "DELETE FROM incident WHERE id = 'IR-2'", "incident"},
		{"index changed", "UPDATE incident SET severity = 4 WHERE id = 'IR-2'", "incident"},
		{"request lost", "DELETE FROM request WHERE key = 'key-7'", "request"},
		{"request added", "INSERT INTO request VALUES ('key-x', 'IR-2', 1, (SELECT recorded_us FROM entry LIMIT 1), CAST('{}' AS BLOB))", "request"},
		{"counter set back", "UPDATE counter SET n = 1", "counter"},
		{"file changed", "UPDATE blob SET data = x'00'", "blob"},
		{"file removed", "DELETE FROM blob", "blob"},
		{"later checkpoint", "INSERT INTO checkpoint VALUES (1, 'IR-2', 99, CAST('irbot/tokyo/IR-2' || char(10) || '99' || char(10) || 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' || char(10, 10) || '— irbot-tokyo x' || char(10) AS BLOB))", "entry"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			if err := os.CopyFS(dir, os.DirFS(src)); err != nil {
				t.Fatal(err)
			}
			tamper(t, dir, tt.stmt)
			c := check(t, dir)
			for _, d := range c.Differences {
				if d.Table == tt.table {
					return
				}
			}
			t.Errorf("not found in %s: %v", tt.table, c.Differences)
		})
	}
}

func TestRebuildMendsOperationalTables(t *testing.T) {
	dir := filled(t)
	tamper(t, dir, "DELETE FROM timer", "DELETE FROM outbox WHERE incident = 'IR-1'", "UPDATE incident SET seq = 1", "UPDATE counter SET n = 0",
		"DELETE FROM request WHERE key < 'key-3'", "INSERT INTO request VALUES ('ghost', 'IR-1', 1, 5, CAST('{}' AS BLOB))", "INSERT INTO timer VALUES ('x', 'IR-2', 'step', 'r1', 1)")
	if len(check(t, dir).Differences) == 0 {
		t.Fatal("the damage was not found: this test could not fail")
	}
	s := open(t, Options{Dir: dir})
	if live, err := s.Audit(t.Context()); err != nil || len(live) == 0 {
		t.Errorf("the audit saw nothing: %v", err)
	}
	if err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := s.Check(t.Context(), nil)
	if err != nil || len(c.Differences) != 0 {
		t.Fatalf("%v %v", c.Differences, err)
	}
	if live, err := s.Audit(t.Context()); err != nil || len(live) != 0 {
		t.Errorf("audit after rebuilding: %v %v", live, err)
	}
	if r := mustCreate(t, s, false); r.Incident != "IR-4" {
		t.Errorf("next id %s", r.Incident)
	}
	if r := mustAdd(t, s, "IR-2", "key-1", note("二度目")); !r.Duplicate || r.Seq == 0 {
		t.Errorf("a rebuilt request key: %+v", r)
	}
}

// TestRottenBytes overwrites 16 bytes of a closed file at random and expects
// every change of the record to be found, and the other logs to stay readable.
func TestRottenBytes(t *testing.T) {
	src := filled(t)
	good, err := os.ReadFile(filepath.Join(src, dbName))
	if err != nil {
		t.Fatal(err)
	}
	want := content(t, src)
	rng := rand.New(rand.NewPCG(1, 2))
	rounds, changed, quiet := 120, 0, 0
	if testing.Short() {
		rounds = 20
	}
	for i := range rounds {
		bad := append([]byte(nil), good...)
		at := rng.IntN(len(bad) - 16)
		for j := range 16 {
			bad[at+j] = byte(rng.Uint32())
		}
		dir := filepath.Join(t.TempDir(), "rot")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, dbName), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if content(t, dir) == want {
			quiet++
			continue
		}
		changed++
		if c := check(t, dir); len(c.Differences) == 0 {
			t.Errorf("round %d: 16 bytes at %d changed the record and were not found", i, at)
		}
	}
	t.Logf("%d changes of the record, %d without effect", changed, quiet)
	if changed == 0 {
		t.Error("no round changed anything: this test could not fail")
	}
}

// content is all that the record says, or the error of reading it.
func content(t *testing.T, dir string) string {
	t.Helper()
	v, err := OpenReadOnly(t.Context(), dir)
	if err != nil {
		return err.Error()
	}
	defer v.Close()
	var out strings.Builder
	for _, q := range []string{
		"SELECT incident || seq || hex(envelope) || hex(entry_hash) || hex(head) || kind || recorded_us || coalesce(text_digest, '-') FROM entry",
		"SELECT incident || seq || coalesce(hex(salt), '-') || coalesce(hex(fields), '-') FROM text",
		"SELECT hash || size || hex(data) FROM blob",
	} {
		lines, err := query(t.Context(), v.db, func(r *sql.Rows) (string, error) {
			var x string
			return x, r.Scan(&x)
		}, q)
		fmt.Fprintln(&out, lines, err)
	}
	return out.String()
}

// A row that is wrong in the standing log is seen at once, one in a closed
// incident when its turn comes.
func TestAuditComesToClosedIncidents(t *testing.T) {
	dir := filled(t)
	s := open(t, Options{Dir: dir})
	for _, id := range []string{"IR-1", "IR-3"} {
		mustAdd(t, s, id, "close-"+id, incident.Change{Entries: []timeline.Draft{{Kind: incident.KindClosed, Actor: "u1", Facts: facts{}}}})
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"SITE", "IR-1", "IR-3"} {
		tamper(t, dir, "INSERT INTO timer VALUES ('x-"+id+"', '"+id+"', 'step', 'r1', 1)")
	}
	s = open(t, Options{Dir: dir})
	seen := map[string]int{}
	for range 4 {
		diffs, err := s.Audit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range diffs {
			seen[d.Incident]++
		}
	}
	if diff := cmp.Diff(map[string]int{"SITE": 4, "IR-1": 2, "IR-3": 2}, seen); diff != "" {
		t.Error(diff)
	}
}
