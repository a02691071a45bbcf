package escalation

import (
	"slices"
	"sort"
	"time"
)

// Roster is one duty list: a rotation that runs for ever, and shifts that
// override it (swaps, holidays, an imported duty sheet). A stretch covered by
// any shift belongs to the shifts alone.
type Roster struct {
	ID       string
	Name     string
	NameEN   string
	Rotation *Rotation // nil: shifts only
	Shifts   []Shift
	DayOff   *DayOff // duty of weekends and holidays; nil: the rotation runs through
	Sheets   []Sheet // duty sheets that were taken over; a later one stands above an earlier one
	Changes  []Shift // what people agreed on; the last one that covers a moment holds
}

// Sheet is a duty sheet that was taken over for a stretch of time.
type Sheet struct {
	From   time.Time
	Until  time.Time
	Shifts []Shift
}

// DayOff hands the duty of days off (weekends, holidays) round in a turn of its
// own, from one handoff to the next.
type DayOff struct {
	People []string
	Starts []time.Time // the handoffs at which a day off begins, in order
	Zone   *time.Location
}

// OnDuty gives who holds the day off the moment falls in; "" on other days.
func (d DayOff) OnDuty(at time.Time) string {
	n := sort.Search(len(d.Starts), func(i int) bool { return d.Starts[i].After(at) }) - 1
	if n < 0 || len(d.People) == 0 || !at.Before(d.end(n)) {
		return ""
	}
	return d.People[n%len(d.People)]
}

// end is the same wall-clock time on the next day.
func (d DayOff) end(n int) time.Time {
	zone := d.Zone
	if zone == nil {
		zone = time.UTC
	}
	return d.Starts[n].In(zone).AddDate(0, 0, 1)
}

// Rotation hands the duty from one person to the next at the same wall-clock
// time every few days. The moments are computed on the calendar of the zone,
// so that a change to daylight-saving time moves no handoff.
type Rotation struct {
	People []string       // person ids, in order
	Start  time.Time      // a day on which the first person takes over
	Hour   int            // wall-clock time of the handoff
	Minute int            //
	Days   int            // length of a turn in days; 0 means 7
	Zone   *time.Location // nil means UTC
}

// Rosters is every roster of the site.
type Rosters []Roster

// Gap is a stretch during which a roster names nobody.
type Gap struct {
	Roster string
	From   time.Time
	Until  time.Time
}

// OnDuty gives the people whose shift covers the moment, in the order of the
// list, each once. From is inside a shift, Until is not.
func OnDuty(shifts []Shift, roster string, at time.Time) []string {
	var out []string
	for _, s := range shifts {
		if s.Roster == roster && !at.Before(s.From) && at.Before(s.Until) && !slices.Contains(out, s.Person) {
			out = append(out, s.Person)
		}
	}
	return out
}

// OnDuty gives the person whose turn it is, "" before the first handoff or
// where nobody is listed.
func (r Rotation) OnDuty(at time.Time) string {
	turn := r.turn(at)
	if turn < 0 || len(r.People) == 0 {
		return ""
	}
	return r.People[turn%len(r.People)]
}

// Handoffs gives the handoffs in [from, until), in order.
func (r Rotation) Handoffs(from, until time.Time) []time.Time {
	var out []time.Time
	for turn := max(0, r.turn(from)); ; turn++ {
		at := r.handoff(turn)
		if !at.Before(until) {
			return out
		}
		if !at.Before(from) {
			out = append(out, at)
		}
	}
}

func (r Rotation) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

func (r Rotation) days() int { return max(1, orSeven(r.Days)) }

func orSeven(n int) int {
	if n == 0 {
		return 7
	}
	return n
}

// handoff is the moment turn number n begins, counted from 0. An hour that the
// clock skips on that day is the one after it, never one before.
func (r Rotation) handoff(n int) time.Time {
	d := r.Start.In(r.zone())
	at := time.Date(d.Year(), d.Month(), d.Day()+n*r.days(), r.Hour, r.Minute, 0, 0, r.zone())
	if at.Hour()*60+at.Minute() < r.Hour*60+r.Minute {
		at = at.Add(time.Hour)
	}
	return at
}

// turn is the number of the turn the moment falls in, -1 before the first.
func (r Rotation) turn(at time.Time) int {
	if at.Before(r.handoff(0)) {
		return -1
	}
	n := int(at.Sub(r.handoff(0)) / (time.Duration(r.days()) * 24 * time.Hour))
	// The division is off by an hour where clocks change, so by one turn at most.
	for !r.handoff(n + 1).After(at) {
		n++
	}
	for n > 0 && r.handoff(n).After(at) {
		n--
	}
	return n
}

