package runbook

import (
	"strings"
	"unicode/utf8"
)

// isQuestion tells a text that asks: it ends in ？, ? or か.
func isQuestion(s string) bool {
	if s == "" || isAlnum(s[len(s)-1]) || s[len(s)-1] == '.' || s[len(s)-1] == ':' {
		return false
	}
	s = strings.TrimRight(s, " 　*_")
	if before, _, ok := lastBracket(s); ok && before != "" && hasAnySuffix(s, "）", ")") {
		s = before
	}
	if hasAnySuffix(s, "？", "?") {
		return true
	}
	s = strings.TrimRight(s, "。 ")
	return hasAnySuffix(s, "か") && !hasAnySuffix(s, "なか", "ほか", "しか", "ゆたか", "わずか")
}

// answerSep gives the length of the sign between the lead of an answer and its
// text that stands at s[i], 0 if there is none.
func answerSep(s string, i int) int {
	switch s[i] {
	case ':':
		return 1
	case 0xEF:
		return lengthOf(s[i:], "：")
	case 0xE2:
		return lengthOf(s[i:], "→")
	case ' ':
		return max(lengthOf(s[i:], " - "), lengthOf(s[i:], " – "), lengthOf(s[i:], " — "))
	case '=':
		return lengthOf(s[i:], "=>")
	case '-':
		return lengthOf(s[i:], "->")
	}
	return 0
}

// lengthOf is the length of a sign when s begins with it, otherwise 0.
func lengthOf(s, sign string) int {
	if strings.HasPrefix(s, sign) {
		return len(sign)
	}
	return 0
}

// cutAnswer cuts LEAD SEP text. Items are asked this several times each, so it
// looks for all separators in one pass.
func cutAnswer(s string) (lead, text string, ok bool) {
	for i := 0; i < len(s); i++ {
		if !answerMark[s[i]] {
			continue
		}
		if n := answerSep(s, i); n > 0 {
			lead = strings.Trim(s[:i], " *_　「」")
			if lead == "" {
				return "", "", false
			}
			return lead, strings.TrimLeft(s[i+n:], " *　"), true
		}
	}
	return "", "", false
}

// isAnswerLead tells the words that open an answer by themselves.
func isAnswerLead(lead string) bool {
	f := strings.Trim(fold(stripBrackets(lead)), " *_「」.、,")
	switch f {
	case "はい", "いいえ", "yes", "no", "ok", "ng", "可", "否", "不可", "あり", "なし", "有", "無", "できる", "できない", "できた", "できなかった", "不明", "それ以外", "その他", "otherwise", "else", "y", "n", "true", "false",
		"該当", "非該当", "該当する", "該当しない", "合格", "不合格", "正常", "異常", "成功", "失敗", "go", "no-go", "no go", "unknown", "unsure", "pass", "fail", "上記以外", "分からない", "わからない", "成立", "不成立", "必要", "不要", "いる", "いない", "ある", "ない":
		return true
	}
	if i := strings.IndexAny(f, ",、"); i > 0 { // "Yes, by the duty officer", 「いいえ、まだ動いている」
		switch f[:i] {
		case "はい", "いいえ", "yes", "no", "不明", "unknown":
			return true
		}
	}
	return hasAnyPrefix(f, "if ", "when ") || hasAnySuffix(f, "の場合", "なら", "場合", "のとき", "ならば", "時")
}

func answerLike(text string) bool {
	lead, _, ok := cutAnswer(text)
	return ok && isAnswerLead(lead)
}

// answersIn tells a list of at least two answers.
func answersIn(list *block) bool {
	n := 0
	for _, it := range list.kids {
		if answerLike(it.text) {
			n++
		}
	}
	return n >= 2
}

// asksAbove tells a paragraph at i that is one whole bold question over the
// answers to it: a decision of its own (RUNBOOKS 4.6).
func asksAbove(blocks []*block, i int) bool {
	if i+1 >= len(blocks) || blocks[i].kind != kindPara || blocks[i+1].kind != kindList {
		return false
	}
	q, list := blocks[i], blocks[i+1]
	return q.allBold() && !strings.Contains(q.text, "\n") && isQuestion(q.text) && !list.isTaskList() && answersIn(list)
}

