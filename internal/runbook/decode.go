package runbook

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// maxBad is how many replaced bytes are reported one by one.
const maxBad = 20

// The names of encodings as they are shown in findings.
const (
	encUTF8  = "UTF-8"
	encSJIS  = "Shift_JIS"
	encEUC   = "EUC-JP"
	encJIS   = "ISO-2022-JP"
	encUTF16 = "UTF-16"
)

// decoded is a file as UTF-8 with LF line ends.
type decoded struct {
	text     string
	encoding string
	bom      bool
	crlf     bool
	bad      int   // bytes replaced by U+FFFD
	badAt    []int // offsets in text, the first maxBad
}

// decode finds the encoding in the order BOM, ESC sequence, NUL pattern, valid
// UTF-8, then the better of CP932, EUC-JP and damaged UTF-8. The two patterns
// come before UTF-8 because they are valid UTF-8 too. ok is false for bytes
// that are not text in any of them.
func decode(src []byte) (d decoded, ok bool) {
	big, little := isUTF16(src)
	switch {
	case bytes.HasPrefix(src, []byte{0xEF, 0xBB, 0xBF}):
		d = decodeUTF8(src[3:])
		d.bom = true
	case bytes.HasPrefix(src, []byte{0xFF, 0xFE}):
		d = decodeWith(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), src[2:], encUTF16)
		d.bom = true
	case bytes.HasPrefix(src, []byte{0xFE, 0xFF}):
		d = decodeWith(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), src[2:], encUTF16)
		d.bom = true
	case little:
		d = decodeWith(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), src, encUTF16)
	case big:
		d = decodeWith(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), src, encUTF16)
	case isISO2022(src):
		d = decodeWith(japanese.ISO2022JP, src, encJIS)
	case utf8.Valid(src):
		d = decoded{text: string(src), encoding: encUTF8}
	default:
		d = decodeBest(src)
	}
	if looksBinary(d) {
		return d, false
	}
	d.unifyLineEnds()
	return d, true
}

// isUTF16 tells UTF-16 without a mark. Line ends show the byte order, because
// their bytes swapped are no character in use; a text of one line shows it by
// its ASCII characters.
func isUTF16(src []byte) (big, little bool) {
	if len(src) < 4 || len(src)%2 != 0 || bytes.IndexByte(src, 0) < 0 {
		return false, false
	}
	var ends, ascii [2]int // big, little
	for i := 0; i+1 < len(src); i += 2 {
		switch hi, lo := src[i], src[i+1]; {
		case hi == 0 && (lo == '\n' || lo == '\r'):
			ends[0]++
		case lo == 0 && (hi == '\n' || hi == '\r'):
			ends[1]++
		case hi == 0 && lo >= ' ' && lo < 0x7F:
			ascii[0]++
		case lo == 0 && hi >= ' ' && hi < 0x7F:
			ascii[1]++
		}
	}
	if ends[0]+ends[1] > 0 {
		return ends[0] > ends[1]*4, ends[1] > ends[0]*4
	}
	units := len(src) / 2
	return ascii[0]*16 > units && ascii[0] > ascii[1]*2, ascii[1]*16 > units && ascii[1] > ascii[0]*2
}

func isISO2022(src []byte) bool {
	if bytes.IndexByte(src, 0x1B) < 0 {
		return false
	}
	for _, seq := range []string{"\x1b$B", "\x1b$@", "\x1b(J", "\x1b(I"} {
		if bytes.Contains(src, []byte(seq)) {
			return true
		}
	}
	return false
}

func decodeUTF8(src []byte) decoded {
	if utf8.Valid(src) {
		return decoded{text: string(src), encoding: encUTF8}
	}
	var b strings.Builder
	d := decoded{encoding: encUTF8}
	for len(src) > 0 {
		r, n := utf8.DecodeRune(src)
		if r == utf8.RuneError && n == 1 {
			d.markBad(b.Len())
		}
		b.WriteRune(r)
		src = src[n:]
	}
	d.text = b.String()
	return d
}

func decodeWith(enc encoding.Encoding, src []byte, name string) decoded {
	d := decoded{encoding: name}
	out, err := enc.NewDecoder().Bytes(src)
	if err != nil {
		// The decoders replace rather than stop; what is left over is bad.
		d.bad++
	}
	d.text = string(out)
	for i := strings.IndexRune(d.text, utf8.RuneError); i >= 0; {
		d.markBad(i)
		next := strings.IndexRune(d.text[i+3:], utf8.RuneError)
		if next < 0 {
			break
		}
		i += 3 + next
	}
	return d
}

func (d *decoded) markBad(at int) {
	d.bad++
	if len(d.badAt) < maxBad {
		d.badAt = append(d.badAt, at)
	}
}

// decodeBest weighs the encodings of Japanese offices against each other:
// replaced bytes count against, kana (frequent only in the right one) for.
func decodeBest(src []byte) decoded {
	tries := []decoded{
		decodeUTF8(src),
		decodeWith(japanese.ShiftJIS, src, encSJIS),
		decodeWith(japanese.EUCJP, src, encEUC),
	}
	best, bestLike := 0, likeliness(tries[0])
	for i := 1; i < len(tries); i++ {
		if s := likeliness(tries[i]); s > bestLike {
			best, bestLike = i, s
		}
	}
	return tries[best]
}

func likeliness(d decoded) int {
	s := -d.bad * 20
	for _, r := range d.text {
		switch {
		case r >= 0x3041 && r <= 0x30FE:
			s += 3
		case r >= 0xFF61 && r <= 0xFF9F: // half-width kana: EUC read as CP932
			s -= 2
		case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3000 && r <= 0x303F, r >= 0xFF01 && r <= 0xFF5E:
			s++
		case r >= 0x80 && r <= 0x9F, r >= 0xE000 && r <= 0xF8FF:
			s -= 5
		}
	}
	return s
}

// looksBinary refuses what no encoding makes readable: more than one character
// in ten replaced, or control characters in the same number.
func looksBinary(d decoded) bool {
	if d.text == "" || d.bad == 0 && d.encoding == encUTF8 && strings.IndexByte(d.text, 0) < 0 {
		return false
	}
	control, total := 0, 0
	for i := 0; i < len(d.text); i++ {
		c := d.text[i]
		if c&0xC0 == 0x80 {
			continue
		}
		total++
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1B {
			control++
		}
	}
	return d.bad*10 > total || control*10 > total
}

// unifyLineEnds turns CRLF and CR into LF. Lines and columns stay as they are
// in the original file.
func (d *decoded) unifyLineEnds() {
	if strings.IndexByte(d.text, '\r') < 0 {
		return
	}
	d.crlf = true
	var b strings.Builder
	b.Grow(len(d.text))
	shift, next := 0, 0
	for i := 0; i < len(d.text); i++ {
		for next < len(d.badAt) && d.badAt[next] == i {
			d.badAt[next] = i - shift
			next++
		}
		if d.text[i] != '\r' {
			b.WriteByte(d.text[i])
			continue
		}
		if i+1 < len(d.text) && d.text[i+1] == '\n' {
			shift++
			continue
		}
		b.WriteByte('\n')
	}
	d.text = b.String()
}
