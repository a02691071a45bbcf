package slackbot

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"irbot/internal/incident"
)

func TestDeclareOpensTheRoom(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("kimura")
		if room == "" {
			t.Fatal("no channel")
		}
		status := k.one(room, "発見")
		if _, ok := buttons(status.blocks)["状況報告を書く"]; !ok {
			t.Errorf("the status card has %v", buttons(status.blocks))
		}
		step := k.one(room, "いまの手順 1/3")
		if !strings.Contains(step.text, "ケーブルを抜く") {
			t.Errorf("fallback %q", step.text)
		}
		k.one("DUKIMURA", "受け付けました("+id)
		k.one("DUWATANABE", "確認が必要です")
		if !slices.Contains(k.slack.invited[room], slackOf("kimura")) || !slices.Contains(k.slack.invited[room], slackOf("watanabe")) {
			t.Errorf("invited %v", k.slack.invited[room])
		}
		k.settle(time.Minute)
		if n := k.slack.count("bookmarks.add"); n != 4 {
			t.Errorf("%d bookmarks", n)
		}
		if k.slack.count("pins.add") != 1 || !strings.Contains(k.slack.topics[room], "TOSが動かない") {
			t.Errorf("pins %d, topic %q", k.slack.count("pins.add"), k.slack.topics[room])
		}
	})
}

func TestStepIsTakenAndDoneOnce(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		card := k.one(room, "いまの手順 1/3")
		k.press("ito", card, "担当する")
		taken := k.one(room, "担当: 伊藤")
		if taken.ts != card.ts || taken.edits == 0 {
			t.Error("the card was not edited in place")
		}
		// An old button: somebody else has it.
		k.pressRaw("suzuki", card, buttons(card.blocks)["担当する"], "old1")
		k.settle(3 * time.Second)
		if !strings.Contains(k.said(), "に伊藤さんが担当する") {
			t.Errorf("a stale press is told %s", k.said())
		}
		k.press("ito", taken, "完了")
		k.submit("ito", map[string]any{"value": "消灯"})
		if n := k.kinds(id, "step.done"); n != 1 {
			t.Fatalf("%d completions", n)
		}
		closed := k.one(room, "「消灯」")
		if closed.ts != card.ts || len(buttons(closed.blocks)) != 0 {
			t.Errorf("the closed card has %v", buttons(closed.blocks))
		}
		next := k.one(room, "いまの手順 2/3")
		k.press("sato", next, "担当する")
		next = k.one(room, "いまの手順 2/3")
		b := buttons(next.blocks)["完了"]
		var both sync.WaitGroup
		for _, who := range []string{"sato", "suzuki"} {
			both.Go(func() { k.pressRaw(who, next, b, "at-once-"+who) })
		}
		both.Wait()
		k.settle(3 * time.Second)
		if n := k.kinds(id, "step.done"); n != 2 {
			t.Errorf("%d completions after two at once", n)
		}
		if !strings.Contains(k.said(), "すでに完了しています") {
			t.Errorf("the second one is told %s", k.said())
		}
	})
}

func TestTheSameDeliveryTwice(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		first := k.slashAs("trigger-x", "sato", room, "メモ 県警から入電")
		if again := k.slashAs("trigger-x", "sato", room, "メモ 県警から入電"); again != first || !strings.Contains(first, "記録 #") {
			t.Errorf("answers %q and %q", first, again)
		}
		// After a restart nothing is remembered but the record.
		k.bot.acts = newOnce(time.Now)
		k.slashAs("trigger-x", "sato", room, "メモ 県警から入電")
		if n := k.kinds(id, "note.added"); n != 1 {
			t.Errorf("%d notes", n)
		}
		k.slash("sato", room, "メモ 県警から入電")
		if n := k.kinds(id, "note.added"); n != 2 {
			t.Errorf("typed again: %d notes", n)
		}
	})
}

func TestNotRecordedIsSaid(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		_, room := k.declare("sato")
		k.press("sato", k.one(room, "いまの手順 1/3"), "担当する")
		k.press("sato", k.one(room, "いまの手順 1/3"), "完了")
		k.log.broken.Store(true)
		if got := k.slash("sato", room, "メモ 消えてはいけない"); !strings.Contains(got, "記録できていません") {
			t.Errorf("the person is told %s", got)
		}
		if got := k.submit("sato", map[string]any{"value": "消灯"}); !strings.Contains(got, "記録できていません") || !strings.Contains(got, `"response_action":"errors"`) {
			t.Errorf("the form says %s", got)
		}
		k.log.broken.Store(false)
	})
}

// failingLog is the store, or while it is broken one that cannot write.
type failingLog struct {
	whole  incident.Log
	broken atomic.Bool
}

