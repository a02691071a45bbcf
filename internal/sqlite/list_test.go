package sqlite

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"irbot/internal/auth"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

func TestListPages(t *testing.T) {
	s := open(t, Options{})
	for i := range 7 {
		_, err := s.Create(t.Context(), incident.Opening{Drill: i%3 == 2, Now: t0.Add(time.Duration(i) * time.Minute)},
			func(string) (incident.Change, error) { return declared(), nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	mustAdd(t, s, "IR-2", "", incident.Change{Entries: []timeline.Draft{{Kind: incident.KindClosed, Actor: "u1"}}})
	mustAdd(t, s, timeline.SiteLog, "", note("sign-in"))
	for _, tt := range []struct {
		name string
		f    Filter
		want string
	}{
		{"all", Filter{}, "IR-5 DR-2 IR-4 IR-3 DR-1 IR-2 IR-1"},
		{"live", Filter{Live: true, Drills: RealOnly}, "IR-5 IR-4 IR-3 IR-1"},
		{"drills", Filter{Drills: DrillsOnly}, "DR-2 DR-1"},
		{"page", Filter{Limit: 2}, "IR-5 DR-2"},
		{"next page", Filter{After: "DR-2", Limit: 3}, "IR-4 IR-3 DR-1"},
		{"last page", Filter{After: "IR-1"}, ""},
	} {
		got, err := s.List(t.Context(), tt.f)
		if err != nil {
			t.Fatal(tt.name, err)
		}
		ids := ""
		for i, x := range got {
			if i > 0 {
				ids += " "
			}
			ids += x.ID
		}
		if ids != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, ids, tt.want)
		}
	}
	if _, err := s.List(t.Context(), Filter{After: "IR-99"}); !errors.Is(err, incident.ErrNotFound) {
		t.Error("unknown page start:", err)
	}
	heads, err := s.Heads(t.Context())
	if err != nil || len(heads) != 8 || heads["IR-2"].Seq != 2 {
		t.Fatalf("heads: %v %v", heads, err)
	}
	stats, err := s.Stats(t.Context())
	if err != nil || stats.Incidents != 7 || stats.Live != 6 || stats.Entries != 9 || stats.Schema != 6 {
		t.Fatalf("stats: %+v %v", stats, err)
	}
}

func TestDueTimersAndRows(t *testing.T) {
	s := open(t, Options{})
	mustCreate(t, s, false) // a status report is due in 30 minutes, warned of 5 before; the room is to be opened now
	due, err := s.DueTimers(t.Context(), t0.Add(25*time.Minute-time.Microsecond), 0)
	if err != nil || len(due) != 0 {
		t.Fatalf("a microsecond early: %v %v", due, err)
	}
	due, err = s.DueTimers(t.Context(), t0.Add(25*time.Minute), 0)
	if err != nil || len(due) != 1 || due[0].Incident != "IR-1" || !due[0].Due.Equal(t0.Add(25*time.Minute)) {
		t.Fatalf("on time: %v %v", due, err)
	}
	rows, err := s.DueRows(t.Context(), t0, 10)
	if err != nil || len(rows) == 0 || rows[0].State != incident.Queued {
		t.Fatalf("rows: %v %v", rows, err)
	}
	mustAdd(t, s, "IR-1", "", incident.Change{Entries: []timeline.Draft{{
		Kind: incident.KindMsgAttempted, Actor: timeline.System, Facts: facts{"msg": rows[0].ID, "means": rows[0].Means, "try": 1},
	}}})
	sending, err := s.SendingRows(t.Context())
	if err != nil || len(sending) != 1 || sending[0].ID != rows[0].ID {
		t.Fatalf("sending: %v %v", sending, err)
	}
	lag, err := s.Lag(t.Context(), t0.Add(time.Hour))
	if err != nil || lag.Timers != 1 || lag.Sending != 1 || !lag.Timer.Equal(t0.Add(25*time.Minute)) {
		t.Fatalf("lag: %+v %v", lag, err)
	}
	mustAdd(t, s, "IR-1", "", incident.Change{Entries: []timeline.Draft{{Kind: incident.KindClosed, Actor: "u1"}}})
	if due, err = s.DueTimers(t.Context(), t0.Add(time.Hour), 0); err != nil || len(due) != 0 {
		t.Fatalf("a closed incident keeps timers: %v %v", due, err)
	}
}

func TestKeptFiles(t *testing.T) {
	s := open(t, Options{})
	mustCreate(t, s, false)
	data := []byte("screenshot")
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	c := note("添付")
	c.Blobs = []incident.Blob{{Hash: hash, Data: data}}
	mustAdd(t, s, "IR-1", "", c)
	mustAdd(t, s, "IR-1", "", c) // the same file again
	got, err := s.Blob(t.Context(), hash)
	if err != nil || !bytes.Equal(got, data) {
		t.Fatalf("blob: %q %v", got, err)
	}
	if _, err := s.Blob(t.Context(), "00"); !errors.Is(err, ErrNoFile) {
		t.Error("unknown file:", err)
	}
	c.Blobs = []incident.Blob{{Hash: hash, Data: []byte("something else")}}
	if _, err := add(s, "IR-1", "", c); !errors.Is(err, incident.ErrNotRecorded) {
		t.Error("wrong hash was kept:", err)
	}
	if _, err := add(s, "IR-1", "", incident.Change{Blobs: c.Blobs}); !errors.Is(err, incident.ErrNotRecorded) {
		t.Error("a file without entry was kept:", err)
	}
}

func TestCheckpointsAreKept(t *testing.T) {
	s := open(t, Options{})
	a, b := checkpointOf("IR-1", 1, "note a"), checkpointOf("IR-1", 5, "note b")
	for _, c := range []timeline.Checkpoint{a, b, a} {
		if err := s.SaveCheckpoint(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Checkpoints(t.Context(), "IR-1")
	if err != nil || len(got) != 2 || got[1].Size != 5 || string(got[0].Note) != "note a" {
		t.Fatalf("%v %v", got, err)
	}
}

func checkpointOf(id string, size int64, note string) timeline.Checkpoint {
	return timeline.Checkpoint{Incident: id, Size: size, Note: []byte(note)}
}

func TestAccountsSessionsLinks(t *testing.T) {
	s, ctx := open(t, Options{}), t.Context()
	for _, hash := range []string{"h1", "h2"} {
		if err := s.PutAccount(ctx, auth.Account{Name: "sato", Person: "p1", Hash: hash}); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := s.Account(ctx, "sato"); err != nil || a.Hash != "h2" {
		t.Fatalf("account: %+v %v", a, err)
	}
	if _, err := s.Account(ctx, "nobody"); !errors.Is(err, auth.ErrNone) {
		t.Error("unknown account:", err)
	}
	if l, err := s.ListAccounts(ctx); err != nil || len(l) != 1 {
		t.Errorf("accounts: %v %v", l, err)
	}
	sess := auth.Session{Digest: []byte("s1"), Account: "sato", Person: "p1", Created: t0, Seen: t0, Expires: t0.Add(time.Hour)}
	if err := s.PutSession(ctx, sess); err != nil {
		t.Fatal(err)
	}
	if x, err := s.Session(ctx, sess.Digest); err != nil || !x.Expires.Equal(sess.Expires) {
		t.Fatalf("session: %+v %v", x, err)
	}
	if err := s.DropExpired(ctx, t0.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Session(ctx, sess.Digest); !errors.Is(err, auth.ErrNone) {
		t.Error("expired session:", err)
	}
	if err := s.PutApprovalCode(ctx, "p1", "code"); err != nil {
		t.Fatal(err)
	}
	if c, err := s.ApprovalCode(ctx, "p1"); err != nil || c != "code" {
		t.Errorf("approval code: %q %v", c, err)
	}
	testLinks(t, s)
}

func testLinks(t *testing.T, s *Store) {
	ctx := t.Context()
	for _, tok := range []string{"t1", "t2"} {
		if err := s.PutLink(ctx, auth.Link{Digest: []byte(tok), Person: "p1", Purpose: "login", Expires: t0.Add(time.Minute)}); err != nil {
			t.Fatal(err)
		}
	}
	if l, err := s.UseLink(ctx, []byte("t1"), t0); err != nil || l.Person != "p1" {
		t.Fatalf("link: %+v %v", l, err)
	}
	if _, err := s.UseLink(ctx, []byte("t1"), t0); !errors.Is(err, auth.ErrNone) {
		t.Error("a link worked twice:", err)
	}
	if _, err := s.UseLink(ctx, []byte("t2"), t0.Add(2*time.Minute)); !errors.Is(err, auth.ErrNone) {
		t.Error("an expired link worked:", err)
	}
	if l, err := s.Link(ctx, []byte("t2")); err != nil || l.Purpose != "login" {
		t.Errorf("unused link: %+v %v", l, err)
	}
}
