package incident

import "strings"

// Run finds a run by id.
func (s *Incident) Run(id string) *Run {
	for _, r := range s.Runs {
		if r.ID == id {
			return r
		}
	}
	return nil
}

func (s *Incident) runOf(ref string) *Run {
	id, _, _ := strings.Cut(ref, "/")
	return s.Run(id)
}

// Step finds a step by its reference, e.g. r1/2.3.
func (s *Incident) Step(ref string) *Step {
	if ref == "" {
		return nil
	}
	if r := s.runOf(ref); r != nil {
		for _, st := range r.Steps {
			if st.Ref == ref {
				return st
			}
		}
	}
	return nil
}

// StepN finds a step by its printed number.
func (s *Incident) StepN(n int) *Step {
	for _, r := range s.Runs {
		for _, st := range r.Steps {
			if st.N == n {
				return st
			}
		}
	}
	return nil
}

// Currents are the steps to be worked on now, over all runs.
func (s *Incident) Currents() []*Step {
	var out []*Step
	for _, r := range s.Runs {
		if !r.Ended {
			out = append(out, r.Currents()...)
		}
	}
	return out
}

// Progress counts closed, blocked and all steps that apply.
func (s *Incident) Progress() (closed, blocked, total int) {
	for _, r := range s.Runs {
		for _, st := range r.Steps {
			if st.State == StepNA {
				continue
			}
			total++
			switch {
			case st.Closed():
				closed++
			case st.State == StepBlocked:
				blocked++
			}
		}
	}
	return closed, blocked, total
}

// Decision finds a decision by id.
func (s *Incident) Decision(id string) *Decision {
	for _, d := range s.Decisions {
		if d.ID == id {
			return d
		}
	}
	return nil
}

// Escalation finds a ladder by id.
func (s *Incident) Escalation(id string) *Escalation {
	for _, x := range s.Escalations {
		if x.ID == id {
			return x
		}
	}
	return nil
}

// Notice finds a notice by id.
func (s *Incident) Notice(id string) *Notice {
	for _, n := range s.Notices {
		if n.ID == id {
			return n
		}
	}
	return nil
}

// Duty finds a reporting clock by id.
func (s *Incident) Duty(id string) *Duty {
	for _, d := range s.Duties {
		if d.ID == id {
			return d
		}
	}
	return nil
}

// Message finds a message by id.
func (s *Incident) Message(id string) *Message {
	for i := len(s.Messages) - 1; i >= 0; i-- {
		if s.Messages[i].ID == id {
			return s.Messages[i]
		}
	}
	return nil
}

// Caution finds a standing caution by number.
func (s *Incident) Caution(n int) *Caution {
	for _, c := range s.Cautions {
		if c.N == n {
			return c
		}
	}
	return nil
}

// Struck reports whether an entry was struck out.
func (s *Incident) Struck(seq int64) bool {
	m := s.Marks.At(seq)
	return m != nil && m.Struck != 0
}

// OpenEntries counts the entries that wait for an answer (未対応).
func (s *Incident) OpenEntries() int {
	n := 0
	for _, m := range s.Marks.All() {
		if m.Open && m.Struck == 0 {
			n++
		}
	}
	return n
}

// Live reports whether the incident still needs somebody.
func (s *Incident) Live() bool { return s.Status == Reported || s.Status == Open }

// On reports whether the incident is shown on a chat surface.
func (s *Incident) On(surface string) bool {
	for _, x := range s.Surfaces {
		if x == surface {
			return true
		}
	}
	return false
}
