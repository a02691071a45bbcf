package runbook

import (
	"slices"
	"strings"
)

// lint runs every rule that looks at the finished model, then makes the
// findings of the profile in force.
func (r *reader) lint() {
	r.markCode()
	r.lintFile()
	r.lintSections()
	r.lintPhases()
	r.lintFlow()
	r.lintMessages()
	r.lintLinks()
	r.lintText()
	r.finish()
}

// markCode notes which lines are code or raw HTML, where signs mean nothing.
func (r *reader) markCode() {
	n := r.t.count() + 2
	r.mem.flags = slices.Grow(r.mem.flags[:0], 2*n)[:2*n]
	r.code, r.html = r.mem.flags[:n:n], r.mem.flags[n:]
	for _, s := range r.sections {
		for _, b := range s.blocks {
			b.each(func(x *block) {
				if x.kind == kindCode || x.kind == kindHTML {
					for n := x.line; n <= x.end && n < len(r.code); n++ {
						r.code[n], r.html[n] = true, x.kind == kindHTML
					}
				}
			})
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

// ignoresIn reads <!-- irbot: ignore RB012 --> comments: they silence the rules
// they name on their own line and the next.
func ignoresIn(t lineTable) ignoreMap {
	const mark = "irbot: ignore"
	if !strings.Contains(t.text, ": ignore") || !strings.Contains(t.text, mark) {
		return nil
	}
	m := ignoreMap{}
	for n := 1; n <= t.count(); n++ {
		_, after, ok := strings.Cut(t.line(n), mark)
		if !ok {
			continue
		}
		names, _, _ := strings.Cut(after, "-->")
		m[n] = append(m[n], strings.FieldsFunc(names, func(c rune) bool { return c == ' ' || c == ',' })...)
	}
	return m
}
