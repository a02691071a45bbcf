package timeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Rules of the envelope; Seal and Rebuild wrap them.
var (
	ErrIncident = errors.New("incident id outside [A-Za-z0-9][A-Za-z0-9._-]{0,63}")
	ErrKind     = errors.New("kind is not noun.verb")
	ErrActor    = errors.New("actor is not an opaque ASCII id")
	ErrTime     = errors.New("time cannot be written as YYYY-MM-DDThh:mm:ss.ffffffZ")
	ErrSalt     = errors.New("salt is not 16 bytes")
	ErrPosition = errors.New("no entry can follow this position")
)

// SaltSize is the length of the salt of a text in bytes.
const SaltSize = 16

// HeadSize is the length of an entry hash and of a head in bytes.
const HeadSize = sha256.Size

// timeForm is the only form of a time in an envelope.
const timeForm = "2006-01-02T15:04:05.000000Z"

// SealAt says where and when a draft is recorded.
type SealAt struct {
	Incident string
	Prev     Position  // the last entry; the zero Position before the first
	Now      time.Time // the one clock reading of the command
	Request  string    // request key; "" is null
	Salt     []byte    // SaltSize random bytes, used only where there is text
}

// Seal turns a draft into the entry that follows at.Prev: canonical envelope,
// text digest, entry hash and head. Times are cut to microseconds UTC, invalid
// UTF-8 in text becomes U+FFFD. Errors wrap ErrIncident, ErrKind, ErrActor,
// ErrTime, ErrFacts, ErrSalt or ErrPosition.
func Seal(d Draft, at SealAt) (Entry, error) {
	e := Entry{
		Incident: at.Incident, Seq: at.Prev.Seq + 1, Kind: d.Kind, Actor: d.Actor,
		RecordedAt: cut(at.Now), HappenedAt: cut(d.HappenedAt),
		Request: strings.ToValidUTF8(at.Request, "\uFFFD"),
	}
	if d.HappenedAt.IsZero() {
		e.HappenedAt = e.RecordedAt
	}
	if err := e.checkEnvelope(); err != nil {
		return Entry{}, fmt.Errorf("seal %s entry %d: %w", d.Kind, e.Seq, err)
	}
	facts, err := canonicalFacts(d.Facts)
	if err != nil {
		return Entry{}, fmt.Errorf("seal %s entry %d: %w", d.Kind, e.Seq, err)
	}
	e.Facts = facts
	if len(d.Text) > 0 {
		if err := e.setText(d.Text, at.Salt); err != nil {
			return Entry{}, fmt.Errorf("seal %s entry %d: %w", d.Kind, e.Seq, err)
		}
	}
	e.Envelope = e.appendEnvelope(make([]byte, 0, 320+len(facts)))
	e.EntryHash = HashEntry(e.Envelope)
	e.Head = NextHead(at.Prev.Head, e.EntryHash)
	return e, nil
}

// cut brings a time to what the envelope can hold.
func cut(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }

func canonicalFacts(v any) ([]byte, error) {
	if v == nil {
		return []byte("{}"), nil
	}
	b, err := Canonical(v)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFacts, err)
	}
	if string(b) == "null" { // a nil map or pointer
		return []byte("{}"), nil
	}
	return b, CheckFacts(b)
}

func (e *Entry) setText(t Text, salt []byte) error {
	if len(salt) != SaltSize {
		return fmt.Errorf("%w but %d", ErrSalt, len(salt))
	}
	clean := make(Text, len(t))
	for k, v := range t {
		clean[strings.ToValidUTF8(k, "\uFFFD")] = strings.ToValidUTF8(v, "\uFFFD")
	}
	fields, err := Canonical(clean)
	if err != nil {
		return err
	}
	e.Salt = append([]byte(nil), salt...)
	e.TextBytes = fields
	e.TextDigest = DigestText(e.Salt, fields)
	return nil
}

