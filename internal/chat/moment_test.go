package chat

import (
	"testing"

	"irbot/internal/incident"
)

func TestStartOfAClockIsTyped(t *testing.T) {
	want := incident.SetMoment{Moment: "recognised", At: at("2026-11-22 07:12:00").UTC(), Who: "watanabe", Why: "ログで持ち出しを確認"}
	for _, line := range []string{
		"期限 認知 0712 渡辺さん ログで持ち出しを確認", "期限　認知　７：１２　@渡辺　ログで持ち出しを確認", "clocks recognised 7:12 @watanabe ログで持ち出しを確認",
		"clocks recognized 0712 @渡辺 ログで持ち出しを確認",
	} {
		got := MomentCommand(Parse(line, testContext()).Command)
		if got != want {
			t.Errorf("%q: %+v", line, got)
		}
	}
	for line, fill := range map[string]map[string]string{
		"期限 認知":            {"moment": "recognised"},
		"期限 発見 0640":       {"moment": "detected", "moment_at": "2026-11-22 06:40"},
		"期限 発生 0610 不審な通信": {"moment": "occurred", "moment_at": "2026-11-22 06:10", "reason": "不審な通信"},
		"期限 認知 渡辺さん":       {"moment": "recognised", "who": "watanabe"},
	} {
		c := Parse(line, testContext()).Command
		got := Fill(c, jst)
		for id, v := range fill {
			if got[id] != v {
				t.Errorf("%q fills %s with %q, want %q", line, id, got[id], v)
			}
		}
		if complete := c.Reason != "" && !c.At.IsZero(); complete != (MomentCommand(c) != nil) {
			t.Errorf("%q: %v", line, MomentCommand(c))
		}
	}
	if c := Parse("期限", testContext()).Command; c.Sub != "" || MomentCommand(c) != nil {
		t.Errorf("a bare look at the deadlines sets something: %+v", c)
	}
}
