package runbook

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMarksTypedByHand reads what Japanese keyboards, Word and spreadsheets put
// before a line instead of the marks of Markdown: two lines, two steps.
func TestMarksTypedByHand(t *testing.T) {
	two := []string{"5 線を抜く", "6 電話する"}
	apart := []string{"5 線を抜く", "7 電話する"}
	for _, c := range []struct {
		text string
		want []string
	}{
		{"1.　線を抜く\n2.　電話する\n", two},
		{"1.線を抜く\n2.電話する\n", two},
		{"1\\.　線を抜く\n2\\.　電話する\n", two},
		{"\\(1\\) 線を抜く\n\\(2\\) 電話する\n", two},
		{"1：線を抜く\n2：電話する\n", two},
		{"１ 線を抜く\n２ 電話する\n", two},
		{"1-1 線を抜く\n1-2 電話する\n", two},
		{"⑴ 線を抜く\n⑵ 電話する\n", two},
		{"❶線を抜く\n❷電話する\n", two},
		{"一　線を抜く\n二　電話する\n", two},
		{"（ア）線を抜く\n（イ）電話する\n", two},
		{"(a) 線を抜く\n(b) 電話する\n", two},
		{"A) 線を抜く\nB) 電話する\n", two},
		{"◯線を抜く\n◯電話する\n", two},
		{"＊線を抜く\n＊電話する\n", two},
		{"*線を抜く\n*電話する\n", two},
		{"☑ 線を抜く\n☑ 電話する\n", two},
		{"1.　線を抜く\n\n2.　電話する\n", apart},
		{"1\\.　線を抜く\n\n2\\.　電話する\n", apart},
		{"・線を抜く\n\n・電話する\n", apart},
		{"手順1：線を抜く\n手順2：電話する\n", []string{"5 手順1：線を抜く", "6 手順2：電話する"}},
		// No marks: times, decimals, dates, other letters, one line alone.
		{"12：30 線を抜く\n13：10 電話する\n", []string{"5 12：30 線を抜く 13：10 電話する"}},
		{"1.5倍の線を抜く\n2.5倍の線を抜く\n", []string{"5 1.5倍の線を抜く 2.5倍の線を抜く"}},
		{"2026-11-1 線を抜く\n2026-11-2 線を抜く\n", []string{"5 2026-11-1 線を抜く 2026-11-2 線を抜く"}},
		{"*線*を抜く\n*電話*する\n", []string{"5 線を抜く 電話する"}},
		{"1.線を抜いて電話する\n", []string{"5 1.線を抜いて電話する"}},
	} {
		got := wild(t, "# 停電\n\n## 初動\n\n"+c.text)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
	}
}

// TestADrawnTableIsTold: a table drawn with + and - that does not close stays as
// it is, and lint says so.
func TestADrawnTableIsTold(t *testing.T) {
	rb, err := Read("x.md", []byte("# 停電\n\n## 復旧\n\n1. 放送する\n\n+----+------+\n| 作業 | 担当 |\n+====+======+\n| 抜く | 警備 |\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := findingOf(rb.Findings, "RB223"); !ok || f.Line != 7 {
		t.Errorf("findings: %v", ids(rb))
	}
}
