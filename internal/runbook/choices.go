package runbook

import "strings"

// A choice is a decision stated in prose: two outcomes, or a condition with a
// jump. It is shown beside the step and never armed, because a guess must not
// produce an action.

// proseChoices finds the choices in everything that belongs to a step.
func (r *reader) proseChoices(d *draft, s *Step) {
	var blocks []*block
	switch {
	case d.form == "heading":
		r.sectionChoices(d.sec, s)
		return
	case d.block != nil:
		blocks = append(blocks, d.block)
	}
	blocks = append(blocks, d.attached...)
	for _, b := range blocks {
		s.Choices = append(s.Choices, r.choicesIn(b)...)
	}
}

func (r *reader) sectionChoices(sec *section, s *Step) {
	for _, b := range sec.blocks {
		s.Choices = append(s.Choices, r.choicesIn(b)...)
	}
	for _, k := range sec.kids {
		r.sectionChoices(k, s)
	}
}

// choicesIn finds the outermost choice of a block, or those of its parts.
func (r *reader) choicesIn(b *block) []Decision {
	switch b.kind {
	case kindCode:
		if n := arrowLines(b.text); n >= 2 {
			return []Decision{{Question: "", Line: b.line, EndLine: b.end, Form: "prose"}}
		}
		return nil
	case kindAdmonition:
		if choiceText(r.t.span(b.line, b.end), nil) {
			return []Decision{{Question: headLine(b.text), Line: b.line, EndLine: b.end, Form: "prose"}}
		}
		return nil
	case kindPara, kindItem:
		if choiceText(b.text, b) || b.kind == kindItem && (caseItems(b.kids) || conditionItems(b.kids)) {
			return []Decision{{Question: headLine(b.text), Line: b.line, EndLine: b.end, Form: "prose"}}
		}
	}
	var out []Decision
	for _, k := range b.kids {
		out = append(out, r.choicesIn(k)...)
	}
	return out
}

// jumps tells a block whose text sends the reader elsewhere.
func jumps(b *block) bool {
	for _, l := range b.links {
		if strings.HasPrefix(l.URL, "#") || l.Runbook {
			return true
		}
	}
	f := fold(b.text)
	return containsAny(f, "skip to", "skip this", "go to ", "proceed to", "continue with step", "return to step", "escalate to") ||
		!isASCII(f) && containsAny(f, "へ進む", "に進む", "に戻る", "へ戻る", "を中止", "→ ", "へ移行", "手順へ", "にエスカレーション", "へエスカレーション")
}

// choiceText tells a text with two conditions, one condition and a jump, or
// "whether … or …". A nil block stands for one that jumps.
func choiceText(s string, b *block) bool {
	if len(s) < 12 {
		return false
	}
	n, whether := 0, 0
	wide := hasCJK(s)
	if wide {
		n = conditionsJA(s)
	} else {
		at := mayCondition(s)
		if at == len(s) {
			return false // by far the most
		}
		n, whether = conditions(s), at
	}
	switch {
	case n >= 2:
		return true
	case n == 1 && (b == nil || jumps(b)):
		return true
	case n == 1 && wide:
		return containsAny(s, "または", "あるいは", "もしくは")
	}
	i := strings.Index(s[whether:], "hether to ")
	return i >= 0 && strings.Contains(s[whether+i:], " or ")
}

// conditions counts the sentences or clauses that open with a condition.
func conditions(s string) int {
	n := 0
	for _, sentence := range splitSentences(s) {
		if condition(sentence) && !hasAnyPrefix(strings.ToLower(strings.TrimLeft(sentence, " *_")), "for ", "once", "when ") {
			n++
		} else if containsAny(sentence, ", if ", " however if ", "; if ", " unless ") {
			n++
		}
	}
	return n
}

// conditionsJA counts the marks of a condition in one pass.
func conditionsJA(s string) int {
	n := 0
	for i := 0; i+5 < len(s); i++ {
		switch c := s[i]; {
		case c == 0xE5 && s[i+1] == 0xA0:
			n += headsOf(s[i:], "場合")
		case c == 0xE3 && (s[i+1] == 0x81 || s[i+1] == 0x82):
			switch s[i : i+3] {
			case "な":
				n += headsOf(s[i:], "なら", "なければ")
			case "で":
				n += headsOf(s[i:], "でもNG", "でも NG")
			case "と":
				n += headsOf(s[i:], "とき、", "ときは")
			case "た":
				n += headsOf(s[i:], "たら、")
			case "れ":
				n += headsOf(s[i:], "れば、")
			}
			i += 2
		case c >= 0xE3:
			i += 2
		case (c == 'N' || c == 'O') && (s[i+1] == 'G' || s[i+1] == 'K'):
			n += headsOf(s[i:], "NG →", "OK →")
		}
	}
	return n
}

// headsOf counts the words that stand at the head of s.
func headsOf(s string, words ...string) int {
	n := 0
	for _, w := range words {
		if strings.HasPrefix(s, w) {
			n++
		}
	}
	return n
}

// mayCondition gives where one of the words that open a condition, or "whether to",
// stands first, the length of the text if none does: if, unless, otherwise, else,
// in case, in the event.
func mayCondition(s string) int {
	for i := 0; i < len(s); i++ {
		if conditional[s[i]] && opensCondition(s, i) {
			return i
		}
	}
	return len(s)
}

