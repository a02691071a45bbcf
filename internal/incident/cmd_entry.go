package incident

import (
	"fmt"
	"strings"
	"time"

	"irbot/internal/report"
	"irbot/internal/timeline"
)

// AddNote writes a line into the timeline (クロノロ): who told whom what.
type AddNote struct {
	From      string `json:"from,omitempty"`
	To        string `json:"to,omitempty"`
	Text      string `json:"text"`
	Result    string `json:"result,omitempty"`
	Important bool   `json:"important,omitempty"`
	Open      bool   `json:"open,omitempty"`     // 未対応
	Corrects  int64  `json:"corrects,omitempty"` // the entry this line corrects
	Step      string `json:"step,omitempty"`
	Source    string `json:"source,omitempty"` // where it was said, e.g. slack:C1:1732.1; kept once
	Link      string `json:"link,omitempty"`
	Speaker   string `json:"speaker,omitempty"` // who said it, when not the recorder
	Paper     bool   `json:"paper,omitempty"`   // typed in from paper
	Sheet     string `json:"sheet,omitempty"`   // evidence that shows the paper, E3
	Writer    string `json:"writer,omitempty"`  // whose hand wrote the paper
	Origin    string `json:"origin,omitempty"`  // what it was learned from: a call, a log, seen on the spot
	Conf      string `json:"conf,omitempty"`    // how sure: confirmed, estimated, unknown; "" says nothing
}

// Strike marks an entry as not holding any more; it stays readable.
type Strike struct {
	Entry  int64  `json:"entry"`
	Reason string `json:"reason"`
	Source string `json:"source,omitempty"` // or: the kept message
}

// Answer closes an entry that waited for an answer.
type Answer struct {
	Entry  int64  `json:"entry"`
	Result string `json:"result"`
}

// AddEvidence keeps a file, or registers something known by its hash only.
type AddEvidence struct {
	File   string `json:"file"`
	Data   []byte `json:"data,omitempty"` // kept; nil when only the hash is known
	Hash   string `json:"hash,omitempty"` // SHA-256 hex
	Size   int64  `json:"size,omitempty"`
	Type   string `json:"type,omitempty"`
	Words  string `json:"words,omitempty"`
	Where  string `json:"where,omitempty"`
	Tool   string `json:"tool,omitempty"`
	Offset string `json:"offset,omitempty"` // clock error of the source
	Step   string `json:"step,omitempty"`
	Source string `json:"source,omitempty"`
	TLP    string `json:"tlp,omitempty"`   // label of the item; "" is that of its kind
	Taker  string `json:"taker,omitempty"` // who took it, when not the recorder
}

// SetFigure reports a cargo figure, e.g. trucks waiting.
type SetFigure struct {
	Item  string `json:"item"` // trucks, vessels, containers, or a name of the site
	N     int64  `json:"n"`
	Place string `json:"place,omitempty"` // terminal; "" is the whole site
}

// AddCaution adds a standing caution 継続注意.
type AddCaution struct {
	Text string `json:"text"`
}

// LiftCaution lifts a standing caution.
type LiftCaution struct {
	N      int    `json:"n"`
	Reason string `json:"reason"`
}

// Name implements Command.
func (AddNote) Name() string { return "note.add" }
func (AddNote) class() Class { return MayRespond }

// Name implements Command.
func (Strike) Name() string { return "entry.strike" }
func (Strike) class() Class { return MayRespond }

// Name implements Command.
func (Answer) Name() string { return "entry.answer" }
func (Answer) class() Class { return MayRespond }

// Name implements Command.
func (AddEvidence) Name() string { return "evidence.add" }
func (AddEvidence) class() Class { return MayRespond }

// Name implements Command.
func (SetFigure) Name() string { return "figure.set" }
func (SetFigure) class() Class { return MayRespond }

// Name implements Command.
func (AddCaution) Name() string { return "caution.add" }
func (AddCaution) class() Class { return MayRespond }

// Name implements Command.
func (LiftCaution) Name() string { return "caution.lift" }
func (LiftCaution) class() Class { return MayLead }

func (x AddNote) decide(c *call) (Change, error) {
	if x.Source != "" {
		if seq, ok := c.s.Kept[x.Source]; ok && !c.s.Struck(seq) {
			return Change{Outcome: Outcome{Code: "note.already", Seq: seq, Args: map[string]string{"seq": fmt.Sprint(seq)}}}, nil
		}
	}
	text := Clean(x.Text)
	if text == "" {
		return Change{}, refuse("note.empty")
	}
	if x.Corrects != 0 && (x.Corrects < 1 || x.Corrects > c.s.Seq) {
		return Change{}, refuse("entry.unknown", "seq", fmt.Sprint(x.Corrects))
	}
	f := noteFacts{Important: x.Important, Open: x.Open, Corrects: c.standing(x.Corrects), Source: x.Source, Late: x.Paper, Conf: strings.ToLower(x.Conf)}
	switch report.Confidence(f.Conf) {
	case "", report.Confirmed, report.Estimated, report.Unknown:
	default:
		return Change{}, refuse("fact.conf", "conf", x.Conf)
	}
	if st := c.s.FindStep(x.Step); st != nil {
		f.Step = st.Ref
	}
	if c.act.At.After(c.now.Add(time.Minute)) {
		return Change{}, refuse("time.future", "at", c.clock(c.act.At))
	}
	if x.Sheet != "" {
		if !c.evident(x.Sheet) {
			return Change{}, refuse("row.sheet", "id", x.Sheet)
		}
		f.Sheet = x.Sheet
	}
	return one(c.draft(KindNote, f, "from", Clean(x.From), "to", Clean(x.To), "text", text,
		"result", Clean(x.Result), "link", x.Link, "speaker", Clean(x.Speaker), "writer", Clean(x.Writer), "origin", Clean(x.Origin))), nil
}

