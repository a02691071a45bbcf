package incident

import (
	"fmt"
	"time"

	"irbot/internal/timeline"
)

// ReportItems is the number of items of a status report: the six of the
// Yokohama drill of 2025-10-20 (DOMAIN 2.4).
const ReportItems = 6

// MakeReport writes a status report. Same is 変化なし: nothing has changed.
type MakeReport struct {
	Items []string  `json:"items,omitempty"` // six: when/where/who, what/why, damage and spread, TOS recovery, knock-on, measures
	Same  bool      `json:"same,omitempty"`
	Next  time.Time `json:"next,omitzero"`
}

// SnoozeReport moves the next report.
type SnoozeReport struct {
	By time.Duration `json:"by"`
}

// OfferHandover hands a role to somebody, who has to accept.
type OfferHandover struct {
	Role  string `json:"role"`
	To    string `json:"to"`
	Words string `json:"words,omitempty"`
}

// AcceptHandover accepts (引継ぎを受けた).
type AcceptHandover struct {
	Handover string `json:"handover"`
}

// Name implements Command.
func (MakeReport) Name() string { return "report.make" }
func (MakeReport) class() Class { return MayRespond }

// Name implements Command.
func (SnoozeReport) Name() string { return "report.snooze" }
func (SnoozeReport) class() Class { return MayRespond }

// Name implements Command.
func (OfferHandover) Name() string { return "handover.offer" }
func (OfferHandover) class() Class { return MayRespond }

// Name implements Command.
func (AcceptHandover) Name() string { return "handover.accept" }
func (AcceptHandover) class() Class { return MayRespond }

func (x MakeReport) decide(c *call) (Change, error) {
	f := reportFacts{Report: len(c.s.Reports) + 1, Same: x.Same}
	next := x.Next
	if next.IsZero() {
		next = c.nextReport()
	}
	if !next.IsZero() && !next.After(c.now) {
		return Change{}, refuse("report.next_past", "at", c.clock(next))
	}
	f.Next = us(next)
	kv := []string{}
	if !x.Same {
		empty := true
		for i := range ReportItems {
			v := ""
			if i < len(x.Items) {
				v = Clean(x.Items[i])
			}
			empty = empty && v == ""
			kv = append(kv, fmt.Sprintf("item%d", i+1), v)
		}
		if empty {
			return Change{}, refuse("report.empty")
		}
	} else if n := len(c.s.Reports); n > 0 {
		for k, v := range c.text(c.s.lastFull()) {
			if len(k) == 5 && k[:4] == "item" {
				kv = append(kv, k, v)
			}
		}
	}
	d := c.draft(KindReport, f, kv...)
	return Change{Entries: []timeline.Draft{d}, Outcome: Outcome{Code: "report.made", Ref: fmt.Sprint(f.Report), Args: map[string]string{"next": c.clock(next)}}}, nil
}

// lastFull is the entry of the last report that had its own words.
func (s *Incident) lastFull() int64 {
	for i := len(s.Reports) - 1; i >= 0; i-- {
		if !s.Reports[i].Same {
			return s.Reports[i].Seq
		}
	}
	return 0
}

// LastReport is the entry whose text holds the last report's six items, 0 if none.
func (s *Incident) LastReport() int64 { return s.lastFull() }

// nextReport keeps the rhythm: every half hour for two hours, then hourly, or
// as configured (UX 2.9).
func (c *call) nextReport() time.Time {
	k := c.s.Cadence
	if k.Every == 0 {
		return time.Time{}
	}
	every := k.Every
	if k.Later > 0 && c.now.Sub(c.s.Times.Declared) >= 2*time.Hour {
		every = k.Later
	}
	next := k.Next
	if next.IsZero() {
		next = c.now
	}
	for !next.After(c.now.Add(every / 4)) {
		next = next.Add(every)
	}
	return next
}

func (x SnoozeReport) decide(c *call) (Change, error) {
	by := x.By
	if by == 0 {
		by = 15 * time.Minute
	}
	if by < time.Minute || by > 24*time.Hour || c.s.Cadence.Next.IsZero() {
		return Change{}, refuse("report.snooze")
	}
	from := c.s.Cadence.Next
	if from.Before(c.now) {
		from = c.now
	}
	return one(c.draft(KindReportSnoozed, reportFacts{Next: us(from.Add(by))})), nil
}

func (x OfferHandover) decide(c *call) (Change, error) {
	role, ok := c.site.Directory.Role(x.Role)
	if !ok {
		return Change{}, refuse("role.unknown", "role", x.Role)
	}
	if _, ok := c.site.Directory.Person(x.To); !ok {
		return Change{}, refuse("person.unknown", "person", x.To)
	}
	holder := c.s.Roles[x.Role].Person
	if holder != c.act.Person && !c.site.Allowed(c.act.Person, MayLead, c.s) {
		return Change{}, c.denied(MayLead)
	}
	if err := c.mayGrant(x.Role); err != nil {
		return Change{}, err
	}
	f := handoverFacts{Handover: fmt.Sprintf("h%d", len(c.s.Handovers)+1), Role: x.Role, To: x.To}
	ch := one(c.draft(KindHandoverOffer, f, "role_name", role.Name, "to_name", c.name(x.To), "text", Clean(x.Words)))
	ch.Outcome = Outcome{Ref: f.Handover}
	return ch, nil
}

func (x AcceptHandover) decide(c *call) (Change, error) {
	for _, h := range c.s.Handovers {
		if h.ID != x.Handover {
			continue
		}
		if h.To != c.act.Person {
			return Change{}, refuse("handover.not_yours", "who", c.name(h.To))
		}
		if !h.Accepted.IsZero() {
			return Change{Outcome: Outcome{Code: "handover.twice"}}, nil
		}
		return one(c.draft(KindHandoverAccept, handoverFacts{Handover: h.ID, Role: h.Role, To: h.To})), nil
	}
	return Change{}, refuse("handover.unknown")
}
