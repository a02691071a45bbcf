package pdf

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"strconv"
)

// BIZ UDPGothic is made for legibility and licensed under the SIL Open Font
// License 1.1; fonts/OFL.txt has the licence. The files are not changed. Names
// of people need kanji that it lacks (𠮷田): MoreKanji has them, made out of Noto
// Sans CJK JP by scripts/morekanji.py under the same licence, fonts/OFL-more.txt.
var (
	//go:embed fonts/BIZUDPGothic-Regular.ttf
	fontRegular []byte
	//go:embed fonts/BIZUDPGothic-Bold.ttf
	fontBold []byte
	//go:embed fonts/MoreKanji-Regular.ttf
	moreRegular []byte
	//go:embed fonts/MoreKanji-Bold.ttf
	moreBold []byte
)

// weight is one of the two faces.
type weight int

const (
	regular weight = iota
	bold
)

// face is one of the fonts in a document. Characters get their numbers in the
// order they are first drawn, one each even where two share a glyph: so text
// that is copied out of the document is the text that went in.
type face struct {
	font  *trueType
	known map[rune]*letter
	drawn []*letter // by number; 0 is the glyph for what is missing
}

// letter is a character of a face.
type letter struct {
	r      rune
	glyph  int
	wide   float64 // of one em; below zero: the font lacks it
	number int     // in the document; 0: not drawn yet
}

func (d *Doc) loadFaces() error {
	for i, data := range [][2][]byte{{fontRegular, moreRegular}, {fontBold, moreBold}} {
		font, err := readTrueType(data[0])
		if err != nil {
			return fmt.Errorf("load font: %w", err)
		}
		if font.more, err = readTrueType(data[1]); err != nil {
			return fmt.Errorf("load further kanji: %w", err)
		}
		d.faces[i] = face{font: font, known: map[rune]*letter{}, drawn: []*letter{{}}}
	}
	return nil
}

func (f *face) letter(r rune) *letter {
	if l := f.known[r]; l != nil {
		return l
	}
	l := &letter{r: r, glyph: f.font.glyph(r), wide: -1}
	if l.glyph > 0 {
		l.wide = float64(f.font.advance(l.glyph)) / f.font.unit
	}
	f.known[r] = l
	return l
}

// advance is the width of one character at size 1, below zero where the font
// lacks it.
func (d *Doc) advance(r rune, f weight) float64 { return d.faces[f].letter(r).wide }

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
	const hex = "0123456789abcdef"
	b := &d.ink
	b.WriteString("BT/F" + strconv.Itoa(int(f)) + " ")
	number(b, size)
	b.WriteString("Tf ")
	d.point(x, y)
	b.WriteString("Td<")
	face := &d.faces[f]
	for _, r := range s {
		n := face.number(r)
		b.Write([]byte{hex[n>>12&15], hex[n>>8&15], hex[n>>4&15], hex[n&15]})
	}
	b.WriteString(">Tj ET\n")
}

// number is the number of a character in the document.
func (f *face) number(r rune) int {
	l := f.letter(r)
	if l.number == 0 && l.glyph > 0 {
		l.number = len(f.drawn)
		f.drawn = append(f.drawn, l)
	}
	return l.number
}

// grey sets the colour of text and of what is filled; 0 is black.
func (d *Doc) grey(level float64) {
	number(&d.ink, level)
	d.ink.WriteString("g\n")
}

// rule draws a line in black.
func (d *Doc) rule(x1, y1, x2, y2, thick float64) {
	d.pen(thick)
	d.point(x1, y1)
	d.ink.WriteString("m ")
	d.point(x2, y2)
	d.ink.WriteString("l S\n")
}

// pen sets the thickness of lines where it is another one. Every page begins
// with its own, so page forgets it.
func (d *Doc) pen(thick float64) {
	if d.thick == thick {
		return
	}
	d.thick = thick
	number(&d.ink, thick)
	d.ink.WriteString("w ")
}

// shade fills a box with light grey.
func (d *Doc) shade(x, y, w, h float64) {
	d.grey(0.92)
	d.area(x, y, w, h)
	d.ink.WriteString("f\n")
	d.grey(0)
}

// box draws the outline of a rectangle.
func (d *Doc) box(x, y, w, h, thick float64) {
	d.pen(thick)
	d.area(x, y, w, h)
	d.ink.WriteString("S\n")
}

func (d *Doc) area(x, y, w, h float64) {
	d.point(x, y+h)
	number(&d.ink, w)
	number(&d.ink, h)
	d.ink.WriteString("re ")
}

// turn turns what is drawn between it and back about a point, in degrees
// against the clock.
func (d *Doc) turn(degrees, x, y float64) {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	y = d.h - y
	d.ink.WriteString("q ")
	for _, v := range []float64{cos, sin, -sin, cos} {
		d.ink.WriteString(strconv.FormatFloat(v, 'f', 5, 64) + " ")
	}
	number(&d.ink, x-cos*x+sin*y)
	number(&d.ink, y-sin*x-cos*y)
	d.ink.WriteString("cm\n")
}

func (d *Doc) back() { d.ink.WriteString("Q\n") }

// point writes a place counted from the top left; PDF counts from the bottom.
func (d *Doc) point(x, y float64) {
	number(&d.ink, x)
	number(&d.ink, d.h-y)
}

// number writes a length in points to a hundredth, always the same way.
func number(b *bytes.Buffer, v float64) {
	b.Write(strconv.AppendFloat(b.AvailableBuffer(), math.Round(v*100)/100, 'f', -1, 64))
	b.WriteByte(' ')
}
