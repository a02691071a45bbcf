package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	irbot "irbot"
	"irbot/internal/config"
	"irbot/internal/directory"
)

// Whoever leaves the directory and is still named by a policy or on a duty is
// told at once, and no longer once the files fit together.
func TestWhoLeftTheDirectoryIsToldAtOnce(t *testing.T) {
	a, _ := flooded(t, byMail())
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	settings := string(irbot.ConfigExample) + "\n"
	people := string(irbot.DirectoryExample)
	write("config.yaml", settings)
	write("directory.yaml", people)
	env := func(string) string { return "" }
	cfg, err := config.Load(filepath.Join(dir, "config.yaml"), env)
	if err != nil {
		t.Fatal(err)
	}
	n := &node{app: a, words: a.words, cfg: cfg}
	n.book = &contactBook{n: n, env: env, stamps: stamps{}}
	n.book.match()
	if w := n.book.unfitBanner("ja"); w != "" {
		t.Fatalf("the sample does not fit: %s", w)
	}
	duty := cfg.Rosters[0].Rotation.People[0]
	write("directory.yaml", strings.Replace(people, "- id: "+duty+"\n", "- id: somebody-else\n", 1))
	n.book.stamps = stamps{} // the clock of a file system may be coarse
	n.book.match()
	if w := n.book.unfitBanner("ja"); !strings.Contains(w, "config.yaml:") || strings.Contains(w, duty) {
		t.Errorf("a policy or roster names somebody who left: %q", w)
	}
	write("directory.yaml", people)
	n.book.stamps = stamps{}
	n.book.match()
	if w := n.book.unfitBanner("en"); w != "" {
		t.Errorf("mended, and still: %q", w)
	}
}

// Copies of the record go to who is in the directory now, not at the start.
func TestMailedCopiesFollowTheDirectory(t *testing.T) {
	a, _ := flooded(t, byMail())
	n := &node{app: a, words: a.words, cfg: &config.Config{Directory: a.svc.Site().Directory}}
	place := n.mailboxes("role:lead")
	was := place.Boxes()
	now := *a.svc.Site().Directory
	now.People = slices.DeleteFunc(slices.Clone(now.People), func(p directory.Person) bool { return p.ID == "ito" })
	n.useDirectory(&now)
	if got := place.Boxes(); was["ito"] == "" || got["ito"] != "" || got["sato"] == "" {
		t.Errorf("before %v, after %v", was, got)
	}
}
