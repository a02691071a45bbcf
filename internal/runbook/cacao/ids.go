package cacao

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// uuid derives an id from words: the same words give the same id, so that two
// exports of one runbook can be compared. It has the form of a version 4 UUID
// (RFC 9562), which the specification asks for in steps.
func uuid(words ...string) string {
	h := sha256.New()
	for _, w := range words {
		fmt.Fprintf(h, "%d:%s;", len(w), w)
	}
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// extensionID names the extension that carries what CACAO has no member for.
const extensionID = "extension-definition--af3b5669-7a1c-450a-aee5-48092f1623af"

// tlpLevel is a level of TLP 2.0 as CACAO writes it.
func tlpLevel(s string) (string, bool) {
	s = strings.TrimPrefix(strings.ToUpper(s), "TLP:")
	return "TLP:" + s, slices.Contains([]string{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}, s)
}
