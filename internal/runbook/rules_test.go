package runbook

import (
	"strings"
	"testing"
	"time"
)

// known is a directory in which almost nothing exists.
func known() Known {
	return Known{
		Role:         func(n string) bool { return n == "班長" || n == "部長" },
		Destination:  func(n string) (bool, bool) { return n == "港湾管理者", n == "港湾管理者" || n == "班長" },
		Policy:       func(n string) bool { return n == "標準" },
		File:         func(p string) bool { return p == "ok.md" },
		ContactStale: func(n string) bool { return n == "古い人" },
	}
}

// step puts lines under a step of a file that has nothing else to say.
func step(lines string) string {
	return "# 手順書\n\n管理責任者: 部長\n次回見直し: 2099-01-01\n\n## 初動\n\n担当: 班長\n\n1. 線を抜く\n   - 完了の条件: 灯が消える\n" + lines
}

// raisedBy names, for each rule, a file that breaks it in the strict profile.
func raisedBy() map[string]string {
	long := strings.Repeat("とても長い説明", 12)
	return map[string]string{
		"RB001":            "1. 線を抜く\n2. 電話する\n",
		"RB002":            "# 手順\n\n1. 線を抜く\n",
		"RB003":            "# 手順\n\n## 対応\n\n" + strings.Repeat("1. 線を抜く\n", 12),
		"RB004":            step("2. " + long + "を確認する\n"),
		"RB005":            step("2. 電話し、その後記録する\n"),
		"RB006":            step("2. 適宜対応する\n"),
		"RB007":            step("2. 在庫表の束\n"),
		"RB008":            strings.Replace(step(""), "2099", "2019", 1),
		"RB012":            step("2. 電話する\n"),
		"RB021":            step("   - 上申: 10分 → 知らない人\n"),
		"RB022":            step("   - 通知: 古い人\n"),
		"RB103":            "\xef\xbb\xbf# 手順\n\n1. 抜く\n",
		"RB105":            "# 資料\n\n港の地図について。\n",
		"RB108":            "# 手順\r\n\r\n1. 抜く\r\n",
		"RB109":            step("2. T\u200bOS を止める\n"),
		"RB110":            "---\ntitle: [\n---\n# 手順\n\n1. 抜く\n",
		"RB112":            "# <%= title %>\n\n1. 抜く\n",
		"RB113":            "# 手順書の表題\n\n1. 線を抜く\n2. 電話\xffする\n",
		"RB202":            "# 手順\n\n#### 初動\n\n1. 抜く\n",
		"RB203":            "# 手順\n\n**封じ込め**\n\n1. 抜く\n",
		"RB204":            "# 手順\n\n## あれこれ\n\n- 抜く\n- 押す\n",
		"RB205":            step("   - ID: a-b\n2. 電話する\n   - ID: a-b\n"),
		"RB206":            step("   - ID: 遮断 1\n"),
		"RB208":            "# 手順\n\n## 復旧\n\n1. 抜く\n\n## 復旧\n\n1. 押す\n",
		"RB209":            "# 手順\n\n## 対応\n\n1. 抜く\n3. 押す\n9. 引く\n\n終わり。\n\n7. 回す\n4. 戻す\n",
		"RB210":            "# 手順\n\n## 対応\n\n1. 抜く\n\n![図](ok.md)\n\n2. 押す\n",
		"RB211":            "# 手順\n\n## 対応\n\n1. **確認**\n- 電源\n- 水\n\n2. 押す\n",
		"RB212":            "# 手順\n\n## 対応\n\n- a\n  - b\n    - c\n      - d\n",
		"RB213":            "# 手順\n\n## 対応\n\n1. 抜く\n2.\n3. 押す\n",
		"RB214":            "# 手順\n\n## 対応\n\n① 抜く\n② 押す\n",
		"RB215":            "# 手順\n\n## 対応\n\n-線を抜く\n-電話する\n",
		"RB216":            "# 手順\n\n## 対応\n\n- 次を確認する：\n- 電源を見る\n",
		"RB218":            "# 手順\n\n## 対応\n\n1. 線は**必ず：**抜く\n",
		"RB219":            "# 手順\n\n## 対応\n\n```\n- [ ] 抜く\n- [ ] 押す\n- [ ] 引く\n```\n",
		"RB220":            "# 手順\n\n## 流れと手順\n\n1. 初動対応する\n2. 封じ込めする\n3. 復旧作業する\n\n## 初動対応する\n\n1. 抜く\n\n## 封じ込めする\n\n1. 押す\n\n## 復旧作業する\n\n1. 引く\n",
		"RB221":            "# 手順\n\n## 備品\n\n- [ ] 懐中電灯\n\n## 対応\n\n1. 抜く\n",
		"RB222":            "# 手順\n\n## 当直長の対応\n\n1. 抜く\n\n## 警備班の対応\n\n1. 押す\n",
		"RB301":            "# 手順\n\n## 対応\n\n1. 抜く\n",
		"RB302":            step("   - 坦当: 警備\n"),
		"RB303":            step("   - 期限: 翌朝まで\n"),
		"RB304":            step("   - 期限: 直ちに\n"),
		"RB305":            strings.Replace(step("   - 期限: T+60分\n"), "## 初動", "## 初動（0〜15分）", 1),
		"RB306":            step("   - 期限: T+20分\n2. 電話する\n   - 期限: T+10分\n"),
		"RB307":            step("   - 担当: 知らない係\n"),
		"RB307 of a phase": strings.Replace(step(""), "担当: 班長", "担当: 知らない係", 1),
		"RB308":            step("   - 期限: 17:30まで\n"),
		"RB309":            step("   - 期限: 3営業日\n"),
		"RB311":            step("   - 担当: 山田さん\n"),
		"RB312":            "# 手順\n\n重大度: SEV1\n\n## 対応\n\n1. 抜く\n",
		"RB313":            step("   - 期限: 15分\n   - 所要時間: 6時間\n"),
		"RB314":            step("   - 担当: 部長\n   - 承認: 部長\n"),
		"RB401":            step("2. 連絡がつくか？\n"),
		"RB402":            step("2. 判断: 復旧できるか\n"),
		"RB403":            step("2. 連絡がつくか？\n   - はい: 手順 99 へ\n   - いいえ: 終了\n"),
		"RB404":            step("2. 電話する\n   - 次: 手順 1\n"),
		"RB405":            step("2. 連絡がつくか？\n   - はい: 手順 4 へ\n   - いいえ: 手順 4 へ\n3. 待つ\n4. 終える\n"),
		"RB406":            "# 手順\n\n## 初動\n\n1. 連絡がつくか？\n   - はい: 手順 3 へ\n   - いいえ: 終了\n\n## 調査\n\n1. a を見る\n2. b を見る\n3. c を見る\n\n## 復旧\n\n1. d を見る\n2. e を見る\n3. f を見る\n",
		"RB407":            "# 手順\n\n## 対応\n\n```\n判断する\n  ↓\n宣言する\n```\n\n1. 抜く\n",
		"RB408":            step("2. 震度は？\n   - 5弱: 点検する\n   - 6強: 避難する\n"),
		"RB409":            step("2. 連絡がつくか？\n   - はい: 手順 4 へ\n   - いいえ: 待つ\n3. 止める\n   - 承認: 部長\n4. 記す\n"),
		"RB501":            step("   - 通知: 関係各位\n"),
		"RB502":            step("   - 通知: 港湾管理者\n"),
		"RB503":            step("   - 文面: [第一報](#どこにもない)\n"),
		"RB504":            step("2. 部長へエスカレーションする\n"),
		"RB505":            step("   - 上申: 班長 → 部長 → 10分\n"),
		"RB506":            step("   - 上申: 10分\n"),
		"RB508":            step("   - 上申: 特別\n"),
		"RB509":            step("2. 報告する\n   - タイマー: 30分ごと\n"),
		"RB601":            step("2. [連絡先] に電話する\n"),
		"RB602":            step("2. [手引き](nai.md) を開く\n"),
		"RB603":            step("\n## 文面\n\n### 第一報\n\n> {{謎の値}} です\n"),
		"RB604":            step("2. [表](#ない見出し) を見る\n"),
		"RB606":            step("2. <hostname> に入る\n"),
		"RB701":            step("2. 読む\n\n   " + strings.Repeat("説明する文が続く。", 400) + "\n"),
		"RB702":            step("\n   ```bash\n   " + strings.Repeat("echo 1234567890\n   ", 250) + "\n   ```\n"),
		"RB703":            "# 手順\n\n## 対応\n\n" + strings.Repeat("1. 線を抜く\n", 101),
		"RB704":            step("\n| a | b | c | d | e | f | g |\n|---|---|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 | 6 | 7 |\n"),
		"RB801":            step("\n<script>alert(1)</script>\n"),
		"RB802":            step("2. password: Hunter2x9 で入る\n"),
		"RB803":            step("2. 090-1234-5678 に電話する\n"),
		"RB804":            step("\n   ```bash\n   rm -rf /data\n   ```\n"),
		"RB805":            step("2. <!channel> に知らせる\n"),
		"RB806":            step("\n   ```bash\n   shutdown –h now\n   ```\n"),
	}
}

