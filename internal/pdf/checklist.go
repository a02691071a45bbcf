package pdf

import (
	"io"
	"time"
)

// ChecklistDoc is a runbook, or the runs of an incident, on A4 to be worked
// through by hand: steps with a box and empty columns, lines to go on, forms.
type ChecklistDoc struct {
	Title string
	Lines []string // below the title: version, what sets it off
	Blank []string // labels with a line behind them, to be filled in by hand
	Warn  []string // in frames above the steps
	Runs  []ChecklistRun
	More  []string        // heads of the table to go on by hand; empty: none
	Forms []ChecklistForm // each on pages of its own, on their side
	Rows  int             // empty rows of the table to go on; a form fills its page
	Heads [6]string       // number, box, step, time, name, what was seen

	Head, Foot string
	TLP        string
	Drill      bool
	English    bool
	At         time.Time // date of the file itself
}

// ChecklistRun is one runbook of the sheet.
type ChecklistRun struct {
	Title  string // "" where the document's own title stands for it
	Phases []ChecklistPhase
}

// ChecklistPhase is a phase with its steps.
type ChecklistPhase struct {
	Title string
	Lines []string
	Steps []ChecklistStep
}

// ChecklistStep is a step. Time, Name and Value are empty where it is still to
// be done.
type ChecklistStep struct {
	No    string
	Box   string // state in a word; "" is a box to tick
	Title string
	Lines []ChecklistLine
	Time  string
	Name  string
	Value string
}

// ChecklistLine stands below the title of a step.
type ChecklistLine struct {
	Text string
	Bold bool // must not be missed
	Tick bool // with a box before it: an answer or a part to tick
}

// ChecklistForm is an empty form for rows that are counted by hand.
type ChecklistForm struct {
	Title string
	How   string
	Heads []string
	Parts []float64 // of the width, one a column; nil: all alike
}

// Widths of the columns of a checklist in points; the step takes the rest.
const (
	wideNo, wideBox, wideTime, wideName, wideSeen = 32, 36, 52, 66, 104
	rowMM, formMM                                 = 11, 12 // least height of a row, millimetres
	small                                         = 9.0
	fewRows                                       = 5 // of the table to go on: too few for a page of their own
)

// tick is the box to be ticked.
const tick = "□"

// Checklist writes a checklist as PDF. The same document gives the same bytes.
// Errors are those of the font and of w.
func Checklist(w io.Writer, c ChecklistDoc) error {
	forms := len(c.Runs) == 0 // nothing but forms: no page before them
	d, err := New(Setup{Title: c.Title, Head: c.Head, Foot: c.Foot, TLP: c.TLP, Drill: c.Drill, English: c.English, At: c.At, Landscape: forms})
	if err != nil {
		return err
	}
	if !forms {
		d.checklist(c)
	}
	for i, f := range c.Forms {
		if !forms || i > 0 {
			d.BreakLandscape()
		}
		d.form(f)
	}
	return d.Write(w)
}

func (d *Doc) checklist(c ChecklistDoc) {
	d.Heading(1, d.mark()+c.Title)
	for _, s := range c.Lines {
		d.paragraph(s, small)
	}
	d.fillIn(c.Blank)
	for _, s := range c.Warn {
		d.framed(s)
	}
	for _, r := range c.Runs {
		if r.Title != "" {
			if len(r.Phases) > 0 {
				d.withFirst(r.Phases[0], checkColumns(c.Heads), 13*3)
			}
			d.Heading(2, r.Title)
		}
		for _, p := range r.Phases {
			d.checkPhase(p, c.Heads)
		}
	}
	if len(c.More) > 0 {
		d.goOn(c)
	}
}

// fillIn sets labels with a line behind each, side by side.
func (d *Doc) fillIn(labels []string) {
	if len(labels) == 0 {
		return
	}
	d.Gap(6)
	each := (d.w - 2*margin) / float64(len(labels))
	for i, s := range labels {
		x := margin + float64(i)*each
		d.text(x, d.y, regular, body, s)
		d.rule(x+d.width(s, regular, body)+4, d.y+2, x+each-10, d.y+2, 0.5)
	}
	d.Gap(3)
}

