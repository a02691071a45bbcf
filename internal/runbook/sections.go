package runbook

import (
	"strings"
	"unicode/utf8"
)

// usualSections is how many a usual file has.
const usualSections = 16

// maxBoldHeading is how long a bold line may be and still read as a heading.
const maxBoldHeading = 90

// section is a heading with what stands under it.
type section struct {
	head    *block // nil for the page before the first heading
	title   string
	line    int
	end     int // last line of its own blocks
	treeEnd int // last line of everything below
	level   int
	number  string
	plain   string // folded title without leading signs
	stepNum bool   // "Step 3": names a step by number
	forbids bool   // a heading over things not to do
	parent  *section
	kids    []*section
	blocks  []*block
	own     sectionKind // by its own words
	kind    sectionKind // after inheritance
	guessed bool        // kind was not clear from any heading
	step    bool        // the heading is a step
	isTitle bool
	answer  bool // an "IF:" heading, a branch of a decision
}

// buildSections makes the section tree from headings and bold lines. all holds
// the sections in document order, the root first.
func (r *reader) buildSections(blocks []*block) (all []*section) {
	root := &section{line: 1, level: 0}
	all = append(make([]*section, 0, usualSections), root)
	cur, real, from := root, 0, 0
	for i, b := range blocks {
		if b.kind == kindPara && r.isPseudoHeading(blocks, i) {
			b.kind, b.pseudo, b.level = kindHeading, true, real+1
			b.text = strings.TrimRight(b.text, " :：")
		}
		if b.kind != kindHeading {
			cur.blocks = blocks[from : i+1 : i+1]
			continue
		}
		from = i + 1
		if !b.pseudo {
			real = b.level
		}
		level := b.level * 2
		if b.pseudo {
			level = real*2 + 1
		}
		s := r.mem.sections.next()
		s.head, s.title, s.line, s.level = b, b.text, b.line, level
		bare := trimSigns(b.text)
		s.number, _, _ = cutNumber(bare)
		s.plain = fold(bare)
		_, _, s.stepNum = stepNumber(s.plain)
		s.forbids = isProhibition(s.plain)
		parent := cur
		for parent.level >= level {
			parent = parent.parent
		}
		s.parent = parent
		parent.kids = append(parent.kids, s)
		all = append(all, s)
		cur = s
	}
	for i, s := range all {
		s.end = r.t.count()
		if i+1 < len(all) {
			s.end = max(all[i+1].line-1, s.line)
		}
	}
	for i := len(all) - 1; i >= 0; i-- {
		all[i].treeEnd = all[i].end
		if n := len(all[i].kids); n > 0 {
			all[i].treeEnd = all[i].kids[n-1].treeEnd
		}
	}
	return all
}

// isPseudoHeading tells a whole bold line that stands as a heading: Word turns
// headings into these. Labels, notes, questions and sentences are not.
func (r *reader) isPseudoHeading(blocks []*block, i int) bool {
	b := blocks[i]
	if !b.allBold() && !allCaps(b) || utf8.RuneCountInString(b.text) > maxBoldHeading || strings.Contains(b.text, "\n") {
		return false
	}
	if i+1 == len(blocks) || blocks[i+1].kind == kindRule || (blocks[i+1].kind == kindHeading && !blocks[i+1].pseudo) {
		return false
	}
	text := strings.TrimRight(b.text, " :：*")
	if hasAnySuffix(text, "。", ".", "!", "！", "?", "？", "；", ";", "、") || strings.Contains(text, "。") || strings.Contains(text, "→") {
		return false
	}
	if asksAbove(blocks, i) || isWrapperWord(fold(text)) && blocks[i+1].kind == kindList {
		return false
	}
	if k, ok := r.labels.splitKey(b.text); ok {
		if k.value != "" && (k.name != "" || r.docLabels.name(k.key) != "") {
			return false
		}
		if k.value == "" && (k.name == "owner" || k.name == "forbidden") {
			return false
		}
	}
	if condition(text) && !isIfHeading(text) && utf8.RuneCountInString(text) > 40 {
		return false
	}
	return noteKind(text) == ""
}

