package timeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// ErrCanonical says that JSON is well formed but not in the one form that
// RFC 8785 gives it.
var ErrCanonical = errors.New("not canonical JSON (RFC 8785)")

// Canonical marshals v and returns it as RFC 8785 canonical JSON: members
// sorted by UTF-16 code unit, no blanks, no HTML escaping, numbers as
// ECMAScript prints them. Invalid UTF-8 in Go strings becomes U+FFFD. It fails
// for what encoding/json cannot marshal, for repeated members inside raw JSON,
// and for an integer that a 64-bit float cannot hold exactly.
func Canonical(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("marshal JSON: %w", err)
	}
	return canonicalize(buf.Bytes())
}

// canonicalize rewrites strict JSON in its canonical form.
func canonicalize(raw []byte) ([]byte, error) {
	l := &lexer{b: raw}
	l.space()
	out, err := l.rewrite(make([]byte, 0, len(raw)), 0)
	if err != nil {
		return nil, err
	}
	l.space()
	if l.i != len(raw) {
		return nil, l.fail("something follows the value")
	}
	return out, nil
}

// rewrite appends the canonical form of the next value to out.
func (l *lexer) rewrite(out []byte, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, l.fail("nested too deeply")
	}
	switch c := l.peek(); {
	case c == '{':
		return l.rewriteObject(out, depth)
	case c == '[':
		return l.rewriteArray(out, depth)
	case c == '"':
		s, err := l.str(false)
		if err != nil {
			return nil, err
		}
		return appendString(out, s), nil
	case l.lit("true"):
		return append(out, "true"...), nil
	case l.lit("false"):
		return append(out, "false"...), nil
	case l.lit("null"):
		return append(out, "null"...), nil
	}
	lit, err := l.number()
	if err != nil {
		return nil, err
	}
	num, err := canonicalNumber(lit)
	if err != nil {
		return nil, err
	}
	return append(out, num...), nil
}

func (l *lexer) rewriteArray(out []byte, depth int) ([]byte, error) {
	l.i++
	out = append(out, '[')
	for n := 0; ; n++ {
		l.space()
		if n == 0 && l.eat(']') {
			return append(out, ']'), nil
		}
		if n > 0 {
			out = append(out, ',')
		}
		var err error
		if out, err = l.rewrite(out, depth+1); err != nil {
			return nil, err
		}
		l.space()
		if l.eat(']') {
			return append(out, ']'), nil
		}
		if !l.eat(',') {
			return nil, l.fail("expected , or ]")
		}
	}
}

// member is one member of an object while its siblings are being sorted.
type member struct {
	name  string
	value []byte
}

