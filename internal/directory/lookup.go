package directory

import (
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// StaleAfter is how old a check of a contact may be before people are asked to
// check it again (RB022 uses the same 180 days).
const StaleAfter = 180 * 24 * time.Hour

// honorifics are cut from the end of a name before it is looked up.
func honorifics() []string { return []string{"さん", "様", "さま", "殿", "氏"} }

// plain brings words into the form in which they are compared: NFKC, folded
// case, no spaces, no honorific.
func plain(s string) string {
	s = strings.Join(strings.Fields(fold(s)), "")
	for _, h := range honorifics() {
		if cut, ok := strings.CutSuffix(s, h); ok && cut != "" {
			return cut
		}
	}
	return s
}

// fold has a short way for plain ASCII, which is most ids: the full tables are
// a hundred times slower and a linter looks up every word of a runbook.
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return cases.Fold().String(norm.NFKC.String(s))
		}
	}
	return strings.ToLower(s)
}

// readings gives the forms under which words are tried: as written, then
// without what stands in brackets at the end, such as 警察（サイバー窓口）.
func readings(words string) []string {
	full := plain(words)
	if full == "" {
		return nil
	}
	out := []string{full}
	if i := strings.IndexByte(full, '('); i > 0 && strings.HasSuffix(full, ")") {
		out = append(out, plain(full[:i]))
	}
	return out
}

func matches(want string, words ...string) bool {
	for _, w := range words {
		if w != "" && plain(w) == want {
			return true
		}
	}
	return false
}

// RoleNamed finds the role that a runbook's words mean: its id, a name or an
// alias, whatever the width and case of the letters, with or without さん or 様.
func (d *Directory) RoleNamed(words string) (Role, bool) {
	for _, want := range readings(words) {
		for _, r := range d.Roles {
			if matches(want, r.ID, r.Name, r.NameEN) || matches(want, r.Aliases...) {
				return r, true
			}
		}
	}
	return Role{}, false
}

// DestinationNamed finds the destination that a runbook's words mean.
func (d *Directory) DestinationNamed(words string) (Destination, bool) {
	for _, want := range readings(words) {
		for _, x := range d.Destinations {
			if matches(want, x.ID, x.Name, x.NameEN) || matches(want, x.Aliases...) {
				return x, true
			}
		}
	}
	return Destination{}, false
}

// PersonNamed finds the person that words mean: id, a name, or name and title
// together (佐藤部長). Two people of one name are found by id only.
func (d *Directory) PersonNamed(words string) (Person, bool) {
	for _, want := range readings(words) {
		var found []Person
		for _, p := range d.People {
			if plain(p.ID) == want {
				return p, true
			}
			if matches(want, p.Name, p.NameEN) || p.Title != "" && matches(want, p.Name+p.Title) {
				found = append(found, p)
			}
		}
		if len(found) == 1 {
			return found[0], true
		}
	}
	return Person{}, false
}

// StaleContact is a person or destination whose contact was not checked for
// too long. A zero Verified means never.
type StaleContact struct {
	Destination bool
	ID          string
	Name        string
	NameEN      string
	Verified    time.Time
}

// Stale lists the contacts last checked longer ago than `after`, or never,
// people first, in file order.
func (d *Directory) Stale(now time.Time, after time.Duration) []StaleContact {
	var out []StaleContact
	old := func(t time.Time) bool { return t.IsZero() || now.Sub(t) > after }
	for _, p := range d.People {
		if old(p.Verified) {
			out = append(out, StaleContact{ID: p.ID, Name: p.Name, NameEN: p.NameEN, Verified: p.Verified})
		}
	}
	for _, x := range d.Destinations {
		if old(x.Verified) {
			out = append(out, StaleContact{Destination: true, ID: x.ID, Name: x.Name, NameEN: x.NameEN, Verified: x.Verified})
		}
	}
	return out
}

// Deputies gives the ids of the deputies of a role, in order.
func (d *Directory) Deputies(role string) []string {
	r, ok := d.Role(role)
	if !ok {
		return nil
	}
	return r.Deputy
}

// HolderIDs gives the ids of those who hold a role by default, in file order.
func (d *Directory) HolderIDs(role string) []string {
	var out []string
	for _, p := range d.Holders(role) {
		out = append(out, p.ID)
	}
	return out
}

// PersonCalled finds the person that a cell of a duty sheet means: as
// PersonNamed, or by mail address, or by the beginning of a name (佐藤 for
// 佐藤健一) where only one person's name begins like that.
func (d *Directory) PersonCalled(words string) (Person, bool) {
	if p, ok := d.PersonNamed(words); ok {
		return p, true
	}
	want := plain(words)
	if want == "" {
		return Person{}, false
	}
	var found []Person
	for _, p := range d.People {
		hit := strings.HasPrefix(plain(p.Name), want) || strings.HasPrefix(plain(p.NameEN), want) && len(want) > 2
		for _, a := range p.Reach {
			hit = hit || strings.EqualFold(a.To, strings.TrimSpace(words))
		}
		if hit {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		return Person{}, false
	}
	return found[0], true
}