// opensCondition tells one of the words of mayCondition by a letter of its own.
func opensCondition(s string, i int) bool {
	switch s[i] {
	case 'f':
		return i > 0 && i+1 < len(s) && s[i-1]|0x20 == 'i' && !isAlnum(s[i+1]) && (i == 1 || !isAlnum(s[i-2]))
	case 'n':
		return i > 0 && s[i-1]|0x20 == 'i' && hasAnyPrefix(s[i:], "n case", "n the case", "n the event")
	case 'u', 'U':
		return strings.HasPrefix(s[i+1:], "nless ")
	case 'W':
		return strings.HasPrefix(s[i:], "Whether to ")
	case 'w':
		return strings.HasPrefix(s[i:], "whether to ") || i > 4 && strings.EqualFold(s[i-5:i], "other") && strings.HasPrefix(s[i:], "wise")
	case 'E':
		return strings.HasPrefix(s[i:], "Else")
	}
	return false
}

// splitSentences cuts at full stops and line breaks.
func splitSentences(s string) []string {
	var out []string
	from := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' || (s[i] == '.' || s[i] == '?' || s[i] == '!') && i+1 < len(s) && s[i+1] == ' ' {
			out = append(out, strings.TrimSpace(s[from:i+1]))
			from = i + 1
		}
	}
	return append(out, strings.TrimSpace(s[from:]))
}

// caseItems tells "**Bad deployment:** roll it back" items, all of one form.
func caseItems(kids []*block) bool {
	for _, l := range kids {
		if l.kind != kindList || l.ordered || len(l.kids) < 2 {
			continue
		}
		all := true
		for _, it := range l.kids {
			lead, text, ok := cutAnswer(it.text)
			all = all && ok && it.bold > 0 && len(lead) <= 60 && text != "" && it.bold <= len(lead)+4 && imperative(text)
		}
		if all {
			return true
		}
	}
	return false
}

// conditionItems tells sub-items of which two open with a condition.
func conditionItems(kids []*block) bool {
	for _, l := range kids {
		n := 0
		if l.kind == kindList && len(l.kids) > 1 {
			for _, it := range l.kids {
				if conditionOf(it.text) != "" || answerLike(it.text) {
					n++
				}
			}
		}
		if n >= 2 {
			return true
		}
	}
	return false
}

// arrowLines counts lines "condition → act" of a fence.
func arrowLines(s string) int {
	n := 0
	for _, line := range strings.Split(s, "\n") {
		left, right, ok := cutArrow(line)
		if !ok || strings.TrimSpace(right) == "" {
			continue
		}
		f := fold(left)
		if isAnswerLead(f) || containsAny(f, "ng", "ok", "全項目", "でも", "場合", "以上", "以下", "未満", "yes", "no ", "if ") {
			n++
		}
	}
	return n
}

func cutArrow(line string) (left, right string, ok bool) {
	for _, a := range [...]string{"→", "=>", "->"} {
		if left, right, ok = strings.Cut(line, a); ok {
			return strings.Trim(left, " 　│├└─"), right, true
		}
	}
	return line, "", false
}

// looseSections looks through the sections that are no phase and belong to no
// step, for choices and for roles named in drawings.
func (r *reader) looseSections() {
	phase := map[*section]bool{}
	for _, p := range r.phaseOf {
		phase[p.sec] = true
	}
	for _, s := range r.sections {
		if phase[s] || s.step || s.answer || s.underStep() {
			continue
		}
		r.looseChoices(s)
		r.looseNotes(s)
		for _, b := range s.blocks {
			if b.kind == kindCode && s.own != kindContext {
				r.figureRoles(b.text)
			}
		}
	}
}

// looseNotes keeps what a section forbids, and the warnings above the first
// phase, as notes of the document.
func (r *reader) looseNotes(s *section) {
	for _, b := range s.blocks {
		switch {
		case b.kind == kindPara:
			// A limit in a reference section, such as one for each severity.
			if k, ok := r.labels.splitKey(b.text); ok && k.name == "due" {
				if l, err := ParseLimit(k.value); err == nil && l.Immediate {
					r.noteLimit(l, b.line)
				}
			}
		case b.kind == kindList && s.forbids:
			for _, it := range b.kids {
				r.rb.Notes = append(r.rb.Notes, Note{Kind: "prohibition", Text: it.text, Line: it.line})
			}
		case (b.kind == kindQuote || b.kind == kindAdmonition) && (s.head == nil || s.isTitle):
			r.rb.Notes = append(r.rb.Notes, r.quoteNote(b))
		}
	}
}

// looseChoices finds choices in the sections no step stands in: a warning at
// the top of the page, a matrix of headings with their outcome in brackets.
func (r *reader) looseChoices(s *section) {
	for _, b := range s.blocks {
		switch b.kind {
		case kindAdmonition, kindQuote, kindPara:
			r.rb.Choices = append(r.rb.Choices, r.choicesIn(b)...)
		case kindTable:
			if r.tableShape(b) == tableDecision && s.kind != kindContext {
				r.rb.Choices = append(r.rb.Choices, r.tableDecision(s, b, r.columnsOf(b)))
			}
		}
	}
	var branches []Branch
	for _, k := range s.kids {
		if before, outcome, ok := lastBracket(k.title); ok && imperative(outcome) {
			branches = append(branches, Branch{Label: before, Text: outcome, Line: k.line})
		}
	}
	if len(branches) >= 2 && len(branches)*2 >= len(s.kids) {
		r.rb.Choices = append(r.rb.Choices, Decision{Question: sectionTitle(s), Line: s.line, EndLine: s.treeEnd, Form: "headings", Branches: branches})
	}
}
