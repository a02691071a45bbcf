package runbook

import "strings"

// mayBeList tells a fence of no programming language.
func mayBeList(b *block) bool {
	return b.lang == "" || b.lang == "markdown" || b.lang == "md"
}

// fenceAsList reads a fence without language whose lines are mostly list lines
// as Markdown: checklists people keep in a fence to paste elsewhere.
func (r *reader) fenceAsList(b *block) []*block {
	total, list, before := 0, 0, ""
	counted := true // every line is numbered from 1 on, or says more about the one above
	for _, line := range strings.Split(b.text, "\n") {
		s := strings.TrimSpace(line)
		if s == "" || total == 0 && announcesSteps(s) {
			continue
		}
		total++
		if n, _, ok := cutNumber(s); ok && markLength(s) > 0 && (before == "" && n == "1" || before != "" && countsOn(before, n)) {
			before = n
		} else if before == "" || line == s && !strings.HasPrefix(s, "※") {
			counted = false
		}
		if markLength(s) > 0 || strings.HasPrefix(s, "□") || strings.HasPrefix(s, "☐") {
			list++
		}
	}
	if (list < 3 || list*10 < total*6) && (list < 1 || !counted || list == 1 && isFigure(b.text)) {
		return []*block{b}
	}
	at := strings.Index(r.t.text[b.off:], b.text)
	if at < 0 {
		return []*block{b}
	}
	base := b.off + at
	c := &converter{t: &r.t, base: base, src: []byte(b.text), text: b.text, last: 1, mem: r.mem}
	inner := r.parseInner(c)
	setEnds(&r.t, inner, b.end)
	var out []*block
	for _, k := range inner {
		if k.kind == kindHeading {
			k.kind = kindPara
		}
		if k.kind == kindPara {
			out = append(out, r.handList(k)...)
			continue
		}
		out = append(out, k)
	}
	if len(out) == 0 {
		return []*block{b}
	}
	out[0].line = min(out[0].line, b.line+1)
	for _, k := range out {
		k.each(func(x *block) { x.fromCode = true })
		if k.kind == kindList {
			for _, it := range k.kids {
				r.cutCommands(it)
				r.prepareItem(it)
			}
		}
	}
	return out
}

// announcesSteps tells 「対応手順:」 above the first line of a fence.
func announcesSteps(line string) bool {
	return hasAnySuffix(line, ":", "：") && containsAny(fold(line), "手順", "対応", "対処", "作業", "操作", "流れ", "steps", "procedure", "actions", "checklist")
}

// announced tells a section with a numbered list right under a short line that
// names what it is, 「全アラーム共通の初動:」: steps, whatever the section is called.
func (r *reader) announced(s *section) bool {
	for i, b := range s.blocks {
		if i == 0 || b.kind != kindList || !b.ordered || len(b.kids) < 2 {
			continue
		}
		lead := strings.TrimRight(s.blocks[i-1].text, "*_ ")
		name := strings.TrimRight(lead, ":： ")
		if s.blocks[i-1].kind == kindPara && name != lead && len(name) <= 60 && hasAnySuffix(name, "初動", "手順", "対応", "対処") && !containsAny(name, "以下", "次の", "、", "。") {
			return true
		}
	}
	return false
}

// commandLine tells a line of a fence that is a command below Japanese words.
func (b *block) commandLine(above, line string) bool {
	return b.fromCode && isASCII(line) && hasCJK(above)
}

// cutCommands takes the commands below the words of an item in a fence out of
// these words: there a line is a line, and what is no Japanese is to be typed.
func (r *reader) cutCommands(it *block) {
	lines := r.paraLines(it)
	for n := range lines { // the last item reaches to the fence
		if hasAnyPrefix(strings.TrimSpace(lines[n]), "```", "~~~") {
			lines = lines[:n]
			break
		}
	}
	if len(lines) == 0 {
		return
	}
	end := 1
	for end < len(lines) && it.commandLine(lines[0], lines[end]) && letterMark(lines[end]) == 0 {
		end++
	}
	if end == 1 {
		return
	}
	head := strings.TrimLeft(lines[0], " \t")
	it.text = plainLine(head[markLength(head):])
	if text, ok := cutBox(it.text); ok {
		it.text = text
	}
	it.bold = min(it.bold, len(it.text))
	if end < len(lines) {
		return
	}
	line, text := it.line+1, lines[1:end]
	indent := leadOf(text[0])
	for n, s := range text {
		text[n] = s[min(indent, leadOf(s)):]
	}
	code := &block{kind: kindCode, line: line, end: it.line + end - 1, off: r.t.starts[line-1], text: strings.Join(text, "\n"), fromCode: true, lang: "indented"}
	it.kids = append([]*block{code}, it.kids...)
}
