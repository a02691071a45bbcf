package main

import (
	"slices"
	"strings"
	"testing"
)

// TestOnlyTablesAreSaidToBeMended: a kept file that was changed or is gone is no
// table that the record gives back, and the entry it belongs to is named.
func TestOnlyTablesAreSaidToBeMended(t *testing.T) {
	src := newScene(t)
	for name, mends := range map[string]bool{
		"replace a kept file": false, "delete a kept file": false, "replace a text": false,
		"hide the incident from the board": true, "set the counter back": true,
	} {
		t.Run(name, func(t *testing.T) {
			x := src.copied(t)
			db := x.attacker(t)
			storeAttacks()[slices.IndexFunc(storeAttacks(), func(a storeAttack) bool { return a.name == name })].do(t, x, db)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			code, out := commandLine("verify", x.dir)
			if code != 3 || strings.Contains(out, "--rebuild") != mends {
				t.Errorf("exit %d\n%s", code, out)
			}
			if strings.Contains(name, "kept file") && (!strings.Contains(out, x.id+" #") || !strings.Contains(out, "irbot backup list")) {
				t.Errorf("the entry or the way back is not named:\n%s", out)
			}
		})
	}
}
