package directory

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// ErrHead is a CSV file of contacts without the columns kind and id.
var ErrHead = errors.New("the first row must name the columns, with kind and id among them")

// Row is one contact of a CSV file: a person, or a destination of some kind.
type Row struct {
	List   string // people or destinations
	ID     string
	Fields []Field // of the columns that are there; an empty one empties the field
}

// Field is one cell; its name is the key of the directory file.
type Field struct{ Name, Value string }

// Field gives a cell by its name; "" if the row does not have it.
func (r Row) Field(name string) string {
	for _, f := range r.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Columns are those of a CSV file of contacts, in order. kind is "person" or
// the kind of a destination.
func Columns() []string {
	return []string{"kind", "id", "name", "name_en", "org", "title", "contact", "roles", "aliases", "reach", "lang", "tlp", "hours", "outside", "verified"}
}

// Rows gives every contact as a row, people first.
func Rows(d *Directory) []Row {
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.DateOnly)
	}
	reach := func(list []Address) string {
		var out []string
		for _, a := range list {
			out = append(out, a.String())
		}
		return strings.Join(out, "; ")
	}
	var out []Row
	for _, p := range d.People {
		out = append(out, Row{List: "people", ID: p.ID, Fields: []Field{
			{"name", p.Name}, {"name_en", p.NameEN}, {"org", p.Org}, {"title", p.Title}, {"roles", strings.Join(p.Roles, "; ")},
			{"reach", reach(p.Reach)}, {"lang", p.Lang}, {"tlp", p.TLP}, {"hours", p.Hours}, {"verified", day(p.Verified)},
		}})
	}
	for _, x := range d.Destinations {
		out = append(out, Row{List: "destinations", ID: x.ID, Fields: []Field{
			{"kind", x.Kind}, {"name", x.Name}, {"name_en", x.NameEN}, {"contact", x.Contact}, {"aliases", strings.Join(x.Aliases, "; ")},
			{"reach", reach(x.Reach)}, {"lang", x.Lang}, {"tlp", x.TLP}, {"hours", x.Hours}, {"outside", fmt.Sprint(x.Outside)}, {"verified", day(x.Verified)},
		}})
	}
	return out
}

// WriteCSV writes the directory as a sheet that Excel opens (UTF-8 with its
// mark). A cell that would be read as a formula gets an apostrophe.
func WriteCSV(w io.Writer, d *Directory) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write contacts: %w", err)
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	_ = c.Write(Columns())
	for _, r := range Rows(d) {
		kind := r.Field("kind")
		if r.List == "people" {
			kind = "person"
		}
		line := []string{kind, r.ID}
		for _, name := range Columns()[2:] {
			line = append(line, harmless(r.Field(name)))
		}
		_ = c.Write(line)
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("write contacts: %w", err)
	}
	return nil
}

func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
