package incident

import (
	"bytes"
	"slices"

	"irbot/internal/timeline"
)

func applyErasure(s *Incident, e *timeline.Entry) {
	switch e.Kind {
	case KindErasureAsked:
		f := decode[erasureFacts](e)
		s.Erasures = append(s.Erasures, &Erasure{
			ID: f.Erasure, Entries: f.Entries, Asker: e.Actor, Approver: f.Approver, Rule: f.Rule, Files: f.Files, Seq: e.Seq, At: e.RecordedAt, State: ErasureAsked,
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
		s.fileGone(f.Erases, f.File, e.Seq)
		if x := s.Erasure(f.Erasure); x != nil {
			x.State, x.Ended, x.EndSeq, x.By = ErasureDone, e.RecordedAt, e.Seq, e.Actor
		}
	}
}

// keepsFile notes that an entry keeps a file. Every kind that does so says it
// under the same name (ARCHITECTURE 3).
func (s *Incident) keepsFile(e *timeline.Entry) {
	if !bytes.Contains(e.Facts, []byte(`"attachment":`)) {
		return
	}
	f := decode[struct {
		Attachment string `json:"attachment"`
	}](e)
	if f.Attachment != "" {
		s.Files[e.Seq] = f.Attachment
	}
}

// fileGone notes that the file of an entry was erased.
func (s *Incident) fileGone(seq int64, hash string, by int64) {
	if hash == "" || s.Files[seq] != hash {
		return
	}
	delete(s.Files, seq)
	s.Evidence = slices.Clone(s.Evidence) // its elements change
	for i := range s.Evidence {
		if s.Evidence[i].Seq == seq {
			s.Evidence[i].Kept, s.Evidence[i].Gone = false, by
		}
	}
}

// fileUser is another entry that keeps the same file and is not to lose it too;
// 0 where there is none.
func (s *Incident) fileUser(seq int64, going []int64) int64 {
	user := int64(0)
	for other, hash := range s.Files {
		if hash == s.Files[seq] && !slices.Contains(going, other) && (user == 0 || other < user) {
			user = other
		}
	}
	return user
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
