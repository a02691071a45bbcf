package incident

import "slices"

// meansInTurn gives whom a level pages and by what. Who was paged on this ladder before
// and stayed silent is tried first by the means that was tried least: a mail that
// was taken and read by nobody does not wake anybody the second time either.
func (c *call) meansInTurn(esc *Escalation, people []string) []pageTo {
	out := c.pageTo(people)
	for i, to := range out {
		used := c.s.carriedBy(esc, to.Person)
		slices.SortStableFunc(out[i].Means, func(a, b string) int { return used[a] - used[b] })
	}
	return out
}

// toDial lists who of a page has to be rung by hand: who has no means that irbot
// carries, and who stayed silent on every one of them.
func (c *call) toDial(esc *Escalation, to []pageTo) []string {
	out := unreached(to)
	for _, t := range to {
		used := c.s.carriedBy(esc, t.Person)
		if slices.ContainsFunc(t.Means, func(m string) bool { return used[m] == 0 }) || esc.dial(t.Person) != nil {
			continue
		}
		out = appendOnce(out, t.Person)
	}
	return out
}

// carriedBy counts the pages of a ladder that each means carried to a person, or
// was tried for, since the ladder was last begun.
func (s *Incident) carriedBy(esc *Escalation, person string) map[string]int {
	used := map[string]int{}
	for _, m := range s.Messages {
		if m.Kind != "page" || m.Esc != esc.ID || m.Person != person || m.Seq < esc.Resumed {
			continue
		}
		for i, means := range m.Means {
			if i < m.Index || i == m.Index && m.Try > 0 {
				used[means]++
			}
		}
	}
	return used
}
