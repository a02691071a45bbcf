package e2e_test

import (
	"testing"

	"irbot/e2e"
)

// A control room has more windows than a browser has lines to one server: eight of them hear the news, and a ninth page
// still opens.
func TestEightWindowsHearTheNews(t *testing.T) {
	dir, p, base := walkSite(t)
	windows := []*e2e.Page{p}
	for range 7 {
		windows = append(windows, open(t, e2e.Desk()))
	}
	for _, w := range windows {
		must(t, w.Open(base+"/i/IR-1/chrono"))
	}
	if code, out := command(t, dir, "incident", "note", "IR-1", "窓が八つ", "--as", "sato"); code != 0 {
		t.Fatalf("note ended with %d:\n%s", code, out)
	}
	for _, w := range windows {
		must(t, w.Expect("新しい記録が"))
	}
	must(t, open(t, e2e.Desk()).Open(base+"/runbooks"))
}
