package pdf

import (
	_ "embed"
	"fmt"
)

// BIZ UDPGothic is made for legibility and licensed under the SIL Open Font
// License 1.1; fonts/OFL.txt has the licence. The files are not changed.
var (
	//go:embed fonts/BIZUDPGothic-Regular.ttf
	fontRegular []byte
	//go:embed fonts/BIZUDPGothic-Bold.ttf
	fontBold []byte
)

// weight is one of the two faces.
type weight int

const (
	regular weight = iota
	bold
)

// face measures with one of the fonts.
type face struct {
	family string
	widths map[rune]float64 // of one em; below zero: the font lacks it
}

func (d *Doc) loadFaces() error {
	for i, data := range [][]byte{fontRegular, fontBold} {
		f := face{family: fmt.Sprintf("f%d", i), widths: map[rune]float64{}}
		if err := d.gp.AddTTFFontData(f.family, data); err != nil {
			return fmt.Errorf("load font: %w", err)
		}
		d.faces[i] = f
	}
	return nil
}

// advance is the width of one character at size 1, below zero where the font
// lacks it.
func (d *Doc) advance(r rune, f weight) float64 {
	if w, ok := d.faces[f].widths[r]; ok {
		return w
	}
	d.keep(d.gp.SetFont(d.faces[f].family, "", 1000))
	w := -1.0
	if ok, err := d.gp.IsCurrFontContainGlyph(r); err == nil && ok && r <= 0xffff {
		if wide, err := d.gp.MeasureTextWidth(string(r)); err == nil {
			w = wide / 1000
		}
	}
	d.faces[f].widths[r] = w
	return w
}

// width is how wide a line of clean text is, in points.
func (d *Doc) width(s string, f weight, size float64) float64 {
	var w float64
	for _, r := range d.clean(s) {
		w += max(0, d.advance(r, f)) * size
	}
	return w
}

// fit cuts a line to a width; … says that something is missing.
func (d *Doc) fit(s string, f weight, size, wide float64) string {
	s = oneLine(d.clean(s))
	if d.width(s, f, size) <= wide {
		return s
	}
	runes := []rune(s)
	for n := len(runes) - 1; n > 0; n-- {
		if cut := string(runes[:n]) + "…"; d.width(cut, f, size) <= wide {
			return cut
		}
	}
	return ""
}

// text writes one line with its base line at y.
func (d *Doc) text(x, y float64, f weight, size float64, s string) {
	d.put(x, y, f, size, d.clean(s))
}

// put writes one line that is clean already.
func (d *Doc) put(x, y float64, f weight, size float64, s string) {
	if s == "" {
		return
	}
	d.keep(d.gp.SetFont(d.faces[f].family, "", size))
	d.gp.SetXY(x, y)
	d.keep(d.gp.Text(s))
}

// grey sets the colour of text; 0 is black.
func (d *Doc) grey(level float64) {
	v := uint8(level * 255)
	d.gp.SetTextColor(v, v, v)
}

// rule draws a line in black.
func (d *Doc) rule(x1, y1, x2, y2, thick float64) {
	d.pen(thick)
	d.gp.Line(x1, y1, x2, y2)
}

// pen sets the thickness of lines where it is another one. Every page begins
// with its own, so page forgets it.
func (d *Doc) pen(thick float64) {
	if d.thick == thick {
		return
	}
	d.thick = thick
	d.gp.SetStrokeColor(0, 0, 0)
	d.gp.SetLineWidth(thick)
}

// shade fills a box with light grey. gopdf takes the fill colour for text too,
// so the colour of text is set again behind it.
func (d *Doc) shade(x, y, w, h float64) {
	d.gp.SetFillColor(235, 235, 235)
	d.gp.RectFromUpperLeftWithStyle(x, y, w, h, "F")
	d.gp.SetFillColor(0, 0, 0)
	d.gp.SetTextColor(0, 0, 0)
}

// box draws the outline of a rectangle.
func (d *Doc) box(x, y, w, h, thick float64) {
	d.pen(thick)
	d.keep(d.gp.Rectangle(x, y, x+w, y+h, "D", 0, 0))
}
