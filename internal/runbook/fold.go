package runbook

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold brings a text into the form all matching is done in: NFKC, lower case,
// no space around. Texts that are in that form already, by far the most, are
// not copied.
func fold(s string) string {
	if s == "" || !isAlnum(s[0]) || !isAlnum(s[len(s)-1]) {
		s = strings.TrimSpace(s)
	}
	upper := uint64(0)
	for i := 0; i < len(s); {
		if i+8 <= len(s) {
			if x := word(s, i); x&highBits == 0 {
				upper |= uppers(x)
				i += 8
				continue
			}
		}
		c := s[i]
		if c < utf8.RuneSelf {
			upper |= uppers(uint64(c))
			i++
			continue
		}
		if !plainCJK(s[i:]) {
			return foldWide(s)
		}
		i += 3
	}
	if upper&highBits != 0 {
		return lowerASCII(s)
	}
	return s
}

func lowerASCII(s string) string {
	var short [64]byte // most are titles and labels: no second allocation
	b := append(short[:0], s...)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// plainCJK tells a character of three bytes that NFKC and lower case leave as
// it is: kana, common Chinese characters, Japanese punctuation.
func plainCJK(s string) bool {
	if len(s) < 3 || s[0] < 0xE2 || s[0] > 0xE9 {
		return false
	}
	if s[0] == 0xE2 { // dashes, quotes and arrows of usual text
		return s[1] == 0x80 && (s[2] == 0x93 || s[2] == 0x94 || s[2] == 0x98 || s[2] == 0x99 || s[2] == 0x9C || s[2] == 0x9D) ||
			s[1] == 0x86 && s[2] >= 0x90 && s[2] <= 0x93
	}
	if s[0] > 0xE4 {
		return true // U+5000 to U+9FFF
	}
	if s[0] == 0xE4 {
		return s[1] >= 0xB8 // U+4E00 and above
	}
	switch s[1] {
	case 0x80: // U+3000 is a space to NFKC
		return s[2] >= 0x81 && s[2] <= 0x91
	case 0x81:
		return true
	case 0x82: // the marks U+3099 to U+309C combine
		return s[2] <= 0x96 || s[2] >= 0xA1
	case 0x83:
		return s[2] <= 0xBE
	}
	return false
}

// foldWide folds a text of usual characters and full-width forms of ASCII, such
// as （ and ：, which NFKC turns into the half-width ones.
func foldWide(s string) string {
	var short [160]byte
	out := short[:0]
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c < utf8.RuneSelf:
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			out = append(out, c)
			i++
		case plainCJK(s[i:]):
			out = append(out, s[i:i+3]...)
			i += 3
		default:
			c, ok := narrow(s[i:])
			if !ok {
				return foldSlow(s)
			}
			out = append(out, c)
			i += 3
		}
	}
	return string(out)
}

// narrow gives the lower-case ASCII character for a full-width form, U+FF01 to
// U+FF5E.
func narrow(s string) (byte, bool) {
	if len(s) < 3 || s[0] != 0xEF || s[1] != 0xBC && s[1] != 0xBD || s[2] < 0x80 || s[2] > 0xBF {
		return 0, false
	}
	c := s[2] - 0x80 + 0x20 // U+FF00 is where a space would be
	if s[1] == 0xBD {
		c += 0x40
	}
	if c <= ' ' || c > '~' {
		return 0, false
	}
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c, true
}

func foldSlow(s string) string {
	return strings.TrimSpace(strings.ToLower(norm.NFKC.String(s)))
}

// longestSep is at least as long as any separator cutAny is asked for.
const longestSep = 8

// cutAny cuts s at the first of the separators that occurs.
func cutAny(s string, seps ...string) (before, after, sep string, ok bool) {
	at := -1
	head := s
	for _, x := range seps {
		if i := strings.Index(head, x); i >= 0 && (at < 0 || i < at) {
			at, sep = i, x
			head = s[:min(len(s), at+longestSep)] // only an earlier one counts
		}
	}
	if at < 0 {
		return s, "", "", false
	}
	return s[:at], s[at+len(sep):], sep, true
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

func hasAnySuffix(s string, suffixes ...string) bool {
	for _, p := range suffixes {
		if strings.HasSuffix(s, p) {
			return true
		}
	}
	return false
}

func containsAny(s string, subs ...string) bool {
	for _, p := range subs {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// isCJK tells kana and Chinese characters.
func isCJK(r rune) bool {
	return r >= 0x3041 && r <= 0x30FF || r >= 0x3400 && r <= 0x9FFF || r >= 0xFF66 && r <= 0xFF9D ||
		r == '々' || r == '〆'
}

func hasCJK(s string) bool {
	for i := asciiUpTo(s); i < len(s); i++ {
		if s[i] >= 0xE3 {
			for _, r := range s[i:] {
				if isCJK(r) {
					return true
				}
			}
			return false
		}
	}
	return false
}

// trimSigns takes emoji, bullets, quotes and spaces off the head of a text.
func trimSigns(s string) string {
	if s == "" || isAlnum(s[0]) || s[0] > 0xE3 && plainCJK(s) {
		return s
	}
	return strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.So, r) || r == 0xFE0F || r == 0x200D ||
			strings.ContainsRune("*_#>■●◆◇○▲△▼・-–—□☐✓✔", r)
	})
}

// stripBrackets removes bracketed words, full and half width, for matching.
func stripBrackets(s string) string {
	if !hasBracket(s) {
		return s
	}
	out := make([]byte, 0, len(s))
	depth := 0
	for i, r := range s {
		switch r {
		case '(', '（', '[', '【', '<':
			depth++
		case ')', '）', ']', '】', '>':
			if depth > 0 {
				depth--
			}
		default:
			if depth == 0 {
				out = append(out, s[i:i+max(utf8.RuneLen(r), 1)]...)
			}
		}
	}
	if strings.TrimSpace(string(out)) == "" {
		return s
	}
	return string(out)
}

func hasBracket(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(', '[', '<':
			return true
		case 0xEF: // （
			if strings.HasPrefix(s[i:], "（") {
				return true
			}
		case 0xE3: // 【
			if strings.HasPrefix(s[i:], "【") {
				return true
			}
		}
	}
	return false
}

// mayEndBracket tells the last bytes of closing brackets and of the signs that
// may follow them; most texts end in another and need no closer look.
func mayEndBracket(c byte) bool {
	switch c {
	case ')', ' ', '.', ':', '*', 0x89, 0x91, 0x82, 0x9A, 0x80:
		return true
	}
	return false
}

// lastBracket gives the words in the bracket that ends s, and what stands before.
func lastBracket(s string) (before, inside string, ok bool) {
	if s == "" || !mayEndBracket(s[len(s)-1]) {
		return s, "", false
	}
	s = strings.TrimRight(s, " 　。.:：*")
	for _, p := range [...][2]string{{"（", "）"}, {"(", ")"}, {"（", ")"}, {"(", "）"}, {"【", "】"}} {
		if !strings.HasSuffix(s, p[1]) {
			continue
		}
		if i := strings.LastIndex(s, p[0]); i >= 0 {
			return strings.TrimSpace(s[:i]), s[i+len(p[0]) : len(s)-len(p[1])], true
		}
	}
	return s, "", false
}

// cutRunes shortens s to n characters.
func cutRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	i := 0
	for at := range s {
		if i == n {
			return s[:at] + "…"
		}
		i++
	}
	return s
}
