package chat

import (
	"testing"

	"irbot/internal/report"
)

// A new item moves the numbers of those below it: only what changed is shown as
// changed, and a number that is not an item's still counts.
func TestDiffOfRenumberedItems(t *testing.T) {
	before := "国土交通省 御中\n1 概要: TOS停止\n2 影響: 全ゲート\n3 数値: 待機 86台\n86 台が待機"
	after := "国土交通省 御中\n1 概要: TOS停止\n2 原因: 不明\n3 影響: 全ゲート\n4 数値: 待機 90台\n90 台が待機"
	labels := []report.Line{{JA: "概要"}, {JA: "影響"}, {JA: "数値"}, {JA: "原因"}}
	var got []string
	for _, l := range diffBy(before, after, unnumbered(labels)) {
		if l.Op != "same" {
			got = append(got, l.Op+" "+l.Text)
		}
	}
	want := []string{"add 2 原因: 不明", "del 3 数値: 待機 86台", "del 86 台が待機", "add 4 数値: 待機 90台", "add 90 台が待機"}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: %q, want %q", i, got[i], want[i])
		}
	}
}
