package incident

import (
	"slices"
	"strings"

	"irbot/internal/report"
)

// afterClose tells whether a command may still be carried out about a closed
// incident. Closing ends the work on the incident, not what the law, a contract
// or an exchange asks for later: a report due after 30 days is written, approved
// and sent, and its clock met, long after the cargo moves again.
func (s *Incident) afterClose(cmd Command) bool {
	if x, ok := cmd.(DraftNotice); ok {
		return s.MayWriteTo(x.Dest)
	}
	return s.TakesAfterClose(cmd.Name())
}

// TakesAfterClose tells whether an act of this name (see Command.Name) may
// still be done about this incident though it is closed. A draft also needs
// MayWriteTo of its destination.
func (s *Incident) TakesAfterClose(name string) bool {
	switch name {
	case "duty.done", "note.add", "entry.strike", "evidence.add", "timeline.exported", "guest.revoke", "share.end", "notice.phoned", "notice.receipt", "message.resolve":
		return true
	case "erasure.ask", "erasure.approve", "erasure.refuse":
		return true
	case "notice.edit", "notice.submit", "notice.approve", "notice.return", "notice.withdraw", "notice.refill", "notice.override",
		"notice.attach", "notice.recall":
		return len(s.Notices) > 0
	case "notice.draft", "fact.set", "fact.confirm", "consent.record":
		return s.owesLetters() || s.wroteTo("")
	case "duty.confirm", "duty.dismiss", "duty.reopen", "moment.set":
		return len(s.Duties) > 0
	case "escalation.ack", "escalation.further", "escalation.delegate", "escalation.jump", "escalation.call":
		return slices.ContainsFunc(s.Escalations, func(e *Escalation) bool { return e.Ended == "" })
	}
	return strings.HasPrefix(name, "review.") || strings.HasPrefix(name, "custody.")
}

// MayWriteTo tells whether a notice to a destination may be drafted: always
// while the incident is open, and after closing to whoever is still owed a
// report or was written to before (続報・最終報).
func (s *Incident) MayWriteTo(dest string) bool {
	if s.Status != Closed {
		return true
	}
	owed := slices.ContainsFunc(s.Duties, func(d *Duty) bool { return d.Dest == dest && d.State == DutyOpen })
	return owed || s.wroteTo(dest)
}

func (s *Incident) owesLetters() bool {
	return slices.ContainsFunc(s.Duties, func(d *Duty) bool { return d.State == DutyOpen })
}

// wroteTo tells whether a notice left for a destination, or for any with "".
func (s *Incident) wroteTo(dest string) bool {
	return slices.ContainsFunc(s.Notices, func(n *Notice) bool {
		return (dest == "" || n.Dest == dest) && (n.State == NoticeSent || n.State == NoticeUnconfirmed || len(n.Phoned) > 0)
	})
}

// outlives tells whether a clock goes on after closing: what the law, a
// contract or an exchange asks for. The operator's own targets, and what is
// only advised, end with the incident; so do the clocks of a drill.
func (s *Incident) outlives(d *Duty) bool {
	if s.Drill || d.State != DutyOpen {
		return false
	}
	return d.Level == report.Law || d.Level == report.Contract || d.Level == report.Exchange
}

// Outstanding are the clocks that go on though the incident is closed; none
// while it is open.
func (s *Incident) Outstanding() []*Duty {
	var out []*Duty
	for _, d := range s.Duties {
		if s.Status == Closed && s.outlives(d) {
			out = append(out, d)
		}
	}
	return out
}

// takesSite tells whether people may do an act of this name on the standing
// log. It is no incident: it has no severity, steps or ladder, is neither drill
// nor live, and a page or a letter that started there would belong to nothing.
func takesSite(name string) bool {
	switch name {
	case "entry.strike", "timeline.exported", "message.resolve", "review.audit", "review.lesson", "key.announce", "list.import", "note.add":
		return true
	}
	return strings.HasPrefix(name, "roster.") || strings.HasPrefix(name, "erasure.") || strings.HasPrefix(name, "alert.")
}
