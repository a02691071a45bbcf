package runbook

import "strings"

// hasActList tells bullets of which most say what to do.
func (r *reader) hasActList(s *section) bool {
	for _, b := range s.blocks {
		if b.kind == kindList && !linkOnly(b) && !r.lowImperative(b) {
			return true
		}
	}
	return false
}

// listsLead tells a section whose steps stand in lists or tables.
func (r *reader) listsLead(s *section) bool {
	lists, pairs := 0, 0
	for i, b := range s.blocks {
		switch b.kind {
		case kindList:
			if linkOnly(b) || r.factsOnly(b) || i > 0 && asksAbove(s.blocks, i-1) {
				continue
			}
			if b.ordered || b.isTaskList() {
				return true
			}
			lists++
		case kindTable:
			if shape := r.tableShape(b); shape == tableSteps || shape == tableDecision {
				return true
			}
		case kindCode:
			if i > 0 && s.blocks[i-1].kind == kindPara {
				pairs++
			}
		}
	}
	return lists > 0 && pairs < 2
}

// factsOnly tells a list of labels and nothing else.
func (r *reader) factsOnly(b *block) bool {
	if b.ordered || b.isTaskList() || len(b.kids) == 0 {
		return false
	}
	for _, it := range b.kids {
		if _, ok := r.factsOf(it); !ok {
			return false
		}
	}
	return true
}

func (p *phaseDraft) last() *draft {
	if len(p.drafts) == 0 {
		return nil
	}
	return p.drafts[len(p.drafts)-1]
}

// attach gives a block to the step before it, else to the phase.
func (p *phaseDraft) attach(b *block) {
	if d := p.last(); d != nil {
		d.attached = append(d.attached, b)
		return
	}
	p.intro = append(p.intro, b)
}

func (r *reader) collectLists(p *phaseDraft, blocks []*block) {
	for i, b := range blocks {
		switch b.kind {
		case kindList:
			r.collectList(p, blocks, i)
		case kindTable:
			r.collectTable(p, b)
		case kindPara:
			if asksAbove(blocks, i) || r.announces(p, blocks, i) {
				p.drafts = append(p.drafts, r.draft(draft{form: "prose", line: b.line, off: b.off, block: b}))
				continue
			}
			p.attach(b)
		default:
			p.attach(b)
		}
	}
}

// announces tells a sentence that says what to do over bullets that do not:
// "Find the cause. Common causes are:". The sentence is the step.
func (r *reader) announces(p *phaseDraft, blocks []*block, i int) bool {
	if p.strong || i+1 >= len(blocks) || !r.proseStep(blocks, i) {
		return false
	}
	next := blocks[i+1]
	return next.kind == kindList && !next.ordered && !next.isTaskList() && !r.isLabelled(next) && !linkOnly(next) && r.lowImperative(next)
}

func (r *reader) collectTable(p *phaseDraft, b *block) {
	shape := r.tableShape(b)
	if shape != tableSteps && shape != tableDecision {
		p.attach(b)
		return
	}
	roles := r.columnsOf(b)
	if shape == tableDecision {
		p.loose = append(p.loose, r.tableDecision(p.sec, b, roles))
	}
	for _, row := range b.tableRows() {
		if rowText(row, roles, "action") == "" && rowText(row, roles, "condition") == "" {
			continue
		}
		p.drafts = append(p.drafts, r.draft(draft{form: "row", line: row.line, off: row.off, row: row, table: b, roles: roles, cond: shape == tableDecision}))
	}
}

func rowText(row *tableRow, roles []columnRole, name string) string {
	for i, c := range roles {
		if c.name == name && i < len(row.cells) {
			return strings.TrimSpace(row.cells[i].text)
		}
	}
	return ""
}

