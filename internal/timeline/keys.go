package timeline

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// ErrKey says that a string is no signing or verifier key of this format.
var ErrKey = errors.New("not a key of irbot-<site> in signed-note form")

// keyPrefix starts every key name; the site follows.
const keyPrefix = "irbot-"

// IsSite reports whether s may name a site: [a-z0-9-]+. It is fixed for ever.
func IsSite(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// GenerateKey makes an Ed25519 pair for a site: the secret for the key file of
// the server, the public one for verifier.key. random is crypto/rand.Reader.
func GenerateKey(random io.Reader, site string) (secret, public string, err error) {
	if !IsSite(site) {
		return "", "", fmt.Errorf("generate key for %.80q: %w", site, ErrSite)
	}
	secret, public, err = note.GenerateKey(random, keyPrefix+site)
	if err != nil {
		return "", "", fmt.Errorf("generate key for %s: %w", site, err)
	}
	return secret, public, nil
}

// Signer signs checkpoints and manifests for one site. It is safe for use by
// several goroutines.
type Signer struct {
	site   string
	signer note.Signer
	public string
}

// ParseSigner reads a secret from GenerateKey; blanks around it are dropped.
// The error wraps ErrKey and never holds the secret.
func ParseSigner(secret string) (*Signer, error) {
	secret = strings.TrimSpace(secret)
	s, err := note.NewSigner(secret)
	if err != nil {
		return nil, fmt.Errorf("parse signing key: %w", ErrKey)
	}
	site, ok := strings.CutPrefix(s.Name(), keyPrefix)
	if !ok || !IsSite(site) {
		return nil, fmt.Errorf("parse signing key: %w", ErrKey)
	}
	// NewSigner has checked the form: PRIVATE+KEY+name+hash+base64(1, seed).
	parts := strings.SplitN(secret, "+", 5)
	raw, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return nil, fmt.Errorf("parse signing key: %w", ErrKey)
	}
	pub, ok := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("parse signing key: %w", ErrKey)
	}
	public, err := note.NewEd25519VerifierKey(s.Name(), pub)
	if err != nil {
		return nil, fmt.Errorf("parse signing key: %w", err)
	}
	return &Signer{site: site, signer: s, public: public}, nil
}

// Site is the site the key belongs to.
func (s *Signer) Site() string { return s.site }

// Public is the key for verifier.key.
func (s *Signer) Public() string { return s.public }

// String hides the secret.
func (s *Signer) String() string { return "signing key of " + keyPrefix + s.site + " (***)" }

// Keys are the public keys of one site, newest first.
type Keys struct {
	site   string
	public []string
	list   note.Verifiers
}

// verifierForm holds a key to its plain form; note itself reads more loosely.
var verifierForm = regexp.MustCompile(`^irbot-[a-z0-9-]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$`)

// ParseKeys reads verifier keys, newest first; each argument may hold several
// lines, as verifier.key does. Empty lines are skipped. The error wraps ErrKey.
func ParseKeys(text ...string) (*Keys, error) {
	k := &Keys{}
	var list []note.Verifier
	for _, line := range strings.Split(strings.Join(text, "\n"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || slices.Contains(k.public, line) {
			continue
		}
		v, err := note.NewVerifier(line)
		if err != nil || !verifierForm.MatchString(line) {
			return nil, fmt.Errorf("parse verifier key %.80q: %w", line, ErrKey)
		}
		site := strings.TrimPrefix(v.Name(), keyPrefix)
		if k.site != "" && k.site != site {
			return nil, fmt.Errorf("parse verifier keys: %w: %s and %s", ErrKey, k.site, site)
		}
		k.site = site
		k.public = append(k.public, line)
		list = append(list, v)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("parse verifier keys: %w: none given", ErrKey)
	}
	k.list = note.VerifierList(list...)
	return k, nil
}

// Site is the site all keys belong to.
func (k *Keys) Site() string { return k.site }

// Public gives the keys, newest first.
func (k *Keys) Public() []string { return slices.Clone(k.public) }

// File is the content of verifier.key: one key a line, newest first.
func (k *Keys) File() string { return strings.Join(k.public, "\n") + "\n" }

// Fingerprint is the short form of the newest key, for reading aloud when keys
// are compared by telephone.
func (k *Keys) Fingerprint() string { return strings.SplitN(k.public[0], "+", 3)[1] }
