package runbook

import "testing"

// TestTheMeasureFalls shows that each way of reading wrongly costs: a measure
// that cannot fall proves nothing.
func TestTheMeasureFalls(t *testing.T) {
	want := labelled{
		Phases:        []labelPhase{{Line: 3, StepLines: []int{5, 6, 7, 8}}, {Line: 10, StepLines: []int{12, 13}}},
		DecisionLines: []int{8}, Owners: []string{"警備"}, OptionalLines: []int{9},
	}
	right := func() *Runbook {
		steps := func(lines ...int) (out []Step) {
			for _, l := range lines {
				out = append(out, Step{Line: l})
			}
			return out
		}
		rb := &Runbook{Phases: []Phase{{Line: 3, Steps: steps(5, 6, 7, 8)}, {Line: 10, Steps: steps(12, 13)}}, Roles: []string{"警備班"}}
		rb.Phases[0].Steps[3].Decision = &Decision{Line: 8, EndLine: 8}
		return rb
	}
	for _, c := range []struct {
		name              string
		spoil             func(*Runbook)
		share             float64
		decisions, owners int
	}{
		{"read rightly", func(*Runbook) {}, 1, 1, 1},
		{"an optional step more", func(rb *Runbook) { rb.Phases[0].Steps = append(rb.Phases[0].Steps, Step{Line: 9}) }, 1, 1, 1},
		{"a step missing", func(rb *Runbook) { rb.Phases[1].Steps = rb.Phases[1].Steps[:1] }, 5.0 / 6, 1, 1},
		{"two steps too many", func(rb *Runbook) { rb.Phases[1].Steps = append(rb.Phases[1].Steps, Step{Line: 20}, Step{Line: 30}) }, 6.0 / 8, 1, 1},
		{"two steps in the wrong order", func(rb *Runbook) { s := rb.Phases[0].Steps; s[0].Line, s[2].Line = s[2].Line, s[0].Line }, 4.0 / 6, 1, 1},
		{"a phase that begins too late", func(rb *Runbook) { rb.Phases[1].Line = 14 }, 4.0 / 6, 1, 1},
		{"everything in the first phase", func(rb *Runbook) {
			rb.Phases = []Phase{{Line: 3, Steps: append(rb.Phases[0].Steps, rb.Phases[1].Steps...)}}
		}, 4.0 / 6, 1, 1},
		{"no phases at all", func(rb *Runbook) { rb.Phases = nil }, 0, 0, 1},
		{"a decision and an owner not seen", func(rb *Runbook) { rb.Phases[0].Steps[3].Decision, rb.Roles = nil, nil }, 1, 0, 0},
	} {
		rb := right()
		c.spoil(rb)
		if s := scoreFile(rb, want); s.share < c.share-1e-9 || s.share > c.share+1e-9 || s.decisions != c.decisions || s.owners != c.owners {
			t.Errorf("%s: share %.3f, want %.3f; decisions %d, owners %d", c.name, s.share, c.share, s.decisions, s.owners)
		}
	}
}