// forbidsBelow tells a paragraph that opens a list of what not to do: 「禁止:」 or
// 「次のことは禁止です。」 in its last sentence. 「禁止: 電源を切らない」 and 「電源を切ることは禁止です。」
// are said whole, and what follows them are steps.
func (r *reader) forbidsBelow(b *block) bool {
	if facts, ok := r.factsOf(b); ok && facts[len(facts)-1].value != "" {
		return false
	}
	lines := r.paraLines(b)
	f := strings.Trim(fold(plainLine(lines[len(lines)-1])), " *_")
	said := strings.TrimRight(f, "。.")
	if i := strings.LastIndexAny(said, "。."); i >= 0 {
		said = strings.TrimLeft(said[i:], "。. ")
	}
	switch {
	case !isProhibition(said):
		return false
	case hasAnySuffix(said, ":", "："), containsAny(said, "以下", "次の", "下記", "下の"):
		return true
	}
	return !hasAnySuffix(f, "。", ".") && !strings.ContainsAny(said, ":：")
}

// collectList takes the items of a list as steps, unless the list belongs to
// the step before, summarises the page or is a bibliography.
func (r *reader) collectList(p *phaseDraft, blocks []*block, i int) {
	b := blocks[i]
	switch {
	case p.last() != nil && i > 0 && p.last().block == blocks[i-1] && asksAbove(blocks, i-1):
		p.attach(b)
		return
	case i > 0 && blocks[i-1].kind == kindPara && r.forbidsBelow(blocks[i-1]):
		b.forbids = true
		p.attach(b)
		return
	case linkOnly(b) && !b.isTaskList(), r.factsOnly(b), quotesOnly(b), r.variablesOnly(b):
		p.attach(b)
		return
	case i > 0 && blocks[i-1].kind == kindPara && !b.ordered && !b.isTaskList() && !r.isLabelled(b) && casesFollow(blocks[i-1].text):
		r.collectCases(p, blocks, i)
		return
	case r.isSummary(b):
		r.find("RB220", b.line, 1)
		p.attach(b)
		return
	case p.last() != nil && p.last().form == "prose" && i > 0 && p.last().block == blocks[i-1] && !b.ordered && !b.isTaskList() && r.lowImperative(b):
		p.attach(b)
		return
	case p.last() != nil && r.childrenOf(p, blocks, i):
		if !r.isLabelled(b) {
			r.find("RB211", b.line, 1, p.last().number())
		}
		p.attach(b)
		return
	case p.strong && !b.ordered && !b.isTaskList() && !r.isLabelled(b) && r.lowImperative(b):
		// Beside a numbered list, bullets that name no act explain it.
		p.attach(b)
		return
	}
	r.noteNumbering(p, b)
	for _, it := range b.kids {
		r.collectItem(p, b, it)
	}
}

// casesFollow tells a sentence over the cases in which it holds: "Prefer the
// backup when:", 「次のような場合に、経路を変えます：」. They are its conditions.
func casesFollow(s string) bool {
	f := fold(strings.TrimRight(s, " *_"))
	t := strings.TrimRight(f, " :：。.")
	if hasCJK(f) {
		_, after, ok := cutAnyOf(f, "以下の", "次の", "下記の", "以下に", "次に")
		return ok && hasAnyPrefix(strings.TrimPrefix(strings.TrimPrefix(after, "ような"), "いずれかの"), "場合", "ときに", "ときは", "条件の", "状況の") && hasAnySuffix(f, ":", "：", "。")
	}
	if !strings.HasSuffix(f, ":") {
		return false
	}
	for _, end := range [...]string{" of the following", " of these", " the following", " any", " all", " one", " either"} {
		t = strings.TrimSuffix(t, end)
	}
	return hasAnySuffix(t, " when", " if", " only if", " unless") && len(strings.Fields(t)) > 1
}

// cutAnyOf is strings.Cut at the first of some separators that is there.
func cutAnyOf(s string, seps ...string) (before, after string, ok bool) {
	for _, sep := range seps {
		if before, after, ok = strings.Cut(s, sep); ok {
			return before, after, true
		}
	}
	return s, "", false
}

