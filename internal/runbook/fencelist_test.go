package runbook

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStepsInAFence: a fence of numbered lines is a list, also below a line that
// announces it, and commands below Japanese words are commands.
func TestStepsInAFence(t *testing.T) {
	const head = "# 停電\n\n## 復旧\n\n"
	for text, want := range map[string][]string{
		"```\n対応手順:\n1. 状態を確認する\n   az show \\\n     --name api\n\n2. 再起動する\n   az restart\n```\n": {"7 状態を確認する", "11 再起動する"},
		"```\n1. 「削除」を押す\n   ※ 記録も消えます\n```\n":                                                     {"6 「削除」を押す ※ 記録も消えます"},
		"```\n1. 見えるか\n   ├─ はい → 終わり\n   └─ いいえ → 次へ\n```\n":                                      {},
		"```\n文面の順:\n1. [お詫び]\n2. [状況]\n\n以上\n```\n":                                               {},
	} {
		if diff := cmp.Diff(want, wild(t, head+text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	rb, err := Read("x.md", []byte(head+"```\n1. 状態を確認する\n   az show \\\n     --name api\n2. 対処する\n   a. 止まっている場合は起動する\n      az start\n```\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	steps := rb.Phases[0].Steps
	if got := steps[0].Commands; len(got) != 1 || got[0].Text != "az show \\\n  --name api" || got[0].Line != 7 {
		t.Errorf("commands: %+v", got)
	}
	if got := steps[1]; got.Title != "対処する" || len(got.SubSteps) != 1 || got.SubSteps[0].Title != "止まっている場合は起動する" || !strings.Contains(got.Body, "az start") {
		t.Errorf("second step: %+v", got)
	}
}

// TestCasesBesideAnswers: headings 「…場合」 of which one says what happened are
// cases, each with its steps.
func TestCasesBesideAnswers(t *testing.T) {
	got := wild(t, "# 道具\n\n## 運用の流れ\n\n### 始める場合\n\n1. 開く\n\n### 渡す場合\n\n1. 配る\n\n### 足りなくなった場合\n\n1. 足す\n")
	if diff := cmp.Diff([]string{"7 開く", "11 配る", "15 足す"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestANegatedListIsNoStep: what a list says is not done never becomes a step.
func TestANegatedListIsNoStep(t *testing.T) {
	for _, lead := range []string{"This system does NOT:", "Operators must not:", "Never:", "以下の操作は行わない:"} {
		rb, err := Read("x.md", []byte("# Gate\n\n## Response\n\n1. Close the gate\n\n## Boundary\n\n"+lead+"\n\n- Interact with production\n- Access the crane\n"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range rb.Phases {
			for _, s := range p.Steps {
				if s.Title != "Close the gate" {
					t.Errorf("%s: step %q", lead, s.Title)
				}
			}
		}
	}
}

// TestStepsPutBetween: 「5b.」 stands on its own between 5 and 6, also below labels.
func TestStepsPutBetween(t *testing.T) {
	src := "# 停電\n\n## 復旧\n\n1. 線を抜く\n1b. **札**を掛ける\n   - 担当: 警備\n1c. 電話する\n2. 記録する\n\n本文 3b. の続き\n3b. ではない\n"
	if diff := cmp.Diff([]string{"5 線を抜く", "6 札を掛ける <警備", "8 電話する", "9 記録する"}, wild(t, src)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	rb, err := Read("x.md", []byte(src), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := rb.Phases[0].Steps[1]; got.Number != "1b" || !strings.HasPrefix(got.Body, "1b. **札**") {
		t.Errorf("the step put between: number %q, body %q", got.Number, got.Body)
	}
}

// TestListsThatAreAnnounced: a numbered list right under 「…の初動:」 is steps also
// in a chapter of premises; one under a sentence is not.
func TestListsThatAreAnnounced(t *testing.T) {
	for lead, want := range map[string][]string{
		"全アラーム共通の初動:": {"7 行を特定する", "8 図を見る"},
		"以下の手順で進みます。": {},
		"次の対応:":       {},
	} {
		if diff := cmp.Diff(want, wild(t, "# 停電\n\n## 前提\n\n"+lead+"\n\n1. 行を特定する\n2. 図を見る\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", lead, diff)
		}
	}
}

// TestNumbersThatGoOn: a table whose numbers go on from the table before is steps.
func TestNumbersThatGoOn(t *testing.T) {
	const rows = "\n| # | 事象 | 一次対応 |\n|---|---|---|\n"
	got := wild(t, "# 監視\n\n## 対応\n"+rows+"| 1 | 遅い | 再起動する |\n| 2 | 止まる | 電話する |\n\n## 通知の対応\n"+rows+"| 3 | 届かない | 送り直す |\n| 4 | 遅い | 待つ |\n")
	if diff := cmp.Diff([]string{"7 再起動する", "8 電話する", "14 送り直す", "15 待つ"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
