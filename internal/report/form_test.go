package report

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestShippedForms(t *testing.T) {
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Fields()) != 20 {
		t.Errorf("%d fields, want 20", len(b.Fields()))
	}
	want := []string{"art5-report", "common-ddos", "common-other", "common-ransomware", "insurer", "ipa", "jpcert", "mlit-report", "partners", "police-talk", "port-customs", "ppc-report", "press"}
	var got []string
	for _, f := range b.List() {
		got = append(got, f.ID)
		if len(f.Hash) != 64 || f.Official != (f.ID == "partners" || f.ID == "press") {
			t.Errorf("%s: hash %q, official %v", f.ID, f.Hash, f.Official)
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("forms %v, want %v", got, want)
	}
	for _, f := range b.Fields() {
		if f.JA == "" || f.EN == "" || f.HintJA == "" || f.HintEN == "" || TLPRank(f.TLP) < 0 {
			t.Errorf("field %s is not complete: %+v", f.ID, f)
		}
	}
}

const good = `id: test
name: 試し
name_en: Test
to: [mlit]
kinds: []
basis: "内規"
basis_en: "own rule"
checked: "2026-11-22"
official: true
series:
  - {kind: first, name: 第一報, name_en: First}
subject: "{{report}} {{title}}"
opening: "{{dest}}"
closing: "{{summary}}"
rows:
  - field: summary
    label: 概要
    label_en: Summary
    must: [first]
`

func TestLintNamesFileAndLine(t *testing.T) {
	tests := []struct{ name, old, new, line, want string }{
		{"field", "field: summary", "field: summarx", "my.yaml:16", "summary"},
		{"placeholder in subject", "{{title}}", "{{titel}}", "my.yaml:12", "title"},
		{"placeholder in closing", "{{summary}}", "{{summery}}", "my.yaml:14", "summary"},
		{"kind of must", "must: [first]", "must: [frist]", "my.yaml:19", "first"},
		{"date", `"2026-11-22"`, `"2026-13-22"`, "my.yaml:8", "2026-13-22"},
		{"mark", "official: true", "official: false", "my.yaml:9", "mark"},
		{"unknown key", "must: [first]", "most: [first]", "my.yaml:19", "most"},
		{"cell", "must: [first]", "cell: 5C", "my.yaml:19", "5C"},
		{"sheet", "official: true", "official: true\nsheet: {file: nowhere.xlsx}", "my.yaml:10", "nowhere.xlsx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(good, tt.old, tt.new, 1)
			if text == good {
				t.Fatal("nothing replaced")
			}
			b, problems := LoadForms(fstest.MapFS{"my.yaml": {Data: []byte(text)}})
			if _, ok := b.Form("test"); ok {
				t.Error("a broken form was taken")
			}
			if len(problems) != 1 || problems[0].Where() != tt.line || !strings.Contains(problems[0].Error(), tt.want) {
				t.Errorf("problems %v, want one at %s naming %s", problems, tt.line, tt.want)
			}
		})
	}
	b, problems := LoadForms(fstest.MapFS{"my.yaml": {Data: []byte(good)}})
	if _, ok := b.Form("test"); !ok || len(problems) > 0 {
		t.Errorf("a good form was refused: %v", problems)
	}
}

func TestOwnFormReplacesShipped(t *testing.T) {
	b, problems := LoadForms(fstest.MapFS{"x.yaml": {Data: []byte(strings.Replace(good, "id: test", "id: mlit-report", 1))}})
	f, ok := b.Form("mlit-report")
	if !ok || f.JA != "試し" || len(problems) > 0 {
		t.Errorf("form %+v, problems %v", f, problems)
	}
}

// What somebody wrote about what is not known stands behind the words for unknown, and obeys its label.
func TestUnknownWithWordsKeepsThem(t *testing.T) {
	f := &Form{Rows: []Row{{Field: "cause_class", JA: "原因", Must: []string{First}}}}
	in := Input{Kind: First, Ceiling: "GREEN", Facts: map[string]Fact{"cause_class": {Value: "保守の回線は切り離して確認中", Conf: Unknown, TLP: "GREEN"}}}
	if l := f.Fill(in).Lines[0]; l.Value != UnknownWords+"。保守の回線は切り離して確認中" || !l.Missing {
		t.Errorf("%+v", l)
	}
	in.Ceiling = "CLEAR"
	if l := f.Fill(in).Lines[0]; l.Value != HeldWords || !l.Held {
		t.Errorf("%+v", l)
	}
}

// A public statement says what may be said, with the sentences of its form for the rest, and no word about what is kept
// back or not known.
func TestAPublicStatementIsSilentOnWhatItMayNotSay(t *testing.T) {
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	f, ok := b.For("press", "public")
	if !ok || !f.Plain {
		t.Fatal("there is no form for the public")
	}
	d := f.Fill(Input{Kind: First, Ceiling: "CLEAR", Vars: map[string]string{"date": "令和8年11月22日", "site": "さくら港", "report": "第一報", "phone": "03-0000-0000"},
		Facts: map[string]Fact{
			"service_impact": {Value: "全ゲートを閉鎖しています。", Conf: Confirmed, TLP: "CLEAR"},
			"response":       {Value: "TOSを切り離しました。", Conf: Confirmed, TLP: "AMBER"},
		}})
	text := d.Text()
	for _, want := range []string{"■ 業務への影響\n  全ゲートを閉鎖しています。", "■ 原因\n  調査しています。", "■ 対応\n  復旧に向けた対応を進めています。", "03-0000-0000"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	for _, bad := range []string{UnknownWords, HeldWords, "TOS", "次のお知らせ", "■ 概要", "TLP"} {
		if strings.Contains(d.Subject+text, bad) {
			t.Errorf("%q is in\n%s", bad, text)
		}
	}
	if held := d.Held(); len(held) != 1 || held[0].Field != "response" {
		t.Errorf("held %+v", held)
	}
}
