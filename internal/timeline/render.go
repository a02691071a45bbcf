package timeline

import (
	"fmt"
	"iter"
	"strings"
	"time"
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
	Struck    bool  // corrected by a later row; stays readable
	Corrects  int64 // number of the row this one corrects, or 0
	Machine   bool  // recorded by the machine (自動)
	Kind      string
	Source    string // where the information came from and how sure it is
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
	Lang       string    // "en", everything else is Japanese
	Era        bool      // dates in the Japanese era (令和)
	Zone       *time.Location
	Blank      int // numbered empty rows to go on by hand; HTML only
}

func (h *Header) english() bool { return h.Lang == "en" }

// say picks the language.
func (h *Header) say(ja, en string) string {
	if h.english() {
		return en
	}
	return ja
}

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
	if h.Drill {
		return h.say("【訓練】", "[DRILL] ")
	}
	return h.say("【実事案】", "[LIVE] ")
}

func (h *Header) title() string {
	t := h.mark() + h.say("クロノロジー ", "Timeline ") + h.IncidentID
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
	return h.full(h.From) + h.say(" から ", " to ") + h.full(h.To)
}

func (h *Header) made() string { return h.say("作成 ", "As of ") + h.full(h.MadeAt) }

func (h *Header) count() string {
	return fmt.Sprintf(h.say("全%d件", "%d entries"), h.Count)
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
	// Reiwa began on 1 May 2019 (Cabinet Order No. 143 of 2019).
	if h.Era && !h.english() && date >= "2019-05-01" {
		year := fmt.Sprint(t.Year() - 2018)
		if year == "1" {
			year = "元"
		}
		date = fmt.Sprintf("令和%s年%d月%d日", year, int(t.Month()), t.Day())
	}
	return date + "(" + h.weekday(t) + ")"
}

// full is the day with time and zone.
func (h *Header) full(t time.Time) string { return h.day(t) + " " + t.In(h.zone()).Format("15:04 MST") }

// columns are the whiteboard's, with both times.
func (h *Header) columns() []string {
	if h.english() {
		return []string{"No", "Happened", "Recorded", "From > To", "Content", "Action, result", "Recorder"}
	}
	return []string{"No", "発生", "記録", "発信 > 受信", "内容", "対応・結果", "記録者"}
}

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
		m = append(m, fmt.Sprintf(h.say("訂正 #%d", "corrects #%d"), r.Corrects))
	}
	if r.Struck {
		m = append(m, h.say("訂正済み", "corrected later"))
	}
	if r.Late {
		m = append(m, h.say("後から入力", "entered later"))
	}
	return m
}

func (h *Header) recorder(r *Row) string {
	if r.Machine {
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
