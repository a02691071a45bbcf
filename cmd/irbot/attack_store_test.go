package main

import (
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/paper"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// storeAttack is one alteration of a data folder by somebody who owns the
// machine, and what irbot verify must say about it.
type storeAttack struct {
	name   string
	do     func(t *testing.T, x *scene, db *sql.DB)
	want   string // stands in the answer
	needed bool   // found only with what left the machine
}

// sqls makes an attack of statements; ID stands for the incident, T1 and T2 for
// two of its entries that have a text.
func sqls(list ...string) func(*testing.T, *scene, *sql.DB) {
	return func(t *testing.T, x *scene, db *sql.DB) {
		t.Helper()
		for _, q := range list {
			mustSQL(t, db, strings.NewReplacer("ID", "'"+x.id+"'", "T1", x.texts[0], "T2", x.texts[1]).Replace(q))
		}
	}
}

// inEnvelope replaces something in the envelope of an entry.
func inEnvelope(seq int, old, new string) string {
	return fmt.Sprintf(`UPDATE entry SET envelope = CAST(replace(CAST(envelope AS TEXT), '%s', '%s') AS BLOB) WHERE incident = ID AND seq = %d`, old, new, seq)
}

// remade does something and then computes the chain afresh, drops the
// checkpoints that would tell, and mends the index: what anybody can do who
// holds no key.
func remade(list ...string) func(*testing.T, *scene, *sql.DB) {
	return func(t *testing.T, x *scene, db *sql.DB) {
		t.Helper()
		sqls(list...)(t, x, db)
		x.rehash(t, db)
	}
}

// rehash computes the chain of the incident afresh in the order of seq.
func (x *scene) rehash(t *testing.T, db *sql.DB) timeline.Position {
	t.Helper()
	rows, err := db.Query("SELECT n, seq, envelope FROM entry WHERE incident = ? ORDER BY seq", x.id)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	type row struct {
		n, seq int64
		env    string
	}
	var all []row
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.n, &r.seq, &r.env); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	var p timeline.Position
	for i, r := range all {
		p.Seq = int64(i + 1)
		at := strings.LastIndex(r.env, `,"seq":`)
		rest := r.env[at+7:]
		r.env = r.env[:at] + fmt.Sprintf(`,"seq":%d`, p.Seq) + rest[strings.Index(rest, ","):]
		hash := timeline.HashEntry([]byte(r.env))
		p.Head = timeline.NextHead(p.Head, hash)
		mustSQL(t, db, "UPDATE entry SET seq = ?, envelope = ?, entry_hash = ?, head = ? WHERE n = ?", p.Seq, []byte(r.env), hash[:], p.Head[:], r.n)
		mustSQL(t, db, "UPDATE text SET seq = ? WHERE n = ?", p.Seq, r.n)
	}
	mustSQL(t, db, "UPDATE incident SET seq = ?, head = ? WHERE id = ?", p.Seq, p.Head[:], x.id)
	mustSQL(t, db, "DELETE FROM checkpoint WHERE incident = ?", x.id)
	return p
}

const dup = "INSERT INTO entry (incident, seq, envelope, text_digest, entry_hash, head, recorded_us, kind) SELECT incident, (SELECT max(seq) + 1 FROM entry WHERE incident = ID), envelope, text_digest, entry_hash, head, recorded_us, kind FROM entry WHERE incident = ID AND seq = "

