package pdf

import "io"

// SheetDoc is a plain report: headings, tables and short paragraphs. All words
// are set as they come.
type SheetDoc struct {
	Setup
	Parts []SheetPart
	First float64 // width of the first column of tables in points; 0 shares evenly
}

// SheetPart is one heading with a table, if there are columns, and paragraphs.
type SheetPart struct {
	Head  string
	Cols  []string
	Rows  [][]string
	Lines []string
}

// Sheet writes a report as PDF. The same report gives the same bytes.
func Sheet(w io.Writer, s SheetDoc) error {
	d, err := New(s.Setup)
	if err != nil {
		return err
	}
	d.Centre(d.mark()+s.Title, 14)
	d.Gap(3)
	for _, p := range s.Parts {
		d.Heading(2, p.Head)
		d.rows(p, s.First)
		for _, l := range p.Lines {
			d.Paragraph(l)
		}
		if len(p.Rows)+len(p.Lines) == 0 {
			d.Paragraph("-")
		}
		d.Gap(2)
	}
	return d.Write(w)
}

// rows sets the table of a part.
func (d *Doc) rows(p SheetPart, first float64) {
	if len(p.Rows) == 0 {
		return
	}
	cols := make([]Column, len(p.Cols))
	for i, head := range p.Cols {
		cols[i] = Column{Head: head, Bold: i == 0}
	}
	cols[0].Width = first
	t := d.Table(cols)
	for _, row := range p.Rows {
		cells := make([]Cell, len(row))
		for i, s := range row {
			cells[i] = Text(s)
		}
		t.Row(cells)
	}
	t.End()
}
