package runbook

import (
	"strings"
	"time"
	"unicode/utf8"
)

// lintPhases reports what a phase or its steps lack.
func (r *reader) lintPhases() {
	for i := range r.rb.Phases {
		p := &r.rb.Phases[i]
		if len(p.Steps) > 9 {
			r.find("RB003", p.Line, 1, len(p.Steps))
		}
		r.lintMissing(p)
		for _, f := range p.Facts {
			if f.Name == "owner" || f.Name == "approver" {
				for _, name := range splitNames(f.Value) {
					r.lintRole(name, f.Line, nil)
				}
			}
		}
		var before *Limit
		for j := range p.Steps {
			s := &p.Steps[j]
			r.lintWords(s)
			r.lintPeople(s)
			r.lintLimits(p, s, before)
			r.lintSpoken(s)
			if s.Due != nil {
				before = s.Due
			}
			r.lintStepSize(s)
		}
	}
	for _, p := range r.phaseOf {
		for _, d := range p.drafts {
			r.lintColon(d)
		}
	}
}

// lintMissing reports missing owners and completion conditions: one finding a
// phase for imported files, one a step in the strict profile.
func (r *reader) lintMissing(p *Phase) {
	owner, done := 0, 0
	for j := range p.Steps {
		s := &p.Steps[j]
		if len(s.Owner) == 0 {
			owner++
		}
		if s.DoneWhen != "" || s.Decision != nil {
			continue
		}
		if done++; r.rb.Strict {
			r.find("RB012", s.Line, s.Col)
		}
	}
	if owner > 0 {
		r.find("RB301", p.Line, 1, owner)
	}
	if done > 0 && !r.rb.Strict {
		r.find("RB012", p.Line, 1)
	}
}

// lintWords reports on the wording of a title.
func (r *reader) lintWords(s *Step) {
	if len(s.Title) > 60 && utf8.RuneCountInString(s.Title) > 60 {
		r.find("RB004", s.Line, s.Col)
	}
	if word, ok := vagueWord(s.Title); ok {
		r.find("RB006", s.Line, r.colOf(s.Line, word), word)
	}
	if !r.rb.Strict {
		return
	}
	if containsAny(s.Title, "その後", "したうえで", "した上で", "てから、", "and then ", "; then ", ". Then ") {
		r.find("RB005", s.Line, s.Col)
	}
	if s.Decision == nil && s.Condition == "" && s.Form != "code" && !isQuestion(s.Title) && !imperative(s.Title) && !saysAct(s.Title) {
		r.find("RB007", s.Line, s.Col)
	}
}

// saysAct knows more acts of the hands than the reader needs to tell steps from
// other lines: words as often nouns are acts at the head of what is a step already.
func saysAct(title string) bool {
	switch w, rest := firstWord(title); w {
	case "agree", "bind", "board", "catch", "charge", "cool", "count", "cover", "draw", "drive", "dry", "empty", "escort", "fasten", "fit", "fold",
		"freeze", "hang", "have", "heat", "hoist", "key", "lay", "lead", "lift", "load", "lower", "measure", "moor", "number", "park", "phone",
		"photograph", "pour", "reconcile", "renew", "require", "restow", "ring", "seal", "sort", "stack", "stow", "sweep", "tally", "tidy", "tie", "tighten",
		"unhook", "unplug", "ventilate", "wash", "wear", "wrap":
		return strings.HasPrefix(rest, " ")
	}
	return false
}