func has(rb *Runbook, id string) bool {
	for _, f := range rb.Findings {
		if f.ID == id {
			return true
		}
	}
	return false
}

func TestEveryRuleIsRaised(t *testing.T) {
	opt := Options{Strict: true, Known: known(), Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	sources := raisedBy()
	for id, src := range sources {
		rb, err := Read("t.md", []byte(src), opt)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if !has(rb, id[:5]) {
			t.Errorf("%s is not raised by\n%s\ngot %v", id, src, ids(rb))
		}
		checkFindings(t, id, rb)
		checkCoverage(t, id, rb)
	}
	elsewhere := map[string]bool{"RB102": true, "RB207": true, "RB607": true} // other tests
	for _, r := range Rules() {
		if sources[r.ID] == "" && !r.Stopped && !elsewhere[r.ID] {
			t.Errorf("rule %s has no file that breaks it", r.ID)
		}
	}
}

func ids(rb *Runbook) (out []string) {
	for _, f := range rb.Findings {
		out = append(out, f.ID)
	}
	return out
}

func TestRulesAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] {
			t.Errorf("%s stands twice", r.ID)
		}
		seen[r.ID] = true
		for name, s := range map[string]string{"JA": r.JA, "EN": r.EN, "FixJA": r.FixJA, "FixEN": r.FixEN, "Good": r.Good, "Bad": r.Bad} {
			if s == "" {
				t.Errorf("%s has no %s", r.ID, name)
			}
		}
		if strings.Count(r.JA, "%") != strings.Count(r.EN, "%") {
			t.Errorf("%s: messages take different values", r.ID)
		}
		for _, id := range []string{r.ID, "E" + r.ID[2:], "W" + r.ID[2:]} {
			if got, ok := Explain(id); !ok || got.ID != r.ID {
				t.Errorf("Explain(%q) = %q, %v", id, got.ID, ok)
			}
		}
	}
	if _, ok := Explain("RB999"); ok {
		t.Error("Explain knows a rule that does not exist")
	}
}