func storeAttacks() []storeAttack {
	return []storeAttack{
		{"edit a fact", sqls(inEnvelope(5, `"facts":{`, `"facts":{"aaa":1,`)), "entry_hash", false},
		{"edit the actor", sqls(inEnvelope(5, `"actor":"`, `"actor":"x`)), "entry_hash", false},
		{"edit the kind", sqls(inEnvelope(5, `"kind":"`, `"kind":"x`)), "entry_hash", false},
		{"edit the kind beside the envelope", sqls("UPDATE entry SET kind = 'note.voided' WHERE incident = ID AND seq = 5"), "kind", false},
		{"re-time the recording", sqls(inEnvelope(5, `"recorded_at":"2`, `"recorded_at":"1`)), "entry_hash", false},
		{"re-time the happening", sqls(inEnvelope(5, `"happened_at":"2`, `"happened_at":"1`)), "entry_hash", false},
		{"re-time beside the envelope", sqls("UPDATE entry SET recorded_us = recorded_us - 1 WHERE incident = ID AND seq = 5"), "columns differ", false},
		{"edit and hash the entry again", func(t *testing.T, x *scene, db *sql.DB) {
			sqls(inEnvelope(5, `"actor":"`, `"actor":"x`))(t, x, db)
			var env []byte
			if err := db.QueryRow("SELECT envelope FROM entry WHERE incident = ? AND seq = 5", x.id).Scan(&env); err != nil {
				t.Fatal(err)
			}
			hash := timeline.HashEntry(env)
			mustSQL(t, db, "UPDATE entry SET entry_hash = ? WHERE incident = ? AND seq = 5", hash[:], x.id)
		}, `"head"`, false},
		{"delete in the middle", sqls("DELETE FROM entry WHERE incident = ID AND seq = 5"), `"sequence"`, false},
		{"delete the first", sqls("DELETE FROM entry WHERE incident = ID AND seq = 1"), `"sequence"`, false},
		{"cut the tail", sqls("DELETE FROM entry WHERE incident = ID AND seq > 9"), "truncated", false},
		{"insert a copy at the end", sqls(dup + "5"), "entry", false},
		{"reorder two", sqls("UPDATE entry SET seq = 99999 WHERE incident = ID AND seq = 5", "UPDATE entry SET seq = 5 WHERE incident = ID AND seq = 6", "UPDATE entry SET seq = 6 WHERE incident = ID AND seq = 99999"), "entry", false},
		{"splice from another log", sqls("UPDATE entry SET envelope = (SELECT envelope FROM entry WHERE incident = 'SITE' AND seq = 1) WHERE incident = ID AND seq = 5"), "entry", false},
		{"change a head", sqls("UPDATE entry SET head = zeroblob(32) WHERE incident = ID AND seq = 5"), `"head"`, false},
		{"envelope that is none", sqls("UPDATE entry SET envelope = x'7b7d' WHERE incident = ID AND seq = 5"), "entry", false},
		{"replace a text", sqls(`UPDATE text SET fields = CAST('{"text":"x"}' AS BLOB) WHERE incident = ID AND seq = T1`), "digest", false},
		{"swap two salts", sqls("CREATE TABLE keep AS SELECT n, salt FROM text", "UPDATE text SET salt = (SELECT salt FROM keep WHERE n = (SELECT n FROM text WHERE incident = ID AND seq = T2)) WHERE incident = ID AND seq = T1", "DROP TABLE keep"), "digest", false},
		{"swap two texts", sqls("UPDATE text SET fields = (SELECT fields FROM text WHERE incident = ID AND seq = T2), salt = (SELECT salt FROM text WHERE incident = ID AND seq = T2) WHERE incident = ID AND seq = T1"), "digest", false},
		{"empty a text without an erasure", sqls("UPDATE text SET salt = NULL, fields = NULL WHERE incident = ID AND seq = T1"), "text", false},
		{"drop a text", sqls("DELETE FROM text WHERE incident = ID AND seq = T1"), "text", false},
		{"give an erased entry another text", sqls(`UPDATE text SET salt = zeroblob(16), fields = CAST('{"text":"x"}' AS BLOB) WHERE incident = ID AND seq = 2`), "digest", false},
		{"replace a kept file", sqls("UPDATE blob SET data = CAST('other' AS BLOB)"), "blob", false},
		{"delete a kept file", sqls("DELETE FROM blob"), "blob", false},
		{"rename a kept file", sqls("UPDATE blob SET hash = replace(hash, substr(hash, 1, 2), '00')"), "blob", false},
		{"change a kept checkpoint", sqls("UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT), 'irbot/', 'irbot/x') AS BLOB) WHERE incident = ID"), "", false},
		{"checkpoint of another history", func(t *testing.T, x *scene, db *sql.DB) {
			mustSQL(t, db, "INSERT INTO checkpoint (incident, size, note) VALUES (?, 5, ?)", x.id, x.forged(t, timeline.Position{Seq: 5, Head: [32]byte{1}}))
		}, "fork", false},
		{"a request the record does not know", sqls("INSERT INTO request VALUES ('x', ID, 1, 1, CAST('{}' AS BLOB))"), "request", false},
		{"set the counter back", sqls("UPDATE counter SET n = 0"), "counter", false},
		{"hide the incident from the board", sqls("DELETE FROM incident WHERE id = ID"), "incident", false},
		{"queue a message the record does not know", sqls("INSERT INTO outbox VALUES ('x', ID, 'queued', 1, 'mail', 1)"), "outbox", false},
		{"another key beside the record", func(t *testing.T, x *scene, _ *sql.DB) {
			_, public, err := timeline.GenerateKey(strings.NewReader(strings.Repeat("z", 64)), x.site(t))
			if err != nil {
				t.Fatal(err)
			}
			writeFile(t, filepath.Join(x.dir, publicName), []byte(public+"\n"))
		}, "signature", false},

		{"edit, hash everything again", remade(inEnvelope(5, `"actor":"`, `"actor":"x`)), "fork", true},
		{"re-time, hash everything again", remade(inEnvelope(5, `"recorded_at":"2`, `"recorded_at":"1`)), "fork", true},
		{"delete, number and hash again", remade("DELETE FROM text WHERE incident = ID AND seq = 5", "DELETE FROM entry WHERE incident = ID AND seq = 5"), "truncated", true},
		{"reorder, number and hash again", remade("UPDATE entry SET seq = 99999 WHERE incident = ID AND seq = 5", "UPDATE entry SET seq = 5 WHERE incident = ID AND seq = 6", "UPDATE entry SET seq = 6 WHERE incident = ID AND seq = 99999"), "fork", true},
		{"cut the tail and mend the index", remade("DELETE FROM text WHERE incident = ID AND seq > 9", "DELETE FROM entry WHERE incident = ID AND seq > 9"), "truncated", true},
		{"cut one entry and mend the index", remade("DELETE FROM text WHERE incident = ID AND seq = (SELECT max(seq) FROM entry WHERE incident = ID)", "DELETE FROM entry WHERE incident = ID AND seq = (SELECT max(seq) FROM entry WHERE incident = ID)"), "truncated", true},
		{"duplicate an entry in the middle", remade(dup+"5", "UPDATE entry SET seq = seq + 1000 WHERE incident = ID AND seq > 10 AND seq <= (SELECT max(seq) - 1 FROM entry WHERE incident = ID)"), "fork", true},
		{"fork after the tenth entry", remade(strings.ReplaceAll(inEnvelope(10, `"actor":"`, `"actor":"x`), "seq = 10", "seq > 10")), "fork", true},
		{"drop the incident as a whole", sqls("DELETE FROM text WHERE incident = ID", "DELETE FROM entry WHERE incident = ID", "DELETE FROM checkpoint WHERE incident = ID", "DELETE FROM request WHERE incident = ID", "DELETE FROM timer WHERE incident = ID", "DELETE FROM outbox WHERE incident = ID", "DELETE FROM incident WHERE id = ID", "DELETE FROM gram"), "truncated", true},
		{"rewrite with the stolen key", func(t *testing.T, x *scene, db *sql.DB) {
			sqls(inEnvelope(5, `"actor":"`, `"actor":"x`))(t, x, db)
			p := x.rehash(t, db)
			mustSQL(t, db, "INSERT INTO checkpoint (incident, size, note) VALUES (?, ?, ?)", x.id, p.Seq, x.forged(t, p))
		}, "fork", true},
		{"an old copy in its place", func(t *testing.T, x *scene, _ *sql.DB) { x.goBack(t) }, "truncated", true},
		{"an old copy that went on", func(t *testing.T, x *scene, db *sql.DB) {
			_ = db.Close()
			x.goBack(t)
			s := x.open(t)
			for range 4 {
				x.write(t, s, incident.Change{Entries: []timeline.Draft{{Kind: incident.KindNote, Actor: "u1", Text: timeline.Text{"note": "別の歴史"}}}})
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}, "fork", true},
	}
}

// site reads the name the key has.
func (x *scene) site(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(x.key)
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(string(b), "+")
	return strings.TrimPrefix(name, "irbot-")
}

// forged signs whatever the holder of the key wants.
func (x *scene) forged(t *testing.T, p timeline.Position) []byte {
	t.Helper()
	signer, err := loadSigner(x.dir, x.site(t))
	if err != nil {
		t.Fatal(err)
	}
	c, err := timeline.SignCheckpoint(signer, x.id, p)
	if err != nil {
		t.Fatal(err)
	}
	return c.Note
}

// goBack puts the old copy in place of the record.
func (x *scene) goBack(t *testing.T) {
	t.Helper()
	b, err := os.ReadFile(x.old)
	if err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		_ = os.Remove(filepath.Join(x.dir, "irbot.db"+suffix))
	}
	writeFile(t, filepath.Join(x.dir, "irbot.db"), b)
}

