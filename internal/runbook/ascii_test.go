package runbook

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestEightAtATime holds the look at eight bytes at once to the look at each.
func TestEightAtATime(t *testing.T) {
	pieces := []string{"a", "z", "A", "Z", "`", "{", "@", "[", "é", "港", "（", "Ａ", "\x7f", "\x80", "lower", "UPPER ", "0123456789", " "}
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 5_000 {
		var b strings.Builder
		for range rnd.IntN(9) {
			b.WriteString(pieces[rnd.IntN(len(pieces))])
		}
		s := b.String()
		ascii, letters, wide := 0, 0, 0
		for ascii < len(s) && s[ascii] < utf8.RuneSelf {
			ascii++
		}
		for i := range len(s) {
			if s[i] >= 'a' && s[i] <= 'z' {
				letters++
			}
			if s[i] >= 0xE3 && s[i] < 0xEA {
				wide++
			}
		}
		if n := asciiUpTo(s); n != ascii {
			t.Errorf("asciiUpTo(%q) = %d, want %d", s, n, ascii)
		}
		if l, w := lettersAndWide(s); l != letters || w != wide {
			t.Errorf("lettersAndWide(%q) = %d, %d, want %d, %d", s, l, w, letters, wide)
		}
		if got := fold(s); utf8.ValidString(s) && got != foldSlow(strings.TrimSpace(s)) {
			t.Errorf("fold(%q) = %q, want %q", s, got, foldSlow(strings.TrimSpace(s)))
		}
	}
}
