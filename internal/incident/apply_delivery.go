package incident

import "irbot/internal/timeline"

// applyReported moves a message on by the word of its carrier. A report that
// comes after the message went on to another means is kept and moves nothing.
func applyReported(s *Incident, e *timeline.Entry) {
	f := decode[msgFacts](e)
	m := s.Message(f.Msg)
	if m == nil || m.Index >= len(m.Means) {
		return
	}
	m.Heard = appendOnce(m.Heard, heard(f.Means, f.As))
	if m.Means[m.Index] != f.Means {
		return
	}
	switch f.As {
	case ReportedDelivered, ReportedRead:
		s.arrived(m, f.As, e)
	case ReportedFailed:
		if !m.awaits(f.Means) {
			return
		}
		m.Since = e.RecordedAt
		if esc := s.Escalation(m.Esc); esc != nil {
			s.dialled(esc, f.Dial, f.Ask, e)
		}
		s.failed(m, s.answered(m), e)
	}
}

// arrived also ends a repetition: a message whose sending was in doubt, and
// that would leave again, is there.
func (s *Incident) arrived(m *Message, as string, e *timeline.Entry) {
	settled := m.State == Accepted || m.State == Delivered
	switch {
	case m.State == Accepted, m.State == Unconfirmed, m.State == Queued && m.Try > 0:
		m.State = Delivered
	case m.State != Delivered:
		return
	}
	if as == ReportedRead {
		m.State = Read
	}
	m.Since, m.Proof = e.RecordedAt, e.Seq
	if !settled {
		s.noticeOutcome(m, e)
	}
}

// failed goes on to the next means, or gives the message up where there is none
// or none is wanted (final).
func (s *Incident) failed(m *Message, final bool, e *timeline.Entry) {
	m.Proof = e.Seq
	if !final && m.Index+1 < len(m.Means) {
		m.Index, m.Try, m.State, m.Next = m.Index+1, 0, Queued, e.RecordedAt
		if s.answered(m) {
			m.State = Cancelled
		}
		return
	}
	m.State = Failed
	s.undeliverable(m, e)
}
