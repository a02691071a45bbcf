package runbook

import (
	"path"
	"strings"
	"unicode/utf8"
)

// stepBuilder fills one step from its draft.
type stepBuilder struct {
	r       *reader
	s       *Step
	answers []*block // nested items that may be answers
	asked   bool     // a decision label stands on the step
}

// buildStep reads the facts of a draft into s.
func (r *reader) buildStep(p *phaseDraft, d *draft, s *Step) {
	line, col := d.line, 1
	if d.off < len(r.t.text) && d.off >= r.t.starts[line-1] {
		if l, c := r.t.lineCol(d.off); l == line {
			col = c
		}
	}
	s.Line, s.Col, s.Form, s.Level = line, col, d.form, 1
	b := &stepBuilder{r: r, s: s}
	switch {
	case d.row != nil:
		b.row(d)
	case d.form == "heading":
		b.heading(p, d)
	case d.block.kind == kindCode:
		s.Title = sectionTitle(p.sec)
		b.part(d.block)
	default:
		b.item(d)
	}
	for _, k := range d.attached {
		b.part(k)
	}
	b.decide(d)
	b.conditional(d)
	if d.block != nil && strings.TrimSpace(s.Title) == "" {
		s.Title = r.wordsOf(d.block)
	}
	said := s.Title
	if strings.Contains(said, "※") {
		said = said[strings.LastIndex(said, "※")+len("※"):]
	}
	if len(s.Forbidden) == 0 && forbidsText(said) {
		// Ticked it says "understood"; kept in view it says what not to do.
		s.Forbidden = append(s.Forbidden, said)
	}
}

// wordsOf gives a title to a step that is nothing but a command, a warning, a
// picture or a further list: the first words in it.
func (r *reader) wordsOf(b *block) string {
	text := b.text
	if b.kind == kindCode {
		text = strings.TrimSpace(text)
	}
	if text = headLine(text); text != "" {
		if said, ok := strings.CutPrefix(text, "<!--"); ok {
			return strings.TrimSpace(strings.TrimSuffix(said, "-->"))
		}
		return text
	}
	for _, k := range b.kids {
		if text = r.wordsOf(k); text != "" {
			return text
		}
	}
	line := strings.TrimSpace(r.t.line(b.line))
	line = strings.TrimSpace(line[markLength(line):])
	if _, alt, ok := strings.Cut(line, "!["); ok {
		line, _, _ = strings.Cut(alt, "]")
	}
	if line == "" && len(b.pictures()) > 0 {
		line = path.Base(b.pictures()[0])
	}
	return line
}

// forbidsText tells a sentence that only says what not to do.
func forbidsText(s string) bool {
	s = strings.TrimSpace(trimSigns(s))
	if s == "" || s[0] < utf8.RuneSelf && s[0]|0x20 != 'd' && s[0]|0x20 != 'n' && isASCII(s) {
		return false
	}
	f := strings.TrimRight(fold(s), " .!。！")
	if hasAnyPrefix(f, "do not ", "don't ", "never ") {
		return true
	}
	return hasCJK(f) && !strings.Contains(f, "。") && (hasAnyPrefix(f, "絶対に", "決して") && hasAnySuffix(f, "ない", "ないこと", "な") || hasAnySuffix(f, "てはいけない", "てはならない", "しないこと", "禁止"))
}

func sectionTitle(s *section) string {
	if s.head == nil {
		return ""
	}
	return phaseTitle(s.title)
}

func (b *stepBuilder) item(d *draft) {
	it := d.block
	b.s.Number = it.number
	if it.off < len(b.r.t.text) && it.number == "" && it.kind == kindItem && !it.hand {
		b.s.Number = ""
	}
	b.s.Links = append(b.s.Links, it.links...)
	b.s.Figures = append(b.s.Figures, it.pictures()...)
	text, labels := b.r.labelLines(it)
	if k, ok := b.r.labels.splitKey(text); ok && k.name == "decision" && k.value != "" {
		b.asked = true
		b.record(k, it.line)
		text = k.value
	}
	b.s.Title = b.inlineFacts(b.sentenceFacts(headLine(text), it.line), it.line)
	b.headRole(it.line)
	for _, f := range labels {
		b.apply(f, it.line+f.below, it.links)
	}
	for _, k := range it.kids {
		b.part(k)
	}
}

// labelLines takes the labels off the text of a step that people write on the
// lines right below it, without a bullet.
func (r *reader) labelLines(it *block) (text string, labels []keyed) {
	if it.end == it.line || len(it.kids) > 0 && it.kids[0].line == it.line+1 {
		return it.text, nil
	}
	lines := r.paraLines(it)
	from := len(lines)
	for from > 1 {
		facts, ok := r.labels.facts(plainLine(lines[from-1]))
		if !ok || facts[0].value == "" { // "the alert / message:" is a sentence
			break
		}
		from--
		for i := range facts {
			facts[i].below = from
		}
		labels = append(facts, labels...)
	}
	if len(labels) == 0 {
		return it.text, nil
	}
	at := strings.LastIndex(it.text, plainLine(lines[from]))
	if at <= 0 {
		return it.text, nil
	}
	return strings.TrimSpace(it.text[:at]), labels
}

