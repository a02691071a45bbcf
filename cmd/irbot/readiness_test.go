package main

import (
	"errors"
	"testing"
	"time"

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
