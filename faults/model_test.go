package faults

import (
	"fmt"
	"slices"

	"irbot/internal/incident"
)

// model is the steps of one runbook as somebody would write them down after
// reading the rules once: independent of the program, and small enough to be
// seen to be right.
type model struct {
	steps map[string]*mark
}

// mark is where one step stands.
type mark struct {
	state         incident.StepState
	holder, first string
	two           bool // wants two people
	ciso          bool // only the CISO or a deputy may close it
	cond          bool // may not apply
	choose        bool // is closed by a decision
}

func newModel() *model {
	return &model{steps: map[string]*mark{"1": {}, "2": {}, "3": {two: true}, "4": {ciso: true, cond: true}, "5": {ciso: true, choose: true}}}
}

func (s *mark) at() incident.StepState {
	if s.state == "" {
		return incident.StepOpen
	}
	return s.state
}

func (s *mark) closed() bool {
	return s.state == incident.StepDone || s.state == incident.StepSkipped || s.state == incident.StepNA
}

// late is what whoever acts on a closed step is told.
func (s *mark) late() string {
	if s.state == incident.StepDone {
		return "step.twice"
	}
	return "step.closed"
}

func (s *mark) rest() incident.StepState {
	switch {
	case s.first != "":
		return incident.StepSecond
	case s.holder != "":
		return incident.StepTaken
	}
	return incident.StepOpen
}

// press is one act of the model: verb, step, person. It gives the word the
// person is answered with, and whether that is a refusal.
func (m *model) press(verb, step, who string) (code string, no bool) {
	s := m.steps[step]
	chief := who == "watanabe" || who == "kobayashi"
	if s.closed() && verb != "unblock" && verb != "reopen" && verb != "decide" {
		return s.late(), false
	}
	switch verb {
	case "take":
		return s.take(who)
	case "done":
		return m.order(step)(s.done(who, chief))
	case "confirm":
		return m.order(step)(s.confirm(who))
	case "block":
		s.state = incident.StepBlocked
		return "step.blocked", false
	case "unblock":
		if s.at() != incident.StepBlocked {
			return "step.not_blocked", true
		}
		s.state = s.rest()
		return "", false
	case "skip":
		if s.ciso && !chief {
			return "step.reserved", true
		}
		s.state = incident.StepSkipped
		return "", false
	case "na":
		return s.drop(chief)
	case "reopen":
		if !s.closed() && s.at() != incident.StepSecond {
			return "step.not_closed", true
		}
		s.first = ""
		s.state = s.rest()
		return "", false
	}
	return s.decide(who, chief)
}

// order turns the answer of a step that was completed into what somebody is told
// who did it before its turn. Whose turn it is, is settled before the act.
func (m *model) order(step string) func(string, bool) (string, bool) {
	before := slices.ContainsFunc([]string{"1", "2", "3", "4", "5"}, func(n string) bool { return n < step && !m.steps[n].closed() })
	early := before && m.turn() != step
	return func(code string, no bool) (string, bool) {
		if early && code == "" && !no {
			return "step.early", false
		}
		return code, no
	}
}

// turn is the step that is to be done now: the first open one of the first phase
// that has one; those that are blocked let the next ones pass.
func (m *model) turn() string {
	for _, phase := range [][]string{{"1", "2", "3"}, {"4", "5"}} {
		stuck := ""
		for _, n := range phase {
			switch s := m.steps[n]; {
			case s.closed():
			case s.at() != incident.StepBlocked:
				return n
			case stuck == "":
				stuck = n
			}
		}
		if stuck != "" {
			return stuck
		}
	}
	return ""
}

func (s *mark) take(who string) (string, bool) {
	if s.holder == who {
		return "step.yours", false
	}
	code := ""
	if s.holder != "" {
		code = "step.taken_over"
	}
	s.holder = who
	if s.at() == incident.StepOpen {
		s.state = incident.StepTaken
	}
	return code, false
}

func (s *mark) done(who string, chief bool) (string, bool) {
	switch {
	case s.first == who:
		return "step.second_same", true
	case s.first != "":
		s.state = incident.StepDone
		return "", false
	case s.ciso && !chief:
		return "step.reserved", true
	case s.choose:
		return "step.decide", true
	case s.two:
		s.first, s.state = who, incident.StepSecond
		return "step.second_wanted", false
	}
	s.state = incident.StepDone
	return "", false
}

func (s *mark) confirm(who string) (string, bool) {
	switch s.first {
	case "":
		return "step.first_missing", true
	case who:
		return "step.second_same", true
	}
	s.state = incident.StepDone
	return "", false
}

func (s *mark) drop(chief bool) (string, bool) {
	switch {
	case !s.cond:
		return "step.not_conditional", true
	case s.ciso && !chief:
		return "step.reserved", true
	}
	s.state = incident.StepNA
	return "", false
}

func (s *mark) decide(who string, chief bool) (string, bool) {
	switch {
	case who != "sato" && !chief:
		return "perm.no", true
	case !s.choose:
		return "decision.none", true
	case s.closed():
		return "decision.made", true
	case !chief:
		return "step.reserved", true
	}
	s.state = incident.StepDone
	return "dec.made", false
}

// differs compares the model with the program's state.
func (m *model) differs(st *incident.Incident) error {
	closed := 0
	for n, s := range m.steps {
		got := st.FindStep(n)
		if got.State != s.at() || got.Holder != s.holder || got.First != s.first {
			return fmt.Errorf("step %s is %s (holder %q, first %q), the model says %s (%q, %q)", n, got.State, got.Holder, got.First, s.at(), s.holder, s.first)
		}
		if s.closed() {
			closed++
		}
	}
	for i, phase := range [][]string{{"1", "2", "3"}, {"4", "5"}} {
		all := !slices.ContainsFunc(phase, func(n string) bool { return !m.steps[n].closed() })
		if all && !st.Runs[0].Phases[i].Ended {
			return fmt.Errorf("phase %d is not announced as completed", i+1)
		}
	}
	if closed == len(m.steps) != st.Runs[0].Ended && closed == len(m.steps) {
		return fmt.Errorf("every step is closed and the runbook has not ended")
	}
	return nil
}
