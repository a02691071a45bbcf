package strictyaml_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/problem"
	"irbot/internal/strictyaml"
)

type inner struct {
	Wait time.Duration `key:"wait"`
	Who  []string      `key:"who"`
}

type sample struct {
	Name   string  `key:"name"`
	Port   int     `key:"port"`
	On     bool    `key:"on"`
	Inner  inner   `key:"inner"`
	List   []inner `key:"list"`
	Hidden string
}

func read(t *testing.T, text string) (*strictyaml.Doc, map[string]any, []problem.Problem) {
	t.Helper()
	doc, problems := strictyaml.Parse("s.yaml", []byte(text))
	if len(problems) > 0 {
		return nil, nil, problems
	}
	values, problems := doc.Values(sample{}, "key")
	return doc, values, problems
}

func TestScalarsAreReadByWhatTheFieldIs(t *testing.T) {
	_, got, problems := read(t, "name: 0300\nport: 0123\non: true\ninner: {wait: 1h30m, who: [yes, 1.10, 2026-11-22]}\nlist:\n- {wait: 5s}\n")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := map[string]any{
		"name": "0300", "port": int64(123), "on": true,
		"inner": map[string]any{"wait": 90 * time.Minute, "who": []any{"yes", "1.10", "2026-11-22"}},
		"list":  []any{map[string]any{"wait": 5 * time.Second}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEmptyFilesAndValues(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n", "~", "name:\nlist:\n"} {
		doc, got, problems := read(t, text)
		if len(problems) > 0 || len(got) > 0 || doc.Has("name") {
			t.Errorf("%q: %v %v", text, got, problems)
		}
	}
}

func TestProblems(t *testing.T) {
	for text, want := range map[string]string{
		"tittle: x":                     "1 tittle",
		"Hidden: x":                     "1 Hidden",
		"name: a\nname: b":              "2 name",
		"inner:\n  wait: 15":            "2 inner.wait",
		"inner:\n  wait: 15 min":        "2 inner.wait",
		"on: on":                        "1 on",
		"port: 1.5":                     "1 port",
		"port: 99999999999999999999":    "1 port",
		"list: {wait: 5s}":              "1 list",
		"list:\n- wait: 5s\n-\n":        "3 list[1]",
		"list:\n- wait: 5s\n  who: x\n": "3 list[0].who",
		"inner: [a]":                    "1 inner",
		"name: &a x":                    "1 name",
		"[a, b]":                        "1 ",
		"text":                          "1 ",
		"name: x\n---\nname: y":         "2 ",
		"name: \"x":                     "s.yaml ",
		strings.Repeat("[", 40) + strings.Repeat("]", 40): "1 ",
	} {
		_, _, problems := read(t, text)
		if len(problems) == 0 {
			t.Errorf("%q accepted", text)
			continue
		}
		p := problems[0]
		got := strings.TrimPrefix(p.Where(), "s.yaml:") + " " + p.Key
		if strings.HasPrefix(want, "1 ") && strings.HasSuffix(want, " ") {
			got = strings.TrimPrefix(p.Where(), "s.yaml:") + " "
		}
		if got != want {
			t.Errorf("%q: at %q, want %q", text, got, want)
		}
	}
	if _, problems := strictyaml.Parse("s.yaml", make([]byte, strictyaml.MaxBytes+1)); len(problems) != 1 {
		t.Error("a huge file was read")
	}
}

func TestLinesOfMissingPathsAreTheNearestThere(t *testing.T) {
	doc, _, _ := read(t, "name: x\nlist:\n- wait: 5s\n- wait: 6s\n  who: [a,\n    b]\n")
	for path, want := range map[string]int{
		"": 1, "name": 1, "list": 2, "list[1].who": 5, "list[1].who[1]": 6, "list[1].missing": 4, "list[7]": 2, "nothing.at.all": 1,
	} {
		if got := doc.Line(path); got != want {
			t.Errorf("Line(%q) = %d, want %d", path, got, want)
		}
	}
}
