package runbook

import (
	"math/bits"
	"unicode/utf8"
)

// Most texts of a runbook are ASCII throughout or Japanese throughout. What
// follows looks at eight bytes at a time, so that the first kind is told, and
// read, without a look at each of its signs.

// highBits has the bit of each of eight bytes that ASCII leaves clear.
const highBits = 0x8080808080808080

// word gives eight bytes of s from i on as a number.
func word(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// uppers and lowers mark the letters A to Z and a to z of eight ASCII bytes, each
// by its high bit.
func uppers(x uint64) uint64 {
	return ((x + 0x3F3F3F3F3F3F3F3F) ^ (x + 0x2525252525252525)) & highBits
}

func lowers(x uint64) uint64 {
	return ((x + 0x1F1F1F1F1F1F1F1F) ^ (x + 0x0505050505050505)) & highBits
}

// asciiUpTo gives the length of a run of ASCII from the head of s on, in whole
// steps of eight as long as there are any.
func asciiUpTo(s string) int {
	i := 0
	for i+8 <= len(s) && word(s, i)&highBits == 0 {
		i += 8
	}
	for i < len(s) && s[i] < utf8.RuneSelf {
		i++
	}
	return i
}

func isASCII(s string) bool { return asciiUpTo(s) == len(s) }

// lettersAndWide counts the letters a to z of a text and the lead bytes of kana,
// Chinese characters and full-width forms.
func lettersAndWide(s string) (letters, wide int) {
	for i := 0; i < len(s); {
		if i+8 <= len(s) {
			if x := word(s, i); x&highBits == 0 {
				letters += bits.OnesCount64(lowers(x))
				i += 8
				continue
			}
		}
		for end := min(i+8, len(s)); i < end; i++ {
			if c := s[i]; c < utf8.RuneSelf {
				letters += int(lowers(uint64(c)) >> 7 & 1)
			} else if c-0xE3 < 7 {
				wide++
			}
		}
	}
	return letters, wide
}