// TestAttacksOnTheStore alters a data folder in every way the catalogue names
// and asks irbot verify. S13 of the test catalogue.
func TestAttacksOnTheStore(t *testing.T) {
	t.Setenv("IRBOT_LANG", "en")
	src := newScene(t)
	for _, args := range [][]string{{"verify", src.dir}, {"verify", src.dir, "--anchors", src.worm}, {"verify", src.dir, "--checkpoint", src.head}} {
		if code, out := commandLine(args...); code != 0 {
			t.Fatalf("the unaltered record: %v: %d\n%s", args, code, out)
		}
	}
	if n := len(storeAttacks()); n < 40 {
		t.Errorf("only %d attacks", n)
	}
	for _, a := range storeAttacks() {
		t.Run(a.name, func(t *testing.T) {
			x := src.copied(t)
			db := x.attacker(t)
			before := x.bytes(t)
			a.do(t, x, db)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if x.bytes(t) == before {
				t.Fatal("the attack changed nothing")
			}
			args := []string{"verify", x.dir, "--json"}
			if a.needed {
				args = append(args, "--anchors", x.worm, "--key", x.key)
			}
			if code, out := commandLine(args...); code != 3 || !strings.Contains(out, a.want) {
				t.Errorf("exit %d, want 3 with %s\n%.1500s", code, a.want, out)
			}
		})
	}
}

