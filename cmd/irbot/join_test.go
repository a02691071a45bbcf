package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/runbook"
)

// flooded is an app with a real store whose declarations page sato, by the given
// means, and which joins after two messages.
func flooded(t *testing.T, reach ...directory.Address) (*app, *simulated) {
	t.Helper()
	clock := &simulated{}
	clock.set(time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC))
	dir := &directory.Directory{People: []directory.Person{
		{ID: "sato", Name: "佐藤", Roles: []string{"lead"}, Reach: reach}, {ID: "ito", Name: "伊藤", Roles: []string{"lead"}, Reach: reach},
	}, Roles: []directory.Role{{ID: "lead", Name: "指揮"}}}
	site := &incident.Site{
		ID: "sakura", Name: "さくら", Zone: time.UTC, Directory: dir, OnDeclare: "p", OnReport: "p",
		Policies: []escalation.Policy{{ID: "p", Levels: []escalation.Level{{To: []escalation.Target{{Kind: escalation.ToPerson, ID: "sato"}}, Wait: time.Hour}}}},
		RoleOf:   func(string) string { return "" }, DestOf: func(string) string { return "" },
		OnDuty:  func(string, time.Time) []string { return nil },
		Runbook: func(string) (*runbook.Runbook, bool) { return nil, false }, Runbooks: func() []string { return nil },
		Permissions: incident.DefaultPermissions(), ReportEvery: time.Hour, ReportLater: time.Hour,
	}
	a := reopened(t, t.TempDir(), site, clock)
	return a, clock
}

