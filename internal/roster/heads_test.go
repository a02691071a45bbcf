package roster_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"irbot/internal/roster"
)

// TestSheetsAsExcelMakesThem reads sheets with merged headings, shifts over
// midnight, columns of weekdays, ditto marks and marks with a legend.
func TestSheetsAsExcelMakesThem(t *testing.T) {
	merged := strings.Join([]string{
		",２０２６年１１月　当直表,,,,,", ",,,,,作成：総務　佐藤,", ",,,,,,",
		"日付,曜,日勤（9:00～18:00）,夜勤（18:00～翌9:00）,,第二当直,備考", ",,,主,副,,",
		"11/22,日,佐藤,田中,,渡辺,", "23,月・祝,渡辺,〃,,,佐藤は出張", "24,火,休,渡辺,,〃,", "25,水,佐藤→田中,高橋,,,", "合計,,,,,,", "※夜勤は翌朝まで,,,,,,"}, "\r\n")
	cases := map[string]struct {
		in   string
		want []string
	}{
		"merged headings, night over midnight": {merged, []string{
			"C6 sato 2026-11-22T09:00 2026-11-22T18:00", "D6 tanaka 2026-11-22T18:00 2026-11-23T09:00",
			"C7 watanabe 2026-11-23T09:00 2026-11-23T18:00", "D7 tanaka 2026-11-23T18:00 2026-11-24T09:00",
			"D8 watanabe 2026-11-24T18:00 2026-11-25T09:00",
			"? C9 佐藤→田中 several", "? D9 高橋 person"}},
		"hours beyond 24, without colons, with 時": {"日,第一当直 1730-0830\n12/1,佐藤\n12/2,田中\n", []string{
			"B2 sato 2026-12-01T17:30 2026-12-02T08:30", "B3 tanaka 2026-12-02T17:30 2026-12-03T08:30"}},
		"thirty-hour clock": {"日,夜勤 18時半～30:00\n12/1,佐藤\n12/2,田中\n", []string{
			"B2 sato 2026-12-01T18:30 2026-12-02T06:00", "B3 tanaka 2026-12-02T18:30 2026-12-03T06:00"}},
		"marks with a legend": {"12月勤務表\n氏名,1日,2日,3日,4日\n,火,水,木,金\n佐藤,日,夜,明,休\n田中,夜,明,休,休\n夜＝18:00〜翌9:00\n日＝9:00〜18:00\n", []string{
			"B4 sato 2026-12-01T09:00 2026-12-01T18:00", "B5 tanaka 2026-12-01T18:00 2026-12-02T09:00", "C4 sato 2026-12-02T18:00 2026-12-03T09:00"}},
		"names across, marks below": {"2026年11月　当直表,,,\n日,曜,佐藤,田中\n22,日,○,\n23,月,,○\n24,火,休,当\n25,水,,◎\n合計,,1,2\n", []string{
			"C3 sato 2026-11-22T09:00 2026-11-23T09:00", "D4 tanaka 2026-11-23T09:00 2026-11-24T09:00",
			"D5 tanaka 2026-11-24T09:00 2026-11-25T09:00", "D6 tanaka 2026-11-25T09:00 2026-11-26T09:00"}},
		"parts of a day without hours are not guessed": {"日付,日勤,夜勤\n12/1,佐藤,田中\n12/2,,渡辺\n", []string{
			"? B2 佐藤 time", "? C2 田中 time", "? C3 渡辺 time"}},
		"dates across, rows by shift": {",12/1,12/2\n日勤（9:00-18:00）,佐藤,渡辺\n夜勤（18:00-9:00）,田中,〃\n第二当直,渡辺,佐藤\n", []string{
			"B2 sato 2026-12-01T09:00 2026-12-01T18:00", "B3 tanaka 2026-12-01T18:00 2026-12-02T09:00", "C2 watanabe 2026-12-02T09:00 2026-12-02T18:00", "? C3 〃 person"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in, err := japanese.ShiftJIS.NewEncoder().String(strings.ReplaceAll(c.in, "〜", "～"))
			if err != nil {
				t.Fatal(err)
			}
			u, err := roster.ReadCSV([]byte(in), options())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, said(u)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
