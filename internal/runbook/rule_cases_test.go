package runbook

import (
	"strings"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// ruleCase is one rule of the linter with a file that breaks it and one that
// only nearly does, in both languages. at is how the text at the finding begins:
// where the caret stands. beside holds other files of the site.
type ruleCase struct {
	id, ja, atJA, en, atEN string
	nearJA, nearEN         string
	beside                 map[string]string
}

// stepEN is step in English.
func stepEN(lines string) string {
	return "# Runbook\n\nOwner: manager\nReview by: 2099-01-01\n\n## Response\n\nOwner: foreman\n\n1. Pull the cable\n   - Done when: the light is off\n" + lines
}

// doJA and doEN put lines under an action heading of a file with nothing else.
func doJA(lines string) string { return "# 手順\n\n## 対応\n\n" + lines }
func doEN(lines string) string { return "# Runbook\n\n## Response\n\n" + lines }

// ruleCases has every rule.
func ruleCases() []ruleCase {
	cases := append(fileCases(), structureCases()...)
	cases = append(cases, labelCases()...)
	cases = append(cases, flowCases()...)
	cases = append(cases, messageCases()...)
	return append(cases, safetyCases()...)
}

func encoded(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

func fileCases() []ruleCase {
	ja, en := "# 停電時の手順\n\n## 対応手順\n\n1. 線を抜く\n2. 当直長に電話する\n3. 紙に記録する\n", "# Power cut\n\n## Response\n\n1. Pull the cable\n2. Call the manager\n3. Write it down\n"
	sjis := encoded(japanese.ShiftJIS.NewEncoder().String(ja))
	utf16 := encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(en))
	binary := "\x7fELF\x02\x01\x01" + strings.Repeat("\x00\x01\x02\xff", 200)
	full := strings.Repeat("\n", maxFile-len(ja))
	return []ruleCase{
		{id: "RB001", ja: "1. 線を抜く\n2. 電話する\n", atJA: "1.", en: "1. Pull the cable\n2. Call\n", atEN: "1.", nearJA: "# 線\n\n1. 線を抜く\n", nearEN: "---\ntitle: Cable\n---\n\n1. Pull the cable\n"},
		{id: "RB002", ja: "# 手順\n\n管理責任者: 部長\n\n1. 線を抜く\n", atJA: "# 手順", en: "# Runbook\n\nReview by: 2099-01-01\n\n1. Pull the cable\n", atEN: "# Runbook", nearJA: step(""), nearEN: stepEN("")},
		{id: "RB008", ja: strings.Replace(step(""), "2099-01-01", "2026-11-21", 1), atJA: "2026-11-21", en: strings.Replace(stepEN(""), "2099-01-01", "2026/11/21", 1), atEN: "2026/11/21",
			nearJA: strings.Replace(step(""), "2099-01-01", "2026-11-22", 1), nearEN: strings.Replace(stepEN(""), "2099-01-01", "2026/11/22", 1)},
		{id: "RB101", ja: binary, en: binary, nearJA: ja + "\xff\n", nearEN: en + "\xff\n"},
		{id: "RB102", ja: sjis, atJA: "# 停電", en: utf16, atEN: "# Power", nearJA: ja, nearEN: en},
		{id: "RB103", ja: "\ufeff" + ja, atJA: "# 停電", en: "\ufeff" + en, atEN: "# Power", nearJA: ja + "\ufeff\n", nearEN: en + "\ufeff\n"},
		{id: "RB104", ja: ja + full + "\n", en: en + strings.Repeat("\n", maxFile), nearJA: ja + full, nearEN: en + strings.Repeat("\n", maxFile-len(en))},
		{id: "RB105", ja: "# 資料\n\n港の地図について。\n", atJA: "# 資料", en: "# Reference\n\nThe map of the port.\n", atEN: "# Reference", nearJA: "# 資料\n\n1. 地図を見る\n", nearEN: "# Reference\n\n1. Look at the map\n"},
		{id: "RB106", ja: " \n\t\n　\n", en: "", nearJA: "手\n", nearEN: "x\n"},
		{id: "RB107", ja: doJA(strings.Repeat(">", 17) + " 注意\n"), en: doEN(strings.Repeat("[a](b", 201) + "\n"), nearJA: doJA(strings.Repeat(">", 16) + " 注意\n"), nearEN: doEN(strings.Repeat("[a](b", 200) + "\n")},
		{id: "RB108", ja: strings.ReplaceAll(ja, "\n", "\r\n"), atJA: "# 停電", en: strings.Replace(en, "\n", "\r\n", 1), atEN: "# Power", nearJA: ja, nearEN: en},
		{id: "RB109", ja: step("2. T\u200bOS を止める\n"), atJA: "\u200bOS", en: stepEN("2. Stop \u202eTOS\n"), atEN: "\u202eTOS", nearJA: step("2. 👨\u200d🚒 を呼ぶ\n"), nearEN: stepEN("2. Call 👨\u200d🚒\n")},
		{id: "RB110", ja: "---\ntitle: [\n---\n" + ja, atJA: "---", en: "---\na: &x 1\nb: *x\n---\n" + en, atEN: "---", nearJA: "---\ntitle: \"[\"\n---\n" + ja, nearEN: "---\ntags: [a, b]\n---\n" + en},
		{id: "RB112", ja: step("2. <%= 名前 %> に電話する\n"), atJA: "<%= 名前", en: stepEN("2. Call {{< owner >}}\n"), atEN: "{{< owner", nearJA: step("2. `<%= 名前 %>` に電話する\n"), nearEN: stepEN("2. Call `{{< owner >}}`\n")},
		{id: "RB113", ja: ja + "4. 復旧\xffする\n", atJA: "\ufffdする", en: en + "4. Re\xffstore\n", atEN: "\ufffdstore", nearJA: ja + "4. 復旧する\n", nearEN: en + "4. Restore\n"},
	}
}

func structureCases() []ruleCase {
	return []ruleCase{
		{id: "RB003", ja: doJA(strings.Repeat("1. 線を抜く\n", 10)), atJA: "## 対応", en: doEN(strings.Repeat("1. Pull the cable\n", 10)), atEN: "## Response", nearJA: doJA(strings.Repeat("1. 線を抜く\n", 9)), nearEN: doEN(strings.Repeat("1. Pull the cable\n", 9))},
		{id: "RB004", ja: step("2. " + strings.Repeat("線", 58) + "を抜く\n"), atJA: "2. 線線", en: stepEN("2. Pull " + strings.Repeat("x", 56) + "\n"), atEN: "2. Pull xx", nearJA: step("2. " + strings.Repeat("線", 57) + "を抜く\n"), nearEN: stepEN("2. Pull " + strings.Repeat("x", 55) + "\n")},
		{id: "RB005", ja: step("2. 電話し、その後記録する\n"), atJA: "2. 電話し", en: stepEN("2. Call and then write it down\n"), atEN: "2. Call", nearJA: step("2. 電話する\n3. 記録する\n"), nearEN: stepEN("2. Call and write it down\n")},
		{id: "RB006", ja: step("2. 関係者に適宜連絡する\n"), atJA: "適宜連絡", en: stepEN("2. Call others as needed\n"), atEN: "as needed", nearJA: step("2. 適用する線を抜く\n"), nearEN: stepEN("2. Call as many as you need\n")},
		{id: "RB007", ja: step("2. 在庫表の束\n"), atJA: "2. 在庫表", en: stepEN("2. The stack of stock lists\n"), atEN: "2. The stack", nearJA: step("2. 在庫表の束を配る\n"), nearEN: stepEN("2. Print the stack of stock lists\n")},
		{id: "RB202", ja: "# 手順\n\n### 対応\n\n1. 抜く\n", atJA: "### 対応", en: "## Response\n\n1. Pull the cable\n", atEN: "## Response", nearJA: doJA("1. 抜く\n"), nearEN: doEN("1. Pull the cable\n")},
		{id: "RB203", ja: "# 手順\n\n**封じ込め**\n\n1. 抜く\n", atJA: "**封じ込め**", en: "# Runbook\n\n**Containment**\n\n1. Pull the cable\n", atEN: "**Containment**", nearJA: doJA("**封じ込め**を始める。\n\n1. 抜く\n"), nearEN: doEN("Begin **containment** now.\n\n1. Pull the cable\n")},
		{id: "RB204", ja: "# 手順\n\n## あれこれ\n\n- 赤い箱\n- 青い箱\n", atJA: "## あれこれ", en: "# Runbook\n\n## Odds and ends\n\n- red box\n- blue box\n", atEN: "## Odds", nearJA: "# 手順\n\n## あれこれ\n\n1. 抜く\n2. 押す\n", nearEN: "# Runbook\n\n## Odds and ends\n\n1. Pull\n2. Push\n"},
		{id: "RB205", ja: step("   - ID: a-b\n2. 電話する\n   - ID: a-b\n"), atJA: "a-b", en: stepEN("   - ID: a-b\n2. Call\n   - ID: a-b\n"), atEN: "a-b", nearJA: step("   - ID: a-b\n2. 電話する\n   - ID: a-c\n"), nearEN: stepEN("   - ID: a-b\n2. Call\n   - ID: a-c\n")},
		{id: "RB206", ja: step("   - ID: 遮断-1\n"), atJA: "遮断-1", en: stepEN("   - ID: Isolate 1\n"), atEN: "Isolate 1", nearJA: step("   - ID: isolate-1\n"), nearEN: stepEN("   - ID: isolate-1\n")},
		{id: "RB207", ja: doJA("### 手順1 抜く\n\n線を抜く。\n"), atJA: "### 手順1", en: doEN("### Step 1: Pull\n\nPull the cable.\n"), atEN: "### Step 1", nearJA: doJA("### 手順1 抜く\n\n- ID: pull\n\n線を抜く。\n"), nearEN: doEN("### Step 1: Pull\n\n- ID: pull\n\nPull the cable.\n"),
			beside: map[string]string{"b.md": "# B\n\n## 対応\n\n1. [手順](a.md#手順1-抜く) を見る\n2. See [step](a.md#step-1-pull)\n"}},
		{id: "RB208", ja: doJA("1. 抜く\n\n## 対応\n\n1. 押す\n"), atJA: "## 対応\n\n1. 押す", en: doEN("1. Pull\n\n## Response\n\n1. Push\n"), atEN: "## Response\n\n1. Push", nearJA: doJA("1. 抜く\n\n## 対応の続き\n\n1. 押す\n"), nearEN: doEN("1. Pull\n\n## More response\n\n1. Push\n")},
		{id: "RB209", ja: doJA("1. 抜く\n2. 押す\n2. 回す\n"), atJA: "1. 抜く", en: doEN("1. Pull\n2. Push\n2. Turn\n"), atEN: "1. Pull", nearJA: doJA("1. 抜く\n1. 押す\n1. 回す\n"), nearEN: doEN("1. Pull\n2. Push\n3. Turn\n")},
		{id: "RB210", ja: doJA("1. 抜く\n\n![図](ok.md)\n\n2. 押す\n"), atJA: "2. 押す", en: doEN("1. Pull\n\n![figure](ok.md)\n\n2. Push\n"), atEN: "2. Push", nearJA: doJA("1. 抜く\n\n![図](ok.md)\n\n1. 押す\n"), nearEN: doEN("1. Pull\n\n   ![figure](ok.md)\n\n2. Push\n")},
		{id: "RB211", ja: doJA("1. **確認**\n- 電源\n- 水\n\n2. 押す\n"), atJA: "- 電源", en: doEN("1. **Check**\n- power\n- water\n\n2. Push\n"), atEN: "- power", nearJA: doJA("1. **確認**\n   - 電源\n   - 水\n\n2. 押す\n"), nearEN: doEN("1. **Check**\n   - power\n   - water\n\n2. Push\n")},
		{id: "RB212", ja: doJA("- 抜く\n  - 赤\n    - 右\n      - 上\n"), atJA: "      - 上", en: doEN("- Pull\n  - red\n    - right\n      - top\n"), atEN: "      - top", nearJA: doJA("- 抜く\n  - 赤\n    - 右\n"), nearEN: doEN("- Pull\n  - red\n    - right\n")},
		{id: "RB213", ja: doJA("1. 抜く\n2.\n3. 押す\n"), atJA: "2.\n3.", en: doEN("- [ ] Pull\n- [ ] \n"), atEN: "- [ ] \n", nearJA: doJA("1. 抜く\n2. 引く\n"), nearEN: doEN("- [ ] Pull\n- [ ] Push\n")},
		{id: "RB214", ja: doJA("① 抜く\n② 押す\n"), atJA: "① 抜く", en: doEN("(1) Pull\n(2) Push\n"), atEN: "(1) Pull", nearJA: doJA("1. ①を抜く\n2. ②を押す\n"), nearEN: doEN("1. Pull (1)\n2. Push (2)\n")},
		{id: "RB215", ja: doJA("-線を抜く\n-電話する\n"), atJA: "-線", en: doEN("##Contain\n\n1. Pull\n"), atEN: "##Contain", nearJA: doJA("- 線を抜く\n- 電話する\n"), nearEN: doEN("### Contain\n\n1. Pull #3\n")},
		{id: "RB216", ja: doJA("- 次を見る：\n- 電源を見る\n"), atJA: "- 次を", en: doEN("- Check these:\n- Check the power\n"), atEN: "- Check these", nearJA: doJA("- 次を見る：\n  - 電源を見る\n"), nearEN: doEN("- Check these:\n  - the power\n")},
		{id: "RB218", ja: doJA("1. 線は**必ず：**抜く\n"), atJA: "1. 線は", en: doEN("1. TOSの**\"cable\"**を抜く\n"), atEN: "1. TOS", nearJA: doJA("1. 線は **必ず：** 抜く\n"), nearEN: doEN("1. Pull **\"the cable\"** now\n")},
		{id: "RB219", ja: doJA("```\n- [ ] 抜く\n- [ ] 押す\n- [ ] 引く\n```\n"), atJA: "- [ ] 抜く", en: doEN("```\n- [ ] Pull\n- [ ] Push\n- [ ] Turn\n```\n"), atEN: "- [ ] Pull", nearJA: doJA("1. 抜く\n\n   ```bash\n   ls - [ ]\n   ```\n"), nearEN: doEN("1. Pull\n\n   ```bash\n   ls - [ ]\n   ```\n")},
		{id: "RB220", ja: "# 手順\n\n## 流れと手順\n\n1. 初動対応する\n2. 封じ込めする\n3. 復旧作業する\n\n## 初動対応する\n\n1. 抜く\n\n## 封じ込めする\n\n1. 押す\n\n## 復旧作業する\n\n1. 引く\n", atJA: "1. 初動",
			en: "# Runbook\n\n## Workflow\n\n1. Contain the malware\n2. Remove the malware\n3. Restore the server\n\n## Contain the malware\n\n1. Pull\n\n## Remove the malware\n\n1. Push\n\n## Restore the server\n\n1. Turn\n", atEN: "1. Contain",
			nearJA: "# 手順\n\n## 流れと手順\n\n1. 電話する\n2. 記録する\n\n## 初動対応する\n\n1. 抜く\n\n## 復旧作業する\n\n1. 引く\n",
			nearEN: "# Runbook\n\n## Workflow\n\n1. Call the manager\n2. Write it down\n\n## Contain the malware\n\n1. Pull\n\n## Restore the server\n\n1. Push\n"},
		{id: "RB221", ja: "# 手順\n\n## 備品\n\n- [ ] 懐中電灯\n\n## 対応\n\n1. 抜く\n", atJA: "- [ ] 懐中電灯", en: "# Runbook\n\n## Tools\n\n- [ ] torch\n\n## Response\n\n1. Pull\n", atEN: "- [ ] torch", nearJA: "# 手順\n\n## 備品\n\n- 懐中電灯\n\n## 対応\n\n- [ ] 抜く\n", nearEN: "# Runbook\n\n## Tools\n\n- torch\n\n## Response\n\n- [ ] Pull\n"},
		{id: "RB222", ja: "# 手順\n\n## 当直長の対応\n\n1. 抜く\n\n## 警備班の対応\n\n1. 押す\n", atJA: "## 警備班", en: "# Runbook\n\n## Security team\n\n1. Pull\n\n## IT team\n\n1. Push\n", atEN: "## IT team",
			nearJA: "# 手順\n\n## 1. 当直長の対応\n\n1. 抜く\n\n## 2. 警備班の対応\n\n1. 押す\n", nearEN: "# Runbook\n\n## 1. Security team\n\n1. Pull\n\n## 2. IT team\n\n1. Push\n"},
		{id: "RB223", ja: doJA("<table>\n<tr><th>作業</th><th>担当</th></tr>\n\n<tr><td>抜く</td><td>警備</td></tr>\n</table>\n"), atJA: "<table>", en: doEN("<table><tr><th>Action</th><th>Owner</th></tr><tr><td>Pull</td><td>security</td></tr></table>\n"), atEN: "<table>",
			nearJA: doJA("<table>\n<tr><th>作業</th><th>担当</th></tr>\n<tr><td>抜く</td><td>警備</td></tr>\n</table>\n"), nearEN: doEN("<table><tr><th>Port</th><th>Number</th></tr><tr><td>SSH</td><td>22</td></tr></table>\n")},
		{id: "RB407", ja: doJA("```\n判断する\n  ↓\n宣言する\n```\n\n1. 抜く\n"), atJA: "```", en: doEN("```\nDecide\n  ↓\nDeclare\n```\n\n1. Pull\n"), atEN: "```", nearJA: doJA("```\n判断する\n宣言する\n```\n\n1. 抜く\n"), nearEN: doEN("```\n↓\n```\n\n1. Pull\n")},
		{id: "RB601", ja: step("2. [連絡先] に電話する\n"), atJA: "[連絡先]", en: stepEN("2. Call [NAME]\n"), atEN: "[NAME]", nearJA: step("2. [連絡先](ok.md) に電話する\n"), nearEN: stepEN("2. Call `[NAME]`\n")},
		{id: "RB602", ja: step("2. [手引き](nai.md) を開く\n"), atJA: "nai.md", en: stepEN("2. Open [the guide](none.md)\n"), atEN: "none.md", nearJA: step("2. [手引き](ok.md#2) を開く\n"), nearEN: stepEN("2. Open [the guide](https://example.com/none.md)\n")},
		{id: "RB603", ja: step("\n## 文面\n\n### 第一報\n\n> {{謎の値}} です\n"), atJA: "{{謎", en: stepEN("\n## Message templates\n\n### First report\n\n> It is\n> {{riddle}}\n"), atEN: "{{riddle", nearJA: step("\n## 文面\n\n### 第一報\n\n> {{発生時刻}} です\n"), nearEN: stepEN("\n## Message templates\n\n### First report\n\n> It is {{now}}\n")},
		{id: "RB604", ja: step("2. [表](#ない見出し) を見る\n"), atJA: "2. [表]", en: stepEN("2. See [the table](#no-heading)\n"), atEN: "2. See", nearJA: step("2. [表](#初動) を見る\n"), nearEN: stepEN("2. See [the table](#response)\n")},
		{id: "RB606", ja: step("2. <hostname> に入る\n"), atJA: "<hostname>", en: stepEN("2. Log in to <hostname>\n"), atEN: "<hostname>", nearJA: step("2. `<hostname>` に<br>入る\n"), nearEN: stepEN("2. Log in<br>to `<hostname>`\n")},
		{id: "RB701", ja: step("2. 読む\n\n   " + strings.Repeat("説", 3000) + "\n"), atJA: "2. 読む", en: stepEN("2. Read\n\n   " + strings.Repeat("word ", 600) + "end\n"), atEN: "2. Read", nearJA: step("2. 読む\n\n   " + strings.Repeat("説", 2900) + "\n"), nearEN: stepEN("2. Read\n\n   " + strings.Repeat("word ", 580) + "\n")},
		{id: "RB702", ja: step("\n   ```bash\n   " + strings.Repeat("echo 1234567890\n   ", 200) + "\n   ```\n"), atJA: "   ```bash", en: stepEN("\n   ```bash\n   " + strings.Repeat("echo 1234567890\n   ", 200) + "\n   ```\n"), atEN: "   ```bash",
			nearJA: step("\n   ```bash\n   " + strings.Repeat("echo 1234567890\n   ", 180) + "\n   ```\n"), nearEN: stepEN("\n   ```bash\n   " + strings.Repeat("echo 1234567890\n   ", 180) + "\n   ```\n")},
		{id: "RB703", ja: doJA(strings.Repeat("1. 線を抜く\n", 101)), atJA: "# 手順", en: doEN(strings.Repeat("1. Pull\n", 101)), atEN: "# Runbook", nearJA: doJA(strings.Repeat("1. 線を抜く\n", 100)), nearEN: doEN(strings.Repeat("1. Pull\n", 100))},
		{id: "RB704", ja: step("\n| a | b | c | d | e | f | g |\n|---|---|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 | 6 | 7 |\n"), atJA: "| a |", en: stepEN("\n| a | b |\n|---|---|\n| 1 | " + strings.Repeat("x", 360) + " |\n"), atEN: "| a |",
			nearJA: step("\n| a | b | c | d | e | f |\n|---|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 | 6 |\n"), nearEN: stepEN("\n| a | b |\n|---|---|\n| 1 | " + strings.Repeat("x", 340) + " |\n")},
	}
}