func (l *lexer) rewriteObject(out []byte, depth int) ([]byte, error) {
	var members []member
	err := l.object(func(name []byte) error {
		v, err := l.rewrite(nil, depth+1)
		members = append(members, member{string(name), v})
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(members, func(a, b member) int { return compareUTF16(a.name, b.name) })
	out = append(out, '{')
	for i, m := range members {
		if i > 0 {
			if members[i-1].name == m.name {
				return nil, l.fail("repeated member")
			}
			out = append(out, ',')
		}
		out = append(appendString(out, []byte(m.name)), ':')
		out = append(out, m.value...)
	}
	return append(out, '}'), nil
}

// object reads an object with blanks allowed; value is called at each value.
func (l *lexer) object(value func(name []byte) error) error {
	if !l.eat('{') {
		return l.fail("expected an object")
	}
	for n := 0; ; n++ {
		l.space()
		if n == 0 && l.eat('}') {
			return nil
		}
		name, err := l.str(false)
		if err != nil {
			return err
		}
		l.space()
		if !l.eat(':') {
			return l.fail("expected :")
		}
		l.space()
		if err := value(name); err != nil {
			return err
		}
		l.space()
		if l.eat('}') {
			return nil
		}
		if !l.eat(',') {
			return l.fail("expected , or }")
		}
	}
}

// canonicalNumber prints a number literal as ECMAScript does (RFC 8785
// section 3.2.2.3).
func canonicalNumber(lit []byte) ([]byte, error) {
	f, err := strconv.ParseFloat(string(lit), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return nil, fmt.Errorf("%w: number %.40s cannot be kept", ErrJSON, lit)
	}
	if f == 0 {
		return []byte("0"), nil
	}
	form := byte('f')
	if abs := math.Abs(f); abs < 1e-6 || abs >= 1e21 {
		form = 'e'
	}
	out := strconv.AppendFloat(nil, f, form, -1, 64)
	if n := len(out); form == 'e' && n >= 4 && out[n-4] == 'e' && out[n-2] == '0' {
		out = append(out[:n-2], out[n-1])
	}
	if lossy(lit, out) {
		return nil, fmt.Errorf("%w: integer %.40s cannot be kept exactly", ErrJSON, lit)
	}
	return out, nil
}

// lossy says that a plain integer would come out as another integer.
func lossy(lit, out []byte) bool {
	for i, c := range lit {
		if (c < '0' || c > '9') && (i > 0 || c != '-') {
			return false
		}
	}
	return len(lit) < 22 && string(lit) != string(out)
}

const hexLower = "0123456789abcdef"

// appendString appends s quoted as ECMAScript's JSON.stringify does. s must be
// valid UTF-8.
func appendString(out, s []byte) []byte {
	out = append(out, '"')
	start := 0
	for i, c := range s {
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		out = append(out, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\b':
			out = append(out, '\\', 'b')
		case '\t':
			out = append(out, '\\', 't')
		case '\n':
			out = append(out, '\\', 'n')
		case '\f':
			out = append(out, '\\', 'f')
		case '\r':
			out = append(out, '\\', 'r')
		default:
			out = append(out, '\\', 'u', '0', '0', hexLower[c>>4], hexLower[c&15])
		}
	}
	return append(append(out, s[start:]...), '"')
}

// compareUTF16 orders valid UTF-8 strings by UTF-16 code unit. That differs
// from byte order only where U+E000..U+FFFF meets a supplementary character,
// whose first unit is a surrogate and therefore smaller.
func compareUTF16[T string | []byte](a, b T) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n == len(a) || n == len(b) {
		return len(a) - len(b)
	}
	// Only the lead bytes decide here: 0xEE and 0xEF are U+E000..U+FFFF, 0xF0
	// and above are supplementary. Continuation bytes stay below 0xC0.
	x, y := a[n], b[n]
	if x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0) {
		return int(y) - int(x)
	}
	return int(x) - int(y)
}

// CheckCanonical reports whether b is one JSON value in RFC 8785 form, without
// rewriting it. The error wraps ErrJSON or ErrCanonical.
func CheckCanonical(b []byte) error {
	l := &lexer{b: b}
	if err := l.check(0); err != nil {
		return err
	}
	if l.i != len(b) {
		return l.fail("something follows the value")
	}
	return nil
}

// check walks over one canonical value.
func (l *lexer) check(depth int) error {
	if depth > maxDepth {
		return l.fail("nested too deeply")
	}
	switch c := l.peek(); {
	case c == '{':
		return l.checkObject(depth)
	case c == '[':
		return l.checkArray(depth)
	case c == '"':
		_, err := l.str(true)
		return err
	case l.lit("true"), l.lit("false"), l.lit("null"):
		return nil
	}
	lit, err := l.number()
	if err != nil {
		return err
	}
	num, err := canonicalNumber(lit)
	if err != nil {
		return err
	}
	if !bytes.Equal(num, lit) {
		return fmt.Errorf("%w: number at byte %d", ErrCanonical, l.i)
	}
	return nil
}

func (l *lexer) checkArray(depth int) error {
	l.i++
	if l.eat(']') {
		return nil
	}
	for {
		if err := l.check(depth + 1); err != nil {
			return err
		}
		if l.eat(']') {
			return nil
		}
		if !l.eat(',') {
			return l.fail("expected , or ]")
		}
	}
}

func (l *lexer) checkObject(depth int) error {
	l.i++
	if l.eat('}') {
		return nil
	}
	for last, n := []byte(nil), 0; ; n++ {
		name, err := l.str(true)
		if err != nil {
			return err
		}
		if n > 0 && compareUTF16(last, name) >= 0 {
			return fmt.Errorf("%w: member out of order or repeated at byte %d", ErrCanonical, l.i)
		}
		last = name
		if !l.eat(':') {
			return l.fail("expected :")
		}
		if err := l.check(depth + 1); err != nil {
			return err
		}
		if l.eat('}') {
			return nil
		}
		if !l.eat(',') {
			return l.fail("expected , or }")
		}
	}
}
