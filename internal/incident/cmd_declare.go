package incident

import (
	"slices"
	"time"

	"irbot/internal/timeline"
)

// Report is a finder telling that something is wrong. It opens an incident
// that nobody has taken charge of and pages the duty officer.
type Report struct {
	Finder   string    `json:"finder"` // frozen, ransom, mail, network, equipment, unknown
	Place    string    `json:"place,omitempty"`
	Words    string    `json:"words,omitempty"`
	Reporter string    `json:"reporter,omitempty"`
	Contact  string    `json:"contact,omitempty"`
	Seen     time.Time `json:"seen,omitzero"`
	Impact   []string  `json:"impact,omitempty"`
	Drill    bool      `json:"drill,omitempty"`
}

// Name implements Command.
func (Report) Name() string  { return "incident.report" }
func (Report) class() Class  { return MayReport }
func (x Report) drill() bool { return x.Drill }
func (x Report) opens() bool { return true }

// Declare declares an incident: it sets T0, opens the room, starts the mapped
// runbook and climbs towards the CISO.
type Declare struct {
	Title    string    `json:"title"`
	Finder   string    `json:"finder,omitempty"`
	Place    string    `json:"place,omitempty"`
	Impact   []string  `json:"impact,omitempty"`
	Words    string    `json:"words,omitempty"`
	Reporter string    `json:"reporter,omitempty"`
	Detected time.Time `json:"detected,omitzero"`
	Runbook  string    `json:"runbook,omitempty"` // "" = the mapped one, "none" = no runbook
	Drill    bool      `json:"drill,omitempty"`
}

// Name implements Command.
func (Declare) Name() string  { return "incident.declare" }
func (Declare) class() Class  { return MayDeclare }
func (x Declare) drill() bool { return x.Drill }
func (x Declare) opens() bool { return true }

// TakeCharge is the duty officer's 引き受ける: it acknowledges the page, makes
// the person commander and declares.
type TakeCharge struct {
	Runbook string `json:"runbook,omitempty"`
}

// Name implements Command.
func (TakeCharge) Name() string { return "incident.take" }
func (TakeCharge) class() Class { return MayDeclare }

// Retitle gives the incident another title.
type Retitle struct {
	Title string `json:"title"`
}

// Name implements Command.
func (Retitle) Name() string { return "incident.retitle" }
func (Retitle) class() Class { return MayLead }

// FinderKinds are the six things a finder can choose from (UX 2.2).
func FinderKinds() []string {
	return []string{"frozen", "ransom", "mail", "network", "equipment", "unknown"}
}

var impacts = []string{"gate", "vessel", "yard", "none", "unknown"} //nolint:gochecknoglobals // fixed vocabulary of UX 2.2

func finder(k string) string {
	if slices.Contains(FinderKinds(), k) {
		return k
	}
	return "unknown"
}

func impact(in []string) []string {
	var out []string
	for _, k := range in {
		if slices.Contains(impacts, k) {
			out = appendOnce(out, k)
		}
	}
	return out
}

func (x Report) decide(c *call) (Change, error) {
	f := declaredFacts{Finder: finder(x.Finder), Impact: impact(x.Impact), Surfaces: c.site.Surfaces}
	d := c.draft(KindReported, f, "title", title("", f.Finder, x.Place), "place", Clean(x.Place), "words", Clean(x.Words),
		"reporter", Clean(x.Reporter), "contact", Clean(x.Contact))
	d.HappenedAt = x.Seen
	ch := Change{Entries: []timeline.Draft{d}}
	ch.Entries = append(ch.Entries, c.startEscalation(c.site.OnReport, "report", "")...)
	return ch, nil
}

// title makes one from what is known when nobody has typed one.
func title(typed, finder, place string) string {
	if t := Clean(typed); t != "" {
		return t
	}
	words := map[string]string{
		"frozen": "画面・システムが動かない", "ransom": "脅迫文・身代金の表示", "mail": "不審なメール・操作",
		"network": "通信できない", "equipment": "設備・荷役機器の異常", "unknown": "異常の連絡",
	}[finder]
	if words == "" {
		words = "異常の連絡"
	}
	if p := Clean(place); p != "" {
		return words + "（" + p + "）"
	}
	return words
}

