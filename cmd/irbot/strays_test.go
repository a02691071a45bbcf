package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	irbot "irbot"
	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/directory"
	"irbot/internal/escalation"
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

func TestStrangersOnDuty(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	all := escalation.Rosters{{ID: "primary", Shifts: []escalation.Shift{
		{Roster: "primary", Person: "sato", From: at, Until: at.AddDate(0, 0, 1)}, {Roster: "primary", Person: "gone", From: at.AddDate(0, 0, 1), Until: at.AddDate(0, 0, 2)},
	}}}
	say := func(ja, _ string) string { return ja }
	name := func(id string) string { return id }
	stamp := func(at time.Time) string { return chat.Stamp(at, time.UTC, chat.JA) }
	dir := &directory.Directory{People: []directory.Person{{ID: "sato"}}}
	if got := strangers(all, dir, at, wording{say, name, stamp}); len(got) != 1 || !strings.Contains(got[0], "11/23") || strings.Contains(got[0], "gone") {
		t.Errorf("%q", got)
	}
	dir.People = append(dir.People, directory.Person{ID: "gone"})
	if got := strangers(all, dir, at, wording{say, name, stamp}); len(got) != 0 {
		t.Errorf("all are there, and %q", got)
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
