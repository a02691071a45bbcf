package drill

import (
	"context"
	"fmt"
	"time"

	"irbot/internal/incident"
)

// answer is a page that somebody answers, and when.
type answer struct {
	esc, person string
	at          time.Time
}

// answers lets the first one paged on the level paged last answer some minutes
// later. Without it every page would climb for ever and bury what happened.
func (r *Replay) answers(s *incident.Incident) []answer {
	if r.Answer <= 0 {
		return nil
	}
	var out []answer
	for _, e := range s.Escalations {
		if e.Ended != "" || len(e.Paged) == 0 {
			continue
		}
		last := e.Paged[len(e.Paged)-1]
		if len(last.People) > 0 {
			out = append(out, answer{esc: e.ID, person: last.People[0], at: last.At.Add(r.Answer)})
		}
	}
	return out
}

// answer answers the pages whose time has come.
func (p *play) answer(ctx context.Context, now time.Time) error {
	if p.id == "" {
		return nil
	}
	v, err := p.st.Service.View(ctx, p.id)
	if err != nil {
		return err
	}
	for _, a := range p.r.answers(v.S) {
		if a.at.After(now) {
			continue
		}
		if _, err := p.st.Service.Do(ctx, incident.Act{Person: a.person, Surface: "drill"}, p.id, incident.Ack{Esc: a.esc}); err != nil {
			return fmt.Errorf("%s answers %s: %w", a.person, a.esc, err)
		}
	}
	return nil
}
