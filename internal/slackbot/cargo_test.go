package slackbot

import (
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
)

// cargoRoom declares an incident at a port with two terminals and one function.
func cargoRoom(k *kit) (id, room string) {
	k.svc.Site().Plan = &incident.Plan{
		Terminals: []incident.Named{{ID: "t1", Name: "第1ターミナル"}, {ID: "t2", Name: "第2ターミナル"}},
		Functions: []incident.FunctionPlan{{Named: incident.Named{ID: "gate", Name: "ゲート"}, Impact: "gate", Decider: "ciso", Levels: []incident.Objective{{Level: 3, Within: 24 * time.Hour}}}},
	}
	return k.declare("sato")
}

// TestLevelIsSetInSlack sets the service level by form and by words.
func TestLevelIsSetInSlack(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := cargoRoom(k)
		k.slash("watanabe", room, "水準")
		k.submit("watanabe", map[string]any{"level": "2", "function": "-", "terminal": "t1", "reason": "本船を優先"})
		if n := k.kinds(id, "level.set"); n != 1 {
			t.Fatalf("%d levels after the form: %s", n, k.said())
		}
		card := k.last(room, "物流・BCP")
		if !strings.Contains(card.text, "L2") {
			t.Errorf("the card says %q", card.text)
		}
		k.press("watanabe", card, "水準を決める")
		k.submit("watanabe", map[string]any{"level": "3", "function": "gate", "terminal": "all"})
		k.slash("watanabe", room, "水準 4 全区域を手で")
		if n := k.kinds(id, "level.set"); n != 3 {
			t.Errorf("%d levels", n)
		}
		if got := k.slash("watanabe", room, "水準 9"); !strings.Contains(got, "L0 から L6") {
			t.Errorf("level 9 gives %s", got)
		}
		v, err := k.svc.View(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if x := v.S.Continuity.Levels; x[0].Terminal != "t1" || x[0].Function != "" || x[1].Function != "gate" || x[2].Level != 4 {
			t.Errorf("levels %+v", x)
		}
	})
}

// TestETAIsGivenAndSlipsInSlack gives an estimate with all that belongs to it;
// a time without basis, one that has passed and a slip without a reason are
// refused at the input they are about, with the form still open.
func TestETAIsGivenAndSlipsInSlack(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := cargoRoom(k)
		k.slash("sato", room, "見込み ゲート")
		said := map[string]any{"milestone": "gate", "terminal": "t2", "from": "+120", "to": "+180", "confidence": "low", "basis": " ", "told": []string{"trucking"}}
		if got := k.submit("sato", said); !strings.Contains(got, `"basis":"根拠がありません`) {
			t.Errorf("without a basis: %s", got)
		}
		said["basis"], said["to"] = "復元の進み 45台中30台", "あとで"
		if got := k.submit("sato", said); !strings.Contains(got, `"to":`) {
			t.Errorf("no time: %s", got)
		}
		said["to"] = "+60"
		if got := k.submit("sato", said); !strings.Contains(got, `"from":"幅の始まり`) {
			t.Errorf("range turned round: %s", got)
		}
		said["to"] = "+180"
		if got := k.submit("sato", said); strings.Contains(got, "errors") {
			t.Fatal(got)
		}
		card := k.last(room, "ゲート再開(第2ターミナル)")
		k.press("sato", card, "見込みを出し直す")
		later := map[string]any{"milestone": "gate", "terminal": "t2", "to": "+300", "confidence": "medium", "basis": "保守会社の計画"}
		if got := k.submit("sato", later); !strings.Contains(got, `"reason":"前の見込み`) {
			t.Errorf("a slip without reason: %s", got)
		}
		later["reason"] = "照合に時間がかかる"
		k.submit("sato", later)
		if got := k.said(); !strings.Contains(got, "延期しました(これで 1 回)") {
			t.Errorf("the slip is answered %s", got)
		}
		k.press("sato", k.last(room, "ゲート再開(第2ターミナル)"), "伝えた相手を記録")
		k.submit("sato", map[string]any{"told_words": "船社3社"})
		k.press("sato", k.last(room, "ゲート再開(第2ターミナル)"), "見通しなしにする")
		k.submit("sato", map[string]any{"reason": "原因が分からない"})
		v, err := k.svc.View(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		e := v.S.Continuity.ETA("gate", "t2")
		if e == nil || len(e.Said) != 2 || e.Slips() != 2 || e.Dropped.IsZero() || len(e.Now().TellSeqs) != 1 || e.Said[0].From.IsZero() {
			t.Errorf("the estimate %+v", e)
		}
	})
}

// TestReportKeepsItemsTicked keeps an item as it was where 変化なし is ticked,
// whatever stands in its input, and keeps the promise of the next report.
func TestReportKeepsItemsTicked(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := cargoRoom(k)
		k.slash("sato", room, "報告")
		k.submit("sato", map[string]any{"item2": "TOS停止", "item3": "ゲート", "next": "+40"})
		k.slash("sato", room, "報告")
		k.submit("sato", map[string]any{"item2": "書きかけ", "item3": "ヤードも", "same": []string{"item2"}})
		k.slash("sato", room, "報告 変化なし")
		v, err := k.svc.View(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		r := v.S.Reports
		if len(r) != 3 || !r[2].Same {
			t.Fatalf("reports %+v", r)
		}
		if words := v.Text(r[1].Seq); words["item2"] != "TOS停止" || words["item3"] != "ヤードも" {
			t.Errorf("the second report says %v", words)
		}
		if got := r[0].Next.Sub(r[0].At).Round(time.Minute); got != 40*time.Minute {
			t.Errorf("the next report is promised in %v", got)
		}
	})
}

// TestAuthorIsOfferedAnApprover names somebody else on a button where the author
// of a notice may not approve it.
func TestAuthorIsOfferedAnApprover(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, _ := cargoRoom(k)
		d := &deed{b: k.bot, id: id, who: caller{person: "sato", known: true, lang: "ja"}}
		acts := d.trouble(&incident.Refusal{Code: "apr.self", Args: map[string]string{"who": "渡辺"}}).actions
		if len(acts) != 1 || acts[0].ID != "perm.tell" || !strings.Contains(acts[0].Value, "#approve|") {
			t.Errorf("the author is offered %+v", acts)
		}
		if acts := d.trouble(&incident.Refusal{Code: "eta.basis"}).actions; len(acts) > 0 {
			t.Errorf("a missing basis offers %+v", acts)
		}
	})
}

// last is the newest message with some words.
func (k *kit) last(channel, words string) posted {
	k.t.Helper()
	list := k.slack.in(channel, words)
	if len(list) == 0 {
		k.t.Fatalf("no message with %q in %s", words, channel)
	}
	return list[len(list)-1]
}
