package incident_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// allKinds reads from the source every kind this package declares.
func allKinds(t testing.TB) []timeline.Kind {
	t.Helper()
	pkgs, err := parser.ParseDir(token.NewFileSet(), ".", func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0) //nolint:staticcheck // one folder without build tags
	if err != nil {
		t.Fatal(err)
	}
	var out []timeline.Kind
	for _, f := range pkgs["incident"].Files {
		ast.Inspect(f, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Names) != 1 || len(v.Values) != 1 || !strings.HasPrefix(v.Names[0].Name, "Kind") {
				return true
			}
			if lit, ok := v.Values[0].(*ast.BasicLit); ok {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					out = append(out, timeline.Kind(s))
				}
			}
			return true
		})
	}
	return out
}

// sharedOnPurpose are the parts of the state that copies share because they are
// replaced as a whole and never changed.
var sharedOnPurpose = []string{".Marks", ".Plan", ".StepFacts.Next", ".Decisions.Options", ".Escalations.Levels", ".Calendar.Off", ".Runs.Versions", ".Duties.Warns"}

// cloneShares looks for what a copy and its original could change under each
// other: one map, one pointer, or one slice with room to grow into.
func cloneShares(t *testing.T, s *incident.Incident) {
	t.Helper()
	shared(t, "Incident", reflect.ValueOf(s).Elem(), reflect.ValueOf(s.Clone()).Elem())
}

func shared(t *testing.T, path string, a, b reflect.Value) {
	t.Helper()
	for _, p := range sharedOnPurpose {
		if strings.HasSuffix(path, p) {
			return
		}
	}
	switch a.Kind() { //nolint:exhaustive // the rest is held by value
	case reflect.Map:
		if a.Len() > 0 && a.Pointer() == b.Pointer() {
			t.Errorf("%s is one map in the copy and the original", path)
		}
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return
		}
		if a.Pointer() == b.Pointer() {
			t.Errorf("%s is one value in the copy and the original", path)
			return
		}
		shared(t, path, a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() == 0 || b.Len() == 0 {
			return
		}
		if a.Pointer() == b.Pointer() && b.Cap() > b.Len() {
			t.Errorf("%s: what the copy appends, the original's next append writes over", path)
			return
		}
		for i := range min(a.Len(), b.Len()) {
			shared(t, path, a.Index(i), b.Index(i))
		}
	case reflect.Struct:
		if a.Type().String() == "time.Time" {
			return
		}
		for i := range a.NumField() {
			shared(t, path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	}
}
