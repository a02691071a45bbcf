package faults

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/sqlite"
)

// watch is the second loop as serve builds it, over rows and record.
func (h *house) watch(beats *atomic.Int64) *escalation.Auditor {
	return &escalation.Auditor{
		Due: h.store.DueTimers, Wall: h.wall, Log: slog.New(slog.DiscardHandler),
		Record: func(ctx context.Context) (climbs []escalation.Climb, out []escalation.Stuck, err error) {
			found, climbs, err := h.store.Patrol(ctx)
			for _, d := range found {
				out = append(out, escalation.Stuck{What: "rows", ID: d.String()})
			}
			return climbs, out, err
		},
		Messages: func(ctx context.Context, now time.Time, limit int) (out []escalation.Stuck, err error) {
			rows, err := h.store.DueRows(ctx, now, limit)
			for _, r := range rows {
				if r.Rank == 0 {
					out = append(out, escalation.Stuck{What: "message", Incident: r.Incident, ID: r.ID, Late: h.wall().Sub(r.Next)})
				}
			}
			return out, err
		},
		Beat: func(context.Context, escalation.Findings) error { beats.Add(1); return nil },
	}
}

// behind writes to the file as somebody with the database would.
func behind(t *testing.T, dir, stmt string) {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "irbot.db")+"?_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	res, err := db.Exec(stmt)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s changed nothing: %v", stmt, err)
	}
}

// R38: a row is deleted behind irbot's back, so that nobody would ever be paged.
// The second loop speaks and the heartbeat stops within a minute, the check of
// the record names the table, a rebuild brings the row back and the page leaves.
// Controls: with nothing deleted all is well, and without the second loop the
// page is silently lost.
func TestR38DeletedRow(t *testing.T) {
	for name, c := range map[string]struct{ stmt, table string }{
		"message":             {"DELETE FROM outbox", "outbox"},
		"alarm":               {"DELETE FROM timer", "timer"},
		"one of the messages": {"DELETE FROM outbox WHERE id IN (SELECT id FROM outbox LIMIT 1)", "outbox"},
		"alarm put off":       {"UPDATE timer SET due_us = due_us + 864000000000", "timer"},
		"message parked":      {"UPDATE outbox SET state = 'sending'", "outbox"},
		"control":             {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { silentLoss(t, c.stmt, c.table) })
		})
	}
}

func silentLoss(t *testing.T, stmt, table string) {
	t.Helper()
	dir, out := t.TempDir(), &outbox{}
	var beats atomic.Int64 // the loop counts beside the test
	h := openHouse(t, dir, time.Now, terminal(nil))
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "消えた行", Runbook: "none"}).Incident
	page := h.state(id).Messages[0].ID
	if stmt != "" {
		behind(t, dir, stmt)
	}
	a := h.watch(&beats)
	stopWatch := h.loop(a.Run)
	ways := map[notify.Means]notify.Sender{notify.Mail: out}
	stopTimers, stopMail := h.loop(h.runner().Run), h.loop(h.dispatcher(ways).Run)
	time.Sleep(time.Minute)
	synctest.Wait()
	f, before := a.Findings(), beats.Load()
	if f.Well() != (stmt == "") || (before == 0) != (stmt != "") {
		t.Errorf("after a minute: %+v, %d heartbeats", f, before)
	}
	time.Sleep(2 * time.Minute)
	synctest.Wait()
	if stmt == "" {
		if beats.Load() <= before {
			t.Error("control: the heartbeat stands still although all is well")
		}
		stopWatch()
		stopTimers()
		stopMail()
		return
	}
	if beats.Load() != before {
		t.Error("the heartbeat goes on")
	}
	if table == "outbox" && slices.Contains(ids(out.all()), page) {
		t.Fatal("the page left all the same: this test proves nothing")
	}
	if c, err := h.store.Check(t.Context(), nil); err != nil || !slices.ContainsFunc(c.Differences, func(d sqlite.Difference) bool { return d.Table == table }) {
		t.Errorf("verify: %v %v", c.Differences, err)
	}
	if err := h.store.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(15 * time.Minute) // the first level, and the next one at its own time
	synctest.Wait()
	stopWatch()
	stopTimers()
	stopMail()
	if !slices.Contains(ids(out.all()), page) || len(doubled(out.all())) != 0 || len(h.state(id).Escalations[0].Paged) < 2 {
		t.Errorf("after the rebuild left %v", ids(out.all()))
	}
	if f := a.Findings(); !f.Well() || beats.Load() == before {
		t.Errorf("after the rebuild: %+v", f)
	}
	h.whole()
}

// TestR38FrozenSender: the loop that sends hangs. The page is not called sent,
// the second loop speaks and the heartbeat stops.
func TestR38FrozenSender(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var beats atomic.Int64
		h := openHouse(t, t.TempDir(), time.Now, terminal(nil))
		defer h.close()
		a := h.watch(&beats)
		stopWatch := h.loop(a.Run)
		time.Sleep(time.Minute)
		synctest.Wait()
		before := beats.Load()
		id := h.do("sato", "", incident.Declare{Title: "凍った", Runbook: "none"}).Incident
		time.Sleep(time.Minute)
		synctest.Wait()
		f := a.Findings()
		if before == 0 || f.Well() || f.Stuck[0].What != "message" || f.Stuck[0].Incident != id || f.Lag < 40*time.Second {
			t.Errorf("%d heartbeats before, %+v", before, f)
		}
		quiet := beats.Load()
		time.Sleep(time.Minute)
		synctest.Wait()
		if beats.Load() != quiet || quiet > before+2 {
			t.Errorf("the heartbeat went on: %d, %d, %d", before, quiet, beats.Load())
		}
		stopWatch()
	})
}
