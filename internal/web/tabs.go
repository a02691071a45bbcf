package web

import (
	"time"

	"irbot/internal/incident"
)

// tab is one of the pages of an incident.
type tab struct {
	Key   string
	Path  string
	Word  string
	Count int // what waits there; 0 shows nothing
}

// Tabs are the pages of the incident of this page, in their fixed order.
func (p *page) Tabs() []tab {
	s := p.View.S
	at := func(key, path, word string, count int) tab {
		return tab{Key: key, Path: "/i/" + s.ID + path, Word: word, Count: count}
	}
	return []tab{
		at("room", "", "tab.room", 0),
		at("steps", "/steps", "nav.steps", 0),
		at("chrono", "/chrono", "nav.chrono", s.OpenEntries()),
		at("rows", "/rows", "tab.rows", 0),
		at("evidence", "/evidence", "step.evid", 0),
		at("facts", "/facts", "tab.facts", 0),
		at("notices", "/n", "tab.notices", waiting(s)),
		at("decisions", "/d", "tab.decisions", undecided(s)),
		at("clocks", "/clocks", "tab.clocks", 0),
		at("report", "/report", "tab.report", 0),
		at("cargo", "/cargo", "tab.cargo", lateETAs(s, p.View.Now)),
		at("guests", "/guests", "tab.guests", 0),
		at("handover", "/handover", "tab.handover", offered(s)),
		at("export", "/export", "tab.export", 0),
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
