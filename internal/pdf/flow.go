package pdf

// Heading sets a heading; level 1 is the title of the document. It stays with
// what follows it.
func (d *Doc) Heading(level int, s string) {
	size := []float64{16, 13, 11.5}[min(max(level, 1), 3)-1]
	d.need(size*leading + 4*body)
	if d.y > top {
		d.y += size * 0.5
	}
	d.lines([]Span{{Text: s, Bold: true}}, place{x: margin, w: d.w - 2*margin, size: size, lead: 1.3})
	d.y += size * 0.25
}

// Paragraph sets running text; line ends in it are kept.
func (d *Doc) Paragraph(s string) {
	d.paragraph(s, body)
	d.y += body * 0.4
}

func (d *Doc) paragraph(s string, size float64) {
	d.lines([]Span{{Text: s}}, place{x: margin, w: d.w - 2*margin, size: size, lead: leading})
}

// Right sets short lines at the right margin, one below the other, their left
// ends in line.
func (d *Doc) Right(list ...string) {
	wide := 0.0
	for _, s := range list {
		wide = max(wide, d.width(oneLine(d.clean(s)), regular, body))
	}
	wide = min(wide, d.w-2*margin)
	for _, s := range list {
		d.lines([]Span{{Text: oneLine(d.clean(s))}}, place{x: d.w - margin - wide - 0.1, w: wide + 0.1, size: body, lead: leading})
	}
}

// Centre sets one bold line in the middle.
func (d *Doc) Centre(s string, size float64) {
	spans := []Span{{Text: s, Bold: true}}
	for _, row := range wrap(d.glyphs(spans, size), spans, d.w-2*margin) {
		d.need(size * leading)
		d.y += size * leading
		d.line((d.w-widthOf(row))/2, d.y-size*0.4, size, row, spans)
	}
}

// Field is a label with what stands behind it.
type Field struct {
	Label string
	Value string // line ends are kept
}

// Fields sets labels and values in two columns with rules between them; a
// value may run over several pages.
func (d *Doc) Fields(list []Field) {
	label := 0.0
	for _, f := range list {
		label = max(label, d.width(oneLine(d.clean(f.Label)), bold, body))
	}
	label = min(label, (d.w-2*margin)*0.34) + 10
	t := d.Table([]Column{{Width: label, Bold: true}, {}})
	for _, f := range list {
		t.Row([]Cell{{{Text: f.Label}}, {{Text: f.Value}}})
	}
	t.End()
}

// place is where lines are set.
type place struct {
	x, w, size, lead float64
}

// lines sets spans from d.y on, over pages if need be.
func (d *Doc) lines(spans []Span, p place) {
	for _, row := range wrap(d.glyphs(spans, p.size), spans, p.w) {
		d.need(p.size * p.lead)
		d.y += p.size * p.lead
		d.line(p.x, d.y-p.size*(p.lead-1)/2-p.size*0.15, p.size, row, spans)
	}
}

func widthOf(row []glyph) float64 {
	w := 0.0
	for _, g := range row {
		w += g.w
	}
	return w
}
