package incident

import (
	"fmt"
	"slices"
	"strings"
)

// late keeps what somebody wanted of a step that was closed before: first wins,
// the words of the second are kept as a note.
func (c *call) late(st *Step, wanted, words string) Change {
	who, at := c.name(st.By), c.clock(st.ClosedAt)
	code := "step.twice"
	if st.State != StepDone {
		code = "step.closed"
	}
	d := c.draft(KindNote, noteFacts{Step: st.Ref, Kept: wanted}, "text", words, "wanted", wanted)
	ch := one(d)
	ch.Outcome = Outcome{Code: code, Args: map[string]string{"who": who, "at": at, "n": fmt.Sprint(st.N), "state": string(st.State)}}
	if st.By != c.act.Person {
		ch.Outcome.Args["first"] = st.By
	}
	return ch
}

// reserved refuses a step that only some roles may close.
func (c *call) reserved(st *Step) error {
	if len(st.Approver) == 0 {
		return nil
	}
	who := c.holding(st.Approver...)
	if slices.Contains(who, c.act.Person) {
		return nil
	}
	return refuse("step.reserved", "who", c.namesOf(who), "n", fmt.Sprint(st.N), "ask", strings.Join(who, ","))
}
