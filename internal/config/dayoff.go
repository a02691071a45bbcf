package config

import (
	"fmt"
	"time"

	"irbot/internal/calendar"
	"irbot/internal/escalation"
	"irbot/internal/problem"
)

// lastYear is up to when days off are counted: what is law today says nothing
// about holidays much further away.
const lastYear = 2040

// zoneOf is the time zone of a roster; the site's where none is given.
func (b *builder) zoneOf(at, name string) *time.Location {
	if name == "" {
		return b.cfg.Site.Zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		b.fail(at+".zone", says{
			problem.Say("時間帯「%s」がありません", "there is no time zone %q", name),
			problem.Say("交代の時刻が決まりません", "the time of the handoff would be undecided"),
			problem.Say("Asia/Tokyo のように書くか、消してください（拠点の時間帯になります）", "write it like Asia/Tokyo, or delete it (the zone of the site)"),
		})
		return b.cfg.Site.Zone
	}
	return zone
}

// dayOff writes out the days off of a roster: Saturdays, Sundays, the national
// holidays of Japan and the days the site itself is closed.
func (b *builder) dayOff(at string, r shapeRoster, turn *escalation.Rotation) *escalation.DayOff {
	if len(r.DayOff.People) == 0 {
		return nil
	}
	if b.cfg.Directory != nil {
		for j, id := range r.DayOff.People {
			b.known(fmt.Sprintf("%s.day_off.people[%d]", at, j), id, b.personIDs(), inDirectory())
		}
	}
	closed := map[calendar.Date]bool{}
	for j, s := range r.DayOff.Closed {
		d, err := calendar.ParseDate(s)
		if err != nil {
			b.fail(fmt.Sprintf("%s.day_off.closed[%d]", at, j), says{
				problem.Say("休業日「%s」が読めません", "the closing day %q is not understood", s),
				problem.Say("年-月-日 の形だけを受け付けます", "only year-month-day is read"),
				problem.Say("\"2026-12-30\" の形で書いてください", "write it like \"2026-12-30\""),
			})
		}
		closed[d] = true
	}
	out := &escalation.DayOff{People: r.DayOff.People, Zone: turn.Zone}
	work := calendar.Of(calendar.Japan)
	for d := calendar.On(2026, time.January, 1); d.Year <= lastYear; d = d.Add(1) {
		if closed[d] || !work.Business(d) {
			out.Starts = append(out.Starts, d.At(turn.Hour, turn.Minute, turn.Zone))
		}
	}
	return out
}
