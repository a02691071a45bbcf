package faults

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/localapi"
)

// Promise 5: what could not be recorded is never called recorded, and the
// person is told so in words. The program is gone (as it is for everybody while
// it restarts), or the file refuses. The other faults have files of their own:
// mail away R16, chat away R22, clock R11, disk full R05 beside the store.
// Control: a client that takes any answer for "recorded" must be found out.
func TestPromise5NotRecordedIsSaid(t *testing.T) {
	s := newSite(t, nil, nil)
	srv := s.start()
	id := srv.must("", "incident.declare", "", incident.Declare{Title: "記録できない", Runbook: "none"}).Incident
	book := &ledger{}
	for i := range 5 {
		key := fmt.Sprintf("a%d", i)
		r, err := srv.act(id, "note.add", key, incident.AddNote{Text: key})
		book.note(key, r, err)
	}
	srv.stop()
	for i := range 5 {
		key := fmt.Sprintf("b%d", i)
		r, err := srv.act(id, "note.add", key, incident.AddNote{Text: key})
		if !errors.Is(err, localapi.ErrDown) {
			t.Errorf("with nobody there: %+v, %v", r, err)
		}
		book.note(key, r, err)
	}
	for lang, words := range map[string][]string{"en": {"not", "record"}, "ja": {"記録できません"}} {
		cmd := s.command("incident", "note", id, "誰もいない")
		cmd.Env = append(cmd.Env, "IRBOT_LANG="+lang)
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != 7 {
			t.Errorf("%s: exit %d, %v", lang, cmd.ProcessState.ExitCode(), err)
		}
		for _, w := range words {
			if !strings.Contains(string(out), w) {
				t.Errorf("%s does not say %q:\n%s", lang, w, out)
			}
		}
	}
	v := s.view()
	if missing := lost(t, v, book.acts); len(missing) != 0 {
		t.Errorf("answered and gone: %v", missing)
	}
	for i := range book.acts {
		book.acts[i].answered = true
	}
	if missing := lost(t, v, book.acts); len(missing) != 5 {
		t.Errorf("control: %d of 5 false answers found", len(missing))
	}
	whole(t, v)
}
