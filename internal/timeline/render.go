package timeline

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"irbot/internal/calendar"
)

// Row is one line of the chronology (クロノロジー) as people read it. The words
// in it are free text and hostile until a renderer has made them inert.
type Row struct {
	Seq       int64
	Happened  time.Time
	Recorded  time.Time
	From, To  string
	Content   string
	Result    string // action or result (対応・結果)
	Recorder  string
	Late      bool  // entered afterwards (後から入力)
	Important bool  // 重要
	Open      bool  // still needs an answer (未対応)
	Struck    bool  // corrected or struck out by a later row; stays readable
	Voided    bool  // struck out without another text in its place
	Corrects  int64 // number of the row this one corrects, or 0
	Machine   bool  // recorded by the machine (自動)
	Kind      string
	Source    string // where the information came from and how sure it is
	Withheld  bool   // left out of this copy: Content says so, nothing else is said
	Entry     *Entry // what the row shows; the forms for programs need it
}

// Rows is a chronology in the order to be shown; ranging again starts again.
type Rows = iter.Seq2[Row, error]

// Header is what stands above and below a rendered chronology.
type Header struct {
	Site       string // name of the operator
	IncidentID string
	Title      string
	Drill      bool
	TLP        string    // "AMBER", with or without "TLP:"
	From, To   time.Time // first and last time shown
	Head       string    // hex; printed so that paper can be compared with the record
	Count      int64     // entries in the record, shown or not
	MadeAt     time.Time // recording time of the head entry, so that the same head gives the same bytes
	Lang       string    // "en", "both", everything else is Japanese
	Era        bool      // dates in the Japanese era (令和)
	Recorded   bool      // rows come in the order they were recorded, not in the order things happened
	Zone       *time.Location
	Blank      int      // numbered empty rows to go on by hand; HTML and PDF only
	Notes      []string // what a reader must know about this copy, e.g. what was left out
	Evidence   []EvidenceLine
	Proof      *Proof // nil: nothing is said about how to check
}

// EvidenceLine is one piece of evidence in the list behind the chronology.
type EvidenceLine struct {
	ID     string
	Name   string // free text
	By     string // who added it
	At     time.Time
	SHA256 string // hex
	Size   int64  // bytes; 0 where only the hash is known
	Entry  int64

	What   string // free text from here on: what it shows
	Where  string // where it was found
	Tool   string // what it was taken with
	Offset string // clock error of the source
	TLP    string // its own label, or ""
	Holder string // who has it now
	Moves  []CustodyMove
}

// CustodyMove is one hand-over of a piece of evidence (引渡し). Its words are
// free text.
type CustodyMove struct {
	ID       string // H1
	From, To string
	At       time.Time
	State    string // offered, accepted or refused
	Ended    time.Time
	Words    string // reason, place, receipt
	Entries  []int64
}

// Proof is what a reader needs to check a printed chronology against the record.
type Proof struct {
	Key         string // fingerprint of the site's public key
	Words       string // the head in words, to be read out on the phone
	Checkpoints []Checkpoint
}

func (h *Header) english() bool { return h.Lang == "en" }

// Both reports that every word is wanted in Japanese and in English.
func (h *Header) Both() bool { return h.Lang == "both" }

// say picks the language.
func (h *Header) say(ja, en string) string {
	switch {
	case h.english():
		return en
	case h.Both() && strings.TrimSpace(ja) != strings.TrimSpace(en):
		return ja + " / " + en
	}
	return ja
}

// sayf picks the language of a form and fills it in.
func (h *Header) sayf(ja, en string, args ...any) string {
	return h.say(fmt.Sprintf(ja, args...), fmt.Sprintf(en, args...))
}

// Say picks a word of the header's language; both are given where both are wanted.
func (h *Header) Say(ja, en string) string { return h.say(ja, en) }

// jst is the zone where none is given. Japan has had no summer time since 1951.
func (h *Header) zone() *time.Location {
	if h.Zone != nil {
		return h.Zone
	}
	return time.FixedZone("JST", 9*3600)
}

// tlp gives the label as the standard writes it (FIRST TLP 2.0); what is no
// such label becomes RED, the most careful one.
func (h *Header) tlp() string {
	label := strings.ToUpper(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(h.TLP)), "TLP:"))
	switch label {
	case "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED":
		return "TLP:" + label
	}
	return "TLP:RED"
}

// mark stands before the title: drill or live.
func (h *Header) mark() string {
	if h.IncidentID == SiteLog {
		return "" // neither live nor drill
	}
	ja, en := "【実事案】", "[LIVE] "
	if h.Drill {
		ja, en = "【訓練】", "[DRILL] "
	}
	switch {
	case h.Both():
		return ja + en
	case h.english():
		return en
	}
	return ja
}

// Label is the TLP label as it is printed.
func (h *Header) Label() string { return h.tlp() }

// Heading is the title with its mark of drill or live; it is free text.
func (h *Header) Heading() string { return h.title() }

// Identity is the short form of the heading, for the foot of a page.
func (h *Header) Identity() string {
	return h.IncidentID + "  " + h.count() + "  SHA-256 " + h.Head
}

