package runbook

import (
	"cmp"
	"strings"
)

// buildPhase reads the facts of a phase and builds its steps.
func (r *reader) buildPhase(p *phaseDraft) Phase {
	s := p.sec
	ph := Phase{Title: r.rb.Title, Line: s.line, Kind: "action", Purpose: p.purpose}
	if s.head == nil {
		ph.Line = max(s.line, 1)
	} else {
		ph.Title = phaseTitle(s.title)
		ph.Number = sectionNumber(s)
	}
	if s.kind == kindPrepare {
		ph.Kind = "prepare"
	} else if containsAny(fold(s.title), "復旧", "回復", "復元", "recover", "restor") {
		ph.Kind = "recover"
	}
	r.phaseTime(&ph, s)
	for _, b := range p.intro {
		r.phaseBlock(&ph, b)
	}
	roles := headingRoles(s.title)
	if len(roles) > 0 && ph.Number == "" {
		ph.Lane = roles[0]
	}
	if len(ph.Owner) == 0 {
		ph.Owner = roles
		r.addRoles(ph.Owner)
	}
	if _, inside, ok := lastBracket(s.title); ok && len(ph.Owner) == 0 && isRole(inside) {
		ph.Owner = splitNames(inside)
		r.addRoles(ph.Owner)
	}
	first := ph.Owner
	ph.Steps = make([]Step, 0, len(p.drafts))
	for _, d := range p.drafts {
		ph.Steps = append(ph.Steps, Step{})
		st := &ph.Steps[len(ph.Steps)-1]
		r.buildStep(p, d, st)
		defaults(st, &ph)
		if len(first) > 0 {
			ph.Owner = r.ownerBelow(d, ph.Owner)
		}
	}
	ph.Owner = first
	ph.Choices = append(ph.Choices, p.loose...)
	return ph
}

// phaseTitle is a heading without its number and the bracket that holds a time.
func phaseTitle(title string) string {
	t := strings.TrimSpace(title)
	_, rest, ok := cutNumber(trimSigns(t))
	if ok && strings.TrimSpace(rest) != "" {
		t = strings.TrimSpace(rest)
	}
	if w, l, _ := headingTime(t); w != nil || l != nil {
		if before, inside, ok := lastBracket(t); ok && before != "" && isTimeText(inside) {
			t = before
		}
	}
	return strings.Trim(t, " *_")
}

func isTimeText(s string) bool {
	for _, part := range splitParts(s) {
		if _, ok := parseWindow(part); ok {
			continue
		}
		if _, err := ParseLimit(part); err != nil && !strings.HasPrefix(fold(part), "next ") {
			return false
		}
	}
	return true
}

// phaseTime reads the window of the heading, or of the nearest one above.
func (r *reader) phaseTime(ph *Phase, s *section) {
	for up := s; up != nil && up.head != nil && !up.isTitle; up = up.parent {
		w, l, _ := headingTime(up.title)
		if w != nil {
			w.Line = up.line
			ph.Window = w
			return
		}
		if l != nil {
			if l.Anchor == FromCurrent {
				l.Anchor = FromPhase
			}
			l.Line = up.line
			ph.Due = l
			r.noteLimit(*l, up.line)
			return
		}
	}
}

// phaseBlock reads one block between the heading and the first step.
func (r *reader) phaseBlock(ph *Phase, b *block) {
	switch b.kind {
	case kindPara, kindItem:
		if r.mixedLines(ph, b) {
			return
		}
		if facts, ok := r.factsOf(b); ok {
			for _, f := range facts {
				r.phaseFact(ph, f, b)
			}
			return
		}
		if kind := noteKind(b.text); kind != "" {
			ph.Notes = append(ph.Notes, Note{Kind: kind, Text: b.text, Line: b.line})
		}
		ph.Choices = append(ph.Choices, r.choicesIn(b)...)
	case kindList:
		for _, it := range b.kids {
			if b.forbids {
				ph.Notes = append(ph.Notes, Note{Kind: "prohibition", Text: it.text, Line: it.line})
				continue
			}
			r.phaseBlock(ph, it)
		}
	case kindQuote, kindAdmonition:
		ph.Notes = append(ph.Notes, r.quoteNote(b))
		ph.Choices = append(ph.Choices, r.choicesIn(b)...)
	case kindCode:
		r.figureRoles(b.text)
		ph.Choices = append(ph.Choices, r.choicesIn(b)...)
	}
}

// wrapped is how long a line may be, in bytes, before its end is taken for a
// place where an editor broke it rather than a person.
const wrapped = 60

// mixedLines reads a paragraph under a heading line by line: 「目的: …」 or a
// sentence beside 「担当: …」. It reports whether it could.
func (r *reader) mixedLines(ph *Phase, b *block) bool {
	lines := []string{b.text}
	if b.kind == kindPara {
		lines = r.paraLines(b)
	}
	if len(lines) > 1 && len(lines[0]) > wrapped {
		return false
	}
	found := false
	var notes []Note
	for n, line := range lines {
		line = plainLine(line)
		facts, ok := r.labels.facts(line)
		switch k, v, _, cut := cutAny(line, ":", "："); {
		case cut && isPurposeWord(k):
			found = true
			ph.Purpose = cmp.Or(ph.Purpose, strings.TrimSpace(v))
		case ok && facts[0].value != "":
			found = true
			for _, f := range facts {
				f.below = n
				r.phaseFact(ph, f, b)
			}
		case noteKind(line) != "":
			notes = append(notes, Note{Kind: noteKind(line), Text: line, Line: b.line + n})
		}
	}
	if found {
		ph.Notes = append(ph.Notes, notes...)
	}
	return found
}

