package timeline

import (
	"encoding/json"
	"fmt"
	"time"
)

// envelope is the ten members where they stand in the bytes: to check a long
// record, nothing is copied and nothing allocated.
type envelope struct {
	actor, incident, kind []byte
	facts                 []byte // canonical object
	happened, recorded    []byte // as written; checked
	request, digest       []byte // nil stands for null
	seq                   int64
}

// read reads the ten members in their canonical order, which is the whole check
// for members missing, repeated, unknown or out of order. Errors wrap ErrEnvelope.
func (x *envelope) read(b []byte) error {
	d := envelopeReader{lexer: lexer{b: b}}
	x.actor = d.text(`{"actor":`)
	x.facts = d.facts(`,"facts":`)
	x.happened = d.text(`,"happened_at":`)
	x.incident = d.text(`,"incident":`)
	x.kind = d.text(`,"kind":`)
	x.recorded = d.text(`,"recorded_at":`)
	x.request = d.optional(`,"request":`)
	x.seq = d.int(`,"seq":`)
	x.digest = d.optional(`,"text_digest":`)
	v := d.int(`,"v":`)
	switch {
	case d.err != nil:
		return fmt.Errorf("%w: %w", ErrEnvelope, d.err)
	case !d.eat('}') || d.i != len(b):
		return fmt.Errorf("%w: %w", ErrEnvelope, d.fail("something follows the members"))
	case v != 1:
		return fmt.Errorf("%w: v is %d, this program knows 1", ErrEnvelope, v)
	case x.digest != nil && !isDigest(x.digest):
		return fmt.Errorf("%w: text_digest is not 64 lower-case hex digits", ErrEnvelope)
	}
	if err := x.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrEnvelope, err)
	}
	return nil
}

// check holds the rules that are not about facts.
func (x *envelope) check() error {
	switch {
	case x.seq < 1 || x.seq > maxInteger:
		return fmt.Errorf("%w: %d", ErrPosition, x.seq-1)
	case !isIncident(x.incident):
		return fmt.Errorf("%w: %.80q", ErrIncident, x.incident)
	case !isKind(x.kind):
		return fmt.Errorf("%w: %.80q", ErrKind, x.kind)
	case !isIdent(x.actor):
		return fmt.Errorf("%w: %.80q", ErrActor, x.actor)
	case !isTime(x.recorded):
		return fmt.Errorf("%w: %.40q", ErrTime, x.recorded)
	case string(x.happened) != string(x.recorded) && !isTime(x.happened):
		return fmt.Errorf("%w: %.40q", ErrTime, x.happened)
	}
	return nil
}

// entry is what the members say; b are the bytes they stand in.
func (x *envelope) entry(b []byte) Entry {
	e := Entry{
		Incident: string(x.incident), Seq: x.seq, Kind: Kind(x.kind), Actor: string(x.actor), Request: string(x.request),
		Facts: json.RawMessage(x.facts), TextDigest: string(x.digest), Envelope: b, RecordedAt: timeOf(x.recorded),
	}
	e.HappenedAt = e.RecordedAt
	if string(x.happened) != string(x.recorded) {
		e.HappenedAt = timeOf(x.happened)
	}
	return e
}

// envelopeReader keeps the first error, so that the ten reads stay one list.
type envelopeReader struct {
	lexer
	err error
}

func (d *envelopeReader) expect(name string) bool {
	if d.err == nil && !d.lit(name) {
		d.err = d.fail("expected " + name)
	}
	return d.err == nil
}

func (d *envelopeReader) text(name string) []byte {
	if !d.expect(name) {
		return nil
	}
	s, err := d.str(true)
	d.err = err
	return s
}

// optional reads a string that is not empty, or null.
func (d *envelopeReader) optional(name string) []byte {
	if !d.expect(name) || d.lit("null") {
		return nil
	}
	s, err := d.str(true)
	if d.err = err; err == nil && len(s) == 0 {
		d.err = d.fail("empty string where null belongs")
	}
	return s
}

func (d *envelopeReader) facts(name string) []byte {
	if !d.expect(name) {
		return nil
	}
	start := d.i
	if d.peek() != '{' {
		d.err = fmt.Errorf("%w: not an object", ErrFacts)
		return nil
	}
	d.err = d.fact(0)
	return d.b[start:d.i]
}

func (d *envelopeReader) int(name string) int64 {
	if !d.expect(name) {
		return 0
	}
	n, err := d.integer()
	d.err = err
	return n
}

// isTime reports exactly YYYY-MM-DDThh:mm:ss.ffffffZ, of a day and a moment that
// a calendar and a clock have. It is written out because every entry that is
// verified has two of them.
func isTime(s []byte) bool {
	const form = "dddd-dd-ddTdd:dd:dd.ddddddZ"
	if len(s) != len(form) {
		return false
	}
	for i := range len(form) {
		if form[i] == 'd' && !digit(s[i]) || form[i] != 'd' && form[i] != s[i] {
			return false
		}
	}
	year, month, day := decimal(s[:4]), decimal(s[5:7]), decimal(s[8:10])
	return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) &&
		decimal(s[11:13]) < 24 && decimal(s[14:16]) < 60 && decimal(s[17:19]) < 60
}

// timeOf is the moment that s, which isTime, tells.
func timeOf(s []byte) time.Time {
	return time.Date(decimal(s[:4]), time.Month(decimal(s[5:7])), decimal(s[8:10]),
		decimal(s[11:13]), decimal(s[14:16]), decimal(s[17:19]), decimal(s[20:26])*1000, time.UTC)
}

func decimal(s []byte) (n int) {
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

// daysIn is the length of a month of the Gregorian calendar.
func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// isDigest reports 64 lower-case hex digits. It asks no question of a single
// digit: a processor guesses the answers wrong half of the time.
func isDigest(s []byte) bool {
	if len(s) != 2*HeadSize {
		return false
	}
	bad := 0 // negative once one is outside both ranges
	for _, c := range s {
		d, a := int(c)-'0', int(c)-'a'
		bad |= (d | (9 - d)) & (a | (5 - a))
	}
	return bad >= 0
}
