package pdf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sort"
)

// errFont says that the embedded font is not what this package can read.
var errFont = errors.New("not a TrueType font with Unicode characters")

// trueType reads what setting needs from a TrueType font (OpenType
// specification 1.9, tables cmap, glyf, head, hhea, hmtx, loca, maxp): which
// glyph a character has, how wide it is, and its outline.
type trueType struct {
	tables  map[string][]byte
	groups  []byte // of the cmap, format 12: first, last, first glyph
	unit    float64
	metrics int // how many glyphs have a width of their own
	glyphs  int
	long    bool // loca has 32 bits an entry

	// more has characters that this font lacks, in the same units; its glyphs are
	// numbered on from those of this one. It may be nil.
	more *trueType
}

func readTrueType(data []byte) (*trueType, error) {
	if len(data) < 12 || binary.BigEndian.Uint32(data) != 0x00010000 {
		return nil, errFont
	}
	f := &trueType{tables: map[string][]byte{}}
	for i := range int(binary.BigEndian.Uint16(data[4:])) {
		rec := data[12+16*i:]
		from, n := binary.BigEndian.Uint32(rec[8:]), binary.BigEndian.Uint32(rec[12:])
		if uint64(from)+uint64(n) > uint64(len(data)) {
			return nil, errFont
		}
		f.tables[string(rec[:4])] = data[from : from+n]
	}
	for name, least := range map[string]int{"head": 54, "hhea": 36, "maxp": 6, "hmtx": 4, "loca": 4, "glyf": 1, "cmap": 4} {
		if len(f.tables[name]) < least {
			return nil, fmt.Errorf("table %s: %w", name, errFont)
		}
	}
	f.unit = float64(binary.BigEndian.Uint16(f.tables["head"][18:]))
	f.long = binary.BigEndian.Uint16(f.tables["head"][50:]) == 1
	f.metrics = int(binary.BigEndian.Uint16(f.tables["hhea"][34:]))
	f.glyphs = int(binary.BigEndian.Uint16(f.tables["maxp"][4:]))
	return f, f.readCmap()
}

// readCmap finds the characters of the whole of Unicode.
func (f *trueType) readCmap() error {
	t := f.tables["cmap"]
	for i := range int(binary.BigEndian.Uint16(t[2:])) {
		at := binary.BigEndian.Uint32(t[4+8*i+4:])
		sub := t[at:]
		if binary.BigEndian.Uint16(sub) == 12 {
			n := int(binary.BigEndian.Uint32(sub[12:]))
			f.groups = sub[16 : 16+12*n]
			return nil
		}
	}
	return fmt.Errorf("table cmap, format 12: %w", errFont)
}

// glyph is the number of a character's glyph; 0 where neither font has one.
func (f *trueType) glyph(r rune) int {
	own := f.ownGlyph(r)
	if own > 0 || f.more == nil {
		return own
	}
	if g := f.more.ownGlyph(r); g > 0 {
		return f.glyphs + g
	}
	return 0
}

func (f *trueType) ownGlyph(r rune) int {
	n := len(f.groups) / 12
	at := func(i, k int) uint32 { return binary.BigEndian.Uint32(f.groups[12*i+4*k:]) }
	c := uint32(r) //nolint:gosec // a rune that came out of a string is never negative
	i := sort.Search(n, func(i int) bool { return at(i, 1) >= c })
	if i == n || c < at(i, 0) {
		return 0
	}
	return int(at(i, 2) + c - at(i, 0))
}

// advance is how far a glyph moves on, in font units.
func (f *trueType) advance(glyph int) int {
	if glyph >= f.glyphs && f.more != nil {
		return f.more.advance(glyph - f.glyphs)
	}
	return int(binary.BigEndian.Uint16(f.tables["hmtx"][4*min(glyph, f.metrics-1):]))
}

// bearing is the left side bearing of a glyph, as it is kept.
func (f *trueType) bearing(glyph int) []byte {
	if glyph >= f.glyphs && f.more != nil {
		return f.more.bearing(glyph - f.glyphs)
	}
	t := f.tables["hmtx"]
	if glyph < f.metrics {
		return t[4*glyph+2 : 4*glyph+4]
	}
	at := 4*f.metrics + 2*(glyph-f.metrics)
	return t[at : at+2]
}

// outline is the shape of a glyph; nothing for a blank. Shapes of more are not
// composed of others.
func (f *trueType) outline(glyph int) []byte {
	if glyph >= f.glyphs && f.more != nil {
		return f.more.outline(glyph - f.glyphs)
	}
	t := f.tables["loca"]
	if f.long {
		return f.tables["glyf"][binary.BigEndian.Uint32(t[4*glyph:]):binary.BigEndian.Uint32(t[4*glyph+4:])]
	}
	return f.tables["glyf"][2*int(binary.BigEndian.Uint16(t[2*glyph:])) : 2*int(binary.BigEndian.Uint16(t[2*glyph+2:]))]
}

// per1000 is a number of font units in thousandths of the size.
func (f *trueType) per1000(units int) float64 { return float64(units) * 1000 / f.unit }

// signed reads a field of head or hhea that may be below zero.
func (f *trueType) signed(table string, at int) int {
	return int(int16(binary.BigEndian.Uint16(f.tables[table][at:]))) //nolint:gosec // two's complement, as the format says
}