// bytes is everything in the data folder.
func (x *scene) bytes(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	for _, name := range []string{"irbot.db", "irbot.db-wal", publicName} {
		b, _ := os.ReadFile(filepath.Join(x.dir, name))
		out.Write(b)
	}
	return out.String()
}

// TestAnAlteredRecordIsNotTakenOutAsProof: neither the lines nor the pack leave
// a record that does not hold, and the logs beside it stay usable. R08.
func TestAnAlteredRecordIsNotTakenOutAsProof(t *testing.T) {
	src := newScene(t)
	for _, name := range []string{"edit a fact", "edit the actor", "re-time the recording", "delete in the middle", "change a head", "replace a text", "replace a kept file"} {
		t.Run(name, func(t *testing.T) {
			i := slices.IndexFunc(storeAttacks(), func(a storeAttack) bool { return a.name == name })
			x := src.copied(t)
			if err := x.takeOut(t, "zip"); err != nil {
				t.Fatalf("the unaltered record: %v", err)
			}
			db := x.attacker(t)
			storeAttacks()[i].do(t, x, db)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if err := x.takeOut(t, "zip"); err == nil {
				t.Error("a pack was made of it")
			}
			if err := x.takeOut(t, "jsonl"); err == nil && name != "replace a kept file" {
				t.Error("lines were made of it")
			}
			site := *x
			site.id = timeline.SiteLog
			if err := site.takeOut(t, "jsonl"); err != nil {
				t.Errorf("the log beside it cannot be taken out: %v", err)
			}
		})
	}
}

// takeOut exports without a server, as on the day after.
func (x *scene) takeOut(t *testing.T, format string) error {
	t.Helper()
	v, err := sqlite.OpenReadOnly(t.Context(), x.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	c, r := x.player(t)
	svc := incident.NewService(incident.Parts{
		Reader: v, Blob: v.Blob, Render: paper.Render, Site: r.Site(time.UTC),
		Read: func(file string, data []byte) (*runbook.Runbook, error) {
			return runbook.Read(file, data, runbook.Options{Zone: time.UTC})
		},
	})
	src, err := source(v, v.Head, svc, c.words, x.dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = src.Write(t.Context(), io.Discard, format, export.Options{Incident: x.id, Lang: "ja"})
	return err
}
