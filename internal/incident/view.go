package incident

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// View is a state with the words that belong to it, ready to be shown.
type View struct {
	S     *Incident
	Site  *Site
	Now   time.Time
	Head  timeline.Position // where the record stands with S; the zero value where nobody asked
	texts map[int64]timeline.Text
	books map[string]*runbook.Runbook
}

// NewView puts a view together from its parts; tests and renderers use it.
func NewView(s *Incident, site *Site, now time.Time, texts map[int64]timeline.Text, books map[string]*runbook.Runbook) *View {
	return &View{S: s, Site: site, Now: now, texts: texts, books: books}
}

// Text gives the words of an entry; empty if it has none or they were erased.
func (v *View) Text(seq int64) timeline.Text {
	if t := v.texts[seq]; t != nil {
		return t
	}
	return timeline.Text{}
}

// Title is the incident's title.
func (v *View) Title() string { return v.Text(v.S.TitleSeq)["title"] }

// Person is a person's name in the wanted language ("ja" or "en").
func (v *View) Person(id, lang string) string {
	p, ok := v.Site.Directory.Person(id)
	switch {
	case !ok:
		return cmp.Or(v.S.called(id, v.Text), id)
	case lang == "en" && p.NameEN != "":
		return p.NameEN
	}
	return p.Name
}

// People are the persons whom the targets of a level (role:ciso, duty:primary …)
// reach now, in order.
func (v *View) People(targets []string) []string { return v.Site.people(targets, v.S, v.Now) }

// Role is a role's name in the wanted language.
func (v *View) Role(id, lang string) string {
	r, ok := v.Site.Directory.Role(id)
	switch {
	case !ok:
		return id
	case lang == "en" && r.NameEN != "":
		return r.NameEN
	}
	return r.Name
}

// Dest is a destination's name in the wanted language.
func (v *View) Dest(id, lang string) string {
	d, ok := v.Site.Directory.Destination(id)
	switch {
	case !ok:
		return id
	case lang == "en" && d.NameEN != "":
		return d.NameEN
	}
	return d.Name
}

// Book is the pinned runbook of a run; nil if it cannot be read any more.
func (v *View) Book(run string) *runbook.Runbook {
	if r := v.S.Run(run); r != nil {
		return v.books[r.Hash]
	}
	return nil
}

// Wants reports what the runbook demands of a step and is not there yet: a kept
// file, and a typed value of a certain kind, such as a number.
func (v *View) Wants(st *Step) (file, value bool) {
	src := v.Source(st)
	if src == nil {
		return false, false
	}
	for _, d := range runbook.Demands(src.Evidence) {
		file = file || d.Kept && len(st.Kept) == 0
		value = value || d.Number || d.Pattern != "" || d.Container
	}
	return file, value
}

// Source is the runbook's text for a step; nil for steps added on the spot.
func (v *View) Source(st *Step) *runbook.Step {
	r := v.S.runOf(st.Ref)
	if r == nil {
		return nil
	}
	hash := r.Hash
	if st.Book != "" {
		hash = st.Book
	}
	if b := v.books[hash]; b != nil {
		return sourceIn(b, st)
	}
	return nil
}

// StepTitle is the title of a step.
func (v *View) StepTitle(st *Step) string {
	if x := v.Source(st); x != nil {
		return x.Title
	}
	return v.Text(st.Added)["title"]
}

// PhaseTitle is the title of a phase of a run.
func (v *View) PhaseTitle(run string, no int) string {
	if p := v.Book(run).Phase(no); p != nil {
		return p.Title
	}
	return ""
}

// RunTitle is the title of the runbook of a run.
func (v *View) RunTitle(run string) string {
	if r := v.S.Run(run); r != nil {
		return v.Text(r.Seq)["title"]
	}
	return ""
}

// refs are the entries whose words are needed to show the state.
func (s *Incident) refs() []int64 {
	out := []int64{s.TitleSeq, s.ReportSeq, s.DeclareSeq, s.lastFull()}
	for _, r := range s.Runs {
		out = append(out, r.Seq, r.KeptSeq)
		for _, x := range r.Versions {
			out = append(out, x.Seq)
		}
		for _, st := range r.Steps {
			out = append(out, st.CloseSeq, st.BlockSeq, st.Added)
		}
	}
	for _, c := range s.Cautions {
		out = append(out, c.Seq)
	}
	for _, d := range s.Decisions {
		out = append(out, d.Seq, d.MadeSeq)
		out = append(out, d.Objected...)
		out = append(out, d.Asked...)
	}
	for _, n := range s.Notices {
		out = append(out, n.Seq, n.DoneSeq, n.ApproveSeq)
		out = append(out, n.Phoned...)
		out = append(out, n.Receipts...)
	}
	out = append(out, s.factRefs()...)
	for _, d := range s.Duties {
		out = append(out, d.Seq, d.NASeq, d.MetSeq, d.CheckSeq)
	}
	for _, m := range s.MomentSets {
		out = append(out, m.Seq)
	}
	for _, r := range s.Reports {
		out = append(out, r.Seq)
	}
	for _, h := range s.Handovers {
		out = append(out, h.Seq)
	}
	out = append(out, s.ladderRefs()...)
	for _, x := range s.Erasures {
		out = append(out, x.Seq, x.EndSeq)
	}
	out = append(append(out, s.CloseSeq), s.Review.refs()...)
	for _, x := range s.Custody {
		out = append(out, x.Seq, x.EndSeq)
	}
	for _, x := range s.Standing.Changes {
		out = append(out, x.Seq)
	}
	for _, x := range s.Standing.Handovers {
		out = append(out, x.Seq)
	}
	for _, e := range s.Evidence {
		out = append(out, e.Seq)
	}
	for _, l := range s.Lists {
		out = append(out, l.Seq)
	}
	for _, m := range s.Messages {
		if m.State == Failed || m.State == Unconfirmed {
			out = append(out, m.Proof)
		}
	}
	for id, seq := range s.People {
		if strings.HasPrefix(id, "guest:") {
			out = append(out, seq)
		}
	}
	out = append(out, s.Continuity.refs()...)
	out = append(out, s.OpenSeqs()...)
	slices.Sort(out)
	out = slices.Compact(out)
	if len(out) > 0 && out[0] == 0 {
		out = out[1:]
	}
	return out
}

func (s *Incident) ladderRefs() (out []int64) {
	for _, e := range s.Escalations {
		out = append(out, e.Seq, e.AckSeq)
		out = append(out, e.AckSeqs...)
		for _, g := range e.Paged {
			if len(g.People) == 0 { // whom it was for stands in its words
				out = append(out, g.Seq)
			}
		}
	}
	return out
}
