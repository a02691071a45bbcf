package runbook

import (
	"fmt"
	"sort"
)

// Rule is one thing the linter looks for. Ids never change and are never used
// again for something else.
type Rule struct {
	ID      string
	AsIs    Severity // severity for imported files, "" = silent
	Strict  Severity // severity in the strict profile, "" = silent
	JA, EN  string   // message; %v stands for what was found
	FixJA   string   // what to type instead
	FixEN   string
	Good    string // an example that passes
	Bad     string // an example that does not
	Stopped bool   // the file is not read at all
}

// silent is the severity of rules that say nothing in a profile.
const silent Severity = ""

// Rules lists all rules in the order of their ids, for help and documentation.
func Rules() []Rule {
	var all []Rule
	for _, part := range [...][]Rule{fileRules(), structureRules(), labelRules(), flowRules(), messageRules(), pageRules(), safetyRules()} {
		all = append(all, part...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	return all
}

// Explain gives the rule behind an id such as RB012. E012, W012 and 012 are
// understood too, because the console shows the severity in the letter. ok is
// false if there is no such rule.
func Explain(id string) (Rule, bool) {
	if len(id) < 3 {
		return Rule{}, false
	}
	want := "RB" + id[len(id)-3:]
	for _, r := range Rules() {
		if r.ID == want {
			return r, true
		}
	}
	return Rule{}, false
}

// severity is the one of a profile.
func (r Rule) severity(strict bool) Severity {
	if strict {
		return r.Strict
	}
	return r.AsIs
}

func (r Rule) finding(line, col int, strict bool, args []any) Finding {
	f := Finding{ID: r.ID, Severity: r.severity(strict), Line: line, Col: col, Message: r.JA, MessageEN: r.EN, Fix: r.FixJA, FixEN: r.FixEN}
	if len(args) > 0 {
		f.Message = fmt.Sprintf(r.JA, args...)
		f.MessageEN = fmt.Sprintf(r.EN, args...)
	}
	return f
}

// raised is a finding before the profile is known.
type raised struct {
	id        string
	line, col int
	args      []any
}

// find notes a finding; messages are made at the end, once the profile is known.
func (r *reader) find(id string, line, col int, args ...any) {
	r.raised = append(r.raised, raised{id: id, line: line, col: col, args: args})
}

// finish turns what was raised into sorted, unique findings of the profile.
func (r *reader) finish() {
	rules := map[string]Rule{}
	for _, rule := range Rules() {
		rules[rule.ID] = rule
	}
	quiet := map[string]bool{}
	for _, id := range r.opt.Silent {
		quiet[id] = true
	}
	ignored := r.ignores()
	lines := r.t.count()
	for _, x := range r.raised {
		rule := rules[x.id]
		if rule.severity(r.rb.Strict) == silent || quiet[x.id] || ignored.has(x.id, x.line) {
			continue
		}
		line := min(max(x.line, 1), lines)
		r.rb.Findings = append(r.rb.Findings, rule.finding(line, max(x.col, 1), r.rb.Strict, x.args))
	}
	r.rb.Findings = sortFindings(r.rb.Findings)
}

func sortFindings(in []Finding) []Finding {
	sort.SliceStable(in, func(i, j int) bool {
		a, b := in[i], in[j]
		switch {
		case a.Line != b.Line:
			return a.Line < b.Line
		case a.Col != b.Col:
			return a.Col < b.Col
		case a.ID != b.ID:
			return a.ID < b.ID
		}
		return a.MessageEN < b.MessageEN
	})
	out := in[:0]
	for i, f := range in {
		if i == 0 || f != out[len(out)-1] {
			out = append(out, f)
		}
	}
	return out
}
