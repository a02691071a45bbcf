package runbook

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sectionKind says what a section is for.
type sectionKind uint8

const (
	kindUnknown sectionKind = iota
	kindContext
	kindAction
	kindPrepare
	kindSoftAction  // by its own words only: an action unless the parent is context
	kindSoftContext // by its own words only: context unless it holds a list of steps
)

// contextWords are the words of headings that hold no steps. English words are
// stems that must begin a word; "=" ends one exactly.
func contextWords() []string {
	return []string{
		"purpose", "objective", "scope", "meaning", "impact", "overview", "background", "definition", "glossary", "about",
		"introduction", "context=", "document information", "document control", "revision", "change log", "changelog", "version",
		"table of contents", "contents=", "when to use", "trigger", "severit", "classification", "criteria",
		"risk assessment", "matrix", "roles=", "responsibilit", "contacts", "contact list", "contact information", "contact details",
		"inputs", "input=", "outputs", "output=", "tools", "reference", "resource", "related", "additional information",
		"further reading", "see also", "conclusion", "tips=", "success criteria", "metric", "training", "appendix", "example", "template", "prerequisite",
		"目的", "概要", "背景", "対象", "適用範囲", "前提", "定義", "用語", "体制", "役割分担", "連絡先", "連絡網", "分類", "レベル",
		"重大度", "リスク評価", "備品", "訓練", "事例", "教訓", "参考", "関連", "目次", "変更履歴", "改訂", "最終更新", "文面", "様式",
		"付録", "はじめに", "おわりに", "まとめ=", "コツ=", "用語集", "テンプレート", "更新履歴", "リファレンス",
	}
}

// softContextWords name reference sections too, but not so surely that a tick
// list below them is no step.
func softContextWords() []string {
	return []string{
		"kpi", "policy", "policies", "assumption", "summary", "documentation=", "forms=", "quality control", "standards=", "structure=",
		"compliance", "out of scope", "access required", "required access", "caveat", "limitation", "faq", "note=", "notes=", "links=",
		"history", "lessons from", "key performance", "symptom", "cause=", "causes=",
		"スコープ", "役割と責任", "役割・責任", "指標", "一覧", "成功基準", "参照", "情報=", "適用対象", "基準", "構成", "意味=", "影響=", "原因=",
		"制約", "リソース", "注意事項", "注意点", "補足", "備考", "合格条件", "完了条件", "成功条件", "よくある", "とは=", "原則", "方針=",
	}
}

// actionWords are the words of headings under which something is done.
func actionWords() []string {
	return []string{
		"investigat", "triag", "identif", "detect", "analy", "containment", "contain=", "containing", "isolat", "eradicat",
		"remediat", "mitigat", "recover", "restor", "communicat", "notif", "escalat", "diagnos", "resol", "verif", "respond", "response",
		"procedure", "step", "action", "checklist", "workflow", "execut", "deploy", "rollback", "roll back", "rolling back", "shutdown", "shut down",
		"restart", "evidence", "during", "after",
		"初動", "検知", "検出", "確認", "切り分け", "調査", "分析", "封じ込め", "隔離", "遮断", "根絶", "駆除", "復旧", "回復", "切替", "切り替え",
		"継続", "通報", "連絡", "報告", "広報", "上申", "対応", "手順", "実施", "判断", "判定", "点検", "チェック", "搬入", "搬出", "荷役",
		"終了", "解除", "事後", "再開", "復元", "エスカレーション", "対処", "診断", "リリース", "デプロイ", "ロールバック", "切り戻し", "アクション",
		"実行", "起動", "停止", "作業", "バックアップ", "リストア", "監視", "フェーズ", "段階", "措置", "処置", "避難", "トリアージ", "解決", "フロー", "ステップ", "トラブルシューティング",
	}
}

// softActionWords name procedures too, but not so surely that they end the
// reach of a context heading above.
func softActionWords() []string {
	return []string{
		"decision", "process", "protocol", "phase", "immediate", "troubleshoot", "debug", "how to", "workaround", "fix", "cleanup", "clean up",
		"failover", "post-incident", "follow-up", "follow up", "evacuat", "activation", "stand down", "solution", "lessons", "monitoring",
		"assessment", "review", "updat", "harden", "decide",
	}
}

func prepareWords() []string {
	return []string{"preparation", "preparing", "準備", "事前対策", "平時", "事前準備"}
}

// wordList is a list of words by what they begin with.
type wordList struct {
	begins [256]uint16 // which of the groups two bytes lead to, hashed; 0 = none
	groups [][]string
}

func beginHash(a, b byte) byte { return a*31 + b }

// wordHash is the hash of a word or of what stands in a text. The first byte of
// Japanese tells little.
func wordHash(s string) byte {
	if s[0] < utf8.RuneSelf {
		return beginHash(s[0], s[1])
	}
	return beginHash(s[1], s[2])
}

