package runbook

import (
	"strings"
	"unicode/utf8"
)

// labelRow is one fact of the format with the words it may be written in.
type labelRow struct {
	name  string
	words []string
}

// labelTable is the table of labels of the format, English and Japanese. A site
// adds words through Options.Labels.
func labelTable() []labelRow {
	return []labelRow{
		{"owner", []string{"owner", "assignee", "responsible", "responsibility", "lead", "who", "role", "担当", "担当者", "主担当", "責任者", "実施者", "実行者", "対応者", "委任先", "役割", "誰が", "対応担当", "担当部署", "担当部門", "担当課", "担当班", "担当係", "担当課・班", "実施部署", "主管", "主管部署", "in charge", "person in charge", "responsible person", "responsible party", "department", "team"}},
		{"approver", []string{"approver", "approval", "authority", "decision maker", "承認", "承認者", "決裁", "決める人"}},
		{"due", []string{"due", "deadline", "time limit", "limit", "target", "response time", "期限", "目標", "目標時間", "時限", "対応時間"}},
		{"estimate", []string{"duration", "estimated time", "takes", "所要時間", "所要", "目安"}},
		{"evidence", []string{"evidence", "record", "proof", "attach", "証跡", "記録", "証拠", "添付"}},
		{"done", []string{"done when", "expected", "expected result", "completion", "完了の条件", "完了条件", "期待結果", "確認"}},
		{"forbidden", []string{"do not", "never", "prohibited", "don't", "禁止", "やってはいけない", "絶対やるな", "絶対にやるな"}},
		{"notify", []string{"notify", "inform", "tell", "通知", "通知先", "連絡", "連絡先", "報告先", "周知"}},
		{"form", []string{"form", "forms", "rows", "様式", "帳票", "記録様式", "入力様式"}},
		{"message", []string{"message", "template", "wording", "文面", "文例", "定型文"}},
		{"escalate", []string{"escalate", "escalation", "上申", "エスカレーション"}},
		{"timer", []string{"timer", "every", "repeat", "remind", "タイマー", "繰り返し", "定時"}},
		{"decision", []string{"decision", "question", "判断", "判定", "分岐"}},
		{"next", []string{"next", "go to", "次", "次へ", "移動先"}},
		{"ref", []string{"see", "runbook", "参照", "関連手順"}},
		{"optional", []string{"optional", "任意"}},
		{"two-person", []string{"two-person", "二人で", "2人で行う", "二人で行う", "2人で"}},
		{"parallel", []string{"parallel", "並行", "同時に"}},
		{"id", []string{"id", "手順id"}},
		{"kind", []string{"kind", "種別"}},
	}
}

// LabelNames lists the facts a site may add words for, in the order of the
// table (RUNBOOKS 4.4).
func LabelNames() []string {
	var out []string
	for _, r := range labelTable() {
		out = append(out, r.name)
	}
	return out
}

// documentTable is the row of document facts, read before the first phase.
func documentTable() []labelRow {
	return []labelRow{
		{"title", []string{"title", "表題"}},
		{"id", []string{"id"}},
		{"owner", []string{"owner", "管理責任者", "文書管理者", "document owner"}},
		{"version", []string{"version", "版", "バージョン"}},
		{"severity", []string{"severity", "重大度"}},
		{"trigger", []string{"trigger", "発動条件"}},
		{"reviewed", []string{"reviewed", "last reviewed", "last_reviewed_on", "見直し日", "最終見直し日"}},
		{"review-by", []string{"review by", "review_by", "次回見直し", "次回見直し日"}},
		{"zone", []string{"time zone", "timezone", "時刻"}},
		{"lint", []string{"lint", "点検"}},
	}
}

// labelSet looks labels up by folded word: the words of a table, then those a
// site added.
type labelSet struct {
	rows  []labelRow
	words map[string]string
	extra map[string]string
}

func newLabelSet(rows []labelRow) labelSet {
	set := labelSet{rows: rows, words: map[string]string{}}
	for _, r := range rows {
		for _, w := range r.words {
			if set.words[w] == "" {
				set.words[w] = r.name
			}
		}
	}
	return set
}

