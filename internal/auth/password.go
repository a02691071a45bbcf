// Package auth keeps secrets people type: passwords, approval codes, one-time
// tokens. It guarantees that none of them is stored in a form that can be read
// back, and that guessing is slow without locking others out. What machines show
// each other is checked here, too: signatures, and how often one of them calls.
package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost of argon2id: RFC 9106, second recommended choice (64 MiB, 3 passes).
const (
	memoryKiB = 64 * 1024
	passes    = 3
	lanes     = 2
	keyLen    = 32
	saltLen   = 16
)

// ErrHash says that a stored hash cannot be read.
var ErrHash = errors.New("stored password hash cannot be read")

// Hash makes the stored form of a password; the parameters stand in it.
func Hash(password string) (string, error) {
	salt := make([]byte, saltLen)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("read random salt: %w", err)
	}
	key := argon2.IDKey([]byte(password), salt, passes, memoryKiB, lanes, keyLen)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memoryKiB, passes, lanes, b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// Check reports whether the password is the one that was hashed. The error
// wraps ErrHash when the stored form is broken.
func Check(stored, password string) (bool, error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, ErrHash
	}
	var version, m, t, p int
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &m, &t, &p); err != nil || version != argon2.Version {
		return false, ErrHash
	}
	if m < 8 || m > 1<<20 || t < 1 || t > 16 || p < 1 || p > 16 {
		return false, ErrHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) < 16 || len(want) > 64 {
		return false, ErrHash
	}
	got := argon2.IDKey([]byte(password), salt, uint32(t), uint32(m), uint8(p), uint32(len(want))) //nolint:gosec // bounded above
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// Token makes a random token of 32 bytes, safe in a URL.
func Token() (string, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("read random token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// Digest is what is stored of a token: it is long and random, so one SHA-256
// is enough.
func Digest(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// MinPassword is the shortest password accepted (ASVS 5.0, 6.2.1).
const MinPassword = 12

// Weak says why a password is refused, as a key of the wording catalogue; ""
// when it is accepted.
func Weak(password, name string) string {
	switch {
	case len([]rune(password)) < MinPassword:
		return "password.short"
	case len(password) > 256:
		return "password.long"
	case name != "" && strings.Contains(strings.ToLower(password), strings.ToLower(name)):
		return "password.name"
	case strings.Count(password, password[:1]) == len(password):
		return "password.plain"
	}
	return ""
}
