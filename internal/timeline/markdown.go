package timeline

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown streams a chronology as one GitHub-flavoured table. Free text
// is escaped so that reading it again gives the same text and never a link, an
// image or HTML; ↵ stands for a line end.
func WriteMarkdown(w io.Writer, h Header, rows Rows) error {
	b := bufio.NewWriterSize(w, 1<<16)
	h.markdownTop(b)
	day := ""
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("write Markdown: %w", err)
		}
		if today := h.day(h.Moment(&r)); today != day {
			day = today
			fmt.Fprintf(b, "| | **%s** | | | | | |\n", escapeMarkdown(day))
		}
		h.markdownRow(b, &r)
	}
	h.markdownCustody(b)
	fmt.Fprintf(b, "\n%s SHA-256 %s **%s**\n", escapeMarkdown(h.IncidentID+" "+h.count()), escapeMarkdown(h.Head), escapeMarkdown(h.tlp()))
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write Markdown: %w", err)
	}
	return nil
}

// markdownCustody is the register of evidence with every hand-over.
func (h *Header) markdownCustody(b *bufio.Writer) {
	if len(h.Evidence) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n", escapeMarkdown(h.CustodyHeading()))
	for i := range h.Evidence {
		e := &h.Evidence[i]
		fmt.Fprintf(b, "\n### %s %s\n\n", escapeMarkdown(e.ID), escapeMarkdown(oneLine(e.Name)))
		for _, f := range h.CustodyFacts(e) {
			fmt.Fprintf(b, "- %s: %s\n", escapeMarkdown(f.Label), escapeMarkdown(oneLine(f.Value)))
		}
		for _, m := range h.CustodyMoves(e) {
			fmt.Fprintf(b, "- **%s** %s\n", escapeMarkdown(h.say("引渡し", "Hand-over")), escapeMarkdown(m))
		}
	}
}

func (h *Header) markdownTop(b *bufio.Writer) {
	fmt.Fprintf(b, "**%s**\n\n# %s\n\n", escapeMarkdown(h.tlp()), escapeMarkdown(h.title()))
	for _, s := range h.Subtitle() {
		fmt.Fprintf(b, "%s\n\n", escapeMarkdown(s))
	}
	cols := h.columns()
	for i, c := range cols {
		cols[i] = escapeMarkdown(c)
	}
	fmt.Fprintf(b, "| %s |\n|%s\n", strings.Join(cols, " | "), strings.Repeat("---|", len(cols)))
}

func (h *Header) markdownRow(b *bufio.Writer, r *Row) {
	content := escapeMarkdown(oneLine(r.Content))
	if r.Struck && content != "" {
		content = "~~" + content + "~~"
	}
	if r.Source != "" {
		content += " (" + escapeMarkdown(oneLine(r.Source)) + ")"
	}
	if m := h.marks(r); len(m) > 0 {
		content = strings.TrimSpace("**" + escapeMarkdown(h.list(m)) + "** " + content)
	}
	fmt.Fprintf(b, "| %d | %s | %s | %s | %s | %s | %s |\n", r.Seq,
		escapeMarkdown(h.short(r.Happened)), escapeMarkdown(h.short(r.Recorded)), escapeMarkdown(oneLine(parties(r))),
		content, escapeMarkdown(oneLine(r.Result)), escapeMarkdown(oneLine(h.recorder(r))))
}

// escapeMarkdown makes one line of text inert in CommonMark and its GitHub
// flavour. What only acts at the beginning of a block cannot act in a cell or
// behind a heading mark, but lines of their own need it as well, so the first
// character is escaped where it could open a block.
func escapeMarkdown(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := range len(s) {
		c := s[i]
		if activeMarkdown(s, i) {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

func activeMarkdown(s string, i int) bool {
	switch s[i] {
	case '\\', '`', '*', '_', '~', '<', '>', '&', '|', '[', ']', '{', '}', '$', '@', '#', '!':
		return true
	case ':':
		// Schemes and :emoji: act; clock times and labels do not.
		return i+1 < len(s) && (s[i+1] == '/' || s[i+1] == '+' || s[i+1] == '-' || 'a' <= s[i+1] && s[i+1] <= 'z')
	case '.':
		// www. acts as a link, and 1. opens a list.
		return i >= 3 && strings.EqualFold(s[i-3:i], "www") || leadingNumber(s[:i])
	case ')':
		return leadingNumber(s[:i])
	case '+', '-', '=':
		return i == 0
	}
	return false
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

func leadingNumber(s string) bool {
	for i := range len(s) {
		if !digit(s[i]) {
			return false
		}
	}
	return s != ""
}
