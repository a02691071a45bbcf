package drill

import (
	"cmp"
	"slices"
	"time"

	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/runbook"
)

// Site is the installation a replay is played on: its people are functions, its
// addresses lead nowhere, and everything is a drill.
func (r *Replay) Site(zone *time.Location) *incident.Site {
	dir := &directory.Directory{}
	roles := map[string]bool{}
	for _, p := range r.People {
		name := p.Name
		if r.Lang == "en" { // the record keeps a name as it was then, in one language
			name = cmp.Or(p.NameEN, p.Name)
		}
		dir.People = append(dir.People, directory.Person{ID: p.ID, Name: name, NameEN: p.NameEN, Roles: p.Roles,
			Reach: []directory.Address{{Means: notify.Mail, To: "replay@example.invalid"}}})
		for _, role := range p.Roles {
			if !roles[role] {
				roles[role] = true
				dir.Roles = append(dir.Roles, r.role(role))
			}
		}
	}
	for _, x := range r.Receivers {
		dir.Destinations = append(dir.Destinations, directory.Destination{ID: x.ID, Name: x.Name, NameEN: x.NameEN, Kind: x.Kind, Outside: true, TLP: "TLP:" + x.TLP,
			Reach: []directory.Address{{Means: notify.Mail, To: "replay@example.invalid"}, {Means: notify.Phone, To: "00-0000-0000"}}})
	}
	site := &incident.Site{
		ID: "replay", Name: r.Script.Site, NameEN: r.SiteEN, Zone: zone, Directory: dir, Demo: true,
		RoleOf: func(string) string { return "" }, DestOf: func(string) string { return "" },
		OnDuty:   func(string, time.Time) []string { return nil },
		Runbook:  func(string) (*runbook.Runbook, bool) { return nil, false },
		Runbooks: func() []string { return nil },
		Mapped:   map[string]string{}, Permissions: incident.DefaultPermissions(),
		ReportFirst: 30 * time.Minute, ReportEvery: 30 * time.Minute, ReportLater: time.Hour,
		Plan: r.plan(),
	}
	for _, c := range r.Clocks {
		site.Duties = append(site.Duties, incident.DutyRule{ID: c.ID, Dest: c.Dest, From: "declared", Within: c.Within, Name: c.Name, NameEN: c.NameEN, Basis: c.Basis, BasisEN: c.Basis})
	}
	return site
}

// role is a role under the name the script has for it, else its id.
func (r *Replay) role(id string) directory.Role {
	for _, x := range r.Roles {
		if x.ID == id {
			return directory.Role{ID: id, Name: x.Name, NameEN: x.NameEN}
		}
	}
	return directory.Role{ID: id, Name: id, NameEN: id}
}

func (r *Replay) plan() *incident.Plan {
	p := &incident.Plan{}
	for _, t := range r.Terminals {
		p.Terminals = append(p.Terminals, incident.Named(t))
	}
	for _, f := range r.Functions {
		x := incident.FunctionPlan{Named: incident.Named(f.Label), Impact: f.Impact, Decider: f.Decider, Ask: f.Ask, Outage: f.Outage}
		for level, within := range f.Levels {
			x.Levels = append(x.Levels, incident.Objective{Level: level, Within: within})
		}
		slices.SortFunc(x.Levels, func(a, b incident.Objective) int { return cmp.Compare(a.Level, b.Level) })
		p.Functions = append(p.Functions, x)
	}
	return p
}

// Span is a length that the record of a replay shows.
type Span struct {
	JA, EN string
	After  time.Duration // since the declaration
	At     time.Time
	Done   bool
}

// Spans are the lengths people compare: who was told after how long, which
// milestone was reached when.
func (r *Replay) Spans(s *incident.Incident) []Span {
	var out []Span
	add := func(ja, en string, at time.Time) {
		out = append(out, Span{JA: ja, EN: en, At: at, After: at.Sub(s.Times.Declared), Done: !at.IsZero()})
	}
	told := map[string]bool{}
	for _, n := range s.Notices {
		for _, x := range r.Receivers {
			if x.ID == n.Dest && !told[n.Dest] {
				told[n.Dest] = true
				add(x.Name+"へ最初の連絡", "first word to "+x.NameEN, n.Done)
			}
		}
	}
	k := &s.Continuity
	add("システム復旧", "system restored", k.At(incident.MilestoneSystem, incident.AllTerminals))
	var first time.Time
	for _, t := range k.Terminals {
		if at := k.At(incident.MilestoneGate, t); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	add("最初のゲート再開", "first gate open", first)
	add("全ゲート再開", "all gates open", k.At(incident.MilestoneGate, incident.AllTerminals))
	return out
}
