package timeline

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// ErrJSON says that bytes are not the strict JSON of the record: valid UTF-8,
// no repeated member, no lone surrogate, nothing after the value.
var ErrJSON = errors.New("not strict JSON")

// maxDepth bounds nesting, so that hostile input cannot exhaust the stack.
const maxDepth = 64

// lexer walks over JSON bytes without copying them where it can.
type lexer struct {
	b []byte
	i int
}

func (l *lexer) fail(why string) error {
	return fmt.Errorf("%w: %s at byte %d", ErrJSON, why, l.i)
}

// space skips blanks. CR counts as damage: the record has LF only.
func (l *lexer) space() {
	for l.i < len(l.b) && (l.b[l.i] == ' ' || l.b[l.i] == '\t' || l.b[l.i] == '\n') {
		l.i++
	}
}

func (l *lexer) peek() byte {
	if l.i < len(l.b) {
		return l.b[l.i]
	}
	return 0
}

// eat consumes c and reports whether it was there.
func (l *lexer) eat(c byte) bool {
	if l.i < len(l.b) && l.b[l.i] == c {
		l.i++
		return true
	}
	return false
}

// lit consumes the literal and reports whether it was there.
func (l *lexer) lit(s string) bool {
	if len(l.b)-l.i >= len(s) && string(l.b[l.i:l.i+len(s)]) == s {
		l.i += len(s)
		return true
	}
	return false
}

// str reads a string and returns its decoded bytes, which alias the input
// where the string holds no escape. With canon, only the escapes that RFC 8785
// would write are accepted.
func (l *lexer) str(canon bool) ([]byte, error) {
	if !l.eat('"') {
		return nil, l.fail("expected a string")
	}
	start := l.i
	ascii := l.plain()
	if l.i == len(l.b) {
		return nil, l.fail("unterminated string")
	}
	switch l.b[l.i] {
	case '"':
		out := l.b[start:l.i]
		if !ascii && !utf8.Valid(out) {
			return nil, l.fail("invalid UTF-8")
		}
		l.i++
		return out, nil
	case '\\':
		return l.escaped(start, canon)
	}
	return nil, l.fail("bare control character in a string")
}

// plain passes over what stands in a string as it is, up to a quote, a backslash
// or a control character, and reports whether all of it is ASCII. Eight bytes
// are looked at together: strings are nearly all of a record.
func (l *lexer) plain() (ascii bool) {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	var high uint64
	i := l.i
	for ; i+8 <= len(l.b); i += 8 {
		w := binary.LittleEndian.Uint64(l.b[i:])
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		// Below 0x20 or, after the exclusive or, zero: subtracting borrows into the
		// top bit, which the byte itself must not have had.
		if ((w-ones*0x20)&^w|(quote-ones)&^quote|(slash-ones)&^slash)&tops != 0 {
			break
		}
		high |= w
	}
	rest := byte(0)
	for ; i < len(l.b); i++ {
		c := l.b[i]
		if c < 0x20 || c == '"' || c == '\\' {
			break
		}
		rest |= c
	}
	l.i = i
	return (high|uint64(rest)*ones)&tops == 0
}

// escaped goes on from the first backslash of a string that began at start.
func (l *lexer) escaped(start int, canon bool) ([]byte, error) {
	out := append(make([]byte, 0, min(len(l.b)-start, 1024)), l.b[start:l.i]...)
	for l.i < len(l.b) {
		run := l.i
		l.plain()
		out = append(out, l.b[run:l.i]...)
		switch l.peek() {
		case '"':
			if !utf8.Valid(out) {
				return nil, l.fail("invalid UTF-8")
			}
			l.i++
			return out, nil
		case '\\':
			r, err := l.escape(canon)
			if err != nil {
				return nil, err
			}
			out = utf8.AppendRune(out, r)
		default:
			return nil, l.fail("bare control character in a string")
		}
	}
	return nil, l.fail("unterminated string")
}

// escape reads one escape, a surrogate pair included.
func (l *lexer) escape(canon bool) (rune, error) {
	if l.i+1 >= len(l.b) {
		return 0, l.fail("unterminated string")
	}
	c := l.b[l.i+1]
	if r, ok := shortEscape(c); ok {
		if canon && c == '/' {
			return 0, l.fail("needless escape")
		}
		l.i += 2
		return r, nil
	}
	r, err := l.unicode()
	if err != nil {
		return 0, err
	}
	if canon {
		return r, l.canonUnicode(r)
	}
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	low, err := l.unicode()
	if err != nil {
		return 0, l.fail("lone surrogate")
	}
	pair := utf16.DecodeRune(r, low)
	if pair == utf8.RuneError {
		return 0, l.fail("lone surrogate")
	}
	return pair, nil
}

// canonUnicode accepts the \u00xx just read only if RFC 8785 writes it so.
func (l *lexer) canonUnicode(r rune) error {
	if want := appendString(nil, []byte(string(r))); len(want) != 8 || string(want[1:7]) != string(l.b[l.i-6:l.i]) {
		return l.fail("needless escape")
	}
	return nil
}

func shortEscape(c byte) (rune, bool) {
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	}
	return 0, false
}

func (l *lexer) unicode() (rune, error) {
	if !l.lit(`\u`) || len(l.b)-l.i < 4 {
		return 0, l.fail("bad escape")
	}
	var r rune
	for _, c := range l.b[l.i : l.i+4] {
		d := hexDigit(c)
		if d < 0 {
			return 0, l.fail("bad escape")
		}
		r = r<<4 | rune(d)
	}
	l.i += 4
	return r, nil
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// number reads a JSON number and returns its literal.
func (l *lexer) number() ([]byte, error) {
	start := l.i
	l.eat('-')
	if !l.eat('0') && !l.digits() {
		return nil, l.fail("bad number")
	}
	if l.eat('.') && !l.digits() {
		return nil, l.fail("bad number")
	}
	if l.eat('e') || l.eat('E') {
		if !l.eat('+') {
			l.eat('-')
		}
		if !l.digits() {
			return nil, l.fail("bad number")
		}
	}
	return l.b[start:l.i], nil
}

func (l *lexer) digits() bool {
	start := l.i
	for l.i < len(l.b) && '0' <= l.b[l.i] && l.b[l.i] <= '9' {
		l.i++
	}
	return l.i > start
}

// maxInteger is the largest integer that every JSON reader keeps exactly
// (2^53-1, RFC 7493 section 2.2).
const maxInteger = 1<<53 - 1

// integer reads an integer in its only canonical form, within ±(2^53-1).
func (l *lexer) integer() (int64, error) {
	start := l.i
	lit, err := l.number()
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(string(lit), 10, 64)
	if err != nil || n > maxInteger || n < -maxInteger || (n == 0 && len(lit) > 1) {
		l.i = start
		return 0, l.fail("not an integer within ±(2^53-1) in its plain form")
	}
	return n, nil
}
