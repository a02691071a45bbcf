package incident

import (
	"context"
	"time"

	"irbot/internal/timeline"
)

// KindAlert is an alert of a monitored system, or its end.
const KindAlert timeline.Kind = "alert.received"

// FinderAlert is what was seen where a machine and no person told us.
const FinderAlert = "alert"

// Alert is what a monitored system tells. It only proposes an incident: a person
// declares.
type Alert struct {
	Source   string        // id of the source in the configuration
	Print    string        // identity of the alert within its source, ASCII
	Group    string        // alerts of one group belong together; "" for none
	Resolved bool          // it is over
	Merged   bool          // it stands here only because its source sends too much
	Window   time.Duration // a repetition within this time is not recorded again

	Title  string
	Words  string
	Place  string
	System string    // name of the source, for people
	Seen   time.Time // when it began, as the source says; zero: not said
}

// AlertSeen is what an incident knows of one alert.
type AlertSeen struct {
	Source, Group string
	First, Last   time.Time // recorded
	Resolved      bool
	Seq           int64 // last entry about it
}

// alertFacts is the facts of KindAlert.
type alertFacts struct {
	Source   string `json:"source_id"`
	Print    string `json:"print"`
	Group    string `json:"group,omitempty"`
	Resolved bool   `json:"resolved,omitempty"`
	Merged   bool   `json:"merged,omitempty"`
}

// AlertKey finds an alert in Incident.Alerts.
func AlertKey(source, fingerprint string) string { return source + "/" + fingerprint }

// raiseAlert opens an incident that nobody has taken charge of.
type raiseAlert struct{ a Alert }

func (raiseAlert) Name() string { return "alert.raise" }
func (raiseAlert) class() Class { return MayMachine }
func (raiseAlert) drill() bool  { return false }
func (raiseAlert) opens() bool  { return true }

// addAlert records an alert in an incident that is there already.
type addAlert struct{ a Alert }

func (addAlert) Name() string { return "alert.add" }
func (addAlert) class() Class { return MayMachine }

func (x raiseAlert) decide(c *call) (Change, error) {
	f := declaredFacts{Finder: FinderAlert, Surfaces: c.site.Surfaces}
	name := firstLine(Clean(x.a.Title))
	if name == "" {
		name = "監視からの知らせ"
	}
	d := c.machine(KindReported, f, "title", name, "place", Clean(x.a.Place), "words", Clean(x.a.Words), "reporter", Clean(x.a.System))
	d.HappenedAt = x.a.begun(c.now)
	ch := Change{Entries: []timeline.Draft{d, x.a.draft(c)}}
	ch.Entries = append(ch.Entries, c.startEscalation(c.site.OnReport, "report", "")...)
	return ch, nil
}

func (x addAlert) decide(c *call) (Change, error) {
	seen, known := c.s.Alerts[AlertKey(x.a.Source, x.a.Print)]
	switch {
	case known && seen.Resolved == x.a.Resolved && (x.a.Resolved || c.now.Sub(seen.Last) < x.a.Window):
		return Change{Outcome: Outcome{Code: "alert.repeated"}}, nil
	case !known && x.a.Resolved:
		return Change{Outcome: Outcome{Code: "alert.repeated"}}, nil // the end of something we never heard of
	}
	return one(x.a.draft(c)), nil
}

func (a Alert) draft(c *call) timeline.Draft {
	f := alertFacts{Source: a.Source, Print: a.Print, Group: a.Group, Resolved: a.Resolved, Merged: a.Merged}
	d := c.machine(KindAlert, f, "title", firstLine(Clean(a.Title)), "text", Clean(a.Words), "system", Clean(a.System), "place", Clean(a.Place))
	d.HappenedAt = a.begun(c.now)
	return d
}

// begun is when the source says that it began; a clock that is far off is not
// believed.
func (a Alert) begun(now time.Time) time.Time {
	if a.Resolved || a.Seen.After(now) || now.Sub(a.Seen) > 30*24*time.Hour {
		return time.Time{}
	}
	return a.Seen
}

func applyAlert(s *Incident, e *timeline.Entry) {
	f := decode[alertFacts](e)
	key := AlertKey(f.Source, f.Print)
	seen, known := s.Alerts[key]
	if !known {
		seen = AlertSeen{Source: f.Source, Group: f.Group, First: e.RecordedAt}
	}
	seen.Last, seen.Resolved, seen.Seq = e.RecordedAt, f.Resolved, e.Seq
	s.Alerts[key] = seen
}

// RaiseAlert opens an incident for an alert; request makes it happen once.
func (s *Service) RaiseAlert(ctx context.Context, request string, a Alert) (Result, error) {
	return s.Open(ctx, machineAct(request), raiseAlert{a})
}

// AddAlert records an alert in an incident. Nothing is recorded for a repetition
// within its window; the outcome's code is then alert.repeated.
func (s *Service) AddAlert(ctx context.Context, id string, a Alert) (Result, error) {
	return s.Do(ctx, machineAct(""), id, addAlert{a})
}
