package demobox

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/notify"
)

func TestRestorePutsBackOnce(t *testing.T) {
	b := New(nil)
	for _, id := range []string{"b", "c"} {
		if _, err := b.Send(t.Context(), notify.Envelope{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	b.Restore([]notify.Envelope{{ID: "a"}, {ID: "b"}})
	var got []string
	for _, e := range b.Kept() {
		got = append(got, e.ID)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, got); diff != "" {
		t.Error(diff)
	}
	b.Restore(make([]notify.Envelope, 2*kept))
	if n := len(b.Kept()); n != kept {
		t.Errorf("%d kept, want %d", n, kept)
	}
}
