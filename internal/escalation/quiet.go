package escalation

import (
	"slices"
	"time"
)

// Quiet lets some people sleep during some hours. It holds only for severity 2
// to 4: severity 1, and a severity nobody has set yet, are never quiet.
type Quiet struct {
	People []string       // person ids; empty means everybody
	From   int            // minute of the day at which it begins
	Until  int            // minute of the day at which it ends; before From: on the next day
	Days   []time.Weekday // on which it begins; empty means every day
	Zone   *time.Location // nil means UTC
}

// Quiets is every quiet rule of the site.
type Quiets []Quiet

// Moment is where a ladder stands when people are picked.
type Moment struct {
	At       time.Time
	Severity int // 0: 未定
	Round    int // from 1
}

// covers tells whether the rule holds for a person at a moment. The hours are
// those of the wall clock of its zone, also on the day clocks change.
func (q Quiet) covers(person string, at time.Time) bool {
	if len(q.People) > 0 && !slices.Contains(q.People, person) {
		return false
	}
	zone := q.Zone
	if zone == nil {
		zone = time.UTC
	}
	at = at.In(zone)
	minute, day := at.Hour()*60+at.Minute(), at.Weekday()
	if q.From < q.Until {
		return minute >= q.From && minute < q.Until && q.on(day)
	}
	if minute >= q.From {
		return q.on(day)
	}
	return minute < q.Until && q.on((day+6)%7)
}

func (q Quiet) on(day time.Weekday) bool {
	return len(q.Days) == 0 || slices.Contains(q.Days, day)
}

// Split tells who may be paged and who is to be left asleep.
func (qs Quiets) Split(people []string, at time.Time, severity int) (awake, asleep []string) {
	for _, id := range people {
		if severity > 1 && slices.ContainsFunc(qs, func(q Quiet) bool { return q.covers(id, at) }) {
			asleep = append(asleep, id)
			continue
		}
		awake = append(awake, id)
	}
	return awake, asleep
}

// Left gives who of a level is paged. A quiet rule never makes a ladder silent:
// it holds in the first round only, and a level that would be empty by it is
// passed over only where a later one (later tells) reaches somebody awake.
func (qs Quiets) Left(people []string, m Moment, later func() bool) (paged, asleep []string) {
	if m.Round > 1 || len(qs) == 0 {
		return people, nil
	}
	awake, asleep := qs.Split(people, m.At, m.Severity)
	if len(awake) == 0 && len(asleep) > 0 && !later() {
		return people, nil
	}
	return awake, asleep
}