func (l *failingLog) Create(ctx context.Context, o incident.Opening, decide func(string) (incident.Change, error)) (incident.Result, error) {
	if l.broken.Load() {
		return incident.Result{}, fmt.Errorf("disk: %w", incident.ErrNotRecorded)
	}
	return l.whole.Create(ctx, o, decide)
}

func (l *failingLog) Update(ctx context.Context, t incident.Target, decide func(*incident.Incident) (incident.Change, error)) (incident.Result, error) {
	if l.broken.Load() {
		return incident.Result{}, fmt.Errorf("disk: %w", incident.ErrNotRecorded)
	}
	return l.whole.Update(ctx, t, decide)
}

func TestPinKeepsAndStrikes(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		ts := fmt.Sprintf("%d.000200", time.Now().Add(-10*time.Minute).Unix())
		k.event("Ev1", map[string]any{"type": "message", "user": slackOf("ito"), "channel": room, "ts": ts, "text": "<@USATO> <@UGUEST> <#C0OTHER> <#C0NAMED|名前> 第3ゲート &lt;停止&gt;"})
		pinned := map[string]any{"type": "reaction_added", "user": slackOf("sato"), "reaction": "pushpin", "item": map[string]any{"type": "message", "channel": room, "ts": ts}}
		for _, ev := range []string{"Ev2", "Ev2", "Ev3"} {
			if code := k.event(ev, pinned); code != http.StatusOK {
				t.Fatalf("%s: %d", ev, code)
			}
		}
		if n := k.kinds(id, "note.added"); n != 1 {
			t.Fatalf("%d notes", n)
		}
		v := k.view(id)
		seq := v.S.Kept[sourceOf(room, ts)]
		list, err := k.svc.Entries(t.Context(), id, seq, seq)
		if err != nil {
			t.Fatal(err)
		}
		words := list[0].Fields()
		if words["text"] != "@佐藤 @守衛 一郎 #港湾運用 #名前 第3ゲート <停止>" || words["speaker"] != "伊藤" || list[0].Actor != "sato" || !list[0].HappenedAt.Equal(momentOf(ts)) {
			t.Errorf("kept %v at %s by %s", words, list[0].HappenedAt, list[0].Actor)
		}
		if !strings.HasSuffix(words["link"], "/archives/"+room+"/p"+strings.ReplaceAll(ts, ".", "")) {
			t.Errorf("link %q", words["link"])
		}
		line := k.slack.in(room, fmt.Sprintf("記録 #%d", seq))
		if len(line) != 1 || line[0].thread != ts {
			t.Errorf("confirmed by %v", line)
		}
		edit := func(id, text string) {
			k.event(id, map[string]any{"type": "message", "subtype": "message_changed", "channel": room,
				"message":          map[string]any{"user": slackOf("ito"), "text": text, "ts": ts, "edited": map[string]any{"user": slackOf("ito"), "ts": fmt.Sprintf("%d.000000", time.Now().Unix())}},
				"previous_message": map[string]any{"text": "第3ゲート"}})
			k.settle(time.Second) // an edit is known by its second
		}
		edit("Ev4", "第2ゲート")
		m := k.view(id).S.Marks.At(seq)
		if m == nil || m.Corrected == 0 {
			t.Fatal("the edit was not kept as a correction")
		}
		edit("Ev4b", "第1ゲート")
		second := k.view(id).S.Marks.At(m.Corrected)
		if second == nil || second.Corrected == 0 {
			t.Fatal("two edits stand side by side: the second one did not strike the first")
		}
		gone := map[string]any{"type": "reaction_removed", "user": slackOf("sato"), "reaction": "pushpin", "item": map[string]any{"type": "message", "channel": room, "ts": ts}}
		k.slack.marked[ts] = 1
		k.event("Ev5", gone)
		if m := k.view(id).S.Marks.At(seq); m.Struck != 0 {
			t.Error("struck while somebody else's mark is on it")
		}
		k.slack.marked[ts] = 0
		k.event("Ev6", gone)
		if m, last := k.view(id).S.Marks.At(seq), k.view(id).S.Marks.At(second.Corrected); m.Struck == 0 || last.Struck == 0 {
			t.Errorf("struck %v, its last edit %v; want both", m.Struck, last.Struck)
		}
	})
}

