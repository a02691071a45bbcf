package runbook

import (
	"strings"
	"testing"
)

// readingRule is one of the twenty rules of reading (RUNBOOKS 4.3) with a page
// in each language and what a person reads in it: outline without line numbers.
type readingRule struct {
	rule, ja, en   string
	wantJA, wantEN string
	noteJA, noteEN string // a note or prohibition that must be there
	branches       int    // answers of the first decision
	context        int    // sections kept as context below the title
	parallel       bool
	links          string // of the first step; ! marks another runbook
	document       string // id and severity of the document

	ownerJA, ownerEN string // of the document
}

func readingRules() []readingRule {
	return []readingRule{
		{rule: "1 decode and front matter", ja: "---\ntitle: 停電\nowner: 電気\n---\n\n## 対応手順\r\n\r\n1. 線を抜く\r\n", en: "---\ntitle: Power cut\nowner: electrician\n---\n\n## Response\r\n\r\n1. Pull the cable\r\n",
			wantJA: "停電|== 対応手順|1 線を抜く", wantEN: "Power cut|== Response|1 Pull the cable"},
		{rule: "2 GitHub's Markdown", ja: "# 停電\n\n## 対応\n\n- [x] 線を~~切る~~抜く[^1]\n\n[^1]: 青い線。\n", en: "# Power cut\n\n## Response\n\n- [x] Pull the ~~red~~ cable[^1]\n\n[^1]: The blue one.\n",
			wantJA: "停電|== 対応| 線を切る抜く", wantEN: "Power cut|== Response| Pull the red cable"},
		{rule: "3 bold lines are headings", ja: "# 停電\n\n**初動**\n\n1. 線を抜く\n", en: "# Power cut\n\n**Contain**\n\n1. Pull the cable\n",
			wantJA: "停電|== 初動|1 線を抜く", wantEN: "Power cut|== Contain|1 Pull the cable"},
		{rule: "4 facts of the document", ja: "# 停電\n\n| 項目 | 内容 |\n|---|---|\n| ID | power-cut |\n| 重大度 | SEV1 |\n\n**管理責任者:** 電気主任\n\n## 対応\n\n1. 線を抜く\n", en: "# Power cut\n\n| Item | Value |\n|---|---|\n| ID | power-cut |\n| Severity | SEV1 |\n\n**Owner:** electrician\n\n## Response\n\n1. Pull the cable\n",
			wantJA: "停電|== 対応|1 線を抜く", wantEN: "Power cut|== Response|1 Pull the cable", document: "power-cut SEV1", ownerJA: "電気主任", ownerEN: "electrician"},
		{rule: "5 context and action", ja: "# 停電\n\n## 目的\n\n- 電気を戻す\n\n## 対応手順\n\n- 線を抜く\n", en: "# Power cut\n\n## Purpose\n\n- Restore power\n\n## Response\n\n- Pull the cable\n",
			wantJA: "停電|== 対応手順| 線を抜く", wantEN: "Power cut|== Response| Pull the cable", context: 1},
		{rule: "6 step headings", ja: "# 停電\n\n## 対応\n\n### 手順1 線を抜く\n\n- 青い線\n\n### 手順2 電話する\n\n係長へ。\n", en: "# Power cut\n\n## Response\n\n### Step 1: Pull the cable\n\n- the blue one\n\n### Step 2: Call the duty manager\n\nBy telephone.\n",
			wantJA: "停電|== 対応|1 線を抜く / 青い線|2 電話する", wantEN: "Power cut|== Response|1 Pull the cable / the blue one|2 Call the duty manager"},
		{rule: "7 labels are no steps", ja: "# 停電\n\n## 対応\n\n1. 線を抜く\n- 担当: 警備\n- 期限: 15分以内\n2. 電話する\n", en: "# Power cut\n\n## Response\n\n1. Pull the cable\n- Owner: security\n- Due: within 15 min\n2. Call the duty manager\n",
			wantJA: "停電|== 対応|1 線を抜く @警備 <15分以内>|2 電話する", wantEN: "Power cut|== Response|1 Pull the cable @security <within 15 min>|2 Call the duty manager"},
		{rule: "8 numbered headings in prose are steps", ja: "# 対応手順\n\n## 1. 線を抜く\n\n青い線。\n\n## 2. 電話する\n\n係長へ。\n\n## 3. 記録する\n\n紙へ。\n", en: "# Response\n\n## 1. Pull the cable\n\nThe blue one.\n\n## 2. Call the duty manager\n\nBy telephone.\n\n## 3. Write it down\n\nOn paper.\n",
			wantJA: "対応手順|== 対応手順|1 線を抜く|2 電話する|3 記録する", wantEN: "Response|== Response|1 Pull the cable|2 Call the duty manager|3 Write it down"},
		{rule: "9 cut lists go on", ja: "# 停電\n\n## 対応\n\n1. 線を抜く\n\n![図](a.png)\n\n2. 電話する\n", en: "# Power cut\n\n## Response\n\n1. Pull the cable\n\n![figure](a.png)\n\n2. Call the duty manager\n",
			wantJA: "停電|== 対応|1 線を抜く|2 電話する", wantEN: "Power cut|== Response|1 Pull the cable|2 Call the duty manager"},
		{rule: "10 wrappers vanish", ja: "# 停電\n\n## 対応\n\n- **手順:**\n  - 線を抜く\n  - 電話する\n", en: "# Power cut\n\n## Response\n\n- **Actions:**\n  - Pull the cable\n  - Call the duty manager\n",
			wantJA: "停電|== 対応| 線を抜く| 電話する", wantEN: "Power cut|== Response| Pull the cable| Call the duty manager"},
		{rule: "11 tables", ja: "# 停電\n\n## 対応\n\n| 作業 | 担当 | 期限（分） |\n|---|---|---|\n| 線を抜く | 警備 | 5 |\n", en: "# Power cut\n\n## Response\n\n| Action | Owner | Limit (min) |\n|---|---|---|\n| Pull the cable | security | 5 |\n",
			wantJA: "停電|== 対応| 線を抜く @警備 <5分>", wantEN: "Power cut|== Response| Pull the cable @security <5min>"},
		{rule: "12 prose with a command", ja: "# 停電\n\n## 対応\n\n接続を確認する。\n\n```bash\nping tos\n```\n", en: "# Power cut\n\n## Response\n\nCheck the link.\n\n```bash\nping tos\n```\n",
			wantJA: "停電|== 対応| 接続を確認する。", wantEN: "Power cut|== Response| Check the link."},
		{rule: "13 sub-steps", ja: "# 停電\n\n## 対応\n\n1. 線を抜く\n   - 青\n   - 赤\n", en: "# Power cut\n\n## Response\n\n1. Pull the cables\n   - blue\n   - red\n",
			wantJA: "停電|== 対応|1 線を抜く / 青 / 赤", wantEN: "Power cut|== Response|1 Pull the cables / blue / red"},
		{rule: "14 decisions", ja: "# 停電\n\n## 対応\n\n1. 電源はあるか？\n   - はい: 線を抜く\n   - いいえ: 待つ\n", en: "# Power cut\n\n## Response\n\n1. Is there power?\n   - Yes: pull the cable\n   - No: wait\n",
			wantJA: "停電|== 対応|1 電源はあるか？", wantEN: "Power cut|== Response|1 Is there power?", branches: 2},
		{rule: "15 prohibitions", ja: "# 停電\n\n## 対応\n\n禁止: 電源を切らない\n\n1. 線を抜く\n", en: "# Power cut\n\n## Response\n\nDo not: switch off\n\n1. Pull the cable\n",
			wantJA: "停電|== 対応|1 線を抜く", wantEN: "Power cut|== Response|1 Pull the cable", noteJA: "電源を切らない", noteEN: "switch off"},
		{rule: "16 links to runbooks", ja: "# 停電\n\n## 対応\n\n1. [手動ゲート](manual-gate.md) を始め、[図](https://port.example/) と [表](#対応) を見る\n", en: "# Power cut\n\n## Response\n\n1. Start [the gate by hand](manual-gate.md), see [the map](https://port.example/) and [this](#response)\n",
			wantJA: "停電|== 対応|1 手動ゲート を始め、図 と 表 を見る", wantEN: "Power cut|== Response|1 Start the gate by hand, see the map and this", links: "manual-gate.md! https://port.example/ #"},
		{rule: "17 summaries", ja: "# 停電\n\n## 流れと手順\n\n1. 初動対応する\n2. 封じ込めする\n3. 復旧作業する\n\n## 初動対応する\n\n1. 線を抜く\n\n## 封じ込めする\n\n1. 門を閉める\n\n## 復旧作業する\n\n1. 線を戻す\n", en: "# Power cut\n\n## Workflow\n\n1. Contain the malware\n2. Remove the malware\n3. Restore the server\n\n## Contain the malware\n\n1. Pull the cable\n\n## Remove the malware\n\n1. Wipe the disk\n\n## Restore the server\n\n1. Copy the data\n",
			wantJA: "停電|== 初動対応する|1 線を抜く|== 封じ込めする|1 門を閉める|== 復旧作業する|1 線を戻す", wantEN: "Power cut|== Contain the malware|1 Pull the cable|== Remove the malware|1 Wipe the disk|== Restore the server|1 Copy the data"},
		{rule: "18 lists typed by hand", ja: "# 停電\n\n## 対応\n\n①線を抜く\n②電話する\n", en: "# Power cut\n\n## Response\n\n(1) Pull the cable\n(2) Call the duty manager\n",
			wantJA: "停電|== 対応|1 線を抜く|2 電話する", wantEN: "Power cut|== Response|1 Pull the cable|2 Call the duty manager"},
		{rule: "19 checklists in a fence", ja: "# 停電\n\n## 対応\n\n```\n- [ ] 線を抜く\n- [ ] 電話する\n- [ ] 記録する\n```\n", en: "# Power cut\n\n## Response\n\n```\n- [ ] Pull the cable\n- [ ] Call\n- [ ] Write it down\n```\n",
			wantJA: "停電|== 対応| 線を抜く| 電話する| 記録する", wantEN: "Power cut|== Response| Pull the cable| Call| Write it down"},
		{rule: "20 lanes", ja: "# 停電\n\n## 警備班\n\n1. 門を閉める\n\n## 電気班\n\n1. 線を抜く\n", en: "# Power cut\n\n## Security team\n\n1. Close the gate\n\n## IT team\n\n1. Pull the cable\n",
			wantJA: "停電|== 警備班|1 門を閉める @警備班|== 電気班|1 線を抜く @電気班", wantEN: "Power cut|== Security team|1 Close the gate @Security team|== IT team|1 Pull the cable @IT team", parallel: true},
	}
}

