package runbook

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxPerRule is how many times a rule about the bare text is reported in a file.
const maxPerRule = 50

// hotBytes are the bytes at which something a rule looks for may begin. Control
// characters and the first bytes of invisible ones come on top.
const hotBytes = "<[{_TFAgx-=:\xEF\xC2\xE2\x7F"

// textScan goes over the text once and hands each hot byte to its rule.
type textScan struct {
	r       *reader
	counts  map[string]int
	lastBar int // end of the last rule of underscores
}

// lintText looks through the bare text in one pass.
func (r *reader) lintText() {
	s := textScan{r: r, counts: map[string]int{}}
	text, hot := r.t.text, hotByte()
	for i := range len(text) {
		if hot[text[i]] != 0 { // most are nothing to any rule
			s.at(text, i)
		}
	}
}

// hotTable has the bytes at which textScan looks closer.
func hotTable() *[256]uint8 {
	var hot [256]uint8
	for c := range 0x20 {
		if c != '\n' && c != '\t' {
			hot[c] = 1
		}
	}
	for i := range hotBytes {
		hot[hotBytes[i]] = 1
	}
	return &hot
}

func (s *textScan) at(text string, i int) {
	switch c := text[i]; c {
	case '<':
		s.angle(text, i)
	case '[':
		if name, ok := s.r.blankAt(i); ok {
			s.outsideCode("RB601", i, "["+name+"]")
		}
		if strings.HasPrefix(text[i:], "[[_") {
			s.tag(i)
		}
	case '{':
		if hasAnyPrefix(text[i:], "{{<", "{{%", "{%") {
			s.tag(i)
		}
	case '_':
		if i >= s.lastBar && strings.HasPrefix(text[i:], "____") {
			s.bar(text, i, "_")
		}
	case 'T', 'F':
		s.todo(text, i)
	case 'A', 'g', 'x':
		if i+3 < len(text) && (text[i+1] == 'K' || text[i+1] == 'S' || text[i+1] == 'h' || text[i+1] == 'o' || text[i+1] == 'a') {
			s.key(text, i)
		}
	case '-':
		s.hyphen(text, i)
	case '=', ':':
		s.assigned(text, i, i+1)
	case 0xEF:
		if strings.HasPrefix(text[i:], "：") {
			s.assigned(text, i, i+len("："))
			return
		}
		if i >= s.lastBar && strings.HasPrefix(text[i:], "＿＿") {
			s.bar(text, i, "＿")
			return
		}
		s.invisible(text, i)
	default:
		s.invisible(text, i)
	}
}

// report notes a finding unless its rule has been reported often enough.
func (s *textScan) report(id string, off int, args ...any) {
	if s.counts[id]++; s.counts[id] <= maxPerRule {
		s.r.findAt(id, off, args...)
	}
}

func (s *textScan) outsideCode(id string, off int, args ...any) {
	if !s.r.code[s.r.t.lineOf(off)] {
		s.report(id, off, args...)
	}
}

// invisible reports control, zero-width and direction-changing characters.
func (s *textScan) invisible(text string, i int) {
	ch, _ := utf8.DecodeRuneInString(text[i:])
	if isInvisible(ch) && !(ch == 0x200D && joinsEmoji(text, i)) {
		s.report("RB109", i, fmt.Sprintf("U+%04X", ch))
	}
}

// tag reports a template tag that nothing has resolved.
func (s *textScan) tag(i int) {
	if !s.r.inCodeSpan(i) {
		s.outsideCode("RB112", i)
	}
}

// bar reports a rule of underscores to write on.
func (s *textScan) bar(text string, i int, mark string) {
	s.lastBar = i
	for strings.HasPrefix(text[s.lastBar:], mark) {
		s.lastBar += len(mark)
	}
	s.outsideCode("RB601", i, "____")
}

func (s *textScan) todo(text string, i int) {
	for _, w := range [...]string{"TODO", "TBD", "FIXME"} {
		if !strings.HasPrefix(text[i:], w) {
			continue
		}
		end := i + len(w)
		if (i == 0 || !isAlnum(text[i-1])) && (end == len(text) || !isAlnum(text[end]) && text[end] != '-') {
			s.outsideCode("RB601", i, w)
		}
		return
	}
}

// angle reports calls of Slack, template tags and HTML that acts.
func (s *textScan) angle(text string, i int) {
	if i+1 >= len(text) {
		return
	}
	switch text[i+1] {
	case '!', '@':
		if !hasAnyPrefix(text[i:], "<!channel", "<!here", "<!everyone", "<!subteam", "<@U", "<@W") {
			return
		}
		if end := strings.IndexByte(text[i:min(i+40, len(text))], '>'); end > 0 {
			s.outsideCode("RB805", i, text[i:i+end+1])
		}
		return
	case '%':
		s.tag(i)
		return
	}
	if name, ok := activeTag(text[i:]); ok && !s.r.inFence(i) && !s.r.inCodeSpan(i) {
		s.report("RB801", i, name)
	}
}

