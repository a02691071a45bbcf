package incident_test

import (
	"strings"
	"testing"

	"irbot/internal/incident"
)

// A parallel step stays open beside the steps and phases after it; a blocked
// one lets the next go first.
func TestCurrents(t *testing.T) {
	step := func(key string, phase int, parallel bool, state incident.StepState) *incident.Step {
		return &incident.Step{StepFacts: incident.StepFacts{Key: key, Phase: phase, Parallel: parallel}, State: state}
	}
	const open, done, blocked = incident.StepOpen, incident.StepDone, incident.StepBlocked
	cases := []struct {
		name   string
		beside bool // phase 2 runs beside phase 1
		steps  []*incident.Step
		want   string
	}{
		{"in order", false, []*incident.Step{step("1.1", 1, false, open), step("1.2", 1, true, open), step("2.1", 2, false, open)}, "1.1"},
		{"parallel holds nothing up", false, []*incident.Step{step("1.1", 1, true, open), step("1.2", 1, false, open), step("2.1", 2, false, open)}, "1.1 1.2"},
		{"nor the next phase", false, []*incident.Step{step("1.1", 1, false, done), step("1.2", 1, true, open), step("2.1", 2, false, open)}, "1.2 2.1"},
		{"blocked lets the next go first", false, []*incident.Step{step("1.1", 1, false, blocked), step("1.2", 1, true, open), step("2.1", 2, false, open)}, "1.2"},
		{"blocked alone", false, []*incident.Step{step("1.1", 1, false, blocked), step("2.1", 2, false, open)}, "1.1"},
		{"phases side by side", true, []*incident.Step{step("1.1", 1, false, open), step("2.1", 2, true, open), step("2.2", 2, false, open)}, "1.1 2.1 2.2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := &incident.Run{ID: "r1", Phases: []incident.Phase{{No: 1}, {No: 2, Parallel: c.beside}}, Steps: c.steps}
			var got []string
			for _, st := range r.Currents() {
				got = append(got, st.Key)
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("currents are %q, want %q", s, c.want)
			}
		})
	}
}
