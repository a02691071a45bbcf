// Package bookdiff compares two versions of a runbook. It guarantees that every
// step of both is named exactly once, and that the same two give the same list.
package bookdiff

import (
	"slices"
	"strings"

	"irbot/internal/runbook"
)

// Kind says what became of a step.
type Kind string

// What can become of a step.
const (
	Same    Kind = "same"
	Changed Kind = "changed"
	Added   Kind = "added"
	Removed Kind = "removed"
)

// Change is one step in both versions. Old or New is nil where it is in one only.
type Change struct {
	Kind  Kind
	Old   *runbook.Step
	New   *runbook.Step
	Facts []string // what differs: title, body, owner, due, evidence, done, decision, place
}

// Counts are the numbers of changes of each kind.
type Counts struct{ Same, Changed, Added, Removed int }

// steps lists the steps of a runbook in order.
func steps(b *runbook.Runbook) []*runbook.Step {
	var out []*runbook.Step
	if b == nil {
		return nil
	}
	for i := range b.Phases {
		for j := range b.Phases[i].Steps {
			out = append(out, &b.Phases[i].Steps[j])
		}
	}
	return out
}

// Match pairs the steps of two versions: key of the new one → key of the old
// one. Steps pair by their stable id (RUNBOOKS 4.7), then, where a title was
// reworded, by an equal body at any place, then by a like title at the same
// place. The sub-items of a paired decision's answers pair by place and title.
func Match(old, now *runbook.Runbook) map[string]string {
	m := matcher{pairs: map[string]string{}, used: map[string]bool{}}
	before, after := steps(old), steps(now)
	m.pair(before, after, func(a, b *runbook.Step) bool { return a.StableID != "" && a.StableID == b.StableID })
	m.pair(before, after, func(a, b *runbook.Step) bool { return rest(a) != "" && rest(a) == rest(b) && like(a.Title, b.Title) })
	m.pair(before, after, func(a, b *runbook.Step) bool { return a.Title == b.Title })
	m.pair(before, after, func(a, b *runbook.Step) bool { return a.Key == b.Key && like(a.Title, b.Title) })
	for _, b := range after {
		for _, a := range before {
			if m.pairs[b.Key] == a.Key {
				m.answers(a, b)
			}
		}
	}
	return m.pairs
}

type matcher struct {
	pairs map[string]string
	used  map[string]bool
}

func (m matcher) pair(before, after []*runbook.Step, equal func(a, b *runbook.Step) bool) {
	for _, b := range after {
		if m.pairs[b.Key] != "" {
			continue
		}
		i := slices.IndexFunc(before, func(a *runbook.Step) bool { return !m.used[a.Key] && equal(a, b) })
		if i >= 0 {
			m.pairs[b.Key], m.used[before[i].Key] = before[i].Key, true
		}
	}
}

// answers pairs the sub-items under the answers of a decision, as the run names
// them: 2.1.b3 is the third of the second answer.
func (m matcher) answers(a, b *runbook.Step) {
	if a.Decision == nil || b.Decision == nil {
		return
	}
	for i, nb := range b.Decision.Branches {
		for j, sub := range nb.Subs {
			if i < len(a.Decision.Branches) && j < len(a.Decision.Branches[i].Subs) && a.Decision.Branches[i].Subs[j].Title == sub.Title {
				key := "." + string(rune('a'+i%26)) + itoa(j+1)
				m.pairs[b.Key+key] = a.Key + key
			}
		}
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// rest is a step without its first line, which holds the title.
func rest(s *runbook.Step) string {
	_, body, _ := strings.Cut(s.Body, "\n")
	return strings.TrimSpace(body)
}

// like tells titles that share at least half of their pairs of characters.
func like(a, b string) bool {
	x, y := bigrams(a), bigrams(b)
	if len(x) == 0 || len(y) == 0 {
		return a == b
	}
	shared := 0
	for g := range x {
		if y[g] {
			shared++
		}
	}
	return shared*2 >= min(len(x), len(y))
}

func bigrams(s string) map[[2]rune]bool {
	out := map[[2]rune]bool{}
	var last rune
	for i, r := range s {
		if i > 0 {
			out[[2]rune{last, r}] = true
		}
		last = r
	}
	return out
}

// Steps compares two versions step by step: in the order of the new one, each
// removed step behind the one it followed.
func Steps(old, now *runbook.Runbook) []Change {
	pairs := Match(old, now)
	back := map[string]*runbook.Step{}
	before := steps(old)
	for _, a := range before {
		back[a.Key] = a
	}
	paired := map[string]bool{}
	var out []Change
	for _, b := range steps(now) {
		a := back[pairs[b.Key]]
		if a == nil {
			out = append(out, Change{Kind: Added, New: b})
			continue
		}
		paired[a.Key] = true
		c := Change{Kind: Same, Old: a, New: b, Facts: differ(a, b)}
		if len(c.Facts) > 0 {
			c.Kind = Changed
		}
		out = append(out, c)
	}
	for i, a := range before {
		if paired[a.Key] {
			continue
		}
		at := 0
		for j := range out {
			if i > 0 && out[j].Old == before[i-1] {
				at = j + 1
			}
		}
		out = slices.Insert(out, at, Change{Kind: Removed, Old: a})
	}
	return out
}

// Count counts changes by kind.
func Count(list []Change) Counts {
	var c Counts
	for _, x := range list {
		switch x.Kind {
		case Same:
			c.Same++
		case Changed:
			c.Changed++
		case Added:
			c.Added++
		case Removed:
			c.Removed++
		}
	}
	return c
}

func differ(a, b *runbook.Step) []string {
	var out []string
	add := func(name string, differs bool) {
		if differs {
			out = append(out, name)
		}
	}
	add("title", a.Title != b.Title)
	add("owner", !slices.Equal(a.Owner, b.Owner))
	add("closer", !slices.Equal(a.Approver, b.Approver))
	add("due", written(a.Due) != written(b.Due))
	add("evidence", !slices.Equal(a.Evidence, b.Evidence))
	add("done", a.DoneWhen != b.DoneWhen)
	add("forbidden", !slices.Equal(a.Forbidden, b.Forbidden))
	add("decision", answers(a) != answers(b))
	add("flags", a.TwoPerson != b.TwoPerson || a.Optional != b.Optional || a.Parallel != b.Parallel)
	if len(out) == 0 {
		add("body", strings.TrimSpace(a.Body) != strings.TrimSpace(b.Body))
	}
	return out
}

func written(l *runbook.Limit) string {
	if l == nil {
		return ""
	}
	return l.Written
}

func answers(s *runbook.Step) string {
	if s.Decision == nil {
		return ""
	}
	var b strings.Builder
	for _, x := range s.Decision.Branches {
		b.WriteString(x.Label + "\x00" + x.Text + "\x00")
	}
	return b.String()
}
