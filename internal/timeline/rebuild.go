package timeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ErrEnvelope says that bytes are no envelope of the record: not canonical,
// not exactly the ten members, or a member outside its form.
var ErrEnvelope = errors.New("not an envelope of the record")

// Values of Withheld.
const (
	WithheldTLP    = "tlp"    // left out of an export because of its TLP ceiling
	WithheldErased = "erased" // erased from the store on legal demand
)

// Stored is an entry as a store keeps it; nothing else need be kept.
type Stored struct {
	Envelope  []byte
	Salt      []byte // nil where there is no text or it is withheld
	Text      []byte // canonical fields, nil likewise
	Withheld  string // "", WithheldTLP or WithheldErased
	EntryHash []byte
	Head      []byte
}

// Stored gives the columns to keep for e. The slices are shared.
func (e *Entry) Stored() Stored {
	return Stored{
		Envelope: e.Envelope, Salt: e.Salt, Text: e.TextBytes, Withheld: e.Withheld,
		EntryHash: e.EntryHash[:], Head: e.Head[:],
	}
}

// Rebuild decodes a stored entry; the slices are shared with row. It checks the
// form but no hash: a Verifier does that. Errors wrap ErrEnvelope.
func Rebuild(row Stored) (Entry, error) {
	e, err := decodeEnvelope(row.Envelope)
	if err != nil {
		return Entry{}, err
	}
	if len(row.EntryHash) != HeadSize || len(row.Head) != HeadSize {
		return Entry{}, fmt.Errorf("rebuild entry %d: %w: hash or head is not %d bytes", e.Seq, ErrEnvelope, HeadSize)
	}
	copy(e.EntryHash[:], row.EntryHash)
	copy(e.Head[:], row.Head)
	e.Withheld = row.Withheld
	if len(row.Text) > 0 {
		e.Salt, e.TextBytes = row.Salt, row.Text
	}
	return e, nil
}

// decodeEnvelope reads the ten members in their canonical order, which is the
// whole check for members missing, repeated, unknown or out of order.
func decodeEnvelope(b []byte) (Entry, error) {
	d := envelopeReader{lexer: lexer{b: b}}
	e := Entry{Envelope: b}
	e.Actor = d.text(`{"actor":`)
	e.Facts = d.facts(`,"facts":`)
	e.HappenedAt = d.time(`,"happened_at":`)
	e.Incident = d.text(`,"incident":`)
	e.Kind = Kind(d.text(`,"kind":`))
	e.RecordedAt = d.time(`,"recorded_at":`)
	e.Request = d.optional(`,"request":`)
	e.Seq = d.int(`,"seq":`)
	e.TextDigest = d.optional(`,"text_digest":`)
	v := d.int(`,"v":`)
	switch {
	case d.err != nil:
		return Entry{}, fmt.Errorf("%w: %w", ErrEnvelope, d.err)
	case !d.eat('}') || d.i != len(b):
		return Entry{}, fmt.Errorf("%w: %w", ErrEnvelope, d.fail("something follows the members"))
	case v != 1:
		return Entry{}, fmt.Errorf("%w: v is %d, this program knows 1", ErrEnvelope, v)
	case e.TextDigest != "" && !isDigest(e.TextDigest):
		return Entry{}, fmt.Errorf("%w: text_digest is not 64 lower-case hex digits", ErrEnvelope)
	}
	if err := e.checkEnvelope(); err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrEnvelope, err)
	}
	return e, nil
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

func (d *envelopeReader) text(name string) string {
	if !d.expect(name) {
		return ""
	}
	s, err := d.str(true)
	d.err = err
	return string(s)
}

// optional reads a string that is not empty, or null.
func (d *envelopeReader) optional(name string) string {
	if !d.expect(name) || d.lit("null") {
		return ""
	}
	s, err := d.str(true)
	if d.err = err; err == nil && len(s) == 0 {
		d.err = d.fail("empty string where null belongs")
	}
	return string(s)
}

func (d *envelopeReader) facts(name string) json.RawMessage {
	if !d.expect(name) {
		return nil
	}
	start := d.i
	if d.peek() != '{' {
		d.err = fmt.Errorf("%w: not an object", ErrFacts)
		return nil
	}
	d.err = d.fact(0)
	return json.RawMessage(d.b[start:d.i])
}

func (d *envelopeReader) int(name string) int64 {
	if !d.expect(name) {
		return 0
	}
	n, err := d.integer()
	d.err = err
	return n
}

func (d *envelopeReader) time(name string) time.Time {
	if !d.expect(name) {
		return time.Time{}
	}
	s, err := d.str(true)
	if d.err = err; err != nil {
		return time.Time{}
	}
	t, err := parseTime(s)
	d.err = err
	return t
}

// parseTime reads exactly YYYY-MM-DDThh:mm:ss.ffffffZ. It is written out
// because every entry that is verified has two of them.
func parseTime(s []byte) (time.Time, error) {
	const form = "dddd-dd-ddTdd:dd:dd.ddddddZ"
	bad := len(s) != len(form)
	for i := 0; !bad && i < len(form); i++ {
		bad = form[i] == 'd' && !digit(s[i]) || form[i] != 'd' && form[i] != s[i]
	}
	if bad {
		return time.Time{}, fmt.Errorf("%w: %.40q", ErrTime, s)
	}
	num := func(from, to int) (n int) {
		for _, c := range s[from:to] {
			n = n*10 + int(c-'0')
		}
		return n
	}
	year, month, day := num(0, 4), time.Month(num(5, 7)), num(8, 10)
	hour, minute, second := num(11, 13), num(14, 16), num(17, 19)
	t := time.Date(year, month, day, hour, minute, second, num(20, 26)*1000, time.UTC)
	// Date carries over what no calendar or clock has.
	if t.Month() != month || t.Day() != day || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, fmt.Errorf("%w: %.40q", ErrTime, s)
	}
	return t, nil
}

// isDigest reports 64 lower-case hex digits.
func isDigest(s string) bool {
	if len(s) != 2*HeadSize {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
