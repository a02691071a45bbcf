package main

import (
	"context"
	"database/sql"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/notify"
)

// behind writes to the file of a running app as somebody with the disk would.
func (a *app) behind(t *testing.T, stmt string) {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(a.dir, "irbot.db")+"?_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), stmt); err != nil {
		t.Fatal(err)
	}
}

func byMail() directory.Address { return directory.Address{Means: notify.Mail, To: "sato@example.jp"} }

// TestOrphanedPageIsSettledAsAfterACrash: a page is marked as being sent and the
// worker that should have it never got it. It is told once it was found twice,
// and leaves after that, marked as a possible repeat.
func TestOrphanedPageIsSettledAsAfterACrash(t *testing.T) {
	a, clock := flooded(t, byMail())
	id := a.declared(t, 1)[0]
	page := a.look(t, clock.wall())[0].ID // claimed, and nobody carries it
	o := &orphans{}
	if got, err := o.look(t.Context(), a); err != nil || len(got) != 0 {
		t.Fatalf("at the first look: %v %v", got, err)
	}
	if left := a.look(t, clock.wall()); len(left) != 0 {
		t.Fatal("it was queued again: this test could not fail")
	}
	got, err := o.look(t.Context(), a)
	if err != nil || len(got) != 1 || got[0].ID != page || got[0].Incident != id || got[0].What != "message" {
		t.Fatalf("at the second look: %+v %v", got, err)
	}
	if again := a.look(t, clock.wall()); len(again) != 1 || again[0].ID != page || !again[0].Repeat {
		t.Errorf("afterwards left %+v", again)
	}
	o.before = map[string]bool{page: true}
	a.flow = notify.NewJoiner(notify.Limits{Most: 1, Within: time.Hour})
	for range 2 {
		a.flow.Admit(page, notify.Mail, clock.wall())
	}
	other := notify.Envelope{ID: "other/" + notify.PersonOf(page), Means: notify.Mail}
	a.flow.Merge([]notify.Envelope{other, {ID: page, Means: notify.Mail}}, func(e notify.Envelope, _ []notify.Envelope) notify.Envelope { return e })
	if got, err := o.look(t.Context(), a); err != nil || len(got) != 0 {
		t.Errorf("what leaves with another message is called lost: %v %v", got, err)
	}
}

// TestPageLeavesWithoutALinkThatCannotBeKept: the link is stored before the text
// that carries it can leave. Where it cannot be stored the page leaves without.
func TestPageLeavesWithoutALinkThatCannotBeKept(t *testing.T) {
	for _, broken := range []bool{false, true} {
		a, clock := flooded(t, byMail())
		a.declared(t, 1)
		if broken {
			a.behind(t, "DROP TABLE link")
		}
		left := a.look(t, clock.wall())
		if len(left) != 1 || left[0].Body == "" {
			t.Fatalf("broken %v: %+v", broken, left)
		}
		_, rest, has := strings.Cut(left[0].Body, "https://irbot.example.jp/a/")
		if has == broken {
			t.Errorf("broken %v: %s", broken, left[0].Body)
		}
		if token, _, _ := strings.Cut(rest, "\n"); has {
			if _, err := a.store.Link(context.Background(), auth.Digest(strings.Fields(token)[0])); err != nil {
				t.Errorf("the link in the page is not kept: %v", err)
			}
		}
	}
}

// TestStuckRowsShow: what the second loop finds stands on the board, in the
// metrics, and stops the heartbeat.
func TestStuckRowsShow(t *testing.T) {
	a, clock := flooded(t, byMail())
	n := &node{app: a, words: a.words, cfg: &config.Config{}}
	n.cfg.Watch.Metrics, n.cfg.Watch.HeartbeatFile = true, filepath.Join(t.TempDir(), "beat")
	n.cfg.Site.Zone = time.UTC
	n.auditor, n.book = n.watchdog(), &contactBook{n: n}
	if err := n.setAnchors(false); err != nil {
		t.Fatal(err)
	}
	board := func() string { return strings.Join(n.banners(chat.EN), "\n") }
	metrics := func() string {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil)
		r.RemoteAddr = "127.0.0.1:5"
		w := httptest.NewRecorder()
		n.metrics(w, r)
		return w.Body.String()
	}
	if f := n.auditor.Look(t.Context()); !f.Well() || n.auditor.Beaten().IsZero() || !strings.Contains(metrics(), "\nirbot_up 1\n") {
		t.Fatalf("at rest: %+v\n%s", f, metrics())
	}
	if b := board(); strings.Contains(b, "do not move") {
		t.Fatal(b)
	}
	beat := n.auditor.Beaten()
	a.declared(t, 1) // its page is due now and no loop runs
	clock.set(clock.wall().Add(escalation.Grace + time.Minute))
	f := n.auditor.Look(t.Context())
	if f.Well() || f.Count == 0 || f.Lag < time.Minute || !n.auditor.Beaten().Equal(beat) {
		t.Errorf("a minute late: %+v, heartbeat %s", f, n.auditor.Beaten())
	}
	if b := board(); !strings.Contains(b, "1 alarms or pages do not move") || !strings.Contains(b, "(IR-1), 90 s late") {
		t.Errorf("the board says: %s", b)
	}
	for _, line := range []string{"\nirbot_up 0\n", "\nirbot_stuck 1\n", "\nirbot_stuck_lag_seconds 90\n"} {
		if !strings.Contains(metrics(), line) {
			t.Errorf("metrics lack %q:\n%s", line, metrics())
		}
	}
}