// headLine is a text up to its first hard line break.
func headLine(s string) string {
	if i := strings.IndexByte(s, '\n'); i > 0 {
		return strings.TrimSpace(s[:i])
	}
	return strings.TrimSpace(s)
}

func (b *stepBuilder) heading(p *phaseDraft, d *draft) {
	s := d.sec
	num, rest, ok := stepNumber(fold(trimSigns(s.title)))
	b.s.Number = num
	if ok {
		b.s.Title = lastRunes(s.title, utf8.RuneCountInString(rest))
	} else {
		b.s.Number, b.s.Title, _ = cutNumber(trimSigns(s.title))
	}
	b.s.ID = s.head.id()
	w, l, estimate := headingTime(s.title)
	switch {
	case w != nil && w.To > 0:
		b.s.Due = &Limit{Written: w.Written, Anchor: w.Anchor, After: w.To, Line: s.line}
	case l != nil && estimate:
		l.Line = s.line
		b.s.Estimate = l
	case l != nil:
		l.Line = s.line
		b.s.Due = l
	}
	if w != nil || l != nil {
		if before, _, ok := lastBracket(b.s.Title); ok && before != "" {
			b.s.Title = before
		}
	}
	if b.s.Title == "" {
		b.s.Title = strings.TrimSpace(s.title)
	}
	if hasAnswers(s) {
		b.ifHeadings(s)
		if d.line == s.line || s.step {
			return
		}
		b.s.Title = sectionTitle(s)
		return
	}
	b.section(s, 0)
}

func hasAnswers(s *section) bool {
	for _, k := range s.kids {
		if k.answer {
			return true
		}
	}
	return false
}

// section reads everything under a step heading.
func (b *stepBuilder) section(s *section, depth int) {
	blocks := s.blocks
	for i := 0; i < len(blocks); i++ {
		if q := b.boldQuestion(blocks, i); q {
			i++
			continue
		}
		b.part(blocks[i])
	}
	for _, k := range s.kids {
		owners := headingRoles(k.title)
		if depth < 3 {
			b.s.SubSteps = append(b.s.SubSteps, SubStep{Title: k.title, Line: k.line, Owner: owners})
		}
		b.r.addRoles(owners)
		b.section(k, depth+1)
	}
}

// boldQuestion reads a question followed by its answers as a decision of its
// own below a step heading.
func (b *stepBuilder) boldQuestion(blocks []*block, i int) bool {
	if i+1 >= len(blocks) || blocks[i].kind != kindPara || blocks[i+1].kind != kindList {
		return false
	}
	q, list := blocks[i], blocks[i+1]
	if !isQuestion(q.text) || !answersIn(list) {
		return false
	}
	dec := &Decision{Question: q.text, Line: q.line, EndLine: list.end, Form: "answers"}
	for _, it := range list.kids {
		if a, ok := b.r.answer(it); ok {
			dec.Branches = append(dec.Branches, a)
		}
	}
	b.s.SubSteps = append(b.s.SubSteps, SubStep{Title: q.text, Line: q.line, Decision: dec})
	if b.s.Decision == nil {
		b.s.Decision = dec
	}
	return true
}

// part reads one block that belongs to the step.
func (b *stepBuilder) part(k *block) {
	switch k.kind {
	case kindItem:
		b.listItem(k, false)
	case kindList:
		for _, it := range k.kids {
			if k.forbids {
				b.s.Forbidden = append(b.s.Forbidden, it.text)
				continue
			}
			b.listItem(it, k.ordered)
		}
	case kindPara:
		b.para(k)
	case kindCode:
		b.code(k)
	case kindQuote, kindAdmonition:
		b.s.Notes = append(b.s.Notes, b.r.quoteNote(k))
	case kindTable:
		b.table(k)
	}
}

func (b *stepBuilder) code(k *block) {
	text := strings.TrimRight(k.text, "\n")
	if isFigure(text) && !isShell(k.lang) {
		b.s.Figures = append(b.s.Figures, text)
		b.r.figureRoles(text)
		return
	}
	b.s.Commands = append(b.s.Commands, Command{Lang: k.lang, Text: text, Line: k.line})
}

// table lists check rows inside a step as sub-steps; other tables are figures.
func (b *stepBuilder) table(k *block) {
	shape := b.r.tableShape(k)
	if shape == tableSteps {
		roles := b.r.columnsOf(k)
		for _, row := range k.tableRows() {
			b.addSub(SubStep{Title: rowText(row, roles, "action"), Line: row.line, Task: true, Owner: splitNames(rowText(row, roles, "owner"))})
			b.r.addRoles(splitNames(rowText(row, roles, "owner")))
		}
		return
	}
	if shape == tableDecision {
		b.s.Choices = append(b.s.Choices, b.r.tableDecision(nil, k, b.r.columnsOf(k)))
	}
	b.s.Figures = append(b.s.Figures, b.r.t.span(k.line, k.end))
}