// allCaps tells a line of its own in capitals: plain text has no other heading.
func allCaps(b *block) bool {
	if b.kind != kindPara || b.end > b.line || len(b.text) > 60 || len(b.links) > 0 || hasAnyPrefix(b.text, "TODO", "TBD", "FIXME", "[", "<") {
		return false
	}
	letters, words := 0, 0
	for i := 0; i < len(b.text); i++ {
		c := b.text[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= utf8.RuneSelf || c == '`' || c == '_' || c == '=':
			return false
		case c >= 'A' && c <= 'Z':
			letters++
		case c == ' ' || c == ':':
			words++
		}
	}
	return letters >= 5 && words > 0
}

// classify gives every section its kind, from the top down.
func (r *reader) classify(all []*section) {
	r.findTitle(all)
	for _, s := range all {
		if s.head != nil && !s.isTitle {
			var both bool
			s.own, both = r.words.kind(s)
			switch {
			case s.forbids:
				s.own = kindContext
			case both && s.own == kindContext && r.hasStepList(s) && !neverSteps(s.title):
				s.own = kindAction
			case s.own == kindContext && hasStepHeadings(s) && !neverSteps(s.title):
				s.own = kindAction // "Severity: decision tree" over "Step 1", "Step 2"
			case s.own == kindContext && r.announced(s) && !neverSteps(s.title):
				s.own = kindAction
			case s.own == kindSoftContext && r.hasStepList(s):
				s.own = kindUnknown
			case s.own == kindSoftContext:
				s.own = kindContext
			}
		}
		if k, ok := kindOverride(r.labels, s); ok {
			s.own = k
		}
	}
	for _, s := range all {
		if s.parent == nil {
			s.kind = kindUnknown
			continue
		}
		s.kind = r.inherit(s)
	}
	r.markSteps(all)
	for _, s := range all {
		if s.kind == kindAction && !s.step && !s.answer && r.describes(s) {
			s.kind, s.guessed = kindContext, true
		}
	}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].kind == kindUnknown {
			all[i].guessed = true
			all[i].kind = r.guessKind(all[i])
		}
	}
	r.readProse(all)
}

// readProse takes a page in which no section is an action for what it is: prose
// that says what to do. Sections whose heading speaks for context stay so.
func (r *reader) readProse(all []*section) {
	for _, s := range all {
		if s.kind == kindAction || s.kind == kindPrepare || s.step {
			return
		}
	}
	for _, s := range all {
		if s.guessed && s.own == kindUnknown && r.tellsWhatToDo(s) {
			s.kind = kindAction
		}
	}
}

// tellsWhatToDo tells a section with a command below a sentence, and another
// sentence or more that say what to do.
func (r *reader) tellsWhatToDo(s *section) bool {
	acts, commands := 0, 0
	for i, b := range s.blocks {
		switch {
		case b.kind == kindPara && r.proseStep(s.blocks, i):
			acts++
		case b.kind == kindCode && isShell(b.lang):
			commands++
		}
	}
	return acts > 1 && commands > 0 || acts > 2
}

// findTitle marks the one heading that names the page: its words say nothing
// about what the sections below are for.
func (r *reader) findTitle(all []*section) {
	root := all[0]
	var tops []*section
	for _, s := range root.kids {
		if !s.head.pseudo {
			tops = append(tops, s)
		}
	}
	if len(tops) == 0 {
		return
	}
	first := tops[0]
	if first.head.level == 1 && !firstOfNumbered(tops) || len(tops) == 1 {
		first.isTitle = true
	}
	if i := indexOf(all, first); first.isTitle && i+1 < len(all) && bare(first) && all[i+1].parent == first && bare(all[i+1]) {
		// A second heading with nothing between is the rest of the title.
		all[i+1].isTitle = true
	}
	for _, s := range tops[1:] {
		if s.head.level == 1 && len(s.kids) > 0 {
			s.isTitle = true
		}
	}
}

