package incident

import (
	"slices"

	"irbot/internal/timeline"
)

func applyErasure(s *Incident, e *timeline.Entry) {
	switch e.Kind {
	case KindErasureAsked:
		f := decode[erasureFacts](e)
		s.Erasures = append(s.Erasures, &Erasure{
			ID: f.Erasure, Entries: f.Entries, Asker: e.Actor, Approver: f.Approver, Rule: f.Rule, Seq: e.Seq, At: e.RecordedAt, State: ErasureAsked,
		})
	case KindErasureRefused:
		if x := s.Erasure(decode[erasureFacts](e).Erasure); x != nil {
			x.State, x.Ended, x.EndSeq, x.By = ErasureRefused, e.RecordedAt, e.Seq, e.Actor
		}
	case KindErased:
		f := decode[erasedFacts](e)
		if f.Erases > 0 && !slices.Contains(s.Erased, f.Erases) {
			s.Erased = append(s.Erased, f.Erases)
		}
		if x := s.Erasure(f.Erasure); x != nil {
			x.State, x.Ended, x.EndSeq, x.By = ErasureDone, e.RecordedAt, e.Seq, e.Actor
		}
	}
}

// Erasure finds a request by id; nil if there is none.
func (s *Incident) Erasure(id string) *Erasure {
	for _, x := range s.Erasures {
		if x.ID == id && id != "" {
			return x
		}
	}
	return nil
}

// Doomed reports whether a text was erased, or its erasure is asked for.
func (s *Incident) Doomed(seq int64) bool {
	return slices.Contains(s.Erased, seq) || slices.ContainsFunc(s.Erasures, func(x *Erasure) bool {
		return x.State == ErasureAsked && slices.Contains(x.Entries, seq)
	})
}
