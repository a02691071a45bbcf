package chat

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Verb is what a command does. Its value is the English word of the command.
type Verb string

// The verbs. There is none for approving, on purpose: approval happens only on
// a screen that shows the full text.
const (
	VerbHome     Verb = "" // nothing typed: what is waiting for me
	VerbDeclare  Verb = "declare"
	VerbCharge   Verb = "charge"
	VerbDrill    Verb = "drill"
	VerbList     Verb = "list"
	VerbStatus   Verb = "status"
	VerbUpdate   Verb = "update"
	VerbSteps    Verb = "steps"
	VerbTake     Verb = "take"
	VerbDone     Verb = "done"
	VerbSkip     Verb = "skip"
	VerbBlock    Verb = "block"
	VerbUnblock  Verb = "unblock"
	VerbExtend   Verb = "extend"
	VerbReopen   Verb = "reopen"
	VerbNote     Verb = "note"
	VerbEvidence Verb = "evidence"
	VerbDecide   Verb = "decide"
	VerbRole     Verb = "role"
	VerbEscalate Verb = "escalate"
	VerbAck      Verb = "ack"
	VerbNotify   Verb = "notify"
	VerbClocks   Verb = "clocks"
	VerbCaution  Verb = "caution"
	VerbHandover Verb = "handover"
	VerbSeverity Verb = "severity"
	VerbTimeline Verb = "timeline"
	VerbUndo     Verb = "undo"
	VerbExport   Verb = "export"
	VerbClose    Verb = "close"
	VerbFact     Verb = "fact"
	VerbRun      Verb = "run"
	VerbHelp     Verb = "help"
	VerbDuty     Verb = "duty"
	VerbCargo    Verb = "cargo"
	VerbLevel    Verb = "level"
	VerbETA      Verb = "eta"
)

// spec is everything known about a verb: the words for it, the first one the
// Japanese name, and how those are read.
type spec struct {
	verb     Verb
	words    string // Japanese, separated by spaces
	also     string // English besides the verb itself
	readings string // hiragana of the Japanese words people would type
	stepped  bool   // takes a step number
}

// specs lists the verbs in the order of help: the five most used first.
func specs() []spec {
	return []spec{
		{VerbDone, "完了 完了する 完了しました 完了です 済 済み", "complete", "かんりょう すみ", true},
		{VerbTake, "担当 担当する 担当します", "assign", "たんとう", true},
		{VerbNote, "メモ 記録 クロノロ クロノロジー", "log", "めも きろく くろのろ くろのろじー", false},
		{VerbStatus, "状況", "", "じょうきょう", false},
		{VerbBlock, "支障 支障あり", "blocked", "ししょう ししょうあり", true},
		{VerbSteps, "手順", "step", "てじゅん", true},
		{VerbDeclare, "宣言 発生 異常 宣言する", "report", "せんげん はっせい いじょう", false},
		{VerbCharge, "引受 引き受ける 引受け 引き受け 引き受けます", "", "ひきうけ ひきうける", false},
		{VerbSkip, "見送り 見送る 見送ります 見送", "", "みおくり みおくる", true},
		{VerbUnblock, "解消 支障を解消 支障解消", "", "かいしょう", true},
		{VerbReopen, "再開 再開する", "", "さいかい", true},
		{VerbExtend, "延長 延長する", "", "えんちょう", true},
		{VerbUpdate, "報告 状況報告", "", "ほうこく じょうきょうほうこく", false},
		{VerbAck, "確認 確認しました 確認済", "acknowledge confirm", "かくにん", false},
		{VerbEvidence, "証跡", "", "しょうせき", false},
		{VerbDecide, "判断 決定", "decision", "はんだん けってい", false},
		{VerbEscalate, "上申 エスカレーション", "", "じょうしん えすかれーしょん", false},
		{VerbNotify, "通知", "", "つうち", false},
		{VerbClocks, "期限", "clock deadlines", "きげん", false},
		{VerbCaution, "注意 継続注意", "", "ちゅうい けいぞくちゅうい", false},
		{VerbRole, "役割", "roles", "やくわり", false},
		{VerbHandover, "引継ぎ 引継 引き継ぎ", "", "ひきつぎ", false},
		{VerbSeverity, "重大度", "sev", "じゅうだいど", false},
		{VerbTimeline, "時系列", "", "じけいれつ", false},
		{VerbUndo, "取消 取り消し 取消し", "", "とりけし", false},
		{VerbList, "一覧", "ls", "いちらん", false},
		{VerbExport, "出力", "", "しゅつりょく", false},
		{VerbClose, "終結", "", "しゅうけつ", false},
		{VerbDrill, "訓練", "", "くんれん", false},
		{VerbRun, "手順書 手順書開始 手順書追加", "runbook", "てじゅんしょ", false},
		{VerbFact, "事実 ファクト", "facts", "じじつ", false},
		{VerbDuty, "当番 当直 当直表", "roster oncall on-call", "とうばん とうちょく", false},
		{VerbCargo, "物流 物流ボード bcp", "", "ぶつりゅう", false},
		{VerbETA, "見込み 見込 復旧見込み", "estimate", "みこみ", false},
		{VerbLevel, "水準 サービス水準", "", "すいじゅん", false},
		{VerbHelp, "ヘルプ 使い方 ?", "", "へるぷ つかいかた", false},
	}
}

