package incident

import (
	"fmt"
	"time"

	"irbot/internal/timeline"
)

func applyRun(s *Incident, e *timeline.Entry) {
	switch e.Kind {
	case KindRunStarted:
		applyStarted(s, e)
	case KindPhaseEnd:
		f := decode[phaseEndFacts](e)
		if r := s.Run(f.Run); r != nil {
			for i := range r.Phases {
				if r.Phases[i].No == f.Phase {
					r.Phases[i].Ended = true
				}
			}
			s.Phase = fmt.Sprintf("%s/%d", f.Run, f.Phase)
			s.postAll(e, fmt.Sprintf("phase/%d", e.Seq))
		}
	case KindStepAdded:
		applyAdded(s, e)
	}
}

func applyAdded(s *Incident, e *timeline.Entry) {
	f := decode[stepFacts](e)
	r := s.Run(f.Run)
	if r == nil || s.Step(f.Step) != nil {
		return
	}
	key := f.Step
	if len(key) > len(f.Run)+1 {
		key = key[len(f.Run)+1:]
	}
	r.insert(&Step{StepFacts: StepFacts{Key: key, N: f.N, Phase: f.Phase}, Ref: f.Step, State: StepOpen, Added: e.Seq})
	s.NextStep = max(s.NextStep, f.N+1)
}

func applyStep(s *Incident, e *timeline.Entry) {
	f := decode[stepFacts](e)
	st := s.Step(f.Step)
	if st == nil {
		return
	}
	person := f.Person
	if person == "" {
		person = e.Actor
	}
	switch e.Kind {
	case KindStepTaken:
		st.Holder, st.TakenAt = person, e.HappenedAt
		if st.State == StepOpen {
			st.State = StepTaken
		}
		s.remember(e, st.Ref)
	case KindStepDone:
		if st.Two && st.First == "" {
			st.State, st.First, st.CloseSeq = StepSecond, e.Actor, e.Seq
		} else {
			finish(s, st, e)
		}
		s.remember(e, st.Ref)
	case KindStepSecond:
		seq := st.CloseSeq
		finish(s, st, e)
		st.CloseSeq, st.Sealed = seq, e.Seq
	case KindStepBlocked:
		st.State, st.BlockSeq, st.BlockedAt = StepBlocked, e.Seq, e.HappenedAt
		s.postAll(e, fmt.Sprintf("blocked/%d", e.Seq))
		s.remember(e, st.Ref)
	case KindStepFreed:
		st.State, st.BlockSeq, st.BlockedAt = StepOpen, 0, time.Time{}
		if st.Holder != "" {
			st.State = StepTaken
		}
		if st.First != "" {
			st.State = StepSecond
		}
	case KindStepSkipped:
		closeStep(st, StepSkipped, e)
		s.unanswered(st, e)
		s.remember(e, st.Ref)
	case KindStepNA:
		closeStep(st, StepNA, e)
	case KindStepReopened:
		s.takeBack(st)
	case KindStepOverdue:
		st.Overdue = true
		s.postAll(e, fmt.Sprintf("overdue/%d", e.Seq))
	case KindStepExtended:
		st.Due, st.Overdue, st.Extended = f.Due.time(), false, true
	case KindStepReminded:
		if f.Timer > 0 {
			st.Nags = nagged(st.Nags, f.Timer-1, e.RecordedAt)
		} else {
			st.Nagged = e.RecordedAt
		}
		s.postAll(e, fmt.Sprintf("remind/%d", e.Seq))
	}
}

// unanswered makes the steps of all answers of a decision that was passed over
// not apply: each belongs to an answer, and none was chosen.
func (s *Incident) unanswered(st *Step, e *timeline.Entry) {
	r := s.runOf(st.Ref)
	if r == nil || len(st.Branches) == 0 || st.Book != "" {
		return
	}
	for _, x := range r.Steps {
		if x.Of != "" && x.Book == "" && !x.Closed() && keyOf(x.Of) == st.Key {
			closeStep(x, StepNA, e)
		}
	}
}

func closeStep(st *Step, state StepState, e *timeline.Entry) {
	st.State, st.By, st.ClosedAt, st.CloseSeq, st.BlockSeq, st.BlockedAt = state, e.Actor, e.HappenedAt, e.Seq, 0, time.Time{}
}

