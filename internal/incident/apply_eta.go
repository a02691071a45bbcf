package incident

import (
	"time"

	"irbot/internal/timeline"
)

// etaRef names an ETA in cards, alarms and ladders: gate/t1.
func etaRef(milestone, terminal string) string { return milestone + "/" + terminal }

func applyETA(s *Incident, e *timeline.Entry) {
	f := decode[etaFacts](e)
	x := s.Continuity.ETA(f.Milestone, f.Terminal)
	if e.Kind == KindETASet {
		applyETASet(s, e, f, x)
		return
	}
	if x == nil {
		return
	}
	now := x.Now()
	switch e.Kind {
	case KindETATold:
		for _, id := range f.Told {
			now.Told = appendOnce(now.Told, id)
		}
		now.TellSeqs = append(now.TellSeqs, e.Seq)
	case KindETAWarned:
		x.Warned = true
		s.postAll(e, "eta/"+etaRef(x.Milestone, x.Terminal))
	case KindETALapsed:
		now.Lapsed, now.Broken = e.HappenedAt, true
		s.postAll(e, "eta/"+etaRef(x.Milestone, x.Terminal))
	case KindETAWithdrawn:
		x.Dropped, x.DropSeq = e.HappenedAt, e.Seq
		now.Broken = true // whoever was told waits for a time that does not hold
		s.endETA(e, x)
		s.postAll(e, "eta/"+etaRef(x.Milestone, x.Terminal))
	}
}

func applyETASet(s *Incident, e *timeline.Entry, f etaFacts, x *ETA) {
	if x == nil {
		x = &ETA{Milestone: f.Milestone, Terminal: f.Terminal}
		s.Continuity.ETAs = append(s.Continuity.ETAs, x)
	} else if last := x.Now(); x.Met.IsZero() && f.To.time().After(last.To) {
		last.Broken = true
	}
	x.Said = append(x.Said, ETASaid{
		No: len(x.Said) + 1, Seq: e.Seq, At: e.HappenedAt, By: e.Actor, From: f.From.time(), To: f.To.time(),
		Confidence: f.Confidence, Warn: time.Duration(f.WarnS) * time.Second, Told: f.Told,
	})
	x.Warned, x.Met, x.Dropped, x.DropSeq = false, time.Time{}, time.Time{}, 0
	s.endETA(e, x)
	s.postAll(e, "eta/"+etaRef(x.Milestone, x.Terminal))
}

// endETA stops calling people about an estimate that was renewed, withdrawn or kept.
func (s *Incident) endETA(e *timeline.Entry, x *ETA) {
	s.endPages(e, "eta", etaRef(x.Milestone, x.Terminal))
}
