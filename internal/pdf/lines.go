package pdf

import (
	"strings"
	"unicode"
)

// Span is a piece of text in one look.
type Span struct {
	Text   string
	Bold   bool
	Strike bool // struck through, still readable
	Boxed  bool // in a frame, for a mark such as 重要; stays in one piece
}

// glyph is one character with its look.
type glyph struct {
	r    rune
	w    float64 // points
	span int
}

// glyphs lays the characters of spans in a row. Marks get room for their frame.
func (d *Doc) glyphs(spans []Span, size float64) []glyph {
	var out []glyph
	for i, s := range spans {
		f := s.face()
		text := d.clean(s.Text)
		if s.Boxed {
			text = "\u2009" + oneLine(text) + "\u2009"
		}
		for _, r := range text {
			w := d.advance(r, f)
			if r == '\u2009' {
				w = 0.25
			}
			if w < 0 {
				w = max(0, d.advance(missing, f))
			}
			out = append(out, glyph{r, w * size, i})
		}
	}
	return out
}

func (s Span) face() weight {
	if s.Bold {
		return bold
	}
	return regular
}

// wrap breaks a row of glyphs into lines of at most wide points: at line ends,
// at blanks, between Japanese characters as the rules for line starts and ends
// allow (行頭・行末禁則, JIS X 4051), and inside a word only where it is longer
// than a line.
func wrap(row []glyph, spans []Span, wide float64) [][]glyph {
	var out [][]glyph
	for len(row) > 0 {
		n, skip := lineEnd(row, spans, wide)
		out = append(out, trim(row[:n]))
		row = row[n+skip:]
	}
	if len(out) == 0 {
		out = append(out, nil)
	}
	return out
}

// trim takes the blanks off the end of a line.
func trim(line []glyph) []glyph {
	for len(line) > 0 && line[len(line)-1].r == ' ' {
		line = line[:len(line)-1]
	}
	return line
}

// lineEnd gives how many glyphs the first line takes, and how many blanks or
// line ends behind it are not shown.
func lineEnd(row []glyph, spans []Span, wide float64) (n, skip int) {
	var used float64
	for n < len(row) && row[n].r != '\n' {
		if used += row[n].w; used > wide+0.01 {
			break
		}
		n++
	}
	if n == len(row) {
		return n, 0
	}
	if row[n].r == '\n' {
		return n, 1
	}
	full := max(n, 1)
	if full == len(row) {
		return full, 0
	}
	for n = full; n > 0; n-- {
		if row[n].r == ' ' || breakable(row, spans, n) {
			break
		}
	}
	if n == 0 {
		n = emergency(row, full)
	}
	for n+skip < len(row) && row[n+skip].r == ' ' {
		skip++
	}
	if n+skip < len(row) && row[n+skip].r == '\n' && skip > 0 {
		skip++
	}
	return n, skip
}

// emergency cuts a word that is longer than a line, behind a sign that joins
// its parts where there is one in the last third.
func emergency(row []glyph, full int) int {
	for n := full; n > full*2/3 && n > 1; n-- {
		if strings.ContainsRune("/._-?&=:,", row[n-1].r) {
			return n
		}
	}
	return full
}

// breakable reports whether a line may end before glyph i.
func breakable(row []glyph, spans []Span, i int) bool {
	before, after := row[i-1], row[i]
	if before.span == after.span && spans[after.span].Boxed {
		return false
	}
	switch {
	case before.r == ' ':
		return true
	case noStart(after.r) || noEnd(before.r):
		return false
	case inseparable(before.r) && before.r == after.r:
		return false
	}
	return !(inWord(before.r) && inWord(after.r))
}

// inWord reports characters of words that are written with blanks between them.
func inWord(r rune) bool {
	if r == ' ' || r == '\n' || r == '\u2009' {
		return false
	}
	if r < 0x80 {
		return true
	}
	return r < 0x2e80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) || r == '\u00ad'
}

// inseparable reports signs that are doubled and stay together.
func inseparable(r rune) bool { return r == '…' || r == '‥' || r == '—' || r == '―' }

// noStart reports what must not begin a line (行頭禁則文字).
func noStart(r rune) bool {
	return strings.ContainsRune("、。，．・：；？！゛゜ヽヾゝゞ々〻ー）］｝〕〉》」』】〙〗〟’”°′″℃％‰"+
		"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"+
		"｡｣､･ｰﾞﾟｧｨｩｪｫｬｭｮｯ〜～…‥,.:;?!)]}%»›", r)
}

// noEnd reports what must not end a line (行末禁則文字).
func noEnd(r rune) bool {
	return strings.ContainsRune("（［｛〔〈《「『【〘〖〝‘“｢([{«‹¥￥$＄£#＃", r)
}

// runsOf groups the glyphs of a line by look, for drawing.
func runsOf(line []glyph, each func(span int, text string, width float64)) {
	for i := 0; i < len(line); {
		j, w := i, 0.0
		var b strings.Builder
		for ; j < len(line) && line[j].span == line[i].span; j++ {
			w += line[j].w
			if line[j].r != '\u2009' {
				b.WriteRune(line[j].r)
			}
		}
		each(line[i].span, b.String(), w)
		i = j
	}
}

// line draws one line of spans with its base line at y.
func (d *Doc) line(x, y, size float64, row []glyph, spans []Span) {
	runsOf(row, func(i int, text string, w float64) {
		s := spans[i]
		at := x
		if s.Boxed {
			at += 0.25 * size
			d.box(x, y-size*0.92, w, size*1.16, 0.6)
		}
		d.put(at, y, s.face(), size, text)
		if s.Strike {
			d.rule(x, y-size*0.34, x+w, y-size*0.34, 0.7)
		}
		x += w
	})
}