// checkRule reads the page of a rule in both languages.
func checkRule(t *testing.T, x readingRule) {
	t.Helper()
	for _, v := range []struct{ lang, src, want, note string }{{"ja", x.ja, x.wantJA, x.noteJA}, {"en", x.en, x.wantEN, x.noteEN}} {
		rb, err := Read("x.md", []byte(v.src), Options{})
		if err != nil {
			t.Fatalf("%s (%s): %v", x.rule, v.lang, err)
		}
		if got := withoutLines(outline(rb)); got != v.want {
			t.Errorf("%s (%s): read as %q, want %q", x.rule, v.lang, got, v.want)
			continue
		}
		checkExtras(t, x, rb, v.lang, v.note)
	}
}

func checkExtras(t *testing.T, x readingRule, rb *Runbook, lang, note string) {
	t.Helper()
	if d := rb.Phases[0].Steps[0].Decision; x.branches > 0 && (d == nil || len(d.Branches) != x.branches) {
		t.Errorf("%s (%s): decision %+v, want %d answers", x.rule, lang, d, x.branches)
	}
	if notes := rb.Phases[0].Notes; note != "" && (len(notes) != 1 || notes[0].Kind != "prohibition" || notes[0].Text != note) {
		t.Errorf("%s (%s): notes %+v, want the prohibition %q", x.rule, lang, notes, note)
	}
	if n := len(rb.Contexts); x.context > 0 && n != x.context+1 {
		t.Errorf("%s (%s): %d context sections, want %d beside the title", x.rule, lang, n, x.context)
	}
	var links []string
	for _, l := range rb.Phases[0].Steps[0].Links {
		links = append(links, l.URL+map[bool]string{true: "!"}[l.Runbook])
	}
	if got := strings.Join(links, " "); x.links != "" && !strings.HasPrefix(got, x.links) {
		t.Errorf("%s (%s): links %s, want %s", x.rule, lang, got, x.links)
	}
	owner := map[string]string{"ja": x.ownerJA, "en": x.ownerEN}[lang]
	if x.document != "" && (rb.ID+" "+rb.Severity != x.document || rb.Owner != owner) {
		t.Errorf("%s (%s): document %s %s %s", x.rule, lang, rb.ID, rb.Severity, rb.Owner)
	}
	if last := rb.Phases[len(rb.Phases)-1]; last.Parallel != x.parallel {
		t.Errorf("%s (%s): parallel is %v", x.rule, lang, last.Parallel)
	}
}

// withoutLines is an outline on one line, without the numbers of lines.
func withoutLines(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i := 1; i < len(lines); i++ {
		_, lines[i], _ = strings.Cut(lines[i], " ")
	}
	return strings.Join(lines, "|")
}
