package main

import (
	"testing"

	"irbot/internal/directory"
)

// A copy sent by chat holds no more than the person who asked for it may see.
func TestCopyByChatStopsAtTheReadersLabel(t *testing.T) {
	dir := &directory.Directory{People: []directory.Person{
		{ID: "ciso", TLP: "TLP:RED"}, {ID: "guard", TLP: "TLP:GREEN"}, {ID: "it", TLP: "TLP:AMBER"}, {ID: "new"},
	}}
	for who, want := range map[string]string{"ciso": "", "guard": "TLP:GREEN", "it": "TLP:AMBER", "new": "TLP:AMBER", "stranger": "TLP:GREEN"} {
		if got := ceilingOf(dir, who); got != want {
			t.Errorf("%s: %q, want %q", who, got, want)
		}
	}
}