// reopened is the app on a folder that may have been in use before.
func reopened(t *testing.T, dir string, site *incident.Site, clock *simulated) *app {
	t.Helper()
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(t.Context(), parts{
		dir: dir, what: "test", site: site, words: words, url: "https://irbot.example.jp", answers: true, log: slog.New(slog.DiscardHandler), wall: clock.wall,
		limits: notify.Limits{Most: 2, Within: 10 * time.Minute, Every: time.Minute},
		read: func(file string, data []byte) (*runbook.Runbook, error) {
			return runbook.Read(file, data, runbook.Options{Zone: time.UTC})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.close() })
	return a
}

func (a *app) declared(t *testing.T, n int) []string {
	t.Helper()
	var out []string
	for i := range n {
		res, err := a.svc.Open(t.Context(), incident.Act{Person: "ito", Surface: "web"}, incident.Declare{Title: fmt.Sprintf("故障%d", i)})
		if err != nil {
			t.Fatal(err)
		}
		st, err := a.store.State(t.Context(), res.Incident)
		if err != nil {
			t.Fatal(err)
		}
		for _, tm := range st.Timers() {
			if tm.Kind == "escalation" {
				if err := a.svc.Fire(t.Context(), tm); err != nil {
					t.Fatal(err)
				}
			}
		}
		out = append(out, res.Incident)
	}
	return out
}

// look claims once and gives the pages that left.
func (a *app) look(t *testing.T, now time.Time) []notify.Envelope {
	t.Helper()
	list, err := a.claim(t.Context(), now, 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []notify.Envelope
	for _, e := range list {
		if e.Kind == notify.KindPage {
			out = append(out, e)
		}
	}
	return out
}

func (a *app) pageOf(t *testing.T, id string) *incident.Message {
	t.Helper()
	st, err := a.store.State(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range st.Messages {
		if m.Kind == "page" {
			return m
		}
	}
	t.Fatalf("%s paged nobody", id)
	return nil
}

func TestPagesOverTheLimitAreJoinedAndNoneIsLost(t *testing.T) {
	a, clock := flooded(t, directory.Address{Means: notify.Mail, To: "sato@example.jp"})
	first := a.declared(t, 2)
	if got := a.look(t, clock.wall()); len(got) != 2 {
		t.Fatalf("%d left by themselves", len(got))
	}
	more := a.declared(t, 3)
	if got := a.look(t, clock.wall()); len(got) != 0 || a.flow.Waiting() != 3 {
		t.Fatalf("over the limit: %d left, %d wait", len(got), a.flow.Waiting())
	}
	// While it waits somebody answers: that page does not leave any more.
	if _, err := a.svc.Do(t.Context(), incident.Act{Person: "sato", Surface: "web"}, more[1], incident.Ack{}); err != nil {
		t.Fatal(err)
	}
	clock.set(clock.wall().Add(61 * time.Second))
	got := a.look(t, clock.wall())
	if len(got) != 1 {
		t.Fatalf("%d messages, want one for all", len(got))
	}
	for _, want := range []string{more[0], more[2], "2件", "故障0", "故障2"} {
		if !strings.Contains(got[0].Subject+got[0].Body, want) {
			t.Errorf("the joined mail does not say %s:\n%s\n%s", want, got[0].Subject, got[0].Body)
		}
	}
	if n := strings.Count(got[0].Body, "https://irbot.example.jp/a/"); n != 2 {
		t.Errorf("%d answer links, want one for each page", n)
	}
	if strings.Contains(got[0].Body, more[1]) || strings.Contains(got[0].Body, first[0]) {
		t.Error("it speaks of what is answered or has left")
	}
	if err := a.settle(t.Context(), got[0], notify.Outcome{Receipt: notify.Receipt{ID: "m1"}, At: clock.wall()}); err != nil {
		t.Fatal(err)
	}
	lead, other := a.pageOf(t, more[0]), a.pageOf(t, more[2])
	if lead.ID != got[0].ID {
		lead, other = other, lead
	}
	if lead.State != incident.Accepted || lead.With != "" || other.State != incident.Accepted || other.With != lead.ID {
		t.Errorf("lead %+v\nother %+v", lead, other)
	}
	if with, err := a.carriedWith(t.Context(), lead.ID); err != nil || len(with) != 1 || with[0] != other.ID {
		t.Errorf("carried with it: %v %v", with, err)
	}
}

func TestAJoinedMessageThatFailsFailsForAll(t *testing.T) {
	a, clock := flooded(t, directory.Address{Means: notify.SMS, To: "090-0000-0000"}, directory.Address{Means: notify.Mail, To: "sato@example.jp"})
	a.declared(t, 2)
	a.look(t, clock.wall())
	more := a.declared(t, 2)
	clock.set(clock.wall().Add(61 * time.Second))
	got := a.look(t, clock.wall())
	if len(got) != 1 || got[0].Means != notify.SMS || !strings.Contains(got[0].Body, "2件") || !strings.Contains(got[0].Body, more[0]+", "+more[1]) || strings.Count(got[0].Body, "/a/") != 1 {
		t.Fatalf("%+v", got)
	}
	if err := a.settle(t.Context(), got[0], notify.Outcome{Class: notify.Permanent, Err: "unknown number", At: clock.wall()}); err != nil {
		t.Fatal(err)
	}
	for _, id := range more {
		if m := a.pageOf(t, id); m.State != incident.Queued || m.Means[m.Index] != "mail" {
			t.Errorf("%s: %s by %s", id, m.State, m.Means[m.Index])
		}
	}
	// By mail sato has had nothing yet: they leave one by one.
	if got := a.look(t, clock.wall()); len(got) != 2 {
		t.Errorf("%d mails", len(got))
	}
}

// A kill while a joined message is under way, or while its outcome is being
// recorded, loses nothing of what it carried: what is not recorded as accepted
// leaves again, marked, and the letter names every message in it.
func TestAKillWhileJoinedMessagesAreUnderWayLosesNone(t *testing.T) {
	for recorded := range 3 {
		a, clock := flooded(t, directory.Address{Means: notify.Mail, To: "sato@example.jp"})
		a.declared(t, 2)
		for _, e := range a.look(t, clock.wall()) {
			if err := a.settle(t.Context(), e, notify.Outcome{At: clock.wall()}); err != nil {
				t.Fatal(err)
			}
		}
		more := a.declared(t, 3)
		clock.set(clock.wall().Add(61 * time.Second))
		got := a.look(t, clock.wall())
		if len(got) != 1 || len(got[0].With) != 2 || got[0].Repeat || got[0].Key() == got[0].ID {
			t.Fatalf("%+v", got)
		}
		// The letter has left. As many outcomes as the kill allowed are recorded.
		done := map[string]bool{}
		killed := errors.New("killed")
		err := a.flow.Settle(got[0], notify.Outcome{At: clock.wall()}, func(e notify.Envelope, o notify.Outcome) error {
			if len(done) == recorded {
				return killed
			}
			done[e.ID] = true
			return a.svc.Settle(t.Context(), e, o)
		})
		if !errors.Is(err, killed) {
			t.Fatal(err)
		}
		site := a.svc.Site()
		if err := a.close(); err != nil {
			t.Fatal(err)
		}

		clock.set(clock.wall().Add(time.Minute))
		b := reopened(t, a.dir, site, clock)
		rows, err := b.store.SendingRows(t.Context())
		if err != nil || len(rows) != 3-recorded {
			t.Fatalf("%d recorded: %d interrupted, %v", recorded, len(rows), err)
		}
		if err := b.svc.Recover(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		again := map[string]bool{}
		for range 3 {
			clock.set(clock.wall().Add(61 * time.Second))
			for _, e := range b.look(t, clock.wall()) {
				if !e.Repeat {
					t.Errorf("%s left again without a mark", e.ID)
				}
				for _, id := range append([]string{e.ID}, e.With...) {
					if again[id] || done[id] {
						t.Errorf("%s left again although that was recorded", id)
					}
					again[id] = true
				}
				if err := b.settle(t.Context(), e, notify.Outcome{At: clock.wall()}); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, id := range more {
			m := b.pageOf(t, id)
			if m.State != incident.Accepted || again[m.ID] == done[m.ID] {
				t.Errorf("%d recorded: %s is %s, left again %v", recorded, m.ID, m.State, again[m.ID])
			}
		}
	}
}
