package incident

import (
	"crypto/sha256"
	"encoding/hex"
)

// HashOf is the SHA-256 of data in lower-case hex.
func HashOf(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}
