// Package directory knows people, roles and destinations: who somebody is, how
// to reach them, what they may see and when that was last checked.
package directory

import (
	"time"

	"irbot/internal/notify"
)

// Directory is everybody and everything that can be named in a runbook, a
// policy or a notice. It is read-only once built.
type Directory struct {
	People       []Person
	Roles        []Role
	Destinations []Destination
	Groups       []Group
}

// Group is a named list of people who are paged together.
type Group struct {
	ID      string
	Name    string
	NameEN  string
	Members []string // person ids, in order
}

// Members gives the person ids of a group, in order; none for an unknown one.
func (d *Directory) Members(group string) []string {
	for _, g := range d.Groups {
		if g.ID == group {
			return g.Members
		}
	}
	return nil
}

// Person is somebody who can act or be reached. IDs are ASCII.
type Person struct {
	ID       string
	Name     string // Japanese, as shown
	NameEN   string
	Org      string
	Title    string
	Roles    []string // role ids held by default
	Reach    []Address
	Slack    string // Slack member id, "" if none
	Lang     string // "ja" (default) or "en"
	Hours    string // when this person can be reached, for people to read
	TLP      string // highest label this person may see
	Verified time.Time
}

// Number is the number to dial by hand: the one given for that, else one that
// machines call or write to; "" where there is none.
func (p Person) Number() string {
	for _, means := range []notify.Means{notify.Phone, notify.Voice, notify.SMS} {
		for _, a := range p.Reach {
			if a.Means == means {
				return a.To
			}
		}
	}
	return ""
}

// Address is one way to reach somebody.
type Address struct {
	Means notify.Means
	To    string
	// Charset is notify.ISO2022JP where mail to this address should leave in it;
	// "" is UTF-8.
	Charset string
}

// String writes an address as sheets and the directory show it: "mail
// sato@example.jp", with the character set behind it where one was asked for.
func (a Address) String() string {
	s := string(a.Means) + " " + a.To
	if a.Charset != "" {
		s += " " + a.Charset
	}
	return s
}

// Role is a function somebody holds in an incident.
type Role struct {
	ID      string // e.g. ciso
	Name    string // 最高情報セキュリティ責任者
	NameEN  string
	Aliases []string // other words runbooks use for it, any language
	Deputy  []string // person ids, in order
}

// Destination is an outside (or inside) body that gets notices.
type Destination struct {
	ID       string
	Name     string
	NameEN   string
	Aliases  []string
	Kind     string // authority, expert, police, partner, insurer, internal, public
	Outside  bool
	Contact  string // person or desk, for the address line
	Reach    []Address
	TLP      string // highest label it may be sent
	Lang     string // "ja" (default) or "en": the language its readers want
	Hours    string
	Verified time.Time
}

// Person finds a person by id.
func (d *Directory) Person(id string) (Person, bool) {
	for _, p := range d.People {
		if p.ID == id {
			return p, true
		}
	}
	return Person{}, false
}

// Destination finds a destination by id.
func (d *Directory) Destination(id string) (Destination, bool) {
	for _, x := range d.Destinations {
		if x.ID == id {
			return x, true
		}
	}
	return Destination{}, false
}

// Role finds a role by id.
func (d *Directory) Role(id string) (Role, bool) {
	for _, r := range d.Roles {
		if r.ID == id {
			return r, true
		}
	}
	return Role{}, false
}

// Holders gives the people who hold a role by default, in file order.
func (d *Directory) Holders(role string) []Person {
	var out []Person
	for _, p := range d.People {
		for _, r := range p.Roles {
			if r == role {
				out = append(out, p)
				break
			}
		}
	}
	return out
}