// bare tells a section with no text of its own.
func bare(s *section) bool {
	for _, b := range s.blocks {
		if b.kind != kindRule {
			return false
		}
	}
	return true
}

func (r *reader) inherit(s *section) sectionKind {
	up := s.parent
	if s.own == kindContext && s.forbids {
		return kindContext
	}
	if up.own == kindContext || up.kind == kindContext {
		if s.own == kindAction && !s.head.pseudo && !r.weakAction(s) {
			return kindAction
		}
		if s.own == kindSoftAction && hasStepHeadings(s) || s.own == kindAction && !s.head.pseudo && phaseHeading(s.plain) {
			return kindAction
		}
		if s.own == kindAction && s.head.pseudo && r.hasStepList(s) && s.level-up.level > 1 && up.own != kindContext {
			return kindAction
		}
		return kindContext
	}
	switch s.own {
	case kindUnknown:
		if s.isTitle {
			return kindUnknown
		}
		return up.kind
	case kindAction, kindPrepare:
		return s.own
	case kindSoftAction:
		if up.kind == kindPrepare {
			return kindPrepare
		}
		return kindAction
	}
	return kindContext
}

func hasStepHeadings(s *section) bool {
	for _, k := range s.kids {
		if k.stepNum {
			return true
		}
	}
	return false
}

// neverSteps tells headings of supplies, drills, forms, lists of links and
// prohibitions: what is ticked or numbered there is not a step of the run.
func neverSteps(title string) bool {
	f := fold(stripBrackets(title))
	return isProhibition(f) || containsAny(f, "備品", "訓練", "事例", "教訓", "連絡先", "連絡網", "用語", "目次", "履歴", "改訂", "様式", "文面", "文例", "参考", "関連", "テンプレート",
		"training", "template", "example", "reference", "resource", "glossary", "contact", "appendix", "related", "history", "suppl")
}

// isProhibition tells a folded heading over things not to do.
func isProhibition(f string) bool {
	if hasCJK(f) {
		if _, after, ok := strings.Cut(f, "禁止"); ok && hasAnyPrefix(after, "区域", "区間", "区画", "エリア", "ゾーン", "場所", "時", "中", "令", "命令", "措置", "解除", "の解除", "を解除", "された", "されて") {
			return false // 「立入禁止区域の設定」 is something to do
		}
		if hasAnySuffix(strings.TrimRight(f, " :："), "は行わない", "は行いません", "はしない", "はしません", "をしない", "をしません") && containsAny(f, "以下", "次の", "下記") {
			return true
		}
		return containsAny(f, "禁止", "禁則", "やってはいけない", "してはいけない", "絶対やるな", "絶対にやるな", "やらないこと")
	}
	f = strings.Trim(f, " :*_!")
	switch f {
	case "do not", "don't", "don'ts", "never":
		return true
	}
	return hasAnyPrefix(f, "do not do", "what not to do", "things not to do") || hasAnySuffix(f, " do not", " does not", " must not", " should not", " shall not", " may not", " will not", " cannot", " don't", " doesn't", " never")
}

// weakAction tells a section under a context heading whose action word is not
// borne out by a list of steps of its own or below.
func (r *reader) weakAction(s *section) bool {
	if r.hasStepList(s) {
		return false
	}
	for _, k := range s.kids {
		if k.stepNum || !r.weakAction(k) {
			return false
		}
	}
	return true
}

// kindOverride reads 「種別: 参考」 under a heading.
func kindOverride(labels labelSet, s *section) (sectionKind, bool) {
	for i := 0; i < len(s.blocks) && i < 3; i++ {
		b := s.blocks[i]
		if b.kind != kindPara {
			continue
		}
		k, ok := labels.splitKey(b.text)
		if !ok || k.name != "kind" {
			continue
		}
		switch fold(k.value) {
		case "参考", "資料", "context", "reference":
			return kindContext, true
		case "手順", "action", "procedure", "steps":
			return kindAction, true
		case "準備", "prepare", "preparation":
			return kindPrepare, true
		}
	}
	return kindUnknown, false
}

