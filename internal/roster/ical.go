package roster

import (
	"bytes"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// maxEvents bounds what repeated events may grow to.
const maxEvents = 5000

// ReadICal reads the events of an iCalendar file (RFC 5545) as duties: the
// summary or an attendee names the person. Repeated events are written out
// between Options.From and Options.Until; EXDATE and moved occurrences hold.
// Floating times and whole days are those of Options.Zone.
func ReadICal(data []byte, o Options) (*Understood, error) {
	if len(data) > maxBytes {
		return nil, ErrLarge
	}
	cal, err := ical.NewDecoder(bytes.NewReader(data)).Decode()
	if err != nil {
		return nil, fmt.Errorf("read iCalendar: %w", err)
	}
	nameZones(cal)
	out := &Understood{Encoding: "utf-8", Layout: "icalendar"}
	moved := map[string]bool{}
	for _, e := range cal.Events() {
		if p := e.Props.Get(ical.PropRecurrenceID); p != nil {
			if at, err := p.DateTime(o.Zone); err == nil {
				moved[uid(e)+at.UTC().String()] = true
			}
		}
	}
	for _, e := range cal.Events() {
		if err := out.event(e, o, moved); err != nil {
			return nil, err
		}
	}
	if len(out.Lines)+len(out.Unknown) == 0 {
		return nil, ErrEmpty
	}
	sort.SliceStable(out.Lines, func(i, j int) bool { return out.Lines[i].From.Before(out.Lines[j].From) })
	out.span()
	return out, nil
}

func uid(e ical.Event) string {
	id, _ := e.Props.Text(ical.PropUID)
	return id
}

func (u *Understood) event(e ical.Event, o Options, moved map[string]bool) error {
	if s, err := e.Status(); err == nil && s == ical.EventCancelled {
		return nil
	}
	words, _ := e.Props.Text(ical.PropSummary)
	start, err := e.DateTimeStart(o.Zone)
	if err != nil || start.IsZero() {
		u.Unknown = append(u.Unknown, Line{Where: uid(e), Text: words, Why: "date"})
		return nil //nolint:nilerr // it is told as not understood
	}
	end, err := e.DateTimeEnd(o.Zone)
	if err != nil || !end.After(start) {
		end = start.AddDate(0, 0, 1)
	}
	if p := e.Props.Get(ical.PropDateTimeStart); p != nil && p.ValueType() == ical.ValueDate {
		start, end = o.handoff(start), o.handoff(end)
	}
	person, ok := u.who(e, words, o)
	if !ok {
		u.Unknown = append(u.Unknown, Line{Where: uid(e), Text: words, From: start, Until: end, Why: "person"})
		return nil
	}
	set, err := e.RecurrenceSet(o.Zone)
	if err != nil {
		return fmt.Errorf("read the repetition of %q: %w", words, err)
	}
	if set == nil || e.Props.Get(ical.PropRecurrenceID) != nil {
		u.Lines = append(u.Lines, Line{Where: uid(e), Text: words, Person: person, From: start, Until: end})
		return nil
	}
	for _, at := range set.Between(o.From, o.Until, true) {
		if moved[uid(e)+at.UTC().String()] {
			continue
		}
		if len(u.Lines) >= maxEvents {
			return ErrLarge
		}
		// The end is counted on the clock of the zone, so that a change to
		// daylight-saving time makes no duty longer or shorter than written.
		from := at
		if start.Hour() != at.Hour() || start.Minute() != at.Minute() {
			from = time.Date(at.Year(), at.Month(), at.Day(), start.Hour(), start.Minute(), 0, 0, start.Location())
		}
		days := int(dateOnly(end).Sub(dateOnly(start)) / (24 * time.Hour))
		until := time.Date(from.Year(), from.Month(), from.Day()+days, end.Hour(), end.Minute(), 0, 0, start.Location())
		u.Lines = append(u.Lines, Line{Where: uid(e), Text: words, Person: person, From: from, Until: until})
	}
	return nil
}

func dateOnly(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// handoff is the moment at which the duty of a whole day begins.
func (o Options) handoff(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), o.Hour, o.Minute, 0, 0, o.Zone)
}

// who finds the person: an attendee's mail address, the summary, or what stands
// in it behind a colon or in brackets.
func (u *Understood) who(e ical.Event, words string, o Options) (string, bool) {
	for _, p := range e.Props.Values(ical.PropAttendee) {
		if id, ok := o.Person(strings.TrimPrefix(strings.ToLower(p.Value), "mailto:")); ok {
			return id, true
		}
	}
	tries := []string{words}
	for _, cut := range []string{":", "：", "　", " ", "-", "(", "（", "/"} {
		for _, part := range strings.Split(words, cut) {
			tries = append(tries, strings.Trim(part, " )）　"))
		}
	}
	for _, w := range tries {
		if id, ok := o.Person(w); ok && strings.TrimSpace(w) != "" {
			return id, true
		}
	}
	return "", false
}
