package web

import "testing"

// TestEveryTemplateParses stands where a start used to parse them all.
func TestEveryTemplateParses(t *testing.T) {
	names, err := pageNames()
	if err != nil || len(names) < 20 {
		t.Fatalf("pages: %v, %v", names, err)
	}
	var all templates
	for _, name := range names {
		if _, err := all.page(name); err != nil {
			t.Error(err)
		}
	}
	if _, err := all.page("no-such-page"); err == nil {
		t.Error("a page that does not exist was given")
	}
}
