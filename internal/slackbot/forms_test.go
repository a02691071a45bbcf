package slackbot

import (
	"strings"
	"testing"

	"irbot/internal/chat"
)

// What is refused is said at the input it is about, and what was too long for
// its input comes back whole.
func TestFormsAreReadAsChatReadsThem(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		k.slash("ito", room, "支障 1")
		if got := k.submit("ito", map[string]any{"preset": "other"}); !strings.Contains(got, `"errors":{"reason":`) {
			t.Errorf("a reason that is missing: %s", got)
		}
		if got := k.submit("ito", map[string]any{"preset": "nocontact", "reason": "CISOが移動中"}); strings.Contains(got, "errors") {
			t.Errorf("a reason: %s", got)
		}
		if st := k.view(id).S.FindStep("1"); k.view(id).Text(st.BlockSeq)["reason"] != "連絡がつかない: CISOが移動中" {
			t.Errorf("the reason is kept as %q", k.view(id).Text(st.BlockSeq))
		}
		k.slash("ito", room, "報告")
		if got := k.submit("ito", map[string]any{"item1": "a", "next": "いつか"}); !strings.Contains(got, `"errors":{"next":`) {
			t.Errorf("a time that cannot be read: %s", got)
		}
		got := k.slash("ito", room, "見送り 99")
		if got += k.said(); !strings.Contains(got, "手順「99」はありません") {
			t.Errorf("a step that is not there: %s", got)
		}
	})
}

func TestWhatWasCutComesBackWhole(t *testing.T) {
	long := strings.Repeat("長い", maxInput)
	f := chat.Form{Inputs: []chat.Input{{ID: "a", Value: long}, {ID: "b", Value: long}, {ID: "c", Value: long, Max: 5}}}
	in := map[string]string{"a": cut(long, maxInput), "b": "書き直した", "c": cut(long, 5)}
	whole(f, in)
	if in["a"] != long || in["b"] != "書き直した" || in["c"] != long {
		t.Errorf("a has %d characters, b is %q, c has %d", len(in["a"]), in["b"], len(in["c"]))
	}
}
