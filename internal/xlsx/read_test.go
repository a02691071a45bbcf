package xlsx_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"irbot/internal/directory"
	"irbot/internal/roster"
	"irbot/internal/xlsx"
)

// workbook is a wall calendar as people draw it: days that are dates of which
// the format shows only a number, a weekday by format, a merged name, a hidden
// draft, and a price that is no date.
func workbook(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	style := func(format string) int {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		must(err)
		return id
	}
	day, long, weekday, yen := style("d"), style(`m"月"d"日"`), style("aaa"), style(`"¥"#,##0`)
	must(f.SetSheetName("Sheet1", "11月"))
	put := func(cell string, value any, format int) {
		must(f.SetCellValue("11月", cell, value))
		if format > 0 {
			must(f.SetCellStyle("11月", cell, cell, format))
		}
	}
	first := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	for n := range 4 {
		row := string(rune('3' + n))
		put("A"+row, first.AddDate(0, 0, n), []int{day, long, day, day}[n])
		put("B"+row, first.AddDate(0, 0, n), weekday)
	}
	put("A1", "当直表", 0)
	put("A2", "日", 0)
	put("B2", "曜", 0)
	put("C2", "当番", 0)
	put("D2", "手当", 0)
	put("C3", "佐藤", 0)
	put("C4", "佐藤", 0)
	put("C5", "田中", 0)
	put("D3", 46000, yen)
	must(f.MergeCell("11月", "C5", "C6"))
	_, err := f.NewSheet("案")
	must(err)
	must(f.SetCellValue("案", "A1", "2026-11-02"))
	must(f.SetSheetVisible("案", false))
	var b bytes.Buffer
	must(f.Write(&b))
	return b.Bytes()
}

func TestReadAWorkbook(t *testing.T) {
	pages, err := xlsx.Read(workbook(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) != 1 || pages[0].Name != "11月" {
		t.Fatalf("%+v", pages)
	}
	var days []string
	for _, r := range pages[0].Rows[2:] {
		days = append(days, r[0])
	}
	if diff := cmp.Diff([]string{"2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"}, days); diff != "" {
		t.Error(diff)
	}
	if got := pages[0].Rows[2][3]; strings.Contains(got, "2025") {
		t.Errorf("a price is read as the date %s", got)
	}
	if diff := cmp.Diff([]roster.Area{{Top: 4, Left: 2, Bottom: 5, Right: 2}}, pages[0].Merged); diff != "" {
		t.Error(diff)
	}
	text, err := xlsx.DutyText(workbook(t))
	if err != nil {
		t.Fatal(err)
	}
	u, err := roster.Read(text, roster.Site{Directory: testDirectory(), Zone: time.UTC, Now: first()})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range u.Lines {
		got = append(got, l.Where+" "+l.Person+" "+l.From.Format("01-02"))
	}
	if diff := cmp.Diff([]string{"11月!C3 sato 11-02", "11月!C4 sato 11-03", "11月!C5 tanaka 11-04", "11月!C6 tanaka 11-05"}, got); diff != "" || len(u.Unknown) > 0 {
		t.Error(diff, u.Unknown)
	}
}

func TestBooksThatCannotBeRead(t *testing.T) {
	for name, data := range map[string][]byte{"damaged": []byte("PK\x03\x04 and no more"), "cut off": workbook(t)[:900]} {
		if _, err := xlsx.DutyText(data); !errors.Is(err, roster.ErrBook) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	if err := f.SetCellValue("Sheet1", "A9000", "x"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if _, err := xlsx.Read(b.Bytes()); !errors.Is(err, roster.ErrLarge) {
		t.Errorf("9,000 rows: %v", err)
	}
	if out, err := xlsx.DutyText([]byte("date,who\n")); err != nil || string(out) != "date,who\n" {
		t.Errorf("CSV does not pass as it is: %q %v", out, err)
	}
}

func first() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }

func testDirectory() *directory.Directory {
	return &directory.Directory{People: []directory.Person{{ID: "sato", Name: "佐藤"}, {ID: "tanaka", Name: "田中"}}}
}
