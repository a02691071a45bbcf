package chat

import (
	"fmt"
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/notify"
)

// After a long cut the one message holds what people did, the latest of it, and
// not that the surface was away, once for each page.
func TestCatchUpHoldsWhatPeopleDid(t *testing.T) {
	d := newDesk(t)
	d.open("sato", incident.Declare{Title: "TOS停止"})
	if err := d.svc.Surface(t.Context(), []string{d.id}, "slack", false, d.now); err != nil {
		t.Fatal(err)
	}
	for _, m := range d.view().S.Messages {
		if m.Kind != "page" {
			continue
		}
		begun, err := d.svc.Begin(t.Context(), d.id, m.ID)
		if err != nil || len(begun) != 1 {
			t.Fatalf("begin: %v, %d", err, len(begun))
		}
		env := begun[0].Envelope
		env.Means = notify.Slack
		if err := d.svc.Settle(t.Context(), env, notify.Outcome{Class: notify.Permanent, Err: "connection refused", At: d.now}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range maxCatchup + 4 {
		d.do("ito", incident.AddNote{Text: fmt.Sprintf("メモ%02d", i+1)})
	}
	if err := d.svc.Surface(t.Context(), []string{d.id}, "slack", true, d.now); err != nil {
		t.Fatal(err)
	}
	c, ok := d.drawer(JA).Draw(d.view(), fmt.Sprintf("catchup/%d", d.last(incident.KindSurfaceRestored)))
	if !ok || len(c.Body) != 1 {
		t.Fatalf("%+v", c)
	}
	lines := strings.Join(c.Body[0].Items, "\n")
	if strings.Contains(lines, "connection refused") || strings.Contains(lines, "メモ04") || !strings.Contains(lines, "メモ05") || !strings.Contains(lines, "メモ24") {
		t.Errorf("lines:\n%s", lines)
	}
	if strings.Contains(lines, "メモ") && strings.Index(lines, "メモ05") > strings.Index(lines, "メモ24") {
		t.Error("out of order")
	}
}
