package chat

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"irbot/internal/directory"
)

var (
	lineLabel = regexp.MustCompile(`(?i)\[?TLP:\s?(RED|AMBER\+STRICT|AMBER|GREEN|CLEAR)\]?`)
	unsure    = regexp.MustCompile(`(?i)^[\s(\[【・*-]*(未確認|推定|不明|確認中|\?|unconfirmed|estimated|unknown)|[(\[【](未確認|推定|不明|確認中|unconfirmed|estimated)[)\]】]`)
)

// fitting keeps the lines of an item that an audience may have: a line can bear
// a label of its own ([TLP:AMBER]), and people of the port get confirmed facts
// only (UX 2.9). cut counts the lines kept back.
func fitting(text string, to Audience) (kept string, cut int) {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		plain := norm.NFKC.String(line)
		hidden := to == ForPort && unsure.MatchString(plain)
		for _, m := range lineLabel.FindAllStringSubmatch(plain, -1) {
			hidden = hidden || !directory.Allows(labelOf(to), m[1])
		}
		if hidden {
			cut++
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n"), cut
}
