package roster_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/roster"
)

// Date and names in one cell, as wall calendars have them.
func TestDateAndNameInOneCell(t *testing.T) {
	head := "2026年11月 当直表\n日,月,火,水,木,金,土\n"
	cases := map[string]struct {
		in, layout string
		want       []string
	}{
		"blank between": {head + "1,2 佐藤,3(火・祝) 田中,4日 渡辺,5,6 佐藤,7 田中さん\n8,9 佐藤,10 田中,11,12,13,14\n", "weeks", []string{
			"B3 sato 2026-11-02T09:00 2026-11-03T09:00", "C3 tanaka 2026-11-03T09:00 2026-11-04T09:00", "D3 watanabe 2026-11-04T09:00 2026-11-05T09:00",
			"F3 sato 2026-11-06T09:00 2026-11-07T09:00", "G3 tanaka 2026-11-07T09:00 2026-11-08T09:00",
			"B4 sato 2026-11-09T09:00 2026-11-10T09:00", "C4 tanaka 2026-11-10T09:00 2026-11-11T09:00"}},
		"two lines, holidays by name": {head + "\"22\",\"23\n勤労感謝の日\n佐藤\",\"24\n田中\",25,26,27,\"28\n休\"\n29,\"30\n渡辺\",\"1\n佐藤\",\"2\n田中\",3,4,5\n", "weeks", []string{
			"B3 sato 2026-11-23T09:00 2026-11-24T09:00", "C3 tanaka 2026-11-24T09:00 2026-11-25T09:00",
			"B4 watanabe 2026-11-30T09:00 2026-12-01T09:00", "C4 sato 2026-12-01T09:00 2026-12-02T09:00", "D4 tanaka 2026-12-02T09:00 2026-12-03T09:00"}},
		"two on one day, and what is not clear": {head + "8日 佐藤・田中,9 佐藤→田中,10 佐籐,11佐藤,12 祝 佐藤,\"13\n佐藤\n渡辺\",14 佐藤/田中\n15,16,17,18,19,20,21 5名\n", "weeks", []string{
			"A3 sato 2026-11-08T09:00 2026-11-09T09:00", "A3 tanaka 2026-11-08T09:00 2026-11-09T09:00", "D3 sato 2026-11-11T09:00 2026-11-12T09:00",
			"E3 sato 2026-11-12T09:00 2026-11-13T09:00", "F3 sato 2026-11-13T09:00 2026-11-14T09:00", "F3 watanabe 2026-11-13T09:00 2026-11-14T09:00",
			"? B3 佐藤→田中 several", "? C3 佐籐 person", "? G3 佐藤/田中 several", "? G4 5名 person"}},
		"a list": {"11月当番表\n当番,電話\n3 佐藤,090\n4日(水) 田中,080\n5 高橋,070\n", "dates-down", []string{
			"A3 sato 2026-11-03T09:00 2026-11-04T09:00", "A4 tanaka 2026-11-04T09:00 2026-11-05T09:00", "? A5 高橋 person"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			u, err := roster.ReadCSV([]byte(c.in), options())
			if err != nil {
				t.Fatal(err)
			}
			if u.Layout != c.layout {
				t.Errorf("read as %s", u.Layout)
			}
			if diff := cmp.Diff(c.want, said(u)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A sheet for each month: the names of the sheets give the months, over the year
// end; days in two sheets count once, and not at all where they differ.
func TestMonthsAcrossSheets(t *testing.T) {
	week := func(cells ...string) []string { return cells }
	days := []string{"日", "月", "火", "水", "木", "金", "土"}
	pages := []roster.Page{
		{Name: "12月", Rows: [][]string{days, week("27 佐藤", "28", "29 田中", "30 田中", "31 佐藤", "1 渡辺", "2 田中"), week("20", "21", "22", "23", "24", "25", "26")}},
		{Name: "1月", Rows: [][]string{days, week("27", "28", "29", "30", "31 田中", "1 渡辺", "2 田中"), week("3 佐藤", "4", "5", "6", "7", "8", "9")}},
		{Name: "連絡先", Rows: [][]string{{"氏名", "電話"}, {"佐藤", "090"}}},
		{Name: "空"},
	}
	// The weeks of December stand in their order.
	pages[0].Rows[1], pages[0].Rows[2] = pages[0].Rows[2], pages[0].Rows[1]
	text, err := roster.BookText(pages)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) == 0 {
		t.Fatal("no text")
	}
	u, err := roster.ReadBook(pages, options())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"12月!A3 sato 2026-12-27T09:00 2026-12-28T09:00", "12月!C3 tanaka 2026-12-29T09:00 2026-12-30T09:00", "12月!D3 tanaka 2026-12-30T09:00 2026-12-31T09:00",
		"12月!F3 watanabe 2027-01-01T09:00 2027-01-02T09:00", "12月!G3 tanaka 2027-01-02T09:00 2027-01-03T09:00", "1月!A3 sato 2027-01-03T09:00 2027-01-04T09:00",
		"? 連絡先  sheet", "? 12月!E3 佐藤 twice", "? 1月!E2 田中 twice"}
	if diff := cmp.Diff(want, said(u)); diff != "" {
		t.Error(diff)
	}
}

// A fiscal year of sheets is put where it holds today.
func TestSheetsOfAFiscalYear(t *testing.T) {
	var pages []roster.Page
	for _, m := range []string{"4月", "12月", "3月"} {
		pages = append(pages, roster.Page{Name: m, Rows: [][]string{{"日", "当番"}, {"1", "佐藤"}, {"2", "田中"}}})
	}
	u, err := roster.ReadBook(pages, options())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range u.Lines {
		got = append(got, l.Where+" "+l.From.Format("2006-01-02"))
	}
	want := []string{"4月!B2 2026-04-01", "4月!B3 2026-04-02", "12月!B2 2026-12-01", "12月!B3 2026-12-02", "3月!B2 2027-03-01", "3月!B3 2027-03-02"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAMergedNameIsOnDutyAllItsDays(t *testing.T) {
	pages := []roster.Page{{Name: "2026年11月", Rows: [][]string{{"日付", "当番"}, {"1", "佐藤"}, {"2", ""}, {"3", "田中"}}, Merged: []roster.Area{{Top: 1, Left: 1, Bottom: 2, Right: 1}}}}
	u, err := roster.ReadBook(pages, options())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2026年11月!B2 sato 2026-11-01T09:00 2026-11-02T09:00", "2026年11月!B3 sato 2026-11-02T09:00 2026-11-03T09:00", "2026年11月!B4 tanaka 2026-11-03T09:00 2026-11-04T09:00"}, said(u)); diff != "" {
		t.Error(diff)
	}
}
