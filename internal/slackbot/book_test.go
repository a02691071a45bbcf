package slackbot

import (
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
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

// planFiles gives the shipped runbooks, the fixtures of the reader and, when
// RUNBOOK_TREE names a folder, everything below it.
func planFiles(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	roots := []fs.FS{irbot.Runbooks, os.DirFS("../runbook/testdata")}
	if dir := os.Getenv("RUNBOOK_TREE"); dir != "" {
		roots = append(roots, os.DirFS(dir))
	}
	for i, root := range roots {
		err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(p, ".md") && !strings.HasSuffix(p, ".erb") {
				return err
			}
			src, err := fs.ReadFile(root, p)
			out[strconv.Itoa(i)+":"+p] = src
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestEveryStepFitsSlack draws the card and the whole text of every step of
// shipped runbooks and of plans as others write them, in both languages, and
// holds them to the limits of Block Kit.
func TestEveryStepFitsSlack(t *testing.T) {
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	files, cards := planFiles(t), 0
	for f, src := range files {
		cards += cardsFit(t, words, f, src)
	}
	if cards < 1000 {
		t.Errorf("%d cards of %d files", cards, len(files))
	}
	t.Logf("%d cards of %d files", cards, len(files))
}

// cardsFit draws the steps of one plan and gives how many it drew.
func cardsFit(t *testing.T, words *chat.Words, f string, src []byte) (cards int) {
	t.Helper()
	site := &incident.Site{Zone: time.UTC, Directory: &directory.Directory{}, RoleOf: func(string) string { return "" }, DestOf: func(string) string { return "" }}
	b, err := runbook.Read(path.Base(f), src, runbook.Options{})
	if err != nil || b.Reference {
		return 0 // nothing to do in it; what is refused is tested with the reader
	}
	r, err := incident.Rehearse(b, site, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatalf("%s: %v", f, err)
	}
	r.Spread()
	v := r.View()
	for _, st := range v.S.Runs[0].Steps {
		for _, lang := range []chat.Lang{chat.JA, chat.EN} {
			d := chat.Drawer{Words: words, Lang: lang}
			c, ok := d.Draw(v, "step/"+st.Ref)
			if !ok {
				t.Fatalf("%s: no card for %s", f, st.Key)
			}
			fits(t, f+" "+st.Key, draw(c))
			form, ok := d.Form(v, "step.full", chat.Value{Ref: st.Ref})
			if !ok {
				t.Fatalf("%s: no text of %s", f, st.Key)
			}
			fitsModal(t, f+" "+st.Key, modal(form, note{}))
			cards++
		}
	}
	return cards
}

func fitsModal(t *testing.T, name string, v slack.ModalViewRequest) {
	t.Helper()
	if n := len(v.Blocks.BlockSet); n == 0 || n > 100 || utf8.RuneCountInString(v.Title.Text) > 24 {
		t.Errorf("%s: a window of %d blocks called %q", name, n, v.Title.Text)
	}
	for _, b := range v.Blocks.BlockSet {
		if x, ok := b.(*slack.SectionBlock); ok && x.Text != nil {
			if n := utf8.RuneCountInString(x.Text.Text); n == 0 || n > 3000 {
				t.Errorf("%s: a section of %d characters in the window", name, n)
			}
		}
	}
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
			if len(x.Fields) > 10 {
				t.Errorf("%s: %d fields", name, len(x.Fields))
			}
			for _, f := range x.Fields {
				limit("field", f.Text, 2000)
			}
		case *slack.ActionBlock:
			if n := len(x.Elements.ElementSet); n > 25 {
				t.Errorf("%s: %d elements", name, n)
			}
			for _, e := range x.Elements.ElementSet {
				if y, ok := e.(*slack.ButtonBlockElement); ok {
					limit("button", y.Text.Text, 75)
					limit("value", y.Value, 2000)
					limit("action id", y.ActionID, 255)
				}
				if y, ok := e.(*slack.OverflowBlockElement); ok && len(y.Options) > 5 {
					t.Errorf("%s: %d options", name, len(y.Options))
				}
			}
		}
	}
}