func newWordList(words, extra []string) wordList {
	l := wordList{groups: make([][]string, 1, len(words)+len(extra)+1)}
	add := func(w string) {
		h := wordHash(w)
		if l.begins[h] == 0 {
			l.begins[h] = uint16(len(l.groups))
			l.groups = append(l.groups, nil)
		}
		group := &l.groups[l.begins[h]]
		*group = append(*group, w)
	}
	for _, w := range words {
		add(w)
	}
	for _, w := range extra {
		if w = fold(w); len(w) >= 3 {
			add(w)
		}
	}
	return l
}

// hits finds where the words of a list stand in a folded heading: the start of
// the first and the end of the last. ASCII words begin at a letter border; a
// word that ends in "=" must be whole.
func (l *wordList) hits(f string) (first, last int) {
	first, last = -1, -1
	for i := 0; i+2 < len(f); i++ {
		if wordBorder(f, i) {
			first, last = l.hit(f, i, first, last)
		}
	}
	return first, last
}

// hitsAt is hits where a word may begin at some places only.
func (l *wordList) hitsAt(f string, places []int) (first, last int) {
	first, last = -1, -1
	for _, i := range places {
		first, last = l.hit(f, i, first, last)
	}
	return first, last
}

// hit compares the words that may stand at one place with what does.
func (l *wordList) hit(f string, i, first, last int) (int, int) {
	for _, w := range l.groups[l.begins[wordHash(f[i:])]] {
		n := wordLength(f[i:], w)
		if n == 0 {
			continue
		}
		if first < 0 {
			first = i
		}
		last = max(last, i+n)
	}
	return first, last
}

// wordBorder tells a place where a word may begin.
func wordBorder(f string, i int) bool {
	c := f[i]
	switch {
	case c >= 0x80 && c < 0xC0 || c <= ' ':
		return false
	case c >= 0xC0:
		return true
	}
	return i == 0 || !isAlnum(f[i-1])
}

// wordLength is how much of the head of f a word takes, 0 if it is not there.
func wordLength(f, w string) int {
	exact := w[len(w)-1] == '='
	if exact {
		w = w[:len(w)-1]
	}
	if !strings.HasPrefix(f, w) {
		return 0
	}
	if exact && len(f) > len(w) && (w[0] >= utf8.RuneSelf || isAlnum(f[len(w)])) {
		return 0
	}
	return len(w)
}

// sectionWords are the words a Read works with: the built-in lists and what
// the site added.
type sectionWords struct {
	context, softContext, action, soft, prepare wordList

	begins [256]bool // whether a word of any list may begin with two bytes, hashed
}

// places gives where a word of any list may begin.
func (w *sectionWords) places(f string, room []int) []int {
	for i := 0; i+2 < len(f); i++ {
		if wordBorder(f, i) && w.begins[wordHash(f[i:])] {
			room = append(room, i)
		}
	}
	return room
}

// sectionWordsFor gives the built-in lists where a site added nothing.
func sectionWordsFor(extra Sections) *sectionWords {
	if len(extra.Context)+len(extra.Action) == 0 {
		return builtinWords()
	}
	return newSectionWords(extra)
}

func newSectionWords(extra Sections) *sectionWords {
	w := &sectionWords{
		context: newWordList(contextWords(), extra.Context), softContext: newWordList(softContextWords(), nil),
		action: newWordList(actionWords(), extra.Action), soft: newWordList(softActionWords(), nil), prepare: newWordList(prepareWords(), nil),
	}
	for _, l := range [...]*wordList{&w.context, &w.softContext, &w.action, &w.soft, &w.prepare} {
		for h, group := range l.begins {
			w.begins[h] = w.begins[h] || group > 0
		}
	}
	return w
}

// kind reads what a section is for off the words of its heading. Words in
// brackets are ignored. Context wins when its word comes first or last; both
// tells a heading that has words of both kinds.
func (w *sectionWords) kind(s *section) (kind sectionKind, both bool) {
	f := s.plain
	if hasBracket(s.title) {
		f = fold(trimSigns(stripBrackets(s.title)))
	}
	if s.stepNum {
		return kindAction, false
	}
	if phaseHeading(f) {
		return kindAction, false
	}
	_, f, _ = cutNumber(f)
	if k, ok := w.qualified(f); ok {
		return k, false
	}
	var room [16]int
	places := w.places(f, room[:0])
	if len(places) == 0 {
		return kindUnknown, false
	}
	cFirst, cLast := w.context.hitsAt(f, places)
	if cFirst < 0 {
		if sFirst, sLast := w.softContext.hitsAt(f, places); sFirst >= 0 {
			if a, _ := w.action.hitsAt(f, places); a < 0 && !titleImperative(f) {
				return kindSoftContext, false
			}
			cFirst, cLast = sFirst, sLast
		}
	}
	aFirst, aLast := w.action.hitsAt(f, places)
	if pFirst, _ := w.prepare.hitsAt(f, places); pFirst >= 0 && cFirst < 0 {
		return kindPrepare, false
	}
	if sFirst, sLast := w.soft.hitsAt(f, places); aFirst < 0 && sFirst >= 0 {
		if cFirst < 0 {
			return kindSoftAction, false
		}
		aFirst, aLast = sFirst, sLast
	}
	switch {
	case cFirst < 0 && aFirst < 0:
		return kindUnknown, false
	case cFirst < 0:
		return kindAction, false
	case aFirst < 0:
		if titleImperative(f) {
			return kindUnknown, false
		}
		return kindContext, false
	case titleImperative(f):
		return kindAction, true
	case cFirst <= aFirst && cLast < aLast && strings.Contains(f[cFirst:aLast], "の"):
		// Japanese puts the head last: 「対象システムの隔離」 isolates.
		return kindAction, true
	case cFirst <= aFirst || cLast >= aLast:
		return kindContext, true
	}
	return kindAction, true
}

