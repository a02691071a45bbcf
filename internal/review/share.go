package review

import (
	"regexp"
	"slices"
	"strings"
)

// telling are the forms of what a text for the whole sector must not hold:
// addresses of machines and people, telephone numbers, ids of incidents, hashes.
func telling() []*regexp.Regexp {
	var out []*regexp.Regexp
	for _, s := range []string{
		`\b\d{1,3}(?:\.\d{1,3}){3}\b`,
		`\b[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){3,7}\b`,
		`[\w.+-]+@[\w-]+\.[\w.-]+`,
		`\b0\d{1,4}-\d{1,4}-\d{3,4}\b`,
		`\b(?:IR|DR)-\d+\b`,
		`\b[0-9a-fA-F]{32,64}\b`,
	} {
		out = append(out, regexp.MustCompile(s))
	}
	return out
}

// Telling lists what in a text would tell who the victim is or how to reach a
// machine or person: the given names, and anything of the known forms. An empty
// list does not prove that a text tells nothing; a person still reads it.
func Telling(text string, names []string) []string {
	var out []string
	add := func(s string) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	folded := strings.ToLower(text)
	for _, n := range names {
		for _, part := range append([]string{n}, strings.FieldsFunc(n, func(r rune) bool { return r == ' ' || r == '　' })...) {
			part = strings.TrimSpace(part)
			if len([]rune(part)) >= 2 && strings.Contains(folded, strings.ToLower(part)) {
				add(part)
				break
			}
		}
	}
	for _, re := range telling() {
		for _, m := range re.FindAllString(text, -1) {
			add(m)
		}
	}
	return out
}
