package roster

import (
	"bytes"
	"time"

	"golang.org/x/text/width"

	"irbot/internal/directory"
	"irbot/internal/escalation"
)

// far is how far ahead the repeated events of a calendar are written out.
const far = 400

// Site is what a sheet is read for: one roster of an installation.
type Site struct {
	Roster    escalation.Roster
	All       escalation.Rosters
	Directory *directory.Directory
	Now       time.Time
	Zone      *time.Location
}

// Read reads a sheet of any sort for one roster of a site: CSV, iCalendar, or a
// workbook as BookText writes it. A day's duty begins at the hour of the roster's
// handoff, else at nine.
func Read(data []byte, s Site) (*Understood, error) {
	o := s.options()
	if pages, ok := bookOf(data); ok {
		return ReadBook(pages, o)
	}
	if bytes.HasPrefix(bytes.TrimPrefix(bytes.TrimSpace(data), []byte("\xef\xbb\xbf")), []byte("BEGIN:VCALENDAR")) {
		return ReadICal(data, o)
	}
	return ReadCSV(data, o)
}

func (s Site) options() Options {
	r, all, d, now, zone := s.Roster, s.All, s.Directory, s.Now, s.Zone
	is := func(r escalation.Roster, words string) bool {
		w := plain(width.Fold.String(words))
		return w != "" && (w == plain(r.ID) || w == plain(r.Name) || w == plain(r.NameEN))
	}
	o := Options{
		Roster: r.ID, Zone: zone, Hour: 9, Now: now, From: now.AddDate(0, 0, -7), Until: now.AddDate(0, 0, far),
		Named: func(w string) bool { return is(r, w) },
		Other: func(w string) bool {
			for _, x := range all {
				if x.ID != r.ID && is(x, w) {
					return true
				}
			}
			return false
		},
		Person: func(w string) (string, bool) {
			p, ok := d.PersonCalled(w)
			return p.ID, ok
		},
	}
	if r.Rotation != nil {
		o.Hour, o.Minute = r.Rotation.Hour, r.Rotation.Minute
		if r.Rotation.Zone != nil {
			o.Zone = r.Rotation.Zone
		}
	}
	return o
}