// titleImperative tells a heading that begins with a verb; "Block 4" does not.
func titleImperative(f string) bool {
	_, rest := firstWord(f)
	rest = strings.TrimLeft(rest, " ")
	return beginsImperative(f) && rest != "" && (rest[0] < '0' || rest[0] > '9')
}

// qualified reads "Reference: user actions": what follows the colon counts.
func (w *sectionWords) qualified(f string) (sectionKind, bool) {
	before, after, ok := strings.Cut(f, ":")
	if !ok || strings.TrimSpace(after) == "" {
		return kindUnknown, false
	}
	if !hasAnyPrefix(before, "reference", "appendix", "付録", "参考", "別紙", "section", "part") {
		return kindUnknown, false
	}
	if c, _ := w.context.hits(after); c >= 0 {
		return kindContext, true
	}
	// What is called a reference is a procedure only if it says so outright.
	strong := newWordList([]string{"action", "step", "procedure", "checklist", "workflow", "手順", "対応", "チェックリスト"}, nil)
	if a, _ := strong.hits(after); a >= 0 {
		return kindAction, true
	}
	if hasAnyPrefix(before, "section", "part") {
		return kindUnknown, false
	}
	return kindContext, true
}

// stepNumber reads "Step 3", 「手順3」, 「ステップ3」, "Task 3" at the head of a
// folded heading.
func stepNumber(f string) (num, rest string, ok bool) {
	for _, w := range [...]string{"step", "task", "手順", "ステップ", "作業", "その"} {
		after, found := strings.CutPrefix(f, w)
		if !found {
			continue
		}
		after = strings.TrimLeft(after, " #.-_")
		i := 0
		for i < len(after) && (after[i] >= '0' && after[i] <= '9' || i > 0 && after[i] == '.') {
			i++
		}
		if i == 0 {
			return "", "", false
		}
		if i < len(after) && isAlnum(after[i]) && (i+1 < len(after) && isAlnum(after[i+1])) {
			return "", "", false
		}
		return strings.Trim(after[:i], "."), strings.TrimLeft(after[i:], " .:：-–—)、"), true
	}
	return "", "", false
}

// phaseHeading tells "Phase 2", 「フェーズ2」, 「第1段階」.
func phaseHeading(f string) bool {
	for _, w := range [...]string{"phase", "フェーズ", "段階", "stage"} {
		if after, ok := strings.CutPrefix(f, w); ok {
			after = strings.TrimLeft(after, " -:")
			return after != "" && (after[0] >= '0' && after[0] <= '9' || hasAnyPrefix(after, "one", "two", "three", "i", "a ", "b "))
		}
	}
	if after, ok := strings.CutPrefix(f, "第"); ok {
		_, rest, okN := scanNumber(after)
		return okN && hasAnyPrefix(rest, "段階", "フェーズ")
	}
	return false
}

// cutNumber takes a leading number such as "3.", "2.1", "(4)", "iv." or "第3" off
// a heading.
func cutNumber(s string) (num, rest string, ok bool) {
	if s == "" || s[0] >= 'A' && isAlnum(s[0]) {
		return "", s, false
	}
	t := strings.TrimLeft(s, " (（【[#■●◆第")
	i := 0
	for i < len(t) && (t[i] >= '0' && t[i] <= '9' || i > 0 && (t[i] == '.' || t[i] == '-') && i+1 < len(t) && t[i+1] >= '0' && t[i+1] <= '9') {
		i++
	}
	if i == 0 || i > 8 {
		return "", s, false
	}
	rest = t[i:]
	if rest != "" {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case strings.ContainsRune(".)）．、:：】]", r):
			rest = rest[size:]
		case unicode.IsSpace(r):
		case strings.HasPrefix(rest, "章") || strings.HasPrefix(rest, "節"),
			strings.HasPrefix(s, "第") && hasAnyPrefix(rest, "条", "項", "部", "編", "号"):
			rest = rest[len("章"):]
		case t[0] != s[0] && s[0] >= utf8.RuneSelf:
		default:
			return "", s, false
		}
	}
	if hasAnyPrefix(strings.TrimSpace(rest), "分", "秒", "時間", "%", "min", "hour") {
		return "", s, false
	}
	return t[:i], strings.TrimLeft(rest, " 　.)）-–:："), true
}

// indexOf is where a section stands, the length of the list if nowhere.
func indexOf(all []*section, s *section) int {
	for i := range all {
		if all[i] == s {
			return i
		}
	}
	return len(all)
}
