package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Input is what a report is made from. Vars are the words of formVars.
type Input struct {
	Kind    string // first, update or final
	Facts   map[string]Fact
	Vars    map[string]string
	Ceiling string          // strictest label that may stand in the letter
	Allowed map[string]bool // fields let through above the ceiling, by somebody by name
	When    func(time.Time) string
}

// Line is one row of a report as it is printed.
type Line struct {
	Field   string
	JA, EN  string // label
	Cell    string
	Value   string // what is printed, the confidence and its moment included
	Fact    Fact
	Held    bool // left out: above the ceiling
	Over    bool // above the ceiling, let through by name
	Missing bool // must be filled before this kind may be submitted
	Must    bool // needs a value or an answer in this kind
	Absent  string
}

// Told reports whether the line has something to say to its reader.
func (l Line) Told() bool { return l.Value != UnknownWords && l.Value != HeldWords }

// Document is a report, ready to be rendered.
type Document struct {
	Form    *Form
	Kind    string
	Subject string
	Opening string
	Lines   []Line
	Closing string
}

// Fill makes a report of the facts. Nothing is left blank: what is not known
// says so, what may not go to this reader says so too.
func (f *Form) Fill(in Input) Document {
	d := Document{Form: f, Kind: in.Kind}
	for _, r := range f.Rows {
		if len(r.Show) > 0 && !slices.Contains(r.Show, in.Kind) {
			continue
		}
		d.Lines = append(d.Lines, in.line(r))
	}
	opening, closing := f.Opening, f.Closing
	if f.Plain {
		opening, closing = in.sayable(opening), in.sayable(closing)
	}
	d.Subject = oneLine(in.expand(f.Subject))
	d.Opening = strings.TrimSpace(in.expand(opening))
	d.Closing = strings.TrimSpace(in.expand(closing))
	return d
}

// sayable takes out the lines of a template that would say that something is
// not known or withheld.
func (in Input) sayable(text string) string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if full := in.expand(line); !strings.Contains(full, UnknownWords) && !strings.Contains(full, HeldWords) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func (in Input) line(r Row) Line {
	fact := in.Facts[r.Field]
	l := Line{Field: r.Field, JA: r.JA, EN: r.EN, Cell: r.Cell, Fact: fact, Absent: r.Absent}
	must, answer := slices.Contains(r.Must, in.Kind), slices.Contains(r.Answer, in.Kind)
	l.Must = must || answer
	l.Missing = must && !fact.Known() || answer && !fact.Answered()
	l.Value = UnknownWords
	if fact.Value == "" || fact.Conf == "" {
		return l
	}
	if Above(fact.TLP, in.Ceiling) {
		if !in.Allowed[r.Field] {
			l.Held, l.Value = true, HeldWords
			return l
		}
		l.Over = true
	}
	l.Value = fact.Value + note(fact, in.When)
	if fact.Conf == Unknown { // what somebody wrote about what is not known is not lost
		l.Value = UnknownWords + "。" + l.Value
	}
	return l
}

// Printed is a value that nobody stated as a report prints it.
func (f Fact) Printed() string {
	if !f.Known() {
		return UnknownWords
	}
	return f.Value + note(f, nil)
}

// note follows a value: how sure it is, and as of when.
func note(f Fact, when func(time.Time) string) string {
	var parts []string
	if f.Conf == Estimated {
		parts = append(parts, "推定")
	}
	if !f.AsOf.IsZero() && !f.Derived && when != nil {
		parts = append(parts, when(f.AsOf)+"時点")
	}
	if len(parts) == 0 {
		return ""
	}
	return "（" + strings.Join(parts, "、") + "）"
}

// expand fills the placeholders of a template.
func (in Input) expand(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(m string) string {
		word := placeholder.FindStringSubmatch(m)[1]
		if v := in.Vars[word]; v != "" {
			return v
		}
		f := in.Facts[word]
		if !f.Known() {
			return UnknownWords
		}
		if Above(f.TLP, in.Ceiling) && !in.Allowed[word] {
			return HeldWords
		}
		return f.Value
	})
}

// Text is the report as it is read, mailed and approved.
func (d Document) Text() string {
	var b strings.Builder
	if d.Opening != "" {
		b.WriteString(d.Opening + "\n\n")
	}
	if d.Form != nil && d.Form.Plain {
		b.WriteString(d.statement())
		return strings.TrimSpace(b.String())
	}
	own := slices.ContainsFunc(d.Lines, func(l Line) bool { return numbered(l.JA) })
	for i, l := range d.Lines {
		label := l.JA
		if !own {
			label = fmt.Sprintf("%d %s", i+1, label)
		}
		value := strings.TrimSpace(l.Value)
		if strings.Contains(value, "\n") {
			value = "\n  " + strings.ReplaceAll(value, "\n", "\n  ")
			fmt.Fprintf(&b, "%s:%s\n", label, value)
			continue
		}
		fmt.Fprintf(&b, "%s: %s\n", label, value)
	}
	if d.Form != nil && d.Form.Mark != "" {
		b.WriteString("\n※ " + d.Form.Mark + "\n")
	}
	if d.Closing != "" {
		b.WriteString("\n" + d.Closing + "\n")
	}
	return strings.TrimSpace(b.String())
}

