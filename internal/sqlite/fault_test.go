package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

func TestSecondOpenerIsToldWho(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "data")
	s := open(t, Options{Dir: dir})
	link := filepath.Join(base, "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{dir, link} {
		_, err := Open(t.Context(), Options{Dir: d, Wall: wall})
		var locked *LockedError
		if !errors.Is(err, ErrLocked) || !errors.As(err, &locked) {
			t.Fatalf("%s: %v", d, err)
		}
		if locked.Holder.PID != os.Getpid() || locked.Holder.What != "irbot test" || !locked.Holder.Started.Equal(t0.Truncate(time.Second)) {
			t.Errorf("holder: %+v", locked.Holder)
		}
	}
	mustCreate(t, s, false) // the refused ones did no harm
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), incident.Opening{Now: t0}, nil); !errors.Is(err, ErrClosed) || !errors.Is(err, incident.ErrNotRecorded) {
		t.Error("after Close:", err)
	}
	again := open(t, Options{Dir: dir})
	if r := mustCreate(t, again, false); r.Incident != "IR-2" {
		t.Errorf("after reopening: %s", r.Incident)
	}
}

func TestReadOnlyBesideAndAfterTheServer(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	mustCreate(t, s, false)
	look := func(want int64) {
		t.Helper()
		v, err := OpenReadOnly(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		st, err := v.State(t.Context(), "IR-1")
		if err != nil || st.Seq != want {
			t.Fatalf("%+v %v", st, err)
		}
	}
	look(1)
	mustAdd(t, s, "IR-1", "", note("見える"))
	look(2)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	look(2)
	if _, err := OpenReadOnly(t.Context(), t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Error("an empty folder:", err)
	}
}

// hold keeps the writer busy until release is closed, so that what is
// submitted meanwhile lands in one batch.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	in, out := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = s.write(context.Background(), func(*tx) error {
			close(in)
			<-out
			return nil
		})
	})
	<-in
	return func() { close(out); wg.Wait() }
}

// together submits calls so that they share one commit.
func together(t *testing.T, s *Store, calls ...func() error) []error {
	t.Helper()
	release := hold(t, s)
	errs := make([]error, len(calls))
	var wg sync.WaitGroup
	for i, call := range calls {
		before := len(s.w.jobs)
		wg.Go(func() { errs[i] = call() })
		for len(s.w.jobs) == before {
			runtime.Gosched()
		}
	}
	release()
	wg.Wait()
	return errs
}

func TestFailureUndoesOnlyItsCall(t *testing.T) {
	s := open(t, Options{})
	mustCreate(t, s, false)
	refusal := &incident.Refusal{Code: "no"}
	update := func(decide func(*incident.Incident) (incident.Change, error)) func() error {
		return func() error {
			_, err := s.Update(context.Background(), incident.Target{Incident: "IR-1", Request: fmt.Sprintf("%p", decide), Now: t0}, decide)
			return err
		}
	}
	good := func() error { _, err := add(s, "IR-1", "", note("残る")); return err }
	errs := together(t, s, good,
		update(func(*incident.Incident) (incident.Change, error) { return incident.Change{}, refusal }),
		update(func(*incident.Incident) (incident.Change, error) { panic("bug") }),
		update(func(*incident.Incident) (incident.Change, error) {
			c := note("最初は良い")
			c.Entries = append(c.Entries, timeline.Draft{Kind: "bad kind", Actor: "u1"})
			return c, nil
		}),
		good,
	)
	if errs[0] != nil || errs[4] != nil {
		t.Errorf("the good ones: %v, %v", errs[0], errs[4])
	}
	if !errors.Is(errs[1], refusal) {
		t.Errorf("refusal came back as %v", errs[1])
	}
	if !errors.Is(errs[2], ErrPanic) || !errors.Is(errs[2], incident.ErrNotRecorded) {
		t.Errorf("panic came back as %v", errs[2])
	}
	if !errors.Is(errs[3], incident.ErrNotRecorded) || !errors.Is(errs[3], timeline.ErrKind) {
		t.Errorf("bad draft came back as %v", errs[3])
	}
	entries, err := s.Entries(t.Context(), "IR-1", 1, 0)
	if err != nil || len(entries) != 3 {
		t.Fatalf("%d entries %v", len(entries), err)
	}
	verifyChain(t, entries)
	sameAsRefold(t, s)
}

