package directory_test

import (
	"bytes"
	"strings"
	"testing"

	"irbot/internal/directory"
	"irbot/internal/notify"
)

// A character set and hours that somebody wrote down survive a trip through the
// sheet, and only mail has a character set.
func TestCharsetHoursAndLanguageGoThroughTheSheet(t *testing.T) {
	data, _ := sampleFile(t)
	text := strings.Replace(string(data), "{means: mail, to: mlit-desk@example.jp}", "{means: mail, to: mlit-desk@example.jp, charset: ISO-2022-JP}", 1)
	text = strings.Replace(text, "    title: CSIRT責任者\n", "    title: CSIRT責任者\n    hours: 平日 9:00–18:00\n", 1)
	text = strings.Replace(text, "    contact: 技術企画課 危機管理担当（架空）\n", "    contact: 技術企画課 危機管理担当（架空）\n    lang: en\n", 1)
	d, err := directory.Parse("directory.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var sheet bytes.Buffer
	if err := directory.WriteCSV(&sheet, d); err != nil {
		t.Fatal(err)
	}
	rows, err := directory.ReadCSV(sheet.String())
	if err != nil {
		t.Fatal(err)
	}
	edit, err := directory.OpenEdit("directory.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		edit.Put(r)
	}
	_, got, err := edit.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	mlit, _ := got.Destination("mlit")
	sato, _ := got.Person("sato")
	if mlit.Reach[0].Charset != notify.ISO2022JP || mlit.Lang != "en" || sato.Hours != "平日 9:00–18:00" || sato.Reach[0].Charset != "" {
		t.Errorf("%+v\n%+v", mlit, sato)
	}
	if diff := directory.Compare(d, rows); len(diff) > 0 {
		t.Errorf("the sheet of the directory differs from it: %v", diff)
	}
	for _, bad := range []string{"{means: mail, to: mlit-desk@example.jp, charset: shift_jis}", "{means: phone, to: \"03-0000-0201\", charset: iso-2022-jp}"} {
		_, err := directory.Parse("directory.yaml", []byte(strings.Replace(string(data), "{means: mail, to: mlit-desk@example.jp}", bad, 1)))
		if err == nil || !strings.Contains(err.Error(), "charset") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
