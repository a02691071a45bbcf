package sqlite

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// attacks are ways to change the record with SQL on the writing connection.
func attacks() []string {
	zero := "zeroblob(32)"
	row := "NULL, 'IR-1', 1, x'7b7d', NULL, " + zero + ", " + zero + ", 1, 'note.added'"
	return []string{
		"UPDATE entry SET envelope = x'7b7d' WHERE seq = 1",
		"UPDATE entry SET kind = 'note.added'",
		"UPDATE OR REPLACE entry SET seq = 1 WHERE seq = 2",
		"DELETE FROM entry WHERE seq = 2",
		"DELETE FROM entry",
		"INSERT OR REPLACE INTO entry VALUES (" + row + ")",
		"REPLACE INTO entry VALUES (" + row + ")",
		"INSERT INTO entry VALUES (" + row + ") ON CONFLICT DO UPDATE SET envelope = excluded.envelope",
		"INSERT INTO entry VALUES (NULL, 'IR-1', 9, x'7b7d', NULL, " + zero + ", " + zero + ", 1, 'note.added')",
		"INSERT OR REPLACE INTO entry VALUES (1, 'IR-1', 3, x'7b7d', NULL, " + zero + ", " + zero + ", 1, 'note.added')",
		"DROP TABLE entry",
		"DROP TRIGGER entry_no_update",
		"DROP INDEX timer_due",
		"ALTER TABLE entry RENAME TO old_entry",
		"ALTER TABLE entry ADD COLUMN x TEXT",
		"ALTER TABLE entry DROP COLUMN kind",
		"PRAGMA writable_schema = 1",
		"PRAGMA recursive_triggers = 0",
		"PRAGMA synchronous = OFF",
		"PRAGMA journal_mode = DELETE",
		"PRAGMA foreign_keys = 0",
		"PRAGMA user_version = 99",
		"UPDATE sqlite_schema SET sql = '' WHERE name = 'entry_no_update'",
		"DELETE FROM sqlite_schema WHERE name = 'entry_no_delete'",
		"ATTACH DATABASE 'other.db' AS other",
		"DETACH DATABASE main",
		"CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM timer; END",
		"CREATE TEMP TABLE entry (x)",
		"CREATE VIEW v AS SELECT 1",
		"VACUUM INTO 'copy.db'",
		"REINDEX",
		"UPDATE text SET fields = x'7b7d'",
		"UPDATE text SET salt = NULL, fields = NULL",
		"UPDATE text SET n = 7 WHERE n = 1",
		"UPDATE text SET seq = 7 WHERE seq = 1",
		"DELETE FROM text",
		"INSERT OR REPLACE INTO text VALUES (1, 'IR-1', 1, zeroblob(16), x'7b7d')",
		"INSERT INTO text VALUES (99, 'IR-1', 99, zeroblob(16), x'7b7d')",
		"INSERT OR IGNORE INTO entry VALUES (" + row + ")",
		"UPDATE blob SET data = x'00'",
		"DELETE FROM blob",
		"INSERT OR REPLACE INTO checkpoint VALUES (1, 'IR-1', 1, x'00')",
		"UPDATE checkpoint SET note = x'00'",
		"DELETE FROM checkpoint",
		"SELECT load_extension('evil')",
	}
}

func TestRecordCannotBeChangedBySQL(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	bare := openWriter(filepath.Join(dir, dbName), nil) // outside a transaction some attacks are refused for other reasons
	defer bare.Close()
	mustCreate(t, s, false)
	mustAdd(t, s, "IR-1", "", note("二件目"))
	kept := []byte("kept")
	if err := s.write(t.Context(), func(t *tx) error { return t.keep(incident.Blob{Hash: incident.HashOf(kept), Data: kept}) }); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveCheckpoint(t.Context(), checkpointOf("IR-1", 1, "n")); err != nil {
		t.Fatal(err)
	}
	before := dump(t, s)
	for _, q := range attacks() {
		if err := s.write(t.Context(), func(t *tx) error { return t.exec(q) }); err == nil {
			t.Errorf("went through: %s", q)
		}
		if _, err := bare.Exec(q); err == nil {
			t.Errorf("went through outside a transaction: %s", q)
		}
	}
	if after := dump(t, s); after != before {
		t.Error("the record changed")
	}
	mustAdd(t, s, "IR-1", "", note("まだ書ける"))
}

