package incident

import (
	"context"
	"fmt"

	"irbot/internal/timeline"
)

// ViewAt gives an incident as it was after entry seq, with the words it had and
// the clock of that entry, and the entries it is made of: the same seq gives the
// same view for ever, erasures excepted. A seq of 0 means the head. It fails
// with ErrNotFound, also for an entry that is not there.
func (s *Service) ViewAt(ctx context.Context, id string, seq int64) (*View, []timeline.Entry, error) {
	entries, err := s.p.Reader.Entries(ctx, id, 1, seq)
	if err != nil {
		return nil, nil, err
	}
	if len(entries) == 0 || seq > int64(len(entries)) || seq < 0 {
		return nil, nil, fmt.Errorf("entry %d of %s: %w", seq, id, ErrNotFound)
	}
	st := Fold(id, entries)
	if err := s.load(ctx, st); err != nil {
		return nil, nil, err
	}
	texts := make(map[int64]timeline.Text, len(entries))
	for i := range entries {
		if t := entries[i].Fields(); len(t) > 0 {
			texts[entries[i].Seq] = t
		}
	}
	books := s.booksOf(st)
	last := entries[len(entries)-1].RecordedAt
	return NewView(st, s.Site(), last, texts, books), entries, nil
}
