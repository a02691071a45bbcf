package anchor_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"irbot/internal/anchor"
	"irbot/internal/anchor/folder"
	"irbot/internal/incident"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

var t0 = time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)

// site is a record of two incidents with anchors in a folder, and an old copy.
type site struct {
	dir, worm, old string
	keys           keyring
}

func record(t *testing.T, s *sqlite.Store, id, text string) {
	t.Helper()
	c := incident.Change{Entries: []timeline.Draft{{Kind: incident.KindNote, Actor: "ito", Facts: map[string]any{"important": true}, Text: timeline.Text{"text": text}}}}
	if strings.HasPrefix(text, "file ") {
		c.Entries[0].Kind, c.Entries[0].Facts = incident.KindEvidence, map[string]any{"id": "E1", "attachment": incident.HashOf([]byte("photo"))}
		c.Blobs = []incident.Blob{{Hash: incident.HashOf([]byte("photo")), Data: []byte("photo")}}
	}
	decide := func(*incident.Incident) (incident.Change, error) { return c, nil }
	_, err := s.Update(t.Context(), incident.Target{Incident: id, Now: t0}, decide)
	if err != nil {
		_, err = s.Create(t.Context(), incident.Opening{Now: t0}, func(string) (incident.Change, error) { return c, nil })
	}
	if err != nil {
		t.Fatal(err)
	}
}