// hasStepList tells an ordered list, a task list or a check table among the
// section's own blocks.
func (r *reader) hasStepList(s *section) bool {
	for _, b := range s.blocks {
		switch b.kind {
		case kindList:
			if (b.ordered || b.isTaskList()) && !linkOnly(b) {
				return true
			}
		case kindTable:
			if r.tableShape(b) == tableSteps {
				return true
			}
		}
	}
	return false
}

// describes tells a section without sections below that holds nothing but
// bullets of which too few say what to do: criteria, cases, figures. It informs,
// whatever its parent is for. A heading that names an act raises the doubt
// needed, and one that begins with a verb settles it.
func (r *reader) describes(s *section) bool {
	if len(s.kids) > 0 || r.hasStepList(s) || s.own != kindUnknown && actsTitle(s.title) {
		return false
	}
	acts, bullets := 0, 0
	for i, b := range s.blocks {
		switch b.kind {
		case kindCode, kindTable:
			return false
		case kindPara:
			if imperative(b.text) || condition(b.text) || asksAbove(s.blocks, i) {
				return false
			}
		case kindList:
			if r.isLabelled(b) {
				return false
			}
			for _, it := range b.kids {
				bullets++
				if imperative(leadText(it)) || condition(it.text) || isWrapper(it) || isQuestion(it.text) {
					acts++
				}
			}
		}
	}
	if s.own == kindUnknown {
		return acts*4 < bullets
	}
	return bullets > 0 && acts == 0
}

// guessKind decides for a section no heading speaks for: action if it holds an
// ordered or task list, a labelled step, shell commands, or bullets of which
// half say what to do.
func (r *reader) guessKind(s *section) sectionKind {
	if r.hasStepList(s) {
		return kindAction
	}
	acts, bullets, commands := 0, 0, 0
	for _, b := range s.blocks {
		switch b.kind {
		case kindCode:
			if isShell(b.lang) {
				commands++
			}
		case kindTable:
			if r.tableShape(b) == tableDecision {
				return kindAction
			}
		case kindList:
			for _, it := range b.kids {
				if onlyLink(it) {
					continue
				}
				bullets++
				if imperative(leadText(it)) || condition(leadText(it)) {
					acts++
				}
			}
		}
	}
	if commands > 0 && s.head != nil {
		return kindAction
	}
	if bullets > 0 && acts*2 >= bullets {
		return kindAction
	}
	return kindContext
}

// leadText is the text of an item after a bold lead such as "**Isolate:**".
func leadText(it *block) string {
	if it.bold > 0 && it.bold < len(it.text) {
		rest := strings.TrimLeft(it.text[it.bold:], " :：-–—")
		if rest != "" && !imperative(it.text) {
			return rest
		}
	}
	return it.text
}

func isShell(lang string) bool {
	switch strings.ToLower(strings.Trim(lang, "{}. ")) {
	case "bash", "sh", "shell", "console", "zsh", "shell-session", "powershell", "ps1", "cmd", "bat", "terminal", "shellscript", "sql", "promql", "ssh":
		return true
	}
	return false
}

// onlyLink tells an item that is nothing but a link.
func onlyLink(it *block) bool {
	if len(it.links) != 1 || it.task {
		return false
	}
	rest := strings.Replace(it.text, it.links[0].Text, "", 1)
	return strings.Trim(rest, " .。:：-–—()（）") == ""
}

// linkOnly tells a list of links: a bibliography, never steps.
func linkOnly(b *block) bool {
	n := 0
	for _, it := range b.kids {
		if onlyLink(it) {
			n++
		}
	}
	return n > 0 && n*3 >= len(b.kids)*2
}
