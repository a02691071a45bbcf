package timeline

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// JSONSchema names the form that WriteJSON writes.
const JSONSchema = "irbot.timeline/v1"

// jsonRow is an entry for programs that do not check it: words as people read
// them beside the facts.
type jsonRow struct {
	Seq       int64             `json:"seq"`
	Happened  string            `json:"happened_at"`
	Recorded  string            `json:"recorded_at"`
	Kind      string            `json:"kind"`
	Actor     string            `json:"actor,omitempty"`
	From      string            `json:"from,omitempty"`
	To        string            `json:"to,omitempty"`
	Content   string            `json:"content"`
	Result    string            `json:"result,omitempty"`
	Recorder  string            `json:"recorder,omitempty"`
	Source    string            `json:"source,omitempty"`
	Marks     []string          `json:"marks,omitempty"`
	Corrects  int64             `json:"corrects,omitempty"`
	Struck    bool              `json:"struck,omitempty"`
	Late      bool              `json:"late,omitempty"`
	Important bool              `json:"important,omitempty"`
	Open      bool              `json:"open,omitempty"`
	Facts     json.RawMessage   `json:"facts,omitempty"`
	Text      map[string]string `json:"text,omitempty"`
	Withheld  string            `json:"withheld,omitempty"`
	EntryHash string            `json:"entry_hash,omitempty"`
	Head      string            `json:"head,omitempty"`
}

func jsonRowOf(h *Header, r *Row) jsonRow {
	out := jsonRow{
		Seq: r.Seq, Happened: h.rfc3339(r.Happened), Recorded: h.rfc3339(r.Recorded), Kind: r.Kind,
		From: r.From, To: r.To, Content: r.Content, Result: r.Result, Recorder: h.recorder(r), Source: r.Source, Marks: h.marks(r),
		Corrects: r.Corrects, Struck: r.Struck, Late: r.Late, Important: r.Important, Open: r.Open,
	}
	if e := r.Entry; e != nil {
		out.Actor, out.Facts, out.Withheld = e.Actor, e.Facts, e.Withheld
		out.EntryHash, out.Head = hex.EncodeToString(e.EntryHash[:]), hex.EncodeToString(e.Head[:])
		if !r.Withheld {
			out.Text = e.Fields()
		}
	}
	return out
}

// rfc3339 is a time for programs, with the offset of the site's zone.
func (h *Header) rfc3339(t time.Time) string {
	return t.In(h.zone()).Format("2006-01-02T15:04:05.000000-07:00")
}

type jsonItem struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	What   string     `json:"what,omitempty"`
	Where  string     `json:"where,omitempty"`
	By     string     `json:"taken_by,omitempty"`
	At     string     `json:"taken_at"`
	SHA256 string     `json:"sha256"`
	Size   int64      `json:"size,omitempty"`
	Tool   string     `json:"tool,omitempty"`
	Offset string     `json:"clock_error,omitempty"`
	TLP    string     `json:"tlp,omitempty"`
	Holder string     `json:"holder,omitempty"`
	Entry  int64      `json:"entry"`
	Moves  []jsonMove `json:"custody,omitempty"`
}

type jsonMove struct {
	ID      string  `json:"id"`
	From    string  `json:"from"`
	To      string  `json:"to"`
	At      string  `json:"at"`
	State   string  `json:"state"`
	Ended   string  `json:"ended,omitempty"`
	Words   string  `json:"words,omitempty"`
	Entries []int64 `json:"entries"`
}

// jsonEvidence is the register of evidence with every hand-over.
func (h *Header) jsonEvidence() []jsonItem {
	out := make([]jsonItem, 0, len(h.Evidence))
	for _, e := range h.Evidence {
		x := jsonItem{
			ID: e.ID, Name: e.Name, What: e.What, Where: e.Where, By: e.By, At: h.rfc3339(e.At), SHA256: e.SHA256, Size: e.Size,
			Tool: e.Tool, Offset: e.Offset, TLP: e.TLP, Holder: e.Holder, Entry: e.Entry,
		}
		for _, m := range e.Moves {
			y := jsonMove{ID: m.ID, From: m.From, To: m.To, At: h.rfc3339(m.At), State: m.State, Words: m.Words, Entries: m.Entries}
			if !m.Ended.IsZero() {
				y.Ended = h.rfc3339(m.Ended)
			}
			x.Moves = append(x.Moves, y)
		}
		out = append(out, x)
	}
	return out
}

