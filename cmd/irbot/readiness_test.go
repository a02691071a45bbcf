package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"irbot/internal/chat"
	"irbot/internal/runbook"
)

func TestReadinessNamesDrillAndRunbooks(t *testing.T) {
	say := func(ja, _ string) string { return ja }
	stamp := func(at time.Time) string { return at.Format("1/2 15:04") }
	now := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	for want, at := range map[string]time.Time{
		"次の訓練: 日が決まっていません（config.yaml の next_drill:）": {},
		"次の訓練: 12/1 13:00": time.Date(2026, 12, 1, 13, 0, 0, 0, time.UTC),
		"次の訓練: 予定の 10/1 13:00 は過ぎました。次の日を決めてください（config.yaml の next_drill:）": time.Date(2026, 10, 1, 13, 0, 0, 0, time.UTC),
	} {
		if got := nextDrill(at, now, say, stamp); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	s := &shelf{books: map[string]*runbook.Runbook{}, bad: map[string]error{}, fill: func(s *shelf) {
		s.books["a.ja"] = &runbook.Runbook{Findings: []runbook.Finding{{Severity: runbook.Error}, {Severity: runbook.Warning}}}
		s.bad["b.md"] = errors.New("not a runbook")
	}}
	if got, want := bookCheck(s, say), "手順書の点検: 1冊 誤り2 注意1（irbot lint で場所と直し方を見られます）"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRunbooksAreCheckedTogether holds that the command and the server find what
// no file shows alone: runbooks that call each other in a circle.
func TestRunbooksAreCheckedTogether(t *testing.T) {
	dir := t.TempDir()
	for name, next := range map[string]string{"a.md": "b.md", "b.md": "a.md"} {
		text := "# 手順書 " + name + "\n\n## 対応\n\n1. 済んだか？\n   - はい: 終了\n   - いいえ: [次](" + next + ") を始める\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, out := replayCLI(t, chat.JA, true)
	if err := c.lint([]string{dir}, false, "text"); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), `"RB607"`); n != 2 {
		t.Errorf("irbot lint found %d circles, want one a file:\n%s", n, out)
	}
	s := &shelf{books: map[string]*runbook.Runbook{}, bad: map[string]error{}, fill: func(s *shelf) {
		s.readAll(os.DirFS(dir), ".", runbook.Options{}, map[string]*runbook.Runbook{})
	}}
	s.read()
	for id, b := range s.books {
		if !slices.ContainsFunc(b.Findings, func(f runbook.Finding) bool { return f.ID == "RB607" }) {
			t.Errorf("the server does not know that %s is part of a circle: %v", id, b.Findings)
		}
	}
	if len(s.books) != 2 {
		t.Errorf("%d books", len(s.books))
	}
}
