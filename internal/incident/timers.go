package incident

import (
	"fmt"
	"strings"
	"time"

	"irbot/internal/escalation"
)

// reportWarning is how long before a status report is due its owner is told
// (UX 2.9), and how long after it a line appears in the channel.
const reportWarning = 5 * time.Minute

// Timers are the alarms this state wants armed. They are a function of the
// state, so that a refold gives the same ones.
func (s *Incident) Timers() []escalation.Timer {
	if !s.Live() && s.Status != Closed {
		return nil
	}
	out := s.ladderTimers(nil)
	s.dutyTimers(func(suffix, kind, ref string, due time.Time) { out = append(out, s.timer(suffix, kind, ref, due)) })
	if s.Status == Closed {
		return s.reviewTimers(out)
	}
	for _, r := range s.Runs {
		for _, st := range r.Steps {
			out = s.stepTimers(out, r, st)
		}
		out = s.phaseTimers(out, r)
	}
	for _, d := range s.Decisions {
		if !d.Made.IsZero() && !d.Review.IsZero() && !d.Reviewed {
			out = append(out, s.timer(d.ID+"/review", "review", d.ID, d.Review))
		}
	}
	return s.outageTimers(s.etaTimers(s.reportTimers(out)))
}

// ladderTimers arm the next level of every ladder that is climbed. After closing
// only those of a clock that outlives the incident still are.
func (s *Incident) ladderTimers(out []escalation.Timer) []escalation.Timer {
	for _, esc := range s.Escalations {
		if due := s.ackExpires(esc); !due.IsZero() && s.Status != Closed {
			out = append(out, s.timer(esc.ID+"/expires", "expiry", esc.ID, due))
		}
		if esc.Ended == "" && !esc.Due.IsZero() {
			out = append(out, s.timer(fmt.Sprintf("%s/%d.%d", esc.ID, esc.Round, esc.Level+1), "escalation", esc.ID, esc.Due))
		}
	}
	return out
}

func (s *Incident) stepTimers(out []escalation.Timer, r *Run, st *Step) []escalation.Timer {
	if st.Closed() {
		return out
	}
	if !st.Due.IsZero() && !st.Overdue {
		out = append(out, s.timer(fmt.Sprintf("%s/due.%d", st.Ref, st.Round), "step", st.Ref, st.Due))
	}
	if st.CurrentAt.IsZero() {
		return out
	}
	if len(st.Chain) > 0 && !st.Climbing {
		out = append(out, s.timer(st.Ref+"/chain", "chain", st.Ref, st.CurrentAt.Add(time.Duration(st.Chain[0].WaitS)*time.Second)))
	}
	if st.EveryS > 0 {
		from := st.CurrentAt
		if !st.Nagged.IsZero() {
			from = st.Nagged
		}
		due := from.Add(time.Duration(st.EveryS) * time.Second)
		out = append(out, s.timer(fmt.Sprintf("%s/every.%d", st.Ref, due.Unix()), "repeat", st.Ref, due))
	}
	for i, t := range st.Timers {
		if due := r.Calendar.dueOf(t, st.CurrentAt, st.Nags, i); !due.IsZero() {
			out = append(out, s.timer(fmt.Sprintf("%s/timer.%d.%d", st.Ref, i+1, due.Unix()), "repeat", fmt.Sprintf("%s#%d", st.Ref, i+1), due))
		}
	}
	return out
}

// phaseTimers are the alarms of the phases of a run: their opening, their
// limit, and what their heading says is done again and again or climbs.
func (s *Incident) phaseTimers(out []escalation.Timer, r *Run) []escalation.Timer {
	if r.Ended {
		return out
	}
	for i := range r.Phases {
		p := &r.Phases[i]
		if p.Ended {
			continue
		}
		ref := fmt.Sprintf("%s/p%d", r.ID, p.No)
		if !p.Opens.IsZero() && !p.Opened && p.Opens.After(r.At) {
			out = append(out, s.timer(ref+"/open", "phase-open", ref, p.Opens))
		}
		if !p.Due.IsZero() && !p.Overdue {
			out = append(out, s.timer(ref+"/due", "phase-due", ref, p.Due))
		}
		if p.Started.IsZero() {
			continue
		}
		if len(p.Chain) > 0 && !p.Climbing {
			out = append(out, s.timer(ref+"/chain", "phase-chain", ref, p.Started.Add(time.Duration(p.Chain[0].WaitS)*time.Second)))
		}
		for i, t := range p.Timers {
			if due := r.Calendar.dueOf(t, p.Started, p.Nags, i); !due.IsZero() {
				out = append(out, s.timer(fmt.Sprintf("%s/timer.%d.%d", ref, i+1, due.Unix()), "phase-repeat", fmt.Sprintf("%s#%d", ref, i+1), due))
			}
		}
	}
	return out
}

func (s *Incident) reportTimers(out []escalation.Timer) []escalation.Timer {
	c := s.Cadence
	if c.Next.IsZero() || s.Status != Open {
		return out
	}
	at := fmt.Sprintf("report/%d", c.Next.Unix())
	if !c.Warned {
		return append(out, s.timer(at+"/warn", "report", "warn", c.Next.Add(-reportWarning)))
	}
	if !c.Overdue {
		return append(out, s.timer(at+"/over", "report", "over", c.Next.Add(reportWarning)))
	}
	return out
}

// Outbox are the messages this state wants carried out or has under way.
func (s *Incident) Outbox() []Row {
	var out []Row
	for _, m := range s.Messages {
		if m.State != Queued && m.State != Sending {
			continue
		}
		means := m.Means[m.Index]
		if m.State == Queued && s.waits(m, means) {
			continue
		}
		out = append(out, Row{ID: m.ID, Incident: s.ID, State: m.State, Next: m.Next, Means: means, Rank: rank(m.Kind)})
	}
	return out
}

// waits tells that a message of a chat surface is not tried for now: while the
// surface is away (one catch-up will stand for the posts), and before its room
// is open. What is not tried adds nothing to the record.
func (s *Incident) waits(m *Message, surface string) bool {
	if m.Kind != "post" && m.Kind != "open" {
		return false
	}
	if _, away := s.Lost[surface]; away {
		return true
	}
	return m.Kind == "post" && s.Channels[surface] == "" && s.opening(surface)
}

// opening tells that the room of a surface is still to be opened.
func (s *Incident) opening(surface string) bool {
	for _, m := range s.Messages {
		if m.Kind == "open" && m.Means[0] == surface {
			return m.State == Queued || m.State == Sending
		}
	}
	return false
}

func rank(kind string) int {
	switch kind {
	case "page", "standdown", "inform":
		return 0
	case "notice":
		return 1
	case "open":
		return 1
	}
	return 2
}

// Summary is the board's row.
func (s *Incident) Summary(changed time.Time) Summary {
	out := Summary{ID: s.ID, Drill: s.Drill, Status: s.Status, Severity: s.Severity, Seq: s.Seq, Declared: s.Times.Declared, Changed: changed}
	for _, t := range s.Timers() {
		if t.Kind == dutyWarning || !s.Live() {
			continue // the end of the clock is among them; what is reviewed has its own pages
		}
		if strings.HasSuffix(t.ID, "/warn") {
			t.Due = t.Due.Add(reportWarning)
		}
		if out.Next.IsZero() || t.Due.Before(out.Next) {
			out.Next = t.Due
		}
	}
	return out
}
