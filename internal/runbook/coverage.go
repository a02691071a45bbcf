package runbook

import (
	"cmp"
	"slices"
)

// Span is a run of lines that belongs to one node of the model.
type Span struct {
	Kind string // preamble, phase, step, context
	From int    // first line, from 1
	To   int    // last line, inclusive
	Key  string // key of the step, title of the rest
}

// cut is where a node begins.
type cut struct {
	line  int
	kind  string
	phase *Phase
	step  *Step
	sec   *section
}

// rank puts the innermost of the nodes on one line last.
func (c cut) rank() int {
	switch c.kind {
	case "context":
		return 0
	case "phase":
		return 1
	}
	return 2
}

// layout gives every node its last line and keeps the sections without steps
// as context. Each line after the front matter falls to the node that begins
// last before it, so that nothing is lost and nothing is counted twice.
func (r *reader) layout() {
	cuts := r.cuts()
	for i, c := range cuts {
		end := r.t.count()
		if i+1 < len(cuts) {
			end = cuts[i+1].line - 1
		}
		if c.kind == "phase" && end < c.line {
			c.phase.HeadEnd = end
			continue
		}
		end = r.t.trimEnd(c.line, max(end, c.line))
		switch c.kind {
		case "phase":
			c.phase.HeadEnd = end
		case "step":
			c.step.EndLine = end
			c.step.Body = r.t.span(c.line, end)
		case "context":
			r.addContext(c.sec, c.line, end)
		}
	}
	for i := range r.rb.Phases {
		p := &r.rb.Phases[i]
		p.EndLine = p.Line
		for j := range p.Steps {
			p.EndLine = max(p.EndLine, p.Steps[j].EndLine)
		}
	}
}

func (r *reader) addContext(s *section, from, to int) {
	c := Context{Line: from, EndLine: to, Body: r.t.span(from, to)}
	if s.head != nil {
		c.Title, c.Level = s.title, s.head.level
	}
	if c.Body != "" || c.Title != "" {
		r.rb.Contexts = append(r.rb.Contexts, c)
	}
}

// cuts lists where nodes begin, in order of lines; of several on one line the
// innermost has it.
func (r *reader) cuts() []cut {
	out := slices.Grow(r.mem.cuts[:0], len(r.sections)*3)
	phaseAt := make(map[*section]bool, len(r.rb.Phases))
	for i := range r.rb.Phases {
		p := &r.rb.Phases[i]
		phaseAt[r.phaseOf[i].sec] = true
		out = append(out, cut{line: p.Line, kind: "phase", phase: p})
		for j := range p.Steps {
			out = append(out, cut{line: p.Steps[j].Line, kind: "step", step: &p.Steps[j]})
		}
	}
	for _, s := range r.sections {
		if phaseAt[s] || s.step || s.answer || s.underStep() {
			continue
		}
		out = append(out, cut{line: max(s.line, 1), kind: "context", sec: s})
	}
	slices.SortStableFunc(out, func(a, b cut) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.rank(), b.rank()))
	})
	r.mem.cuts = out // all of it, to be emptied
	kept := out[:0]
	for i, c := range out {
		if i+1 < len(out) && out[i+1].line == c.line && c.kind == "context" {
			continue
		}
		kept = append(kept, c)
	}
	return kept
}

// Coverage lists which node each line of the file belongs to, in order of
// lines. Every line that is not blank and not front matter lies in exactly one
// span.
func (rb *Runbook) Coverage() []Span {
	var out []Span
	for i := range rb.Contexts {
		c := &rb.Contexts[i]
		out = append(out, Span{Kind: "context", From: c.Line, To: c.EndLine, Key: c.Title})
	}
	for i := range rb.Phases {
		p := &rb.Phases[i]
		head := Span{Kind: "phase", From: p.Line, To: p.HeadEnd, Key: p.Title}
		if head.To >= head.From {
			out = append(out, head)
		}
		for j := range p.Steps {
			s := &p.Steps[j]
			out = append(out, Span{Kind: "step", From: s.Line, To: s.EndLine, Key: s.Key})
		}
	}
	slices.SortStableFunc(out, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	return out
}
