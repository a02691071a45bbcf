package web_test

import (
	"net/http"
	"strings"
	"testing"

	"irbot/internal/incident"
)

// The log of what belongs to no incident is no room: nothing can be started
// there, neither from its address nor by a form somebody made up.
func TestTheStandingLogIsNoRoom(t *testing.T) {
	k := newTakerKit(t, nil)
	p := k.as("sato")
	p.page("/") // signed in: the log has an entry
	for _, path := range []string{"/i/SITE", "/i/SITE/steps", "/i/SITE/cargo", "/i/SITE/print"} {
		if code, body := p.get(path); code != http.StatusNotFound {
			t.Errorf("%s answers %d:\n%s", path, code, plain(body))
		}
	}
	code, body := p.post("/i/SITE/do/severity.set", "level", "1", "reason", "x", "back", "/")
	if code != http.StatusConflict || !strings.Contains(body, "SITE は案件ではなく") {
		t.Errorf("the severity of no incident: %d\n%s", code, plain(body))
	}
	if s := k.standing(); s.Severity != 0 || len(s.Escalations) > 0 {
		t.Errorf("the standing log has severity %d, %d ladders", s.Severity, len(s.Escalations))
	}
	if !strings.Contains(strings.Join(k.entries("SITE"), "\n"), string(incident.KindRefused)) {
		t.Error("the refusal is not in the record")
	}
}

// A range nobody can read is a mistake in the address, not a broken server.
func TestPrintOfARangeThatIsNone(t *testing.T) {
	k := newTakerKit(t, nil)
	id := k.declared(true)
	p := k.as("sato")
	if code, body := p.get("/i/" + id + "/print?from=x&to=y"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "この指定では出力できません") {
		t.Errorf("%d\n%s", code, plain(body))
	}
}