// collectCases makes a sentence over its cases one step, unless it already is.
func (r *reader) collectCases(p *phaseDraft, blocks []*block, i int) {
	above := blocks[i-1]
	if d := p.last(); d == nil || d.block != above {
		r.detach(p, above)
		p.drafts = append(p.drafts, r.draft(draft{form: "prose", line: above.line, off: above.off, block: above}))
	}
	p.attach(blocks[i])
}

// detach takes a block back from where attach put it last.
func (r *reader) detach(p *phaseDraft, b *block) {
	if d := p.last(); d != nil {
		if n := len(d.attached); n > 0 && d.attached[n-1] == b {
			d.attached = d.attached[:n-1]
		}
		return
	}
	if n := len(p.intro); n > 0 && p.intro[n-1] == b {
		p.intro = p.intro[:n-1]
	}
}

// variablesOnly tells a list of settings by name: each item begins with a name
// in capitals set as code, and says nothing to do.
func (r *reader) variablesOnly(b *block) bool {
	for _, it := range b.kids {
		_, t, ok := strings.Cut(r.t.line(it.line), "`")
		name, _, closed := strings.Cut(t, "`")
		if !ok || !closed || it.task || !strings.HasPrefix(it.text, name) || !strings.Contains(name, "_") || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
			return false
		}
	}
	return len(b.kids) > 1 && !b.ordered
}

// quotesOnly tells a list of words to say: wordings, not steps.
func quotesOnly(b *block) bool {
	for _, it := range b.kids {
		t := strings.TrimSpace(it.text)
		if len(it.kids) > 0 || !hasAnyPrefix(t, "\"", "“", "「", "『") || !hasAnySuffix(t, "\"", "”", "」", "』") {
			return false
		}
	}
	return len(b.kids) > 0
}

func (d *draft) number() string {
	if d.block != nil && d.block.number != "" {
		return d.block.number
	}
	return "?"
}

func (r *reader) collectItem(p *phaseDraft, list, it *block) {
	text := strings.TrimSpace(it.text)
	switch {
	case text == "" && len(it.kids) == 0 && len(it.pictures()) == 0:
		r.find("RB213", it.line, 1)
		return
	case isWrapper(it):
		for _, sub := range it.kids {
			if sub.kind != kindList {
				p.attach(sub)
				continue
			}
			for _, k := range sub.kids {
				r.collectItem(p, sub, k)
			}
		}
		return
	case isPurpose(it):
		if p.purpose == "" {
			_, v, _, _ := cutAny(text, ":", "：")
			p.purpose = strings.TrimSpace(v)
		}
		p.attach(it)
		return
	}
	if !it.task && !list.ordered {
		if _, ok := r.factsOf(it); ok && (p.last() != nil || r.mostlyLabels(list)) {
			p.attach(it)
			return
		}
		if p.last() != nil && noteKind(text) != "" {
			p.attach(it)
			return
		}
	}
	form := "item"
	if it.task {
		form = "task"
	}
	if it.fromCode {
		form = "code"
	}
	p.drafts = append(p.drafts, r.draft(draft{form: form, line: it.line, off: it.off, block: it}))
}

func (r *reader) mostlyLabels(list *block) bool {
	n := 0
	for _, it := range list.kids {
		if _, ok := r.factsOf(it); ok {
			n++
		}
	}
	return n*2 >= len(list.kids)
}

// childrenOf tells whether the unordered list at i belongs to the item before:
// people lose the indentation on the way out of a word processor.
func (r *reader) childrenOf(p *phaseDraft, blocks []*block, i int) bool {
	b, d := blocks[i], p.last()
	if b.ordered || d.block == nil || d.block.kind != kindItem || i == 0 {
		return false
	}
	if d.block.number == "" || d.block.hand && b.hand {
		return d.block.task && r.isLabelled(b)
	}
	prev := blocks[i-1]
	if prev.kind != kindList {
		return !b.isTaskList() && r.lowImperative(b)
	}
	item := d.block
	if r.goesOn(blocks[i+1:], item) || item.allBold() || hasAnySuffix(item.text, ":", "：") || r.isLabelled(b) {
		return true
	}
	return answersIn(b) && isQuestion(item.text)
}

