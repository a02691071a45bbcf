package slackbot

import (
	"io/fs"
	"path"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"irbot"
	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/runbook"
)

// TestEveryStepFitsSlack draws the card of every step of every shipped runbook,
// in both languages, and holds it to the limits of Block Kit.
func TestEveryStepFitsSlack(t *testing.T) {
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(irbot.Runbooks, "runbooks/*.md")
	if err != nil || len(files) == 0 {
		t.Fatal("no shipped runbooks", err)
	}
	site := &incident.Site{Zone: time.UTC, Directory: &directory.Directory{}, RoleOf: func(string) string { return "" }, DestOf: func(string) string { return "" }}
	cards := 0
	for _, f := range files {
		src, err := fs.ReadFile(irbot.Runbooks, f)
		if err != nil {
			t.Fatal(err)
		}
		b, err := runbook.Read(path.Base(f), src, runbook.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := incident.Rehearse(b, site, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		r.Spread()
		v := r.View()
		for _, st := range v.S.Runs[0].Steps {
			for _, lang := range []chat.Lang{chat.JA, chat.EN} {
				c, ok := chat.Drawer{Words: words, Lang: lang}.Draw(v, "step/"+st.Ref)
				if !ok {
					t.Fatalf("%s: no card for %s", f, st.Key)
				}
				fits(t, f+" "+st.Key, draw(c))
				cards++
			}
		}
	}
	t.Logf("%d cards", cards)
}

func fits(t *testing.T, name string, d drawn) {
	t.Helper()
	limit := func(what, s string, most int) {
		if n := utf8.RuneCountInString(s); n == 0 || n > most {
			t.Errorf("%s: %s has %d characters, at most %d allowed", name, what, n, most)
		}
	}
	limit("text", d.text, 4000)
	if len(d.blocks) > 50 {
		t.Errorf("%s: %d blocks", name, len(d.blocks))
	}
	for _, b := range d.blocks {
		switch x := b.(type) {
		case *slack.HeaderBlock:
			limit("header", x.Text.Text, 150)
		case *slack.SectionBlock:
			if x.Text != nil {
				limit("section", x.Text.Text, 3000)
			}
			for _, f := range x.Fields {
				limit("field", f.Text, 2000)
			}
		case *slack.ActionBlock:
			if n := len(x.Elements.ElementSet); n > 25 {
				t.Errorf("%s: %d elements", name, n)
			}
		}
	}
}
