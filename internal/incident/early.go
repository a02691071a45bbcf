package incident

import (
	"fmt"
	"slices"
	"strings"
)

// namedEarly is how many open steps an answer names.
const namedEarly = 5

// early says, when a step was completed before its turn, which steps of the run
// stand open before it. It is never forbidden: in earnest people do what can be
// done, and the record shows the order.
func (c *call) early(ch Change, st *Step) Change {
	r := c.s.runOf(st.Ref)
	if r == nil || st.Parallel || ch.Outcome.Code != "" || slices.Contains(r.Currents(), st) {
		return ch
	}
	var open []string
	for _, x := range r.Steps {
		if x == st {
			break
		}
		if !x.Closed() && !x.Parallel {
			open = append(open, fmt.Sprint(x.N))
		}
	}
	if len(open) == 0 {
		return ch
	}
	if len(open) > namedEarly {
		open = append(open[:namedEarly], "…")
	}
	ch.Outcome = Outcome{Code: "step.early", Ref: st.Ref, Args: map[string]string{"n": fmt.Sprint(st.N), "open": strings.Join(open, "、")}}
	return ch
}
