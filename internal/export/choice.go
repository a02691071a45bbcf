package export

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

const kindEvidence = incident.KindEvidence

// Bound is one end of a range: an entry or a moment. The zero value is open.
type Bound struct {
	Seq int64
	At  time.Time // compared with the moment of happening
}

// ParseBound reads an end of a range: the number of an entry (12, #12), a day
// (2026-11-22) or a moment (2026-11-22T07:12, with or without seconds and
// offset). A day as the end means until it is over. Errors wrap ErrChoice.
func ParseBound(s string, zone *time.Location, end bool) (Bound, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Bound{}, nil
	}
	if n, err := strconv.ParseInt(strings.TrimPrefix(s, "#"), 10, 64); err == nil && n > 0 {
		if s[0] == '0' { // 0712 is a time to those who write chronologies
			return Bound{}, fmt.Errorf("%.40q could be a time of day: %w: write the day, too (2026-11-22T07:12), or the number as #%d", s, ErrChoice, n)
		}
		return Bound{Seq: n}, nil
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return Bound{At: t}, nil
	}
	for _, form := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(form, s, zone); err == nil {
			return Bound{At: t}, nil
		}
	}
	if t, err := time.ParseInLocation("2006-01-02", s, zone); err == nil {
		if end {
			t = t.AddDate(0, 0, 1).Add(-time.Microsecond)
		}
		return Bound{At: t}, nil
	}
	return Bound{}, fmt.Errorf("%.40q is no entry, day or moment: %w", s, ErrChoice)
}

// empty reports a range that ends before it begins: nothing lies in it.
func (o Options) empty() bool {
	return o.To.Seq > 0 && o.From.Seq > o.To.Seq || !o.To.At.IsZero() && o.From.At.After(o.To.At)
}

// inRange reports whether an entry lies between both ends.
func (x *job) inRange(e *timeline.Entry) bool {
	from, to := x.o.From, x.o.To
	switch {
	case from.Seq > 0 && e.Seq < from.Seq, to.Seq > 0 && e.Seq > to.Seq:
		return false
	case !from.At.IsZero() && e.HappenedAt.Before(from.At), !to.At.IsZero() && e.HappenedAt.After(to.At):
		return false
	}
	return true
}

// allowed reports whether the text of an entry is within the ceiling.
func (x *job) allowed(e *timeline.Entry) bool {
	return x.o.Ceiling == "" || directory.Allows(x.o.Ceiling, TLPOf(e))
}

// keeps reports whether the text of an entry stays in the record that is taken
// out. Every text holds the name of who wrote it, so a copy without names keeps
// none of them as they are.
func (x *job) keeps(e *timeline.Entry) bool { return x.inRange(e) && x.allowed(e) && !x.o.Roles }

// TLPOf is the label of an entry's text: the one its facts carry, else the one
// of its kind (docs/adr/0012-tlp-of-an-entry.md).
func TLPOf(e *timeline.Entry) string {
	if own := ownTLP(e); own != "" {
		return own
	}
	group, _, _ := strings.Cut(string(e.Kind), ".")
	for _, key := range []string{string(e.Kind), group} {
		if label := kindTLP(key); label != "" {
			return label
		}
	}
	return strictest
}

// strictest is the label of a kind that nobody has given one.
const strictest = "TLP:AMBER+STRICT"

// kindTLP is the one table of labels by kind, or by its first word.
func kindTLP(key string) string {
	switch key {
	// Of the running of things; says little that a port's partners may not know.
	case "phase", "surface", "clock", "timeline", "key":
		return "TLP:GREEN"
	// What happened and what was done about it: the operator and those it works with.
	case "incident", "severity", "role", "moment", "run", "step", "caution", "note", "entry", "evidence", "figure",
		"duty", "report", "handover", "notice", "decision", "inject", "fact", "action", "objective", "period", "custody":
		return "TLP:AMBER"
	// Cargo and continuity: what the terminals of a port tell each other. What a
	// guest may read has its own label, which goes before this one.
	case "cargo", "level", "eta", "milestone", "outage", "bcp", "manual", "gate", "continuity", "share", "row", "list":
		return "TLP:AMBER"
	// Deliberation, numbers and addresses of people, attempts that were refused,
	// who may read what: the operator only.
	case "decision.objected", "decision.asked", "notice.phoned", "notice.overridden", "person.asked", "escalation", "message", "command",
		"contact", "page", "review", "guest", "consent", "roster":
		return "TLP:AMBER+STRICT"
	// Why a text had to be erased often says what stood in it.
	case "text", "erasure":
		return "TLP:RED"
	}
	return ""
}

// ownTLP is the label that the facts of an entry carry, or "". What is no label
// there counts as RED.
func ownTLP(e *timeline.Entry) string {
	if !bytes.Contains(e.Facts, []byte(`"tlp":`)) {
		return ""
	}
	var f struct {
		TLP string `json:"tlp"`
	}
	if json.Unmarshal(e.Facts, &f) != nil || f.TLP == "" {
		return ""
	}
	label, ok := directory.Label(f.TLP)
	if !ok {
		return "TLP:RED"
	}
	return label
}

// stricter is the narrower of two labels; "" is none.
func stricter(a, b string) string {
	order := directory.Labels()
	switch {
	case a == "":
		return b
	case b != "" && slices.Index(order, b) < slices.Index(order, a):
		return b
	}
	return a
}

// Preset is what an audience usually gets. Everything in it can be chosen
// otherwise.
type Preset struct {
	ID     string `yaml:"id"`
	Name   string `yaml:"name"`
	NameEN string `yaml:"name_en"`
	Format string `yaml:"format"`
	TLP    string `yaml:"tlp"` // ceiling; "" withholds nothing
	Lang   string `yaml:"lang"`
	Roles  bool   `yaml:"roles"`
	Era    bool   `yaml:"era"`
	Order  string `yaml:"order"` // happened or recorded
	Why    string `yaml:"why"`
	WhyEN  string `yaml:"why_en"`
}

//go:embed presets.yaml
var presetFile []byte

// Presets are the audiences that the program knows. Errors say that the shipped
// list is broken, which a test excludes.
func Presets() ([]Preset, error) {
	var list []Preset
	d := yaml.NewDecoder(bytes.NewReader(presetFile))
	d.KnownFields(true)
	if err := d.Decode(&list); err != nil {
		return nil, fmt.Errorf("read presets: %w", err)
	}
	return list, nil
}

// PresetFor finds an audience. Errors wrap ErrChoice.
func PresetFor(id string) (Preset, error) {
	list, err := Presets()
	if err != nil {
		return Preset{}, err
	}
	for _, p := range list {
		if p.ID == id {
			return p, nil
		}
	}
	return Preset{}, fmt.Errorf("audience %.40q: %w", id, ErrChoice)
}

// Apply sets what the audience usually gets.
func (p Preset) Apply(o Options) Options {
	o.Audience, o.Ceiling, o.Lang, o.Roles, o.Era, o.Recorded = p.ID, p.TLP, p.Lang, p.Roles, p.Era, p.Order == "recorded"
	return o
}
