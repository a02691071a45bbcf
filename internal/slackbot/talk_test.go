package slackbot

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
)

func TestAnnouncedOnceEach(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		site := *k.svc.Site()
		site.Announce = map[string]string{surface: "CALL"}
		k.svc.SetSite(&site)
		id, room := k.declare("sato")
		k.slash("sato", room, "重大度 1 全ゲート停止")
		k.settle(20 * time.Second)
		if _, err := k.svc.Do(t.Context(), incident.Act{Person: "watanabe", Surface: "web"}, id, incident.Close{Reason: "誤報", Override: true}); err != nil {
			t.Fatal(err)
		}
		k.settle(time.Hour)
		var got []string
		for _, m := range k.slack.in("CALL", "") {
			got = append(got, m.text)
			if !strings.Contains(m.text, id) || !strings.Contains(m.text, "【実事案】") {
				t.Errorf("%q does not say which incident", m.text)
			}
		}
		if len(got) != 3 || !strings.Contains(got[0], "宣言") || !strings.Contains(got[1], "重大度1") || !strings.Contains(got[2], "終結") {
			t.Errorf("announced: %q", got)
		}
		k.one(room, "終結しました")
	})
}

// Only a site that allows it says @here, and only for severity 1.
func TestBroadcastOnlyWhereAllowed(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		bubble(t, func(t *testing.T, k *kit) {
			site := *k.svc.Site()
			site.Announce = map[string]string{surface: "CALL"}
			k.svc.SetSite(&site)
			k.bot.o.Broadcast = allowed
			id, room := k.declare("sato")
			k.slash("sato", room, "重大度 1 全ゲート停止")
			k.settle(20 * time.Second)
			if _, err := k.svc.Do(t.Context(), incident.Act{Person: "watanabe", Surface: "web"}, id, incident.Close{Reason: "誤報", Override: true}); err != nil {
				t.Fatal(err)
			}
			k.settle(time.Hour)
			calls := 0
			for i, m := range k.slack.in("CALL", "") {
				raw, _ := json.Marshal(m.blocks)
				if !strings.Contains(string(raw), "/archives/"+room) {
					t.Errorf("message %d shows no way into the channel", i)
				}
				if strings.Contains(string(raw), `here\u003e`) || strings.Contains(string(raw), "<!here>") || strings.Contains(string(raw), "!here") {
					calls++
					if i != 1 {
						t.Errorf("message %d calls everybody: %s", i, m.text)
					}
				}
			}
			if want := map[bool]int{false: 0, true: 1}[allowed]; calls != want {
				t.Errorf("allowed %t: %d calls, want %d", allowed, calls, want)
			}
		})
	}
}

func TestAnnouncementSurvivesAnOutage(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		site := *k.svc.Site()
		site.Announce = map[string]string{surface: "CALL"}
		k.svc.SetSite(&site)
		_, room := k.declare("sato")
		k.slack.mu.Lock()
		k.slack.fail = func(string, int) (int, string, bool) { return 503, "", false }
		k.slack.mu.Unlock()
		k.settle(time.Minute)
		if _, err := k.svc.Do(context.Background(), incident.Act{Person: "sato", Surface: "web"}, k.live()[0], incident.SetSeverity{Level: 2, Reason: "範囲が広い"}); err != nil {
			t.Fatal(err)
		}
		k.settle(time.Hour)
		k.slack.mu.Lock()
		k.slack.fail = nil
		k.slack.mu.Unlock()
		k.settle(2 * time.Minute)
		k.one("CALL", "重大度2")
		k.one(room, "Slackが戻りました")
	})
}

func TestSomebodyRefusedTellsWhoMay(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		if got := k.slash("kimura", room, "重大度 1 急ぎ"); !strings.Contains(got, "perm.tell") || !strings.Contains(got, "佐藤さんに知らせる") {
			t.Fatalf("no button: %s", got)
		}
		press := [2]string{"do:perm.tell:0", id + "|sato#lead|1"}
		for _, stamp := range []string{"1.1", "1.2", "1.3"} { // again and again
			k.pressRaw("kimura", posted{channel: room, ts: "1.0"}, press, stamp)
		}
		k.settle(5 * time.Second)
		k.one("DUSATO", "あなたの操作を求めています")
		if n := k.kinds(id, "person.asked"); n != 1 {
			t.Errorf("%d requests recorded", n)
		}
		k.pressRaw("kimura", posted{channel: room, ts: "1.0"}, [2]string{"do:perm.tell:0", id + "|kimura#lead|1"}, "1.4")
		k.pressRaw("suzuki", posted{channel: room, ts: "1.0"}, [2]string{"do:perm.tell:0", id + "|kimura#approve|1"}, "1.5")
		k.settle(5 * time.Second)
		if n := k.kinds(id, "person.asked"); n != 1 {
			t.Errorf("asked somebody who may not: %d", n)
		}
	})
}

func TestEarlierStepsAreNamed(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		_, room := k.declare("sato")
		if got := k.slash("ito", room, "完了 3"); !strings.Contains(got, "先の手順 1、2") {
			t.Errorf("step 3 before 1 and 2 is answered %s", got)
		}
		if got := k.slash("ito", room, "完了 1 消灯"); strings.Contains(got, "先の手順") {
			t.Errorf("the current step is answered %s", got)
		}
	})
}

func TestDrillIsLedFromSlack(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		given := 0
		k.bot.o.Inject = func(context.Context, string) (string, int, error) {
			given++
			return "停電", 2, nil
		}
		live, room := k.declare("sato")
		if got := k.slash("sato", room, "訓練 次へ"); !strings.Contains(got, "訓練でだけ") {
			t.Errorf("an inject in a live incident: %s", got)
		}
		if got := k.slash("sato", room, "訓練 終了"); !strings.Contains(got, "訓練でだけ") || k.view(live).S.Status != incident.Open {
			t.Errorf("ending a live incident as a drill: %s", got)
		}
		if got := k.slash("sato", "CX", "訓練 開始"); !strings.Contains(got, "DR-1") {
			t.Fatalf("start: %s", got)
		}
		k.settle(10 * time.Second)
		if got := k.slash("kimura", "CX", "DR-1 訓練 次へ"); !strings.Contains(got, "権限がありません") || given != 0 {
			t.Errorf("an inject by somebody who may not lead: %s", got)
		}
		if n := k.kinds("DR-1", string(incident.KindRefused)); n != 1 {
			t.Errorf("%d refusals in the record of the drill", n)
		}
		if got := k.slash("sato", "CX", "DR-1 訓練 次へ"); !strings.Contains(got, "停電") || given != 1 {
			t.Errorf("an inject: %s", got)
		}
		if got := k.slash("sato", "CX", "訓練 終了 時間です"); !strings.Contains(got, "終結しました") || k.view("DR-1").S.Status != incident.Closed {
			t.Errorf("the end: %s", got)
		}
	})
}

func TestADutyThatPassedIsTakenBackByTheButton(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		for i := range k.svc.Site().Policies {
			k.svc.Site().Policies[i].Succession = "ciso"
		}
		id, _ := k.declare("sato")
		k.do(id, "kobayashi", incident.Ack{})
		k.settle(5 * time.Second)
		k.press("watanabe", k.one("DUWATANABE", "小林さんが代行します"), "代行を終えて戻す")
		k.settle(5 * time.Second)
		if h := k.view(id).S.Roles["ciso"]; h.Person != "watanabe" || h.For != "" {
			t.Fatalf("after the press: %+v", h)
		}
	})
}