// Verbs lists all verbs in the order of help, the five most used first.
func Verbs() []Verb {
	var out []Verb
	for _, s := range specs() {
		out = append(out, s.verb)
	}
	return out
}

// Japanese is the Japanese name of a verb; "" for VerbHome.
func (v Verb) Japanese() string {
	s, _ := v.spec()
	first, _, _ := strings.Cut(s.words, " ")
	return first
}

// Words lists every word for a verb, the English one first.
func (v Verb) Words() []string {
	s, ok := v.spec()
	if !ok {
		return nil
	}
	out := append([]string{string(v)}, strings.Fields(s.also)...)
	return append(out, strings.Fields(s.words)...)
}

// Name is the verb in a language.
func (v Verb) Name(lang Lang) string {
	if lang == EN {
		return string(v)
	}
	return v.Japanese()
}

func (v Verb) spec() (spec, bool) {
	for _, s := range specs() {
		if s.verb == v {
			return s, true
		}
	}
	return spec{}, false
}

func (v Verb) stepped() bool {
	s, _ := v.spec()
	return s.stepped
}

// verbOf finds the verb of one word; the word may end in a full stop or colon.
func verbOf(word string) (Verb, bool) {
	word = fold(word)
	if len(word) > 1 {
		word = strings.TrimRight(word, "。.、,:!?")
	}
	for _, s := range specs() {
		if word == string(s.verb) || contains(s.also, word) || contains(s.words, word) {
			return s.verb, true
		}
	}
	return "", false
}

func contains(words, word string) bool {
	for _, w := range strings.Fields(words) {
		if w == word {
			return true
		}
	}
	return false
}

// fold brings a word to the form in which words are compared: NFKC, lower case.
func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

// FullWidthSlash reports whether a message begins with a command behind a
// full-width ／ and so was posted as plain text, and gives what stands after
// the root. Without roots, incident and irbot are meant.
func FullWidthSlash(text string, roots ...string) (command string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), "／")
	if !ok {
		return "", false
	}
	return cutRoot(rest, roots)
}

// cutRoot takes the root word of the command off the front.
func cutRoot(text string, roots []string) (string, bool) {
	if len(roots) == 0 {
		roots = []string{"incident", "irbot"}
	}
	words, ends := fields(text, 1)
	if len(words) == 0 {
		return "", false
	}
	for _, root := range roots {
		if fold(words[0]) == strings.TrimPrefix(fold(root), "/") {
			return strings.TrimSpace(text[ends[0]:]), true
		}
	}
	return "", false
}
