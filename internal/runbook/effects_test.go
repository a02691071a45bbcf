package runbook_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"irbot/internal/runbook"
)

// TestEveryFieldHasItsEffectTold checks that docs/runbook-effects.md names every
// field of the model, and only tests that exist.
func TestEveryFieldHasItsEffectTold(t *testing.T) {
	text, err := os.ReadFile("../../docs/runbook-effects.md")
	if err != nil {
		t.Fatal(err)
	}
	fields, tests := map[string]bool{}, map[string]bool{}
	word := regexp.MustCompile(`\w+`)
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 6 || strings.HasPrefix(cells[1], "-") {
			continue
		}
		for _, w := range word.FindAllString(cells[1], -1) {
			fields[w] = true
		}
		if !strings.Contains(cells[4], "Test") && !strings.Contains(cells[4], "test") {
			t.Errorf("no test holds %s", cells[1])
		}
		for _, w := range word.FindAllString(cells[4], -1) {
			tests[w] = true
		}
	}
	for _, typ := range []reflect.Type{
		reflect.TypeFor[runbook.Runbook](), reflect.TypeFor[runbook.Phase](), reflect.TypeFor[runbook.Step](),
		reflect.TypeFor[runbook.Decision](), reflect.TypeFor[runbook.Branch](), reflect.TypeFor[runbook.NotifyPoint](),
	} {
		for i := range typ.NumField() {
			if f := typ.Field(i); f.IsExported() && !fields[f.Name] {
				t.Errorf("the effect of %s.%s is not told", typ.Name(), f.Name)
			}
		}
	}
	delete(tests, "test")
	known := testNames(t, "..", "../../e2e")
	for name := range tests {
		if !known[name] {
			t.Errorf("there is no %s", name)
		}
	}
}

// testNames are the tests in some folders and those below them.
func testNames(t *testing.T, dirs ...string) map[string]bool {
	t.Helper()
	out, name := map[string]bool{}, regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path) //nolint:gosec // sources of this repository
			for _, m := range name.FindAllSubmatch(text, -1) {
				out[string(m[1])] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}
