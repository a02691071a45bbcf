package incident

import (
	"time"

	"irbot/internal/timeline"
)

// moves tells the entries after which limits may have another base: a moment
// was established, a step was closed, a run began or changed.
func moves(k timeline.Kind) bool {
	switch k {
	case KindRunStarted, KindRunAdopted, KindMoment, KindDeclared, KindStepDone, KindStepSecond, KindStepSkipped, KindStepNA,
		KindStepReopened, KindDecisionMade, KindPhaseStarted, KindUndone:
		return true
	}
	return false
}

// dues works out again every limit of a run that may have moved.
func (r *Run) dues(s *Incident, e *timeline.Entry) {
	for i := range r.Phases {
		r.phaseDue(s, &r.Phases[i], e)
	}
	for _, st := range r.Steps {
		if st.Closed() || st.Extended {
			continue
		}
		before := st.Due
		st.setDue(s, r)
		if st.Overdue && st.Due.After(before) && st.Due.After(e.RecordedAt) {
			st.Overdue = false
		}
	}
}

func (s *Incident) moment(anchor string) time.Time {
	switch anchor {
	case "declared":
		return s.Times.Declared
	case "detected":
		return s.Times.Detected
	case "recognised":
		return s.Times.Recognised
	}
	return time.Time{}
}

func (r *Run) phaseDue(s *Incident, p *Phase, e *timeline.Entry) {
	if p.Ended {
		return
	}
	base := s.moment(p.Anchor)
	if p.Anchor == "phase" {
		base = p.Started
	}
	before := p.Due
	switch {
	case p.Limit != 0:
		p.Due = p.Limit.time()
	case base.IsZero():
		p.Due, p.Opens = time.Time{}, time.Time{}
		return
	case p.Days > 0:
		p.Due = r.Calendar.after(base, p.Days)
	case p.LimitS > 0:
		p.Due = base.Add(time.Duration(p.LimitS) * time.Second)
	}
	if p.OpenS > 0 && !base.IsZero() {
		p.Opens = base.Add(time.Duration(p.OpenS) * time.Second)
	}
	if p.Overdue && p.Due.After(before) && p.Due.After(e.RecordedAt) {
		p.Overdue = false
	}
}

// setDue works out the absolute limit of a step (RUNBOOKS 4.5). A limit whose
// base is not known yet stays open until it is.
func (st *Step) setDue(s *Incident, r *Run) {
	if st.LimitS == 0 && st.AnchorAt == 0 && st.Days == 0 {
		return
	}
	base := st.CurrentAt
	switch st.Anchor {
	case "declared", "detected", "recognised":
		base = s.moment(st.Anchor)
	case "phase":
		if p := r.phase(st.Phase); p != nil && !p.Started.IsZero() {
			base = p.Started
		}
	case "clock":
		st.Due = st.AnchorAt.time()
		return
	case "step":
		base = time.Time{}
		if i := r.index(st.After); i >= 0 && r.Steps[i].Closed() {
			base = r.Steps[i].ClosedAt
		}
	}
	switch {
	case base.IsZero():
		if st.Anchor == "recognised" || st.Anchor == "detected" {
			st.Due = time.Time{}
		}
	case st.Days > 0:
		st.Due = r.Calendar.after(base, st.Days)
	default:
		st.Due = base.Add(time.Duration(st.LimitS) * time.Second)
	}
}
