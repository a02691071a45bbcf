package backup

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// SealedError says how a copy that could not be opened is closed, and what was
// tried. It is an ErrSealed.
type SealedError struct {
	Phrase     bool // closed by a passphrase
	Recipients int  // closed for so many age keys
	Tried      Tried
	Err        error // what age said, nil where nothing was tried
}

// Tried is what somebody tried to open a copy with.
type Tried int

// What can be tried.
const (
	TriedNothing Tried = iota
	TriedPhrase
	TriedIdentity
)

// Error says it in English.
func (e *SealedError) Error() string {
	if e.Err == nil {
		return ErrSealed.Error()
	}
	return ErrSealed.Error() + ": " + e.Err.Error()
}

// Unwrap makes it an ErrSealed.
func (e *SealedError) Unwrap() error { return ErrSealed }

// headMost bounds the header of an encrypted copy: a hundred recipients take 20 KB.
const headMost = 64 << 10

// unseal opens the stream of an encrypted copy. Errors: *SealedError where the
// key is not the right one, ErrBundle where the file is damaged.
func (s Seal) unseal(r *bufio.Reader) (io.Reader, error) {
	e := &SealedError{}
	var head strings.Builder
	for head.Len() < headMost {
		line, err := r.ReadString('\n')
		head.WriteString(line)
		if err != nil || strings.HasPrefix(line, "---") {
			break
		}
		kind, ok := strings.CutPrefix(line, "-> ")
		switch {
		case ok && strings.HasPrefix(kind, "scrypt "):
			e.Phrase = true
		case ok && !strings.Contains(kind, "-grease "): // age adds stanzas that mean nothing
			e.Recipients++
		}
	}
	if len(s.Identities) == 0 {
		return nil, e
	}
	out, err := age.Decrypt(io.MultiReader(strings.NewReader(head.String()), r), s.Identities...)
	if err == nil {
		return out, nil
	}
	var none *age.NoIdentityMatchError
	if !errors.As(err, &none) {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	e.Tried, e.Err = TriedIdentity, err
	if _, phrase := s.Identities[0].(*age.ScryptIdentity); phrase {
		e.Tried = TriedPhrase
	}
	return nil, e
}
