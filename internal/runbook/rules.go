package runbook

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
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

// Examples are a bad and a good one in a language, "ja" or "en".
func (r *Rule) Examples(lang string) (bad, good string) {
	if lang == "en" {
		return inEnglish(*r)
	}
	return r.Bad, r.Good
}

// silent is the severity of rules that say nothing in a profile.
const silent Severity = ""

// Rules lists all rules in the order of their ids, for help and documentation.
func Rules() []Rule {
	var all []Rule
	for group := range ruleGroups {
		all = append(all, rulesOf(group)...)
	}
	slices.SortFunc(all, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

const ruleGroups = 7

// rulesOf gives the rules of a group, which are built once.
func rulesOf(group int) []Rule { return ruleTables()[group] }

func buildRules(group int) []Rule {
	switch group {
	case 0:
		return labelRules()
	case 1:
		return structureRules()
	case 2:
		return fileRules()
	case 3:
		return pageRules()
	case 4:
		return flowRules()
	case 5:
		return messageRules()
	}
	return safetyRules()
}

// Explain gives the rule behind an id such as RB012. E012, W012 and 012 are
// understood too, because the console shows the severity in the letter. ok is
// false if there is no such rule.
func Explain(id string) (Rule, bool) {
	if len(id) < 3 {
		return Rule{}, false
	}
	var book ruleBook
	rule := book.rule("RB" + id[len(id)-3:])
	if rule == nil {
		return Rule{}, false
	}
	return *rule, true
}

// mayHold tells whether a group may hold a rule, by the hundred of its id, so
// that groups nobody asks for are not made.
func mayHold(group int, id string) bool {
	if len(id) != 5 {
		return false
	}
	switch id[2] {
	case '0':
		return group == 2 && (id >= "RB008" || id < "RB003") || group == 1 && id >= "RB003" && id < "RB008" || group == 0 && id >= "RB012"
	case '1':
		return group == 2
	case '2':
		return group == 1
	case '3':
		return group == 0
	case '4':
		return group == 4 || group == 1
	case '5':
		return group == 5
	case '6', '7':
		return group == 3
	}
	return group == 6
}

// ruleBook holds the groups of rules one Read has needed so far.
type ruleBook struct {
	groups [ruleGroups][]Rule
}

func (b *ruleBook) rule(id string) *Rule {
	for g := range b.groups {
		if !mayHold(g, id) {
			continue
		}
		if b.groups[g] == nil {
			b.groups[g] = rulesOf(g)
		}
		for i := range b.groups[g] {
			if b.groups[g][i].ID == id {
				return &b.groups[g][i]
			}
		}
	}
	return nil
}

// severity is the one of a profile.
func (r *Rule) severity(strict bool) Severity {
	if strict {
		return r.Strict
	}
	return r.AsIs
}

func (r *Rule) finding(line, col int, strict bool, args []any) Finding {
	f := Finding{ID: r.ID, Severity: r.severity(strict), Line: line, Col: col, Message: r.JA, MessageEN: r.EN, Fix: r.FixJA, FixEN: r.FixEN}
	if len(args) > 0 {
		f.Message = fill(r.JA, args)
		f.MessageEN = fill(r.EN, args)
	}
	return f
}

// fill puts values into a message: %v takes the next one, %[2]v the second.
func fill(format string, args []any) string {
	var short [320]byte // most are a sentence
	out, next := short[:0], 0
	for {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			return string(append(out, format...))
		}
		out, format = append(out, format[:i]...), format[i:]
		switch {
		case strings.HasPrefix(format, "%v"):
			format = format[2:]
		case len(format) > 4 && format[1] == '[':
			next = int(format[2] - '1')
			format = format[5:]
		default:
			out, format = append(out, '%'), format[1:]
			continue
		}
		if next >= 0 && next < len(args) {
			out = appendValue(out, args[next])
		}
		next++
	}
}

func appendValue(out []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return append(out, v...)
	case int:
		return strconv.AppendInt(out, int64(v), 10)
	}
	return fmt.Append(out, v)
}

// raised is a finding before the profile is known.
type raised struct {
	id        string
	line, col int
	args      []any
}

// find notes a finding; messages are made at the end, once the profile is known.
func (r *reader) find(id string, line, col int, args ...any) {
	if len(r.raised) >= manyRaised && r.often(id) {
		return
	}
	r.raised = append(r.raised, raised{id: id, line: line, col: col, args: args})
}

// manyRaised is from where on a rule that is raised again and again is no longer
// listed: no usual file comes near it.
const manyRaised = 4_000

// often counts a rule and tells whether it was raised far more often than it
// is reported.
func (r *reader) often(id string) bool {
	if r.times == nil {
		r.times = map[string]int{}
		for _, x := range r.raised {
			r.times[x.id]++
		}
	}
	r.times[id]++
	return r.times[id] > 4*maxFindings
}

// maxFindings is how often one rule is reported in a file; nobody reads more.
const maxFindings = 200

// finish turns what was raised into sorted, unique findings of the profile.
func (r *reader) finish() {
	var book ruleBook
	r.rb.Findings = make([]Finding, 0, min(len(r.raised), 1_000))
	count := map[string]int{}
	ignored := ignoresIn(r.t)
	lines := r.t.count()
	for _, x := range r.raised {
		rule := book.rule(x.id)
		if rule == nil || rule.severity(r.rb.Strict) == silent || slices.Contains(r.opt.Silent, x.id) || ignored.has(x.id, x.line) {
			continue
		}
		if count[x.id]++; count[x.id] > maxFindings {
			continue
		}
		line := min(max(x.line, 1), lines)
		r.rb.Findings = append(r.rb.Findings, rule.finding(line, max(x.col, 1), r.rb.Strict, x.args))
	}
	if r.rb.Findings = sortFindings(r.rb.Findings); len(r.rb.Findings) == 0 {
		r.rb.Findings = nil
	}
}

func sortFindings(in []Finding) []Finding {
	slices.SortStableFunc(in, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.ID, b.ID), cmp.Compare(a.MessageEN, b.MessageEN))
	})
	out := in[:0]
	for i, f := range in {
		if i == 0 || f != out[len(out)-1] {
			out = append(out, f)
		}
	}
	return out
}
