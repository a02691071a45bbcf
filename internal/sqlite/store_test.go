package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

var t0 = time.Date(2025, 11, 22, 6, 30, 0, 123456000, time.UTC)

func wall() time.Time { return t0 }

func open(t testing.TB, o Options) *Store {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	if o.Ballast == 0 {
		o.Ballast = 64 << 10
	}
	o.Wall, o.What = wall, "irbot test"
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

type facts map[string]any

func declared() incident.Change {
	return incident.Change{
		Entries: []timeline.Draft{{
			Kind: incident.KindDeclared, Actor: "u1",
			Facts: facts{"surfaces": []string{"slack"}, "report_every_s": 1800, "report_later_s": 3600},
			Text:  timeline.Text{"title": "TOSの画面が暗号化された"},
		}},
		Outcome: incident.Outcome{Ref: "x"},
	}
}

func note(text string) incident.Change {
	return incident.Change{Entries: []timeline.Draft{{
		Kind: incident.KindNote, Actor: "u2", Facts: facts{"important": true}, Text: timeline.Text{"note": text},
	}}}
}

func mustCreate(t testing.TB, s *Store, drill bool) incident.Result {
	t.Helper()
	r, err := s.Create(context.Background(), incident.Opening{Drill: drill, Now: t0}, func(string) (incident.Change, error) { return declared(), nil })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func add(s *Store, id, key string, c incident.Change) (incident.Result, error) {
	return s.Update(context.Background(), incident.Target{Incident: id, Request: key, Now: t0}, func(*incident.Incident) (incident.Change, error) { return c, nil })
}

func mustAdd(t testing.TB, s *Store, id, key string, c incident.Change) incident.Result {
	t.Helper()
	r, err := add(s, id, key, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCreateUpdateRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, Options{Dir: dir})
	r := mustCreate(t, s, false)
	if r.Incident != "IR-1" || r.Seq != 1 || !r.At.Equal(t0) || r.State.Status != incident.Open {
		t.Fatalf("create: %+v", r)
	}
	if d := mustCreate(t, s, true); d.Incident != "DR-1" || !d.State.Drill {
		t.Fatalf("drill: %+v", d)
	}
	if d := mustCreate(t, s, false); d.Incident != "IR-2" {
		t.Fatalf("second: %+v", d)
	}
	r = mustAdd(t, s, "IR-1", "k1", note("夜勤に確認"))
	if r.Seq != 2 || r.State.Seq != 2 || len(r.Entries) != 1 {
		t.Fatalf("update: %+v", r)
	}
	texts, err := s.Texts(t.Context(), "IR-1", []int64{1, 2, 9})
	if err != nil || len(texts) != 2 || texts[2]["note"] != "夜勤に確認" {
		t.Fatalf("texts: %v %v", texts, err)
	}
	got, err := s.State(t.Context(), "IR-1")
	if err != nil || got != r.State {
		t.Fatalf("state: %p %p %v", got, r.State, err)
	}
	if _, err := s.State(t.Context(), "IR-9"); !errors.Is(err, incident.ErrNotFound) {
		t.Fatalf("unknown: %v", err)
	}
	if _, err := add(s, "IR-9", "", note("x")); !errors.Is(err, incident.ErrNotFound) {
		t.Fatalf("unknown: %v", err)
	}
	if r := mustAdd(t, s, timeline.SiteLog, "", note("sign-in")); r.Seq != 1 || r.Incident != "SITE" {
		t.Fatalf("site: %+v", r)
	}
	for _, f := range []string{dir, filepath.Join(dir, dbName), filepath.Join(dir, dbName+"-wal"), filepath.Join(dir, lockName)} {
		st, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		if st.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", f, st.Mode())
		}
	}
}

func TestRequestKeyGivesFirstAnswer(t *testing.T) {
	s := open(t, Options{})
	mustCreate(t, s, false)
	c := note("一度だけ")
	c.Outcome = incident.Outcome{Code: "note.kept", Args: map[string]string{"n": "2"}, Ref: "N2"}
	first := mustAdd(t, s, "IR-1", "act-1", c)
	mustAdd(t, s, "IR-1", "", note("その後"))
	second, err := s.Update(t.Context(), incident.Target{Incident: "IR-1", Request: "act-1", Now: t0.Add(time.Hour)}, func(*incident.Incident) (incident.Change, error) {
		t.Error("decide was called for a duplicate")
		return incident.Change{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !second.Duplicate || second.Seq != first.Seq || !second.At.Equal(first.At) || second.Outcome.Ref != "N2" ||
		second.Outcome.Args["n"] != "2" || len(second.Entries) != 0 || second.State.Seq != 3 {
		t.Fatalf("duplicate: %+v", second)
	}
	open1, err := s.Create(t.Context(), incident.Opening{Request: "dec", Now: t0}, func(string) (incident.Change, error) { return declared(), nil })
	if err != nil {
		t.Fatal(err)
	}
	open2, err := s.Create(t.Context(), incident.Opening{Request: "dec", Now: t0}, func(string) (incident.Change, error) { return declared(), nil })
	if err != nil || !open2.Duplicate || open2.Incident != open1.Incident {
		t.Fatalf("second declaration: %+v %v", open2, err)
	}
}

func TestGroupCommit(t *testing.T) {
	s := open(t, Options{})
	ids := []string{mustCreate(t, s, false).Incident, mustCreate(t, s, false).Incident, mustCreate(t, s, true).Incident}
	const callers, each = 64, 12
	var wg sync.WaitGroup
	for g := range callers {
		wg.Go(func() {
			for i := range each {
				if _, err := add(s, ids[(g+i)%3], fmt.Sprintf("r-%d-%d", g, i), note("並行")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	total := 0
	for _, id := range ids {
		entries, err := s.Entries(t.Context(), id, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		verifyChain(t, entries)
		total += len(entries) - 1
	}
	if total != callers*each {
		t.Fatalf("%d entries, acknowledged %d", total, callers*each)
	}
}

func verifyChain(t testing.TB, entries []timeline.Entry) {
	t.Helper()
	var p timeline.Position
	for i := range entries {
		e := &entries[i]
		if e.Seq != p.Seq+1 || e.EntryHash != timeline.HashEntry(e.Envelope) || e.Head != timeline.NextHead(p.Head, e.EntryHash) {
			t.Fatalf("chain breaks at %d", e.Seq)
		}
		if e.TextDigest != "" && e.TextDigest != timeline.DigestText(e.Salt, e.TextBytes) {
			t.Fatalf("text of %d does not match its digest", e.Seq)
		}
		p = e.Position()
	}
}

func TestTextsInOneQuestion(t *testing.T) {
	s := open(t, Options{})
	mustCreate(t, s, false)
	for i := range 5 {
		if _, err := add(s, "IR-1", fmt.Sprintf("k%d", i), note(fmt.Sprintf("記録%d", i))); err != nil {
			t.Fatal(err)
		}
	}
	head, err := s.Head(t.Context(), "IR-1")
	if err != nil {
		t.Fatal(err)
	}
	last := head.Seq
	got, err := s.Texts(t.Context(), "IR-1", []int64{last, last, last - 2, 0, -1, last + 9})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[last]["note"] != "記録4" || got[last-2]["note"] != "記録2" {
		t.Errorf("texts of %d and %d: %v", last, last-2, got)
	}
	if none, err := s.Texts(t.Context(), "IR-1", nil); err != nil || len(none) != 0 {
		t.Errorf("no entries asked for: %v, %v", none, err)
	}
	if other, err := s.Texts(t.Context(), "IR-9", []int64{1}); err != nil || len(other) != 0 {
		t.Errorf("no such log: %v, %v", other, err)
	}
}
