package runbook

import (
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// inline fills the plain text, the bold head, the links and images of a block.
// A hard line break stays a line break, a soft one becomes a space, or nothing
// between Japanese characters.
func (c *converter) inline(b *block, n ast.Node) {
	first := n.FirstChild()
	if first == nil {
		return
	}
	if t, ok := first.(*ast.Text); ok && t.NextSibling() == nil {
		b.text = unescape(strings.TrimSpace(c.text[t.Segment.Start:t.Segment.Stop]))
		b.literalBold()
		b.bareLinks()
		return
	}
	w := inlineWriter{c: c, b: b, atHead: true}
	w.walk(n, false)
	w.finish()
}

// finish gives the block what was written.
func (w *inlineWriter) finish() {
	b, text := w.b, w.out.String()
	trimmed := strings.TrimLeft(text, " \n")
	b.bold = max(w.bold-(len(text)-len(trimmed)), 0)
	b.text = strings.TrimRight(trimmed, " \n")
	b.bold = min(b.bold, len(b.text))
	b.literalBold()
	b.bareLinks()
}

// bareLinks adds the http addresses written without any mark.
func (b *block) bareLinks() {
	rest := b.text
	for {
		i := strings.Index(rest, "://")
		if i < 0 {
			return
		}
		start := i
		for start > 0 && rest[start-1] >= 'a' && rest[start-1] <= 'z' {
			start--
		}
		end := i + 3
		for end < len(rest) && rest[end] > ' ' && rest[end] < utf8.RuneSelf && strings.IndexByte("<>\"'`|()[]", rest[end]) < 0 {
			end++
		}
		url := strings.TrimRight(rest[start:end], ".,;:!?*_~")
		if scheme := rest[start:i]; (scheme == "http" || scheme == "https") && len(url) > i-start+3 && !b.linked(url) {
			b.links = append(b.links, Link{Text: url, URL: url, Line: b.line})
		}
		rest = rest[end:]
	}
}

func (b *block) linked(url string) bool {
	for _, l := range b.links {
		if strings.Contains(l.Text, url) || l.URL == url {
			return true
		}
	}
	return false
}

type inlineWriter struct {
	c      *converter
	b      *block
	out    strings.Builder
	bold   int
	atHead bool // nothing but bold so far
}

func (w *inlineWriter) walk(n ast.Node, strong bool) {
	for k := n.FirstChild(); k != nil; k = k.NextSibling() {
		w.node(k, strong)
	}
}

func (w *inlineWriter) node(k ast.Node, strong bool) {
	switch k := k.(type) {
	case *ast.Text:
		s := w.c.text[k.Segment.Start:k.Segment.Stop]
		if !k.IsRaw() {
			s = unescape(s)
		}
		w.put(s, strong)
		if k.HardLineBreak() {
			w.put("\n", strong)
		} else if k.SoftLineBreak() {
			w.softBreak(k, strong)
		}
	case *ast.String:
		w.put(string(k.Value), strong)
	case *ast.CodeSpan:
		w.walk(k, strong)
	case *ast.Emphasis:
		w.walk(k, strong || k.Level >= 2)
	case *ast.Link:
		at := w.out.Len()
		w.walk(k, strong)
		w.link(w.out.String()[at:], string(k.Destination), k.Pos())
	case *ast.AutoLink:
		label := string(k.Label(w.c.src))
		w.put(label, strong)
		w.link(label, string(k.URL(w.c.src)), k.Pos())
	case *ast.Image:
		x := w.b.extra()
		x.images = append(x.images, string(k.Destination))
	case *ast.RawHTML:
		w.rawHTML(k, strong)
	case *extast.TaskCheckBox, *extast.FootnoteLink, *extast.FootnoteBacklink:
	default:
		w.walk(k, strong)
	}
}

func (w *inlineWriter) put(s string, strong bool) {
	if s == "" {
		return
	}
	w.out.WriteString(s)
	if !w.atHead {
		return
	}
	if strong {
		w.bold = w.out.Len()
	} else if strings.TrimSpace(s) != "" {
		w.atHead = false
	}
}

func (w *inlineWriter) softBreak(k *ast.Text, strong bool) {
	before, _ := utf8.DecodeLastRuneInString(w.c.text[k.Segment.Start:k.Segment.Stop])
	if next, ok := k.NextSibling().(*ast.Text); ok && isWide(before) {
		after, _ := utf8.DecodeRuneInString(w.c.text[next.Segment.Start:next.Segment.Stop])
		if isWide(after) {
			return
		}
	}
	w.put(" ", strong)
}

func isWide(r rune) bool {
	return isCJK(r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF5E
}

func (w *inlineWriter) link(label, url string, pos int) {
	line := w.b.line
	if pos >= 0 {
		line = w.c.lineAt(w.c.base + pos)
	}
	w.b.links = append(w.b.links, Link{Text: strings.TrimSpace(label), URL: url, Line: line, Runbook: isRunbookLink(url)})
}

// isRunbookLink tells a link to another Markdown file beside this one.
func isRunbookLink(url string) bool {
	path, _, _ := strings.Cut(url, "#")
	return !strings.Contains(path, "://") && (strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".md.erb") || strings.HasSuffix(path, ".markdown"))
}

// rawHTML drops tags that only format, and keeps what is a placeholder to the
// author: <namespace> would vanish otherwise.
func (w *inlineWriter) rawHTML(k *ast.RawHTML, strong bool) {
	if k.Segments.Len() != 1 {
		return
	}
	seg := k.Segments.At(0)
	s := w.c.text[seg.Start:seg.Stop]
	if isPlaceholderTag(s) {
		x := w.b.extra()
		x.tags = append(x.tags, swallowed{name: s, off: w.c.base + seg.Start})
		w.put(s, strong)
	} else if strings.HasPrefix(s, "<br") {
		w.put("\n", strong)
	}
}

// isPlaceholderTag tells <name> that is no HTML element.
func isPlaceholderTag(s string) bool {
	if len(s) < 3 || s[1] == '!' || s[1] == '/' || s[1] == '?' {
		return false
	}
	name := strings.TrimRight(s[1:len(s)-1], "/ ")
	if i := strings.IndexAny(name, " \t\n"); i >= 0 {
		if strings.ContainsAny(name, "=\"") {
			return false
		}
		name = name[:i]
	}
	switch strings.ToLower(name) {
	case "a", "abbr", "b", "bdi", "bdo", "big", "br", "center", "cite", "code", "del", "details", "dfn", "div", "em", "embed",
		"font", "form", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "iframe", "img", "input", "ins", "kbd", "label", "li", "mark",
		"nobr", "object", "ol", "p", "pre", "q", "s", "samp", "script", "small", "span", "strike", "strong", "style", "sub", "summary",
		"sup", "svg", "table", "tbody", "td", "th", "thead", "tr", "tt", "u", "ul", "video", "wbr":
		return false
	}
	return true
}

// unescape removes the backslash before punctuation; entities stay as written.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && s[i+1] > ' ' && s[i+1] < 0x7F && !isAlnum(s[i+1]) {
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// literalBold reads the **…** that CommonMark leaves between full-width signs
// and Japanese letters as the bold it was meant to be.
func (b *block) literalBold() {
	b.stars = strings.Contains(b.text, "**")
	if b.bold > 0 || !strings.HasPrefix(b.text, "**") {
		return
	}
	end := strings.Index(b.text[2:], "**")
	if end <= 0 {
		return
	}
	inner, rest := b.text[2:2+end], b.text[4+end:]
	b.text, b.bold = inner+rest, len(inner)
}