// with adds a site's own words; the built-in ones are shared.
func (s labelSet) with(extra map[string][]string) labelSet {
	set := s
	for name, words := range extra {
		for _, w := range words {
			if set.extra == nil {
				set.extra = map[string]string{}
			}
			set.extra[fold(w)] = name
		}
	}
	return set
}

func (s labelSet) find(f string) (string, bool) {
	if name, ok := s.words[f]; ok {
		return name, true
	}
	name, ok := s.extra[f]
	return name, ok
}

// name gives the fact a written key stands for, "" if none. A bilingual key
// such as 「対応担当 / On-call owner」 stands for what one of its parts does.
func (s labelSet) name(key string) string {
	f := key
	if f != "" && !(isAlnum(f[0]) && isAlnum(f[len(f)-1])) {
		f = strings.Trim(f, "* _　")
	}
	f = stripBrackets(f)
	if name, known := s.nameASCII(f); known {
		return name
	}
	if f = fold(f); f != "" && !(isAlnum(f[0]) && isAlnum(f[len(f)-1])) {
		f = strings.Trim(f, "* _:")
	}
	if n, ok := s.find(f); ok {
		return n
	}
	if strings.IndexByte(f, '/') < 0 {
		return ""
	}
	for _, part := range strings.Split(f, "/") {
		if n, ok := s.find(strings.TrimSpace(part)); ok {
			return n
		}
	}
	return ""
}

// nameASCII is name for a short key in ASCII without a slash, which needs no copy.
func (s labelSet) nameASCII(f string) (name string, known bool) {
	var short [64]byte
	if len(f) > len(short) || !isASCII(f) || strings.IndexByte(f, '/') >= 0 {
		return "", false
	}
	b := append(short[:0], strings.Trim(strings.TrimSpace(f), "* _:")...)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	if name, known = s.words[string(b)]; known {
		return name, true
	}
	return s.extra[string(b)], true
}

// keyed is a text of the form KEY: value.
type keyed struct {
	key   string // as written, without marks
	value string
	name  string // the fact, "" if unknown
	at    int    // offset of the value in the text
	below int    // lines below the first line of its block
}

// maxKey is how long a key may be, in characters.
const maxKey = 30

// splitKey cuts KEY: value. The colon may be full width, and the key bold with
// the colon inside or outside.
func (s labelSet) splitKey(text string) (keyed, bool) {
	i, size := colonAt(text)
	if i <= 0 {
		return keyed{}, false
	}
	key := text[:i]
	if !isAlnum(key[0]) || !isAlnum(key[i-1]) {
		key = strings.Trim(key, "* _　")
	}
	if key == "" || utf8.RuneCountInString(key) > maxKey || strings.ContainsAny(key, "。\n") {
		return keyed{}, false
	}
	rest := text[i+size:]
	value := strings.TrimLeft(rest, "* 　\n")
	if strings.HasPrefix(rest, "//") {
		return keyed{}, false
	}
	return keyed{key: key, value: strings.TrimSpace(value), name: s.name(key), at: len(text) - len(value)}, true
}

// colonAt finds the first colon, half or full width, in the head of a text.
func colonAt(s string) (at, size int) {
	half := strings.IndexByte(s[:min(len(s), maxKey*4)], ':')
	head := s[:min(len(s), maxKey*4+len("：")-1)]
	if half >= 0 {
		head = s[:half]
	}
	if full := strings.Index(head, "："); full >= 0 {
		return full, len("：")
	}
	return half, min(half+1, 1)
}

// facts reads the labels of one line: one, or several separated by ／ | 、 ; when
// each part has its own known key. ok is false if the line is no label.
func (s labelSet) facts(text string) ([]keyed, bool) {
	first, ok := s.splitKey(text)
	if !ok || first.name == "" {
		return nil, false
	}
	if !strings.ContainsAny(text, "|;\n") && !strings.Contains(text, "／") && !strings.Contains(text, "、") && !strings.Contains(text, "；") {
		return []keyed{first}, true
	}
	parts, starts := splitLabelLine(text)
	var out []keyed
	for i, p := range parts {
		k, ok := s.splitKey(p)
		if !ok || k.name == "" {
			return []keyed{first}, true
		}
		k.at += starts[i]
		out = append(out, k)
	}
	return out, true
}

