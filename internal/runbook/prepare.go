package runbook

import (
	"strings"
	"unicode/utf8"
)

// prepareBlocks turns what people type by hand into the blocks it stands for:
// admonitions, lists without Markdown marks, checklists inside a fence.
func (r *reader) prepareBlocks(blocks []*block) []*block {
	if !r.needsPreparing(blocks) {
		for _, b := range blocks {
			if b.kind == kindList {
				r.prepareItems(b)
			}
		}
		return blocks
	}
	out := make([]*block, 0, len(blocks))
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		switch b.kind {
		case kindPara:
			if strings.HasPrefix(b.text, "!!!") || strings.HasPrefix(b.text, "???") || strings.HasPrefix(b.text, ":::") {
				b.kind = kindAdmonition
				for i+1 < len(blocks) && blocks[i+1].lang == "indented" {
					i++
					b.kids = append(b.kids, blocks[i])
					b.end = blocks[i].end
				}
				out = append(out, b)
				continue
			}
			list, n := r.handParas(blocks[i:], lastItem(out))
			if n == 0 {
				list, n = r.bulletParas(blocks[i:])
			}
			if n > 0 {
				out = append(out, list)
				i += n - 1
				continue
			}
			if b.end == b.line {
				out = append(out, b)
				continue
			}
			out = append(out, r.handList(b)...)
		case kindCode:
			if !mayBeList(b) {
				out = append(out, b)
				continue
			}
			out = append(out, r.fenceAsList(b)...)
		case kindList:
			r.prepareItems(b)
			out = append(out, b)
		default:
			out = append(out, b)
		}
	}
	return out
}

// lastItem gives the number of the last item above, if it is near: at most a few
// blocks that explain it stand below.
func lastItem(blocks []*block) string {
	for i := len(blocks) - 1; i >= 0 && i >= len(blocks)-1-maxBetween; i-- {
		switch b := blocks[i]; {
		case b.kind == kindList && b.ordered && len(b.kids) > 0:
			return b.kids[len(b.kids)-1].number
		case b.kind == kindHeading, b.kind == kindRule, b.allBold():
			return ""
		}
	}
	return ""
}

// needsPreparing tells blocks of which one may be something else than it looks.
func (r *reader) needsPreparing(blocks []*block) bool {
	for _, b := range blocks {
		switch b.kind {
		case kindPara:
			if b.end > b.line || hasAnyPrefix(b.text, "!!!", "???", ":::") || handMark(b.text) > 0 {
				return true
			}
		case kindCode:
			if mayBeList(b) {
				return true
			}
		}
	}
	return false
}

func (r *reader) prepareItems(list *block) {
	for _, it := range list.kids {
		r.prepareItem(it)
	}
}

func (r *reader) prepareItem(it *block) {
	if it.end > it.line {
		if lines := r.paraLines(it); len(lines) > 1 || strings.Contains(it.text, "\n") {
			r.handItem(it, lines)
		}
	}
	it.kids = r.prepareBlocks(it.kids)
}

// paraLines gives the raw lines of a paragraph, or of the first one of an item.
func (r *reader) paraLines(b *block) []string {
	end := b.end
	if len(b.kids) > 0 {
		end = b.kids[0].line - 1
	}
	out := make([]string, 0, max(end-b.line, 0)+1)
	for n := b.line; n <= end; n++ {
		line := r.t.line(n)
		if n > b.line && strings.TrimSpace(line) == "" {
			break
		}
		out = append(out, line)
	}
	return out
}

