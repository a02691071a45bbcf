package backup

import (
	"bytes"
	"io"
	"os"
	"strings"
)

// IsBundle tells whether a file is a bundle of this package, by its name or, as
// people rename what they carry away, by how it begins. A plain copy of the
// record is none, whatever somebody called it.
func IsBundle(file string) bool {
	if IsRecord(file) {
		return false
	}
	if strings.HasSuffix(file, ".irbot") || strings.HasSuffix(file, ".irbot.age") {
		return true
	}
	begin := beginning(file)
	return bytes.HasPrefix(begin, []byte("age-encryption.org/")) || len(begin) > 262 && string(begin[257:262]) == "ustar"
}

// IsRecord tells by how it begins whether a file may be a plain copy of the
// record.
func IsRecord(file string) bool {
	return bytes.HasPrefix(beginning(file), []byte("SQLite format 3\x00"))
}

// beginning is the first block of a file, or less where there is less.
func beginning(file string) []byte {
	f, err := os.Open(file) //nolint:gosec // the file the user names
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // only read
	b := make([]byte, 512)
	n, _ := io.ReadFull(f, b)
	return b[:n]
}
