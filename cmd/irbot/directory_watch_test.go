package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"irbot/internal/config"
)

// A directory that is just being written is not taken: half a file may read as a
// directory without the people of its second half.
func TestADirectoryCountsOnceItStandsStill(t *testing.T) {
	a, _ := flooded(t, byMail())
	n := &node{app: a, words: a.words, cfg: &config.Config{}}
	n.cfg.DirectoryFile = filepath.Join(t.TempDir(), "directory.yaml")
	b := &contactBook{n: n}
	sample, err := os.ReadFile(filepath.Join("..", "..", "directory.example.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	look := func(text string) string {
		t.Helper()
		if err := os.WriteFile(n.cfg.DirectoryFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := b.reread(t.Context()); err != nil {
			t.Fatal(err)
		}
		p, _ := n.svc.Site().Directory.Person("sato")
		return p.Name
	}
	was := look(string(sample))
	changed := strings.Replace(string(sample), was, "佐東", 1)
	if got := look(changed); got != was {
		t.Errorf("taken while it is written: %q", got)
	}
	if got := look(changed); got != "佐東" {
		t.Errorf("it stands still and counts as %q", got)
	}
	broken := strings.Replace(changed, "people:", "people: [", 1)
	for range 2 { // the second look takes it up
		_ = os.WriteFile(n.cfg.DirectoryFile, []byte(broken), 0o600)
		_ = b.reread(t.Context()) // the log tells the reason
	}
	got := b.banner("ja")
	if !strings.Contains(got, "（directory.yaml:") || strings.Contains(got, filepath.Dir(n.cfg.DirectoryFile)) || strings.Contains(got, "yaml: line") {
		t.Errorf("the banner, which everybody sees: %q", got)
	}
}