// answer reads one item as a branch.
func (r *reader) answer(it *block) (Branch, bool) {
	lead, text, ok := cutAnswer(it.text)
	if n := utf8.RuneCountInString(lead); !ok || n > 40 && !isAnswerLead(lead) || n > 70 {
		return Branch{}, false
	}
	br := Branch{Label: lead, Text: strings.TrimSpace(text), Line: it.line}
	br.To = r.jump(text, it.links, it.line, false)
	for _, l := range it.sublists() {
		for _, k := range l.kids {
			br.Subs = append(br.Subs, SubStep{Title: headLine(k.text), Line: k.line, Task: k.task})
			if br.To == nil {
				br.To = r.jump(k.text, k.links, k.line, false)
			}
		}
	}
	return br, true
}

// decisionOf reads items as the answers to a question. Any short lead counts
// when every item has the form; otherwise only the known ones.
func (r *reader) decisionOf(question string, line, end int, items []*block) *Decision {
	d := &Decision{Question: question, Line: line, EndLine: end, Form: "answers"}
	every := len(items) >= 2
	for _, it := range items {
		lead, _, ok := cutAnswer(it.text)
		every = every && ok && utf8.RuneCountInString(lead) <= 30
	}
	for _, it := range items {
		if !every && !answerLike(it.text) {
			continue
		}
		if br, ok := r.answer(it); ok {
			d.Branches = append(d.Branches, br)
		}
	}
	if len(d.Branches) < 2 {
		return nil
	}
	return d
}

// decide makes the step a decision when it asks and has two answers.
func (b *stepBuilder) decide(d *draft) {
	s := b.s
	if s.Decision != nil && len(s.Decision.Branches) > 1 {
		return
	}
	question, line := s.Title, s.Line
	if s.Decision != nil {
		question, line = s.Decision.Question, s.Decision.Line
	}
	s.Decision = nil
	asks := b.asked || isQuestion(question)
	if asks {
		s.Decision = b.r.decisionOf(question, line, line, b.answers)
	}
	switch {
	case s.Decision != nil:
		b.dropAnswers()
		for _, br := range s.Decision.Branches {
			s.Decision.EndLine = max(s.Decision.EndLine, br.Line)
		}
	case b.asked:
		b.r.find("RB402", s.Line, s.Col)
		yes, no := "はい", "いいえ"
		if b.r.rb.Language == "en" {
			yes, no = "Yes", "No"
		}
		s.Decision = &Decision{Question: question, Line: line, EndLine: line, Form: "answers",
			Branches: []Branch{{Label: yes, Line: line}, {Label: no, Line: line}}}
	case asks && b.unlikeAnswer() != nil:
		it := b.unlikeAnswer()
		b.r.find("RB410", it.line, b.r.colOf(it.line, headLine(it.text)))
	case asks && len(s.SubSteps) == 0 && d.form != "task" && d.form != "row":
		b.r.find("RB401", s.Line, s.Col)
	}
}

// unlikeAnswer gives the first nested item without the form of an answer, when
// two others have it: their author meant a question with words of his own.
func (b *stepBuilder) unlikeAnswer() *block {
	var odd *block
	n := 0
	for _, it := range b.answers {
		lead, _, ok := cutAnswer(it.text)
		switch {
		case ok && utf8.RuneCountInString(lead) <= 30:
			n++
		case odd == nil:
			odd = it
		}
	}
	if n < 2 {
		return nil
	}
	return odd
}

// dropAnswers takes the answers out of the sub-steps.
func (b *stepBuilder) dropAnswers() {
	taken := map[int]bool{}
	for _, br := range b.s.Decision.Branches {
		taken[br.Line] = true
	}
	kept := b.s.SubSteps[:0]
	for _, sub := range b.s.SubSteps {
		if !taken[sub.Line] {
			kept = append(kept, sub)
		}
	}
	b.s.SubSteps = kept
}

// conditional reads a lone "If …" step, and decisions stated in prose.
func (b *stepBuilder) conditional(d *draft) {
	s := b.s
	if s.Condition == "" && s.Decision == nil && d.form != "heading" {
		s.Condition = conditionOf(s.Title)
	}
	if s.Decision != nil {
		return
	}
	b.r.proseChoices(d, s)
}

