package incident

import (
	"maps"
	"slices"
)

// Clone copies the state so that the copy can be changed by Apply while others
// read the original. Slices that are only ever appended to as a whole value are
// shared up to their length.
func (s *Incident) Clone() *Incident {
	c := *s
	c.Announce, c.Askings = slices.Clip(s.Announce), slices.Clip(s.Askings)
	c.Surfaces, c.Impact, c.Linked = slices.Clip(s.Surfaces), slices.Clip(s.Impact), slices.Clip(s.Linked)
	c.MomentSets = slices.Clip(s.MomentSets)
	c.Evidence, c.Files = slices.Clip(s.Evidence), maps.Clone(s.Files)
	c.Rows, c.Lists = slices.Clip(s.Rows), slices.Clip(s.Lists)
	c.Channels, c.Roles, c.Posts, c.Kept = maps.Clone(s.Channels), maps.Clone(s.Roles), maps.Clone(s.Posts), maps.Clone(s.Kept)
	c.Lost, c.LostSeq, c.Figures = maps.Clone(s.Lost), maps.Clone(s.LostSeq), maps.Clone(s.Figures)
	c.Alerts = maps.Clone(s.Alerts)
	c.Last, c.People = maps.Clone(s.Last), maps.Clone(s.People)
	c.Marks = s.Marks.clone() // marks are replaced, never changed
	c.Cautions, c.Duties, c.Reports, c.Handovers = copies(s.Cautions), copies(s.Duties), copies(s.Reports), copies(s.Handovers)
	c.Decisions, c.Escalations, c.Notices, c.Messages = copies(s.Decisions), copies(s.Escalations), copies(s.Notices), copies(s.Messages)
	for _, m := range c.Messages {
		m.Heard = slices.Clip(m.Heard)
	}
	for _, d := range c.Decisions {
		d.Objected, d.Asked = slices.Clip(d.Objected), slices.Clip(d.Asked)
	}
	for _, e := range c.Escalations {
		e.Paged, e.Asked = slices.Clip(e.Paged), slices.Clip(e.Asked)
		e.Dials = slices.Clone(e.Dials) // their elements change
		e.Acks, e.AckSeqs, e.Excused = slices.Clip(e.Acks), slices.Clip(e.AckSeqs), slices.Clip(e.Excused)
	}
	for _, n := range c.Notices {
		n.Authors, n.Phoned, n.Receipts, n.Messages = slices.Clip(n.Authors), slices.Clip(n.Phoned), slices.Clip(n.Receipts), slices.Clip(n.Messages)
	}
	c.Continuity = s.Continuity.clone()
	c.Facts, c.Consents = maps.Clone(s.Facts), slices.Clip(s.Consents) // the lists in a fact are replaced, never changed
	for _, n := range c.Notices {
		n.Allowed = slices.Clip(n.Allowed)
	}
	c.Erasures, c.Erased = copies(s.Erasures), slices.Clip(s.Erased)
	c.Custody, c.Review = copies(s.Custody), s.Review.clone()
	c.Standing = s.Standing.clone()
	c.Runs = copies(s.Runs)
	for _, r := range c.Runs {
		r.Phases, r.Steps = slices.Clone(r.Phases), copies(r.Steps)
		for _, st := range r.Steps {
			st.Kept, st.Informed = slices.Clip(st.Kept), slices.Clip(st.Informed)
		}
	}
	return &c
}

func copies[T any](in []*T) []*T {
	out := make([]*T, len(in))
	block := make([]T, len(in))
	for i, v := range in {
		block[i] = *v
		out[i] = &block[i]
	}
	return out
}
