package notify

import "log/slog"

// Secret is a password, token or key of a provider. It prints as a mask
// everywhere; a conversion to string is the only way to the value.
type Secret string

const mask = "********"

// String gives the mask, or nothing when no secret is set.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// GoString masks the secret under %#v too.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// LogValue masks the secret in structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText masks the secret in JSON, YAML and other text encodings.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
