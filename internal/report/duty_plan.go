package report

import (
	"slices"
	"time"

	"irbot/internal/calendar"
)

// Plan is how one clock of one incident counts. It is kept in the record, so
// that a clock that runs is counted to its end by the rule it began under.
// Every member is an ASCII id or an integer.
type Plan struct {
	Start      string   `json:"start"`
	Hours      int      `json:"hours,omitempty"`
	Days       int      `json:"days,omitempty"`
	Business   int      `json:"business_days,omitempty"`
	Months     int      `json:"months,omitempty"`
	Calendar   string   `json:"calendar,omitempty"`
	First      string   `json:"first_day,omitempty"`
	Roll       bool     `json:"roll,omitempty"`
	Zone       string   `json:"zone,omitempty"`
	Closed     []string `json:"closed,omitempty"`
	Working    []string `json:"working,omitempty"`
	TargetFrom string   `json:"target_from,omitempty"`
	TargetS    int64    `json:"target_s,omitempty"`
	Warn       []int    `json:"warn,omitempty"`
}

// Numbered says that the source itself gives a limit.
func (p Plan) Numbered() bool { return p.Hours+p.Days+p.Business+p.Months > 0 }

// StartsFrom says whether the clock, by its source or by the operator's own
// target, runs from a moment.
func (p Plan) StartsFrom(moment string) bool {
	return p.Start == moment || p.TargetS > 0 && p.TargetFrom == moment
}

// Due is when a clock began and ends; zero where that is not established.
type Due struct {
	Base   time.Time // of the moment the rule counts from
	Law    time.Time // by the source
	Target time.Time // by the operator's own target
	At     time.Time // the earlier of the two
	From   time.Time // the moment At counts from
}

// Own says that the operator's own target is what the clock shows.
func (d Due) Own() bool { return !d.Target.IsZero() && d.At.Equal(d.Target) && !d.At.Equal(d.Law) }

// Due works out the clock from the moments that are established. Days end with
// their last second, in the zone of the plan.
func (p Plan) Due(at func(moment string) time.Time) Due {
	out := Due{Base: at(p.Start)}
	if !out.Base.IsZero() && p.Numbered() {
		out.Law = p.law(out.Base)
	}
	if p.TargetS > 0 {
		if from := at(p.TargetFrom); !from.IsZero() {
			out.Target = from.Add(time.Duration(p.TargetS) * time.Second)
			out.At, out.From = out.Target, from
		}
	}
	if !out.Law.IsZero() && (out.At.IsZero() || !out.Target.Before(out.Law)) {
		out.At, out.From = out.Law, out.Base
	}
	return out
}

func (p Plan) law(base time.Time) time.Time {
	if p.Hours > 0 {
		return base.Add(time.Duration(p.Hours) * time.Hour)
	}
	zone := Location(p.Zone)
	c := calendarOf(calendar.Options{Base: calendar.Base(p.Calendar), Closed: p.Closed, Working: p.Working})
	last := c.LastDay(base, zone, calendar.Period{
		Days: p.Days, BusinessDays: p.Business, Months: p.Months, First: calendar.FirstDay(p.First), RollForward: p.Roll,
	})
	return last.End(zone).UTC()
}

// calendarOf makes a calendar, and the plain one of the base where the site's
// own days cannot be read: they were checked when the configuration was.
func calendarOf(o calendar.Options) calendar.Calendar {
	c, err := calendar.New(o)
	if err != nil {
		return calendar.Of(o.Base)
	}
	return c
}

// Location finds a zone by name. On a machine that knows no zones, and for a
// name nobody knows, it is Japan's, nine hours ahead all year.
func Location(name string) *time.Location {
	if name != "" {
		if z, err := time.LoadLocation(name); err == nil {
			return z
		}
	}
	return time.FixedZone("JST", 9*60*60)
}

// Warning is a moment at which the owner is told how the time goes.
type Warning struct {
	Percent int
	At      time.Time
}

// QuarterLeft is the percent of the time gone at which the owner is paged.
const QuarterLeft = 75

// Warnings are when so many percent of the time are gone, in order. A clock
// without an end has none.
func (p Plan) Warnings(d Due) []Warning {
	if d.At.IsZero() || !d.At.After(d.From) {
		return nil
	}
	percents := slices.Clone(p.Warn)
	if !slices.Contains(percents, QuarterLeft) {
		percents = append(percents, QuarterLeft)
	}
	slices.Sort(percents)
	var out []Warning
	for _, n := range slices.Compact(percents) {
		if n > 0 && n < 100 {
			out = append(out, Warning{n, d.From.Add(d.At.Sub(d.From) / 100 * time.Duration(n)).Truncate(time.Second)})
		}
	}
	return out
}

// Plan is how a rule counts for this operator.
func (r Rule) Plan(p Profile) Plan {
	d := r.Deadline
	out := Plan{
		Start: r.Start, Hours: d.Hours, Days: d.Days, Business: d.BusinessDays, Months: d.Months,
		Calendar: string(d.Calendar), First: string(d.First), Roll: d.Roll, Zone: d.Zone, Warn: r.Warn,
	}
	if out.Zone == "" {
		out.Zone = p.Zone
	}
	// What the site closes never puts off what is owed to somebody else: its own
	// days count only in a calendar that is the site's own.
	if r.Level == Own && d.Calendar != "" {
		out.Closed, out.Working = p.Calendar.Closed, p.Calendar.Working
	}
	if o, ok := p.own(r.ID); ok {
		out.TargetFrom, out.TargetS = o.From, int64(o.Within/time.Second)
		if out.TargetFrom == "" {
			out.TargetFrom = r.Start
		}
	}
	return out
}
