package slackbot

import (
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
)

// Who reads only Slack's approval screen learns what the console tells: what was
// left out, what is missing since, what differs, and that two people approve.
func TestApprovalScreenTellsEverything(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		k.reports("jpcert")
		id, room := k.declare("sato")
		k.do(id, "sato", incident.SetFact{Field: "technical", Value: "203.0.113.7 からの接続", TLP: "RED"})
		k.do(id, "sato", incident.SetFact{Field: "event_class", Value: "感染", Conf: "confirmed"})
		n := k.do(id, "suzuki", incident.DraftNotice{Dest: "jpcert"}).Outcome.Ref
		k.do(id, "suzuki", incident.SubmitNotice{Notice: n})
		k.do(id, "sato", incident.SetFact{Field: "event_class", Value: "侵入", Conf: "confirmed"})
		k.settle(10 * time.Second)
		k.press("watanabe", k.one(room, "承認の依頼"), "内容を見て承認する")
		screen := lastView(k)
		for _, want := range []string{
			"TLP を超えるため書いていない", "技術情報", // left out
			"事象の類型", "1人目として承認する", "まだ送りません", "2人の承認が要ります", "項目対応表",
		} {
			if !strings.Contains(screen, want) {
				t.Errorf("the screen does not tell %q:\n%s", want, screen)
			}
		}
		if strings.Contains(screen, "203.0.113.7") {
			t.Error("what was left out stands on the screen")
		}
		k.submit("watanabe", map[string]any{"code": "4711"})
		if got := k.view(id).S.Notice(n); got.State != incident.NoticeSubmitted || got.First != "watanabe" {
			t.Errorf("after the first approval: %+v", got)
		}
		if got := k.bot.o.Link("/i/" + id + "/n/" + n); got == "" {
			t.Error("no link into the console")
		}
	})
}