func TestEmptyChangeRecordsNothing(t *testing.T) {
	s := open(t, Options{})
	r, err := s.Create(t.Context(), incident.Opening{Now: t0}, func(string) (incident.Change, error) {
		return incident.Change{Outcome: incident.Outcome{Code: "already.open"}}, nil
	})
	if err != nil || r.Incident != "" || r.Outcome.Code != "already.open" {
		t.Fatalf("%+v %v", r, err)
	}
	if r := mustCreate(t, s, false); r.Incident != "IR-1" {
		t.Errorf("an id was used up: %s", r.Incident)
	}
	r = mustAdd(t, s, "IR-1", "k", incident.Change{Outcome: incident.Outcome{Code: "done.before", Seq: 1}})
	if r.State.Seq != 1 || r.Seq != 1 || !r.At.Equal(t0) {
		t.Errorf("%+v", r)
	}
	if r := mustAdd(t, s, "IR-1", "k", note("今度は書く")); r.Duplicate || r.Seq != 2 {
		t.Errorf("an empty change took the request key: %+v", r)
	}
}

func TestCancelledContext(t *testing.T) {
	s := open(t, Options{})
	mustCreate(t, s, false)
	ctx, cancel := context.WithCancel(t.Context())
	call := func() error {
		_, err := s.Update(ctx, incident.Target{Incident: "IR-1", Now: t0}, func(*incident.Incident) (incident.Change, error) { return note("x"), nil })
		return err
	}
	during := func() error { // begins before the cancellation and must be finished
		_, err := s.Update(ctx, incident.Target{Incident: "IR-1", Now: t0}, func(*incident.Incident) (incident.Change, error) {
			cancel()
			return note("間に合った"), nil
		})
		return err
	}
	errs := together(t, s, during, call)
	if errs[0] != nil {
		t.Errorf("accepted call: %v", errs[0])
	}
	for _, err := range []error{errs[1], call()} {
		if !errors.Is(err, incident.ErrNotRecorded) || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled before it began: %v", err)
		}
	}
	if st, err := s.State(t.Context(), "IR-1"); err != nil || st.Seq != 2 {
		t.Errorf("%+v %v", st, err)
	}
}

