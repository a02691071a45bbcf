package incident

import (
	"slices"
	"strings"
	"time"

	"irbot/internal/report"
	"irbot/internal/timeline"
)

// SetMoment fixes the moment a clock starts from: occurred, detected,
// recognised, judged or paid. Why is required; Who is the person who judged it,
// "" the one who enters it. Setting it again corrects it, and every clock that
// runs from it is planned anew.
type SetMoment struct {
	Moment string    `json:"moment"`
	At     time.Time `json:"when"`
	Why    string    `json:"why"`
	Who    string    `json:"who,omitempty"`
}

// MeetDuty says that a duty was met and what proves it: the notice that did,
// the words on the receipt, or both.
type MeetDuty struct {
	Duty   string `json:"duty"`
	Notice string `json:"notice,omitempty"`
	Proof  string `json:"proof,omitempty"`
}

// ConfirmDuty says that a duty does apply to this incident (対象か確認), and on
// what grounds. One that stands instead of another dismisses that one.
type ConfirmDuty struct {
	Duty string `json:"duty"`
	Why  string `json:"why"`
}

// DismissDuty says that a reporting duty does not apply, with the reason.
type DismissDuty struct {
	Duty string `json:"duty"`
	Why  string `json:"why"`
}

// ReopenDuty takes back that a duty was met or does not apply.
type ReopenDuty struct {
	Duty string `json:"duty"`
	Why  string `json:"why"`
}

// Name implements Command.
func (SetMoment) Name() string { return "moment.set" }
func (SetMoment) class() Class { return MayLead }

// Name implements Command.
func (MeetDuty) Name() string { return "duty.done" }
func (MeetDuty) class() Class { return MayRespond }

// Name implements Command.
func (ConfirmDuty) Name() string { return "duty.confirm" }
func (ConfirmDuty) class() Class { return MayLead }

// Name implements Command.
func (DismissDuty) Name() string { return "duty.dismiss" }
func (DismissDuty) class() Class { return MayLead }

// Name implements Command.
func (ReopenDuty) Name() string { return "duty.reopen" }
func (ReopenDuty) class() Class { return MayLead }

// SettableMoments are the moments a person can fix; the others follow from the
// record.
func SettableMoments() []string {
	return []string{report.Occurred, report.Detected, report.Recognised, report.Judged, report.Paid}
}

func (x SetMoment) decide(c *call) (Change, error) {
	if !slices.Contains(SettableMoments(), x.Moment) {
		return Change{}, refuse("moment.unknown", "moment", x.Moment)
	}
	if x.At.IsZero() || x.At.After(c.now.Add(time.Minute)) {
		return Change{}, refuse("time.future", "at", c.clock(x.At))
	}
	why := Clean(x.Why)
	if why == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	who := Clean(x.Who)
	if p, ok := c.site.Directory.Person(who); ok {
		who = p.Name
	}
	if who == "" && x.Moment == report.Recognised {
		who = c.name(c.act.Person)
	}
	f := momentFacts{Moment: x.Moment, At: us(x.At)}
	if before, ok := c.s.momentSet(x.Moment); ok {
		f.Corrects = before.Seq
	}
	ch := one(c.draft(KindMoment, f, "reason", why, "who", who))
	ch.Entries = append(ch.Entries, c.replanDuties(x.Moment, x.At)...)
	return ch, nil
}

// openDuty finds an open clock.
func (c *call) openDuty(id string) (*Duty, error) {
	if d := c.s.Duty(id); d != nil && d.State == DutyOpen {
		return d, nil
	}
	return nil, refuse("duty.unknown", "duty", id)
}

func (x MeetDuty) decide(c *call) (Change, error) {
	d, err := c.openDuty(x.Duty)
	if err != nil {
		return Change{}, err
	}
	proof := Clean(x.Proof)
	if x.Notice == "" && proof == "" {
		return Change{}, refuse("duty.proof")
	}
	if x.Notice != "" {
		n, err := c.notice(x.Notice)
		if err != nil {
			return Change{}, err
		}
		if n.State != NoticeSent && len(n.Phoned) == 0 {
			return Change{}, refuse("duty.notice_unsent", "notice", n.ID)
		}
	}
	at := c.now
	if !c.act.At.IsZero() {
		at = c.act.At
	}
	ch := one(c.draft(KindDutyMet, dutyFacts{Duty: d.ID, Ref: x.Notice}, "proof", proof))
	ch.Entries = append(ch.Entries, c.replanDuties(report.AfterMet+d.ID, at)...)
	ch.Outcome = Outcome{Code: "duty.done", Ref: d.ID}
	return ch, nil
}

