package faults

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The page that says which test holds which fault has every id once, and names
// no test that is gone.
func TestTheCatalogueIsWhole(t *testing.T) {
	page, err := os.ReadFile("CATALOGUE.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([RS]\d\d) \| [^|]+ \| [^|]+ \|$`).FindAllStringSubmatch(string(page), -1) {
		rows[m[1]]++
	}
	for prefix, last := range map[string]int{"R": 40, "S": 25} {
		for i := 1; i <= last; i++ {
			if id := fmt.Sprintf("%s%02d", prefix, i); rows[id] != 1 {
				t.Errorf("%s has %d rows", id, rows[id])
			}
		}
	}
	there := allTests(t)
	for _, m := range regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`").FindAllStringSubmatch(string(page), -1) {
		if !there[m[1]] {
			t.Errorf("%s is named and nowhere to be found", m[1])
		}
	}
}

// allTests are the names of the tests and fuzz targets of the whole tree.
func allTests(t *testing.T) map[string]bool {
	t.Helper()
	out, head := map[string]bool{}, regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path) //nolint:gosec // a file of this tree
		for _, m := range head.FindAllSubmatch(src, -1) {
			out[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
