package chat

import (
	"regexp"
	"slices"
	"strings"

	"irbot/internal/directory"

	"golang.org/x/text/unicode/norm"
)

// findPeople gives the ids of everybody a word may mean: an exact id, name or
// Slack mention first, else everybody whose name has the word as a part.
func findPeople(d *directory.Directory, word string) []string {
	key := nameKey(word)
	if key == "" {
		return nil
	}
	var exact, part []string
	for _, p := range d.People {
		if slack, ok := strings.CutPrefix(word, "slack:"); ok {
			if p.Slack == slack {
				return []string{p.ID}
			}
			continue
		}
		switch {
		case key == nameKey(p.ID), key == nameKey(p.Name), key == nameKey(p.NameEN):
			exact = append(exact, p.ID)
		case hasPart(p.Name, key) || hasPart(p.NameEN, key):
			part = append(part, p.ID)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return part
}

// hasPart reports whether a name has the word as its family or given name, or,
// where it is written without a space, begins with it.
func hasPart(name, key string) bool {
	for _, part := range strings.Fields(fold(name)) {
		if part == key {
			return true
		}
	}
	return len([]rune(key)) >= 2 && !strings.Contains(strings.TrimSpace(name), " ") &&
		!plainASCII(key) && strings.HasPrefix(nameKey(name), key)
}

// findRole finds a role by id, name or alias.
func findRole(d *directory.Directory, word string) (string, bool) {
	key := nameKey(word)
	for _, r := range d.Roles {
		names := append([]string{r.ID, r.Name, r.NameEN}, r.Aliases...)
		if slices.ContainsFunc(names, func(n string) bool { return n != "" && nameKey(n) == key }) {
			return r.ID, true
		}
	}
	return "", false
}

// nameKey is a name as it is compared: folded, without spaces, @ and さん.
func nameKey(s string) string {
	s = strings.TrimPrefix(fold(strings.TrimSpace(s)), "@")
	s = strings.Join(strings.Fields(s), "")
	return bareName(s)
}

// bareName takes a polite ending off a name.
func bareName(s string) string {
	for _, end := range []string{"さん", "様", "さま", "氏", "殿"} {
		if cut, ok := strings.CutSuffix(s, end); ok && cut != "" {
			return cut
		}
	}
	return s
}

// writtenName is a name as a person sees it who typed it; a mention of Slack
// carries it behind the number of the account.
func writtenName(word string) string {
	word = norm.NFKC.String(word)
	if _, name, ok := strings.Cut(strings.TrimSuffix(bareName(word), ">"), "|"); ok && strings.HasPrefix(word, "<@") {
		return name
	}
	return strings.TrimPrefix(bareName(word), "@")
}

var reMention = regexp.MustCompile(`^<@([A-Za-z0-9]+)(?:\|[^>]*)?>(?:さん|様)?$`)

// personWord reads a word that is marked as a person: a Slack mention, @name or
// a name with さん. marked is false for anything else.
func personWord(word string) (string, bool) {
	if g := reMention.FindStringSubmatch(word); g != nil {
		return "slack:" + g[1], true
	}
	plain := strings.TrimSpace(fold(word))
	if rest, ok := strings.CutPrefix(plain, "@"); ok && rest != "" {
		return bareName(rest), true
	}
	if bare := bareName(plain); bare != plain {
		return bare, true
	}
	return plain, false
}
