package pdf

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// missing stands for a character that the font lacks.
const missing = '〓'

// clean makes text drawable: characters that steer a reader become [U+202E],
// what only modifies the look of its neighbour goes, marks join their base
// letter, and what the font lacks becomes 〓 and is noted for the list at the
// end. Line ends stay.
func (d *Doc) clean(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for _, r := range compose(lines(strings.ToValidUTF8(s, "\uFFFD"))) {
		switch {
		case r == '\n':
			b.WriteByte('\n')
		case r == '\t' || r == '\u00a0':
			b.WriteByte(' ')
		case steers(r):
			fmt.Fprintf(&b, "[U+%04X]", r)
		case silent(r):
		case d.advance(r, regular) < 0:
			d.lose(r)
			b.WriteRune(missing)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// lose notes a character that could not be drawn, once.
func (d *Doc) lose(r rune) {
	const most = 400 // a list longer than this tells nobody anything
	if !d.isIn[r] && len(d.lost) < most {
		d.isIn[r] = true
		d.lost = append(d.lost, r)
	}
}

// plain reports text that needs nothing done.
func plain(s string) bool {
	for i := range len(s) {
		if (s[i] < 0x20 && s[i] != '\n') || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// lines makes every line end a LF.
func lines(s string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\v", "\n", "\f", "\n").Replace(s)
}

// oneLine shows line ends as a sign.
func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " / ") }

// compose joins combining marks to the letter before them. A full normal form
// would also replace letters of names (U+FA19 is another 神), so it is only
// asked where a mark follows.
func compose(s string) string {
	found := false
	for _, r := range s {
		if found = unicode.Is(unicode.Mn, r) && !silent(r); found {
			break
		}
	}
	if !found {
		return s
	}
	var out []rune
	for _, r := range s {
		if n := len(out); n > 0 && unicode.Is(unicode.Mn, r) {
			if one := []rune(norm.NFC.String(string([]rune{out[n-1], r}))); len(one) == 1 {
				out[n-1] = one[0]
				continue
			}
		}
		out = append(out, r)
	}
	return string(out)
}

// steers reports controls and direction marks.
func steers(r rune) bool {
	switch {
	case r < 0x20 || 0x7f <= r && r < 0xa0:
		return true
	case r == 0x061c || r == 0x200b || r == 0x200e || r == 0x200f || r == 0xfeff:
		return true
	}
	return 0x202a <= r && r <= 0x202e || 0x2060 <= r && r <= 0x206f || 0xfff9 <= r && r <= 0xfffb || 0xe0000 <= r && r <= 0xe007f
}

// silent reports joiners and variation selectors: alone they have no shape.
func silent(r rune) bool {
	return r == 0x200c || r == 0x200d || 0xfe00 <= r && r <= 0xfe0f || 0xe0100 <= r && r <= 0xe01ef
}