func TestApprovalNeedsTheCode(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		k.slash("suzuki", room, "通知 国交省")
		k.submit("suzuki", map[string]any{"subject": "第一報", "body": "本文 *そのまま* <b>", "tlp": "AMBER"})
		card := k.one(room, "承認の依頼")
		if strings.Contains(card.text, "そのまま") {
			t.Error("the channel shows the text")
		}
		k.press("kobayashi", card, "内容を見て承認する")
		if v := lastView(k); strings.Contains(v, `"block_id":"code"`) || !strings.Contains(v, "承認コードを決めてください") || !strings.Contains(v, `\u003cb\u003e`) {
			t.Errorf("without a code the screen is %s", v)
		}
		k.press("watanabe", card, "内容を見て承認する")
		if got := k.submit("watanabe", map[string]any{"code": "0000"}); !strings.Contains(got, "承認コードが違います") {
			t.Errorf("a wrong code is told %s", got)
		}
		if k.kinds("SITE", "command.refused") != 1 || k.kinds(id, "notice.approved") != 0 {
			t.Error("a wrong code left no trace, or approved")
		}
		// The text changes behind the open screen: the approval is void.
		if _, err := k.svc.Do(t.Context(), incident.Act{Person: "suzuki", Surface: "web"}, id, incident.EditNotice{Notice: "N1", Subject: "第一報", Body: "ほかの本文"}); err != nil {
			t.Fatal(err)
		}
		if got := k.submit("watanabe", map[string]any{"code": "4711"}); !strings.Contains(got, `"errors"`) || k.kinds(id, "notice.approved") != 0 {
			t.Errorf("approved another text: %s", got)
		}
		if _, err := k.svc.Do(t.Context(), incident.Act{Person: "suzuki", Surface: "web"}, id, incident.SubmitNotice{Notice: "N1"}); err != nil {
			t.Fatal(err)
		}
		k.settle(5 * time.Second)
		list := k.slack.in(room, "内容を見て承認する")
		k.press("watanabe", list[len(list)-1], "内容を見て承認する")
		if got := k.submit("watanabe", map[string]any{"code": "4711"}); strings.Contains(got, "errors") {
			t.Fatalf("the right code is told %s", got)
		}
		if n := k.view(id).S.Notice("N1"); n.Approver != "watanabe" {
			t.Errorf("approved by %q", n.Approver)
		}
		for range 6 {
			k.bot.codes.note("watanabe", false)
		}
		if !k.bot.codes.paused("watanabe") || k.bot.codes.paused("kobayashi") {
			t.Error("guessing is not slowed for that person alone")
		}
	})
}

func lastView(k *kit) string {
	k.slack.mu.Lock()
	defer k.slack.mu.Unlock()
	return jsonOf(k.slack.views[len(k.slack.views)-1])
}

// TestColleaguesWorkWithoutARole: somebody who is not in the directory declares
// and does steps, and can neither lead nor approve.
func TestColleaguesWorkWithoutARole(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("stranger1")
		k.one("DUSTRANGER1", "受け付けました("+id)
		if !slices.Contains(k.slack.invited[room], "USTRANGER1") {
			t.Errorf("invited %v", k.slack.invited[room])
		}
		k.press("stranger1", k.one(room, "いまの手順 1/3"), "担当する")
		if st := k.view(id).S.Step("r1/1.1"); st.Holder != "guest:slack-USTRANGER1" {
			t.Errorf("the step is held by %q", st.Holder)
		}
		if got := k.slash("stranger1", room, "重大度 1"); !strings.Contains(got, "権限がありません") || !strings.Contains(got, "USTRANGER1") {
			t.Errorf("setting the severity is answered %s", got)
		}
		k.slash("suzuki", room, "通知 国交省")
		k.submit("suzuki", map[string]any{"subject": "第一報", "body": "本文", "tlp": "AMBER"})
		k.codes["guest:slack-USTRANGER1"] = "1"
		k.press("stranger1", k.one(room, "承認の依頼"), "内容を見て承認する")
		if v := lastView(k); strings.Contains(v, `"block_id":"code"`) {
			t.Error("a colleague without a role is asked for an approval code")
		}
	})
}

func TestTakingChargeFromThePage(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		res, err := k.svc.Open(t.Context(), incident.Act{Person: "guest:gate", Name: "守衛", Surface: "web"}, incident.Report{Finder: "ransom"})
		if err != nil {
			t.Fatal(err)
		}
		k.settle(5 * time.Second)
		page := k.one("DUSATO", "引き受け")
		k.press("sato", page, "引き受ける")
		if v := k.view(res.Incident); v.S.Status != incident.Open || v.S.Roles["lead"].Person != "sato" {
			t.Errorf("status %s, lead %q", v.S.Status, v.S.Roles["lead"].Person)
		}
		k.settle(5 * time.Second)
		k.one(k.view(res.Incident).S.Channels[surface], "発見")
	})
}

func TestAckOnAnySurfaceChangesTheCopies(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, _ := k.declare("sato")
		page := k.one("DUWATANABE", "確認が必要です")
		if _, err := k.svc.Do(t.Context(), incident.Act{Person: "sato", Surface: "web"}, id, incident.Ack{Esc: "e1", Person: "watanabe"}); err != nil {
			t.Fatal(err)
		}
		k.settle(4 * time.Second)
		got := k.one("DUWATANABE", "電話・佐藤が代理入力")
		if got.ts != page.ts || len(buttons(got.blocks)) != 0 {
			t.Errorf("the page now has %v", buttons(got.blocks))
		}
	})
}
