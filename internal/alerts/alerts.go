// Package alerts has the rules for what monitored systems tell irbot. It
// guarantees that an alert only proposes: it opens a report that nobody has
// taken charge of, or stands in an incident it belongs to; that a repetition
// is recorded once; that a storm of alerts cannot open a storm of incidents; and
// that a source which falls silent is itself an alert.
package alerts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"irbot/internal/incident"
)

// Kind is the form in which a source tells.
type Kind string

// The kinds of source.
const (
	Generic      Kind = "generic"      // JSON of irbot's own form
	Alertmanager Kind = "alertmanager" // the webhook of Prometheus Alertmanager, version 4
	Heartbeat    Kind = "heartbeat"    // calls within an interval; silence is the alert
)

// Source is one configured source.
type Source struct {
	ID    string
	Kind  Kind
	Name  string // for people
	Place string // of what it watches, where an alert does not say
	Every time.Duration
	Grace time.Duration
}

// Limits bound what alerts may do. Zero fields take the default.
type Limits struct {
	Window time.Duration // a repetition within this time is not recorded again; default 1 h
	Storm  int           // reports nobody has taken that one source may have open at a time; default 3
}

// OrDefault fills what is not set.
func (l Limits) OrDefault() Limits {
	if l.Window <= 0 {
		l.Window = time.Hour
	}
	if l.Storm <= 0 {
		l.Storm = 3
	}
	return l
}

// Place is where an alert goes.
type Place struct {
	Incident string // "" with Open
	Open     bool   // propose a new incident
	Merged   bool   // it stands in Incident only because its source sends too much
}

// Route decides where an alert goes among the incidents that are not closed: to
// the one that knows it, else to the newest that knows its group, else to a new
// one, unless its source has proposed too many already. Drills are passed over.
// The zero Place drops it: the end of something that no incident knows.
func Route(live []*incident.Incident, a incident.Alert, l Limits) Place {
	l = l.OrDefault()
	key := incident.AlertKey(a.Source, a.Print)
	var group, newest *incident.Incident
	proposed := 0
	for _, s := range live {
		if s.Drill || s.Status == incident.Closed {
			continue
		}
		if _, ok := s.Alerts[key]; ok {
			return Place{Incident: s.ID}
		}
		if from, same := sources(s, a); from {
			if same && later(s, group) {
				group = s
			}
			if s.Status == incident.Reported && s.Finder == incident.FinderAlert {
				proposed++
				if later(s, newest) {
					newest = s
				}
			}
		}
	}
	switch {
	case a.Resolved:
		return Place{}
	case group != nil:
		return Place{Incident: group.ID}
	case proposed >= l.Storm:
		return Place{Incident: newest.ID, Merged: true}
	}
	return Place{Open: true}
}

// sources tells whether an incident has alerts of the same source, and of the
// same group.
func sources(s *incident.Incident, a incident.Alert) (from, group bool) {
	for _, x := range s.Alerts {
		if x.Source == a.Source {
			from = true
			group = group || a.Group != "" && x.Group == a.Group
		}
	}
	return from, group
}

func later(s, than *incident.Incident) bool {
	if than == nil {
		return true
	}
	return s.Times.Reported.After(than.Times.Reported)
}

// Fingerprint is the identity of an alert made from what it says.
func Fingerprint(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Desk takes alerts in. It is safe for concurrent use; alerts are taken one
// after the other, so that two copies at once cannot open two incidents.
type Desk struct {
	Service *incident.Service
	// Live gives the incidents that are not closed.
	Live   func(ctx context.Context) ([]*incident.Incident, error)
	Limits Limits

	mu sync.Mutex
}

// Taken is what became of an alert.
type Taken struct {
	Incident string
	New      bool // it proposed an incident
	Recorded bool // false for a repetition and for the end of something unknown
}

// Take records an alert. An error says that it is not recorded and should be
// sent again.
func (d *Desk) Take(ctx context.Context, a incident.Alert) (Taken, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a.Window = d.Limits.OrDefault().Window
	live, err := d.Live(ctx)
	if err != nil {
		return Taken{}, fmt.Errorf("read live incidents: %w", err)
	}
	to := Route(live, a, d.Limits)
	switch {
	case to.Open:
		res, err := d.Service.RaiseAlert(ctx, request(a), a)
		if err != nil {
			return Taken{}, fmt.Errorf("propose incident: %w", err)
		}
		return Taken{Incident: res.Incident, New: !res.Duplicate, Recorded: !res.Duplicate}, nil
	case to.Incident == "":
		return Taken{}, nil
	}
	a.Merged = to.Merged
	res, err := d.Service.AddAlert(ctx, to.Incident, a)
	if err != nil { // also where it was closed this moment: what goes on comes again
		return Taken{}, fmt.Errorf("add alert to %s: %w", to.Incident, err)
	}
	return Taken{Incident: to.Incident, Recorded: len(res.Entries) > 0}, nil
}

// request identifies the beginning of an alert, where its source says when it
// began: one that goes on after its incident was closed does not open another.
func request(a incident.Alert) string {
	if a.Seen.IsZero() {
		return ""
	}
	return fmt.Sprintf("alert:%s:%s:%d", a.Source, a.Print, a.Seen.UnixMicro())
}
