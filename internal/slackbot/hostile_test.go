package slackbot

import (
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
)

// Hostile facts stay text on Slack's approval screen, in the items that changed
// and in the reason of an exception, too (S03): no mention, no forged link.
func TestHostileFactsOnTheApprovalScreen(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		k.reports()
		id, room := k.declare("sato")
		const evil = "<!channel> <@UWATANABE> <http://evil.example|国交省> *x* `y`"
		k.do(id, "sato", incident.SetFact{Field: "place_systems", Value: "TOS", TLP: "CLEAR"})
		first := k.do(id, "suzuki", incident.DraftNotice{Dest: "jpcert"}).Outcome.Ref
		k.do(id, "suzuki", incident.SubmitNotice{Notice: first})
		k.do(id, "watanabe", incident.ApproveNotice{Notice: first, Digest: k.view(id).S.Notice(first).Digest, Opened: true})
		k.do(id, "suzuki", incident.PhonedNotice{Notice: first, Who: "受付"})
		k.do(id, "sato", incident.SetFact{Field: "place_systems", Value: evil, TLP: "CLEAR"})
		k.do(id, "sato", incident.SetFact{Field: "technical", Value: "203.0.113.7 からの接続", TLP: "RED"})
		n := k.do(id, "suzuki", incident.DraftNotice{Dest: "jpcert"}).Outcome.Ref
		k.do(id, "watanabe", incident.OverrideTLP{Notice: n, Field: "technical", Why: evil})
		k.do(id, "suzuki", incident.SubmitNotice{Notice: n})
		k.settle(10 * time.Second)
		list := k.slack.in(room, "内容を見て承認する")
		k.press("watanabe", list[len(list)-1], "内容を見て承認する")
		screen := lastView(k)
		// In mrkdwn the sign is written as &lt;; only plain text may hold it bare.
		for _, part := range strings.Split(screen, `"type":"mrkdwn"`)[1:] {
			text, _, _ := strings.Cut(part, `"type":"`)
			for _, bad := range []string{`\u003c!channel`, `\u003c@UWATANABE`, `\u003chttp://evil`, "<!channel"} {
				if strings.Contains(text, bad) {
					t.Errorf("%q is alive in %s", bad, text)
				}
			}
		}
		if !strings.Contains(screen, "evil.example") {
			t.Error("the screen does not show what changed")
		}
	})
}
