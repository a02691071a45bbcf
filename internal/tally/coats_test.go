package tally_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"irbot/internal/tally"
)

// TestParseListAsSpreadsheetsSaveIt reads what a spreadsheet program writes
// around a list: UTF-16 with tabs, semicolons, a title above the headings, and
// cells merged over it. A workbook is told as what it is.
func TestParseListAsSpreadsheetsSaveIt(t *testing.T) {
	const plain = "コンテナ番号,場所,差止,搬入日\r\nCSQU3054383,A-1-1,なし,2026-11-20\r\n"
	little, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(plain, ",", "\t"))
	big, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(plain)
	for name, c := range map[string]struct {
		text string
		line int
	}{
		"UTF-16 with tabs": {little, 2}, "UTF-16 big": {big, 2}, "semicolons": {strings.ReplaceAll(plain, ",", ";"), 2},
		"a title": {"ターミナル在庫一覧,,,\r\n出力日時,2026/11/23 12:00,,\r\n,,,\r\n" + plain, 5},
		"a title without commas, semicolons below": {"\ufeff在庫一覧\r\n" + strings.ReplaceAll(plain, ",", ";"), 3},
	} {
		l, err := tally.ParseList([]byte(c.text))
		if err != nil || len(l.Bad) != 0 || len(l.Boxes) != 1 || l.Boxes[0] != (tally.Box{Container: "CSQU3054383", Slot: "A-1-1", Hold: "none", Line: c.line}) {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
	for _, text := range []string{"PK\x03\x04rest", "\xd0\xcf\x11\xe0rest"} {
		if _, err := tally.ParseList([]byte(text)); !errors.Is(err, tally.ErrWorkbook) {
			t.Errorf("a workbook: %v", err)
		}
	}
}
