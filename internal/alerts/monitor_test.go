package alerts_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/alerts"
	"irbot/internal/incident"
	"irbot/internal/sqlite"
)

// kept are heartbeats in memory; they can be out of order like a disk.
type kept struct {
	mu   sync.Mutex
	rows map[string]alerts.Beat
	err  error
}

func (k *kept) Beats(context.Context) (out []alerts.Beat, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, b := range k.rows {
		out = append(out, b)
	}
	return out, k.err
}

func (k *kept) PutBeat(_ context.Context, b alerts.Beat) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err == nil {
		k.rows[b.Source] = b
	}
	return k.err
}

func (k *kept) broken(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.err = err
}

// TestMonitorRaisesASilenceOnce: a silence is one report, whatever fails on the
// way to it, and the next call ends it in the same incident. The incidents are
// real ones, in a file.
func TestMonitorRaisesASilenceOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := sqlite.Open(context.Background(), sqlite.Options{Dir: t.TempDir(), Wall: time.Now, Ballast: 4096})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = store.Close() }()
		svc := incident.NewService(incident.Parts{Log: store, Reader: store, Wall: time.Now, Site: &incident.Site{ID: "x", Zone: time.UTC, Permissions: incident.DefaultPermissions()}})
		live := func(ctx context.Context) (out []*incident.Incident, err error) {
			rows, err := store.List(ctx, sqlite.Filter{Live: true})
			for _, r := range rows {
				st, err := store.State(ctx, r.ID)
				if err != nil {
					return nil, err
				}
				out = append(out, st)
			}
			return out, err
		}
		k := &kept{rows: map[string]alerts.Beat{}, err: errors.New("disk")}
		m := &alerts.Monitor{Kept: k, Desk: &alerts.Desk{Service: svc, Live: live}, Wall: time.Now, Zone: time.FixedZone("JST", 9*3600),
			Sources: []alerts.Source{{ID: "backup", Kind: alerts.Heartbeat, Name: "夜間バックアップ", Every: time.Hour, Grace: 10 * time.Minute}, {ID: "prom", Kind: alerts.Alertmanager}}}
		ctx, stop := context.WithCancel(context.Background())
		var loop sync.WaitGroup
		loop.Go(func() { _ = m.Run(ctx) })
		count := func() int {
			list, err := live(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		time.Sleep(time.Minute) // it cannot even begin
		k.broken(nil)
		time.Sleep(70*time.Minute - 10*time.Second)
		synctest.Wait()
		if count() != 0 {
			t.Fatal("raised before the interval and its grace were over")
		}
		k.broken(errors.New("disk")) // due while nothing can be read
		time.Sleep(time.Minute)
		synctest.Wait()
		k.broken(nil)
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		if n := count(); n != 1 {
			t.Fatalf("%d reports of one silence", n)
		}
		if err := m.Called(ctx, "backup"); err != nil {
			t.Fatal(err)
		}
		list, err := live(ctx)
		if err != nil || len(list) != 1 || !list[0].Alerts[incident.AlertKey("backup", alerts.Fingerprint("beat", "backup"))].Resolved {
			t.Errorf("the end of the silence: %v", err)
		}
		if err := m.Called(ctx, "prom"); !errors.Is(err, alerts.ErrForm) {
			t.Errorf("what is no heartbeat: %v", err)
		}
		last := time.Now().UTC().Add(9 * time.Hour).Format("2006-01-02 15:04:05 JST")
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		list, err = live(ctx)
		if err != nil {
			t.Fatal(err)
		}
		v, _, err := svc.ViewAt(ctx, list[0].ID, list[0].Seq)
		if err != nil {
			t.Fatal(err)
		}
		if said := fmt.Sprint(v.Text(list[0].Seq)); !strings.Contains(said, last) {
			t.Errorf("the second silence names no last call at %s: %q", last, said)
		}
		stop()
		loop.Wait()
	})
}
