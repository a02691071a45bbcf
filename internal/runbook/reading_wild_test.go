package runbook

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wild reads a page and lists its steps as "line title <owners".
func wild(t *testing.T, src string) []string {
	t.Helper()
	rb, err := Read("x.md", []byte(src), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, ph := range rb.Phases {
		for _, s := range ph.Steps {
			line := fmt.Sprintf("%d %s", s.Line, s.Title)
			if len(s.Owner) > 0 {
				line += " <" + strings.Join(s.Owner, ",")
			}
			got = append(got, line)
		}
	}
	return got
}

// Shapes found in operators' pages that nobody here had written: the words are
// ours.
func TestShapesOfOtherHouses(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      []string
	}{
		{
			"boxes written as entities",
			"# 点検\n\n## 確認表\n\n次の表を毎月使ってください。\n\n| 済 | 作業内容 |\n|:-:|---|\n| &#9744; | 弁を閉じた |\n| &#x2610; | 札を掛けた |\n",
			[]string{"9 弁を閉じた", "10 札を掛けた"},
		},
		{
			"a short numbered list kept in a fence",
			"# 操作\n\n## 手順\n\n### 鍵を返す\n\n```\n1. 台帳を開く\n2. 鍵の番号を書く\n   ※ 番号は消さない\n```\n",
			[]string{"8 台帳を開く", "9 鍵の番号を書く ※ 番号は消さない"},
		},
		{
			"two lines of a fence that only begin with digits",
			"# 操作\n\n## 手順\n\n1. 見る\n\n```\n3. 7 10\n5. 2 11\n```\n",
			[]string{"5 見る"},
		},
		{
			"the cases in which a sentence holds",
			"# Power\n\n## Recovery\n\nUse the second feed when:\n\n- the first one trips twice;\n- the breaker is warm.\n\nStay on the first feed only if all of the following:\n\n- nothing smells;\n- the meter stands still.\n",
			[]string{"5 Use the second feed when:", "10 Stay on the first feed only if all of the following:"},
		},
		{
			"Japanese cases",
			"# 名簿\n\n## 名簿の対応\n\n次のような場合に、名簿を直します:\n\n- 班の変更\n- 番号の変更\n\n1. 名簿を開く\n2. 行を直す\n",
			[]string{"5 次のような場合に、名簿を直します:", "10 名簿を開く", "11 行を直す"},
		},
		{
			"who is responsible stands first in the list",
			"# Plan\n\n## Containment\n\n- Responsibility: Yard lead.\n- Actions:\n  - Close the gate.\n  - Stop the cranes.\n",
			[]string{"7 Close the gate. <Yard lead", "8 Stop the cranes. <Yard lead"},
		},
		{
			"a category is a subject, not a doer",
			"# Checklist\n\n## Category 2: Security\n\n- [ ] Look at the locks\n",
			[]string{"5 Look at the locks"},
		},
		{
			"settings by name",
			"# Switch\n\n## Restart\n\nEnvironment variables:\n\n- `MAIN_HOST` (default `a1`)\n- `SPARE_HOST` (default `a2`)\n\n## Steps\n\n1. Stop `MAIN_HOST`.\n",
			[]string{"12 Stop MAIN_HOST."},
		},
		{
			"advice and closing words",
			"# Exercise\n\n## Steps\n\n1. Call the roll.\n\n## Tips for a good exercise\n\n- **Keep it short**: one hour.\n- **Ask everybody**: also the night shift.\n\n## まとめ\n\n1. 点呼を標準にする\n2. 記録を残す\n",
			[]string{"5 Call the roll."},
		},
		{
			"what is said of a system is no step, and neither is what leads on",
			"# 当番\n\n## 1. 朝の作業\n\n毎朝、以下の流れで点検してください。\n\n### 手順1: 電源\n\n盤を見る\n\n### 手順2: 水\n\n弁を見る\n\n## 2. 停止\n\n盤はすべて二重化されています。\n\n### 停止する\n\n1. 主幹を切る\n",
			[]string{"7 電源", "11 水", "21 主幹を切る"},
		},
		{
			"acts without a verb say what they are done to",
			"# 日次\n\n## 日次運用\n\n- 入庫票を台帳で照合。\n- 棚の写しを倉庫へ送付。\n- 残りを一覧で処理。\n",
			[]string{"5 入庫票を台帳で照合。", "6 棚の写しを倉庫へ送付。", "7 残りを一覧で処理。"},
		},
		{
			"numbered steps under a heading that sounds like reference",
			"# Guide\n\n## Severity Tree\n\n### Step 1: Is anybody hurt?\n\n- **YES, ashore** → call\n- **NO, and nobody on board either** → wait\n\n### Step 2: Write it down\n\n- the time\n",
			[]string{"5 Is anybody hurt?", "10 Write it down"},
		},
		{
			"steps of an example stay an example",
			"# Guide\n\n## Steps\n\n1. Close the gate.\n\n## Example\n\n### Step 1: The gate of last year\n\n- It was shut.\n",
			[]string{"5 Close the gate."},
		},
		{
			"a page in Textile, as Redmine keeps it",
			"h1. 通信断\n\nh2. 一次切り分け\n\n# 表示灯を見る\n# 隣の端末で開く\n## 開けば端末の故障とする\n\nh2. 復旧後の連絡\n\n* 台帳を更新する\n",
			[]string{"5 表示灯を見る", "6 隣の端末で開く", "11 台帳を更新する"},
		},
		{
			"a list in HTML on one line",
			"# 通信断\n\n## 対応\n\n<ol><li>表示灯を見る</li><li>電話する</li></ol>\n",
			[]string{"5 表示灯を見る ／ 電話する"},
		},
		{
			"headings of the first level that count, and no title",
			"停電の手順\n\n# 1．初動\n\n担当：当直長\n\n1. 放送する\n\n# 2．復旧\n\n1. 主幹を入れる\n",
			[]string{"7 放送する <当直長", "11 主幹を入れる"},
		},
		{
			"remarks, and the context of a page",
			"# 名簿\n\n## Context\n\nIt is used when:\n\n1. a list is old\n2. a list is lost\n\n## 作業\n\n1. 名簿を開く\n\n## 備考\n\n- 名簿は班ごとに分かれ、番号でも検索する。\n",
			[]string{"12 名簿を開く"},
		},
	} {
		if diff := cmp.Diff(c.want, wild(t, c.src)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestNumbersOfTwoKinds: paragraphs numbered by hand go on from a list, and a
// list from them; one that only speaks of a number is no step.
func TestNumbersOfTwoKinds(t *testing.T) {
	three := []string{"5 線を抜く", "7 電話する", "9 記録する"}
	for text, want := range map[string][]string{
		"1. 線を抜く\n\n(2) 電話する\n\n③ 記録する\n":                 three,
		"1. 線を抜く\n\n（2）電話する\n\n3. 記録する\n":                 three,
		"(1) 線を抜く\n\n2. 電話する\n\n３．記録する\n":                 three,
		"1. 線を抜く\n\n説明の文。\n\n(2) 電話する\n":                  {"5 線を抜く", "9 電話する"},
		"1. 線を抜く\n2. 弁を閉める\n\n(3)の場合は当直に聞く。\n":            {"5 線を抜く", "6 弁を閉める"},
		"1. 線を抜く\n\n(3) 電話する\n":                           {"5 線を抜く"},
		"1. 線を抜く\n\n(1) 電源を落とす\n\n(2) 札を掛ける\n\n2. 電話する\n": {"5 線を抜く", "7 電源を落とす", "9 札を掛ける", "11 電話する"},
	} {
		if diff := cmp.Diff(want, wild(t, "# 停電\n\n## 復旧\n\n"+text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