// factsOf reads the labels of a block's text, once. A paragraph may hold one
// label a line, which Markdown runs together.
func (r *reader) factsOf(b *block) ([]keyed, bool) {
	if !b.factsRead {
		b.factsRead = true
		if b.kind == kindPara && b.end > b.line {
			b.facts = r.lineFacts(b)
		}
		if b.facts == nil {
			b.facts, _ = r.labels.facts(b.text)
		}
	}
	return b.facts, len(b.facts) > 0
}

// lineFacts reads a paragraph of which every line is a label.
func (r *reader) lineFacts(b *block) []keyed {
	var out []keyed
	for n, line := range r.paraLines(b) {
		facts, ok := r.labels.facts(plainLine(line))
		if !ok {
			return nil
		}
		for _, f := range facts {
			f.below = n
			out = append(out, f)
		}
	}
	return out
}

func splitLabelLine(s string) (parts []string, starts []int) {
	from := 0
	for i, r := range s {
		if r == '／' || r == '|' || r == '、' || r == ';' || r == '；' || r == '\n' {
			parts, starts = append(parts, s[from:i]), append(starts, from)
			from = i + utf8.RuneLen(r)
		}
	}
	return append(parts, s[from:]), append(starts, from)
}

// nearest gives the known label one edit away from an unknown key.
func nearestLabel(key string, rows []labelRow) (string, bool) {
	f := fold(key)
	if n := utf8.RuneCountInString(f); n < 2 || n > 20 || (n < 4 && f[0] < utf8.RuneSelf) {
		return "", false
	}
	for _, row := range rows {
		for _, w := range row.words {
			if len(w)-len(f) > 4 || len(f)-len(w) > 4 || w[0] != f[0] && w[len(w)-1] != f[len(f)-1] {
				continue
			}
			if w != f && utf8.RuneCountInString(w) > 1 && oneEdit(f, w) {
				return w, true
			}
		}
	}
	return "", false
}

// oneEdit tells texts that differ by one character inserted, dropped, changed
// or swapped with its neighbour.
func oneEdit(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) < len(y) {
		return string(x[i:]) == string(y[i+1:])
	}
	if i == len(x) {
		return false
	}
	if string(x[i+1:]) == string(y[i+1:]) {
		return true
	}
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && string(x[i+2:]) == string(y[i+2:])
}

// splitNames splits role or destination names at 、 , / & と and "and". A slash
// inside a Latin name, as in JPCERT/CC, belongs to the name.
func splitNames(s string) []string {
	if hasNameSeparator(s) {
		s = nameSeparators.Replace(s)
	}
	if strings.IndexByte(s, '/') >= 0 {
		s = splitSlash(s)
	}
	var out []string
	for _, p := range splitOutside(s, '、') {
		p = strings.Trim(p, " 　.。*_`")
		if p != "" && p != "-" && p != "－" && p != "—" && p != "なし" {
			out = append(out, splitTo(p)...)
		}
	}
	return out
}

// hasNameSeparator tells a value in which the separators may stand; most hold
// one name.
func hasNameSeparator(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ', ',', ';', '\n', 0xEF:
			return true
		}
	}
	return false
}

func splitSlash(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		latin := i > 0 && i+1 < len(s) && s[i-1] < utf8.RuneSelf && s[i+1] < utf8.RuneSelf
		if s[i] != '/' || latin {
			b.WriteByte(s[i])
			continue
		}
		b.WriteString("、")
	}
	return b.String()
}

// splitTo splits 「AとB」 when both sides are whole words of Chinese characters.
func splitTo(p string) []string {
	a, b, ok := strings.Cut(p, "と")
	if !ok || strings.ContainsAny(p, "（(") {
		return []string{p}
	}
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if last >= 0x30A1 && first >= 0x30A1 && isCJK(last) && isCJK(first) {
		return []string{a, b}
	}
	return []string{p}
}

// splitOutside splits at a sign that stands outside brackets.
func splitOutside(s string, sep rune) []string {
	var out []string
	depth, from := 0, 0
	for i, r := range s {
		switch r {
		case '(', '（', '[', '「', '【':
			depth++
		case ')', '）', ']', '」', '】':
			depth--
		case sep:
			if depth <= 0 {
				out = append(out, s[from:i])
				from = i + utf8.RuneLen(r)
			}
		}
	}
	return append(out, s[from:])
}
