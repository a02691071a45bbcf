package incident

import "time"

// shift moves relative alarms along with a stepped wall clock, so that somebody
// who was given ten minutes keeps them (ARCHITECTURE 10.6). Moments of the
// calendar stay: legal deadlines, wall-clock limits, review times.
func shift(s *Incident, by time.Duration) {
	move := func(t *time.Time) {
		if !t.IsZero() {
			*t = t.Add(by)
		}
	}
	for _, e := range s.Escalations {
		if e.Ended == "" {
			move(&e.Due)
		}
	}
	for _, r := range s.Runs {
		for i := range r.Phases {
			if p := &r.Phases[i]; p.Anchor == "phase" && !p.Ended {
				move(&p.Started)
				move(&p.Due)
			}
		}
		for _, st := range r.Steps {
			if st.Closed() {
				continue
			}
			switch st.Anchor {
			case "clock", "detected", "recognised":
			default:
				if st.Days == 0 { // days of the calendar stay
					move(&st.Due)
				}
			}
			move(&st.CurrentAt)
			move(&st.Nagged)
		}
	}
	for _, m := range s.Messages {
		if m.State == Queued {
			move(&m.Next)
		}
	}
	move(&s.Cadence.Next)
}
