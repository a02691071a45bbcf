package incident

import (
	"context"
	"fmt"
	"time"

	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// Each gives entries one after the other, from the first on; asked again it
// gives the same ones.
type Each func(fn func(*timeline.Entry) error) error

// Replay gives an incident as the entries make it, with the words they hold and
// the clock of the last one. It goes over the entries twice and keeps only the
// words that a state needs, so that a long record needs little memory; an entry
// whose text is withheld has no words. It fails with ErrNotFound where there is
// no entry.
func (s *Service) Replay(ctx context.Context, id string, each Each) (*View, error) {
	st, last := New(id), time.Time{}
	err := each(func(e *timeline.Entry) error {
		Apply(st, e)
		last = e.RecordedAt
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if st.Seq == 0 {
		return nil, fmt.Errorf("entries of %s: %w", id, ErrNotFound)
	}
	if err := s.load(ctx, st); err != nil {
		return nil, err
	}
	texts := map[int64]timeline.Text{}
	for _, seq := range st.wordsFor(s.Site().Directory) {
		texts[seq] = nil
	}
	err = each(func(e *timeline.Entry) error {
		if _, ok := texts[e.Seq]; ok {
			texts[e.Seq] = e.Fields()
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	books := map[string]*runbook.Runbook{}
	for _, r := range st.Runs {
		if b := s.book(r.Hash); b != nil {
			books[r.Hash] = b
		}
	}
	return NewView(st, s.Site(), last, texts, books), nil
}

// Draw gives the same view with another site and directory, for copies that
// name people by their role.
func (v *View) Draw(site *Site) *View {
	w := *v
	w.Site = site
	return &w
}