// TestTriggersAloneRefuse is the first fence without the second: a connection
// without authorizer, with the settings of the writer.
func TestTriggersAloneRefuse(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	mustCreate(t, s, false)
	mustAdd(t, s, "IR-1", "", note("二件目"))
	before := dump(t, s)
	db := openMigrator(filepath.Join(dir, dbName)) // recursive triggers are off here: the harder case
	defer db.Close()
	for _, q := range attacks()[:10] {
		if _, err := db.Exec(q); err == nil {
			t.Errorf("went through: %s", q)
		}
	}
	if after := dump(t, s); after != before {
		t.Error("the record changed")
	}
}

func TestReadersCannotWrite(t *testing.T) {
	s := open(t, Options{})
	mustCreate(t, s, false)
	for _, q := range []string{"DELETE FROM timer", "DELETE FROM entry", "CREATE TABLE x (y)", "PRAGMA user_version = 9"} {
		if _, err := s.db.Exec(q); err == nil {
			t.Errorf("went through a reading connection: %s", q)
		}
	}
}

func dump(t *testing.T, s *Store) string {
	t.Helper()
	out := ""
	for _, q := range []string{
		"SELECT incident || seq || hex(envelope) || hex(entry_hash) || hex(head) || kind FROM entry ORDER BY 1",
		"SELECT incident || seq || coalesce(hex(salt), '-') || coalesce(hex(fields), '-') FROM text ORDER BY 1",
		"SELECT n || incident || size || hex(note) FROM checkpoint", "SELECT name || sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1",
		"SELECT user_version FROM pragma_user_version",
	} {
		lines, err := query(t.Context(), s.db, func(r *sql.Rows) (string, error) {
			var x string
			return x, r.Scan(&x)
		}, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			out += l + "\n"
		}
	}
	return out
}

func TestErasureEmptiesOnlyItsText(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	mustCreate(t, s, false)
	secret := "消してほしい氏名"
	mustAdd(t, s, "IR-1", "", note(secret))
	mustAdd(t, s, "IR-1", "", note("残る"))
	mustAdd(t, s, "IR-1", "", incident.Change{Entries: []timeline.Draft{{
		Kind: incident.KindErased, Actor: "u9", Facts: facts{"erases": 2, "approver": "u1"}, Text: timeline.Text{"reason": "法令による"},
	}}})
	entries, err := s.Entries(t.Context(), "IR-1", 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if e := entries[1]; e.Withheld != timeline.WithheldErased || e.TextBytes != nil || e.TextDigest == "" {
		t.Errorf("erased entry: %+v", e)
	}
	if e := entries[2]; e.Withheld != "" || e.Fields()["note"] != "残る" {
		t.Errorf("its neighbour: %+v", e)
	}
	if texts, err := s.Texts(t.Context(), "IR-1", []int64{2}); err != nil || len(texts) != 0 {
		t.Errorf("texts: %v %v", texts, err)
	}
	for _, name := range []string{dbName, dbName + "-wal"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if containsBytes(b, secret) {
			t.Errorf("%s still holds the text", name)
		}
	}
	if _, err := add(s, "IR-1", "", incident.Change{Entries: []timeline.Draft{{Kind: incident.KindErased, Actor: "u9", Facts: facts{"erases": 77}}}}); err == nil {
		t.Error("an erasure of a later entry was recorded")
	}
}

func containsBytes(b []byte, s string) bool {
	for i := 0; i+len(s) <= len(b); i++ {
		if string(b[i:i+len(s)]) == s {
			return true
		}
	}
	return false
}