func vagueWord(title string) (string, bool) {
	if hasCJK(title) {
		for _, w := range [...]string{"適宜", "必要に応じて", "適切に", "なるべく"} {
			if strings.Contains(title, w) {
				return w, true
			}
		}
		return "", false
	}
	for i := strings.Index(title, " as "); i >= 0; {
		for _, w := range [...]string{"as appropriate", "as necessary", "as needed"} {
			if strings.HasPrefix(title[i+1:], w) {
				return w, true
			}
		}
		next := strings.Index(title[i+1:], " as ")
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return "", false
}

// lintPeople reports on owners and approvers.
func (r *reader) lintPeople(s *Step) {
	for _, list := range [...][]string{s.Owner, s.Approver} {
		if s.OwnerFrom == "default" && len(list) > 0 && len(s.Owner) > 0 && list[0] == s.Owner[0] {
			continue // reported once, on the phase
		}
		for _, name := range list {
			r.lintRole(name, s.Line, s)
		}
	}
	if s.OwnerFrom == "default" {
		return
	}
	for _, a := range s.Approver {
		for _, o := range s.Owner {
			if fold(a) == fold(o) {
				r.find("RB314", s.Line, s.Col)
			}
		}
	}
}

// saidAt gives the line of the label whose value names a role, else the line of
// the step.
func (s *Step) saidAt(name string) int {
	for _, f := range s.Facts {
		if (f.Name == "owner" || f.Name == "approver") && strings.Contains(f.Value, name) {
			return f.Line
		}
	}
	return s.Line
}

func (r *reader) lintRole(name string, line int, s *Step) {
	id := ""
	if isPerson(name) {
		id = "RB311"
	} else if known := r.opt.Known.Role; known != nil && !known(name) {
		id = "RB307"
	}
	if id == "" {
		return
	}
	if s != nil {
		line = s.saidAt(name)
	}
	r.find(id, line, r.colOf(line, name), name)
}

// isPerson tells names of people: さん, 様, 氏, Mr, Ms.
func isPerson(name string) bool {
	return hasAnySuffix(name, "さん", "氏", "様") || hasAnyPrefix(name, "Mr ", "Mr. ", "Ms ", "Ms. ", "Mrs ", "Mrs. ", "Dr. ")
}

// lintLimits compares the limit of a step with its phase, its estimate and the
// step before.
func (r *reader) lintLimits(p *Phase, s *Step, before *Limit) {
	d := s.Due
	if d == nil || d.Immediate || d.Business > 0 {
		return
	}
	col := r.colOf(d.Line, d.Written)
	if w := p.Window; w != nil && outsideWindow(w, d) {
		r.find("RB305", d.Line, col)
	}
	if before != nil && before.Anchor == d.Anchor && d.Anchor == FromDeclared && d.After < before.After {
		r.find("RB306", d.Line, col)
	}
	if e := s.Estimate; e != nil && d.Anchor == FromCurrent && e.After > d.After {
		r.find("RB313", e.Line, r.colOf(e.Line, e.Written))
	}
}

// lintSpoken reports a limit told in the middle of a sentence: it is shown and
// starts no clock, because the same words also state conditions and wishes.
func (r *reader) lintSpoken(s *Step) {
	if s.Due != nil || s.Decision != nil || isQuestion(s.Title) {
		return
	}
	words := spokenLimit(s.Title)
	if words == "" || strings.Contains(conditionOf(s.Title), words) || mentionsEscalation(s.Title) {
		return
	}
	r.find("RB315", s.Line, r.colOf(s.Line, words), words)
}

// spokenLimit gives the first 「5分以内」 or "within 5 min" of a text, "" if none.
func spokenLimit(s string) string {
	const mark, en = "以内", "within "
	if i := strings.Index(s, mark); i > 0 {
		start := i
		for start > 0 {
			c, n := utf8.DecodeLastRuneInString(s[:start])
			if !strings.ContainsRune("0123456789０１２３４５６７８９.．一二三四五六七八九十半秒分時間日週営業 ", c) {
				break
			}
			start -= n
		}
		words := strings.TrimSpace(s[start : i+len(mark)])
		if _, err := ParseLimit(words); err == nil {
			return words
		}
	}
	i := strings.Index(s, en[1:]) - 1 // "within" or "Within"
	if i < 0 || s[i]|0x20 != en[0] {
		return ""
	}
	fields := strings.Fields(s[i:])
	for n := 2; n <= min(3, len(fields)); n++ {
		words := strings.TrimRight(strings.Join(fields[:n], " "), ".,;:)")
		if _, err := ParseLimit(words); err == nil {
			return words
		}
	}
	return ""
}

func outsideWindow(w *Window, d *Limit) bool {
	switch d.Anchor {
	case FromDeclared:
		return d.After < w.From || w.To > 0 && d.After > w.To
	case FromCurrent, FromPhase:
		return w.To > 0 && d.After > w.To-w.From && d.After > time.Duration(0)
	case FromDetected, FromRecognised, FromStep, AtClock:
		// Counted from something the window knows nothing of.
	}
	return false
}

// lintStepSize reports what chat cannot show in one piece.
func (r *reader) lintStepSize(s *Step) {
	if len(s.Body) > 3000 && utf8.RuneCountInString(s.Body) > 3000 {
		r.find("RB701", s.Line, s.Col)
	}
	for _, c := range s.Commands {
		if len(c.Text) > 2900 && utf8.RuneCountInString(c.Text) > 2900 {
			r.find("RB702", c.Line, 1)
		}
		r.lintCommand(s, c)
	}
}

// lintColon reports a step that announces items and has none.
func (r *reader) lintColon(d *draft) {
	if d.block == nil || d.block.kind != kindItem || len(d.block.kids) > 0 || len(d.attached) > 0 {
		return
	}
	if hasAnySuffix(strings.TrimSpace(d.block.text), ":", "：") {
		r.find("RB216", d.line, 1)
	}
}