// WriteJSON streams a chronology as one object: what it is, then its entries.
// It is for programs that read; what is to be checked is timeline.jsonl.
func WriteJSON(w io.Writer, h Header, rows Rows) error {
	b := bufio.NewWriterSize(w, 1<<16)
	head, err := json.Marshal(map[string]any{
		"schema": JSONSchema, "incident": h.IncidentID, "title": h.Title, "site": h.Site, "drill": h.Drill, "tlp": h.tlp(),
		"entries_in_record": h.Count, "head": h.Head, "made_at": h.rfc3339(h.MadeAt), "notes": append([]string{}, h.Notes...), "evidence": h.jsonEvidence(),
	})
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, _ = b.Write(head[:len(head)-1]) // bufio keeps the first error for Flush
	_, _ = b.WriteString(",\"entries\":[")
	sep := "\n"
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("write JSON: %w", err)
		}
		line, err := json.Marshal(jsonRowOf(&h, &r))
		if err != nil {
			return fmt.Errorf("write JSON: entry %d: %w", r.Seq, err)
		}
		_, _ = b.WriteString(sep)
		_, _ = b.Write(line)
		sep = ",\n"
	}
	_, _ = b.WriteString("\n]}\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// sketchRow is an event as Timesketch imports it: message, datetime and
// timestamp_desc are what it asks for, the rest can be searched.
type sketchRow struct {
	Message   string   `json:"message"`
	Datetime  string   `json:"datetime"`
	Timestamp int64    `json:"timestamp"` // microseconds since 1970
	Desc      string   `json:"timestamp_desc"`
	DataType  string   `json:"data_type"`
	Incident  string   `json:"incident"`
	Drill     bool     `json:"drill"`
	TLP       string   `json:"tlp"`
	Seq       int64    `json:"seq"`
	Kind      string   `json:"kind"`
	Actor     string   `json:"actor,omitempty"`
	From      string   `json:"from,omitempty"`
	To        string   `json:"to,omitempty"`
	Result    string   `json:"result,omitempty"`
	Recorder  string   `json:"recorder,omitempty"`
	Recorded  string   `json:"recorded_at"`
	Source    string   `json:"origin,omitempty"` // "source" is a field of Timesketch itself
	Withheld  string   `json:"withheld,omitempty"`
	EntryHash string   `json:"entry_hash,omitempty"`
	Tag       []string `json:"tag,omitempty"`
}

// WriteTimesketch streams a chronology as JSON Lines for Timesketch, one event a
// line, at the time it happened.
func WriteTimesketch(w io.Writer, h Header, rows Rows) error {
	b := bufio.NewWriterSize(w, 1<<16)
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("write Timesketch: %w", err)
		}
		x := jsonRowOf(&h, &r)
		// Timesketch shows message as text; marks that steer a reader are made
		// visible, line ends would hide what follows them in its list.
		message := oneLine(strings.TrimSpace(h.mark() + r.Content + " " + r.Result))
		line, err := json.Marshal(sketchRow{
			Message: message, Datetime: x.Happened, Timestamp: r.Happened.UnixMicro(), Desc: "Happened", DataType: "irbot:timeline:entry",
			Incident: h.IncidentID, Drill: h.Drill, TLP: h.tlp(), Seq: r.Seq, Kind: r.Kind, Actor: x.Actor, From: r.From, To: r.To,
			Result: r.Result, Recorder: x.Recorder, Recorded: x.Recorded, Source: x.Source, Withheld: x.Withheld, EntryHash: x.EntryHash, Tag: x.Marks,
		})
		if err != nil {
			return fmt.Errorf("write Timesketch: entry %d: %w", r.Seq, err)
		}
		_, _ = b.Write(append(line, '\n')) // bufio keeps the first error for Flush
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write Timesketch: %w", err)
	}
	return nil
}