// framed sets a text that must not be missed.
func (d *Doc) framed(s string) {
	t := d.Table([]Column{{Bold: true}})
	t.Row([]Cell{Text(s)})
	t.End()
}

func (d *Doc) checkPhase(p ChecklistPhase, heads [6]string) {
	cols := checkColumns(heads)
	d.withFirst(p, cols, 0)
	d.Heading(3, p.Title)
	for _, s := range p.Lines {
		d.paragraph(s, small)
	}
	if len(p.Steps) == 0 {
		return
	}
	t := d.table(cols, small+0.5)
	t.Least(rowMM)
	for _, st := range p.Steps {
		t.Row(checkRow(st))
	}
	t.End()
}

func checkColumns(heads [6]string) []Column {
	return []Column{
		{Head: heads[0], Width: wideNo}, {Head: heads[1], Width: wideBox}, {Head: heads[2]},
		{Head: heads[3], Width: wideTime}, {Head: heads[4], Width: wideName}, {Head: heads[5], Width: wideSeen},
	}
}

// withFirst begins a new page where a phase and its first step do not fit on
// this one below something of a height: a heading over an empty table says that
// there is nothing to do.
func (d *Doc) withFirst(p ChecklistPhase, cols []Column, below float64) {
	d.need(40 * body / 4)
	if len(p.Steps) == 0 {
		return
	}
	t := d.measured(cols, small+0.5)
	t.Least(rowMM)
	_, row := t.lay(checkRow(p.Steps[0]))
	above := below + 4*body + t.tall
	for _, s := range p.Lines {
		lines := wrap(d.glyphs([]Span{{Text: s}}, small), []Span{{Text: s}}, d.w-2*margin)
		above += float64(len(lines)) * small * leading
	}
	if whole := d.h - bottom - top; above+row > whole {
		row = 6 * t.line() // it goes on over pages anyway
	}
	d.need(above + row)
}

func checkRow(st ChecklistStep) []Cell {
	box := st.Box
	if box == "" {
		box = tick
	}
	cell := Cell{{Text: st.Title, Bold: true}}
	for _, l := range st.Lines {
		text := "\n" + l.Text
		if l.Tick {
			text = "\n" + tick + " " + l.Text
		}
		cell = append(cell, Span{Text: text, Bold: l.Bold})
	}
	return []Cell{Text(st.No), Text(box), cell, Text(st.Time), Text(st.Name), Text(st.Value)}
}

// goOn is the empty table for what the runbook does not foresee.
func (d *Doc) goOn(c ChecklistDoc) {
	d.Heading(3, c.More[0])
	cols := []Column{{Width: wideTime}, {Width: wideName + 20}, {}, {Width: wideSeen}, {Width: wideName}}
	for i := range cols {
		if i+1 < len(c.More) {
			cols[i].Head = c.More[i+1]
		}
	}
	t := d.table(cols, small)
	rows := c.Rows
	if fit := int(d.room() / (formMM * 72 / 25.4)); fit < rows && rows-fit < fewRows {
		rows = fit // a page for the last few is a page lost
	}
	for range rows {
		t.Blank("", formMM)
	}
	t.End()
}

// form sets an empty form that fills the rest of the page.
func (d *Doc) form(f ChecklistForm) {
	d.Heading(2, f.Title)
	if f.How != "" {
		d.paragraph(f.How, small)
	}
	d.Gap(2)
	cols := make([]Column, len(f.Heads))
	whole := 0.0
	for _, x := range f.Parts {
		whole += x
	}
	for i, s := range f.Heads {
		cols[i].Head = s
		if len(f.Parts) == len(f.Heads) && whole > 0 {
			cols[i].Width = (d.w - 2*margin) * f.Parts[i] / whole
		}
	}
	t := d.table(cols, 7.5)
	for d.room() >= formMM*72/25.4 {
		t.Blank("", formMM)
	}
	t.End()
}
