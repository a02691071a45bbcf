package pdf

// Column is one column of a table.
type Column struct {
	Head  string
	Width float64 // points; 0 shares what the others leave
	Right bool    // set to the right, for numbers
	Bold  bool
}

// Cell is the content of one cell.
type Cell []Span

// Text is a cell of plain text.
func Text(s string) Cell { return Cell{{Text: s}} }

// Table is a table being set. Its head is repeated on every page. A row stays on
// one page where it fits on one; a longer one goes on over as many as it needs.
type Table struct {
	d    *Doc
	cols []Column
	size float64
	head []laid
	tall float64
	low  float64 // the least height of a row
	band string  // stands again under the head of every page; "" for none
	from float64 // where the rules between the columns begin; 0: nowhere yet
}

// laid is a cell broken into lines.
type laid struct {
	spans []Span
	rows  [][]glyph
}

const (
	pad      = 3.0 // inside a cell, points
	cellLead = 1.35
)

// Table begins a table over the width of the page.
func (d *Doc) Table(cols []Column) *Table { return d.table(cols, body) }

// table begins a table in a size.
func (d *Doc) table(cols []Column, size float64) *Table {
	t := d.measured(cols, size)
	if t.head != nil {
		d.need(t.tall + 3*t.line())
		t.drawHead()
	}
	return t
}

// measured is a table of which nothing is drawn yet.
func (d *Doc) measured(cols []Column, size float64) *Table {
	t := &Table{d: d, cols: append([]Column(nil), cols...), size: size}
	left, free := d.w-2*margin, 0
	for _, c := range t.cols {
		left -= c.Width
		if c.Width == 0 {
			free++
		}
	}
	heads := false
	for i := range t.cols {
		if t.cols[i].Width == 0 {
			t.cols[i].Width = max(40, left/float64(free))
		}
		heads = heads || t.cols[i].Head != ""
	}
	if heads {
		cells := make([]Cell, len(cols))
		for i, c := range cols {
			cells[i] = Cell{{Text: c.Head, Bold: true}}
		}
		t.head, t.tall = t.lay(cells)
	}
	return t
}

func (t *Table) line() float64 { return t.size * cellLead }

// lay breaks cells into lines and says how high the row is.
func (t *Table) lay(cells []Cell) ([]laid, float64) {
	out, most := make([]laid, len(t.cols)), 1
	for i := range out {
		var spans []Span
		if i < len(cells) {
			spans = append(spans, cells[i]...)
		}
		if len(spans) == 0 {
			spans = []Span{{}}
		}
		if t.cols[i].Bold {
			for k := range spans {
				spans[k].Bold = true
			}
		}
		out[i] = laid{spans, wrap(t.d.glyphs(spans, t.size), spans, t.cols[i].Width-2*pad)}
		most = max(most, len(out[i].rows))
	}
	return out, max(t.low, float64(most)*t.line()+2*pad)
}

func (t *Table) drawHead() {
	t.d.shade(margin, t.d.y, t.wide(), t.tall)
	t.draw(t.head, 0, t.tall)
}

func (t *Table) wide() float64 {
	w := 0.0
	for _, c := range t.cols {
		w += c.Width
	}
	return w
}

// turn begins a new page with the head of the table.
func (t *Table) turn() {
	t.columns()
	t.d.page()
	if t.head != nil {
		t.drawHead()
	}
	if t.band != "" {
		t.columns() // they must not cross the band
		t.strip()
	}
}

// Row adds a row.
func (t *Table) Row(cells []Cell) {
	row, tall := t.lay(cells)
	whole := t.d.h - bottom - top - t.tall
	if t.band != "" {
		whole -= t.bandTall()
	}
	if tall > t.d.room() && (tall <= whole || t.d.room() < 6*t.line()) {
		t.turn()
	}
	for from, lines := 0, int((tall-2*pad)/t.line()+0.5); from < lines; {
		n := min(lines-from, max(1, int((t.d.room()-2*pad)/t.line())))
		t.draw(row, from, float64(n)*t.line()+2*pad)
		if from += n; from < lines {
			t.turn()
		}
	}
}

// draw draws the lines of a row from one on, as many as the height takes.
func (t *Table) draw(row []laid, from int, tall float64) {
	x, y := margin, t.d.y
	n := int((tall-2*pad)/t.line() + 0.5)
	for i, c := range t.cols {
		for k := from; k < min(from+n, len(row[i].rows)); k++ {
			line := row[i].rows[k]
			at := x + pad
			if c.Right {
				at = x + c.Width - pad - widthOf(line)
			}
			t.d.line(at, y+pad+float64(k-from)*t.line()+t.size*1.02, t.size, line, row[i].spans)
		}
		x += c.Width
	}
	t.frame(y, tall)
	t.d.y += tall
}

// frame draws the rules above and below one row. Those between the columns are
// drawn once for all rows below each other: a long record has many rows.
func (t *Table) frame(y, tall float64) {
	if t.from == 0 {
		t.from = y
		t.d.rule(margin, y, margin+t.wide(), y, 0.5)
	}
	t.d.rule(margin, y+tall, margin+t.wide(), y+tall, 0.5)
}

// columns draws the rules between the columns of the rows so far.
func (t *Table) columns() {
	if t.from == 0 {
		return
	}
	x := margin
	for i := 0; i <= len(t.cols); i++ {
		t.d.rule(x, t.from, x, t.d.y, 0.5)
		if i < len(t.cols) {
			x += t.cols[i].Width
		}
	}
	t.from = 0
}

func (t *Table) bandTall() float64 { return t.line() + 2*pad }

// Band adds a row over all columns, e.g. the day. It stays with the row below
// it, and stands again on every page that its rows go on to: a time of day
// without its day says nothing.
func (t *Table) Band(s string) {
	t.band = ""
	if t.d.room() < t.bandTall()+3*t.line() {
		t.turn()
	}
	t.columns()
	t.band = s
	t.strip()
}

// strip draws the band that holds.
func (t *Table) strip() {
	s, tall := t.band, t.bandTall()
	t.d.shade(margin, t.d.y, t.wide(), tall)
	t.d.text(margin+pad, t.d.y+pad+t.size*1.02, bold, t.size, t.d.fit(s, bold, t.size, t.wide()-2*pad))
	x, w, y := margin, t.wide(), t.d.y
	t.d.box(x, y, w, tall, 0.5)
	t.d.y += tall
}

// Blank adds an empty row of mm millimetres, to be filled in by hand; first is
// what stands in its first cell.
func (t *Table) Blank(first string, mm float64) {
	tall := mm * 72 / 25.4
	if t.d.room() < tall {
		t.turn()
	}
	y := t.d.y
	at := margin + pad
	if t.cols[0].Right {
		at = margin + t.cols[0].Width - pad - t.d.width(first, regular, t.size)
	}
	t.d.text(at, y+tall/2+t.size*0.35, regular, t.size, first)
	t.frame(y, tall)
	t.d.y += tall
}

// Least makes the rows that follow at least mm millimetres high, so that there
// is room to write.
func (t *Table) Least(mm float64) { t.low = mm * 72 / 25.4 }

// End closes the table and leaves a little room below it.
func (t *Table) End() {
	t.columns()
	t.d.y += 6
}
