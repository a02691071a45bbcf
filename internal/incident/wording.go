package incident

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"irbot/internal/runbook"
)

var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,199}$`)

// wordingID is the name of a wording as an entry can keep it: headings of
// runbooks are Japanese, facts are plain identifiers. A plain name stays itself.
func wordingID(name string) string {
	name = strings.TrimPrefix(name, "#")
	if name == "" || plainName.MatchString(name) {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return "w:" + hex.EncodeToString(sum[:8])
}

// wording finds a message text in the runbooks of the incident, by its slug,
// its title or its wordingID.
func (c *call) wording(name string) string {
	if name == "" {
		return ""
	}
	id := wordingID(name)
	for _, r := range c.s.Runs {
		b := c.book(r.Hash)
		if b == nil {
			continue
		}
		if text, ok := wordingOf(b.Wordings, id); ok {
			return text
		}
	}
	return ""
}

func wordingOf(list []runbook.Wording, id string) (string, bool) {
	for _, w := range list {
		if wordingID(w.Slug) == id || wordingID(w.Title) == id {
			return w.Text, true
		}
	}
	return "", false
}
