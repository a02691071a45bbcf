package runbook

import "strings"

// lint runs every rule that looks at the finished model, then makes the
// findings of the profile in force.
func (r *reader) lint() {
	if r.rb.Reference {
		r.find("RB105", 1, 1)
	}
	r.lintFile()
	r.lintPhases()
	r.finish()
}

// lintFile reports on the document as a whole.
func (r *reader) lintFile() {
	d := r.decoded
	if d.encoding != encUTF8 {
		r.find("RB102", 1, 1, d.encoding)
	}
	if d.bom {
		r.find("RB103", 1, 1)
	}
	if d.crlf {
		r.find("RB108", 1, 1)
	}
}

// lintPhases reports what a phase or its steps lack.
func (r *reader) lintPhases() {
	for i := range r.rb.Phases {
		p := &r.rb.Phases[i]
		owner, done := 0, 0
		for j := range p.Steps {
			if len(p.Steps[j].Owner) == 0 {
				owner++
			}
			if p.Steps[j].DoneWhen == "" {
				done++
			}
		}
		if owner > 0 {
			r.find("RB301", p.Line, 1, owner)
		}
		if done > 0 {
			r.find("RB012", p.Line, 1, done)
		}
	}
}

// ignoreMap holds the rules silenced in the file, by line.
type ignoreMap map[int][]string

func (m ignoreMap) has(id string, line int) bool {
	for _, n := range [...]int{line, line - 1} {
		for _, x := range m[n] {
			if x == id {
				return true
			}
		}
	}
	return false
}

// ignores reads <!-- irbot: ignore RB012 --> comments: they silence the rules
// they name on their own line and the next.
func (r *reader) ignores() ignoreMap {
	const mark = "irbot: ignore"
	if !strings.Contains(r.t.text, mark) {
		return nil
	}
	m := ignoreMap{}
	for n := 1; n <= r.t.count(); n++ {
		_, after, ok := strings.Cut(r.t.line(n), mark)
		if !ok {
			continue
		}
		names, _, _ := strings.Cut(after, "-->")
		m[n] = append(m[n], strings.FieldsFunc(names, func(c rune) bool { return c == ' ' || c == ',' })...)
	}
	return m
}
