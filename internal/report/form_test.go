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
	want := []string{"art5-report", "common-ddos", "common-other", "common-ransomware", "insurer", "ipa", "jpcert", "mlit-report", "partners", "police-talk", "port-customs", "ppc-report"}
	var got []string
	for _, f := range b.List() {
		got = append(got, f.ID)
		if len(f.Hash) != 64 || f.Official != (f.ID == "partners") {
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
