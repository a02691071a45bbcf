package tally

import (
	"errors"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Errors of a container number.
var (
	// ErrForm says that it is not four letters and seven digits.
	ErrForm = errors.New("not four letters and seven digits")
	// ErrCategory says that the fourth letter is not U, J or Z (ISO 6346, 4.2).
	ErrCategory = errors.New("the fourth letter is not U, J or Z")
	// ErrCheckDigit says that the last digit is not the one the others give.
	ErrCheckDigit = errors.New("check digit does not hold")
	// ErrNoCheckDigit says that only six digits stand there.
	ErrNoCheckDigit = errors.New("check digit is missing")
)

// Container is a container number as ISO 6346 writes it.
type Container struct {
	Number string // CSQU3054383
	Right  string // the check digit the first ten characters give, "" where there are none
	// Guesses are numbers in which two neighbours are swapped or one character
	// is another one, and the check digit holds; only for ErrCheckDigit.
	Guesses []string
}

// CheckDigit gives the check digit of owner code, category letter and serial
// number (ten characters) by ISO 6346 annex A: letters count 10 to 38 without
// the multiples of 11, positions weigh 1, 2, 4 … 512, the sum is taken modulo
// 11, and 10 is written 0. ok is false for anything else.
func CheckDigit(ten string) (digit byte, ok bool) {
	if len(ten) != 10 {
		return 0, false
	}
	sum := 0
	for i := range 10 {
		v := 0
		switch c := ten[i]; {
		case i < 4 && c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
			v += (v - 1) / 10 // 11, 22 and 33 are left out
		case i >= 4 && c >= '0' && c <= '9':
			v = int(c - '0')
		default:
			return 0, false
		}
		sum += v << i
	}
	return byte('0' + sum%11%10), true
}

// ParseContainer reads a container number as people write it: full-width,
// small letters, with spaces or hyphens. What it could read is in the result
// also when the error says what is wrong.
func ParseContainer(s string) (Container, error) {
	n := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			return r
		case r == ' ' || r == '-' || r == '‐' || r == '−' || r == 'ー' || r == '.' || r == '/' || r == '\t':
			return -1
		}
		return '?'
	}, strings.ToUpper(norm.NFKC.String(strings.TrimSpace(s))))
	c := Container{Number: n}
	if len(n) < 10 || len(n) > 11 {
		return c, ErrForm
	}
	right, ok := CheckDigit(n[:10])
	switch {
	case !ok || len(n) == 11 && (n[10] < '0' || n[10] > '9'):
		return c, ErrForm
	case n[3] != 'U' && n[3] != 'J' && n[3] != 'Z':
		return c, ErrCategory
	}
	c.Right = string(right)
	switch {
	case len(n) == 10:
		return c, ErrNoCheckDigit
	case n[10] != right:
		c.Guesses = guesses(n)
		return c, ErrCheckDigit
	}
	return c, nil
}

// guesses are the numbers one swap of neighbours away whose check digit holds:
// the commonest slip when a number is read off a door.
func guesses(n string) []string {
	var out []string
	for i := range 10 {
		if i == 3 || n[i] == n[i+1] { // a letter and a digit do not change places
			continue
		}
		b := []byte(n)
		b[i], b[i+1] = b[i+1], b[i]
		if d, ok := CheckDigit(string(b[:10])); ok && d == b[10] && len(out) < 3 {
			out = append(out, string(b))
		}
	}
	return out
}

// Shown writes a number as it stands on the door: CSQU 305438 3.
func Shown(number string) string {
	if len(number) != 11 {
		return number
	}
	return number[:4] + " " + number[4:10] + " " + number[10:]
}