// lowImperative tells bullets that explain rather than say what to do.
func (r *reader) lowImperative(b *block) bool {
	return b.actItems()*2 < len(b.kids)
}

// actItems counts the items of a list that say what to do or open with a
// condition. It is asked for often and counted once.
func (b *block) actItems() int {
	if b.acts == 0 {
		b.acts = 1
		for _, it := range b.kids {
			if imperative(leadText(it)) || condition(it.text) {
				b.acts++
			}
		}
	}
	return b.acts - 1
}

func (r *reader) isLabelled(b *block) bool {
	for _, it := range b.kids {
		if _, ok := r.factsOf(it); ok && !it.task {
			return true
		}
	}
	return false
}

// goesOn tells whether an ordered list further on continues the numbering of an
// item, or starts again at 1 where every item is numbered 1.
func (r *reader) goesOn(rest []*block, item *block) bool {
	n := item.numberValue()
	if n == 0 { // 5b
		return false
	}
	for _, b := range rest {
		if b.kind == kindHeading {
			return false
		}
		if b.kind == kindList && b.ordered && !b.hand {
			first := b.kids[0].numberValue()
			return first == n+1 || first == 1 && n == 1
		}
	}
	return false
}

// noteNumbering reports lists that continue an earlier one, and numbers out of
// order.
func (r *reader) noteNumbering(p *phaseDraft, b *block) {
	if !b.ordered || len(b.kids) == 0 {
		return
	}
	first := b.kids[0].numberValue()
	if d := p.last(); d != nil && d.block != nil && d.block.kind == kindItem && first > 1 && d.block.numberValue() == first-1 {
		r.find("RB210", b.line, 1)
	}
	same, wrong := true, false
	for i, it := range b.kids {
		n := it.numberValue()
		if n == 0 {
			return
		}
		same = same && n == first
		wrong = wrong || n != first+i
	}
	if wrong && !same {
		r.find("RB209", b.line, 1, numbersOf(b))
	}
}

func numbersOf(b *block) string {
	var out []string
	for i, it := range b.kids {
		if i == 8 {
			out = append(out, "…")
			break
		}
		out = append(out, it.number)
	}
	return strings.Join(out, ", ")
}

// isWrapper tells "**Actions:**" and the like over a list of the real steps.
func isWrapper(it *block) bool {
	if len(it.sublists()) == 0 {
		return false
	}
	text := strings.TrimSpace(stripBrackets(it.text))
	if k, v, _, ok := cutAny(text, ":", "："); ok {
		if strings.Trim(v, " *_.") != "" {
			return false
		}
		text = k
	}
	return isWrapperWord(fold(text))
}

func isWrapperWord(f string) bool {
	f = strings.Trim(f, " *:_")
	switch f {
	case "action", "actions", "step", "steps", "task", "tasks", "procedure", "sub-runbooks/steps", "steps/actions", "actions/steps", "activities", "immediate actions",
		"key actions", "recommended actions", "response actions", "sub-runbooks", "workflow", "action items", "action steps", "process", "checklist",
		"手順", "対応", "アクション", "作業", "実施内容", "対応手順", "作業手順", "実施手順", "対応内容", "やること", "タスク", "チェックリスト", "ステップ", "具体的な手順", "実行手順":
		return true
	}
	return strings.HasSuffix(f, "/steps") || strings.HasSuffix(f, "/actions")
}

func isPurpose(it *block) bool {
	k, _, _, ok := cutAny(it.text, ":", "：")
	if !ok || len(it.kids) > 0 {
		return false
	}
	return isPurposeWord(k)
}

func isPurposeWord(key string) bool {
	switch fold(strings.Trim(key, "* ")) {
	case "objective", "objectives", "purpose", "goal", "aim", "目的", "ゴール", "目標状態":
		return true
	}
	return false
}
