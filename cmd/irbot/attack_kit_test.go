package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"irbot/internal/anchor/folder"
	"irbot/internal/chat"
	"irbot/internal/drill"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// scene is a record made by the real service, with a kept file, an erased
// text, signed checkpoints inside and outside, and every export of it.
type scene struct {
	dir   string // the data folder
	worm  string // checkpoints that left the machine
	old   string // a backup from before the last entries
	id    string
	texts [2]string // numbers of two entries that have a text
	head  string    // newest checkpoint, a file
	key   string    // verifier.key, a file from another way
	made  map[string]string
}

var evidence = []byte("ransom note, page 1\n")

// newScene plays the published morning of 2023 and adds what attackers like.
func newScene(t *testing.T) *scene {
	t.Helper()
	root := t.TempDir()
	x := &scene{dir: filepath.Join(root, "data"), worm: filepath.Join(root, "worm"), old: filepath.Join(root, "old.db"), made: map[string]string{}}
	c, r := x.player(t)
	out, _ := c.out.(*bytes.Buffer)
	if err := c.replay(t.Context(), r, replayOptions{data: x.dir}); err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Data replayDone `json:"data"`
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	x.id = answer.Data.Incident
	if err := os.Mkdir(x.worm, 0o700); err != nil {
		t.Fatal(err)
	}
	x.add(t, r)
	x.export(t, c, r)
	return x
}

// player gives what plays the published events: a morning of them is enough.
func (x *scene) player(t *testing.T) (*cli, *drill.Replay) {
	t.Helper()
	c, _ := replayCLI(t, chat.EN, true)
	r, err := drill.LoadReplay("nagoya-2023")
	if err != nil {
		t.Fatal(err)
	}
	r.Events = r.Events[:min(len(r.Events), 2)]
	return c, r
}

// add keeps a file, erases a text and signs.
func (x *scene) add(t *testing.T, r *drill.Replay) {
	t.Helper()
	s := x.open(t)
	defer func() { _ = s.Close() }()
	if _, err := s.Backup(t.Context(), x.old); err != nil {
		t.Fatal(err)
	}
	hash := incident.HashOf(evidence)
	x.write(t, s, incident.Change{
		Entries: []timeline.Draft{{Kind: incident.KindEvidence, Actor: "u1", Facts: map[string]any{"id": "E9", "attachment": hash}, Text: timeline.Text{"name": "脅迫文.txt"}}},
		Blobs:   []incident.Blob{{Hash: hash, Data: evidence}},
	})
	x.write(t, s, incident.Change{Entries: []timeline.Draft{{Kind: incident.KindErased, Actor: "u9", Facts: map[string]any{"erases": 2, "approver": "u1"}, Text: timeline.Text{"reason": "法令"}}}})
	x.find(t, s)
	site := *x
	site.id = timeline.SiteLog
	site.write(t, s, incident.Change{Entries: []timeline.Draft{{Kind: incident.KindNote, Actor: "u1", Text: timeline.Text{"note": "拠点の記録"}}}})
	signer, err := loadSigner(x.dir, r.Site(time.UTC).ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{x.id, timeline.SiteLog} {
		head, err := s.Head(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		note, err := timeline.SignCheckpoint(signer, id, head)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SaveCheckpoint(t.Context(), note); err != nil {
			t.Fatal(err)
		}
		if _, err := (folder.Folder{Path: x.worm}).Put(t.Context(), note); err != nil {
			t.Fatal(err)
		}
		if id == x.id {
			x.head = filepath.Join(x.worm, filepath.FromSlash(folder.Name(note)))
		}
	}
	x.key = filepath.Join(x.worm, "verifier.txt")
	writeFile(t, x.key, []byte(signer.Public()+"\n"))
}

// find looks up two entries with a text that nobody has erased.
func (x *scene) find(t *testing.T, s *sqlite.Store) {
	t.Helper()
	entries, err := s.Entries(t.Context(), x.id, 4, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range entries {
		if len(entries[i].TextBytes) > 0 && n < 2 {
			x.texts[n] = fmt.Sprint(entries[i].Seq)
			n++
		}
	}
	if n < 2 {
		t.Fatal("the record has no two texts")
	}
}

func (x *scene) open(t *testing.T) *sqlite.Store {
	t.Helper()
	wall := func() time.Time { return time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC) }
	s, err := sqlite.Open(context.Background(), sqlite.Options{Dir: x.dir, What: "test", Wall: wall, Ballast: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (x *scene) write(t *testing.T, s *sqlite.Store, c incident.Change) {
	t.Helper()
	at := incident.Target{Incident: x.id, Now: time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)}
	if _, err := s.Update(t.Context(), at, func(*incident.Incident) (incident.Change, error) { return c, nil }); err != nil {
		t.Fatal(err)
	}
}

// source opens the record for exports, until done is called.
func (x *scene) source(t *testing.T, c *cli, r *drill.Replay) (src export.Source, done func()) {
	t.Helper()
	a, _, _, err := c.stage(t.Context(), r, x.dir)
	if err != nil {
		t.Fatal(err)
	}
	if src, err = source(a.store, a.store.Head, a.svc, c.words, a.dir); err != nil {
		t.Fatal(err)
	}
	return src, func() { _ = a.close() }
}

// export takes the record out whole and redacted, in the two forms a stranger
// can check.
func (x *scene) export(t *testing.T, c *cli, r *drill.Replay) {
	t.Helper()
	src, done := x.source(t, c, r)
	defer done()
	for name, o := range map[string]export.Options{
		"whole.jsonl": {}, "whole.zip": {TLP: "AMBER"}, "redacted.jsonl": {Ceiling: "CLEAR"}, "redacted.zip": {Ceiling: "CLEAR", TLP: "CLEAR"},
	} {
		o.Incident, o.Lang = x.id, "ja"
		var b bytes.Buffer
		m, err := src.Write(t.Context(), &b, strings.TrimPrefix(filepath.Ext(name), "."), o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if strings.HasPrefix(name, "redacted") && m.Withheld == 0 {
			t.Fatalf("%s: nothing is withheld", name)
		}
		x.made[name] = filepath.Join(filepath.Dir(x.dir), name)
		writeFile(t, x.made[name], b.Bytes())
	}
}

// copied gives the attacker a copy of the data folder.
func (x *scene) copied(t *testing.T) *scene {
	t.Helper()
	y := *x
	y.dir = filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(y.dir, os.DirFS(x.dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(y.dir, keyName), 0o600); err != nil {
		t.Fatal(err)
	}
	return &y
}

// attacker owns the machine: no trigger, no authorizer.
func (x *scene) attacker(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(x.dir, "irbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	var drops string
	if err := db.QueryRow("SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_schema WHERE type = 'trigger'").Scan(&drops); err != nil {
		t.Fatal(err)
	}
	mustSQL(t, db, drops)
	return db
}

func mustSQL(t *testing.T, db *sql.DB, q string, args ...any) {
	t.Helper()
	if _, err := db.Exec(q, args...); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
}

func writeFile(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// commandLine runs one command line in this process.
func commandLine(args ...string) (code int, out string) {
	var b bytes.Buffer
	code = run(args, strings.NewReader(""), &b, &b)
	return code, b.String()
}