func newSite(t *testing.T) *site {
	t.Helper()
	x := &site{dir: t.TempDir(), worm: t.TempDir(), keys: newKeyring(t, "a")}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Dir: x.dir, What: "test", Ballast: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		record(t, s, "IR-1", fmt.Sprint("行", i))
		record(t, s, "IR-2", fmt.Sprint("file ", i))
		if i == 3 {
			x.old = filepath.Join(t.TempDir(), "old.db")
			if _, err := s.Backup(t.Context(), x.old); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, id := range []string{"IR-1", "IR-2"} {
		for _, size := range []int64{4, 6} {
			head, _, err := s.HeadAt(t.Context(), id, size)
			if err != nil {
				t.Fatal(err)
			}
			c, err := timeline.SignCheckpoint(x.keys.signer, id, timeline.Position{Seq: size, Head: head})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := (folder.Folder{Path: x.worm}).Put(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return x
}

// judge says what verification of the store by itself finds, and what the
// anchors find.
func (x *site) judge(t *testing.T) (alone, anchors bool) {
	t.Helper()
	v, err := sqlite.OpenReadOnly(t.Context(), x.dir)
	if err != nil {
		return true, true // so broken that it does not open
	}
	defer v.Close()
	found, err := v.Check(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := anchor.Survey(t.Context(), []anchor.Spot{{ID: "worm", Place: folder.Folder{Path: x.worm}}}, x.keys.keys, v.HeadAt)
	if err != nil {
		t.Fatal(err)
	}
	return len(found.Differences) > 0, len(seen.Serious(nil)) > 0
}

// attacker owns the machine: no trigger, no authorizer.
func (x *site) attacker(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(x.dir, "irbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		names = append(names, n)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		must(t, db, "DROP TRIGGER "+n)
	}
	return db
}

func must(t *testing.T, db *sql.DB, q string, args ...any) {
	t.Helper()
	if _, err := db.Exec(q, args...); err != nil {
		t.Fatal(err)
	}
}

// rehash computes the whole chain of IR-1 afresh after envelopes were changed,
// and mends every table that repeats it: what is left looks sound by itself.
func rehash(t *testing.T, db *sql.DB) {
	t.Helper()
	rows, err := db.Query("SELECT n, envelope FROM entry WHERE incident = 'IR-1' ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	type row struct {
		n   int64
		env []byte
	}
	var all []row
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.n, &r.env); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	var head [timeline.HeadSize]byte
	for i, r := range all {
		hash := timeline.HashEntry(r.env)
		head = timeline.NextHead(head, hash)
		e, err := timeline.Rebuild(timeline.Stored{Envelope: r.env, EntryHash: hash[:], Head: head[:]})
		if err != nil {
			t.Fatal(err)
		}
		must(t, db, "UPDATE entry SET seq = ?, entry_hash = ?, head = ?, recorded_us = ? WHERE n = ?", i+1, hash[:], head[:], e.RecordedAt.UnixMicro(), r.n)
		must(t, db, "UPDATE text SET seq = ? WHERE n = ?", i+1, r.n)
	}
	must(t, db, "UPDATE incident SET seq = ?, head = ? WHERE id = 'IR-1'", len(all), head[:])
}

func TestAttacks(t *testing.T) {
	edit := func(t *testing.T, db *sql.DB) {
		must(t, db, `UPDATE entry SET envelope = CAST(replace(CAST(envelope AS TEXT), '"important":true', '"important":false') AS BLOB) WHERE incident = 'IR-1' AND seq = 3`)
	}
	retime := func(t *testing.T, db *sql.DB) {
		must(t, db, `UPDATE entry SET envelope = CAST(replace(CAST(envelope AS TEXT), '06:30:00', '05:30:00') AS BLOB) WHERE incident = 'IR-1' AND seq = 3`)
	}
	dropLast := func(t *testing.T, db *sql.DB) {
		must(t, db, "DELETE FROM text WHERE incident = 'IR-1' AND seq = 6")
		must(t, db, "DELETE FROM entry WHERE incident = 'IR-1' AND seq = 6")
	}
	reorder := func(t *testing.T, db *sql.DB) {
		must(t, db, "UPDATE entry SET seq = 99 WHERE incident = 'IR-1' AND seq = 2")
		must(t, db, "UPDATE entry SET seq = 2 WHERE incident = 'IR-1' AND seq = 3")
		must(t, db, "UPDATE entry SET seq = 3 WHERE incident = 'IR-1' AND seq = 99")
	}
	renumber := func(t *testing.T, db *sql.DB) { // envelopes say their own new place
		must(t, db, `UPDATE entry SET envelope = CAST(replace(CAST(envelope AS TEXT), '"seq":3,', '"seq":2,') AS BLOB) WHERE incident = 'IR-1' AND seq = 2`)
		must(t, db, `UPDATE entry SET envelope = CAST(replace(CAST(envelope AS TEXT), '"seq":2,', '"seq":3,') AS BLOB) WHERE incident = 'IR-1' AND seq = 3`)
		must(t, db, "UPDATE text SET seq = 5 - seq WHERE incident = 'IR-1' AND seq IN (2, 3)")
	}
	insert := func(t *testing.T, db *sql.DB) {
		must(t, db, `INSERT INTO entry (incident, seq, envelope, text_digest, entry_hash, head, recorded_us, kind)
			SELECT incident, 7, CAST(replace(CAST(envelope AS TEXT), '"seq":6,', '"seq":7,') AS BLOB), NULL, entry_hash, head, recorded_us, kind FROM entry WHERE incident = 'IR-1' AND seq = 6`)
	}
	tests := []struct {
		name           string
		act            func(t *testing.T, db *sql.DB)
		rehash         bool
		alone, anchors bool // who must find it
	}{
		{"nothing", func(*testing.T, *sql.DB) {}, false, false, false},
		{"edit", edit, false, true, false},
		{"edit and re-hash without the key", edit, true, false, true},
		{"re-time", retime, false, true, false},
		{"re-time and re-hash", retime, true, false, true},
		{"reorder", reorder, false, true, false},
		{"reorder and renumber", func(t *testing.T, db *sql.DB) { reorder(t, db); renumber(t, db) }, true, false, true},
		{"insert at the end", insert, false, true, false},
		{"truncate", dropLast, false, true, true},
		{"truncate and mend the index", dropLast, true, false, true},
		{"delete in the middle", func(t *testing.T, db *sql.DB) { must(t, db, "DELETE FROM entry WHERE incident = 'IR-1' AND seq = 3") }, false, true, false},
		{"drop an incident as a whole", func(t *testing.T, db *sql.DB) {
			for _, table := range []string{"text", "entry", "checkpoint", "request", "timer", "outbox"} {
				must(t, db, "DELETE FROM "+table+" WHERE incident = 'IR-1'")
			}
			must(t, db, "DELETE FROM incident WHERE id = 'IR-1'")
		}, false, false, true},
		{"replace a kept file", func(t *testing.T, db *sql.DB) { must(t, db, "UPDATE blob SET data = CAST('other' AS BLOB)") }, false, true, false},
		{"delete a kept file", func(t *testing.T, db *sql.DB) { must(t, db, "DELETE FROM blob") }, false, true, false},
		{"replace a text", func(t *testing.T, db *sql.DB) {
			must(t, db, `UPDATE text SET fields = CAST('{"text":"x"}' AS BLOB) WHERE incident = 'IR-1' AND seq = 2`)
		}, false, true, false},
		{"erase a text without saying so", func(t *testing.T, db *sql.DB) {
			must(t, db, "UPDATE text SET salt = NULL, fields = NULL WHERE incident = 'IR-1' AND seq = 2")
		}, false, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := newSite(t)
			db := x.attacker(t)
			tt.act(t, db)
			if tt.rehash {
				rehash(t, db)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			alone, anchors := x.judge(t)
			if alone != tt.alone || tt.anchors && !anchors || tt.name == "nothing" && anchors {
				t.Errorf("found by the store itself: %v, want %v; by the anchors: %v, want %v", alone, tt.alone, anchors, tt.anchors)
			}
		})
	}
}

// An old copy in place of the record is sound in itself, and so is one that
// went on from there: only what is kept elsewhere tells.
func TestOldCopyAndFork(t *testing.T) {
	for _, name := range []string{"old copy", "fork"} {
		t.Run(name, func(t *testing.T) {
			x := newSite(t)
			old, err := os.ReadFile(x.old)
			if err != nil {
				t.Fatal(err)
			}
			for _, suffix := range []string{"-wal", "-shm"} {
				_ = os.Remove(filepath.Join(x.dir, "irbot.db"+suffix))
			}
			if err := os.WriteFile(filepath.Join(x.dir, "irbot.db"), old, 0o600); err != nil {
				t.Fatal(err)
			}
			if name == "fork" {
				s, err := sqlite.Open(context.Background(), sqlite.Options{Dir: x.dir, What: "test", Ballast: 64 << 10})
				if err != nil {
					t.Fatal(err)
				}
				for i := range 5 {
					record(t, s, "IR-1", fmt.Sprint("別の行", i))
					record(t, s, "IR-2", fmt.Sprint("別の行", i))
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if alone, anchors := x.judge(t); alone || !anchors {
				t.Errorf("alone %v, anchors %v", alone, anchors)
			}
		})
	}
}

// Whoever steals the key can sign a history of his own, but cannot take back
// what is out already.
func TestStolenKeyDoesNotReachTheAnchors(t *testing.T) {
	x := newSite(t)
	db := x.attacker(t)
	must(t, db, `UPDATE entry SET envelope = CAST(replace(CAST(envelope AS TEXT), '"important":true', '"important":false') AS BLOB) WHERE incident = 'IR-1' AND seq = 3`)
	rehash(t, db)
	var head []byte
	if err := db.QueryRow("SELECT head FROM entry WHERE incident = 'IR-1' AND seq = 6").Scan(&head); err != nil {
		t.Fatal(err)
	}
	c, err := timeline.SignCheckpoint(x.keys.signer, "IR-1", timeline.Position{Seq: 6, Head: [sha256.Size]byte(head)})
	if err != nil {
		t.Fatal(err)
	}
	must(t, db, "INSERT INTO checkpoint (incident, size, note) VALUES ('IR-1', 6, ?)", c.Note)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if alone, anchors := x.judge(t); alone || !anchors {
		t.Errorf("alone %v, anchors %v", alone, anchors)
	}
}
