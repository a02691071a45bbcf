package timeline

import (
	"bufio"
	_ "embed"
	"fmt"
	"html"
	"io"
	"strings"
)

//go:embed timeline.css
var stylesheet string

// WriteHTML streams a chronology as one self-contained page that loads
// nothing, runs nothing and prints on A4 landscape: heads, TLP and identity on
// every page, no row split, blank numbered rows to go on by hand.
func WriteHTML(w io.Writer, h Header, rows Rows) error {
	b := bufio.NewWriterSize(w, 1<<16)
	h.htmlTop(b)
	day := ""
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("write HTML: %w", err)
		}
		if today := h.day(h.Moment(&r)); today != day {
			day = today
			fmt.Fprintf(b, "<tr class=\"day\"><th colspan=\"7\" scope=\"rowgroup\">%s</th></tr>\n", text(day))
		}
		h.htmlRow(b, &r)
	}
	h.htmlBlank(b)
	_, _ = b.WriteString("</tbody>\n</table>\n") // bufio keeps the first error for Flush
	h.htmlEvidence(b)
	h.htmlProof(b)
	_, _ = b.WriteString("</body>\n</html>\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	return nil
}

func (h *Header) htmlTop(b *bufio.Writer) {
	lang, class := "ja", "live"
	if h.english() {
		lang = "en"
	}
	if h.Drill {
		class = "drill"
	}
	fmt.Fprintf(b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", lang)
	fmt.Fprint(b, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n")
	fmt.Fprintf(b, "<meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>%s</title>\n<style>\n%s</style>\n</head>\n<body class=\"%s\">\n",
		text(h.title()), stylesheet, class)
	if h.Drill {
		fmt.Fprintf(b, "<div class=\"watermark\" aria-hidden=\"true\">%s</div>\n", h.say("訓練", "DRILL"))
	}
	fmt.Fprintf(b, "<table>\n<colgroup><col class=\"no\"><col class=\"time\"><col class=\"time\"><col class=\"parties\"><col><col class=\"result\"><col class=\"recorder\"></colgroup>\n<thead>\n<tr class=\"identity\"><td colspan=\"7\"><div class=\"tlp\">%s</div><h1>%s</h1>%s</td></tr>\n<tr>",
		text(h.tlp()), text(h.title()), h.htmlSubtitle())
	for _, c := range h.columns() {
		fmt.Fprintf(b, "<th scope=\"col\">%s</th>", text(c))
	}
	// The foot stands here because browsers repeat it on every printed page.
	fmt.Fprintf(b, "</tr>\n</thead>\n<tfoot>\n<tr class=\"identity\"><td colspan=\"7\"><span>%s%s %s SHA-256 <code>%s</code></span><div class=\"tlp\">%s</div></td></tr>\n</tfoot>\n<tbody>\n",
		text(h.mark()), text(h.IncidentID), text(h.count()), text(h.Head), text(h.tlp()))
}

func (h *Header) htmlRow(b *bufio.Writer, r *Row) {
	class := ""
	if r.Important {
		class = ` class="important"`
	}
	fmt.Fprintf(b, "<tr id=\"e%d\"%s><td class=\"no\">%d</td><td><time datetime=\"%s\">%s</time></td><td><time datetime=\"%s\">%s</time></td><td>%s</td><td>",
		r.Seq, class, r.Seq, h.machine(r, true), text(h.short(r.Happened)), h.machine(r, false), text(h.short(r.Recorded)), cell(parties(r)))
	for _, m := range h.marks(r) {
		fmt.Fprintf(b, "<b class=\"mark\">%s</b> ", text(m))
	}
	if r.Corrects > 0 {
		fmt.Fprintf(b, "<a href=\"#e%d\" aria-label=\"#%d\">↑</a> ", r.Corrects, r.Corrects)
	}
	if r.Struck {
		fmt.Fprintf(b, "<s>%s</s>", cell(r.Content))
	} else {
		_, _ = b.WriteString(cell(r.Content))
	}
	if r.Source != "" {
		fmt.Fprintf(b, "<br><small>%s</small>", cell(r.Source))
	}
	fmt.Fprintf(b, "</td><td>%s</td><td>%s</td></tr>\n", cell(r.Result), cell(h.recorder(r)))
}

// htmlSubtitle puts the lines below the heading into one paragraph each.
func (h *Header) htmlSubtitle() string {
	var b strings.Builder
	for _, s := range h.Subtitle() {
		fmt.Fprintf(&b, "<p>%s</p>", text(s))
	}
	return b.String()
}

// htmlEvidence lists the evidence behind the chronology.
func (h *Header) htmlEvidence(b *bufio.Writer) {
	if len(h.Evidence) == 0 {
		return
	}
	fmt.Fprintf(b, "<h2>%s</h2>\n<table class=\"evidence\">\n<thead><tr>", text(h.say("証跡", "Evidence")))
	for _, c := range h.EvidenceColumns() {
		fmt.Fprintf(b, "<th scope=\"col\">%s</th>", text(c))
	}
	_, _ = b.WriteString("</tr></thead>\n<tbody>\n")
	for i := range h.Evidence {
		e := &h.Evidence[i]
		fmt.Fprintf(b, "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td><code>%s</code></td><td><a href=\"#e%d\">#%d</a></td></tr>\n",
			text(e.ID), cell(e.Name), cell(e.By), text(h.short(e.At)), text(e.SHA256), e.Entry, e.Entry)
	}
	_, _ = b.WriteString("</tbody>\n</table>\n")
	fmt.Fprintf(b, "<h2>%s</h2>\n", text(h.CustodyHeading()))
	for i := range h.Evidence {
		e := &h.Evidence[i]
		fmt.Fprintf(b, "<h3>%s %s</h3>\n<ul>\n", text(e.ID), cell(e.Name))
		for _, f := range h.CustodyFacts(e) {
			fmt.Fprintf(b, "<li>%s: %s</li>\n", text(f.Label), cell(f.Value))
		}
		for _, m := range h.CustodyMoves(e) {
			fmt.Fprintf(b, "<li><b>%s</b> %s</li>\n", text(h.say("引渡し", "Hand-over")), cell(m))
		}
		_, _ = b.WriteString("</ul>\n")
	}
}

// htmlProof says how paper is compared with the record.
func (h *Header) htmlProof(b *bufio.Writer) {
	if h.Proof == nil {
		return
	}
	fmt.Fprintf(b, "<h2>%s</h2>\n", text(h.say("この控えの確かめ方", "How to check this copy")))
	for _, s := range h.HowToCheck() {
		fmt.Fprintf(b, "<p>%s</p>\n", text(s))
	}
	for _, c := range h.Proof.Checkpoints {
		fmt.Fprintf(b, "<pre>%s</pre>\n", text(string(c.Note)))
	}
}

// machine is the RFC 3339 form for programs.
func (h *Header) machine(r *Row, happened bool) string {
	t := r.Recorded
	if happened {
		t = r.Happened
	}
	return t.In(h.zone()).Format("2006-01-02T15:04:05-07:00")
}

// htmlBlank adds numbered rows to be filled in by hand.
func (h *Header) htmlBlank(b *bufio.Writer) {
	if h.Blank <= 0 {
		return
	}
	fmt.Fprintf(b, "<tr class=\"day\"><th colspan=\"7\" scope=\"rowgroup\">%s</th></tr>\n",
		text(h.say("手書き継続欄(電源・通信が止まったとき)", "To go on by hand (when power or network fails)")))
	for i := range min(h.Blank, 200) {
		fmt.Fprintf(b, "<tr class=\"blank\"><td class=\"no\">%d</td>%s</tr>\n", h.Count+int64(i)+1, strings.Repeat("<td></td>", 6))
	}
}

// text is inert inside an element or a quoted attribute.
func text(s string) string { return html.EscapeString(visible(s)) }

// cell keeps line ends and the direction of what people wrote to itself.
func cell(s string) string {
	if s == "" {
		return ""
	}
	return "<bdi>" + strings.ReplaceAll(text(s), "\n", "<br>") + "</bdi>"
}