func (x Declare) decide(c *call) (Change, error) {
	if Clean(x.Title) == "" && x.Finder == "" && Clean(x.Words) == "" {
		return Change{}, refuse("declare.empty")
	}
	f := c.declared(finder(x.Finder), impact(x.Impact))
	detected := x.Detected
	if detected.IsZero() {
		detected = c.now
	}
	f.Detected = us(detected)
	words := Clean(x.Words)
	name := Clean(x.Title)
	if name == "" && words != "" && x.Finder == "" {
		name = firstLine(words)
	}
	d := c.draft(KindDeclared, f, "title", title(name, f.Finder, x.Place), "place", Clean(x.Place),
		"words", words, "reporter", Clean(x.Reporter))
	d.HappenedAt = time.Time{}
	return c.open(d, x.Runbook, f.Finder)
}

func firstLine(s string) string {
	for i, r := range s {
		if r == '\n' || i > 120 {
			return s[:i]
		}
	}
	return s
}

func (c *call) declared(finder string, impact []string) declaredFacts {
	return declaredFacts{
		Finder: finder, Impact: impact, Surfaces: c.site.Surfaces, Announce: c.site.announcing(),
		First: int64(c.site.ReportFirst / time.Second), Every: int64(c.site.ReportEvery / time.Second), Later: int64(c.site.ReportLater / time.Second),
	}
}

// open records a declaration and all that follows from it.
func (c *call) open(d timeline.Draft, book, finder string) (Change, error) {
	ch := Change{Entries: []timeline.Draft{d}}
	ch.Entries = append(ch.Entries, c.startEscalation(c.site.OnDeclare, "declare", "")...)
	c.startDuties(&ch, decodeDetected(d, c.s))
	ch.Entries = append(ch.Entries, c.planEntry()...)
	if book == "none" {
		return ch, nil
	}
	if book == "" {
		book = c.site.Mapped[finder]
		if book == "" {
			book = c.site.Mapped[""]
		}
		if book == "" {
			return ch, nil
		}
	}
	b := c.linked(book)
	if b == nil {
		return Change{}, refuse("runbook.unknown", "runbook", book)
	}
	run, err := c.startBook(b, false, "")
	if err != nil {
		return Change{}, err
	}
	ch.Entries, ch.Blobs = append(ch.Entries, run.Entries...), append(ch.Blobs, run.Blobs...)
	return ch, nil
}

func decodeDetected(d timeline.Draft, s *Incident) time.Time {
	if f, ok := d.Facts.(declaredFacts); ok && f.Detected != 0 {
		return f.Detected.time()
	}
	return s.Times.Detected
}

func (x TakeCharge) decide(c *call) (Change, error) {
	if c.s.Status == Open {
		h := c.s.Roles["lead"]
		switch h.Person {
		case c.act.Person:
			return Change{Outcome: Outcome{Code: "incident.already"}}, nil
		case "": // declared straight away, and nobody leads yet
			return AssignRole{Role: "lead", Person: c.act.Person}.decide(c)
		}
		return Change{}, refuse("incident.taken", "who", c.name(h.Person), "at", c.clock(h.At))
	}
	if _, ok := c.site.Directory.Person(c.act.Person); !ok {
		return Change{}, c.denied(MayLead) // a commander has to be reachable
	}
	var ch Change
	for _, esc := range c.s.Escalations {
		if esc.Ended == "" && esc.Reason == "report" {
			ch.Entries = append(ch.Entries, c.draft(KindEscAcked, escFacts{Esc: esc.ID, Person: c.act.Person, Via: c.act.Surface}))
		}
	}
	ch.Entries = append(ch.Entries, c.draft(KindRole, roleFacts{Role: "lead", Person: c.act.Person}))
	f := c.declared(c.s.Finder, c.s.Impact)
	d := c.draft(KindDeclared, f, "title", c.text(c.s.TitleSeq)["title"])
	d.HappenedAt = time.Time{}
	rest, err := c.open(d, x.Runbook, c.s.Finder)
	if err != nil {
		return Change{}, err
	}
	ch.Entries, ch.Blobs = append(ch.Entries, rest.Entries...), rest.Blobs
	return ch, nil
}

func (x Retitle) decide(c *call) (Change, error) {
	t := Clean(x.Title)
	if t == "" {
		return Change{}, refuse("input.missing", "field", "title")
	}
	return one(c.draft(KindRetitled, nil, "title", t)), nil
}
