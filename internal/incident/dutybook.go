package incident

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

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

// RostersNow is every roster with changes, sheets and all.
func (s *Site) RostersNow() escalation.Rosters {
	if s.Book == nil {
		return s.Rosters
	}
	return s.Book.Rosters(s.Rosters)
}

// duty is who holds a roster at a moment.
func (s *Site) duty(roster string, at time.Time) []string {
	if s.OnDuty != nil {
		return s.OnDuty(roster, at)
	}
	return s.RostersNow().Duty(roster, at)
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