// checkEnvelope holds what is to be sealed to the rules that are not about facts.
func (e *Entry) checkEnvelope() error {
	if e.Seq < 1 || e.Seq > maxInteger {
		return fmt.Errorf("%w: %d", ErrPosition, e.Seq-1)
	}
	if !isIncident([]byte(e.Incident)) {
		return fmt.Errorf("%w: %.80q", ErrIncident, e.Incident)
	}
	if !isKind([]byte(e.Kind)) {
		return fmt.Errorf("%w: %.80q", ErrKind, e.Kind)
	}
	if !IsIdent(e.Actor) {
		return fmt.Errorf("%w: %.80q", ErrActor, e.Actor)
	}
	for _, t := range []time.Time{e.RecordedAt, e.HappenedAt} {
		if t.Year() < 1 || t.Year() > 9999 {
			return fmt.Errorf("%w: year %d", ErrTime, t.Year())
		}
	}
	return nil
}

func isIncident(s []byte) bool {
	if len(s) > 64 || !isIdent(s) {
		return false
	}
	for _, c := range s {
		switch c {
		case ':', '/', '#', '+', '=':
			return false
		}
	}
	return true
}

// isKind accepts noun.verb in lower case, with - and _ inside words.
func isKind(s []byte) bool {
	dot := bytes.IndexByte(s, '.')
	return dot > 0 && isWord(s[:dot]) && isWord(s[dot+1:])
}

func isWord(s []byte) bool {
	if len(s) == 0 || len(s) > 64 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// appendEnvelope writes the ten members in canonical order.
func (e *Entry) appendEnvelope(b []byte) []byte {
	b = append(append(b, `{"actor":`...), strconv.Quote(e.Actor)...)
	b = append(append(b, `,"facts":`...), e.Facts...)
	b = append(b, `,"happened_at":"`...)
	b = e.HappenedAt.AppendFormat(b, timeForm)
	b = append(append(b, `","incident":"`...), e.Incident...)
	b = append(append(b, `","kind":"`...), e.Kind...)
	b = append(b, `","recorded_at":"`...)
	b = e.RecordedAt.AppendFormat(b, timeForm)
	b = append(b, `","request":`...)
	if e.Request == "" {
		b = append(b, "null"...)
	} else {
		b = appendString(b, []byte(e.Request))
	}
	b = append(b, `,"seq":`...)
	b = strconv.AppendInt(b, e.Seq, 10)
	b = append(b, `,"text_digest":`...)
	if e.TextDigest == "" {
		b = append(b, "null"...)
	} else {
		b = append(append(append(b, '"'), e.TextDigest...), '"')
	}
	return append(b, `,"v":1}`...)
}

// HashEntry is SHA-256(0x00 || envelope bytes).
func HashEntry(envelope []byte) [HeadSize]byte {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(envelope)
	var sum [HeadSize]byte
	h.Sum(sum[:0])
	return sum
}

// NextHead is SHA-256(0x01 || head before || entry hash).
func NextHead(prev, entryHash [HeadSize]byte) [HeadSize]byte {
	var b [1 + 2*HeadSize]byte
	b[0] = 1
	copy(b[1:], prev[:])
	copy(b[1+HeadSize:], entryHash[:])
	return sha256.Sum256(b[:])
}

// DigestText is SHA-256(salt || canonical fields) as 64 lower-case hex digits.
func DigestText(salt, fields []byte) string {
	h := sha256.New()
	h.Write(salt)
	h.Write(fields)
	var sum [HeadSize]byte
	return hex.EncodeToString(h.Sum(sum[:0]))
}

// Position is where the log stands after e.
func (e *Entry) Position() Position { return Position{Seq: e.Seq, Head: e.Head} }

// Words gives the first eight bytes of a head as four hex groups, short enough
// to read aloud or print in a footer.
func Words(head [HeadSize]byte) string {
	var w [4]string
	for i := range w {
		w[i] = fmt.Sprintf("%04x", binary.BigEndian.Uint16(head[2*i:]))
	}
	return strings.Join(w[:], " ")
}
