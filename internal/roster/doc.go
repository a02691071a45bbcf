// Package roster reads the duty sheets people already have, from CSV as Excel
// writes it and from iCalendar, into shifts. It guarantees that whatever it
// could not understand is told with its place in the sheet, and that nothing is
// taken over silently: a caller shows Understood before it uses it.
package roster

import (
	"errors"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"irbot/internal/escalation"
)

// Errors of a sheet that cannot be read at all.
var (
	ErrEmpty  = errors.New("the sheet is empty")
	ErrDates  = errors.New("no row or column of dates was found")
	ErrLarge  = errors.New("the sheet is larger than 2 MB or 5,000 rows")
	ErrBook   = errors.New("this is a workbook, not CSV")
	ErrRoster = errors.New("no column or row belongs to the roster")
)

// Options say how a sheet is to be read.
type Options struct {
	Roster string                            // id of the roster the sheet is for
	Named  func(words string) bool           // whether words mean that roster
	Other  func(words string) bool           // whether words mean another roster
	Person func(words string) (string, bool) // the person id behind words
	Zone   *time.Location
	Hour   int // wall-clock time at which a day's duty begins
	Minute int
	Now    time.Time // for dates without a year
	Year   int       // and Month: for days without a month; 0 means as the sheet says
	Month  time.Month
	From   time.Time // iCalendar: repeated events are written out from here …
	Until  time.Time // … to here
}

// Understood is what was read, to be shown before it is taken over.
type Understood struct {
	Encoding string // utf-8, utf-8-bom, utf-16, shift_jis, xlsx
	Layout   string // dates-down, dates-across, weeks, icalendar
	Lines    []Line
	Unknown  []Line // what could not be understood: nothing of it is taken over
	From     time.Time
	Until    time.Time
}

// Line is one duty of the sheet, or one cell that could not be read.
type Line struct {
	Where  string // cell such as C5, or the UID of an event
	Text   string // as written
	Person string // directory id; "" where unknown
	From   time.Time
	Until  time.Time
	Why    string // person, date, time: what is unknown; several, twice, sheet: see ReadBook
}

// Shifts are the duties of the sheet, neighbours of one person joined.
func (u *Understood) Shifts(roster string) []escalation.Shift {
	var out []escalation.Shift
	for _, l := range u.Lines {
		if n := len(out); n > 0 && out[n-1].Person == l.Person && out[n-1].Until.Equal(l.From) {
			out[n-1].Until = l.Until
			continue
		}
		out = append(out, escalation.Shift{Roster: roster, Person: l.Person, From: l.From, Until: l.Until})
	}
	return out
}

// span sets the stretch of time the sheet is about.
func (u *Understood) span() {
	for _, l := range u.Lines {
		if u.From.IsZero() || l.From.Before(u.From) {
			u.From = l.From
		}
		if l.Until.After(u.Until) {
			u.Until = l.Until
		}
	}
}

func plain(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s)), ""))
}