// handMark gives the length of a list mark typed by hand at the head of a line.
func handMark(line string) int {
	if line != "" && line[0] >= 'A' && isAlnum(line[0]) {
		return 0
	}
	s := strings.TrimLeft(line, " \t　")
	lead := len(line) - len(s)
	if s == "" {
		return 0
	}
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == '[':
		if rest, ok := cutBox(s); ok && rest != "" && rest[0] != '(' {
			return lead + len(s) - len(rest)
		}
	case r >= '①' && r <= '⒛', r >= '❶' && r <= '➓', strings.ContainsRune("✓✔☑✅⬜❏❑▶►➤◯◎＊", r), r == '・', r == '□', r == '☐', r == '●', r == '◆', r == '○', r == '◇', r == '■', r == '▪', r == '•':
		if len(s) > size {
			return lead + size
		}
	case r == '-' && len(s) > 1 && s[1] != '-' && s[1] != ' ' && s[1] != '\t':
		next, _ := utf8.DecodeRuneInString(s[1:])
		if next >= utf8.RuneSelf || isAlnum(s[1]) && s[1] > '9' {
			return lead + 1
		}
	case r == '*' && len(s) > 1 && s[1] >= utf8.RuneSelf && strings.Count(s, "*") == 1:
		return lead + 1
	case r == '\\' && strings.HasPrefix(s[1:], "("): // \(1\), as converters write it
		if n := digits(s[2:]); n > 0 && strings.HasPrefix(s[2+n:], `\)`) {
			return lead + 2 + n + 2
		}
	case r == '（' || r == '(':
		if n := digits(s[size:]); n > 0 {
			if t := s[size+n:]; strings.HasPrefix(t, "）") {
				return lead + size + n + len("）")
			} else if strings.HasPrefix(t, ")") {
				return lead + size + n + 1
			}
		}
	default:
		n := digits(s)
		if n == 0 {
			return 0
		}
		if sign := numberSign(s[n:], r >= '０'); sign > 0 {
			return lead + n + sign
		}
	}
	return 0
}

// numberSign is the length of the sign behind a number typed by hand, 0 if what
// follows makes it no mark: 1.5, 12：30, and "1. x", which is a list already.
func numberSign(t string, wide bool) int {
	for _, sep := range [...]string{"．", ".)", "）", "、", `\.`, `\)`} {
		if strings.HasPrefix(t, sep) {
			return len(sep)
		}
	}
	for _, sep := range [...]string{"：", "."} {
		if next, ok := strings.CutPrefix(t, sep); ok && next != "" && (next[0] >= utf8.RuneSelf && digits(next) == 0 || wide && sep == ".") {
			return len(sep)
		}
	}
	if wide && (strings.HasPrefix(t, "　") || strings.HasPrefix(t, " ")) {
		return len(t) - len(strings.TrimLeft(t, " 　"))
	}
	return 0
}

// digits counts the bytes of one to three digits, half or full width.
func digits(s string) int {
	n := 0
	for k := 0; k < 3; k++ {
		r, size := utf8.DecodeRuneInString(s[n:])
		if (r < '0' || r > '9') && (r < '０' || r > '９') {
			break
		}
		n += size
	}
	return n
}

// handList reads a paragraph with two or more hand-typed marks as a list.
func (r *reader) handList(b *block) []*block {
	if b.end == b.line {
		return []*block{b}
	}
	lines := r.paraLines(b)
	items, lead := r.handItems(b, lines)
	if len(items) < 2 {
		return []*block{b}
	}
	list := &block{kind: kindList, line: items[0].line, end: b.end, off: items[0].off, hand: true}
	list.kids = items
	list.ordered = handMarkOrdered(lines[lead])
	if lead == 0 {
		return []*block{list}
	}
	b.end = items[0].line - 1
	b.text = joinLines(lines[:lead])
	b.bold = min(b.bold, len(b.text))
	return []*block{b, list}
}

func handMarkOrdered(line string) bool {
	s := strings.TrimLeft(line, " \t　")
	r, _ := utf8.DecodeRuneInString(s)
	return r >= '①' && r <= '⑳' || r == '（' || r == '(' || digits(s) > 0
}

func (r *reader) handItems(b *block, lines []string) (items []*block, lead int) {
	lead = -1
	marks := lineMarks(lines)
	for i, line := range lines {
		n := marks[i]
		if n == 0 {
			if len(items) > 0 {
				last := items[len(items)-1]
				last.text = joined(last.text, plainLine(line))
				last.end = b.line + i
			}
			continue
		}
		if lead < 0 {
			lead = i
		}
		it := &block{kind: kindItem, line: b.line + i, end: b.line + i, off: r.t.starts[b.line+i-1], hand: true}
		n = max(n, 0)
		mark := strings.TrimSpace(line[:n])
		it.number = handNumber(mark)
		it.text = plainLine(line[n:])
		if hasAnyPrefix(mark, "□", "☐", "[") {
			it.task = true
		}
		it.links = r.linksOnLine(b, it.line)
		it.text = linkWords(it.text, it.links)
		items = append(items, it)
	}
	return items, lead
}