func (b *stepBuilder) addSub(s SubStep) {
	b.s.SubSteps = append(b.s.SubSteps, s)
}

func (b *stepBuilder) para(k *block) {
	b.s.Links = append(b.s.Links, k.links...)
	b.s.Figures = append(b.s.Figures, k.pictures()...)
	if facts, ok := b.r.factsOf(k); ok {
		for _, f := range facts {
			b.apply(f, k.line+f.below, k.links)
		}
		return
	}
	if kind := noteKind(k.text); kind != "" {
		b.s.Notes = append(b.s.Notes, Note{Kind: kind, Text: k.text, Line: k.line})
	}
}

// listItem reads one nested item: a fact, a note or a sub-step.
func (b *stepBuilder) listItem(it *block, ordered bool) {
	b.s.Links = append(b.s.Links, it.links...)
	if facts, ok := b.r.factsOf(it); ok && !it.task && !ordered {
		for _, f := range facts {
			b.apply(f, it.line, it.links)
		}
		b.factItems(facts[len(facts)-1], it)
		return
	}
	if !ordered && !it.task {
		b.unknownLabel(it)
		if kind := noteKind(it.text); kind != "" && !answerLike(it.text) {
			b.s.Notes = append(b.s.Notes, Note{Kind: kind, Text: it.text, Line: it.line})
			return
		}
	}
	b.answers = append(b.answers, it)
	if strings.Contains(it.text, "（") || strings.Contains(it.text, "(") {
		b.bracketFacts(it)
	}
	b.addSub(b.subStep(it, 1))
}

// factItems takes the items under a label without a value as its values.
func (b *stepBuilder) factItems(f keyed, it *block) {
	for _, l := range it.sublists() {
		for _, k := range l.kids {
			if f.value == "" && k.text != "" {
				b.apply(keyed{key: f.key, name: f.name, value: k.text}, k.line, k.links)
			} else if f.name == "decision" {
				b.answers = append(b.answers, k)
			}
		}
	}
	if f.name == "decision" {
		b.asked = true
	}
}

func (b *stepBuilder) subStep(it *block, depth int) SubStep {
	s := SubStep{Title: headLine(it.text), Line: it.line, Task: it.task}
	for _, k := range it.kids {
		switch k.kind {
		case kindList:
			for _, sub := range k.kids {
				if depth < 2 {
					s.Subs = append(s.Subs, b.subStep(sub, depth+1))
				}
				b.s.Links = append(b.s.Links, sub.links...)
			}
		case kindCode:
			b.code(k)
		case kindQuote:
			b.s.Notes = append(b.s.Notes, b.r.quoteNote(k))
		case kindPara:
			b.s.Links = append(b.s.Links, k.links...)
			b.s.Figures = append(b.s.Figures, k.pictures()...)
		}
	}
	if isQuestion(it.text) {
		for _, l := range it.sublists() {
			if answersIn(l) {
				s.Decision = b.r.decisionOf(it.text, it.line, it.end, l.kids)
			}
		}
	}
	return s
}

// unknownLabel reports KEY: value whose key is one letter off a known one.
func (b *stepBuilder) unknownLabel(it *block) {
	k, ok := b.r.labels.splitKey(it.text)
	if !ok || k.name != "" || k.value == "" {
		return
	}
	if near, ok := nearestLabel(k.key, b.r.table); ok {
		b.r.find("RB302", it.line, b.r.colOf(it.line, k.key), k.key, near)
		b.s.Facts = append(b.s.Facts, Fact{Key: k.key, Value: k.value, Line: it.line, Col: b.r.colOf(it.line, k.key)})
	}
}

// headRole reads 【情シス】 or [CISO] at the head of a step as its owner.
func (b *stepBuilder) headRole(line int) {
	for _, p := range [...][2]string{{"【", "】"}, {"[", "]"}} {
		rest, ok := strings.CutPrefix(b.s.Title, p[0])
		if !ok {
			continue
		}
		role, after, ok := strings.Cut(rest, p[1])
		if !ok || strings.TrimSpace(after) == "" {
			continue
		}
		if l, err := ParseLimit(role); p[0] == "【" && err == nil && b.s.Due == nil && (l.Immediate || l.After > 0) && hasAnySuffix(role, "以内", "まで", "に") {
			b.record(keyed{key: p[0] + role + p[1], value: role, name: "due"}, line)
			l.Line = line
			b.s.Due = &l
			b.s.Title = strings.TrimSpace(after)
			b.headRole(line)
			return
		}
		if !isRole(role) {
			continue
		}
		b.s.Owner, b.s.OwnerFrom = splitNames(role), "inline"
		b.r.addRoles(b.s.Owner)
	}
}
