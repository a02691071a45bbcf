package xlsx

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// What a spreadsheet makes of a plain file by itself: 712, a date, a large
// number, a formula. In a table it stays what was written.
func TestATableIsText(t *testing.T) {
	want := [][]string{{"紙の番号", "場所", "シール"}, {"0712", "1-2", "2E10"}, {"=1+1", "3号岸壁", "-18.0"}}
	var b bytes.Buffer
	if err := Table(&b, want); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("rows")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, at := range []string{"A2", "B2", "C2", "A3"} {
		kind, err := f.GetCellType("rows", at)
		if err != nil || kind != excelize.CellTypeSharedString && kind != excelize.CellTypeInlineString {
			t.Errorf("%s is of type %v, %v", at, kind, err)
		}
		if formula, _ := f.GetCellFormula("rows", at); formula != "" {
			t.Errorf("%s is the formula %s", at, formula)
		}
	}
}