// OnDuty gives who holds this roster at the moment: the shifts if any covers
// it, else the rotation. Empty means nobody.
func (r Roster) OnDuty(at time.Time) []string {
	for _, c := range slices.Backward(r.Changes) {
		if !at.Before(c.From) && at.Before(c.Until) {
			return []string{c.Person}
		}
	}
	for _, s := range slices.Backward(r.Sheets) {
		if at.Before(s.From) || !at.Before(s.Until) {
			continue
		}
		if people := OnDuty(s.Shifts, r.ID, at); len(people) > 0 {
			return people
		}
	}
	if people := OnDuty(r.Shifts, r.ID, at); len(people) > 0 {
		return people
	}
	if r.DayOff != nil {
		if p := r.DayOff.OnDuty(at); p != "" {
			return []string{p}
		}
	}
	if r.Rotation == nil {
		return nil
	}
	if p := r.Rotation.OnDuty(at); p != "" {
		return []string{p}
	}
	return nil
}

// Duty gives who holds the named roster at the moment; an unknown roster is
// held by nobody. It fits Lookup.Duty.
func (rs Rosters) Duty(roster string, at time.Time) []string {
	for _, r := range rs {
		if r.ID == roster {
			return r.OnDuty(at)
		}
	}
	return nil
}

// changes gives the moments in (from, until) at which the holder may change.
func (r Roster) changes(from, until time.Time) []time.Time {
	var out []time.Time
	list := append(slices.Clone(r.Shifts), r.Changes...)
	for _, s := range r.Sheets {
		list = append(list, s.Shifts...)
		out = append(out, s.From, s.Until)
	}
	for _, s := range list {
		out = append(out, s.From, s.Until)
	}
	if r.DayOff != nil {
		for i := range r.DayOff.Starts {
			out = append(out, r.DayOff.Starts[i], r.DayOff.end(i))
		}
	}
	if r.Rotation != nil {
		out = append(out, r.Rotation.Handoffs(from, until)...)
	}
	out = slices.DeleteFunc(out, func(t time.Time) bool { return !t.After(from) || !t.Before(until) })
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// Plan lists who holds the roster when, in [from, until): stretches of one and
// the same holder, gaps included with no people.
func (r Roster) Plan(from, until time.Time) []Stretch {
	var out []Stretch
	edges := append([]time.Time{from}, r.changes(from, until)...)
	for i, at := range edges {
		end := until
		if i+1 < len(edges) {
			end = edges[i+1]
		}
		people := r.OnDuty(at)
		if n := len(out); n > 0 && slices.Equal(out[n-1].People, people) {
			out[n-1].Until = end
			continue
		}
		out = append(out, Stretch{From: at, Until: end, People: people})
	}
	return out
}

// Stretch is a time with one and the same holder; no people is a gap.
type Stretch struct {
	From   time.Time
	Until  time.Time
	People []string
}

// Stretch gives the duty that covers a moment, from one handoff to the next; ok
// is false where nobody or more than one person holds it.
func (r Roster) Stretch(at time.Time) (Shift, bool) {
	people := r.OnDuty(at)
	if len(people) != 1 {
		return Shift{}, false
	}
	const far = 62 * 24 * time.Hour
	from, until := at.Add(-far), at.Add(far)
	for _, t := range r.changes(from, until) {
		if !t.After(at) {
			from = t
		} else {
			until = t
			break
		}
	}
	return Shift{Roster: r.ID, Person: people[0], From: from, Until: until}, true
}

// Gaps lists the stretches of [from, until) with nobody on duty, so that it
// can be said before an incident.
func (rs Rosters) Gaps(from, until time.Time) []Gap {
	var out []Gap
	for _, r := range rs {
		edges := append([]time.Time{from}, r.changes(from, until)...)
		for i, at := range edges {
			end := until
			if i+1 < len(edges) {
				end = edges[i+1]
			}
			if len(r.OnDuty(at)) > 0 {
				continue
			}
			if n := len(out); n > 0 && out[n-1].Roster == r.ID && out[n-1].Until.Equal(at) {
				out[n-1].Until = end
				continue
			}
			out = append(out, Gap{Roster: r.ID, From: at, Until: end})
		}
	}
	return out
}
