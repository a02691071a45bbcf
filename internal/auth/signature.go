package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// The headers by which one machine shows another that a request is its own:
// seconds since 1970 UTC, and what Signature makes of them and the body.
const (
	TimestampHeader = "X-Irbot-Timestamp"
	SignatureHeader = "X-Irbot-Signature"
)

// SignedWithin is how far the time of a signature may be off.
const SignedWithin = 5 * time.Minute

// Signature is v1= and the HMAC-SHA256, in hex, of stamp, ".", body.
func Signature(secret, stamp string, body []byte) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(stamp + "."))
	m.Write(body)
	return "v1=" + hex.EncodeToString(m.Sum(nil))
}

// Signed reports whether a signature belongs to this time and body. Nothing is
// signed by an empty secret. How old it is, Fresh tells.
func Signed(secret, stamp, signature string, body []byte) bool {
	return secret != "" && hmac.Equal([]byte(signature), []byte(Signature(secret, stamp, body)))
}

// Fresh reports whether the time of a signature is within SignedWithin of now.
func Fresh(stamp string, now time.Time) bool {
	sec, err := strconv.ParseInt(stamp, 10, 64)
	return err == nil && now.Sub(time.Unix(sec, 0)).Abs() <= SignedWithin
}
