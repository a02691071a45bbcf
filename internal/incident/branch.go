package incident

import (
	"irbot/internal/timeline"
)

// branch closes a decision step and follows the chosen answer: the steps of the
// other answers do not apply, a jump forward makes the steps between not
// applicable, a jump back opens them again.
func branch(s *Incident, st *Step, choice string, e *timeline.Entry) {
	closeStep(st, StepDone, e)
	r := s.runOf(st.Ref)
	if r == nil {
		return
	}
	var b BranchFacts
	for _, x := range st.Branches {
		if x.Key == choice {
			b = x
		}
	}
	mine := st.Key + "#" + choice
	for _, x := range r.Steps {
		if x.Of != "" && x.Of != mine && !x.Closed() && x.Book == "" && keyOf(x.Of) == st.Key {
			closeStep(x, StepNA, e)
		}
	}
	r.jump(st, JumpFacts{To: b.To, End: b.End}, mine, e)
}

func keyOf(of string) string {
	for i := range of {
		if of[i] == '#' {
			return of[:i]
		}
	}
	return of
}

// finish closes a step as done and goes where its label 次 leads.
func finish(s *Incident, st *Step, e *timeline.Entry) {
	closeStep(st, StepDone, e)
	if r := s.runOf(st.Ref); r != nil && st.Next != nil {
		r.jump(st, *st.Next, "", e)
	}
}

// jump leads from a closed step to another one. Steps of the chosen answer
// (mine), parallel steps, and phases that run beside the one of the step are
// somebody else's work and stay.
func (r *Run) jump(st *Step, j JumpFacts, mine string, e *timeline.Entry) {
	if j.To == "" && !j.End {
		return
	}
	from, to := r.index(st.Key), len(r.Steps)
	if j.To != "" {
		to = r.index(j.To)
	}
	if from < 0 || to < 0 {
		return
	}
	if to <= from {
		if st.Round >= 2 { // a circle: after the second pass a person goes on by hand
			return
		}
		for _, x := range r.Steps[to : from+1] {
			if x.Closed() && x.Book == "" {
				reopen(x)
			}
		}
		return
	}
	beside := r.beside(st.Phase)
	for _, x := range r.Steps[from+1 : to] {
		own := mine != "" && x.Of == mine
		if x.Closed() || own || !j.End && (x.Parallel || x.Phase != st.Phase && beside[x.Phase]) {
			continue
		}
		closeStep(x, StepNA, e)
	}
}

func (r *Run) nothingLeft(phase int) bool {
	found := false
	for _, x := range r.Steps {
		if x.Phase == phase {
			found = true
			if !x.Closed() {
				return false
			}
		}
	}
	return found
}

// beside are the phases that run in parallel with one, itself included.
func (r *Run) beside(no int) map[int]bool {
	out := map[int]bool{}
	for i := 0; i < len(r.Phases); {
		j := i + 1
		for j < len(r.Phases) && r.Phases[j].Parallel {
			j++
		}
		for _, p := range r.Phases[i:j] {
			if p.No == no {
				for _, q := range r.Phases[i:j] {
					out[q.No] = true
				}
			}
		}
		i = j
	}
	return out
}
