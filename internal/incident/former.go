package incident

import (
	"slices"
	"strings"

	"irbot/internal/directory"
	"irbot/internal/timeline"
)

// called finds what the record calls somebody whom the directory does not name
// (any more): by his own entries, by a role he was given, or by a ladder that
// paged him. It is "" where no entry has his name, or it was erased.
func (s *Incident) called(id string, text func(seq int64) timeline.Text) string {
	if seq := s.People[id]; seq > 0 {
		if n := text(seq)["actor_name"]; n != "" {
			return n
		}
	}
	for _, h := range s.Roles {
		if h.Person == id {
			if n := text(h.Seq)["person_name"]; n != "" {
				return n
			}
		}
	}
	for _, e := range s.Escalations {
		if e.Holder == id {
			if n := text(e.Seq)["holder_name"]; n != "" {
				return n
			}
		}
		for _, g := range e.Paged {
			i := slices.Index(g.People, id)
			if i < 0 {
				continue
			}
			if names := strings.Split(text(g.Seq)["names"], "、"); len(names) == len(g.People) {
				return names[i]
			}
		}
	}
	return ""
}

// former are those who were paged or have a role and whom the directory does not
// name, each with the entry in which they are named.
func (s *Incident) former(d *directory.Directory) map[string]int64 {
	out := map[string]int64{}
	add := func(id string, seq int64) {
		if _, ok := d.Person(id); !ok && id != "" && id != timeline.System {
			out[id] = seq
		}
	}
	for _, e := range s.Escalations {
		add(e.Holder, e.Seq)
		for _, g := range e.Paged {
			for _, id := range g.People {
				add(id, g.Seq)
			}
		}
	}
	for _, h := range s.Roles {
		add(h.Person, h.Seq)
	}
	for id, seq := range s.People {
		add(id, seq)
	}
	return out
}

// Former names, as the record does, those who took part, were paged or have a
// role and whom the directory does not name (any more). text gives the words of
// an entry; whose name was erased is left out.
func (s *Incident) Former(d *directory.Directory, text func(seq int64) timeline.Text) map[string]string {
	out := map[string]string{}
	for id := range s.former(d) {
		if n := s.called(id, text); n != "" {
			out[id] = n
		}
	}
	return out
}

// wordsFor are the entries whose words a view shows: those of the state, and
// those that name somebody who is not in the directory any more.
func (s *Incident) wordsFor(d *directory.Directory) []int64 {
	out := s.refs()
	for _, seq := range s.former(d) {
		out = append(out, seq)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// silent is who has the duty that a ladder passes to a deputy, if he was paged
// and has not answered: whoever has it now or, where nobody has it any more, who
// had it when the ladder began. "" for nobody.
func (c *call) silent(esc *Escalation, deputy string) string {
	holders := c.site.people([]string{"role:" + esc.Succession}, c.s, c.now)
	if len(holders) == 0 && esc.Holder != "" {
		holders = []string{esc.Holder} // taken out of the directory while he was waited for
	}
	if len(holders) == 0 || contains(holders, deputy) {
		return ""
	}
	paged := slices.ContainsFunc(esc.Paged, func(p Paging) bool { return contains(p.People, holders[0]) })
	answered := slices.ContainsFunc(holders, func(id string) bool { return contains(esc.Acks, id) || contains(esc.Excused, id) })
	if !paged || answered {
		return ""
	}
	return holders[0]
}

// returnsTo is who gets a passed duty back: whose it was or, where the directory
// gives it to somebody else by now, that person. "" where it gives it to nobody.
func (c *call) returnsTo(role string, h Holder) string {
	holders := c.site.Directory.HolderIDs(role)
	if _, known := c.site.Directory.Person(h.For); known && (h.Given || contains(holders, h.For)) {
		return h.For
	}
	if len(holders) > 0 {
		return holders[0]
	}
	return ""
}
