package directory_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/directory"
	"irbot/internal/problem"
)

// A sheet that a spreadsheet saved again says the same as the one it was given.
func TestSpreadsheetsSaveContactsTheirWay(t *testing.T) {
	_, d := sampleFile(t)
	var b bytes.Buffer
	if err := directory.WriteCSV(&b, d); err != nil {
		t.Fatal(err)
	}
	sheet := strings.TrimPrefix(b.String(), "\ufeff")
	bare := strings.NewReplacer("2026-11-01", "2026/11/1", ",true,", ",TRUE,", "TLP:", "").Replace(sheet)
	for name, text := range map[string]string{
		"as written":        sheet,
		"dates and TRUE":    bare,
		"semicolons":        semicolons(t, sheet),
		"empty columns":     strings.ReplaceAll(sheet, "\r\n", ",,\r\n") + ",,,,\r\n,,,,\r\n",
		"full width means":  strings.ReplaceAll(sheet, "mail sato@example.jp; phone 03-0000-0101", "ｍａｉｌ sato@example.jp；電話 ０３-0000-0101"),
		"line feeds inside": strings.ReplaceAll(sheet, "mail sato@example.jp; phone 03-0000-0101", "\"mail sato@example.jp\r\nphone 03-0000-0101\""),
	} {
		rows, err := directory.ReadCSV(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := directory.Compare(d, rows); len(diff) != 0 {
			t.Errorf("%s changes %+v", name, diff)
		}
		if absent := directory.Absent(d, rows); len(absent) != 0 {
			t.Errorf("%s leaves out %v", name, absent)
		}
	}
}

// semicolons is the sheet as a spreadsheet of another country writes it.
func semicolons(t *testing.T, sheet string) string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(sheet))
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = ';'
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWhatASheetSaysWrongIsTold(t *testing.T) {
	for name, c := range map[string]struct{ text, key, ja string }{
		"no head":          {"name,phone\nx,y\n", "CSV:1", "kind と id"},
		"nothing at all":   {"", "CSV:1", "kind と id"},
		"a column more":    {"kind,id,備考\nperson,sato,x\n", "CSV:1", "「備考」"},
		"a cell more":      {"kind,id,name\nperson,sato,佐藤,東京\n", "CSV:2", "「東京」"},
		"no id":            {"kind,id,name\nperson,,佐藤\n", "CSV:2", "ID がありません"},
		"a kind":           {"kind,id,name\n官庁,mlit,国交省\n", "CSV:2", "「官庁」"},
		"the same twice":   {"kind,id,name\nperson,sato,佐藤\n,,\nperson,sato,左藤\n", "CSV:4", "2 行目"},
		"a quote too many": {"kind,id,name\nperson,sato,\"佐藤\" 様\n", "CSV:2", "引用符"},
	} {
		_, err := directory.ReadCSV(c.text)
		var wrong *problem.Errors
		if !errors.As(err, &wrong) || len(wrong.List) != 1 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p := wrong.List[0]; p.Key != c.key || !strings.Contains(p.What.JA, c.ja) || p.What.EN == "" || p.Fix.JA == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// Only what differs is written, an emptied cell empties, and what cannot stand is
// told by the id of the contact.
func TestTakingASheet(t *testing.T) {
	data, d := sampleFile(t)
	take := func(text string) (string, *directory.Directory, error) {
		t.Helper()
		rows, err := directory.ReadCSV(text)
		if err != nil {
			t.Fatal(err)
		}
		e, err := directory.OpenEdit("directory.yaml", data)
		if err != nil {
			t.Fatal(err)
		}
		e.Take(d, rows)
		out, after, err := e.Bytes()
		return string(out), after, err
	}
	same, _, err := take("kind,id,name,tlp,lang,verified\nperson,sato,佐藤,RED,ja,2026/11/1\n")
	if err != nil {
		t.Fatal(err)
	}
	out, after, err := take("kind,id,title,hours,reach\nperson,sato,,24時間,\"slack U0SATO00001; phone 03-0000-0101\"\n")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := after.Person("sato")
	if p.Title != "" || p.Hours != "24時間" || p.Slack != "U0SATO00001" || len(p.Reach) != 2 || p.Org == "" {
		t.Errorf("%+v", p)
	}
	if a, b := strings.Split(same, "\n"), strings.Split(out, "\n"); len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		t.Errorf("%d lines became %d: more than what differs was written", len(a), len(b))
	}
	_, _, err = take("kind,id,tlp\nperson,sato,PINK\n")
	var wrong *problem.Errors
	if !errors.As(err, &wrong) || wrong.List[0].Key != "sato tlp" || wrong.List[0].Where() != "" {
		t.Errorf("%v", err)
	}
	_, _, err = take("kind,id,name\nperson,arai,新井\n")
	if !errors.As(err, &wrong) || wrong.List[0].Key != "arai reach" {
		t.Errorf("%v", err)
	}
	rows, err := directory.ReadCSV("kind,id\nperson,sato\n")
	if err != nil {
		t.Fatal(err)
	}
	if absent := directory.Absent(&directory.Directory{People: []directory.Person{{ID: "sato"}, {ID: "ito"}}}, rows); !cmp.Equal(absent, []string{"ito"}) {
		t.Error(absent)
	}
}
