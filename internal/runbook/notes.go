package runbook

import (
	"strings"
	"unicode/utf8"
)

// noteKind tells what kind of note a line is, "" for none. A note is text to
// keep in view, never a step.
func noteKind(text string) string {
	f := strings.TrimLeft(trimSigns(text), "*_ ⚠")
	if !mayNote(f) {
		return ""
	}
	f = text
	if len(f) > 60 {
		f = f[:60]
		for !utf8.ValidString(f) {
			f = f[:len(f)-1]
		}
	}
	f = strings.TrimLeft(fold(trimSigns(f)), "*_ ⚠")
	for _, w := range [...][2]string{
		{"note", "note"}, {"tip", "note"}, {"info", "note"}, {"hint", "note"}, {"nb", "note"}, {"n.b.", "note"}, {"備考", "note"}, {"補足", "note"}, {"メモ", "note"}, {"※", "note"},
		{"important", "warning"}, {"warning", "warning"}, {"caution", "warning"}, {"danger", "warning"}, {"attention", "warning"},
		{"注意", "warning"}, {"警告", "warning"}, {"重要", "warning"}, {"危険", "warning"}, {"注", "note"},
		{"do not", "prohibition"}, {"don't", "prohibition"}, {"never", "prohibition"}, {"禁止", "prohibition"}, {"やってはいけない", "prohibition"}, {"絶対やるな", "prohibition"}, {"絶対に", "prohibition"},
	} {
		after, ok := strings.CutPrefix(f, w[0])
		if !ok {
			continue
		}
		after = strings.TrimLeft(after, "* )）事項こと")
		if w[0] == "※" || hasAnyPrefix(after, ":", "!", "！") {
			return w[1]
		}
		if w[0] == "note" && hasAnyPrefix(after, ",", "that ", "the ") {
			return "note"
		}
	}
	return ""
}

// mayNote tells by the first letters whether a text may begin with the word of a
// note: most do not, and need not be folded.
func mayNote(s string) bool {
	if len(s) < 2 {
		return true
	}
	a, b := s[0], s[1]|0x20
	if a >= utf8.RuneSelf {
		return !plainCJK(s) || hasAnyPrefix(s, "備考", "補足", "メモ", "注", "警告", "重要", "危険", "禁止", "やって", "絶対")
	}
	if b >= utf8.RuneSelf {
		return true
	}
	switch a | 0x20 {
	case 'n':
		return b == 'o' || b == 'b' || b == '.' || b == 'e'
	case 't', 'h':
		return b == 'i'
	case 'i':
		return b == 'n' || b == 'm'
	case 'w', 'c':
		return b == 'a'
	case 'd':
		return b == 'o' || b == 'a'
	case 'a':
		return b == 't'
	}
	return !isAlnum(a)
}

// quoteNote reads a blockquote, GitHub alert or admonition.
func (r *reader) quoteNote(b *block) Note {
	text := strings.TrimSpace(r.rawText(b))
	kind := "note"
	f := fold(text)
	switch {
	case hasAnyPrefix(f, "[!warning]", "[!caution]", "[!important]", "!!! warn", "!!! dang", "!!! caut", "!!! important", "!!! attention", ":::warning", ":::danger", ":::caution", "::: warning", "::: danger"):
		kind = "warning"
	case noteKind(text) != "":
		kind = noteKind(text)
	}
	return Note{Kind: kind, Text: text, Line: b.line}
}

// rawText is the author's text of a block without quote marks.
func (r *reader) rawText(b *block) string {
	lines := strings.Split(r.t.span(b.line, b.end), "\n")
	for i, l := range lines {
		l = strings.TrimSpace(l)
		if b.kind == kindQuote {
			l = strings.TrimSpace(strings.TrimPrefix(l, ">"))
		}
		lines[i] = l
	}
	return strings.Join(lines, "\n")
}

// rowNote keeps a cell of a column that means nothing to irbot: it stays in view
// with its heading. Warnings stand alone; the others of a row make one note.
func (b *stepBuilder) rowNote(rest []string, text string, line int) []string {
	kind := noteKind(text)
	if kind == "" || kind == "note" {
		return append(rest, text)
	}
	b.s.Notes = append(b.s.Notes, Note{Kind: kind, Text: text, Line: line})
	return rest
}

// noteRest makes one note of what rowNote left.
func (b *stepBuilder) noteRest(rest []string, line int) {
	if len(rest) > 0 {
		b.s.Notes = append(b.s.Notes, Note{Kind: "note", Text: strings.Join(rest, "\n"), Line: line})
	}
}

// headed is a cell behind the heading of its column.
func headed(head, value string) string {
	head = strings.Trim(strings.ReplaceAll(head, "\n", " "), "* :：")
	if head == "" {
		return value
	}
	return head + ": " + value
}
