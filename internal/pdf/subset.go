package pdf

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// Flags of a part of a composed glyph (OpenType specification, table glyf).
const (
	partWords  = 0x0001 // its place takes two words, not two bytes
	partScale  = 0x0008
	partMore   = 0x0020
	partScales = 0x0040
	partMatrix = 0x0080
)

// subset is a font with only these glyphs, numbered as they are listed; glyphs
// that others are composed of come behind them. A document then carries some
// kilobytes of a font of four megabytes.
func (f *trueType) subset(used []int) []byte {
	list := slices.Clone(used)
	var glyf, loca, hmtx []byte
	for i := 0; i < len(list); i++ { // grows while parts are found
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf))) //nolint:gosec // below the size of the font
		shape := slices.Clone(f.outline(list[i]))
		eachPart(shape, func(number []byte) {
			old := int(binary.BigEndian.Uint16(number))
			at := slices.Index(list[len(used):], old)
			if at < 0 {
				at = len(list) - len(used)
				list = append(list, old)
			}
			binary.BigEndian.PutUint16(number, uint16(len(used)+at)) //nolint:gosec // a font has at most 65,535 glyphs
		})
		glyf = append(glyf, shape...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(f.advance(list[i]))) //nolint:gosec // it was 16 bits wide
		hmtx = append(hmtx, f.bearing(list[i])...)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf))) //nolint:gosec // below the size of the font

	n := uint16(len(list)) //nolint:gosec // a font has at most 65,535 glyphs
	head, hhea, maxp := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"]), slices.Clone(f.tables["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0)  // the checksum of the whole, set when all is there
	binary.BigEndian.PutUint16(head[50:], 1) // loca in 32 bits
	binary.BigEndian.PutUint16(hhea[34:], n)
	binary.BigEndian.PutUint16(maxp[4:], n)
	if f.more != nil {
		for _, at := range []int{6, 8} { // the most points and contours of a glyph
			copy(maxp[at:at+2], slices.MaxFunc([][]byte{maxp[at : at+2], f.more.tables["maxp"][at : at+2]}, bytes.Compare))
		}
	}
	return joinTables([]table{
		{"cvt ", f.tables["cvt "]}, {"fpgm", f.tables["fpgm"]}, {"glyf", glyf}, {"head", head}, {"hhea", hhea},
		{"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp}, {"prep", f.tables["prep"]},
	})
}

// eachPart gives the place where the number of each part of a composed glyph
// stands; a plain glyph has none.
func eachPart(shape []byte, see func(number []byte)) {
	if len(shape) < 10 || int16(binary.BigEndian.Uint16(shape)) >= 0 { //nolint:gosec // two's complement, as the format says
		return
	}
	for at := 10; at+4 <= len(shape); {
		flags := binary.BigEndian.Uint16(shape[at:])
		see(shape[at+2 : at+4])
		at += 6
		if flags&partWords != 0 {
			at += 2
		}
		switch {
		case flags&partScale != 0:
			at += 2
		case flags&partScales != 0:
			at += 4
		case flags&partMatrix != 0:
			at += 8
		}
		if flags&partMore == 0 {
			return
		}
	}
}

type table struct {
	name string
	data []byte
}

// joinTables makes a font file of tables in the order of their names.
func joinTables(list []table) []byte {
	list = slices.DeleteFunc(list, func(t table) bool { return len(t.data) == 0 })
	log := 0
	for 2<<log <= len(list) {
		log++
	}
	n, wide := len(list), 16<<log
	var dir, body bytes.Buffer
	word := func(v int) { _ = binary.Write(&dir, binary.BigEndian, uint16(v)) } //nolint:gosec // counts of tables
	_ = binary.Write(&dir, binary.BigEndian, uint32(0x00010000))
	word(n)
	word(wide)
	word(log)
	word(16*n - wide)
	headAt := 0
	for _, t := range list {
		at := 12 + 16*n + body.Len()
		if t.name == "head" {
			headAt = at
		}
		dir.WriteString(t.name)
		_ = binary.Write(&dir, binary.BigEndian, []uint32{checksum(t.data), uint32(at), uint32(len(t.data))}) //nolint:gosec // below the size of the font
		body.Write(t.data)
		for body.Len()%4 != 0 {
			body.WriteByte(0)
		}
	}
	out := append(dir.Bytes(), body.Bytes()...)
	binary.BigEndian.PutUint32(out[headAt+8:], 0xB1B0AFBA-checksum(out))
	return out
}

// checksum is the sum of all 32-bit words, the last one filled up with zeros.
func checksum(data []byte) uint32 {
	var sum uint32
	for ; len(data) >= 4; data = data[4:] {
		sum += binary.BigEndian.Uint32(data)
	}
	var last [4]byte
	copy(last[:], data)
	return sum + binary.BigEndian.Uint32(last[:])
}
