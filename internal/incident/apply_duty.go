package incident

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"irbot/internal/report"
	"irbot/internal/timeline"
)

// MomentSet is one time a person fixed a moment clocks start from. A later one
// of the same moment corrects it; both stay.
type MomentSet struct {
	Moment string
	At     time.Time
	Seq    int64
	By     string
}

// Moment is when something happened that clocks start from, zero where it is
// not established: occurred, detected, recognised, declared, judged, paid, or
// met:<duty> for the moment another duty was met.
func (s *Incident) Moment(id string) time.Time {
	switch id {
	case report.Occurred:
		return s.Times.Occurred
	case report.Detected:
		return s.Times.Detected
	case report.Recognised:
		return s.Times.Recognised
	case report.Declared:
		return s.Times.Declared
	}
	if met, ok := strings.CutPrefix(id, report.AfterMet); ok {
		if d := s.Duty(met); d != nil && d.State == DutyMet {
			return d.Done
		}
		return time.Time{}
	}
	if m, ok := s.momentSet(id); ok {
		return m.At
	}
	return time.Time{}
}

// momentSet is the last time a person fixed a moment.
func (s *Incident) momentSet(id string) (MomentSet, bool) {
	for _, m := range slices.Backward(s.MomentSets) {
		if m.Moment == id {
			return m, true
		}
	}
	return MomentSet{}, false
}

func applyMoment(s *Incident, e *timeline.Entry) {
	f := decode[momentFacts](e)
	at := f.At.time()
	switch f.Moment {
	case report.Occurred:
		s.Times.Occurred = at
	case report.Detected:
		s.Times.Detected = at
		s.Continuity.moved(at)
	case report.Recognised:
		s.Times.Recognised = at
	}
	if f.Corrects > 0 && f.Corrects < e.Seq {
		s.mark(f.Corrects).Corrected = e.Seq
	}
	s.MomentSets = append(s.MomentSets, MomentSet{Moment: f.Moment, At: at, Seq: e.Seq, By: e.Actor})
	for _, d := range s.Duties {
		if d.Plan == nil && d.From == f.Moment && d.State == DutyOpen { // a clock with a plan is planned anew by an entry
			d.Base, d.Due, d.Passed = at, at.Add(d.Within), false
		}
	}
}

func applyDuty(s *Incident, e *timeline.Entry) {
	f := decode[dutyFacts](e)
	if e.Kind == KindDutyPinned {
		s.DutyRules = f.Rules
		return
	}
	d := s.Duty(f.Duty)
	if d == nil {
		d = newDuty(f, e)
		s.Duties = append(s.Duties, d)
	}
	switch e.Kind {
	case KindDutyMet:
		d.State, d.Done, d.Ref, d.MetSeq, d.Check = DutyMet, e.HappenedAt, f.Ref, e.Seq, false
		s.endDutyLadders(e, d.ID)
	case KindDutyPassed:
		d.Passed = true
		s.postAll(e, "duty/"+d.ID)
	case KindDutyWarned:
		d.Warned = f.Percent
		s.postAll(e, "duty/"+d.ID)
	case KindDutyDismissed:
		d.State, d.NASeq = DutyNA, e.Seq
		s.endDutyLadders(e, d.ID)
	case KindDutyConfirmed:
		d.Check, d.CheckSeq = false, e.Seq
	case KindDutyReopened:
		d.State, d.Done, d.Ref, d.NASeq, d.MetSeq, d.Passed = DutyOpen, time.Time{}, "", 0, 0, false
	case KindDutyPlanned:
		d.plan(f)
		d.Passed, d.Warned = false, 0
		if d.quarterLeft().After(e.RecordedAt) {
			s.endDutyLadders(e, d.ID)
		}
	}
}

func newDuty(f dutyFacts, e *timeline.Entry) *Duty {
	d := &Duty{
		ID: f.Duty, Dest: f.Dest, From: f.From, Within: time.Duration(f.Within) * time.Second, Seq: e.Seq, State: DutyOpen, Basis: f.Duty,
		Plan: f.Plan, Level: report.Level(f.Level), Owner: f.Owner, MetBy: f.MetBy, Version: f.Version, Rules: f.Rules,
		InsteadOf: f.InsteadOf, Check: f.Check, Guide: f.Guide, Quiet: f.Quiet,
	}
	d.plan(f)
	return d
}

// plan takes over the moments an entry has worked out.
func (d *Duty) plan(f dutyFacts) {
	d.Base, d.Due, d.Since, d.Law, d.Own = f.Base.time(), f.Due.time(), f.Since.time(), f.Law.time(), f.Own
	d.Warns = nil
	for _, w := range f.Warn {
		d.Warns = append(d.Warns, report.Warning{Percent: w.Percent, At: w.At.time()})
	}
}

// quarterLeft is the moment a quarter of the time is left; zero without one.
func (d *Duty) quarterLeft() time.Time {
	for _, w := range d.Warns {
		if w.Percent >= report.QuarterLeft {
			return w.At
		}
	}
	return time.Time{}
}

// NextWarning is the next warning still to come; ok is false where none is.
func (d *Duty) NextWarning() (report.Warning, bool) {
	for _, w := range d.Warns {
		if w.Percent > d.Warned {
			return w, true
		}
	}
	return report.Warning{}, false
}

// dueFor is the next deadline that a notice to a body meets, zero where none of
// them has a number.
func (s *Incident) dueFor(dest string) time.Time {
	var due time.Time
	for _, d := range s.Duties {
		if d.Dest != dest || d.State != DutyOpen || d.MetBy != "" && d.MetBy != report.ByNotice || d.Due.IsZero() {
			continue
		}
		if due.IsZero() || d.Due.Before(due) {
			due = d.Due
		}
	}
	return due
}

// NoticeDue is the deadline a notice works against: the running one while it has
// not left, then the one that it was written for. Zero: none.
func (s *Incident) NoticeDue(n *Notice) time.Time {
	switch n.State {
	case NoticeDraft, NoticeSubmitted, NoticeReturned:
		return s.dueFor(n.Dest)
	case NoticeApproved, NoticeSent, NoticeFailed, NoticeUnconfirmed, NoticeWithdrawn:
	}
	return n.Due
}

// endDutyLadders stops the pages about a clock that needs nobody any more.
func (s *Incident) endDutyLadders(e *timeline.Entry, duty string) {
	for _, esc := range s.Escalations {
		if esc.Reason == "duty" && esc.Ref == duty && esc.Ended == "" {
			endEscalations(s, e, "superseded", esc.ID)
		}
	}
}

// dutyTimers arm the next warning and the end of every open clock; after closing
// of those that outlive the incident.
func (s *Incident) dutyTimers(add func(suffix, kind, ref string, due time.Time)) {
	for _, d := range s.Duties {
		if d.State != DutyOpen || d.Passed || d.Due.IsZero() || s.Status == Closed && !s.outlives(d) {
			continue
		}
		add("duty/"+d.ID, "duty", d.ID, d.Due)
		if w, ok := d.NextWarning(); ok && !d.Quiet {
			add("duty/"+d.ID+"/warn."+strconv.Itoa(w.Percent), dutyWarning, d.ID, w.At)
		}
	}
}

// dutyWarning is the kind of the alarms before a deadline.
const dutyWarning = "dutywarn"
