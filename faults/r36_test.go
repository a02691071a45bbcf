package faults

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/runbook"
)

// R36: a runbook is edited, and then deleted, while an incident runs through
// it. The incident keeps the version it started with, across a restart, down to
// the bytes. Control: an incident started after the edit has the new version.
func TestR36RunbookEditedMeanwhile(t *testing.T) {
	s := newSite(t, nil, nil)
	path := filepath.Join(s.dir, "runbooks", "plan.md")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(planText)
	srv := s.start()
	old := srv.must("", "incident.declare", "", incident.Declare{Title: "前の版", Runbook: "plan"}).Incident
	hash := s.pinned(old)
	edited := strings.Replace(planText, "1. ゲートに人を置く\n", "1. まったく別の手順\n2. もう一つ\n", 1)
	write(edited)
	srv.stop()
	srv = s.start()
	srv.must(old, "step.done", "", incident.Done{Step: "1", Value: "済"})
	fresh := srv.must("", "incident.declare", "", incident.Declare{Title: "後の版", Runbook: "plan"}).Incident
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	srv.stop()
	srv = s.start()
	srv.must(old, "step.done", "", incident.Done{Step: "4", Value: "済"})
	if got := s.pinned(old); got != hash {
		t.Errorf("the running incident went from %s to %s", hash, got)
	}
	if got := s.pinned(fresh); got == hash {
		t.Error("control: the edit changed nothing")
	}
	v := s.view()
	kept, err := v.Blob(t.Context(), hash)
	if err != nil || string(kept) != planText {
		t.Errorf("the kept file is not the one that was started: %v", err)
	}
	b, err := runbook.Read("plan.md", kept, runbook.Options{})
	if err != nil || len(b.Phases) == 0 || b.Phases[0].Steps[0].Title != "ゲートに人を置く" {
		t.Errorf("read again: %v %+v", err, b)
	}
	out := s.must(s.irbot("incident", "show", old))
	if !strings.Contains(out, "無線を配る") && !strings.Contains(out, "TOSを切り離す") {
		t.Errorf("the steps of the old version are not shown:\n%s", out)
	}
	if _, err := srv.act("", "incident.declare", "", incident.Declare{Title: "消えた", Runbook: "plan"}); !refused(err, "runbook.unknown") {
		t.Errorf("starting the deleted runbook: %v", err)
	}
	srv.stop()
	whole(t, v)
}

// pinned is the version an incident runs by.
func (s *site) pinned(id string) string {
	s.t.Helper()
	st, err := s.view().State(s.t.Context(), id)
	if err != nil || len(st.Runs) != 1 {
		s.t.Fatalf("%s: %v", id, err)
	}
	return st.Runs[0].Hash
}
