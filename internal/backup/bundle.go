package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
)

// RecordName is the record inside a bundle.
const RecordName = "irbot.db"

// Errors of reading a bundle.
var (
	ErrBundle = errors.New("not a backup of irbot, or damaged")
	ErrSealed = errors.New("the backup is encrypted and cannot be opened with what is configured")
)

// File is something a bundle holds besides the record: keys, configuration,
// directory, runbooks. So a fresh machine needs the bundle and the program only.
type File struct {
	Name   string // slashed, relative, e.g. config.yaml, runbooks/tos.md
	Data   []byte
	Secret bool // goes into encrypted bundles only
}

// Seal is how bundles are encrypted, by age: for recipients or by a passphrase.
// The zero value does not encrypt.
type Seal struct {
	Recipients []age.Recipient
	Identities []age.Identity // to read back
}

// PassphraseSeal closes and opens by a passphrase; work is the scrypt work
// factor as a power of two, 0 for age's own.
func PassphraseSeal(phrase string, work int) (Seal, error) {
	r, err := age.NewScryptRecipient(phrase)
	if err != nil {
		return Seal{}, fmt.Errorf("use passphrase: %w", err)
	}
	if work > 0 {
		r.SetWorkFactor(work)
	}
	id, err := age.NewScryptIdentity(phrase)
	if err != nil {
		return Seal{}, fmt.Errorf("use passphrase: %w", err)
	}
	return Seal{Recipients: []age.Recipient{r}, Identities: []age.Identity{id}}, nil
}

// RecipientSeal closes for age public keys (none: it only opens); identities (may be "") is the text
// of an identity file, to read copies back.
func RecipientSeal(keys []string, identities string) (Seal, error) {
	var s Seal
	var err error
	if len(keys) > 0 {
		if s.Recipients, err = age.ParseRecipients(strings.NewReader(strings.Join(keys, "\n"))); err != nil {
			return Seal{}, fmt.Errorf("read recipients: %w", err)
		}
	}
	if identities != "" {
		if s.Identities, err = age.ParseIdentities(strings.NewReader(identities)); err != nil {
			return Seal{}, fmt.Errorf("read identities: %w", err)
		}
	}
	return s, nil
}

// Open tells that bundles are not encrypted.
func (s Seal) Open() bool { return len(s.Recipients) == 0 }

// CanOpen tells whether what is written can be read here again.
func (s Seal) CanOpen() bool { return s.Open() || len(s.Identities) > 0 }

// WriteBundle writes record and files as a tar archive, sealed.
func WriteBundle(w io.Writer, record string, files []File, s Seal, at time.Time) error {
	buf := bufio.NewWriterSize(w, 1<<16)
	var body io.Writer = buf
	var sealed io.WriteCloser
	if !s.Open() {
		var err error
		if sealed, err = age.Encrypt(buf, s.Recipients...); err != nil {
			return fmt.Errorf("encrypt backup: %w", err)
		}
		body = sealed
	}
	t := tar.NewWriter(body)
	f, err := os.Open(record) //nolint:gosec // our own copy
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if err := add(t, RecordName, st.Size(), f, at); err != nil {
		return err
	}
	for _, x := range files {
		if err := add(t, x.Name, int64(len(x.Data)), bytes.NewReader(x.Data), at); err != nil {
			return err
		}
	}
	err = t.Close()
	if sealed != nil {
		err = errors.Join(err, sealed.Close())
	}
	if err = errors.Join(err, buf.Flush()); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	return nil
}

func add(t *tar.Writer, name string, size int64, r io.Reader, at time.Time) error {
	err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: at.UTC().Truncate(time.Second), Format: tar.FormatPAX})
	if err == nil {
		_, err = io.Copy(t, r)
	}
	if err != nil {
		return fmt.Errorf("write %s into backup: %w", name, err)
	}
	return nil
}

// ageMagic begins every file of age.
const ageMagic = "age-encryption.org/"

// maxMembers bounds how many files a bundle may hold.
const maxMembers = 10_000

// Unpack reads a bundle into an empty folder and gives the names of what it
// held. Names that leave the folder, links and repeated names are refused.
// Errors wrap ErrSealed or ErrBundle.
func Unpack(bundle, dir string, s Seal) ([]string, error) {
	f, err := os.Open(bundle) //nolint:gosec // the user names the file
	if err != nil {
		return nil, fmt.Errorf("open backup: %w", err)
	}
	defer f.Close()
	buf := bufio.NewReaderSize(f, 1<<16)
	var body io.Reader = buf
	if head, err := buf.Peek(len(ageMagic)); err == nil && string(head) == ageMagic {
		if body, err = s.unseal(buf); err != nil {
			return nil, err
		}
	}
	names, err := unpackAll(tar.NewReader(body), dir)
	if err != nil {
		return nil, err
	}
	// What follows the archive is read, too: the end of age's stream proves that
	// nothing was cut off.
	if _, err := io.Copy(io.Discard, body); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	if !slices.Contains(names, RecordName) {
		return nil, fmt.Errorf("%w: no record in it", ErrBundle)
	}
	return names, nil
}

func unpackAll(t *tar.Reader, dir string) ([]string, error) {
	var names []string
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBundle, err)
		}
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(filepath.FromSlash(h.Name)) || strings.Contains(h.Name, `\`) || len(names) >= maxMembers {
			return nil, fmt.Errorf("%w: unsafe name %q", ErrBundle, h.Name)
		}
		if err := unpackOne(t, filepath.Join(dir, filepath.FromSlash(h.Name))); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrBundle, h.Name, err)
		}
		names = append(names, h.Name)
	}
}

func unpackOne(r io.Reader, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // inside the given folder
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}
