package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestReadCounts(t *testing.T) {
	tests := []struct {
		name   string
		stream string
		want   tally
		shows  []string
		fails  bool
	}{
		{
			name: "passes count with their sub-tests, quietly",
			stream: `{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Test":"TestA","Output":"noise\n"}
{"Action":"pass","Package":"p","Test":"TestA/x"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Elapsed":1.5}`,
			want:  tally{passed: 2},
			shows: []string{"pass p 1.5 s"},
		},
		{
			name: "a failure shows its output and blames the package once",
			stream: `{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Test":"TestA","Output":"want 1, got 2\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`,
			want:  tally{failed: 1},
			shows: []string{"FAILED p TestA", "want 1, got 2"},
		},
		{
			name: "a skipped test is named with its reason",
			stream: `{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Test":"TestA","Output":"chromium is missing\n"}
{"Action":"skip","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p"}`,
			want:  tally{skipped: 1},
			shows: []string{"SKIPPED p TestA", "chromium is missing"},
		},
		{
			name:   "a package without test files is no skipped test",
			stream: `{"Action":"start","Package":"p"}` + "\n" + `{"Action":"skip","Package":"p"}`,
		},
		{
			name: "a package that does not build is one failure with the compiler's words",
			stream: `{"ImportPath":"p [p.test]","Action":"build-output","Output":"undefined: x\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"start","Package":"p"}
{"Action":"fail","Package":"p"}`,
			want:  tally{failed: 1},
			shows: []string{"undefined: x", "outside a test"},
		},
		{
			name: "a panic shows the test that was running",
			stream: `{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Test":"TestA","Output":"panic: boom\n"}
{"Action":"fail","Package":"p"}`,
			want:  tally{failed: 1},
			shows: []string{"panic: boom"},
		},
		{name: "a cut stream is an error", stream: `{"Action":"start","Package":"p"}`, fails: true},
		{name: "an unreadable line is an error", stream: "FAIL\tp [setup failed]", fails: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var shown bytes.Buffer
			got, err := read(strings.NewReader(tt.stream), &shown)
			if (err != nil) != tt.fails {
				t.Fatalf("error = %v, want an error: %v", err, tt.fails)
			}
			if got != tt.want {
				t.Errorf("counted %+v, want %+v", got, tt.want)
			}
			for _, want := range tt.shows {
				if !strings.Contains(shown.String(), want) {
					t.Errorf("output lacks %q:\n%s", want, shown.String())
				}
			}
			if strings.Contains(shown.String(), "noise") {
				t.Errorf("output of a passed test is shown:\n%s", shown.String())
			}
		})
	}
}
