package incident

import (
	"fmt"
	"slices"
	"time"

	"irbot/internal/timeline"
)

// applyStarted lays a run out as the runbook had it at that moment.
func applyStarted(s *Incident, e *timeline.Entry) {
	f := decode[runFacts](e)
	r := &Run{ID: f.Run, Runbook: f.Runbook, Hash: f.Hash, Seq: e.Seq, At: e.RecordedAt, Calendar: Calendar{Known: f.Days, ZoneS: f.ZoneS, Off: f.Off}}
	for _, p := range f.Phases {
		r.Phases = append(r.Phases, Phase{No: p.No, Parallel: p.Parallel, PhaseClock: p.PhaseClock})
		for _, st := range p.Steps {
			st.Phase = p.No
			r.Steps = append(r.Steps, &Step{StepFacts: st, Ref: f.Run + "/" + st.Key, State: StepOpen})
			s.NextStep = max(s.NextStep, st.N+1)
		}
	}
	s.Runs = append(s.Runs, r)
}

// applyPhase folds what happens to a phase as a whole.
func applyPhase(s *Incident, e *timeline.Entry) {
	f := decode[phaseActFacts](e)
	r := s.Run(f.Run)
	if r == nil {
		return
	}
	p := r.phase(f.Phase)
	if p == nil {
		return
	}
	switch e.Kind {
	case KindPhaseOpened:
		p.Opened = true
		if p.Started.IsZero() { // nothing to tell where the phase is under way
			s.postAll(e, fmt.Sprintf("opened/%d", e.Seq))
		}
	case KindPhaseStarted:
		p.Forced, p.Opened = true, true
	case KindPhaseOverdue:
		p.Overdue = true
		s.postAll(e, fmt.Sprintf("late/%d", e.Seq))
	case KindPhaseReminded:
		p.Nags = nagged(p.Nags, f.Timer-1, e.RecordedAt)
		s.postAll(e, fmt.Sprintf("round/%d", e.Seq))
	}
}

// nagged gives a fresh list in which reminder i was at t: the old one may be
// shared with an earlier state.
func nagged(old []time.Time, i int, t time.Time) []time.Time {
	if i < 0 || i > 100 {
		return old
	}
	out := slices.Clone(old)
	for len(out) <= i {
		out = append(out, time.Time{})
	}
	out[i] = t
	return out
}

// dueOf is when a timer rings next, counted from when it began or rang last.
func (c Calendar) dueOf(t TimerFacts, began time.Time, nags []time.Time, i int) time.Time {
	from := began
	if i < len(nags) && !nags[i].IsZero() {
		from = nags[i]
	}
	switch {
	case from.IsZero():
		return time.Time{}
	case t.At != "":
		return c.next(from, t.At)
	case t.EveryS > 0:
		return from.Add(time.Duration(t.EveryS) * time.Second)
	}
	return time.Time{}
}

func applyArmed(s *Incident, e *timeline.Entry) {
	f := decode[armedFacts](e)
	st := s.Step(f.Step)
	if st == nil {
		r := s.Run(f.Run)
		if r == nil || len(f.Step) <= len(f.Run)+1 {
			return
		}
		st = r.insert(&Step{StepFacts: StepFacts{Key: f.Step[len(f.Run)+1:], N: f.N, Phase: f.Phase}, Ref: f.Step, State: StepOpen})
		s.NextStep = max(s.NextStep, f.N+1)
	}
	if st.Closed() {
		return
	}
	st.Branches, st.Armed, st.Value, st.Evidence = f.Branches, f.Choice, false, false
	s.postAll(e, "step/"+st.Ref)
}

// insert puts a step at the end of its phase.
func (r *Run) insert(st *Step) *Step {
	at := len(r.Steps)
	for i, x := range r.Steps {
		if x.Phase > st.Phase {
			at = i
			break
		}
	}
	r.Steps = slices.Insert(r.Steps, at, st)
	r.Ended = false
	if p := r.phase(st.Phase); p != nil {
		p.Ended = false
	}
	return st
}
