package runbook

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxPerRule is how many times a rule about the bare text is reported in a file.
const maxPerRule = 50

// lintText looks through the text itself, each search over the whole file.
func (r *reader) lintText() {
	r.lintInvisible()
	r.lintPlaceholders()
	r.lintTemplateTags()
	r.lintSlackControls()
	r.lintHTML()
	r.lintSecrets()
	r.lintContacts()
}

// eachHit calls visit with the offset of every occurrence outside code.
func (r *reader) eachHit(needle string, visit func(off int)) {
	n := 0
	for from := 0; n < maxPerRule; {
		i := strings.Index(r.t.text[from:], needle)
		if i < 0 {
			return
		}
		off := from + i
		from = off + len(needle)
		if !r.code[r.t.lineOf(off)] {
			visit(off)
			n++
		}
	}
}

func (r *reader) findAt(id string, off int, args ...any) {
	line, col := r.t.lineCol(off)
	r.find(id, line, col, args...)
}

// lintInvisible reports control, zero-width and direction-changing characters.
func (r *reader) lintInvisible() {
	text, n := r.t.text, 0
	for i := 0; i < len(text) && n < maxPerRule; i++ {
		c := text[i]
		if c >= ' ' && c != 0x7F && c != 0xE2 && c != 0xEF && c != 0xC2 {
			continue
		}
		if c == '\n' || c == '\t' {
			continue
		}
		ch, _ := utf8.DecodeRuneInString(text[i:])
		if !isInvisible(ch) || ch == 0x200D && joinsEmoji(text, i) {
			continue
		}
		r.findAt("RB109", i, fmt.Sprintf("U+%04X", ch))
		n++
	}
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

// lintPlaceholders reports [blanks], rules of underscores and TODO outside code.
func (r *reader) lintPlaceholders() {
	for _, w := range [...]string{"TODO", "TBD", "FIXME"} {
		r.eachHit(w, func(off int) {
			end := off + len(w)
			if (off == 0 || !isAlnum(r.t.text[off-1])) && (end == len(r.t.text) || !isAlnum(r.t.text[end]) && r.t.text[end] != '-') {
				r.findAt("RB601", off, w)
			}
		})
	}
	for _, w := range [...]string{"____", "＿＿"} {
		last := -1
		r.eachHit(w, func(off int) {
			if last < 0 || off > last+len(w) {
				r.findAt("RB601", off, w)
			}
			last = off
		})
	}
	n := 0
	for from := 0; n < maxPerRule; {
		i := strings.IndexByte(r.t.text[from:], '[')
		if i < 0 {
			return
		}
		off := from + i
		from = off + 1
		if name, ok := r.blankAt(off); ok && !r.code[r.t.lineOf(off)] {
			r.findAt("RB601", off, "["+name+"]")
			n++
		}
	}
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
	// A shortcut reference has its definition somewhere.
	return name, !strings.Contains(text, "["+name+"]:")
}

// inCodeSpan tells an odd number of backquotes before the offset on its line.
func (r *reader) inCodeSpan(off int) bool {
	start := r.t.starts[r.t.lineOf(off)-1]
	return strings.Count(r.t.text[start:off], "`")%2 == 1
}

func (r *reader) lintTemplateTags() {
	for _, w := range [...]string{"<%", "{{<", "{{%", "{%", "[[_"} {
		r.eachHit(w, func(off int) {
			if !r.inCodeSpan(off) {
				r.findAt("RB112", off)
			}
		})
	}
}

func (r *reader) lintSlackControls() {
	for _, w := range [...]string{"<!channel", "<!here", "<!everyone", "<!subteam", "<@U", "<@W"} {
		r.eachHit(w, func(off int) {
			end := strings.IndexByte(r.t.text[off:], '>')
			if end > 0 && end < 40 {
				r.findAt("RB805", off, r.t.text[off:off+end+1])
			}
		})
	}
}

// lintHTML reports tags and attributes that would act.
func (r *reader) lintHTML() {
	if strings.IndexByte(r.t.text, '<') < 0 {
		return
	}
	n := 0
	for from := 0; n < maxPerRule; {
		i := strings.IndexByte(r.t.text[from:], '<')
		if i < 0 {
			return
		}
		off := from + i
		from = off + 1
		name, ok := activeTag(r.t.text[off:])
		if !ok || r.inFence(off) || r.inCodeSpan(off) {
			continue
		}
		r.findAt("RB801", off, name)
		n++
	}
}

// inFence tells a place inside a code block; raw HTML blocks do not count.
func (r *reader) inFence(off int) bool {
	line := r.t.lineOf(off)
	return r.code[line] && !r.html[line]
}

// activeTag names a tag that runs something, or an event attribute.
func activeTag(s string) (string, bool) {
	if len(s) < 4 {
		return "", false
	}
	head := strings.ToLower(s[:min(len(s), 300)])
	for _, t := range [...]string{"<script", "<iframe", "<object", "<embed", "<form", "<applet", "<base", "<link", "<meta", "<style", "<svg"} {
		if strings.HasPrefix(head, t) && !isAlnum((head + " ")[len(t)]) {
			return t + ">", true
		}
	}
	if head[1] < 'a' || head[1] > 'z' {
		return "", false
	}
	end := strings.IndexByte(head, '>')
	if end < 0 {
		return "", false
	}
	tag := head[:end]
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