// ownerBelow gives who owns the steps after this one: another where a paragraph
// between them, its own words first, names one (「運用班の流れ」, then 「担当: 運用班」).
func (r *reader) ownerBelow(d *draft, owner []string) []string {
	for _, b := range d.attached {
		if b.kind != kindPara {
			continue
		}
		for n, line := range r.paraLines(b) {
			facts, ok := r.labels.facts(plainLine(line))
			if n == 0 && ok {
				break // labels alone are the step's
			}
			for _, f := range facts {
				if f.name == "owner" && f.value != "" {
					owner = splitNames(f.value)
					r.addRoles(owner)
				}
			}
		}
	}
	return owner
}

// phaseFact is a label directly under a heading: a default of the phase.
func (r *reader) phaseFact(ph *Phase, k keyed, b *block) {
	line := b.line + k.below
	ph.Facts = append(ph.Facts, Fact{Key: k.key, Name: k.name, Value: k.value, Line: line, Col: r.colOf(line, k.key)})
	switch k.name {
	case "owner":
		ph.Owner = append(ph.Owner, splitNames(k.value)...)
		r.addRoles(splitNames(k.value))
	case "approver":
		ph.Approver = append(ph.Approver, splitNames(k.value)...)
	case "due":
		if l := r.limit(k, line); l != nil {
			if l.Anchor == FromCurrent {
				l.Anchor = FromPhase
			}
			ph.Due = l
		}
	case "timer":
		if t, ok := r.timer(k, line); ok {
			ph.Timers = append(ph.Timers, t)
		}
	case "escalate":
		ph.Escalate = r.chain(k, line)
	case "notify":
		ph.Notify = append(ph.Notify, notifyPoints(k.value, line)...)
	case "forbidden":
		ph.Notes = append(ph.Notes, Note{Kind: "prohibition", Text: k.value, Line: line})
	case "parallel":
		ph.Parallel = truthy(k.value)
	}
}

// defaults gives a step what its phase says for all of them.
func defaults(s *Step, ph *Phase) {
	if len(s.Owner) == 0 && len(ph.Owner) > 0 {
		s.Owner, s.OwnerFrom = ph.Owner, "default"
	}
	if len(s.Approver) == 0 {
		s.Approver = ph.Approver
	}
}

// capSteps keeps the screens' limits: what is over stays in the text.
func (r *reader) capSteps() {
	total := 0
	for i := range r.rb.Phases {
		p := &r.rb.Phases[i]
		if i >= maxPhases || total >= maxSteps {
			r.find("RB703", p.Line, 1, "1,000")
			r.rb.Phases = r.rb.Phases[:i]
			return
		}
		if left := maxSteps - total; len(p.Steps) > left {
			r.find("RB703", p.Steps[left].Line, 1, "1,000")
			p.Steps = p.Steps[:left]
		}
		total += len(p.Steps)
		for j := range p.Steps {
			if len(p.Steps[j].SubSteps) > maxSubSteps {
				p.Steps[j].SubSteps = p.Steps[j].SubSteps[:maxSubSteps]
			}
		}
	}
}

// lanes marks phases in a row whose headings name different roles: they run
// beside each other.
func (r *reader) lanes() {
	for i := 1; i < len(r.rb.Phases); i++ {
		p := &r.rb.Phases[i]
		if prev := &r.rb.Phases[i-1]; p.Lane != "" && prev.Lane != "" && prev.Lane != p.Lane {
			p.Parallel = true
			r.find("RB222", p.Line, 1)
		}
	}
}

// titleLetters are the letters of a title and which bytes occur in them: a text
// can only hold another when it has all of its bytes.
type titleLetters struct {
	text string
	mask uint64
}

func maskOf(s string) (mask uint64) {
	for i := 0; i < len(s); i++ {
		mask |= 1 << (s[i] & 63)
	}
	return mask
}

// isSummary tells a list that repeats the headings below it.
func (r *reader) isSummary(b *block) bool {
	if len(b.kids) < 3 || r.sections[len(r.sections)-1].line <= b.end {
		return false
	}
	if r.titles == nil {
		for _, s := range r.sections {
			text := lettersOf(cutLeading(s.plain))
			r.titles = append(r.titles, titleLetters{text, maskOf(text)})
		}
	}
	hits := 0
	for n, it := range b.kids {
		if (hits+len(b.kids)-n)*10 < len(b.kids)*6 {
			return false
		}
		lead := it.text
		if k, _, _, ok := cutAny(lead, ":", "：", "\n"); ok && len(k) > 2 {
			lead = k
		}
		plain := plainTitle(headLine(lead))
		if len(plain) < 6 {
			continue
		}
		mask := maskOf(plain)
		for i, t := range r.titles {
			if len(t.text) < 6 || mask&^t.mask != 0 && t.mask&^mask != 0 || r.sections[i].line <= b.end {
				continue
			}
			if strings.Contains(t.text, plain) || strings.Contains(plain, t.text) {
				hits++
				break
			}
		}
	}
	return hits*10 >= len(b.kids)*6
}
