package paper

import (
	"slices"
	"testing"

	"irbot/internal/tally"
)

// A container number, eleven characters, gets the widest column of each form that
// has one: it is written by hand, with gloves on.
func TestAContainerNumberHasRoomOnPaper(t *testing.T) {
	for i, f := range (Press{}).blankForms(tally.Types()) {
		if len(f.Parts) != len(f.Heads) {
			t.Fatalf("%s: %d widths for %d columns", f.Title, len(f.Parts), len(f.Heads))
		}
		n := slices.IndexFunc(tally.Types()[i].Fields, func(x tally.Field) bool { return x.Kind == tally.KindContainer })
		if n >= 0 && f.Parts[n+1] != slices.Max(f.Parts) {
			t.Errorf("%s: the container gets %v of %v", f.Title, f.Parts[n+1], f.Parts)
		}
	}
}
