package runbook

import "strings"

// draft is a step before its facts are read: what carries it and what belongs
// to it.
type draft struct {
	form     string
	line     int
	off      int
	block    *block // item, paragraph or code
	row      *tableRow
	table    *block
	roles    []columnRole
	sec      *section // a heading step
	attached []*block // blocks after it that belong to it
	cond     bool     // a row of a decision table
}

// phaseDraft is a section with steps.
type phaseDraft struct {
	sec     *section
	intro   []*block // before the first step
	drafts  []*draft
	purpose string
	loose   []Decision
	strong  bool // the section has a list that is surely steps
}

// collect walks the sections in order and gathers the phases. A section under a
// heading step belongs to that step.
func (r *reader) collect(all []*section) []*phaseDraft {
	var out []*phaseDraft
	for _, s := range all {
		if s.kind == kindContext || s.underStep() || s.step || s.answer {
			continue
		}
		p := r.collectSection(s)
		if len(p.drafts) > 0 {
			out = append(out, p)
		}
		if len(out) > maxPhases {
			break // one over the limit, for capSteps to see and report
		}
	}
	return out
}

func (s *section) underStep() bool {
	for up := s.parent; up != nil; up = up.parent {
		if up.step || up.answer {
			return true
		}
	}
	return false
}

// markSteps finds the headings that are steps: "Step 3", numbered headings that
// win the vote, and runs of "… IF:" headings. What holds them is a procedure.
func (r *reader) markSteps(all []*section) {
	for _, s := range all {
		if s.head == nil || s.kind == kindContext || s.isTitle {
			continue
		}
		if s.stepNum {
			s.step = r.stepHeading(s)
		}
	}
	for _, s := range all {
		if s.step || s.underStep() {
			continue
		}
		r.voteNumbered(s)
		r.markAnswers(s)
	}
	for _, s := range all {
		if !s.step && !s.answer {
			continue
		}
		if s.kind == kindUnknown {
			s.kind = kindAction
		}
		if s.parent.kind == kindUnknown {
			s.parent.kind = kindAction
		}
	}
}

// stepHeading tells whether a "Step N" heading is one step. When its siblings
// each hold deep sections with lists of their own, they are phases instead.
func (r *reader) stepHeading(s *section) bool {
	deep := 0
	for _, k := range s.kids {
		if k.stepNum {
			deep++
		}
	}
	return deep < 2
}

// voteNumbered decides whether three or more numbered headings are steps or
// phases: phases when half of them hold lists. Headings of which most name no
// act are chapters of a manual, not steps.
func (r *reader) voteNumbered(s *section) {
	var voters []*section
	for _, k := range s.kids {
		if k.number == "" || k.step || k.head.pseudo {
			continue
		}
		if k.own == kindContext || k.kind == kindContext {
			return
		}
		voters = append(voters, k)
	}
	if len(voters) < 3 {
		return
	}
	holders, acts := 0, 0
	for _, k := range voters {
		if k.own == kindAction || k.own == kindSoftAction || k.own == kindPrepare || actsTitle(k.title) {
			acts++
		}
		if r.holdsSteps(k, true) {
			holders++
		}
	}
	if holders*2 >= len(voters) || acts*2 < len(voters) {
		return
	}
	for _, k := range voters {
		k.step = true
	}
}

// actsTitle tells a heading that says what to do.
func actsTitle(title string) bool {
	_, t, _ := cutNumber(trimSigns(stripBrackets(title)))
	return imperative(t)
}

// holdsSteps tells an ordered or task list or a table of steps anywhere below,
// two bullets among the section's own blocks, or two headings below with bullets
// each.
func (r *reader) holdsSteps(s *section, own bool) bool {
	for _, b := range s.blocks {
		if b.kind == kindTable && len(b.tableRows()) >= 2 && r.tableShape(b) == tableSteps {
			return true
		}
		if b.kind != kindList || linkOnly(b) {
			continue
		}
		if b.ordered || b.isTaskList() || own && len(b.kids) >= 2 {
			return true
		}
	}
	lists := 0
	for _, k := range s.kids {
		if k.stepNum || r.holdsSteps(k, false) {
			return true
		}
		if own && !k.head.pseudo && r.holdsSteps(k, true) {
			lists++
		}
	}
	return lists >= 2
}

// markAnswers finds two or more "… IF:" headings side by side. The form is so
// explicit that the section above is a procedure whatever it is called.
func (r *reader) markAnswers(s *section) {
	n := 0
	for _, k := range s.kids {
		switch {
		case endsIf(k.plain):
			n++
		case strings.HasSuffix(k.plain, "場合"):
			return // beside 「足りなくなった場合」 they are cases, not answers
		}
	}
	if n < 2 || s.head == nil || s.isTitle && s.head.level == 1 {
		return
	}
	s.kind = kindAction
	for _, k := range s.kids {
		if endsIf(k.plain) {
			k.answer, k.kind = true, kindAction
		}
	}
}

// collectSection gathers the steps of one section.
func (r *reader) collectSection(s *section) *phaseDraft {
	p := &phaseDraft{sec: s}
	p.strong = r.hasStepList(s) || r.hasActList(s)
	if r.listsLead(s) {
		r.collectLists(p, s.blocks)
	} else {
		r.collectProse(p, s.blocks)
	}
	var answers []*section
	for _, k := range s.kids {
		switch {
		case k.step && k.kind != kindContext:
			p.drafts = append(p.drafts, r.draft(draft{form: "heading", line: k.line, off: k.head.off, sec: k, block: k.head}))
		case k.answer:
			answers = append(answers, k)
		}
	}
	if len(answers) > 0 {
		d := r.draft(draft{form: "heading", line: answers[0].line, off: answers[0].head.off, sec: s, block: answers[0].head})
		if len(p.drafts) == 0 && len(answers) == len(s.kids) && s.head != nil {
			d.line, d.off, d.block = s.line, s.head.off, s.head
		}
		p.drafts = append(p.drafts, d)
	}
	return p
}

// draft keeps a draft for as long as the file is read.
func (r *reader) draft(d draft) *draft {
	p := r.mem.drafts.next()
	*p = d
	return p
}