// statement is the rest of a plain form: what may be said under headings, the
// sentence of the form where there is one, and nothing in place of the rest.
func (d Document) statement() string {
	var b strings.Builder
	for _, l := range d.Lines {
		value := strings.TrimSpace(l.Value)
		if !l.Told() {
			value = strings.TrimSpace(l.Absent)
		}
		if value != "" {
			fmt.Fprintf(&b, "■ %s\n  %s\n\n", l.JA, strings.ReplaceAll(value, "\n", "\n  ")) // a value never begins a line
		}
	}
	return b.String() + d.Closing
}

// numbered reports whether a label brings its own number.
func numbered(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// Missing lists the lines that must be filled before the report may be
// submitted.
func (d Document) Missing() []Line {
	return d.only(func(l Line) bool { return l.Missing })
}

// Held lists the lines that were left out for their label.
func (d Document) Held() []Line { return d.only(func(l Line) bool { return l.Held }) }

// Over lists the lines that go out above the ceiling, let through by name.
func (d Document) Over() []Line { return d.only(func(l Line) bool { return l.Over }) }

// Required counts the lines that this kind needs, and how many of them are
// there.
func (d Document) Required() (have, need int) {
	for _, l := range d.Lines {
		if l.Must {
			need++
			if !l.Missing {
				have++
			}
		}
	}
	return have, need
}

func (d Document) only(keep func(Line) bool) []Line {
	var out []Line
	for _, l := range d.Lines {
		if keep(l) {
			out = append(out, l)
		}
	}
	return out
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// frozen is a line in a snapshot. Short names: it is kept in the record.
type frozen struct {
	F string `json:"f"`           // field
	L string `json:"l"`           // label
	E string `json:"e,omitempty"` // label in English
	V string `json:"v"`           // as printed
	C string `json:"c,omitempty"` // cell
	H bool   `json:"h,omitempty"` // held back
	O bool   `json:"o,omitempty"` // above the ceiling
	M bool   `json:"m,omitempty"` // missing
	R bool   `json:"r,omitempty"` // required
	K string `json:"k,omitempty"` // confidence
	T string `json:"t,omitempty"` // TLP
	S int64  `json:"s,omitempty"` // entry that set it
}

// Snapshot freezes the lines of a report for the record: the next report is
// compared with it, and the same spreadsheet can be made of it again.
func (d Document) Snapshot() string {
	list := make([]frozen, 0, len(d.Lines))
	for _, l := range d.Lines {
		list = append(list, frozen{F: l.Field, L: l.JA, E: l.EN, V: l.Value, C: l.Cell, H: l.Held, O: l.Over, M: l.Missing, R: l.Must, K: string(l.Fact.Conf), T: l.Fact.TLP, S: l.Fact.Seq})
	}
	b, err := json.Marshal(list)
	if err != nil {
		return "[]"
	}
	return string(b)
}

// Thaw reads the lines of a snapshot; what cannot be read gives none.
func Thaw(snapshot string) []Line {
	var list []frozen
	if json.Unmarshal([]byte(snapshot), &list) != nil {
		return nil
	}
	out := make([]Line, 0, len(list))
	for _, f := range list {
		out = append(out, Line{Field: f.F, JA: f.L, EN: f.E, Value: f.V, Cell: f.C, Held: f.H, Over: f.O, Missing: f.M, Must: f.R,
			Fact: Fact{Field: f.F, Conf: Confidence(f.K), TLP: f.T, Seq: f.S}})
	}
	return out
}

// Change is what differs in one item from the last report.
type Change struct {
	Op            string // added, changed, gone
	JA, EN        string // label
	Before, After string
}

// Changes compares a report with the one before: what became known, what
// changed, and what is said no longer.
func Changes(before, after []Line) []Change {
	old := map[string]Line{}
	for _, l := range before {
		old[l.Field+l.JA] = l
	}
	var out []Change
	for _, l := range after {
		was, ok := old[l.Field+l.JA]
		delete(old, l.Field+l.JA)
		c := Change{JA: l.JA, EN: l.EN, Before: was.Value, After: l.Value}
		said, says := ok && tells(was.Value), tells(l.Value)
		switch {
		case ok && was.Value == l.Value || !said && !says:
			continue
		case !said:
			c.Op = "added"
		case !says:
			c.Op = "gone"
		default:
			c.Op = "changed"
		}
		out = append(out, c)
	}
	for _, l := range before {
		if _, left := old[l.Field+l.JA]; left && tells(l.Value) {
			out = append(out, Change{Op: "gone", JA: l.JA, EN: l.EN, Before: l.Value})
		}
	}
	return out
}

// tells reports whether a printed value says something.
func tells(v string) bool { return v != "" && v != UnknownWords && v != HeldWords }
