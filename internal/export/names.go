package export

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// names puts roles in the place of people. It knows the people of the directory
// and those who acted; a name that somebody typed and nobody knows stays.
type names struct {
	roles   map[string]string // person id → name of the role
	english map[string]string
	words   *strings.Replacer
	whole   map[string]string // a name that is all of a field, also one of a single character
	lang    string
}

// learnNames reads who took part and in which role.
func (x *job) learnNames() error {
	st := incident.New(x.o.Incident)
	said := map[string]string{} // person → name in the record
	texts := map[int64]timeline.Text{}
	err := x.Each(x.ctx, x.o.Incident, 1, x.o.At, func(e *timeline.Entry) error {
		incident.Apply(st, e)
		if e.Actor != timeline.System && said[e.Actor] == "" {
			said[e.Actor] = e.Fields()["actor_name"]
		}
		switch e.Kind {
		case incident.KindEscStarted, incident.KindEscPaged, incident.KindRole:
			texts[e.Seq] = e.Fields()
		}
		return nil
	})
	if err != nil {
		return err
	}
	// Who was only paged and has left the company since is named there alone.
	for id, name := range st.Former(x.Site().Directory, func(seq int64) timeline.Text { return texts[seq] }) {
		if said[id] == "" {
			said[id] = name
		}
	}
	x.names = newNames(x.Site().Directory, st, said, x.o.Lang)
	return nil
}

func newNames(dir *directory.Directory, st *incident.Incident, said map[string]string, lang string) *names {
	n := &names{roles: map[string]string{}, english: map[string]string{}, lang: lang}
	used := map[string]int{}
	give := func(id, ja, en string) {
		if n.roles[id] != "" {
			return
		}
		used[ja]++
		if k := used[ja]; k > 1 {
			ja, en = fmt.Sprintf("%s(%d)", ja, k), fmt.Sprintf("%s (%d)", en, k)
		}
		n.roles[id], n.english[id] = ja, en
	}
	for _, r := range dir.Roles {
		if h := st.Roles[r.ID]; h.Person != "" {
			give(h.Person, r.Name, cmp.Or(r.NameEN, r.Name))
		}
	}
	for _, p := range dir.People {
		for _, id := range p.Roles {
			if r, ok := dir.Role(id); ok {
				give(p.ID, r.Name, cmp.Or(r.NameEN, r.Name))
				break
			}
		}
		give(p.ID, "関係者", "participant")
	}
	for _, id := range slices.Sorted(maps.Keys(said)) {
		give(id, "関係者", "participant")
	}
	n.words = n.replacer(dir, said)
	return n
}

// of is the role of a person in the language of the copy.
func (n *names) of(id string) string {
	if n.lang == "en" {
		return n.english[id]
	}
	return n.roles[id]
}

// replacer knows every way the people are written, the longest first, so that a
// full name is not replaced by halves.
func (n *names) replacer(dir *directory.Directory, said map[string]string) *strings.Replacer {
	n.whole = map[string]string{}
	type pair struct{ from, to string }
	var list []pair
	add := func(from, id string) {
		if from = strings.TrimSpace(from); from == "" {
			return
		}
		if _, ok := n.whole[from]; !ok {
			n.whole[from] = n.of(id)
		}
		if utf8.RuneCountInString(from) > 1 {
			list = append(list, pair{from, n.of(id)})
			return
		}
		for _, title := range []string{"さん", "様", "氏", "殿"} { // 森 alone is also in 森林
			list = append(list, pair{from + title, n.of(id) + title})
		}
	}
	name := func(full, id string) {
		add(full, id)
		parts := strings.FieldsFunc(full, func(r rune) bool { return r == ' ' || r == '\u3000' })
		add(strings.Join(parts, ""), id)
		for _, part := range parts {
			add(part, id)
		}
	}
	for _, p := range dir.People {
		name(p.Name, p.ID)
		name(p.NameEN, p.ID)
		for _, a := range p.Reach {
			add(a.To, p.ID)
		}
	}
	for id, s := range said {
		name(s, id)
	}
	slices.SortStableFunc(list, func(a, b pair) int {
		if d := len(b.from) - len(a.from); d != 0 {
			return d
		}
		return strings.Compare(a.from+"\x00"+a.to, b.from+"\x00"+b.to)
	})
	args := make([]string, 0, 2*len(list))
	for _, p := range list {
		args = append(args, p.from, p.to)
	}
	return strings.NewReplacer(args...)
}

// rename changes the words of an entry; it is then for reading only, its digest
// does not fit any more.
func (n *names) rename(e *timeline.Entry) {
	if len(e.TextBytes) == 0 {
		return
	}
	t := e.Fields()
	for k, v := range t {
		if role, ok := n.whole[strings.TrimSpace(v)]; ok {
			t[k] = role
			continue
		}
		t[k] = n.words.Replace(v)
	}
	if t["actor_name"] != "" && n.of(e.Actor) != "" {
		t["actor_name"] = n.of(e.Actor)
	}
	if b, err := json.Marshal(t); err == nil {
		e.TextBytes = b
	}
}

// site is the site with its people named by role.
func (n *names) site(s *incident.Site) *incident.Site {
	out, dir := *s, *s.Directory
	dir.People = slices.Clone(dir.People)
	for i := range dir.People {
		p := &dir.People[i]
		p.Name, p.NameEN, p.Title, p.Org, p.Reach = n.roles[p.ID], n.english[p.ID], "", "", nil
	}
	for _, id := range slices.Sorted(maps.Keys(n.roles)) {
		if _, ok := dir.Person(id); !ok {
			dir.People = append(dir.People, directory.Person{ID: id, Name: n.roles[id], NameEN: n.english[id]})
		}
	}
	out.Directory = &dir
	return &out
}
