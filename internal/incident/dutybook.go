package incident

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/timeline"
)

// DutyBook is who is on duty now: the rosters of the configuration with what
// the SITE log knows on top. One book outlives every reload of the site.
type DutyBook struct {
	standing atomic.Pointer[Standing]
}

// Set takes over what the SITE log knows.
func (b *DutyBook) Set(s *Standing) { b.standing.Store(s) }

// Standing is what the SITE log knew at the last change; never nil.
func (b *DutyBook) Standing() *Standing {
	if s := b.standing.Load(); s != nil {
		return s
	}
	return &Standing{}
}

// Rosters lays it on the rosters of the configuration.
func (b *DutyBook) Rosters(base escalation.Rosters) escalation.Rosters {
	return b.Standing().Rosters(base)
}

// RostersNow is every roster with changes, sheets and all, without the people
// whom the directory does not name any more.
func (s *Site) RostersNow() escalation.Rosters {
	if s.Book == nil {
		return s.Rosters
	}
	return Present(s.Book.Rosters(s.Rosters), s.Directory)
}

// Present leaves out of changes and sheets whoever is not in the directory: the
// hours of somebody who left are told as nobody's, or fall to whose they were
// before the change.
func Present(list escalation.Rosters, d *directory.Directory) escalation.Rosters {
	gone := func(x escalation.Shift) bool {
		_, ok := d.Person(x.Person)
		return !ok
	}
	out := slices.Clone(list)
	for i := range out {
		r := &out[i]
		r.Changes = slices.DeleteFunc(slices.Clone(r.Changes), gone)
		r.Sheets = slices.Clone(r.Sheets)
		for j := range r.Sheets {
			r.Sheets[j].Shifts = slices.DeleteFunc(slices.Clone(r.Sheets[j].Shifts), gone)
		}
	}
	return out
}

// duty is who holds a roster at a moment.
func (s *Site) duty(roster string, at time.Time) []string {
	if s.OnDuty != nil {
		return s.OnDuty(roster, at)
	}
	return slices.DeleteFunc(s.RostersNow().Duty(roster, at), func(id string) bool { // paged, nobody would answer and a level would be lost
		_, ok := s.Directory.Person(id)
		return !ok
	})
}

// LoadDuty reads what the SITE log knows of the duty roster, at the start.
func (s *Service) LoadDuty(ctx context.Context) error {
	st, err := s.p.Reader.State(ctx, timeline.SiteLog)
	if err != nil {
		return fmt.Errorf("read the standing log: %w", err)
	}
	s.noteDuty(st)
	return nil
}

func (s *Service) noteDuty(st *Incident) {
	if site := s.Site(); site.Book != nil && st != nil && st.ID == timeline.SiteLog {
		site.Book.Set(&st.Standing)
	}
}

// StandingView is the SITE log with the words of the roster's entries.
func (s *Service) StandingView(ctx context.Context) (*View, error) {
	return s.View(ctx, timeline.SiteLog)
}
