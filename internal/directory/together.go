package directory

import (
	"fmt"
	"slices"

	"irbot/internal/problem"
)

// together checks what only shows when all parts are known: repeated ids,
// names that point two ways, roles and deputies that do not exist.
func (c *checker) together(d *Directory) {
	c.repeatedIDs(d)
	c.repeatedWords(d)
	for i, p := range d.People {
		for j, id := range p.Roles {
			if _, ok := d.Role(id); !ok {
				c.unknownRole(fmt.Sprintf("people[%d].roles[%d]", i, j), id, d)
			}
		}
	}
	for i, g := range d.Groups {
		for j, id := range g.Members {
			if _, ok := d.Person(id); !ok {
				c.unknownMember(fmt.Sprintf("groups[%d].members[%d]", i, j), id, d)
			}
		}
	}
	for i, r := range d.Roles {
		for j, id := range r.Deputy {
			if _, ok := d.Person(id); !ok {
				c.unknownDeputy(fmt.Sprintf("roles[%d].deputy[%d]", i, j), id, d)
			}
		}
	}
}

func (c *checker) repeatedIDs(d *Directory) {
	seen := map[string]int{}
	check := func(at, id string) {
		if id == "" {
			return
		}
		if line, ok := seen[id]; ok {
			c.add(at+".id",
				problem.Say("ID「%s」が二度使われています（一度目は %d 行目）", "the id %q is used twice (first on line %d)", id, line),
				problem.Say("記録がどちらを指すか分からなくなります", "the record could not tell which one is meant"),
				problem.Say("どちらかの ID を変えてください", "change one of the two"))
			return
		}
		seen[id] = c.doc.Line(at + ".id")
	}
	// A person and a role may share an id; a policy says which kind it means.
	for i, r := range d.Roles {
		check(fmt.Sprintf("roles[%d]", i), r.ID)
	}
	clear(seen)
	for i, p := range d.People {
		check(fmt.Sprintf("people[%d]", i), p.ID)
	}
	clear(seen)
	for i, x := range d.Destinations {
		check(fmt.Sprintf("destinations[%d]", i), x.ID)
	}
	clear(seen)
	for i, g := range d.Groups {
		check(fmt.Sprintf("groups[%d]", i), g.ID)
	}
}

// repeatedWords finds aliases that lead to two roles, or to two destinations:
// a runbook word must reach exactly one of each.
func (c *checker) repeatedWords(d *Directory) {
	const named = 3 // id and two names stand before the aliases
	seen := map[string]string{}
	check := func(at, id string, words []string) {
		for j, w := range words {
			k := plain(w)
			if k == "" {
				continue
			}
			if other, ok := seen[k]; ok && other != id {
				place := at + ".name"
				if j >= named {
					place = fmt.Sprintf("%s.aliases[%d]", at, j-named)
				}
				c.add(place,
					problem.Say("「%s」が「%s」と「%s」の両方を指します", "the word %q leads to both %q and %q", w, other, id),
					problem.Say("手順書にこの言葉があると、誰に連絡するか決まりません", "a runbook using this word would have no single addressee"),
					problem.Say("どちらかの name または aliases から消してください", "take it out of the name or aliases of one of them"))
				continue
			}
			seen[k] = id
		}
	}
	for i, r := range d.Roles {
		check(fmt.Sprintf("roles[%d]", i), r.ID, append([]string{r.ID, r.Name, r.NameEN}, r.Aliases...))
	}
	clear(seen)
	for i, x := range d.Destinations {
		check(fmt.Sprintf("destinations[%d]", i), x.ID, append([]string{x.ID, x.Name, x.NameEN}, x.Aliases...))
	}
}

func (c *checker) unknownRole(at, id string, d *Directory) {
	var ids []string
	for _, r := range d.Roles {
		ids = append(ids, r.ID)
	}
	c.add(at,
		problem.Say("役割「%s」が roles: にありません", "the role %q is not under roles:", id),
		problem.Say("この人は手順書でも上申でも、その役割として呼ばれません", "neither a runbook nor a page would find this person in that role"),
		suggest(id, ids))
}

func (c *checker) unknownMember(at, id string, d *Directory) {
	var ids []string
	for _, p := range d.People {
		ids = append(ids, p.ID)
	}
	c.add(at,
		problem.Say("グループの「%s」が people: にいません", "the member %q is not under people:", id),
		problem.Say("グループを呼んでも、この人には届きません", "paging the group would not reach this person"),
		suggest(id, ids))
}

func (c *checker) unknownDeputy(at, id string, d *Directory) {
	var ids []string
	for _, p := range d.People {
		ids = append(ids, p.ID)
	}
	c.add(at,
		problem.Say("代行「%s」が people: にいません", "the deputy %q is not under people:", id),
		problem.Say("責任者が応答しないとき、代わりに呼ぶ人がいません", "when the holder does not answer there would be nobody to call"),
		suggest(id, ids))
}

func suggest(id string, ids []string) problem.Words {
	if near := problem.Nearest(id, ids); near != "" {
		return problem.Say("「%s」のことですか。そうでなければ先に登録してください", "did you mean %q? If not, add it first", near)
	}
	if len(ids) == 0 || !slices.ContainsFunc(ids, func(s string) bool { return s != "" }) {
		return problem.Say("先に登録してください", "add it first")
	}
	return problem.Say("先に登録するか、あるもの（%s など）を書いてください", "add it first, or write an existing one such as %s", ids[0])
}
