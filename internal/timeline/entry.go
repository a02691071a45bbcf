// Package timeline is the record: entries, their hash chain, signed
// checkpoints, verification and export. It guarantees that what was written
// once can be checked by a stranger with common tools, and that a change,
// insertion, deletion or reordering is found.
package timeline

import (
	"bytes"
	"encoding/json"
	"time"
)

// System is the actor of entries made by the machine itself.
const System = "system"

// SiteLog is the incident id of the standing log for what belongs to no
// incident (sign-in, roster, configuration, refused declarations).
const SiteLog = "SITE"

// Kind names what happened, as noun.verb. A new meaning is a new name; every
// kind ever written must decode for ever.
type Kind string

// Text is the free text of an entry: names, addresses, quotations. It is kept
// apart from the envelope so that it can be withheld or erased.
type Text map[string]string

// Draft is what a rule proposes to record.
type Draft struct {
	Kind       Kind
	Actor      string    // opaque id, never empty; System for the machine
	HappenedAt time.Time // zero means the moment of recording
	Facts      any       // marshals to a JSON object inside the fact grammar; nil is {}
	Text       Text      // nil or empty: the entry has no text
}

// Entry is what is kept for ever.
type Entry struct {
	Incident   string
	Seq        int64
	RecordedAt time.Time // UTC, microseconds
	HappenedAt time.Time // UTC, microseconds
	Kind       Kind
	Actor      string
	Request    string          // "" stands for null
	Facts      json.RawMessage // canonical object

	Envelope   []byte // the exact canonical bytes that were hashed
	TextDigest string // 64 hex digits, or "" where there is no text
	Salt       []byte // 16 bytes, nil where the text is absent
	TextBytes  []byte // canonical fields object, nil where the text is absent
	Withheld   string // "tlp" or "erased" where TextDigest is set and the text is not here

	EntryHash [32]byte
	Head      [32]byte
}

// Fields decodes the text; it is empty where there is none.
func (e *Entry) Fields() Text {
	if t, ok := plainText(e.TextBytes); ok {
		return t
	}
	t := Text{}
	if len(e.TextBytes) > 0 {
		var raw map[string]any
		if json.Unmarshal(e.TextBytes, &raw) == nil {
			for k, v := range raw {
				if s, ok := v.(string); ok {
					t[k] = s
				}
			}
		}
	}
	return t
}

// plainText reads a text as the record writes it, an object of strings; ok is
// false for anything else. A page that is to leave waits for many of them.
func plainText(b []byte) (t Text, ok bool) {
	l := lexer{b: b}
	if !l.eat('{') {
		return nil, false
	}
	t = Text{}
	for first := true; !l.eat('}'); first = false {
		if !first && !l.eat(',') {
			return nil, false
		}
		name, err := l.str(true)
		if err != nil || !l.eat(':') {
			return nil, false
		}
		value, err := l.str(true)
		if err != nil {
			return nil, false
		}
		t[string(name)] = string(value)
	}
	return t, l.i == len(b)
}

// Position is where a log stands: the number of entries and the head over them.
type Position struct {
	Seq  int64
	Head [32]byte
}

// Attachment is facts.attachment, the bare SHA-256 hex of a kept file, or "".
func (e *Entry) Attachment() string {
	if !bytes.Contains(e.Facts, []byte(`"attachment":`)) {
		return ""
	}
	var f map[string]any
	if json.Unmarshal(e.Facts, &f) != nil {
		return ""
	}
	if s, ok := f["attachment"].(string); ok && isDigest([]byte(s)) {
		return s
	}
	return ""
}
