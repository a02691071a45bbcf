package runbook

import "strings"

// lintMessages reports on notification, escalation, timers and wordings.
func (r *reader) lintMessages() {
	slugs := map[string]bool{}
	for _, w := range r.rb.Wordings {
		slugs[fold(w.Slug)] = true
		for _, v := range w.Variables {
			if !knownVariable(v) {
				line := r.lineWith("{{", v, w.Line)
				r.find("RB603", line, r.colOf(line, "{{"), v)
			}
		}
	}
	for i := range r.rb.Phases {
		p := &r.rb.Phases[i]
		for _, n := range p.Notify {
			r.lintDestination(n, true)
		}
		r.lintChain(p.Escalate)
		for j := range p.Steps {
			r.lintStepMessages(&p.Steps[j], slugs)
		}
	}
}

// lineWith gives the first line from a place on that has both words, else the
// place.
func (r *reader) lineWith(a, b string, from int) int {
	for n := from; n <= r.t.count(); n++ {
		if line := r.t.line(n); strings.Contains(line, a) && strings.Contains(line, b) {
			return n
		}
	}
	return from
}

func (r *reader) lintStepMessages(s *Step, slugs map[string]bool) {
	for _, n := range s.Notify {
		r.lintDestination(n, s.Message != "")
	}
	for _, f := range s.Facts {
		if f.Name == "message" && s.Message != "" && s.Message != f.Value && !slugs[fold(decodePercent(s.Message))] {
			r.find("RB503", f.Line, f.Col, s.Message)
		}
	}
	r.lintChain(s.Escalate)
	if len(s.Timers) > 0 && s.DoneWhen == "" && s.Decision == nil && s.Due == nil {
		r.find("RB509", s.Timers[0].Line, 1)
	}
	if s.Escalate == nil && mentionsEscalation(s.Title) {
		r.find("RB504", s.Line, s.Col)
	}
}

// lintDestination looks a destination up; literal channels and addresses need
// no directory.
func (r *reader) lintDestination(n NotifyPoint, worded bool) {
	col := r.colOf(n.Line, n.To)
	if known := r.opt.Known.Destination; known != nil {
		outside, ok := known(n.To)
		switch {
		case !ok && !isLiteral(n.To):
			r.find("RB501", n.Line, col, n.To)
		case ok && outside && !worded:
			r.find("RB502", n.Line, col, n.To)
		}
	}
	r.lintStale(n.To, n.Line)
}

func (r *reader) lintStale(name string, line int) {
	if stale := r.opt.Known.ContactStale; stale != nil && stale(name) {
		r.find("RB022", line, r.colOf(line, name), name)
	}
}

// isLiteral tells a destination that names its address itself.
func isLiteral(to string) bool {
	return strings.HasPrefix(to, "#") || strings.HasPrefix(to, "tel:") || strings.Contains(to, "@") && strings.Contains(to, ".")
}

func (r *reader) lintChain(c *Chain) {
	if c == nil {
		return
	}
	if c.Policy != "" {
		if known := r.opt.Known.Policy; known != nil && !known(c.Policy) {
			r.find("RB508", c.Line, r.colOf(c.Line, c.Policy), c.Policy)
		}
		return
	}
	for _, l := range c.Levels {
		if id := r.unreachable(l.To); id != "" {
			r.find(id, c.Line, r.colOf(c.Line, l.To), l.To)
		}
		r.lintStale(l.To, c.Line)
	}
}

// unreachable gives the rule a level of a ladder breaks, "" if none. A ladder
// calls roles and people of our own until one answers: a destination gets
// notices and an address is nobody (RB506), and other words mean nothing here
// (RB021). Without look-ups nothing can be said.
func (r *reader) unreachable(name string) string {
	known := r.opt.Known
	switch {
	case known.Role == nil && known.Person == nil && known.Destination == nil:
		return ""
	case known.Role != nil && known.Role(name) || known.Person != nil && known.Person(name):
		return ""
	case isLiteral(name):
		return "RB506"
	}
	if known.Destination != nil {
		if _, ok := known.Destination(name); ok {
			return "RB506"
		}
	}
	return "RB021"
}

// mentionsEscalation tells a sentence about escalation that arms nothing.
func mentionsEscalation(title string) bool {
	if hasCJK(title) {
		return containsAny(title, "へエスカレーション", "にエスカレーション", "をエスカレーション", "エスカレーションする", "上申する", "へ上申", "に上申") ||
			strings.Contains(title, "以内に") && strings.Contains(title, "ない場合")
	}
	if !strings.Contains(title, "scalat") {
		return false
	}
	return containsAny(strings.ToLower(title), "escalate to", "escalate the", "escalate if", "escalate incident", "escalate immediately")
}

// knownVariable tells the variables the bot fills in by itself.
func knownVariable(v string) bool {
	switch fold(v) {
	case "発生時刻", "検知時刻", "宣言時刻", "現在時刻", "次報時刻", "復旧時刻", "ターミナル名", "会社名", "組織名", "連絡先", "事案番号", "案件番号", "事案名", "件名", "重大度", "担当", "担当者", "指揮", "指揮者", "報番号", "状況", "影響",
		"incident.title", "incident.id", "incident.severity", "incident.declared", "incident.detected", "next_update", "terminal", "company", "contact", "now":
		return true
	}
	return false
}
