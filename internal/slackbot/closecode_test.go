package slackbot

import (
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
)

// Whoever owns the workspace can speak as the CISO, and must not end a real
// incident, with its pages and deadlines, by that alone. A drill ends without.
func TestClosingNeedsTheCode(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		open := func(person, id, room string) {
			k.pressRaw(person, posted{channel: room, ts: "1.0"}, [2]string{"ask:incident.force:0", id + "||1"}, k.next())
			k.settle(3 * time.Second)
		}
		open("watanabe", id, room)
		if v := lastView(k); !strings.Contains(v, `"block_id":"code"`) {
			t.Fatalf("the form asks for no code: %s", v)
		}
		if got := k.submit("watanabe", map[string]any{"reason": "誤報"}); !strings.Contains(got, "承認コードが違います") {
			t.Errorf("without a code: %s", got)
		}
		if got := k.submit("watanabe", map[string]any{"reason": "誤報", "code": "0000"}); !strings.Contains(got, "承認コードが違います") {
			t.Errorf("a wrong code: %s", got)
		}
		if k.view(id).S.Status == incident.Closed || k.kinds("SITE", "command.refused") != 2 {
			t.Errorf("closed by a wrong code (%s), or without a trace of it (%d)", k.view(id).S.Status, k.kinds("SITE", "command.refused"))
		}
		open("kobayashi", id, room)
		if got := k.submit("kobayashi", map[string]any{"reason": "誤報", "code": "1"}); !strings.Contains(got, "終結するには承認コード") {
			t.Errorf("who has no code: %s", got)
		}
		open("watanabe", id, room)
		if got := k.submit("watanabe", map[string]any{"reason": "誤報", "code": "4711"}); strings.Contains(got, "errors") || k.view(id).S.Status != incident.Closed {
			t.Errorf("the right code: %s", got)
		}
	})
}
