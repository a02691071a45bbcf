package incident

import (
	"context"

	"irbot/internal/notify"
	"irbot/internal/timeline"
)

// Carried gives every message of an incident that was accepted, as it left: with
// the view at the moment of its last attempt, oldest first. It reads the record
// and nothing else, so that what a drill would have sent can be shown again
// after a restart. A text that was erased since stays empty.
func (s *Service) Carried(ctx context.Context, id string, each func(v *View, env notify.Envelope) error) error {
	entries, err := s.p.Reader.Entries(ctx, id, 1, 0)
	if err != nil {
		return err
	}
	left := leftAt(entries)
	texts := make(map[int64]timeline.Text, len(entries))
	st := New(id)
	for i := range entries {
		e := &entries[i]
		if t := e.Fields(); len(t) > 0 {
			texts[e.Seq] = t
		}
		Apply(st, e)
		msg := left[e.Seq]
		if msg == "" {
			continue
		}
		if err := s.load(ctx, st); err != nil {
			return err
		}
		v := NewView(st, s.Site(), e.RecordedAt, texts, s.booksOf(st))
		m := st.Message(msg)
		if m == nil {
			continue
		}
		env, err := v.envelope(m)
		if err != nil {
			continue // what was never whole did not leave
		}
		if err := each(v, env); err != nil {
			return err
		}
	}
	return nil
}

// leftAt gives, for each message that was accepted, the entry of the attempt
// that succeeded.
func leftAt(entries []timeline.Entry) map[int64]string {
	last, out := map[string]int64{}, map[int64]string{}
	for i := range entries {
		e := &entries[i]
		switch e.Kind {
		case KindMsgAttempted:
			last[decode[msgFacts](e).Msg] = e.Seq
		case KindMsgAccepted:
			msg := decode[msgFacts](e).Msg
			if seq := last[msg]; seq > 0 {
				out[seq] = msg
			}
		}
	}
	return out
}
