package export

import (
	"fmt"
	"io"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/timeline"
)

// blank is how many numbered empty rows the printed timeline has, to go on by
// hand when power or network fail.
const blank = 12

// header is what stands above and below the timeline.
func (s Source) header(o Options, m Made) timeline.Header {
	h := timeline.Header{
		Site: m.view.Site.Name, IncidentID: o.Incident, Title: m.view.Title(), Drill: m.Drill, TLP: o.TLP,
		Head: fmt.Sprintf("%x", m.Head.Head[:]), Count: m.Count, MadeAt: m.At, Lang: o.Lang, Zone: m.view.Site.Zone, Blank: blank,
	}
	if o.Lang == "en" && m.view.Site.NameEN != "" {
		h.Site = m.view.Site.NameEN
	}
	if h.TLP == "" {
		h.TLP = "AMBER"
	}
	for i := range m.log {
		at := m.log[i].HappenedAt
		if h.From.IsZero() || at.Before(h.From) {
			h.From = at
		}
		if at.After(h.To) {
			h.To = at
		}
	}
	return h
}

// rows gives the timeline as people read it. What later entries say about a row
// is what they said up to the exported head.
func (s Source) rows(o Options, m Made) timeline.Rows {
	lang := chat.JA
	if o.Lang == "en" {
		lang = chat.EN
	}
	list := chat.Drawer{Words: s.Words, Lang: lang}.Rows(m.view, m.log)
	return func(yield func(timeline.Row, error) bool) {
		for i := range list {
			r := &list[i]
			row := timeline.Row{
				Seq: r.Seq, Happened: r.Happened, Recorded: r.Recorded, From: r.From, To: r.To,
				Content: r.Text, Result: r.Result, Recorder: r.By, Late: r.Late, Important: r.Important,
				Open: r.Open, Struck: r.Struck, Corrects: r.Corrects, Machine: r.Machine, Kind: string(r.Kind),
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// renderings are the forms people read that go into a pack.
func (s Source) renderings(o Options, m Made) []timeline.PackFile {
	if s.Words == nil {
		return nil
	}
	h := s.header(o, m)
	file := func(path string, write func(io.Writer, timeline.Header, timeline.Rows) error) timeline.PackFile {
		return timeline.PackFile{Path: path, Write: func(w io.Writer) error { return write(w, h, s.rows(o, m)) }}
	}
	out := []timeline.PackFile{
		file("timeline.md", timeline.WriteMarkdown),
		file("timeline.csv", timeline.WriteCSV),
		file("timeline.html", timeline.WriteHTML),
	}
	return append(out, s.notices(m)...)
}

// notices are the messages to outside bodies as they stood at the head, one file
// each, word for word.
func (s Source) notices(m Made) []timeline.PackFile {
	var out []timeline.PackFile
	for _, n := range m.view.S.Notices {
		t := m.view.Text(n.Seq)
		var b strings.Builder
		line := func(key, value string) {
			if value != "" {
				fmt.Fprintf(&b, "%s: %s\n", key, chat.OneLine(value))
			}
		}
		if m.Drill {
			b.WriteString("【訓練】 DRILL\n")
		}
		line("notice", n.ID)
		line("state", string(n.State))
		line("to", t["dest_name"])
		line("TLP", n.TLP)
		line("means", strings.Join(n.Means, ", "))
		line("text of entry", fmt.Sprintf("#%d", n.Seq))
		if n.ApproveSeq > 0 {
			line("approved in entry", fmt.Sprintf("#%d", n.ApproveSeq))
		}
		if n.DoneSeq > 0 {
			line("proof in entry", fmt.Sprintf("#%d", n.DoneSeq))
		}
		line("subject", t["subject"])
		b.WriteString("\n" + chat.Safe(t["body"]) + "\n")
		out = append(out, timeline.Bytes("notices/"+n.ID+".txt", []byte(b.String())))
	}
	return out
}

// ContentType is the media type of a form, for downloads.
func ContentType(format string) string {
	switch strings.ToLower(format) {
	case "zip":
		return "application/zip"
	case "jsonl":
		return "application/x-ndjson"
	case "csv":
		return "text/csv; charset=utf-8"
	case "md":
		return "text/markdown; charset=utf-8"
	case "html":
		return "text/html; charset=utf-8"
	}
	return "application/octet-stream"
}
