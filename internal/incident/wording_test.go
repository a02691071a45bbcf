package incident

import (
	"testing"

	"irbot/internal/runbook"
)

// TestWordingsAreFoundByEveryName asks for a wording with a Japanese heading,
// which a fact cannot hold, by all names people and entries use.
func TestWordingsAreFoundByEveryName(t *testing.T) {
	list := []runbook.Wording{{Slug: "police", Title: "Police", Text: "b"}, {Slug: "国交省-第一報", Title: "国交省 第一報", Text: "a"}}
	kept := wordingID("国交省-第一報")
	if !plainName.MatchString(kept) {
		t.Fatalf("kept as %q, which a fact cannot hold", kept)
	}
	for name, want := range map[string]string{"国交省-第一報": "a", "#国交省-第一報": "a", "国交省 第一報": "a", kept: "a", "police": "b"} {
		if got, ok := wordingOf(list, wordingID(name)); !ok || got != want {
			t.Errorf("%s gives %q, want %q", name, got, want)
		}
	}
	if _, ok := wordingOf(list, wordingID("消防")); ok {
		t.Error("a wording nobody wrote was found")
	}
}
