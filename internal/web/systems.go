package web

import (
	"net/http"
	"slices"
	"time"

	"irbot/internal/chat"
	"irbot/internal/directory"
)

// systemsData is the register of systems, for the screen and for paper.
type systemsData struct {
	Systems   []systemRow
	Vendors   []directory.Vendor
	Insurance []directory.Insurance
	Stale     []string
}

type systemRow struct {
	directory.System
	Label, Kind, Vendor, Phone, Hours string
	Terminal                          []string
	Old                               []time.Time // restore tests that are too old, in the order of the backups
}

func (s *Server) systems(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, view{name: "systems", title: "systems.title", active: "ready", tab: "systems", data: func(p *page) any { return p.systems() }})
}

func (p *page) systems() systemsData {
	reg := p.Site().Systems
	if reg == nil {
		return systemsData{}
	}
	d := systemsData{Vendors: reg.Vendors, Insurance: reg.Insurance}
	for _, x := range reg.Systems {
		row := systemRow{System: x, Label: x.Label(string(p.Lang)), Kind: p.Or("systems.kind."+x.Kind, x.Kind)}
		if v, ok := reg.Vendor(x.Vendor); ok {
			row.Vendor, row.Phone, row.Hours = v.Label(string(p.Lang)), v.Phone, v.Hours
			if v.Night {
				row.Hours = p.T("systems.night")
			}
		}
		d.Systems = append(d.Systems, row)
	}
	slices.SortStableFunc(d.Systems, func(a, b systemRow) int { return boolOrder(a.Critical, b.Critical) })
	for _, x := range reg.StaleAt(p.Now) {
		d.Stale = append(d.Stale, p.stale(x))
	}
	return d
}

// stale says what of the register has to be looked at again.
func (p *page) stale(x directory.Stale) string {
	when := p.T("systems.never")
	if !x.At.IsZero() {
		when = x.At.Format(time.DateOnly)
	}
	return p.T("systems.stale."+x.What, "id", p.systemName(x.ID), "when", when)
}

// systemName is what people call a system, vendor or insurance of the register.
func (p *page) systemName(id string) string { return p.Site().Systems.NameOf(id, string(p.Lang)) }

// TestOld reports whether a restore test has to be done again.
func (p *page) TestOld(b directory.Backup) bool {
	return b.Generations > 0 && p.Now.Sub(b.Tested) > directory.StaleRestore
}

// Day is a date as the register has it.
func (p *page) Day(t time.Time) string {
	if t.IsZero() {
		return p.T("systems.never")
	}
	return t.Format(time.DateOnly)
}

// Young reports whether the incident of the page is in its first hours, when
// people look up whom to call.
func (p *page) Young() bool {
	return p.View != nil && p.Now.Sub(p.View.S.Times.Declared) < 2*time.Hour
}

// First are the systems of the first card: those without which no cargo moves.
func (p *page) First() []string {
	return (chat.Drawer{Words: p.srv.o.Words, Lang: p.Lang}).FirstSystems(p.Site().Systems, p.Now)
}
