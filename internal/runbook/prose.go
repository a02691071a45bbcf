package runbook

// collectProse reads sections without lists: a sentence and the command under
// it are one step, and so is a sentence that says what to do.
func (r *reader) collectProse(p *phaseDraft, blocks []*block) {
	for i, b := range blocks {
		switch b.kind {
		case kindPara:
			if asksAbove(blocks, i) || r.proseStep(blocks, i) && !pointsOn(blocks, i) {
				p.drafts = append(p.drafts, r.draft(draft{form: "prose", line: b.line, off: b.off, block: b}))
				continue
			}
			p.attach(b)
		case kindCode:
			if r.bareCommand(p, blocks, i) {
				p.drafts = append(p.drafts, r.draft(draft{form: "code", line: b.line, off: b.off, block: b}))
				continue
			}
			p.attach(b)
		case kindList:
			r.proseList(p, blocks, i)
		case kindTable:
			r.collectTable(p, b)
		default:
			p.attach(b)
		}
	}
}

// proseList takes bullets among prose steps: what a sentence with a colon
// announces belongs to that step.
func (r *reader) proseList(p *phaseDraft, blocks []*block, i int) {
	b := blocks[i]
	if p.last() != nil && (linkOnly(b) || r.factsOnly(b) || i > 0 && blocks[i-1].kind == kindPara && hasAnySuffix(blocks[i-1].text, ":", "：") || r.lowImperative(b)) {
		p.attach(b)
		return
	}
	r.collectList(p, blocks, i)
}

// pointsOn tells a sentence that only leads to what stands below: a table, or
// the sections that follow.
func pointsOn(blocks []*block, i int) bool {
	if i+1 < len(blocks) && blocks[i+1].kind != kindTable && blocks[i+1].kind != kindRule {
		return false
	}
	f := fold(blocks[i].text)
	return containsAny(f, "以下の流れ", "以下の手順", "以下の表", "以下のリスト", "以下の順", "以下のとおり", "以下の通り", "次の流れ", "次の手順", "次の表", "次の順", "下記の", "下の表",
		"the following steps", "the steps below", "the table below", "the sections below", "the following sections", "the list below", "the procedure below")
}

func (r *reader) proseStep(blocks []*block, i int) bool {
	b := blocks[i]
	if b.text == "" || noteKind(b.text) != "" || isTodo(b.text) {
		return false
	}
	if _, ok := r.factsOf(b); ok {
		return false
	}
	if i+1 < len(blocks) && blocks[i+1].kind == kindCode && isCommandBlock(blocks[i+1]) {
		return true
	}
	return condition(b.text) || imperative(b.text)
}

// bareCommand tells a command with no sentence before it.
func (r *reader) bareCommand(p *phaseDraft, blocks []*block, i int) bool {
	b := blocks[i]
	if !isShell(b.lang) {
		return false
	}
	if i == 0 {
		return true
	}
	prev := blocks[i-1]
	return prev.kind != kindPara && prev.kind != kindCode || p.last() == nil && prev.kind != kindPara
}

func isCommandBlock(b *block) bool {
	switch b.lang {
	case "", "indented", "text", "txt", "plaintext":
		return !isFigure(b.text)
	case "yaml", "json":
		return true
	}
	return isShell(b.lang)
}

func isTodo(s string) bool {
	return hasAnyPrefix(s, "TODO", "TBD", "FIXME")
}
