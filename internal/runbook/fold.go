package runbook

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold brings a text into the form all matching is done in: NFKC, lower case,
// no space around. Plain ASCII, the common case, is not copied without need.
func fold(s string) string {
	s = strings.TrimSpace(s)
	ascii, upper := true, false
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
		if s[i] >= 'A' && s[i] <= 'Z' {
			upper = true
		}
	}
	switch {
	case ascii && !upper:
		return s
	case ascii:
		return strings.ToLower(s)
	}
	return strings.TrimSpace(strings.ToLower(norm.NFKC.String(s)))
}

// cutAny cuts s at the first of the separators that occurs.
func cutAny(s string, seps ...string) (before, after, sep string, ok bool) {
	at := -1
	for _, x := range seps {
		if i := strings.Index(s, x); i >= 0 && (at < 0 || i < at) {
			at, sep = i, x
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
	for i := 0; i < len(s); i++ {
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
	return strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.So, r) || r == 0xFE0F || r == 0x200D ||
			strings.ContainsRune("*_#>■●◆◇○▲△▼・-–—□☐✓✔", r)
	})
}

// stripBrackets removes bracketed words, full and half width, for matching.
func stripBrackets(s string) string {
	if !strings.ContainsAny(s, "(（[【<") {
		return s
	}
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch r {
		case '(', '（', '[', '【', '<':
			depth++
		case ')', '）', ']', '】', '>':
			if depth > 0 {
				depth--
			}
		default:
			if depth == 0 {
				b.WriteRune(r)
			}
		}
	}
	if strings.TrimSpace(b.String()) == "" {
		return s
	}
	return b.String()
}

// lastBracket gives the words in the bracket that ends s, and what stands before.
func lastBracket(s string) (before, inside string, ok bool) {
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
