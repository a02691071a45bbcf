package incident_test

import (
	"testing"

	"irbot/internal/incident"
	"irbot/internal/report"
)

// A start that is corrected later moves every clock that runs from it, by the
// calendar of each (DOMAIN section 4, "Calendar traps"); both statements stay.
func TestCorrectedMomentsReplanByTheCalendar(t *testing.T) {
	type dues map[string]string
	for _, c := range []struct {
		moment, first, then string
		before, after       dues
	}{
		// 18 Dec is a Friday; 19 Dec a Saturday that moves to Monday; a measure and the act do not move.
		{report.Recognised, "2026-11-19 10:00:00", "2026-11-20 10:00:00",
			dues{"ppc-final": "2026-12-18 23:59:59", "ppc-preliminary": "2026-11-21 23:59:59", "acd-30": "2026-12-18 23:59:59", "eu-nis2-warning": "2026-11-20 10:00:00"},
			dues{"ppc-final": "2026-12-21 23:59:59", "ppc-preliminary": "2026-11-22 23:59:59", "acd-30": "2026-12-19 23:59:59", "eu-nis2-warning": "2026-11-21 10:00:00"}},
		// One minute over midnight is another day one.
		{report.Recognised, "2026-11-21 23:59:00", "2026-11-22 00:00:00",
			dues{"acd-30": "2026-12-20 23:59:59", "ppc-final": "2026-12-21 23:59:59", "ppc-final-improper": "2027-01-19 23:59:59"},
			dues{"acd-30": "2026-12-21 23:59:59", "ppc-final": "2026-12-21 23:59:59", "ppc-final-improper": "2027-01-20 23:59:59"}},
		// Earlier than first thought: less time is left.
		{report.Recognised, "2026-11-22 06:00:00", "2026-11-02 09:00:00",
			dues{"ppc-final": "2026-12-21 23:59:59", "eu-nis2-notification": "2026-11-25 06:00:00"},
			dues{"ppc-final": "2026-12-01 23:59:59", "eu-nis2-notification": "2026-11-05 09:00:00"}},
		// The judgement of a listed company, on New York's calendar: Thursday 19 Nov
		// there gives 20, 23, 24, 25; Friday the 20th gives 23, 24, 25, 27 over Thanksgiving.
		{report.Judged, "2026-11-20 09:00:00", "2026-11-21 09:00:00",
			dues{"us-sec-8k": "2026-11-26 13:59:59"}, dues{"us-sec-8k": "2026-11-28 13:59:59"}},
	} {
		d := newDesk(t)
		d.rules(func(b *report.Book) { b.Profile.Flags = report.Flags() })
		d.open(incident.Declare{Title: "TOS停止", Runbook: "none"})
		for duty := range c.before {
			d.due(duty, "")
		}
		d.do("sato", incident.SetMoment{Moment: c.moment, At: jst(t, c.first), Why: "最初の判断", Who: "渡辺"})
		for duty, want := range c.before {
			d.due(duty, want)
		}
		d.do("sato", incident.SetMoment{Moment: c.moment, At: jst(t, c.then), Why: "ログを見直した", Who: "渡辺"})
		for duty, want := range c.after {
			d.due(duty, want)
		}
		if sets := d.state().MomentSets; len(sets) != 2 || d.state().Marks.At(sets[0].Seq).Corrected != sets[1].Seq {
			t.Errorf("%s: the first statement is not kept as corrected: %+v", c.moment, sets)
		}
	}
}
