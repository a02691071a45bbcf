package escalation

import (
	"slices"
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

// handoff is the moment turn number n begins, counted from 0.
func (r Rotation) handoff(n int) time.Time {
	d := r.Start.In(r.zone())
	return time.Date(d.Year(), d.Month(), d.Day()+n*r.days(), r.Hour, r.Minute, 0, 0, r.zone())
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
	if people := OnDuty(r.Shifts, r.ID, at); len(people) > 0 {
		return people
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
	for _, s := range r.Shifts {
		out = append(out, s.From, s.Until)
	}
	if r.Rotation != nil {
		out = append(out, r.Rotation.Handoffs(from, until)...)
	}
	out = slices.DeleteFunc(out, func(t time.Time) bool { return !t.After(from) || !t.Before(until) })
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
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