func TestFailedCommitIsNotRecorded(t *testing.T) {
	var broken atomic.Bool
	s := open(t, Options{tune: func(c *sqlite3.SQLiteConn) error {
		c.RegisterCommitHook(func() int {
			if broken.Load() {
				return 1 // turns the COMMIT into a ROLLBACK
			}
			return 0
		})
		return nil
	}})
	mustCreate(t, s, false)
	before := mustAdd(t, s, "IR-1", "", note("前"))
	broken.Store(true)
	errs := together(t, s,
		func() error { _, err := add(s, "IR-1", "a", note("失われる")); return err },
		func() error { _, err := add(s, "IR-1", "b", note("失われる")); return err },
		func() error { _, err := add(s, "IR-1", "a", note("重複")); return err },
	)
	for i, err := range errs {
		if !errors.Is(err, incident.ErrNotRecorded) {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if h := s.Health(); !h.Down || h.Fault == nil {
		t.Errorf("health: %+v", h)
	}
	if st, err := s.State(t.Context(), "IR-1"); err != nil || st.Seq != before.State.Seq {
		t.Errorf("the state moved on: %+v %v", st, err)
	}
	if err := s.Probe(t.Context()); err == nil || !s.Health().Down {
		t.Errorf("a probe went through while no commit does: %v", err)
	}
	broken.Store(false)
	if err := s.Probe(t.Context()); err != nil || s.Health().Down {
		t.Errorf("nobody writes, and the store does not come back: %v %+v", err, s.Health())
	}
	if beats, err := s.Beats(t.Context()); err != nil || len(beats) != 0 {
		t.Errorf("the probe left %v behind, %v", beats, err)
	}
	r := mustAdd(t, s, "IR-1", "a", note("今度は残る"))
	if r.Duplicate || r.Seq != 3 {
		t.Errorf("after recovery: %+v", r)
	}
	if h := s.Health(); h.Down {
		t.Errorf("health after recovery: %+v", h)
	}
	entries, err := s.Entries(t.Context(), "IR-1", 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	verifyChain(t, entries)
	sameAsRefold(t, s)
}

func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	var pages atomic.Int64
	s := open(t, Options{Dir: dir, tune: func(c *sqlite3.SQLiteConn) error {
		if n := pages.Load(); n > 0 {
			_, err := c.Exec(fmt.Sprintf("PRAGMA max_page_count=%d", n), nil)
			return err
		}
		return nil
	}})
	mustCreate(t, s, false)
	pages.Store(60)
	s.reconnect(t)
	var full error
	acked := 1
	for range 10_000 {
		if _, err := add(s, "IR-1", "", note("長い本文 "+string(make([]byte, 2000)))); err != nil {
			full = err
			break
		}
		acked++
	}
	if !errors.Is(full, incident.ErrNotRecorded) || !errors.Is(full, ErrDiskFull) {
		t.Fatalf("full: %v", full)
	}
	if h := s.Health(); !h.DiskFull {
		t.Errorf("health: %+v", h)
	}
	if _, err := os.Stat(filepath.Join(dir, ballastName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the ballast was not given up: %v", err)
	}
	entries, err := s.Entries(t.Context(), "IR-1", 1, 0)
	if err != nil || len(entries) != acked {
		t.Fatalf("%d entries, acknowledged %d: %v", len(entries), acked, err)
	}
	verifyChain(t, entries)
	pages.Store(1 << 20) // space returns
	mustAdd(t, s, "IR-1", "", note("また書ける"))
	s.room.recover()
	if s.Health().DiskFull {
		t.Error("still called full")
	}
	if st, err := os.Stat(filepath.Join(dir, ballastName)); err != nil || st.Size() != s.room.size {
		t.Errorf("ballast: %v", err)
	}
	sameAsRefold(t, s)
}

// reconnect makes the writer take a new connection with the present settings.
func (s *Store) reconnect(t *testing.T) {
	t.Helper()
	if err := s.write(context.Background(), func(*tx) error { return sqlite3.Error{Code: sqlite3.ErrIoErr} }); err == nil {
		t.Fatal("the injected fault was not told")
	}
}

func TestPeopleGiveWayOnTheLastBytes(t *testing.T) {
	s := open(t, Options{})
	mustCreate(t, s, false)
	s.room.size = 1 << 60 // more than any disk has: the second half is in use
	s.room.full()
	if _, err := add(s, "IR-1", "somebody", note("人の操作")); !errors.Is(err, ErrDiskFull) {
		t.Errorf("an act of a person: %v", err)
	}
	if _, err := add(s, "IR-1", "", note("機械の記録")); err != nil {
		t.Errorf("the machine's own record: %v", err)
	}
}

// TestRuleSeesWordsOfItsBatch: approving asks for the words that were written
// by the call before it, which shares its commit.
func TestRuleSeesWordsOfItsBatch(t *testing.T) {
	s := open(t, Options{})
	mustCreate(t, s, false)
	var got string
	errs := together(t, s,
		func() error { _, err := add(s, "IR-1", "", note("第一報の文面")); return err },
		func() error {
			_, err := s.Update(context.Background(), incident.Target{Incident: "IR-1", Now: t0}, func(st *incident.Incident) (incident.Change, error) {
				texts, err := s.Texts(context.Background(), "IR-1", []int64{st.Seq})
				got = texts[st.Seq]["note"]
				return note("承認"), err
			})
			return err
		})
	if errs[0] != nil || errs[1] != nil || got != "第一報の文面" {
		t.Errorf("the rule saw %q: %v", got, errs)
	}
	if _, ok := s.fresh.get("IR-1", 2); ok {
		t.Error("texts of a finished batch are still held")
	}
}