// Subtitle are the lines below the heading: operator, period, date, and what
// must be known about this copy.
func (h *Header) Subtitle() []string {
	var out []string
	for _, s := range append([]string{oneLine(h.Site), strings.TrimSpace(h.period() + "  " + h.made())}, h.Notes...) {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (h *Header) title() string {
	if h.IncidentID == SiteLog {
		return h.say("常設記録", "Standing log") + " " + SiteLog
	}
	t := h.mark() + h.say("クロノロジー", "Timeline") + " " + h.IncidentID
	if h.Title != "" {
		t += " " + oneLine(h.Title)
	}
	return t
}

// period says from when to when, with date and zone.
func (h *Header) period() string {
	if h.From.IsZero() || h.To.IsZero() {
		return ""
	}
	switch {
	case h.english():
		return h.full(h.From) + " to " + h.full(h.To)
	case h.Both():
		return h.full(h.From) + " – " + h.full(h.To)
	}
	return h.full(h.From) + " から " + h.full(h.To)
}

func (h *Header) made() string { return h.say("作成", "As of") + " " + h.full(h.MadeAt) }

func (h *Header) count() string {
	return h.sayf("全%d件", "%d entries", h.Count)
}

func (h *Header) weekday(t time.Time) string {
	if h.english() {
		return t.Weekday().String()[:3]
	}
	return string([]rune("日月火水木金土")[t.Weekday()])
}

// short is 11/22(日) 07:12 JST.
func (h *Header) short(t time.Time) string {
	t = t.In(h.zone())
	return fmt.Sprintf("%d/%d(%s) %s", int(t.Month()), t.Day(), h.weekday(t), t.Format("15:04 MST"))
}

// day is 2026-11-22(日), or 令和8年11月22日(日).
func (h *Header) day(t time.Time) string {
	t = t.In(h.zone())
	date := t.Format("2006-01-02")
	if h.Era && !h.english() {
		date = calendar.DateOf(t, h.zone()).Era()
	}
	return date + "(" + h.weekday(t) + ")"
}

// Day is a day as a heading: 2026-11-22(日), or 令和8年11月22日(日).
func (h *Header) Day(t time.Time) string { return h.day(t) }

// Clock is 07:12 in the zone of the site.
func (h *Header) Clock(t time.Time) string { return t.In(h.zone()).Format("15:04") }

// Short is 11/22(日) 07:12 JST.
func (h *Header) Short(t time.Time) string { return h.short(t) }

// Moment is the time that the order of the rows goes by.
func (h *Header) Moment(r *Row) time.Time {
	if h.Recorded {
		return r.Recorded
	}
	return r.Happened
}

// full is the day with time and zone.
func (h *Header) full(t time.Time) string { return h.day(t) + " " + t.In(h.zone()).Format("15:04 MST") }

// columns are the whiteboard's, with both times.
func (h *Header) columns() []string {
	return []string{"No", h.say("発生", "Happened"), h.say("記録", "Recorded"), h.say("発信 > 受信", "From > To"),
		h.say("内容", "Content"), h.say("対応・結果", "Action, result"), h.say("記録者", "Recorder")}
}

// list puts the marks of a row one behind the other.
func (h *Header) list(marks []string) string {
	if h.english() {
		return strings.Join(marks, ", ")
	}
	return strings.Join(marks, "・")
}

// Marks are the words for the state of a row, in a fixed order.
func (h *Header) Marks(r *Row) []string { return h.marks(r) }

// Recorder says who recorded a row.
func (h *Header) Recorder(r *Row) string { return h.recorder(r) }

// Parties is the column From > To.
func (h *Header) Parties(r *Row) string { return parties(r) }

// marks are the words for the state of a row, in a fixed order.
func (h *Header) marks(r *Row) []string {
	var m []string
	if r.Important {
		m = append(m, h.say("重要", "important"))
	}
	if r.Open {
		m = append(m, h.say("未対応", "open"))
	}
	if r.Corrects > 0 {
		m = append(m, h.sayf("訂正 #%d", "corrects #%d", r.Corrects))
	}
	switch {
	case r.Voided:
		m = append(m, h.say("取消", "struck out"))
	case r.Struck:
		m = append(m, h.say("訂正済み", "corrected later"))
	}
	if r.Late {
		m = append(m, h.say("後から入力", "entered later"))
	}
	return m
}

func (h *Header) recorder(r *Row) string {
	if r.Machine && !r.Withheld {
		return h.say("自動", "automatic")
	}
	return r.Recorder
}

// parties is the column From > To.
func parties(r *Row) string {
	switch {
	case r.From == "" && r.To == "":
		return ""
	case r.To == "":
		return r.From
	}
	return r.From + " > " + r.To
}

// visible makes characters that act without being seen readable: controls and
// direction marks become [U+202E]. Line ends of every kind become LF. The
// joiners that emoji and Indic scripts need stay.
func visible(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	plain := true
	for _, c := range s {
		if acts(c) || c == '\r' || c == '\u2028' || c == '\u2029' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, c := range strings.ReplaceAll(s, "\r\n", "\n") {
		switch {
		case c == '\r' || c == '\u2028' || c == '\u2029':
			b.WriteByte('\n')
		case acts(c):
			fmt.Fprintf(&b, "[U+%04X]", c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// acts reports characters that steer a reader or a terminal.
func acts(c rune) bool {
	switch {
	case c == '\n' || c == '\t' || c == '\r':
		return false
	case c < 0x20 || 0x7f <= c && c < 0xa0:
		return true
	case c == 0x061c || c == 0x200b || c == 0x200e || c == 0x200f || c == 0xfeff:
		return true
	}
	return 0x202a <= c && c <= 0x202e || 0x2060 <= c && c <= 0x206f || 0xfff9 <= c && c <= 0xfffb || 0xe0000 <= c && c <= 0xe007f
}

// oneLine is visible on one line; ↵ stands for a line end.
func oneLine(s string) string {
	s = strings.ReplaceAll(visible(s), "\t", " ")
	return strings.TrimSpace(strings.ReplaceAll(s, "\n", " ↵ "))
}
