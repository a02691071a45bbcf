package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// leftHere is one place in which somebody who is not in the directory is still
// named, and what mends it.
type leftHere struct {
	person, where, fix string
}

// left tells where somebody who was taken out of the directory still has a role,
// a step, hours of duty or an account. None of it lets that person in; it is left
// for somebody else to take.
func (d *doctor) left(ctx context.Context) {
	v, err := sqlite.OpenReadOnly(ctx, d.cfg.Data)
	if err != nil {
		return // told by the check of the record
	}
	defer v.Close()
	var all []leftHere
	if st, err := v.State(ctx, timeline.SiteLog); err == nil {
		all = append(all, d.leftOnDuty(&st.Standing, time.Now())...)
	}
	if list, err := v.ListAccounts(ctx); err == nil {
		for _, a := range list {
			if !a.Disabled && d.gone(a.Person) {
				all = append(all, leftHere{a.Person, d.say("利用者 "+a.Name, "account "+a.Name), "irbot user disable " + a.Name})
			}
		}
	}
	if list, err := v.List(ctx, sqlite.Filter{Live: true}); err == nil {
		for _, x := range list {
			if st, err := v.State(ctx, x.ID); err == nil {
				all = append(all, d.leftIn(st)...)
			}
		}
	}
	const most = 5
	for _, x := range all[:min(len(all), most)] {
		d.add(finding{ID: "left", State: stateNote, Title: d.say("いなくなった人", "People who left"), Message: d.say(fmt.Sprintf("連絡先一覧にない %s が残っています: %s", x.person, x.where), fmt.Sprintf("%s is not in the directory and still named: %s", x.person, x.where)), Fix: x.fix})
	}
	if n := len(all) - most; n > 0 {
		d.add(finding{ID: "left", State: stateNote, Title: d.say("いなくなった人", "People who left"), Message: d.say(fmt.Sprintf("ほかに %d か所", n), fmt.Sprintf("%d more places", n)), Fix: "irbot doctor"})
	}
}

func (d *doctor) gone(person string) bool {
	if person == "" || strings.HasPrefix(person, "guest:") {
		return false
	}
	_, ok := d.cfg.Directory.Person(person)
	return !ok
}

// leftOnDuty are the hours to come in changes and sheets, one line a person and roster.
func (d *doctor) leftOnDuty(s *incident.Standing, now time.Time) []leftHere {
	var out []leftHere
	see := func(roster string, parts []incident.DutyPart) {
		for _, p := range parts {
			if !p.Until.After(now) || !d.gone(p.Person) || slices.ContainsFunc(out, func(x leftHere) bool { return x.person == p.Person }) {
				continue
			}
			ja, en := rosterNames(d.cfg, roster)
			at := chat.Stamp(p.From, d.cfg.Site.Zone, d.c.lang)
			out = append(out, leftHere{p.Person, d.say("「"+ja+"」"+at+" からの当番（数えません）", en+" from "+at+" (does not count)"), "irbot roster show"})
		}
	}
	for _, c := range s.Changes {
		if c.State == "agreed" {
			see(c.Roster, c.Parts)
		}
	}
	for _, x := range s.Sheets {
		see(x.Roster, x.Parts)
	}
	return out
}

// leftIn are the roles and open steps of a live incident.
func (d *doctor) leftIn(st *incident.Incident) []leftHere {
	var out []leftHere
	for _, r := range d.cfg.Directory.Roles {
		if h := st.Roles[r.ID]; d.gone(h.Person) {
			out = append(out, leftHere{h.Person, st.ID + " " + d.say(r.Name, r.NameEN), "irbot incident role " + st.ID + " " + r.ID + d.say(" 担当者ID", " PERSON-ID")})
		}
	}
	for _, run := range st.Runs {
		for _, x := range run.Steps {
			if !x.Closed() && d.gone(x.Holder) {
				out = append(out, leftHere{x.Holder, st.ID + d.say(fmt.Sprintf(" 手順%d の担当", x.N), fmt.Sprintf(" step %d", x.N)), fmt.Sprintf("irbot incident take %s %d --as %s", st.ID, x.N, d.say("担当者ID", "PERSON-ID"))})
			}
		}
	}
	return out
}
