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
	for row, want := range map[int]float64{5: 17, 6: 51, 7: 85} {
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

// An A4 print is one page wide and not scaled down to what nobody can read: the
// columns together are hardly wider than the paper between its margins.
func TestAnA4PrintIsReadable(t *testing.T) {
	f := open(t, full("一行"))
	wide := 0.0
	for _, col := range []string{"A", "B", "C", "D", "E", "F"} {
		w, err := f.GetColWidth(sheetName, col)
		if err != nil {
			t.Fatal(err)
		}
		wide += w
	}
	if wide > 100 {
		t.Errorf("the columns are %v characters wide: the print is scaled down", wide)
	}
	margins, err := f.GetPageMargins(sheetName)
	if err != nil || *margins.Left > 0.5 || *margins.Right > 0.5 {
		t.Errorf("margins of %v and %v inches (%v)", *margins.Left, *margins.Right, err)
	}
	props, err := f.GetSheetProps(sheetName)
	if err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("the sheet is not fitted to the page (%v)", err)
	}
}
