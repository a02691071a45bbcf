package incident_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

const everyText = `# 全部の計画

| 項目 | 内容 |
|---|---|
| ID | every |
| 版 | 3 |

## 準備

1. 紙の束を置く

## 1. 初動（10〜40分）

担当: 情報システム
禁止: 電源を切らない
タイマー: 20分ごと 人数の確認
上申: 15分 → CISO

1. 端末を抜く
   - 承認: CISO
   - 期限: 12:00まで
   - 所要時間: 5分
   - 証跡: 台数（整数）
   - 完了の条件: ランプが消えている
   - 禁止: 再起動しない
   - 2人で行う: はい
   - タイマー: 30分ごと 消灯の確認
   - 上申: 10分 → CISO → 10分 → 情報システム
   - 通知: 県庁の宿直
   - 小さな端末も抜く

   > 注意: 高い所に登らない

   ~~~sh
   ip link set eth0 down
   ~~~
2. 放送する
   - 並行: はい
   - 任意: はい
   - ID: announce
3. 車が残っている場合は、誘導する
`

// TestEveryFieldOfAStepIsOnItsCard checks that what a runbook can say of a step
// and a phase stands on the card or runs as a clock (docs/runbook-effects.md).
func TestEveryFieldOfAStepIsOnItsCard(t *testing.T) {
	d, s := planDesk(t)
	b := s.put(t, "every.md", everyText)
	d.do("sato", incident.StartRun{Runbook: b.ID})
	v, err := d.svc.View(t.Context(), d.id)
	if err != nil {
		t.Fatal(err)
	}
	r := v.S.Run("r2")
	if len(r.Phases) != 1 || len(r.Steps) != 3 {
		t.Fatalf("%d phases and %d steps: preparation is no part of a run unless it is asked for", len(r.Phases), len(r.Steps))
	}
	p, st := r.Phases[0], r.Steps[0]
	if p.Opens.Sub(v.S.Times.Declared) != 10*time.Minute || p.Due.Sub(v.S.Times.Declared) != 40*time.Minute || len(p.Timers) != 1 || len(p.Chain) == 0 {
		t.Errorf("the phase: %+v", p)
	}
	if st.EveryS != 1800 || len(st.Chain) != 2 || len(st.Owner) == 0 || !st.Two || st.Due.IsZero() || !r.Steps[1].Optional || !r.Steps[1].Parallel || !r.Steps[2].Cond {
		t.Errorf("the steps: %+v %+v %+v", st.StepFacts, r.Steps[1].StepFacts, r.Steps[2].StepFacts)
	}
	if !slices.ContainsFunc(v.S.Cautions, func(k *incident.Caution) bool { return v.Text(k.Seq)["text"] == "電源を切らない" }) {
		t.Error("the prohibition of the phase is not in view")
	}
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	for lang, more := range map[chat.Lang][]string{
		chat.JA: {"してはいけないこと", "くり返し", "終わらないときの上申", "完了にできる役割", "電話で知らせる", "2人で行う"},
		chat.EN: {"If it is not done", "May be closed by"},
	} {
		c, ok := chat.Drawer{Words: words, Lang: lang}.Draw(v, "step/"+st.Ref)
		if !ok {
			t.Fatal("no card")
		}
		text := chat.Text(c)
		for _, want := range append(more, "端末を抜く", "5分", "台数（整数）", "ランプが消えている", "再起動しない", "30分ごと 消灯の確認", "10分 → CISO → 10分 → 情報システム", "県庁の宿直", "小さな端末も抜く", "高い所に登らない", "ip link set eth0 down") {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the card does not say %q:\n%s", lang, want, text)
			}
		}
	}
	d.do("sato", incident.StartRun{Runbook: "manual", Prepare: true})
	only := s.put(t, "only.md", "# 読むだけ\n\n| 項目 | 内容 |\n|---|---|\n| ID | only |\n\n## 目的\n\n港を守る。\n")
	d.refused("sato", incident.StartRun{Runbook: only.ID}, "runbook.reference")
	c := s.put(t, "ready.md", "# 備え\n\n| 項目 | 内容 |\n|---|---|\n| ID | ready |\n\n## 準備\n\n1. 紙の束を置く\n\n## 1. 対応\n\n1. 配る\n")
	d.do("sato", incident.StartRun{Runbook: c.ID, Prepare: true})
	if got := d.state().Run("r4").Steps; len(got) != 2 {
		t.Errorf("asked for with its preparation, the run has %d steps", len(got))
	}
}
