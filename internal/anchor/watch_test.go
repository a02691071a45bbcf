package anchor_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/anchor"
	"irbot/internal/timeline"
)

// TestEveryLostAnchorIsAccepted: hourly anchors of a long incident are
// thousands, and one that is left out would raise the alarm for ever.
func TestEveryLostAnchorIsAccepted(t *testing.T) {
	var all []anchor.Finding
	for i := range 1234 {
		all = append(all, anchor.Finding{Kind: anchor.Behind, Incident: "IR-1", Size: int64(i + 100), Have: 9, Head: fmt.Sprintf("%064x", i)})
	}
	all = append(all, all[0], anchor.Finding{Kind: anchor.Unreadable, Detail: "share is away"})
	points := anchor.Lost(all)
	if len(points) != 1234 {
		t.Errorf("%d points, want each serious anchor once", len(points))
	}
	var entries int
	var accepted []string
	for page := range slices.Chunk(points, anchor.LossPage) {
		entries++
		accepted = append(accepted, page...)
	}
	seen := anchor.Seen{Findings: all}
	if left := seen.Serious(accepted); len(left) != 0 || entries != 3 {
		t.Errorf("%d entries, still serious: %v", entries, left)
	}
	if left := seen.Serious(accepted[:500]); len(left) == 0 {
		t.Error("500 of them were enough: this test could not fail")
	}
}

// A folder that is not there is told with what to do about it.
func TestMissingAnchorFolderNamesTheRemedy(t *testing.T) {
	gone := anchor.Finding{Place: "usb", Kind: anchor.Unreadable, Detail: "look at anchor folder: stat /mnt/worm: no such file or directory"}
	for _, x := range []struct{ got, want string }{
		{gone.Words().JA, "外の控え（usb）のフォルダが見えません。媒体や共有をつないでから irbot anchor check"},
		{gone.Words().EN, "the folder of the anchors in usb is not there: connect the disk or share, then irbot anchor check"},
	} {
		if !strings.HasPrefix(x.got, x.want) {
			t.Errorf("%q, want it to begin with %q", x.got, x.want)
		}
	}
}

// The comparison comes at the start and every hour, raises no alarm while a
// restored record waits to be confirmed, and says nothing more of what somebody
// has accepted as lost.
func TestWatchLooksEveryHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKeyring(t, "a")
		var hushed atomic.Bool
		hushed.Store(true)
		var accepted atomic.Pointer[[]string]
		accepted.Store(&[]string{})
		alarms := 0
		w := &anchor.Watch{
			Keeper: &anchor.Keeper{Spots: []anchor.Spot{{ID: "usb", Place: &shelf{notes: [][]byte{k.note(t, "IR-1", 9, "").Note}}}}},
			Keys:   func() (*timeline.Keys, error) { return k.keys, nil },
			Heads: func(context.Context, string, int64) (head [timeline.HeadSize]byte, have int64, err error) {
				return head, 3, nil
			},
			Accepted: func(context.Context) ([]string, error) { return *accepted.Load(), nil },
			Hushed:   hushed.Load, Log: slog.New(slog.DiscardHandler),
			Alarm: func(context.Context, anchor.Finding) error { alarms++; return nil },
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		synctest.Wait()
		seen, serious := w.Last()
		if alarms != 0 || len(serious) != 1 || serious[0].Kind != anchor.Behind {
			t.Errorf("at the start: %d alarms, %+v", alarms, serious)
		}
		hushed.Store(false)
		time.Sleep(time.Hour)
		synctest.Wait()
		if alarms != 1 {
			t.Errorf("%d alarms after an hour, want one", alarms)
		}
		lost := anchor.Lost(seen.Findings)
		accepted.Store(&lost)
		time.Sleep(time.Hour)
		synctest.Wait()
		if _, serious := w.Last(); alarms != 1 || len(serious) != 0 {
			t.Errorf("accepted as lost, and still %d alarms, %+v", alarms, serious)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
