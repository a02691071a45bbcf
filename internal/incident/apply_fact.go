package incident

import (
	"slices"
	"time"

	"irbot/internal/report"
	"irbot/internal/timeline"
)

// Fact is what was last said about one of the twenty fields; its value is in
// the text of the entry Seq.
type Fact struct {
	Field   string
	Conf    report.Confidence
	AsOf    time.Time
	At      time.Time // when it was said
	By      string
	Source  int64 // entry it rests on; 0: none named
	TLP     string
	Derived bool    // taken over from the record as it stood
	Seq     int64   // the entry
	Before  []int64 // earlier entries about the field, oldest first
}

// Consent is somebody's word that information may, or may not, be passed on.
type Consent struct {
	ID    string // C1
	To    string
	Given bool
	By    string // who recorded it
	At    time.Time
	Seq   int64
}

func applyFact(s *Incident, e *timeline.Entry) {
	switch e.Kind {
	case KindFact:
		f := decode[factFacts](e)
		old := s.Facts[f.Field]
		before := slices.Clip(old.Before)
		if old.Seq > 0 {
			before = append(before, old.Seq)
		}
		s.Facts[f.Field] = Fact{
			Field: f.Field, Conf: report.Confidence(f.Conf), AsOf: f.AsOf.time(), At: e.HappenedAt, By: e.Actor,
			Source: f.Source, TLP: f.TLP, Derived: f.Derived, Seq: e.Seq, Before: before,
		}
	case KindConsent:
		f := decode[consentFacts](e)
		s.Consents = append(s.Consents, Consent{ID: f.Consent, To: f.To, Given: f.Given, By: e.Actor, At: e.HappenedAt, Seq: e.Seq})
	case KindNoticeOverride:
		f := decode[overrideFacts](e)
		if n := s.Notice(f.Notice); n != nil {
			n.Allowed = append(n.Allowed, Allowance{Field: f.Field, TLP: f.TLP, By: e.Actor, Seq: e.Seq})
		}
	}
}

// Allowance is a fact above a recipient's TLP that somebody let through by name.
type Allowance struct {
	Field string
	TLP   string
	By    string
	Seq   int64
}
