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
			"TLP を超えるため文面に入れていない", "技術情報", // left out
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

// Somebody who may not approve, and the author, are told who can; only somebody
// who may is sent to the console for a code.
func TestApprovalScreenSaysWhoCan(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		n := k.do(id, "suzuki", incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "本文"}).Outcome.Ref
		k.do(id, "suzuki", incident.SubmitNotice{Notice: n})
		k.settle(10 * time.Second)
		for who, want := range map[string]string{"ito": "この通知を承認できる人: 渡辺", "suzuki": "作成した人は承認できません", "kobayashi": "承認コードを決めてください"} {
			k.press(who, k.one(room, "承認の依頼"), "内容を見て承認する")
			if screen := lastView(k); !strings.Contains(screen, want) || want != "承認コードを決めてください" && strings.Contains(screen, "承認コードを決めて") {
				t.Errorf("%s reads:\n%s", who, screen)
			}
		}
	})
}
