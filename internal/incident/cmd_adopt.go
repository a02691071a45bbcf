package incident

import (
	"fmt"
	"slices"

	"irbot/internal/bookdiff"
	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// AdoptRun makes a run follow its runbook as the file is now. Done stays done,
// steps that are gone and were open do not apply any more, new ones appear.
type AdoptRun struct {
	Run    string `json:"run"`
	Hash   string `json:"hash"`   // of the file as it was shown to the person
	Reason string `json:"reason"` // why it is followed from now on
}

// KeepRun says that a changed file was looked at and is not followed.
type KeepRun struct {
	Run    string `json:"run"`
	Hash   string `json:"hash"`
	Reason string `json:"reason"`
}

// Name implements Command.
func (AdoptRun) Name() string { return "run.adopt" }
func (AdoptRun) class() Class { return MayLead }

// Name implements Command.
func (KeepRun) Name() string { return "run.keep" }
func (KeepRun) class() Class { return MayLead }

// reread looks at the files again: a decision about a changed one is about what
// it is at this moment, not about what was read seconds ago.
func (s *Site) reread() {
	if s.Reread != nil {
		s.Reread()
	}
}

// Current is the file a pinned runbook has become; nil where there is none, or
// where it is the same. The language of the pinned one is kept.
func (s *Site) Current(pinned *runbook.Runbook) *runbook.Runbook {
	if pinned == nil || s.Runbooks == nil || s.Runbook == nil {
		return nil
	}
	var other *runbook.Runbook
	for _, id := range s.Runbooks() {
		b, ok := s.Runbook(id)
		if !ok || b.ID != pinned.ID && (asciiID(b.ID, b.Hash) == b.ID || b.File != pinned.File) {
			continue
		}
		if b.Hash == pinned.Hash {
			return nil
		}
		if b.Language == pinned.Language && !b.Reference {
			other = b
		}
	}
	return other
}

// Changed is the file of a run as it is now, where it changed since the run
// began and nobody has decided about it yet; nil otherwise.
func (v *View) Changed(run string) *runbook.Runbook {
	r := v.S.Run(run)
	if r == nil || r.Ended || v.S.Status == Closed {
		return nil
	}
	b := v.Site.Current(v.books[r.Hash])
	if b == nil || b.Hash == r.Kept {
		return nil
	}
	return b
}

// changed checks that what the person saw is what the file is.
func (c *call) changed(run, hash, reason string) (*Run, *runbook.Runbook, error) {
	r := c.s.Run(run)
	if r == nil || r.Ended {
		return nil, nil, refuse("run.unknown", "run", run)
	}
	old := c.book(r.Hash)
	c.site.reread()
	b := c.site.Current(old)
	if b == nil {
		return nil, nil, refuse("run.unchanged", "run", run)
	}
	if hash != b.Hash {
		return nil, nil, refuse("run.moved_on", "run", run)
	}
	if Clean(reason) == "" {
		return nil, nil, refuse("input.missing", "field", "reason")
	}
	return r, b, nil
}

func (x KeepRun) decide(c *call) (Change, error) {
	r, b, err := c.changed(x.Run, x.Hash, x.Reason)
	if err != nil {
		return Change{}, err
	}
	return one(c.draft(KindRunKept, keptFacts{Run: r.ID, Hash: b.Hash}, "reason", Clean(x.Reason), "title", b.Title, "version", b.Version)), nil
}

func (x AdoptRun) decide(c *call) (Change, error) {
	r, b, err := c.changed(x.Run, x.Hash, x.Reason)
	if err != nil {
		return Change{}, err
	}
	was := bookdiff.Match(c.book(r.Hash), b)
	f := adoptFacts{Run: r.ID, Hash: b.Hash, From: r.Hash}
	n := c.s.NextStep
	numbers := map[string]int{}
	for _, st := range r.Steps {
		if st.Book == "" {
			numbers[st.Key] = st.N
		}
	}
	f.Phases = c.phases(b, r.prepared(c.book(r.Hash)), func(st *runbook.Step) int {
		if old, ok := numbers[was[st.Key]]; ok && was[st.Key] != "" {
			return old
		}
		n++
		return n - 1
	})
	counts := bookdiff.Count(bookdiff.Steps(c.book(r.Hash), b))
	taken := map[string]bool{}
	for i := range f.Phases {
		for j := range f.Phases[i].Steps {
			st := &f.Phases[i].Steps[j]
			if k := r.index(was[st.Key]); was[st.Key] != "" && k >= 0 && !taken[was[st.Key]] {
				taken[was[st.Key]], st.Was = true, r.Steps[k].Ref
			}
		}
	}
	f.Keep = stillStated(r, c.book(r.Hash), b)
	f.Off, f.ZoneS, f.Days = c.calendar(f.Phases)
	words := fmt.Sprintf("+%d -%d ~%d", counts.Added, counts.Removed, counts.Changed)
	d := c.draft(KindRunAdopted, f, "reason", Clean(x.Reason), "title", b.Title, "version", b.Version, "changes", words)
	ch := Change{Entries: []timeline.Draft{d}, Blobs: []Blob{{Hash: b.Hash, Data: b.Source}}}
	ch.Outcome = Outcome{Code: "run.adopted", Ref: r.ID, Args: map[string]string{
		"added": fmt.Sprint(counts.Added), "removed": fmt.Sprint(counts.Removed), "changed": fmt.Sprint(counts.Changed),
	}}
	return ch, nil
}

// stillStated are the decisions opened from the text of a phase or of the
// document that the changed file states at the same place.
func stillStated(r *Run, was, now *runbook.Runbook) []string {
	var out []string
	for _, st := range r.Steps {
		if st.Book != "" || st.Armed == 0 || was == nil {
			continue
		}
		a, b := phaseChoice(was, st), phaseChoice(now, st)
		if a != nil && b != nil && a.Question == b.Question && len(a.Branches) == len(b.Branches) {
			out = append(out, st.Ref)
		}
	}
	return out
}

// prepared reports whether a run includes its phases of preparation.
func (r *Run) prepared(b *runbook.Runbook) bool {
	if b == nil {
		return false
	}
	return slices.ContainsFunc(b.Phases, func(p runbook.Phase) bool { return p.Kind == "prepare" && r.phase(p.No) != nil })
}

// applyAdopted gives a run its new shape.
func applyAdopted(s *Incident, e *timeline.Entry) {
	if e.Kind == KindRunKept {
		f := decode[keptFacts](e)
		if r := s.Run(f.Run); r != nil {
			r.Kept, r.KeptSeq = f.Hash, e.Seq
		}
		return
	}
	f := decode[adoptFacts](e)
	r := s.Run(f.Run)
	if r == nil || len(f.Phases) == 0 {
		return
	}
	phases, fresh := r.reshape(f)
	for _, st := range fresh {
		s.NextStep = max(s.NextStep, st.N+1)
	}
	left := r.leave(fresh, f, e)
	r.Versions = append(slices.Clip(r.Versions), Version{Hash: r.Hash, Seq: e.Seq})
	r.Hash, r.Kept, r.Ended, r.Phases, r.Steps = f.Hash, "", false, phases, nil
	r.Calendar = Calendar{Known: f.Days, ZoneS: f.ZoneS, Off: f.Off}
	for _, p := range phases {
		for _, list := range [][]*Step{fresh, left} {
			for _, st := range list {
				if st.Phase == p.No {
					r.Steps = append(r.Steps, st)
				}
			}
		}
	}
	for i := range r.Phases {
		p := &r.Phases[i]
		p.Ended = p.Ended && r.nothingLeft(p.No)
	}
	s.postAll(e, fmt.Sprintf("adopted/%d", e.Seq))
}

// reshape lays the new phases and steps out; what was there before keeps its
// state, its reference and its printed number.
func (r *Run) reshape(f adoptFacts) ([]Phase, []*Step) {
	var phases []Phase
	var steps []*Step
	refs := map[string]*Step{}
	for _, st := range r.Steps {
		refs[st.Ref] = st
	}
	for _, pf := range f.Phases {
		p := Phase{No: pf.No, Parallel: pf.Parallel}
		if old := r.phase(pf.No); old != nil {
			p = *old
			p.Parallel = pf.Parallel
		}
		p.PhaseClock = pf.PhaseClock
		phases = append(phases, p)
		for _, sf := range pf.Steps {
			sf.Phase = pf.No
			st := &Step{State: StepOpen, Ref: f.Run + "/" + sf.Key}
			if old := refs[sf.Was]; sf.Was != "" && old != nil {
				*st = *old
				delete(refs, sf.Was)
				if old.Armed > 0 {
					sf.Branches = old.Branches
				}
			}
			st.StepFacts = sf
			steps = append(steps, st)
		}
	}
	r.name(steps, f.Hash)
	return phases, steps
}

// name gives new steps a reference that no step of the run ever had.
func (r *Run) name(steps []*Step, hash string) {
	used := map[string]bool{}
	for _, st := range r.Steps {
		used[st.Ref] = true
	}
	for _, st := range steps {
		if st.Was != "" {
			continue
		}
		if used[st.Ref] {
			st.Ref += "+" + hash[:min(8, len(hash))]
		}
		used[st.Ref] = true
	}
}

// leave keeps the steps that are not in the new file: what was added on the
// spot goes on, and so does a decision opened from words that still stand;
// what else was open does not apply any more.
func (r *Run) leave(fresh []*Step, f adoptFacts, e *timeline.Entry) []*Step {
	kept := map[string]bool{}
	for _, st := range fresh {
		kept[st.Ref] = true
	}
	last := f.Phases[len(f.Phases)-1].No
	var out []*Step
	for _, st := range r.Steps {
		if kept[st.Ref] {
			continue
		}
		if !slices.ContainsFunc(f.Phases, func(p phaseFacts) bool { return p.No == st.Phase }) {
			st.Phase = last
		}
		if st.Added == 0 && st.Book == "" && !slices.Contains(f.Keep, st.Ref) {
			st.Book = r.Hash
			if !st.Closed() {
				closeStep(st, StepNA, e)
			}
		}
		out = append(out, st)
	}
	return out
}