func (x Strike) decide(c *call) (Change, error) {
	seq := x.Entry
	if x.Source != "" {
		kept, ok := c.s.Kept[x.Source]
		if !ok {
			return Change{}, nil
		}
		seq = kept
	}
	if seq < 1 || seq > c.s.Seq {
		return Change{}, refuse("entry.unknown", "seq", fmt.Sprint(seq))
	}
	if m := c.s.Marks.At(seq); m != nil && m.Struck != 0 {
		return Change{Outcome: Outcome{Code: "entry.struck"}}, nil
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	ch := one(c.draft(KindStruck, entryFacts{Entry: seq}, "reason", reason))
	if last := c.standing(seq); x.Source != "" && last != seq { // what was said was put right meanwhile: those words go with it
		ch.Entries = append(ch.Entries, c.draft(KindStruck, entryFacts{Entry: last}, "reason", reason))
	}
	return ch, nil
}

// standing is the line that stands for an entry now: its correction, or the
// correction of that one. Whoever corrects the first line again strikes the line
// that stands, or two corrections would stand side by side.
func (c *call) standing(seq int64) int64 {
	for {
		m := c.s.Marks.At(seq)
		if m == nil || m.Corrected <= seq || c.s.Struck(m.Corrected) { // a later line only: the walk ends
			return seq
		}
		seq = m.Corrected
	}
}

func (x Answer) decide(c *call) (Change, error) {
	m := c.s.Marks.At(x.Entry)
	if m == nil || !m.Open {
		return Change{}, refuse("entry.not_open", "seq", fmt.Sprint(x.Entry))
	}
	result := Clean(x.Result)
	if result == "" {
		return Change{}, refuse("input.missing", "field", "result")
	}
	return one(c.draft(KindAnswered, entryFacts{Entry: x.Entry}, "result", result)), nil
}

// MaxFile is the largest file that is kept, in bytes.
const MaxFile = 25 << 20

func (x AddEvidence) decide(c *call) (Change, error) {
	if x.Source != "" {
		if seq, ok := c.s.Kept[x.Source]; ok {
			return Change{Outcome: Outcome{Code: "note.already", Seq: seq, Args: map[string]string{"seq": fmt.Sprint(seq)}}}, nil
		}
	}
	return x.nth(c, len(c.s.Evidence)+1)
}

// nth is the item with a number, which counts on where one command keeps several.
func (x AddEvidence) nth(c *call, n int) (Change, error) {
	name := Clean(x.File)
	if len(x.Data) == 0 && x.Hash == "" {
		return Change{}, refuse("evidence.empty")
	}
	if name == "" {
		return Change{}, refuse("evidence.name")
	}
	if len(x.Data) > MaxFile {
		return Change{}, refuse("evidence.large", "mb", fmt.Sprint(MaxFile>>20))
	}
	label, ok := labelOf(x.TLP)
	if !ok {
		return Change{}, refuse("review.tlp", "tlp", x.TLP)
	}
	f := evidenceFacts{ID: fmt.Sprintf("E%d", n), Size: x.Size, Source: x.Source, TLP: label}
	var blobs []Blob
	if len(x.Data) > 0 {
		f.Attachment, f.Size = HashOf(x.Data), int64(len(x.Data))
		blobs = []Blob{{Hash: f.Attachment, Data: x.Data}}
	} else {
		h := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(x.Hash), "sha256:"))
		if !isHash(h) {
			return Change{}, refuse("evidence.hash", "hash", x.Hash)
		}
		f.Evidence = "sha256:" + h
	}
	if st := c.s.FindStep(x.Step); st != nil {
		f.Step = st.Ref
	}
	d := c.draft(KindEvidence, f, "name", name, "type", Clean(x.Type), "text", Clean(x.Words), "where", Clean(x.Where),
		"tool", Clean(x.Tool), "clock_offset", Clean(x.Offset), "taker", Clean(x.Taker))
	return Change{Entries: []timeline.Draft{d}, Blobs: blobs, Outcome: Outcome{Ref: f.ID}}, nil
}

func isHash(h string) bool {
	if len(h) != 64 {
		return false
	}
	return strings.Trim(h, "0123456789abcdef") == ""
}

func (x SetFigure) decide(c *call) (Change, error) {
	if asciiID(x.Item, "000000000000") != x.Item || x.N < 0 || x.N > 1e9 {
		return Change{}, refuse("figure.bad")
	}
	f := figureFacts{Item: x.Item, N: x.N}
	if x.Place != "" && x.Place != AllTerminals {
		t, err := c.terminal(x.Place)
		if err != nil {
			return Change{}, err
		}
		f.Place = t
	}
	return one(c.draft(KindFigure, f)), nil
}

func (x AddCaution) decide(c *call) (Change, error) {
	text := Clean(x.Text)
	if text == "" {
		return Change{}, refuse("input.missing", "field", "text")
	}
	n := len(c.s.Cautions) + 1
	ch := one(c.draft(KindCautionAdded, cautionFacts{Caution: n}, "text", text))
	ch.Outcome = Outcome{Code: "caution.added", Args: map[string]string{"text": text}, Ref: fmt.Sprint(n)}
	return ch, nil
}

func (x LiftCaution) decide(c *call) (Change, error) {
	k := c.s.Caution(x.N)
	if k == nil || !k.Lifted.IsZero() {
		return Change{}, refuse("caution.unknown", "n", fmt.Sprint(x.N))
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return one(c.draft(KindCautionLifted, cautionFacts{Caution: x.N}, "reason", reason)), nil
}