func TestSilencing(t *testing.T) {
	src := "# 手順\n\n<!-- irbot: ignore RB301 -->\n## 対応\n\n1. 抜く\n"
	rb, err := Read("t.md", []byte(src), Options{})
	if err != nil || has(rb, "RB301") || !has(rb, "RB012") {
		t.Errorf("comment above the line: %v, %v", ids(rb), err)
	}
	rb, err = Read("t.md", []byte(src), Options{Silent: []string{"RB012", "RB002"}})
	if err != nil || len(rb.Findings) != 0 {
		t.Errorf("silenced in configuration: %v, %v", ids(rb), err)
	}
}

func TestProfiles(t *testing.T) {
	src := step("2. 電話する\n3. 記録する\n")
	for _, strict := range []bool{false, true} {
		rb, err := Read("t.md", []byte(src), Options{Strict: strict})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range rb.Findings {
			if f.ID != "RB012" {
				continue
			}
			n++
			if want := map[bool]Severity{false: Info, true: Error}[strict]; f.Severity != want {
				t.Errorf("strict %v: RB012 is %q, want %q", strict, f.Severity, want)
			}
		}
		if want := map[bool]int{false: 1, true: 2}[strict]; n != want {
			t.Errorf("strict %v: RB012 %d times, want %d", strict, n, want)
		}
	}
	rb, err := Read("t.md", []byte("# 手順\n\n点検: 厳格\n\n## 対応\n\n1. 抜く\n"), Options{})
	if err != nil || !rb.Strict {
		t.Errorf("点検: 厳格 is not the strict profile: %v", err)
	}
}

func TestLintSet(t *testing.T) {
	read := func(name, src string) *Runbook {
		rb, err := Read(name, []byte(src), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return rb
	}
	a := read("a.md", "# A\n\n## Do\n\n1. Works?\n   - Yes: end\n   - No: start [B](b.md)\n")
	b := read("b.md", "# B\n\n## 対応\n\n1. 済んだか？\n   - はい: 終了\n   - いいえ: [A](a.md) を始める\n2. [手順](c.md#手順1-抜く) を見る\n")
	c := read("c.md", "# C\n\n## 対応\n\n### 手順1 抜く\n\n線を抜く。\n")
	LintSet([]*Runbook{a, b, c})
	if !has(a, "RB607") || !has(b, "RB607") || has(c, "RB607") {
		t.Errorf("circle: a %v b %v c %v", ids(a), ids(b), ids(c))
	}
	if !has(c, "RB207") {
		t.Errorf("a step linked from outside has no id: %v", ids(c))
	}
}
