package sqlite

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sameAsRefold compares every cached state with a fold of the file.
func sameAsRefold(t testing.TB, s *Store) {
	t.Helper()
	heads, err := s.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id, pos := range heads {
		cached, err := s.State(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := foldFrom(t.Context(), s.db, newFolded(id))
		if err != nil {
			t.Fatal(err)
		}
		if fresh.pos != pos {
			t.Errorf("%s: index at %d, entries at %d", id, pos.Seq, fresh.pos.Seq)
		}
		if d := cmp.Diff(fresh.state, cached, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s: cached state differs from a refold:\n%s", id, d)
		}
	}
}
