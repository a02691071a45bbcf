package slackbot

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/notify"
)

func TestOneCatchUpAfterAnOutage(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		before := len(k.slack.in(room, ""))
		card := k.one(room, "いまの手順 1/3")
		k.slack.mu.Lock()
		k.slack.fail = func(string, int) (int, string, bool) { return http.StatusServiceUnavailable, "", false }
		k.slack.mu.Unlock()
		do := func(cmd incident.Command) {
			if _, err := k.svc.Do(t.Context(), incident.Act{Person: "ito", Surface: "web"}, id, cmd); err != nil {
				t.Fatal(err)
			}
			k.settle(40 * time.Second)
		}
		do(incident.Take{Step: "1"})
		do(incident.Done{Step: "1", Value: "消灯"})
		do(incident.AddNote{Text: "県警到着"})
		do(incident.Done{Step: "2"})
		k.settle(30 * time.Minute)
		if up, _ := k.bot.Up(); up {
			t.Fatal("an absent Slack is not noticed")
		}
		if k.kinds(id, "surface.lost") != 1 {
			t.Errorf("%d losses recorded", k.kinds(id, "surface.lost"))
		}
		k.slack.mu.Lock()
		k.slack.fail = nil
		k.slack.mu.Unlock()
		k.settle(2 * time.Minute)
		if k.kinds(id, "surface.restored") != 1 {
			t.Errorf("%d returns recorded", k.kinds(id, "surface.restored"))
		}
		after := k.slack.in(room, "")
		if len(after) != before+1 || !strings.Contains(after[len(after)-1].text, "Slackが戻りました") {
			for _, m := range after[before:] {
				t.Log(m.text)
			}
			t.Errorf("%d messages after the return, want the catch-up alone", len(after)-before)
		}
		// What was done before the loss was noticed is told, and the step that waits now can be reached.
		last := after[len(after)-1]
		if !strings.Contains(last.text, "消灯") || !strings.Contains(last.text, "県警到着") || len(buttons(last.blocks)) != 2 {
			t.Errorf("the catch-up lacks what was done or a way to the step: %s, buttons %v", last.text, buttons(last.blocks))
		}
		for _, m := range k.slack.in(room, "「消灯」") {
			if m.ts == card.ts && len(buttons(m.blocks)) == 0 {
				return
			}
		}
		t.Error("a card from before the outage kept its buttons")
	})
}

func TestLostAnswerIsNotPostedTwice(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		k.slack.fail = func(method string, n int) (int, string, bool) {
			if method == "chat.postMessage" && n <= 3 || method == "conversations.create" && n == 1 {
				return 0, "", true // carried out, the answer lost
			}
			return http.StatusOK, "", false
		}
		id, _ := k.declare("sato")
		k.settle(time.Minute)
		room := k.view(id).S.Channels[surface]
		if len(k.slack.names) != 1 {
			t.Errorf("channels %v", k.slack.names)
		}
		k.one(room, "発見")
		k.one(room, "いまの手順 1/3")
		k.one("DUWATANABE", "確認が必要です")
	})
}

func TestRetryAfterIsKept(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		var limitedAt time.Time
		var early int
		k.slack.mu.Lock()
		k.slack.fail = func(method string, _ int) (int, string, bool) {
			if method != "chat.postMessage" {
				return http.StatusOK, "", false
			}
			switch {
			case limitedAt.IsZero():
				limitedAt = time.Now()
				return http.StatusTooManyRequests, "", false
			case time.Since(limitedAt) < 7*time.Second:
				early++
			}
			return http.StatusOK, "", false
		}
		k.slack.mu.Unlock()
		if _, err := k.svc.Do(t.Context(), incident.Act{Person: "sato", Surface: "web"}, id, incident.MakeReport{Items: []string{"a", "b"}}); err != nil {
			t.Fatal(err)
		}
		k.settle(30 * time.Second)
		if early > 0 {
			t.Errorf("%d calls before the time Slack asked for", early)
		}
		k.one(room, "状況報告 第1回")
	})
}

func TestFailureClasses(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, _ := k.declare("sato")
		send := func(e notify.Envelope) (notify.Class, time.Duration) {
			e.Incident, e.Means = id, notify.Slack
			_, err := k.bot.Send(context.Background(), e)
			if err == nil {
				return "", 0
			}
			return notify.Classify(err)
		}
		page := notify.Envelope{ID: "x", Kind: notify.KindPage, To: "UWATANABE", Card: "page/e1/watanabe"}
		for _, c := range []struct {
			name   string
			status int
			code   string
			want   notify.Class
		}{
			{"gone", 200, "channel_not_found", notify.Permanent},
			{"limited", 429, "", notify.Temporary},
			{"refused token", 200, "invalid_auth", notify.Temporary},
			{"broken", 500, "", notify.Unknown},
			{"cut", 0, "", notify.Unknown},
		} {
			k.slack.mu.Lock()
			k.slack.fail = func(string, int) (int, string, bool) { return c.status, c.code, c.status == 0 }
			k.slack.mu.Unlock()
			class, _ := send(page)
			if class != c.want {
				t.Errorf("%s: %q, want %q", c.name, class, c.want)
			}
			k.settle(10 * time.Second)
		}
		k.slack.mu.Lock()
		k.slack.fail = nil
		k.slack.mu.Unlock()
		k.settle(time.Minute)
		if class, _ := send(notify.Envelope{ID: "n", Kind: notify.KindNotice}); class != notify.Permanent {
			t.Error("a notice went by Slack")
		}
		if class, _ := send(notify.Envelope{ID: "y", Kind: notify.KindPost, Card: "nothing/1"}); class != notify.Permanent {
			t.Error("a card that is not there was sent")
		}
	})
}

func TestAnIncidentOpenedInAnOutageWaitsOnce(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		away := func(gone bool) {
			k.slack.mu.Lock()
			k.slack.fail = nil
			if gone {
				k.slack.fail = func(string, int) (int, string, bool) { return http.StatusServiceUnavailable, "", false }
			}
			k.slack.mu.Unlock()
		}
		away(true)
		k.settle(time.Minute)
		res, err := k.svc.Open(t.Context(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "TOS停止"})
		if err != nil {
			t.Fatal(err)
		}
		id := res.Incident
		k.settle(30 * time.Second)
		tried := func() int { // what irbot tried in vain for the channel; pages to people are tried on and on
			n := 0
			for _, m := range k.view(id).S.Messages {
				if m.Kind == "open" || m.Kind == "post" {
					n += m.Try
				}
			}
			return n
		}
		before := tried()
		k.settle(3 * time.Hour)
		if got := tried(); before > 1 || got != before {
			t.Errorf("tried %d times, and %d times after three hours", before, got)
		}
		if k.kinds(id, "surface.lost") != 1 {
			t.Errorf("%d losses recorded", k.kinds(id, "surface.lost"))
		}
		away(false)
		k.settle(2 * time.Minute)
		room := k.view(id).S.Channels[surface]
		if room == "" {
			t.Fatal("no room was opened after the return")
		}
		k.one(room, "Slackが戻りました")
		for _, m := range k.view(id).S.Messages {
			if m.Kind == "post" && m.State == incident.Queued {
				t.Errorf("%s still waits", m.ID)
			}
		}
	})
}