func (r *reader) findAt(id string, off int, args ...any) {
	line, col := r.t.lineCol(off)
	r.find(id, line, col, args...)
}

func isInvisible(c rune) bool {
	switch {
	case c < ' ' && c != '\n' && c != '\t', c == 0x7F, c >= 0x80 && c <= 0x9F, c == 0xAD:
		return true
	case c >= 0x200B && c <= 0x200F, c >= 0x202A && c <= 0x202E, c >= 0x2060 && c <= 0x2064, c >= 0x2066 && c <= 0x2069, c == 0xFEFF:
		return true
	}
	return false
}

func joinsEmoji(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	return before >= 0x2190
}

// blankAt tells a [square blank]: no link, reference, box, note or alert.
func (r *reader) blankAt(off int) (string, bool) {
	text := r.t.text
	rest := text[off+1:]
	if len(rest) > 64 {
		rest = rest[:64]
	}
	end := strings.IndexAny(rest, "]\n[")
	if end <= 1 || rest[end] != ']' {
		return "", false
	}
	name := rest[:end]
	first, _ := utf8.DecodeRuneInString(name)
	if !(first >= 'A' && first <= 'Z' || first >= 'a' && first <= 'z' || isCJK(first)) || strings.ContainsAny(name, "`*/|=") {
		return "", false
	}
	if off > 0 && (text[off-1] == ']' || text[off-1] == '!' || text[off-1] == '[' || text[off-1] == '\\' || isAlnum(text[off-1])) {
		return "", false
	}
	after := ""
	if at := off + 1 + end + 1; at < len(text) {
		after = text[at:min(at+1, len(text))]
	}
	if after == "(" || after == "[" || after == ":" || r.inCodeSpan(off) {
		return "", false
	}
	if r.isMark(off, after) {
		return "", false
	}
	// A shortcut reference has its definition somewhere.
	return name, !r.references()[strings.ToLower(name)]
}

// isMark tells a bracket at the head of a quoted line that goes on after it:
// the mark of a message, such as [First report], and no blank.
func (r *reader) isMark(off int, after string) bool {
	head := r.t.text[r.t.starts[r.t.lineOf(off)-1]:off]
	return after == " " && strings.HasPrefix(strings.TrimSpace(head), ">") && strings.Trim(head, "> ") == ""
}

// references collects the names of link definitions, once.
func (r *reader) references() map[string]bool {
	if r.refs != nil {
		return r.refs
	}
	r.refs = map[string]bool{}
	for from := 0; ; {
		i := strings.Index(r.t.text[from:], "]:")
		if i < 0 {
			return r.refs
		}
		end := from + i
		from = end + 2
		line := r.t.text[r.t.starts[r.t.lineOf(end)-1]:end]
		if open := strings.IndexByte(line, '['); open >= 0 {
			r.refs[strings.ToLower(line[open+1:])] = true
		}
	}
}

// inCodeSpan tells an odd number of backquotes before the offset on its line.
func (r *reader) inCodeSpan(off int) bool {
	start := r.t.starts[r.t.lineOf(off)-1]
	return strings.Count(r.t.text[start:off], "`")%2 == 1
}

// inFence tells a place inside a code block; raw HTML blocks do not count.
func (r *reader) inFence(off int) bool {
	line := r.t.lineOf(off)
	return r.code[line] && !r.html[line]
}

// activeTag names a tag that runs something, or an event attribute.
func activeTag(s string) (string, bool) {
	if len(s) < 4 || s[1]|0x20 < 'a' || s[1]|0x20 > 'z' {
		return "", false
	}
	head := s[:min(len(s), 300)]
	end := strings.IndexByte(head, '>')
	if end >= 0 {
		head = head[:end]
	}
	head = strings.ToLower(head)
	for _, t := range [...]string{"<script", "<iframe", "<object", "<embed", "<form", "<applet", "<base", "<link", "<meta", "<style", "<svg"} {
		if strings.HasPrefix(head, t) && !isAlnum((head + " ")[len(t)]) {
			return t + ">", true
		}
	}
	if end < 0 {
		return "", false
	}
	tag := head
	if strings.Contains(tag, "javascript:") {
		return "javascript:", true
	}
	for _, a := range [...]string{"onload", "onerror", "onclick", "onmouseover", "onfocus"} {
		if i := strings.Index(tag, a); i > 0 && (tag[i-1] == ' ' || tag[i-1] == '/' || tag[i-1] == '\t' || tag[i-1] == '\n') && strings.HasPrefix(strings.TrimLeft(tag[i+len(a):], " "), "=") {
			return a, true
		}
	}
	return "", false
}
