package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
)

// end numbers the pages and writes what holds them together.
func (d *Doc) end() error {
	d.listLost()
	d.leaf()
	tree, shared := d.out.next(), d.out.next()
	kids := make([]string, 0, d.pages)
	for n := 1; n <= d.pages; n++ {
		d.ink.Reset()
		d.thick = 0
		d.lie(d.sides[n-1])
		d.frame(n)
		frame, page := d.out.next(), d.out.next()
		d.out.stream(frame, "", d.ink.Bytes())
		d.out.object(page, fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Resources %d 0 R/Contents[%d 0 R %d 0 R]>>", tree, d.w, d.h, shared, d.leafs[n-1], frame))
		kids = append(kids, fmt.Sprintf("%d 0 R", page))
	}
	fonts := make([]string, len(d.faces))
	for i := range d.faces {
		fonts[i] = fmt.Sprintf("/F%d %d 0 R", i, d.out.font(&d.faces[i], weight(i)))
	}
	d.out.object(shared, "<</ProcSet[/PDF/Text]/Font<<"+strings.Join(fonts, "")+">>>>")
	d.out.object(tree, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", d.pages, strings.Join(kids, "\n")))
	root, info := d.out.next(), d.out.next()
	d.out.object(root, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/Lang(%s)/ViewerPreferences<</DisplayDocTitle true>>>>", tree, d.say("ja", "en")))
	d.out.object(info, fmt.Sprintf("<</Title%s/Creator(irbot)/Producer(irbot)/CreationDate(D:%s)>>", textString(d.set.Title), d.set.At.UTC().Format("20060102150405Z")))
	if err := d.out.end(root, info); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// font writes a face with the glyphs that were drawn and gives its object.
func (f *file) font(c *face, w weight) int {
	used := make([]int, len(c.drawn))
	var wide bytes.Buffer
	var seen [4]byte
	sum := sha256.New()
	for i, l := range c.drawn {
		used[i] = l.glyph
		number(&wide, c.font.per1000(c.font.advance(l.glyph)))
		binary.BigEndian.PutUint32(seen[:], uint32(l.r)) //nolint:gosec // a rune of a string is never negative
		sum.Write(seen[:])
	}
	name := tag(sum.Sum(nil)) + "+BIZUDPGothic-" + []string{"Regular", "Bold"}[w]
	all, inner, about, data, words := f.next(), f.next(), f.next(), f.next(), f.next()
	shapes := c.font.subset(used)
	f.stream(data, fmt.Sprintf("/Length1 %d", len(shapes)), shapes)
	f.stream(words, "", c.words())
	unit := func(table string, at int) int { return int(c.font.per1000(c.font.signed(table, at))) }
	f.object(about, fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontFile2 %d 0 R>>",
		name, unit("head", 36), unit("head", 38), unit("head", 40), unit("head", 42), unit("hhea", 4), unit("hhea", 6), 740, []int{80, 140}[w], data))
	f.object(inner, fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/CIDToGIDMap/Identity/DW 1000/W[0[%s]]>>",
		name, about, bytes.TrimSpace(wide.Bytes())))
	f.object(all, fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", name, inner, words))
	return all
}

// tag is the six letters before the name of a subset (ISO 32000-1, 9.6.4).
func tag(sum []byte) string {
	out := make([]byte, 6)
	for i := range out {
		out[i] = 'A' + sum[i]%26
	}
	return string(out)
}

// words says which character each number stands for, so that text can be
// searched and copied.
func (f *face) words() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n" +
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n")
	const most = 100 // in one block, as the standard says
	for from := 1; from < len(f.drawn); from += most {
		block := f.drawn[from:min(from+most, len(f.drawn))]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(block))
		for _, l := range block {
			fmt.Fprintf(&b, "<%04x><%s>\n", l.number, strings.TrimSuffix(strings.TrimPrefix(textString(string(l.r)), "<FEFF"), ">"))
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap CMapName currentdict/CMap defineresource pop end end\n")
	return b.Bytes()
}
