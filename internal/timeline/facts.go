package timeline

import (
	"errors"
	"fmt"
)

// ErrFacts says that facts leave the grammar of the record: an object of
// ASCII identifiers, integers, booleans, null, arrays and objects, with
// nothing personal and no prose.
var ErrFacts = errors.New("facts outside the grammar of the record")

// maxIdent is the longest string facts may hold, in bytes.
const maxIdent = 200

// CheckFacts reports whether b is a canonical object within the grammar of
// facts: strings and member names match [A-Za-z0-9][A-Za-z0-9._:/#+=-]{0,199},
// numbers are integers up to ±(2^53-1). The error wraps ErrFacts.
func CheckFacts(b []byte) error {
	l := &lexer{b: b}
	if l.peek() != '{' {
		return fmt.Errorf("%w: not an object", ErrFacts)
	}
	if err := l.fact(0); err != nil {
		return err
	}
	if l.i != len(b) {
		return fmt.Errorf("%w: something follows the object", ErrFacts)
	}
	return nil
}

// fact walks over one value of facts without allocating; it accepts only the
// canonical form, which inside this grammar has no escapes and no blanks.
func (l *lexer) fact(depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%w: nested too deeply", ErrFacts)
	}
	switch c := l.peek(); {
	case c == '"':
		_, err := l.ident()
		return err
	case c == '{':
		return l.factObject(depth)
	case c == '[':
		return l.factArray(depth)
	case l.lit("true"), l.lit("false"), l.lit("null"):
		return nil
	}
	if _, err := l.integer(); err != nil {
		return fmt.Errorf("%w: %w", ErrFacts, err)
	}
	return nil
}

func (l *lexer) factArray(depth int) error {
	l.i++
	if l.eat(']') {
		return nil
	}
	for {
		if err := l.fact(depth + 1); err != nil {
			return err
		}
		if l.eat(']') {
			return nil
		}
		if !l.eat(',') {
			return fmt.Errorf("%w: expected , or ] at byte %d", ErrFacts, l.i)
		}
	}
}

func (l *lexer) factObject(depth int) error {
	l.i++
	if l.eat('}') {
		return nil
	}
	var last []byte
	for {
		name, err := l.ident()
		if err != nil {
			return err
		}
		// Names are ASCII here, so byte order is UTF-16 order.
		if last != nil && string(last) >= string(name) {
			return fmt.Errorf("%w: member %q out of order or repeated", ErrFacts, name)
		}
		last = name
		if !l.eat(':') {
			return fmt.Errorf("%w: expected : at byte %d", ErrFacts, l.i)
		}
		if err := l.fact(depth + 1); err != nil {
			return err
		}
		if l.eat('}') {
			return nil
		}
		if !l.eat(',') {
			return fmt.Errorf("%w: expected , or } at byte %d", ErrFacts, l.i)
		}
	}
}

// ident reads a quoted string of the identifier grammar.
func (l *lexer) ident() ([]byte, error) {
	if !l.eat('"') {
		return nil, fmt.Errorf("%w: expected an identifier at byte %d", ErrFacts, l.i)
	}
	start := l.i
	for l.i < len(l.b) && identByte(l.b[l.i], l.i == start) {
		l.i++
	}
	id := l.b[start:l.i]
	if !l.eat('"') || len(id) == 0 || len(id) > maxIdent {
		end := min(start+40, len(l.b))
		return nil, fmt.Errorf("%w: %q is no identifier of [A-Za-z0-9][A-Za-z0-9._:/#+=-]{0,199}", ErrFacts, l.b[start:end])
	}
	return id, nil
}

func identByte(c byte, first bool) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	case first:
		return false
	}
	switch c {
	case '.', '_', ':', '/', '#', '+', '=', '-':
		return true
	}
	return false
}

// IsIdent reports whether s may stand in facts or as an actor:
// [A-Za-z0-9][A-Za-z0-9._:/#+=-]{0,199}.
func IsIdent(s string) bool { return len(s) <= maxIdent && isIdent([]byte(s)) }

func isIdent(s []byte) bool {
	if len(s) == 0 || len(s) > maxIdent {
		return false
	}
	for i, c := range s {
		if !identByte(c, i == 0) {
			return false
		}
	}
	return true
}
