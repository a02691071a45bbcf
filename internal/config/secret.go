package config

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// Mask is what stands for a secret wherever one is printed.
const Mask = "****"

// Secret is a password, token or key. It prints as a mask by every verb of
// fmt, in JSON, YAML and text encodings and in slog; only Reveal gives the
// value. The value lies behind a pointer so that printing a struct that holds
// a Secret in an unexported field shows an address at most.
type Secret struct{ value *string }

// NewSecret wraps a value; an empty one is no secret at all.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{value: &s}
}

// Reveal gives the value, for the one place that needs it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero tells whether no secret is set.
func (s Secret) IsZero() bool { return s.value == nil }

// String is the mask, or nothing where no secret is set.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return Mask
}

// GoString is the mask, for %#v.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// Format prints the mask for every verb, also %x and %q.
func (s Secret) Format(f fmt.State, verb rune) {
	if verb == 'q' || verb == 'v' && f.Flag('#') {
		_, _ = io.WriteString(f, s.GoString())
		return
	}
	_, _ = io.WriteString(f, s.String())
}

// LogValue is the mask, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON is the mask as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText is the mask, for YAML, XML and keys.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalYAML is the mask.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }
