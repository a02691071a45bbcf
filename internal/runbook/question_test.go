package runbook

import "testing"

// TestABoldQuestionOverAnswersIsADecision reads a whole bold line that asks,
// with its answers below it at the margin, as one step that decides.
func TestABoldQuestionOverAnswersIsADecision(t *testing.T) {
	tests := []struct {
		name, text string
		steps      int
		at         int
	}{
		{"before the steps", "**TOSは使えるか？**\n\n- はい: 手順2へ\n- いいえ: 手動ゲートに切り替える\n\n1. 門を開ける\n2. 車列を案内する\n", 3, 0},
		{"between steps", "1. 画面を確かめる\n\n**Is the yard safe?**\n\n- Yes: go on\n- No: stop everything\n\n2. 記録する\n", 3, 1},
		{"alone", "**再開してよいですか**\n- はい：再開する\n- いいえ：待つ\n", 1, 0},
		{"among sentences", "門を閉じる。\n\n**続けるか？**\n\n- はい: 続ける\n- いいえ: 止める\n", 2, 1},
	}
	for _, tt := range tests {
		rb, err := Read("a.md", []byte("# 試験\n\n## 対応\n\n"+tt.text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		steps := rb.Phases[0].Steps
		if len(steps) != tt.steps {
			t.Errorf("%s: %d steps", tt.name, len(steps))
			continue
		}
		d := steps[tt.at].Decision
		if d == nil || len(d.Branches) != 2 || len(steps[tt.at].SubSteps) != 0 {
			t.Errorf("%s: decision %+v", tt.name, d)
		}
	}
	rb, err := Read("a.md", []byte("# 試験\n\n## 対応\n\n**次の点は確認したか？**\n\n- 電源を入れる\n- 線を抜く\n"), Options{})
	if err != nil || len(rb.Phases[0].Steps) != 2 {
		t.Errorf("a question over acts is no decision: %v", err)
	}
}

// TestADecisionWithoutAnswers is answered yes or no in the runbook's language.
func TestADecisionWithoutAnswers(t *testing.T) {
	for src, want := range map[string]string{
		"# Gate\n\n## Response\n\n1. Decision: is the gate closed?\n2. Call the yard\n": "Yes/No",
		"# ゲート\n\n## 対応\n\n1. 判断: ゲートは閉じたか\n2. ヤードへ電話する\n":                              "はい/いいえ",
	} {
		rb, err := Read("a.md", []byte(src), Options{})
		if err != nil {
			t.Fatal(err)
		}
		d := rb.Phases[0].Steps[0].Decision
		if d == nil || len(d.Branches) != 2 || d.Branches[0].Label+"/"+d.Branches[1].Label != want {
			t.Errorf("%s got %+v, want %s", src, d, want)
		}
	}
}
