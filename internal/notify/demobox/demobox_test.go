package demobox

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/notify"
)

func TestBoxAcceptsAndShows(t *testing.T) {
	var seen []string
	b := New(func(e notify.Envelope) { seen = append(seen, e.ID) })
	s := b.Senders(notify.Mail, notify.SMS)
	for i, m := range []notify.Means{notify.Mail, notify.SMS} {
		r, err := s[m].Send(t.Context(), notify.Envelope{ID: fmt.Sprintf("DR-4/n%d", i), Means: m, To: "mlit@example.go.jp"})
		if err != nil || r.ID != fmt.Sprintf("box:DR-4/n%d", i) {
			t.Errorf("%s: %+v, %v", m, r, err)
		}
	}
	if diff := cmp.Diff([]string{"DR-4/n0", "DR-4/n1"}, seen); diff != "" {
		t.Error(diff)
	}
	if got := b.Kept(); len(got) != 2 || got[1].Means != notify.SMS {
		t.Errorf("kept %+v", got)
	}
}

func TestBoxIsBounded(t *testing.T) {
	b := New(nil)
	for i := range kept + 5 {
		if _, err := b.Send(t.Context(), notify.Envelope{ID: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.Kept(); len(got) != kept || got[0].ID != "5" {
		t.Errorf("%d kept, first %s", len(got), got[0].ID)
	}
}

func TestEndedContextIsNotAccepted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := New(nil)
	if _, err := b.Send(ctx, notify.Envelope{ID: "a"}); err == nil || len(b.Kept()) != 0 {
		t.Errorf("err = %v, kept %d", err, len(b.Kept()))
	}
}
