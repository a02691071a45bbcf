package web

import (
	"time"

	"irbot/internal/incident"
)

// tab is one of the pages of an incident, or of what stands ready.
type tab struct {
	Key   string
	Path  string
	Word  string
	Count int // what waits there; 0 shows nothing
}

// tabGroup is an entry of the first row: the pages behind it stand in a second
// row as soon as one of them is open, so that the room stays calm.
type tabGroup struct {
	Word  string
	Pages []tab
}

// Path is that of the first page.
func (g tabGroup) Path() string { return g.Pages[0].Path }

// Count is what waits behind the entry.
func (g tabGroup) Count() int {
	n := 0
	for _, t := range g.Pages {
		n += t.Count
	}
	return n
}

// Has reports whether a page belongs to the group.
func (g tabGroup) Has(key string) bool {
	for _, t := range g.Pages {
		if t.Key == key {
			return true
		}
	}
	return false
}

// Groups are the pages of the incident of this page, in their fixed order.
func (p *page) Groups() []tabGroup {
	s := p.View.S
	at := func(key, path, word string, count int) tab {
		return tab{Key: key, Path: "/i/" + s.ID + path, Word: word, Count: count}
	}
	return []tabGroup{
		{"tab.room", []tab{at("room", "", "tab.room", 0)}},
		{"nav.steps", []tab{at("steps", "/steps", "nav.steps", 0)}},
		{"tab.decisions", []tab{at("decisions", "/d", "tab.decisions", undecided(s))}},
		{"tab.group.told", []tab{
			at("clocks", "/clocks", "tab.clocks", 0),
			at("notices", "/n", "tab.notices", waiting(s)),
			at("report", "/report", "tab.report", 0),
			at("guests", "/guests", "tab.guests", 0),
		}},
		{"tab.cargo", []tab{
			at("cargo", "/cargo", "tab.board", lateETAs(s, p.View.Now)),
			at("rows", "/rows", "tab.rows", 0),
			at("reconcile", "/rows/reconcile", "tab.reconcile", 0),
		}},
		{"tab.group.record", []tab{
			at("chrono", "/chrono", "nav.chrono", s.OpenEntries()),
			at("facts", "/facts", "tab.facts", 0),
			at("evidence", "/evidence", "step.evid", 0),
			at("paper", "/paper", "tab.paper", 0),
			{Key: "search", Path: "/search?in=" + s.ID, Word: "search.go"},
			at("erasure", "/erasure", "tab.erasure", 0),
		}},
		{"tab.group.end", []tab{
			at("handover", "/handover", "tab.handover", offered(s)),
			at("export", "/export", "tab.export", 0),
			at("close", "/close", "tab.close", 0),
			at("after", "/after", "tab.after", 0),
		}},
	}
}

// Sub is the second row: the pages of the open group, if there are several.
func (p *page) Sub() []tab {
	if p.View == nil {
		if p.Active != "ready" {
			return nil
		}
		return readyTabs()
	}
	for _, g := range p.Groups() {
		if g.Has(p.Tab) && len(g.Pages) > 1 {
			return g.Pages
		}
	}
	return nil
}

// readyTabs are the pages about what stands ready before anything happens.
func readyTabs() []tab {
	return []tab{
		{Key: "roster", Path: "/roster", Word: "duty.title"},
		{Key: "directory", Path: "/directory", Word: "dir.title"},
		{Key: "systems", Path: "/systems", Word: "systems.title"},
		{Key: "outbox", Path: "/outbox", Word: "nav.outbox"},
		{Key: "reviews", Path: "/review", Word: "after.lookback"},
		{Key: "doctor", Path: "/admin/check", Word: "doctor.title"},
	}
}

// lateETAs counts the estimates that lapsed and were not renewed.
func lateETAs(s *incident.Incident, now time.Time) int {
	n := 0
	for _, e := range s.Continuity.ETAs {
		if e.Open() && e.Now().To.Before(now) {
			n++
		}
	}
	return n
}
