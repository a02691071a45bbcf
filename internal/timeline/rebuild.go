package timeline

import (
	"errors"
	"fmt"
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
	var x reading
	if err := x.read(row); err != nil {
		return Entry{}, err
	}
	return x.rebuilt(), nil
}

// reading is a stored entry whose form was checked, not yet copied apart.
type reading struct {
	envelope
	row        Stored
	hash, head [HeadSize]byte
}

func (x *reading) read(row Stored) error {
	x.row = row
	if err := x.envelope.read(row.Envelope); err != nil {
		return err
	}
	if len(row.EntryHash) != HeadSize || len(row.Head) != HeadSize {
		return fmt.Errorf("rebuild entry %d: %w: hash or head is not %d bytes", x.seq, ErrEnvelope, HeadSize)
	}
	x.hash, x.head = [HeadSize]byte(row.EntryHash), [HeadSize]byte(row.Head)
	return nil
}

func (x *reading) rebuilt() Entry {
	e := x.entry(x.row.Envelope)
	e.EntryHash, e.Head, e.Withheld = x.hash, x.head, x.row.Withheld
	if len(x.row.Text) > 0 {
		e.Salt, e.TextBytes = x.row.Salt, x.row.Text
	}
	return e
}

// decodeEnvelope reads the bytes of an envelope. Errors wrap ErrEnvelope.
func decodeEnvelope(b []byte) (Entry, error) {
	var x envelope
	if err := x.read(b); err != nil {
		return Entry{}, err
	}
	return x.entry(b), nil
}