func reopen(st *Step) {
	st.State = StepOpen
	if st.Holder != "" {
		st.State = StepTaken
	}
	st.By, st.First, st.ClosedAt, st.CloseSeq, st.Sealed, st.BlockSeq = "", "", time.Time{}, 0, 0, 0
	st.CurrentAt, st.Overdue, st.Extended, st.Climbing = time.Time{}, false, false, false
	if st.Anchor == "" || st.Anchor == "current" {
		st.Due = time.Time{}
	}
	st.Round++
}

// takeBack reopens a step and everything that did not apply because of how it
// was closed: the steps of the answers that were not chosen, and those a jump
// passed over. Its run goes on; that its phase was announced as complete stays.
func (s *Incident) takeBack(st *Step) {
	by := st.CloseSeq
	if st.Sealed != 0 {
		by = st.Sealed
	}
	cause := st.State == StepDone || st.State == StepSkipped // what does not apply made nothing so
	reopen(st)
	r := s.runOf(st.Ref)
	if r == nil {
		return
	}
	r.Ended = false
	for _, x := range r.Steps {
		if cause && x.State == StepNA && x.CloseSeq == by && x.Book == "" {
			reopen(x)
		}
	}
}

// Closed reports whether nothing more is to be done on the step.
func (st *Step) Closed() bool {
	return st.State == StepDone || st.State == StepSkipped || st.State == StepNA
}

// remember keeps the act so that its author can withdraw it for two minutes.
func (s *Incident) remember(e *timeline.Entry, step string) {
	if e.Actor != timeline.System {
		s.Last[e.Actor] = Undoable{Seq: e.Seq, At: e.RecordedAt, Step: step, Kind: string(e.Kind)}
	}
}

func applyUndone(s *Incident, e *timeline.Entry) {
	f := decode[entryFacts](e)
	s.mark(f.Entry).Struck = e.Seq
	delete(s.Last, e.Actor)
	if st := s.Step(f.Step); st != nil {
		if f.Reason == string(KindStepTaken) {
			st.Holder, st.TakenAt, st.State = "", time.Time{}, StepOpen
			return
		}
		round, current, due := st.Round, st.CurrentAt, st.Due
		s.takeBack(st)
		st.Round, st.CurrentAt, st.Due = round, current, due
	}
}

func (r *Run) index(key string) int {
	for i, st := range r.Steps {
		if st.Key == key && st.Book == "" {
			return i
		}
	}
	return -1
}

// Currents are the steps that are to be worked on now: in each phase that is
// open the first one left, and the parallel ones that stand before it. A blocked
// step is passed over while another one can go first.
func (r *Run) Currents() []*Step {
	var out []*Step
	open := false
	for i := range r.Phases {
		p := &r.Phases[i]
		if open && !p.Parallel && !p.Forced {
			break
		}
		cur, left := r.currentOf(p.No)
		open = open || left
		out = append(out, cur...)
	}
	return out
}

// currentOf also tells whether a step is left that the next phase must wait
// for. A parallel step holds nothing up: a status report every 30 minutes stays
// open to the end.
func (r *Run) currentOf(phase int) (cur []*Step, left bool) {
	var blocked *Step
	for _, st := range r.Steps {
		if st.Phase != phase || st.Closed() {
			continue
		}
		if st.Parallel {
			cur = append(cur, st)
			continue
		}
		left = true
		if st.State != StepBlocked {
			return append(cur, st), true
		}
		if blocked == nil {
			blocked = st
		}
	}
	if blocked != nil && len(cur) == 0 {
		cur = append(cur, blocked)
	}
	return cur, left
}

// settle keeps what follows from the fold: which steps have become current,
// when they are due, and which runs have ended.
func settle(s *Incident, e *timeline.Entry) {
	for _, r := range s.Runs {
		if r.Ended {
			continue
		}
		again := moves(e.Kind)
		cur := r.Currents()
		r.Ended = len(cur) == 0
		for _, st := range cur {
			if !st.CurrentAt.IsZero() {
				continue
			}
			st.CurrentAt, again = e.RecordedAt, true
			if ph := r.phase(st.Phase); ph != nil && ph.Started.IsZero() {
				ph.Started = e.RecordedAt
			}
			if s.Status != Closed {
				s.postAll(e, "step/"+st.Ref)
			}
		}
		if again {
			r.dues(s, e)
		}
	}
}

func (r *Run) phase(no int) *Phase {
	for i := range r.Phases {
		if r.Phases[i].No == no {
			return &r.Phases[i]
		}
	}
	return nil
}
