package web

import (
	"slices"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// deadline is a moment something is due.
type deadline struct {
	Due  time.Time
	Text string
	Path string
	Over bool
}

// deadlines lists what is due in an incident, nearest first.
func (p *page) deadlines(v *incident.View) []deadline {
	st, base := v.S, "/i/"+v.S.ID
	var out []deadline
	add := func(due time.Time, path, key string, args ...any) {
		if !due.IsZero() {
			out = append(out, deadline{Due: due, Text: p.T(key, args...), Path: path, Over: due.Before(v.Now)})
		}
	}
	if st.Status == incident.Closed {
		for _, row := range p.drawer().Clocks(v) {
			if d := st.Duty(row.Duty); d != nil && slices.Contains(st.Outstanding(), d) {
				add(d.Due, base+"/clocks", "due.duty", "name", row.Name)
			}
		}
		slices.SortStableFunc(out, func(a, b deadline) int { return a.Due.Compare(b.Due) })
		return out
	}
	for _, x := range working(st) {
		add(x.Due, stepPath(st.ID, x), "due.step", "n", x.N)
	}
	for _, row := range p.drawer().Clocks(v) {
		if d := st.Duty(row.Duty); d != nil && (d.State == "open" || d.State == "passed") {
			add(d.Due, base+"/clocks", "due.duty", "name", row.Name)
		}
	}
	add(st.Cadence.Next, base+"/report", "due.report")
	for _, d := range st.Decisions {
		if d.Made.IsZero() {
			add(d.Due, base+"/d/"+d.ID, "due.decision", "id", d.ID)
		} else if !d.Reviewed {
			add(d.Review, base+"/d/"+d.ID, "due.review", "id", d.ID)
		}
	}
	for _, e := range st.Continuity.ETAs {
		if e.Open() {
			add(e.Now().To, base+"/cargo#eta", "due.eta", "what", p.Or("milestone."+e.Milestone, e.Milestone))
		}
	}
	for _, f := range st.Continuity.Functions {
		if f.AskS > 0 && f.Asked == "" && !f.Since.IsZero() && st.Continuity.BCP.At.IsZero() && len(st.Continuity.Manual) == 0 {
			add(f.Since.Add(time.Duration(f.AskS)*time.Second), base+"/cargo", "due.outage", "what", v.Function(f.ID, string(p.Lang)))
		}
	}
	for _, e := range st.Escalations {
		if e.Ended == "" {
			add(e.Due, base+"#call-"+e.ID, "due.climb", "who", p.nextNames(v, e))
		}
	}
	slices.SortStableFunc(out, func(a, b deadline) int { return a.Due.Compare(b.Due) })
	return out
}

// nextNames are the people called when a ladder climbs on.
func (p *page) nextNames(v *incident.View, e *incident.Escalation) string {
	next := e.Level + 1
	if next >= len(e.Levels) {
		next = 0
	}
	if len(e.Levels) == 0 {
		return p.T("label.nobody")
	}
	return p.names(v.People(e.Levels[next].To))
}

func (p *page) names(ids []string) string {
	out := ""
	for i, id := range ids {
		if i > 0 {
			out += p.T("label.and")
		}
		out += p.Person(id)
	}
	if out == "" {
		return p.T("label.nobody")
	}
	return out
}

// drawer draws the cards of every surface in the language of the page.
func (p *page) drawer() chat.Drawer { return chat.Drawer{Words: p.srv.o.Words, Lang: p.Lang} }
