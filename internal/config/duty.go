package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/problem"
)

func weekdays() []string {
	return []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
}

// Names of where something is to be registered.
func inDirectory() problem.Words {
	return problem.Say("連絡先一覧（directory.yaml）", "the directory (directory.yaml)")
}

func (b *builder) personIDs() []string {
	var out []string
	for _, p := range b.cfg.Directory.People {
		out = append(out, p.ID)
	}
	return out
}

func (b *builder) roleIDs() []string {
	var out []string
	for _, r := range b.cfg.Directory.Roles {
		out = append(out, r.ID)
	}
	return out
}

func (b *builder) destinationIDs() []string {
	var out []string
	for _, x := range b.cfg.Directory.Destinations {
		out = append(out, x.ID)
	}
	return out
}

func (b *builder) rosters() {
	seen := map[string]string{}
	for i, r := range b.raw.Rosters {
		at := fmt.Sprintf("rosters[%d]", i)
		b.id(at+".id", r.ID, seen)
		out := escalation.Roster{ID: r.ID, Name: cmp.Or(r.Name, r.ID), NameEN: cmp.Or(r.NameEN, r.ID)}
		if len(r.People) > 0 || len(r.DayOff.People) > 0 {
			turn := b.rotation(at, r)
			turn.Zone = b.zoneOf(at, r.Zone)
			if len(r.People) > 0 {
				out.Rotation = turn
			}
			out.DayOff = b.dayOff(at, r, turn)
		}
		for j, s := range r.Shifts {
			out.Shifts = append(out.Shifts, b.shift(fmt.Sprintf("%s.shifts[%d]", at, j), r.ID, s))
		}
		if len(r.People) == 0 && len(r.Shifts) == 0 && len(r.DayOff.People) == 0 {
			b.fail(at+".people", says{
				problem.Say("当番表「%s」に人がいません", "the duty roster %q names nobody", r.ID),
				problem.Say("この当番を呼ぶ上申は空振りします", "paging this duty would reach nobody"),
				problem.Say("people: に人の ID を順に書いてください", "list the ids of people, in order, under people:"),
			})
		}
		b.cfg.Rosters = append(b.cfg.Rosters, out)
	}
}

// rotation reads the handoff. A weekly one needs no start: it is counted from
// the first such weekday of 2026, so that the order never depends on when the
// file was read.
func (b *builder) rotation(at string, r shapeRoster) *escalation.Rotation {
	if b.cfg.Directory != nil {
		for j, id := range r.People {
			b.known(fmt.Sprintf("%s.people[%d]", at, j), id, b.personIDs(), inDirectory())
		}
	}
	h := r.Handoff
	out := &escalation.Rotation{People: r.People, Zone: b.cfg.Site.Zone, Days: h.Days}
	clock, err := time.Parse("15:04", cmp.Or(h.Time, "09:00"))
	if err != nil {
		b.fail(at+".handoff.time", says{
			problem.Say("交代の時刻「%s」が読めません", "the time of handoff %q is not understood", h.Time),
			problem.Say("交代の時が決まらないと、当番が誰か分かりません", "without it nobody knows who is on duty"),
			problem.Say("\"09:00\" のように引用符で囲んで書いてください", "write it like \"09:00\", in quotation marks"),
		})
	}
	out.Hour, out.Minute = clock.Hour(), clock.Minute()
	if h.Days < 0 || h.Days > 366 {
		b.fail(at+".handoff.days", says{
			problem.Say("%d 日ごとの交代はできません", "a handoff every %d days is not possible", h.Days),
			problem.Say("当番の長さは 1〜366 日です", "a turn lasts 1 to 366 days"),
			problem.Say("1（毎日）や 7（毎週）を書いてください", "write 1 (daily) or 7 (weekly)"),
		})
		out.Days = 7
	}
	out.Start = b.date(at+".handoff.start", cmp.Or(h.Start, "2026-01-01"))
	if out.Days == 0 || out.Days == 7 || h.Weekday != "" {
		day := strings.ToLower(cmp.Or(h.Weekday, "monday"))
		if b.oneOf(at+".handoff.weekday", day, weekdays()) {
			for int(out.Start.Weekday()) != slices.Index(weekdays(), day) {
				out.Start = out.Start.AddDate(0, 0, 1)
			}
		}
	}
	return out
}

