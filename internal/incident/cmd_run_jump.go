package incident

import (
	"fmt"
	"strings"

	"irbot/internal/runbook"
)

// SubKey is the key of the step that sub-item j of answer i becomes in a run, as
// in 2.1.b3; i and j count from 0.
func SubKey(key string, i, j int) string { return fmt.Sprintf("%s.%s%d", key, branchKey(i), j+1) }

// SubOf finds the sub-item of an answer by its key; ok is false for other keys.
func SubOf(b *runbook.Runbook, key string) (runbook.SubStep, bool) {
	at := strings.LastIndexByte(key, '.')
	if at < 0 || at+2 >= len(key) {
		return runbook.SubStep{}, false
	}
	st, ok := b.Step(key[:at])
	if !ok || st.Decision == nil {
		return runbook.SubStep{}, false
	}
	for i, br := range st.Decision.Branches {
		for j := range br.Subs {
			if SubKey(st.Key, i, j) == key {
				return br.Subs[j], true
			}
		}
	}
	return runbook.SubStep{}, false
}

func jumpFacts(b *runbook.Runbook, to *runbook.Ref) *JumpFacts {
	j := JumpFacts{To: to.Step, End: to.End}
	if to.Step == "" && to.Phase > 0 {
		j.To = firstOf(b, to.Phase)
	}
	if j == (JumpFacts{}) {
		return nil
	}
	return &j
}

// firstOf is the key of the first step of a phase, "" if it has none.
func firstOf(b *runbook.Runbook, phase int) string {
	for i := range b.Phases {
		if b.Phases[i].No == phase && len(b.Phases[i].Steps) > 0 {
			return b.Phases[i].Steps[0].Key
		}
	}
	return ""
}

// back tells a jump to an earlier step.
func back(b *runbook.Runbook, st *runbook.Step, to *runbook.Ref) bool {
	if to == nil {
		return false
	}
	j := jumpFacts(b, to)
	if j == nil || j.To == "" {
		return false
	}
	for i := range b.Phases {
		for k := range b.Phases[i].Steps {
			switch b.Phases[i].Steps[k].Key {
			case j.To:
				return true // also a jump to itself
			case st.Key:
				return false
			}
		}
	}
	return false
}

// stepKey resolves 「手順3から」: the number as written, in the same phase first,
// then where it is the only one in the file.
func stepKey(b *runbook.Runbook, phase int, ref string, of *runbook.Step) string {
	if ref == "" || of.Due == nil || of.Due.Ref == "" {
		return ref
	}
	var found []string
	for i := range b.Phases {
		for j := range b.Phases[i].Steps {
			st := &b.Phases[i].Steps[j]
			if st.Key == ref {
				return st.Key
			}
			if st.Number == ref {
				if b.Phases[i].No == phase {
					return st.Key
				}
				found = append(found, st.Key)
			}
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return ""
}

// branches are the answers of a decision. A link to another runbook is followed
// when the decision is made, see Decide.
func (c *call) branches(d *runbook.Decision) []BranchFacts {
	var out []BranchFacts
	for i, b := range d.Branches {
		bf := BranchFacts{Key: branchKey(i)}
		if b.To != nil {
			bf.To, bf.End = b.To.Step, b.To.End
			if b.To.Step == "" && b.To.Phase > 0 {
				bf.To = fmt.Sprintf("%d.1", b.To.Phase)
			}
			if b.To.Runbook != "" {
				bf.Runbook = asciiID(runbookID(b.To.Runbook), "link")
			}
		}
		out = append(out, bf)
	}
	return out
}

// follow starts the runbook an answer leads to, where it is there and not under
// way: the decision is what activates it.
func (c *call) follow(st *Step, choice string) (Change, error) {
	src := c.source(st)
	if src == nil || src.Decision == nil {
		return Change{}, nil
	}
	for i, br := range src.Decision.Branches {
		if branchKey(i) != choice || br.To == nil || br.To.Runbook == "" {
			continue
		}
		b := c.linked(br.To.Runbook)
		if b == nil || b.Reference || c.running(b) != nil {
			return Change{}, nil
		}
		return c.startBook(b, false, st.Ref)
	}
	return Change{}, nil
}
