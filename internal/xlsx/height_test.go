package xlsx

import (
	"strings"
	"testing"
)

// A report can be read on paper: long texts have room in their rows, and those
// above the table do not widen the page.
func TestLongTextsHaveRoom(t *testing.T) {
	r := full("一行", "一\n二\n三", strings.Repeat("あ", 100))
	r.Form.Mark = strings.Repeat("代替の書式です。", 20)
	f := open(t, r)
	for row, want := range map[int]float64{5: 15, 6: 45, 7: 60} {
		if got, err := f.GetRowHeight(sheetName, row); err != nil || got != want {
			t.Errorf("row %d is %v high, want %v (%v)", row, got, want, err)
		}
	}
	joined, err := f.GetMergeCells(sheetName)
	if err != nil || len(joined) != 3 {
		t.Fatalf("%d rows run over the whole width, want 3 (%v)", len(joined), err)
	}
	if got, _ := f.GetRowHeight(sheetName, 3); got < 30 {
		t.Errorf("the mark has %v points", got)
	}
}
