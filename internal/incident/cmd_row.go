package incident

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/tally"
	"irbot/internal/timeline"
)

// AddRow records one row that was counted by hand. Replaces corrects an earlier
// row: that one stays in the record.
type AddRow struct {
	Type     string            `json:"type"`
	Values   map[string]string `json:"values"`
	Step     string            `json:"step,omitempty"`
	Replaces int               `json:"replaces,omitempty"`
	Paper    bool              `json:"paper,omitempty"`  // typed in from paper
	Sheet    string            `json:"sheet,omitempty"`  // evidence that shows the paper, E3
	Writer   string            `json:"writer,omitempty"` // who wrote the paper
}

// VoidRow takes a row back that should never have been counted.
type VoidRow struct {
	Row    int    `json:"row"`
	Reason string `json:"reason"`
}

// ImportList takes in a list out of the terminal operating system, to compare
// it with what stands in the yard.
type ImportList struct {
	File string `json:"file"`
	Data []byte `json:"data"`
}

// Name implements Command.
func (AddRow) Name() string { return "row.add" }
func (AddRow) class() Class { return MayRespond }

// Name implements Command.
func (VoidRow) Name() string { return "row.void" }
func (VoidRow) class() Class { return MayRespond }

// Name implements Command.
func (ImportList) Name() string { return "list.import" }
func (ImportList) class() Class { return MayRespond }

// rowField is how a value of a row is named in the text of its entry.
const rowField = "f_"

// RowValues are the values of a row, out of the text of its entry.
func RowValues(t timeline.Text) map[string]string {
	out := map[string]string{}
	for k, v := range t {
		if id, ok := strings.CutPrefix(k, rowField); ok {
			out[id] = v
		}
	}
	return out
}

// reeferDegrees is how far a reefer may be from its set point before somebody is
// told to look; a proposal of the shipped runbooks, not a rule of a carrier.
const reeferDegrees = 3

func (x AddRow) decide(c *call) (Change, error) {
	ty, ok := tally.Find(x.Type)
	if !ok {
		return Change{}, refuse("row.type", "type", x.Type)
	}
	values, bad := ty.Check(x.Values)
	if len(bad) > 0 {
		return Change{}, badRow(bad)
	}
	if c.act.At.After(c.now.Add(time.Minute)) {
		return Change{}, refuse("time.future", "at", c.clock(c.act.At))
	}
	f := rowFacts{Row: c.s.LastRow + 1, Type: ty.ID, Replaces: x.Replaces, Paper: x.Paper}
	if x.Replaces != 0 {
		old, ok := c.s.Counted(x.Replaces)
		if !ok || old.Type != ty.ID {
			return Change{}, refuse("row.gone", "n", fmt.Sprint(x.Replaces))
		}
		f.Step = old.Step
	}
	if err := c.rowPlace(x, &f); err != nil {
		return Change{}, err
	}
	kv := []string{"type_name", ty.JA, "writer", Clean(x.Writer)}
	for _, fd := range ty.Fields {
		kv = append(kv, rowField+fd.ID, Clean(values[fd.ID]))
		if fd.Kind == tally.KindContainer {
			f.Key = values[fd.ID]
		}
	}
	ch := one(c.draft(KindRowAdded, f, kv...))
	ch.Outcome = c.rowOutcome(f, values)
	return ch, nil
}

// rowPlace finds the step and the sheet of paper a row belongs to.
func (c *call) rowPlace(x AddRow, f *rowFacts) error {
	if x.Step != "" {
		st, err := c.step(x.Step)
		if err != nil {
			return err
		}
		f.Step = st.Ref
	}
	if x.Sheet != "" {
		if !c.evident(x.Sheet) {
			return refuse("row.sheet", "id", x.Sheet)
		}
		f.Sheet = x.Sheet
	}
	return nil
}

func (c *call) evident(id string) bool {
	return slices.ContainsFunc(c.s.Evidence, func(e Evidence) bool { return e.ID == id })
}

// badRow is the refusal of a row: its first problem in full, and how many more
// there are.
func badRow(bad []tally.Problem) *Refusal {
	p := bad[0]
	r := refuse("row."+p.Code, "field", "row-"+p.Field, "more", fmt.Sprint(len(bad)-1))
	for _, k := range []string{"value", "right", "last", "guess", "min", "max", "hint", "choices"} {
		r.Args[k] = p.Args[k]
	}
	if p.Code == "digit" && p.Args["guess"] != "" {
		r.Code = "row.guess"
	}
	return r
}

// rowOutcome says what somebody should look at: a container counted twice, a
// reefer far from its set point.
func (c *call) rowOutcome(f rowFacts, values map[string]string) Outcome {
	out := Outcome{Code: "row.added", Ref: fmt.Sprint(f.Row), Args: map[string]string{"n": fmt.Sprint(f.Row)}}
	if tally.Deviates(values, reeferDegrees) {
		out.Code = "row.deviates"
		out.Args["set"], out.Args["temp"] = values["set"], values["temp"]
		return out
	}
	if f.Key == "" || f.Type == "reefer" || f.Type == "move" { // those are counted again and again
		return out
	}
	for _, r := range c.s.RowsOf(f.Type) {
		if r.Key == f.Key && r.N != f.Replaces {
			out.Code, out.Args["first"] = "row.twice", fmt.Sprint(r.N)
		}
	}
	return out
}

func (x VoidRow) decide(c *call) (Change, error) {
	old, ok := c.s.Counted(x.Row)
	if !ok {
		return Change{}, refuse("row.gone", "n", fmt.Sprint(x.Row))
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return one(c.draft(KindRowVoided, rowFacts{Row: old.N, Type: old.Type, Key: old.Key}, "reason", reason)), nil
}

func (x ImportList) decide(c *call) (Change, error) {
	if len(x.Data) > MaxFile {
		return Change{}, refuse("list.large")
	}
	l, err := tally.ParseList(x.Data)
	if err != nil {
		return Change{}, listBad(err)
	}
	hash := HashOf(x.Data)
	f := listFacts{List: fmt.Sprintf("L%d", len(c.s.Lists)+1), Attachment: hash, Size: int64(len(x.Data)), Boxes: len(l.Boxes), Bad: len(l.Bad)}
	ch := one(c.draft(KindListTaken, f, "name", Clean(x.File)))
	ch.Blobs = []Blob{{Hash: hash, Data: x.Data}}
	ch.Outcome = Outcome{Code: "list.taken", Ref: f.List, Args: map[string]string{"boxes": fmt.Sprint(f.Boxes), "bad": fmt.Sprint(f.Bad)}}
	return ch, nil
}

// listBad says why a list cannot be read, in both languages.
func listBad(err error) error {
	ja, en := "表の区切りか引用符が正しくありません", "its separators or quotes are wrong"
	switch {
	case errors.Is(err, tally.ErrWorkbook):
		ja, en = "Excel などのブックです。「名前を付けて保存」でCSVを選んで保存し直してください", "it is a workbook; save it again as CSV"
	case errors.Is(err, tally.ErrNoContainer):
		ja, en = "コンテナ番号の列がありません", "it has no column of container numbers"
	case errors.Is(err, tally.ErrEmptyList):
		ja, en = "行がありません", "it has no rows"
	}
	return refuse("list.bad", "why", ja, "why_en", en)
}
