package timeline

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// WriteCSV streams a chronology for Excel: UTF-8 with a byte order mark, CRLF,
// the first row naming incident, drill or live, TLP and head. A cell that
// Excel, LibreOffice or a Japanese input method could take for a formula gets
// an apostrophe in front.
func WriteCSV(w io.Writer, h Header, rows Rows) error {
	b := bufio.NewWriterSize(w, 1<<16)
	_, _ = b.WriteString("\ufeff") // bufio keeps the first error for Flush
	csvRow(b, append([]string{h.title(), h.tlp(), oneLine(h.Site), h.period(), h.made(), h.count(), "SHA-256 " + h.Head}, h.Notes...)...)
	csvRow(b, h.csvColumns()...)
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
		csvRow(b, fmt.Sprint(r.Seq), h.stamp(r.Happened), h.stamp(r.Recorded), r.Happened.In(h.zone()).Format("UTC-07:00"),
			r.From, r.To, r.Content, r.Result, h.recorder(&r), h.list(h.marks(&r)), r.Kind, r.Source)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// stamp is a form Excel reads as a date with time; the zone has its own column.
func (h *Header) stamp(t time.Time) string { return t.In(h.zone()).Format("2006-01-02 15:04:05") }

func (h *Header) csvColumns() []string {
	return []string{
		"No", h.say("発生", "Happened"), h.say("記録", "Recorded"), h.say("時差", "Zone"), h.say("発信", "From"), h.say("受信", "To"),
		h.say("内容", "Content"), h.say("対応・結果", "Action, result"), h.say("記録者", "Recorder"), h.say("印", "Marks"), h.say("種別", "Kind"), h.say("情報源", "Source"),
	}
}

func csvRow(b *bufio.Writer, cells ...string) {
	for i, c := range cells {
		if i > 0 {
			_ = b.WriteByte(',') // bufio keeps the first error for Flush
		}
		_, _ = b.WriteString(csvCell(c))
	}
	_, _ = b.WriteString("\r\n")
}

// csvCell guards and quotes one cell (RFC 4180 section 2).
func csvCell(s string) string {
	s = visible(s)
	if formula(s) {
		s = "'" + s
	}
	if strings.ContainsAny(s, "\",\n") || strings.TrimSpace(s) != s {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// formula reports a cell that a spreadsheet might compute: behind any blanks it
// begins with an operator, half or full width, or it begins with a tab or line
// end.
func formula(s string) bool {
	if s != "" && (s[0] == '\t' || s[0] == '\n') {
		return true
	}
	for _, c := range strings.TrimLeft(s, " \t\n\u3000\u00a0\"'") {
		return strings.ContainsRune("=+-@＝＋－＠\u2212", c)
	}
	return false
}
