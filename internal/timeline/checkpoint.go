package timeline

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Rules of checkpoints.
var (
	ErrSite       = errors.New("site outside [a-z0-9-]+")
	ErrCheckpoint = errors.New("not a checkpoint of the record")
	ErrSignature  = errors.New("not signed by a known key")
)

// Checkpoint is a signed statement that the log of an incident had this head at
// this size.
type Checkpoint struct {
	Site     string
	Incident string
	Size     int64
	Head     [HeadSize]byte
	Note     []byte // the signed note, as it is kept and sent out
}

// text is what is signed: origin, size, head, a line each.
func (c Checkpoint) text() string {
	return origin(c.Site, c.Incident) + "\n" + strconv.FormatInt(c.Size, 10) + "\n" +
		base64.StdEncoding.EncodeToString(c.Head[:]) + "\n"
}

func origin(site, incident string) string { return "irbot/" + site + "/" + incident }

// SignCheckpoint signs the position of an incident's log. Ed25519 is
// deterministic: the same position and key give the same note.
func SignCheckpoint(s *Signer, incident string, p Position) (Checkpoint, error) {
	c := Checkpoint{Site: s.site, Incident: incident, Size: p.Seq, Head: p.Head}
	if p.Seq < 1 || !isIncident([]byte(incident)) {
		return Checkpoint{}, fmt.Errorf("sign checkpoint of %.80q at %d: %w", incident, p.Seq, ErrCheckpoint)
	}
	signed, err := s.sign(c.text())
	if err != nil {
		return Checkpoint{}, fmt.Errorf("sign checkpoint of %s at %d: %w", incident, p.Seq, err)
	}
	c.Note = signed
	return c, nil
}

// OpenCheckpoint checks the signature of a note against the keys and reads it.
// Errors wrap ErrSignature or ErrCheckpoint.
func (k *Keys) OpenCheckpoint(msg []byte) (Checkpoint, error) {
	text, err := k.open(msg)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := parseCheckpoint(text)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Site != k.site {
		return Checkpoint{}, fmt.Errorf("%w: site %s signed by a key of %s", ErrSignature, c.Site, k.site)
	}
	c.Note = bytes.Clone(msg)
	return c, nil
}

// ReadCheckpoint reads a note without checking its signature, for a reader who
// has the note from outside but no key. The error wraps ErrCheckpoint.
func ReadCheckpoint(msg []byte) (Checkpoint, error) {
	text, sigs, ok := strings.Cut(string(msg), "\n\n")
	if !ok || !strings.HasPrefix(sigs, "— ") || !strings.HasSuffix(sigs, "\n") {
		return Checkpoint{}, fmt.Errorf("%w: not a signed note", ErrCheckpoint)
	}
	c, err := parseCheckpoint(text + "\n")
	if err != nil {
		return Checkpoint{}, err
	}
	c.Note = bytes.Clone(msg)
	return c, nil
}

// FindCheckpoint takes the signed note out of a mail or a chat message that was
// saved with the words around it, with other line ends, or quoted. Without a
// note in it the message is given back as it is. Nothing is believed by it: the
// signature is over the bytes that come out.
func FindCheckpoint(msg []byte) []byte {
	if _, err := ReadCheckpoint(msg); err == nil {
		return msg
	}
	var out []string
	for l := range strings.Lines(string(msg)) {
		l = strings.TrimRight(strings.TrimLeft(l, "> \t"), "\r\n\t ")
		signed := len(out) > 4 && !strings.HasPrefix(l, "— ")
		if signed {
			break
		}
		if len(out) > 0 || strings.HasPrefix(l, "irbot/") {
			out = append(out, l)
		}
	}
	found := []byte(strings.Join(out, "\n") + "\n")
	if _, err := ReadCheckpoint(found); err != nil {
		return msg
	}
	return found
}

var checkpointForm = regexp.MustCompile(`^irbot/([a-z0-9-]+)/([A-Za-z0-9][A-Za-z0-9._-]{0,63})\n([1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$`)

func parseCheckpoint(text string) (Checkpoint, error) {
	m := checkpointForm.FindStringSubmatch(text)
	if m == nil {
		return Checkpoint{}, fmt.Errorf("%w: the text is not origin, size, head", ErrCheckpoint)
	}
	c := Checkpoint{Site: m[1], Incident: m[2]}
	size, err := strconv.ParseInt(m[3], 10, 64)
	if err != nil || size > maxInteger {
		return Checkpoint{}, fmt.Errorf("%w: size %s", ErrCheckpoint, m[3])
	}
	head, err := base64.StdEncoding.Strict().DecodeString(m[4])
	if err != nil || len(head) != HeadSize {
		return Checkpoint{}, fmt.Errorf("%w: head is not base64 of %d bytes", ErrCheckpoint, HeadSize)
	}
	c.Size = size
	copy(c.Head[:], head)
	return c, nil
}

// signManifest signs the SHA-256 of a pack's manifest.
func (s *Signer) signManifest(incident string, sum [HeadSize]byte) ([]byte, error) {
	return s.sign(manifestText(s.site, incident, sum))
}

func manifestText(site, incident string, sum [HeadSize]byte) string {
	return origin(site, incident) + "/manifest\n" + hex.EncodeToString(sum[:]) + "\n"
}

func (s *Signer) sign(text string) ([]byte, error) {
	return note.Sign(&note.Note{Text: text}, s.signer)
}

// open checks a note and returns its text.
func (k *Keys) open(msg []byte) (string, error) {
	n, err := note.Open(msg, k.list)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return n.Text, nil
}