// conditionOf gives the condition a text opens with, "" if none.
func conditionOf(text string) string {
	if hasCJK(text) {
		if !mayConditionJA(text) {
			return ""
		}
		head, _, _ := strings.Cut(text, "。")
		for _, mark := range [...]string{"場合は", "場合には", "場合、", "場合:", "場合：", "場合に", "ときは", "とき、", "なら、", "なければ", "れば、", "たら、", "おそれがあれば"} {
			if i := strings.Index(head, mark); i > 0 {
				return strings.TrimSpace(strings.TrimRight(head[:i+len(mark)], "、:：に"))
			}
		}
		if hasAnySuffix(strings.TrimRight(head, " ："), "場合") {
			return head
		}
		return ""
	}
	if !condition(text) || hasAnyPrefix(strings.ToLower(text), "for ") {
		return ""
	}
	if i := strings.IndexAny(text, ",:"); i > 0 && i < 160 {
		return strings.TrimSpace(text[:i])
	}
	return ""
}

// mayConditionJA tells a text with one of the words that conditionOf looks for:
// 場合, とき, なら, れば, たら.
func mayConditionJA(s string) bool {
	for i := 0; i+5 < len(s); i++ {
		switch {
		case s[i] < 0xE3:
		case s[i] == 0xE3:
			switch s[i : i+6] {
			case "とき", "なら", "れば", "たら":
				return true
			}
			i += 2
		default:
			if strings.HasPrefix(s[i:], "場合") {
				return true
			}
			i += 2
		}
	}
	return false
}

// isIfHeading tells "HALT OPERATIONS IF:".
func isIfHeading(title string) bool {
	return endsIf(fold(title))
}

// endsIf is isIfHeading for a folded text.
func endsIf(f string) bool {
	f = strings.TrimRight(f, " :：")
	return (hasAnySuffix(f, " if", " when", " if any of", "の場合", "のとき", "の条件") || actIf(f)) && len(f) > 3 && !strings.HasPrefix(f, "what to do")
}

// actIf tells 「止める場合」, an act in its plain form and when to do it. The past and
// the negative, 「止まった場合」「動かない場合」, say what happened: what stands below
// them is done, and stays steps.
func actIf(f string) bool {
	act, ok := strings.CutSuffix(f, "場合")
	return ok && hasAnySuffix(act, "る", "す", "く", "ぐ", "つ", "ぶ", "む", "う")
}

// ifHeadings reads "CONTINUE IF:", "HALT IF:" headings in a row.
func (b *stepBuilder) ifHeadings(s *section) {
	dec := &Decision{Question: sectionTitle(s), Line: b.s.Line, Form: "headings"}
	for _, blk := range s.blocks {
		b.part(blk)
	}
	for _, k := range s.kids {
		if !k.answer {
			continue
		}
		br := Branch{Label: strings.TrimRight(k.title, " :："), Line: k.line}
		var text []string
		for _, blk := range k.blocks {
			if blk.kind == kindList {
				for _, it := range blk.kids {
					br.Subs = append(br.Subs, SubStep{Title: headLine(it.text), Line: it.line, Task: it.task})
				}
				continue
			}
			if blk.kind == kindPara {
				text = append(text, blk.text)
			}
		}
		br.Text = strings.Join(text, "\n")
		dec.Branches = append(dec.Branches, br)
		dec.EndLine = k.end
	}
	b.s.Decision = dec
}

// tableDecision reads a table of conditions and first actions.
func (r *reader) tableDecision(s *section, t *block, roles []columnRole) Decision {
	d := Decision{Line: t.line, EndLine: t.end, Form: "table"}
	if s != nil && s.head != nil {
		d.Question = sectionTitle(s)
		if len(s.blocks) > 0 && s.blocks[0] == t {
			d.Line = s.line
		}
	}
	if d.Question == "" {
		d.Question = t.tableHead().cells[0].text
	}
	for _, row := range t.tableRows() {
		cond := rowText(row, roles, "condition")
		if cond == "" {
			continue
		}
		d.Branches = append(d.Branches, Branch{Label: cond, Text: rowText(row, roles, "action"), Line: row.line})
	}
	return d
}
