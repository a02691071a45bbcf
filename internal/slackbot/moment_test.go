package slackbot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// A start of a clock is set from Slack: typed whole, or asked for by a form
// that keeps what was typed; who may not is refused.
func TestMomentsFromSlack(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		now := k.view(id).Now
		zone := k.svc.Site().Zone
		ago := now.Add(-20 * time.Minute)
		k.slash("sato", room, "期限 認知 "+ago.In(zone).Format("15:04")+" 渡辺さん ログで持ち出しを確認")
		v := k.view(id)
		if got := v.S.Times.Recognised; got.Sub(ago).Abs() > time.Minute {
			t.Fatalf("recognised %v, want about %v", got, ago)
		}
		set := v.S.MomentSets[len(v.S.MomentSets)-1]
		if w := v.Text(set.Seq); w["who"] != "渡辺" || w["reason"] != "ログで持ち出しを確認" {
			t.Errorf("kept %v", w)
		}
		k.slash("sato", room, "期限 発見 "+now.Add(-40*time.Minute).In(zone).Format("15:04"))
		typed := now.Add(-40 * time.Minute).In(zone).Format("2006-01-02 15:04")
		raw, err := json.Marshal(k.slack.views[len(k.slack.views)-1])
		if err != nil || !strings.Contains(string(raw), `"initial_value":"`+typed+`"`) {
			t.Errorf("what was typed was lost in the form: %s", raw)
		}
		k.submit("sato", map[string]any{"moment": "detected", "moment_at": typed, "reason": "監視の画面を見直した"})
		if got := k.view(id).S.Times.Detected; got.Sub(now.Add(-40*time.Minute)).Abs() > time.Minute {
			t.Errorf("detected %v", got)
		}
		if got := k.slash("kimura", room, "期限 発生 0610 たぶん"); !strings.Contains(got, "perm.tell") {
			t.Errorf("somebody without the right was not told: %s", got)
		}
	})
}