// linkWords leaves of each link what a reader sees of it: [plan](plan.md) is "plan".
func linkWords(s string, links []Link) string {
	for _, l := range links {
		at := strings.Index(s, "]("+l.URL)
		if at < 0 {
			continue
		}
		open, end := strings.LastIndexByte(s[:at], '['), strings.IndexByte(s[at+2+len(l.URL):], ')')
		if open < 0 || end < 0 || open > 0 && s[open-1] == '!' {
			continue
		}
		s = s[:open] + s[open+1:at] + s[at+2+len(l.URL)+end+1:]
	}
	return s
}

func (r *reader) linksOnLine(b *block, line int) []Link {
	var out []Link
	for _, l := range b.links {
		if l.Line == line {
			out = append(out, l)
		}
	}
	return out
}

func handNumber(mark string) string {
	f := strings.Trim(fold(mark), `().、:\`)
	if f != "" && f[0] >= '0' && f[0] <= '9' {
		return f
	}
	return ""
}

// plainLine is a raw line without the marks of bold and code.
func plainLine(s string) string {
	if strings.IndexByte(s, '*') < 0 && strings.IndexByte(s, '`') < 0 {
		return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), `\`))
	}
	return strings.TrimSpace(marks.Replace(strings.TrimSuffix(strings.TrimSpace(s), `\`)))
}

func joinLines(lines []string) string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = plainLine(l)
	}
	return strings.Join(out, " ")
}

// handItem finds sub-items typed by hand inside an item: 「・」 lines, or letters
// made with hard line breaks.
func (r *reader) handItem(it *block, lines []string) {
	var subs []*block
	cut := -1
	for i := 1; i < len(lines); i++ {
		n := handMark(lines[i])
		if n == 0 {
			n = letterMark(lines[i])
		}
		if n == 0 {
			if len(subs) > 0 && !it.commandLine(subs[len(subs)-1].text, lines[i]) {
				subs[len(subs)-1].text += plainLine(lines[i])
			}
			continue
		}
		if cut < 0 {
			cut = i
		}
		line := it.line + i
		subs = append(subs, &block{kind: kindItem, line: line, end: line, off: r.t.starts[line-1], hand: true,
			text: plainLine(lines[i][n:]), links: r.linksOnLine(it, line)})
	}
	if len(subs) == 0 {
		return
	}
	list := &block{kind: kindList, line: subs[0].line, end: subs[len(subs)-1].end, off: subs[0].off, hand: true, kids: subs}
	it.kids = append([]*block{list}, it.kids...)
	if head := cutAtLine(it.text); head != "" && cut == 1 && !it.fromCode {
		it.text = head
		it.bold = min(it.bold, len(it.text))
		return
	}
	first := lines[0]
	for i := 0; i < len(first); i++ {
		if n := markLength(first[i:]); n > 0 {
			first = first[i+n:]
			break
		}
	}
	head := append([]string{first}, lines[1:cut]...)
	if text, ok := cutBox(joinLines(head)); ok {
		it.text = text
	} else {
		it.text = joinLines(head)
	}
	it.bold = min(it.bold, len(it.text))
}

func cutAtLine(s string) string {
	if i := strings.IndexByte(s, '\n'); i > 0 {
		return strings.TrimSpace(s[:i])
	}
	return ""
}

// letterMark tells "a. x" and "a) x" at the head of a line.
func letterMark(line string) int {
	s := strings.TrimLeft(line, " \t")
	if len(s) < 4 || !(s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z') || (s[1] != '.' && s[1] != ')') || s[2] != ' ' {
		return 0
	}
	return len(line) - len(s) + 2
}