func (x ConfirmDuty) decide(c *call) (Change, error) {
	d, err := c.openDuty(x.Duty)
	if err != nil {
		return Change{}, err
	}
	why := Clean(x.Why)
	switch {
	case !d.Check:
		return Change{Outcome: Outcome{Code: "duty.applies"}}, nil
	case why == "":
		return Change{}, refuse("input.missing", "field", "reason")
	}
	ch := one(c.draft(KindDutyConfirmed, dutyFacts{Duty: d.ID}, "reason", why))
	if o := c.s.Duty(d.InsteadOf); o != nil && o.State == DutyOpen {
		ch.Entries = append(ch.Entries, c.draft(KindDutyDismissed, dutyFacts{Duty: o.ID, InsteadOf: d.ID}, "reason", why))
	}
	ch.Outcome = Outcome{Code: "duty.confirmed", Ref: d.ID}
	return ch, nil
}

func (x DismissDuty) decide(c *call) (Change, error) {
	if _, err := c.openDuty(x.Duty); err != nil {
		return Change{}, err
	}
	why := Clean(x.Why)
	if why == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return one(c.draft(KindDutyDismissed, dutyFacts{Duty: x.Duty}, "reason", why)), nil
}

func (x ReopenDuty) decide(c *call) (Change, error) {
	d := c.s.Duty(x.Duty)
	if d == nil || d.State == DutyOpen {
		return Change{}, refuse("duty.not_closed", "duty", x.Duty)
	}
	why := Clean(x.Why)
	if why == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	ch := one(c.draft(KindDutyReopened, dutyFacts{Duty: d.ID}, "reason", why))
	ch.Entries = append(ch.Entries, c.replanDuties(report.AfterMet+d.ID, time.Time{})...)
	ch.Outcome = Outcome{Code: "duty.reopened", Ref: d.ID}
	return ch, nil
}

// replanDuties works out anew every open clock that runs from a moment.
func (c *call) replanDuties(moment string, at time.Time) []timeline.Draft {
	var out []timeline.Draft
	for _, d := range c.s.Duties {
		if d.Plan == nil || d.State != DutyOpen || !d.Plan.StartsFrom(moment) {
			continue
		}
		f := dutyFacts{Duty: d.ID}
		f.count(*d.Plan, func(m string) time.Time {
			if m == moment {
				return at
			}
			return c.s.Moment(m)
		})
		if f.Base != us(d.Base) || f.Due != us(d.Due) || f.Law != us(d.Law) || f.Since != us(d.Since) {
			out = append(out, c.machine(KindDutyPlanned, f))
		}
	}
	return out
}

// count fills in what a plan makes of the moments.
func (f *dutyFacts) count(p report.Plan, at func(string) time.Time) {
	d := p.Due(at)
	f.Base, f.Due, f.Since, f.Law, f.Own = us(d.Base), us(d.At), us(d.From), us(d.Law), d.Own()
	f.Warn = nil
	for _, w := range p.Warnings(d) {
		f.Warn = append(f.Warn, warnFacts{Percent: w.Percent, At: us(w.At)})
	}
}

// meetDuty closes the clocks that a notice to their destination meets.
func (c *call) meetDuty(n *Notice, at time.Time) []timeline.Draft {
	var out []timeline.Draft
	for _, d := range c.s.Duties {
		if d.Dest == n.Dest && d.State == DutyOpen && (d.MetBy == "" || d.MetBy == report.ByNotice) {
			out = append(out, c.meet(d, n.ID, at)...)
		}
	}
	return out
}

// ackDuties closes the clocks owed to a role whose holder has acknowledged a
// page: the CISO who confirmed has been told.
func (c *call) ackDuties(person string) []timeline.Draft {
	var out []timeline.Draft
	for _, d := range c.s.Duties {
		if d.MetBy == report.ByAck && d.State == DutyOpen && slices.Contains(c.site.RolesOf(person, c.s), d.Dest) {
			out = append(out, c.meet(d, "", c.act.At)...)
		}
	}
	return out
}

func (c *call) meet(d *Duty, notice string, at time.Time) []timeline.Draft {
	e := c.machine(KindDutyMet, dutyFacts{Duty: d.ID, Ref: notice})
	e.HappenedAt = at
	if at.IsZero() {
		at = c.now
	}
	return append([]timeline.Draft{e}, c.replanDuties(report.AfterMet+d.ID, at)...)
}

// dutyName is a clock's name as it was when it began.
func (c *call) dutyName(d *Duty) string {
	if name := c.text(d.Seq)["name"]; name != "" {
		return name
	}
	return strings.ToUpper(d.ID)
}
