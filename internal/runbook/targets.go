package runbook

import (
	"slices"
	"sort"
	"strconv"
)

// targets are the steps, phases and headings a jump may lead to, by what it may
// call them. They are put in order once: a plan may hold a thousand steps and
// many times as many jumps.
type targets struct {
	steps    []*Step
	phase    []int             // index of the phase of each step
	rising   bool              // each step stands below the one before
	byKey    map[string]int    // first step with a key
	byID     map[string]int    // first step with an id, "" among them
	inPhase  map[numbered]hits // steps by the number written, in their phase
	alike    []bool            // phases in which every step has the same number
	first    []int             // first step of each phase
	written  map[string]hits   // steps by the number written, of phases not alike
	position map[int]hits      // steps by position, of phases alike
	headings map[string]*section
	titles   *titleTargets
}

// numbered is a number as written in a phase.
type numbered struct {
	phase  int
	number string
}

// hits is how many steps have a name, and the first and last of them.
type hits struct {
	first, last, n int
}

func (a hits) with(step int) hits {
	if a.n == 0 {
		a.first = step
	}
	return hits{first: a.first, last: step, n: a.n + 1}
}

// titleTargets are the phases and steps by their plain titles.
type titleTargets struct {
	phases map[string]int
	steps  map[string]hits
}

// targetsOf gives the targets, built at the first jump.
func (r *reader) targetsOf() *targets {
	if r.targets != nil {
		return r.targets
	}
	t := &targets{rising: true, byKey: map[string]int{}, byID: map[string]int{}, inPhase: map[numbered]hits{}, written: map[string]hits{}, position: map[int]hits{}}
	r.targets = t
	for i := range r.rb.Phases {
		steps := r.rb.Phases[i].Steps
		alike := len(steps) > 1 && !slices.ContainsFunc(steps, func(s Step) bool { return s.Number != steps[0].Number })
		t.alike, t.first = append(t.alike, alike), append(t.first, len(t.steps))
		for j := range steps {
			t.add(&steps[j], i, j)
		}
	}
	return t
}

func (t *targets) add(s *Step, phase, at int) {
	n := len(t.steps)
	t.rising = t.rising && (n == 0 || t.steps[n-1].Line <= s.Line)
	t.steps, t.phase = append(t.steps, s), append(t.phase, phase)
	for _, x := range [...]struct {
		names map[string]int
		name  string
	}{{t.byKey, s.Key}, {t.byID, s.ID}} {
		if _, taken := x.names[x.name]; !taken {
			x.names[x.name] = n
		}
	}
	k := numbered{phase, s.Number}
	t.inPhase[k] = t.inPhase[k].with(n)
	if t.alike[phase] {
		t.position[at+1] = t.position[at+1].with(n)
	} else {
		t.written[s.Number] = t.written[s.Number].with(n)
	}
}

// here gives the steps of a phase by the number in the source; where every item
// is numbered "1.", by position.
func (t *targets) here(phase int, number string) hits {
	if !t.alike[phase] {
		return t.inPhase[numbered{phase, number}]
	}
	at, err := strconv.Atoi(number)
	if n := t.first[phase] + at - 1; err == nil && at >= 1 && at <= len(t.steps) && n < len(t.steps) && t.phase[n] == phase {
		return hits{first: n, last: n, n: 1}
	}
	return hits{}
}

// anywhere is here for all phases together.
func (t *targets) anywhere(number string) hits {
	a := t.written[number]
	if at, err := strconv.Atoi(number); err == nil {
		b := t.position[at]
		return hits{last: max(a.last, b.last), n: a.n + b.n}
	}
	return a
}

// between gives the first step on the lines from..to.
func (t *targets) between(from, to int) (int, bool) {
	n := 0
	if t.rising {
		n = sort.Search(len(t.steps), func(i int) bool { return t.steps[i].Line >= from })
	}
	for ; n < len(t.steps); n++ {
		if l := t.steps[n].Line; l >= from && l <= to {
			return n, true
		} else if t.rising && l > to {
			break
		}
	}
	return 0, false
}

// heading gives the first section with a number.
func (r *reader) heading(number string) (*section, bool) {
	t := r.targetsOf()
	if t.headings == nil {
		t.headings = make(map[string]*section, len(r.sections))
		for _, s := range r.sections {
			n := sectionNumber(s)
			if _, taken := t.headings[n]; !taken {
				t.headings[n] = s
			}
		}
	}
	s, ok := t.headings[number]
	return s, ok
}

// titled gives the phases and steps by their titles.
func (r *reader) titled() *titleTargets {
	t := r.targetsOf()
	if t.titles != nil {
		return t.titles
	}
	t.titles = &titleTargets{phases: map[string]int{}, steps: map[string]hits{}}
	for i := range r.rb.Phases {
		name := plainTitle(r.rb.Phases[i].Title)
		if _, taken := t.titles.phases[name]; !taken {
			t.titles.phases[name] = i
		}
	}
	for n, s := range t.steps {
		name := plainTitle(s.Title)
		t.titles.steps[name] = t.titles.steps[name].with(n)
	}
	return t.titles
}