func (b *builder) shift(at, roster string, s shapeShift) escalation.Shift {
	out := escalation.Shift{Roster: roster, Person: s.Person, From: b.moment(at+".from", s.From), Until: b.moment(at+".until", s.Until)}
	if b.cfg.Directory != nil {
		b.known(at+".person", s.Person, b.personIDs(), inDirectory())
	}
	if !out.From.IsZero() && !out.Until.IsZero() && !out.Until.After(out.From) {
		b.fail(at+".until", says{
			problem.Say("当番の終わり（%s）が始まり（%s）より前です", "the shift ends (%s) before it begins (%s)", s.Until, s.From),
			problem.Say("この当番は一度も来ません", "it would never come"),
			problem.Say("from と until を見直してください。夜勤の終わりは翌日の日付です", "check from and until; a night shift ends on the next day's date"),
		})
	}
	return out
}

func (b *builder) policies() {
	seen := map[string]string{}
	for i, r := range b.raw.Policies {
		at := fmt.Sprintf("policies[%d]", i)
		b.id(at+".id", r.ID, seen)
		p := escalation.Policy{ID: r.ID, Name: cmp.Or(r.Name, r.ID), NameEN: cmp.Or(r.NameEN, r.ID), Rounds: r.Rounds, AckFor: r.AckExpires, Succession: r.Succession}
		readable := true
		for j, l := range r.Levels {
			level := b.level(fmt.Sprintf("%s.levels[%d]", at, j), l)
			for k, words := range l.To {
				t, err := escalation.ParseTarget(words)
				if err != nil {
					b.unreadableTarget(fmt.Sprintf("%s.levels[%d].to[%d]", at, j, k), words)
					readable = false
					continue
				}
				level.To = append(level.To, t)
			}
			p.Levels = append(p.Levels, level)
		}
		if readable && b.cfg.Directory != nil {
			b.checkPolicy(at, p)
		}
		b.cfg.Policies = append(b.cfg.Policies, p)
	}
	b.cfg.OnReport = b.usedPolicy("on_report", b.raw.OnReport)
	b.cfg.OnDeclare = b.usedPolicy("on_declare", b.raw.OnDeclare)
}

func (b *builder) unreadableTarget(key, words string) {
	b.fail(key, says{
		problem.Say("上申の相手「%s」が読めません", "the target %q is not understood", words),
		problem.Say("この段では誰も呼ばれません", "this level would page nobody"),
		problem.Say("\"duty:primary\"（当番）、\"role:ciso\"（役割）、\"deputy:ciso\"（代行）、\"group:csirt\"（グループ）、\"person:sato\"（人）の形で書いてください", "write \"duty:primary\", \"role:ciso\", \"deputy:ciso\", \"group:csirt\" or \"person:sato\""),
	})
}

func (b *builder) checkPolicy(at string, p escalation.Policy) {
	known := escalation.Known{Roles: b.roleIDs(), People: b.personIDs()}
	for _, g := range b.cfg.Directory.Groups {
		known.Groups = append(known.Groups, g.ID)
	}
	for _, r := range b.cfg.Rosters {
		known.Rosters = append(known.Rosters, r.ID)
	}
	for _, pr := range p.Check(known) {
		b.report(at+"."+pr.Key, says{pr.What, pr.Why, pr.Fix}, false)
	}
}

// usedPolicy checks that the policy exists: without it a report would page
// nobody at all.
func (b *builder) usedPolicy(key, id string) string {
	var ids []string
	for _, p := range b.cfg.Policies {
		ids = append(ids, p.ID)
	}
	b.known(key, id, ids, problem.Say("上申の方式（policies:）", "policies:"))
	return id
}
