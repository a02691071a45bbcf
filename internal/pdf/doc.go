// Package pdf sets documents on A4 paper: letters to authorities, the chronology
// and other sheets from the record. It guarantees that the same input gives the
// same bytes, that the TLP label stands at the top and the bottom of every page
// (FIRST TLP 2.0 asks for that in documents), that a drill says 【訓練】 on every
// page, and that no character of the text vanishes: what the font cannot draw is
// shown as 〓 and named in a list at the end. Every page goes out as soon as it is
// full, so that a document of thousands of pages takes no more memory than a
// short one; only the head and the foot, which say how many pages there are, are
// written at the end.
package pdf

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
)

// Setup is what stands around every page.
type Setup struct {
	Title     string    // for the document's properties and the running head
	Head      string    // left end of the running head; empty: Title
	Foot      string    // left end of the foot, e.g. IR-12 and the head of the record
	TLP       string    // AMBER, TLP:AMBER …; what is no label is printed as RED
	Drill     bool      // 【訓練】 in head, foot and across the page
	Landscape bool      // A4 landscape instead of portrait
	English   bool      // fixed words in English instead of Japanese
	At        time.Time // the document's date; never the wall clock, so that bytes repeat
}

// Doc is a document being set, from top to bottom. The first error of writing is
// kept and given at the end.
type Doc struct {
	set   Setup
	out   *file
	mem   *bytes.Buffer // holds the document until Write; nil: it goes out at once
	ink   bytes.Buffer  // what is drawn on this page
	faces [2]face
	w, h  float64 // of the page, points
	y     float64 // where the next thing begins, points from the top
	leafs []int   // the object with what is drawn on each full page
	pages int
	sides []bool  // of every page, whether it lies on its side
	thick float64 // of the last line drawn on this page; 0: none yet
	lost  []rune  // drawn as 〓, in order of first appearance
	isIn  map[rune]bool
}

// Page geometry in points (1/72 inch). The margins are 13 mm (UX: 12 to 15 mm).
const (
	margin  = 37.0
	top     = 62.0 // below the running head
	bottom  = 54.0 // above the foot
	body    = 10.5
	leading = 1.5 // line height of running text over its size
)

// A4 in points.
const (
	short = 595.28
	long  = 841.89
)

// New begins a document that is held in memory until Write. Errors say that the
// embedded font cannot be read.
func New(s Setup) (*Doc, error) {
	mem := &bytes.Buffer{}
	d, err := begin(mem, s)
	if err != nil {
		return nil, err
	}
	d.mem = mem
	return d, nil
}

// begin begins a document whose pages go to w as they get full.
func begin(w io.Writer, s Setup) (*Doc, error) {
	d := &Doc{set: s, isIn: map[rune]bool{}, w: short, h: long}
	if s.Landscape {
		d.w, d.h = long, short
	}
	if err := d.loadFaces(); err != nil {
		return nil, err
	}
	d.out = newFile(w)
	d.page()
	return d, nil
}

// say picks the language of a fixed word.
func (d *Doc) say(ja, en string) string {
	if d.set.English {
		return en
	}
	return ja
}

// label is the TLP label as the standard writes it.
func (d *Doc) label() string {
	l := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(d.set.TLP)), "TLP:")
	switch l {
	case "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED":
		return "TLP:" + l
	}
	return "TLP:RED"
}

// mark is 【訓練】 in a drill.
func (d *Doc) mark() string {
	if d.set.Drill {
		return d.say("【訓練】", "[DRILL] ")
	}
	return ""
}

// page begins a new page: the watermark lies under everything else.
func (d *Doc) page() {
	d.leaf()
	d.pages++
	d.sides = append(d.sides, d.w > d.h)
	d.y = top
	if d.set.Drill {
		d.watermark()
	}
}

// leaf sends what is drawn on the page away.
func (d *Doc) leaf() {
	if d.pages > 0 {
		n := d.out.next()
		d.out.stream(n, "", d.ink.Bytes())
		d.leafs = append(d.leafs, n)
	}
	d.ink.Reset()
	d.thick = 0
}

// room is how much height is left on the page.
func (d *Doc) room() float64 { return d.h - bottom - d.y }

// need begins a new page where less than h is left.
func (d *Doc) need(h float64) {
	if d.room() < h && d.y > top {
		d.page()
	}
}

// Gap leaves a height of mm millimetres free.
func (d *Doc) Gap(mm float64) { d.y += mm * 72 / 25.4 }

// BreakLandscape begins a new page on its side: forms have many columns.
func (d *Doc) BreakLandscape() {
	d.lie(true)
	d.page()
}

// lie turns the paper that is measured by.
func (d *Doc) lie(side bool) {
	d.w, d.h = short, long
	if side {
		d.w, d.h = long, short
	}
}

// Write ends the document: it lists the characters that could not be drawn,
// numbers the pages and writes the file.
func (d *Doc) Write(w io.Writer) error {
	if err := d.end(); err != nil {
		return err
	}
	if _, err := d.mem.WriteTo(w); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// frame draws head and foot of page n.
func (d *Doc) frame(n int) {
	head := d.set.Head
	if head == "" {
		head = d.set.Title
	}
	label := d.label()
	wide := d.width(label, bold, 12)
	d.text(d.w-margin-wide, 40, bold, 12, label)
	d.text(margin, 40, regular, 9, d.fit(d.mark()+strings.TrimPrefix(head, d.mark()), regular, 9, d.w-2*margin-wide-12))
	d.rule(margin, 46, d.w-margin, 46, 0.5)

	at := d.h - 26
	d.rule(margin, at-14, d.w-margin, at-14, 0.5)
	d.text(d.w-margin-wide, at, bold, 12, label)
	count := fmt.Sprintf(d.say("%d/%dページ", "Page %d/%d"), n, d.pages)
	space := d.width(count, regular, 9)
	d.text(d.w-margin-wide-14-space, at, regular, 9, count)
	d.text(margin, at, regular, 8, d.fit(d.mark()+d.set.Foot, regular, 8, d.w-2*margin-wide-space-30))
}

// watermark writes the drill mark across the page, light enough to read through.
func (d *Doc) watermark() {
	word := d.say("【訓練】", "DRILL")
	const size = 110
	wide := d.width(word, bold, size)
	d.turn(25, d.w/2, d.h/2)
	d.grey(0.91)
	d.put(d.w/2-wide/2, d.h/2+size/3, bold, size, word)
	d.back()
}

// listLost names the characters that stand as 〓.
func (d *Doc) listLost() {
	if len(d.lost) == 0 {
		return
	}
	names := make([]string, len(d.lost))
	for i, r := range d.lost {
		names[i] = fmt.Sprintf("U+%04X", r)
	}
	d.need(3 * body * leading)
	d.Gap(3)
	d.paragraph(d.say("この文書で 〓 と表した文字(出てきた順): ", "Characters shown as 〓 in this document, in order of appearance: ")+strings.Join(names, " "), 8)
}
