package chat

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Safe takes out of a text what could disturb or deceive on a screen: control
// characters (line break and tab stay), bidirectional overrides and invisible
// format characters. What ends a line in any convention becomes a line break, so
// that no two lines run into one. Joiners inside emoji stay. Invalid UTF-8
// becomes U+FFFD.
// The record keeps the text as it was typed; this is for showing it.
func Safe(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u200d':
			return r
		case r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			return '\n'
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\ufffd"))
}

// OneLine is Safe with every run of white space made one space.
func OneLine(s string) string {
	return strings.Join(strings.Fields(Safe(s)), " ")
}

// Truncate cuts a text to at most n characters as people count them, the … at
// the end included. It never cuts inside a character with marks, an emoji
// sequence or a flag. n below 1 gives "".
func Truncate(s string, n int) string {
	if n < 1 {
		return ""
	}
	if len(s) <= n {
		return s
	}
	clusters := Clusters(s)
	if len(clusters) <= n {
		return s
	}
	return strings.Join(clusters[:n-1], "") + "…"
}

// Clusters cuts a text into characters as people count them: a base with its
// marks, an emoji with its modifiers and joined parts, two regional indicators,
// CR LF. It follows the parts of UAX #29 that matter for names, kana and emoji.
func Clusters(s string) []string {
	var out []string
	start, prev, flags := 0, rune(-1), 0
	for i, r := range s {
		if i > 0 && !joins(prev, r, flags) {
			out = append(out, s[start:i])
			start, flags = i, 0
		}
		if regional(r) {
			flags++
		}
		prev = r
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// joins reports whether r belongs to the same character as prev; flags counts
// the regional indicators of the character so far.
func joins(prev, r rune, flags int) bool {
	switch {
	case prev == '\r' && r == '\n':
		return true
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc):
		return true
	case r == '\u200d' || r == '\ufe0f' || r == '\ufe0e' || prev == '\u200d':
		return true
	case r >= 0x1f3fb && r <= 0x1f3ff: // skin tones
		return true
	case r == 'ﾞ' || r == 'ﾟ':
		return true
	case regional(r) && regional(prev):
		return flags%2 == 1
	}
	return false
}

func regional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// Columns is how many columns of a terminal a text takes: kanji, kana and emoji
// two, Latin and half-width kana one, marks none. Ambiguous characters count as
// one.
func Columns(s string) int {
	n := 0
	for _, c := range Clusters(s) {
		n += clusterColumns(c)
	}
	return n
}

func clusterColumns(c string) int {
	n := 0
	for _, r := range c {
		n = max(n, runeColumns(r))
		if r == 'ﾞ' || r == 'ﾟ' {
			n = 2
		}
	}
	return n
}

func runeColumns(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc):
		return 0
	case r >= 0x1f300 && r <= 0x1faff, regional(r):
		return 2
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
