package tally

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Record is a row as it was recorded.
type Record struct {
	N        int
	At       time.Time // when it was counted
	By       string    // who recorded it
	Writer   string    // who wrote the paper, "" where it was typed at once
	Paper    bool
	Replaces int
	Values   map[string]string
}

// bom makes a spreadsheet read the file as UTF-8.
const bom = "\ufeff"

// WriteCSV writes rows for keying into the terminal operating system: UTF-8 with
// BOM, CRLF, one column a field in the order of the form, times in the given
// zone. The headings are the names of the fields in a language. A spreadsheet
// that opens it turns 0712 into 712 and 1-2 into a date by itself: Table is for
// those. It fails only if w does.
func (t Type) WriteCSV(w io.Writer, rows []Record, lang string, zone *time.Location) error {
	return writeAll(w, t.table(rows, lang, zone, harmless))
}

// Table is what WriteCSV writes, for cells that are text: the headings first, and
// every value as it was recorded.
func (t Type) Table(rows []Record, lang string, zone *time.Location) [][]string {
	return t.table(rows, lang, zone, func(s string) string { return s })
}

func (t Type) table(rows []Record, lang string, zone *time.Location, typed func(string) string) [][]string {
	head := []string{pick(lang, "行", "row"), pick(lang, "日時", "time"), pick(lang, "記録者", "recorded by"), pick(lang, "紙の記入者", "written by"), pick(lang, "後から", "late"), pick(lang, "訂正した行", "corrects row")}
	for _, f := range t.Fields {
		head = append(head, f.Name(lang))
	}
	out := append(make([][]string, 0, len(rows)+1), head)
	for _, r := range rows {
		rec := []string{strconv.Itoa(r.N), r.At.In(zone).Format("2006-01-02 15:04"), typed(r.By), typed(r.Writer), mark(r.Paper), ""}
		if r.Replaces > 0 {
			rec[5] = strconv.Itoa(r.Replaces)
		}
		for _, f := range t.Fields {
			rec = append(rec, t.cell(f, r.Values[f.ID], lang, typed))
		}
		out = append(out, rec)
	}
	return out
}

func (t Type) cell(f Field, v, lang string, typed func(string) string) string {
	for _, c := range f.Choices {
		if c.ID == v {
			return c.Name(lang)
		}
	}
	if f.Kind == KindText || f.Kind == KindName || f.Kind == KindTruck {
		return typed(v)
	}
	return v
}

// WriteDifferences writes the list of exceptions.
func WriteDifferences(w io.Writer, list []Difference, lang string) error {
	return writeAll(w, differences(list, lang, harmless))
}

// DifferenceTable is what WriteDifferences writes, for cells that are text.
func DifferenceTable(list []Difference, lang string) [][]string {
	return differences(list, lang, func(s string) string { return s })
}

func differences(list []Difference, lang string, typed func(string) string) [][]string {
	out := [][]string{{pick(lang, "コンテナ番号", "container"), pick(lang, "違い", "difference"), pick(lang, "TOSの場所", "slot in TOS"), pick(lang, "現物の場所", "slot in yard"), pick(lang, "TOSの差止", "hold in TOS"), pick(lang, "現物の差止", "hold in yard"), pick(lang, "TOSの行", "TOS line"), pick(lang, "現物の行", "yard row")}}
	for _, d := range list {
		out = append(out, []string{d.Container, NameOf(d.Kind, lang), typed(d.TOS.Slot), d.Yard.Slot, holdName(d.TOS.Hold, lang), holdName(d.Yard.Hold, lang), line(d.TOS.Line), line(d.Yard.Line)})
	}
	return out
}

// NameOf names a kind of difference.
func NameOf(kind, lang string) string {
	switch kind {
	case TOSOnly:
		return pick(lang, "TOSにあり、現物なし", "in TOS, not in yard")
	case YardOnly:
		return pick(lang, "現物あり、TOSになし", "in yard, not in TOS")
	case Misplaced:
		return pick(lang, "場所が違う", "wrong position")
	case HoldsVary:
		return pick(lang, "差止が違う", "hold mismatch")
	case Twice:
		return pick(lang, "二か所で数えた", "counted at two places")
	}
	return kind
}

func holdName(h, lang string) string {
	switch h {
	case "hold":
		return pick(lang, "あり", "on hold")
	case "none":
		return pick(lang, "なし", "none")
	}
	return ""
}

func line(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func mark(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// harmless keeps a text from being run as a formula by a spreadsheet.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func writeAll(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, bom); err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.WriteAll(rows); err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	return nil
}
