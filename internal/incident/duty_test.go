package incident_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/report"
	"irbot/internal/timeline"
)

// dutyDesk is a desk whose site works by the shipped rules.
func dutyDesk(t *testing.T, own ...report.OwnTarget) *desk {
	t.Helper()
	d := newDesk(t)
	d.rules(func(b *report.Book) { b.Profile.Own = own })
	d.open(incident.Declare{Title: "TOS停止", Runbook: "none"})
	return d
}

// rules puts another rule book under the site, as a reload would.
func (d *desk) rules(change func(*report.Book)) {
	d.t.Helper()
	files, err := report.ShippedRules()
	if err != nil {
		d.t.Fatal(err)
	}
	rules, problems := report.ReadRules(files, report.KnownSite{})
	if len(problems) > 0 {
		d.t.Fatal(problems)
	}
	book := report.Book{Rules: rules, Files: files, Profile: report.Profile{Flags: []string{"critical-infrastructure", "personal-data", "eu-entity"}, Zone: "Asia/Tokyo"}}
	change(&book)
	site := *d.svc.Site()
	site.Duties, site.Rules = nil, func() report.Book { return book }
	d.svc.SetSite(&site)
}

func jst(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", s, time.FixedZone("JST", 9*3600))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func (d *desk) due(duty, want string) {
	d.t.Helper()
	x := d.state().Duty(duty)
	if want == "" && x.Due.IsZero() || want != "" && x.Due.Equal(jst(d.t, want)) {
		return
	}
	d.t.Errorf("%s is due %v, want %q", duty, x.Due, want)
}

func TestAStartThatIsNotEstablishedGivesNoDeadline(t *testing.T) {
	d := dutyDesk(t)
	d.due("ppc-final", "")
	d.refused("watanabe", incident.SetMoment{Moment: "recognised", At: d.now}, "input.missing")
	d.do("watanabe", incident.SetMoment{Moment: "recognised", At: d.now, Why: "持ち出しの痕跡", Who: "伊藤"})
	d.due("ppc-final", "2026-12-21 23:59:59")
	d.due("ppc-preliminary", "2026-11-24 23:59:59")
	d.due("ppc-persons", "")
	if x := d.state().Duty("ppc-persons"); x.Base.IsZero() {
		t.Error("a duty without a number still has its start")
	}
}

func TestACorrectedMomentPlansAnewAndKeepsItsHistory(t *testing.T) {
	d := dutyDesk(t)
	first := d.do("watanabe", incident.SetMoment{Moment: "recognised", At: jst(t, "2026-11-22 00:10:00"), Why: "最初の判断"})
	d.due("eu-nis2-warning", "2026-11-23 00:10:00")
	d.do("watanabe", incident.SetMoment{Moment: "recognised", At: jst(t, "2026-11-21 23:50:00"), Why: "ログを見直した"})
	d.due("eu-nis2-warning", "2026-11-22 23:50:00")
	d.due("ppc-final", "2026-12-21 23:59:59") // 20 December is a Sunday
	st := d.state()
	if len(st.MomentSets) != 2 || st.Marks.At(first.Seq).Corrected != st.MomentSets[1].Seq {
		t.Errorf("history: %+v", st.MomentSets)
	}
}

func TestRulesReplacedWhileAnIncidentRuns(t *testing.T) {
	d := dutyDesk(t)
	pinned := d.state().DutyRules
	if data := d.log.blob[pinned]; len(pinned) != 64 || incident.HashOf(data) != pinned {
		t.Fatalf("the pinned rules are not kept under %q", pinned)
	}
	d.rules(func(b *report.Book) {
		for i := range b.Rules {
			if b.Rules[i].Deadline.Hours > 0 {
				b.Rules[i].Deadline.Hours = 1
			}
		}
		b.Files[0].Data = append([]byte("# another\n"), b.Files[0].Data...)
	})
	d.do("watanabe", incident.SetMoment{Moment: "recognised", At: jst(t, "2026-11-22 06:00:00"), Why: "判断"})
	d.due("eu-nis2-warning", "2026-11-23 06:00:00")
	old := d.id
	d.open(incident.Declare{Title: "別件", Runbook: "none"})
	if d.id == old || d.state().DutyRules == pinned {
		t.Fatal("a new incident must pin the new rules")
	}
	d.do("watanabe", incident.SetMoment{Moment: "recognised", At: jst(t, "2026-11-22 06:00:00"), Why: "判断"})
	d.due("eu-nis2-warning", "2026-11-22 07:00:00")
}

func TestPagesWhenAQuarterIsLeftAndWhenItIsOver(t *testing.T) {
	d := dutyDesk(t, report.OwnTarget{Duty: "mlit-first", From: report.Declared, Within: time.Hour})
	ladders := func() (open, all int) {
		for _, e := range d.state().Escalations {
			if e.Reason == "duty" && e.Ref == "mlit-first" {
				all++
				if e.Ended == "" {
					open++
				}
			}
		}
		return open, all
	}
	d.at("07:17")
	if _, all := ladders(); all != 0 {
		t.Fatalf("%d ladders before a quarter is left", all)
	}
	d.at("07:19")
	if open, _ := ladders(); open != 1 || d.state().Duty("mlit-first").Warned != report.QuarterLeft {
		t.Fatalf("no page when a quarter is left: %+v", d.state().Duty("mlit-first"))
	}
	var esc string
	for _, e := range d.state().Escalations {
		if e.Reason == "duty" {
			esc = e.ID
		}
	}
	d.do("suzuki", incident.Ack{Esc: esc})
	d.at("07:34")
	if open, all := ladders(); open != 1 || all != 2 || !d.state().Duty("mlit-first").Passed {
		t.Fatalf("%d open of %d ladders after it passed", open, all)
	}
	d.do("suzuki", incident.MeetDuty{Duty: "mlit-first", Proof: "電話 山本様"})
	if open, _ := ladders(); open != 0 {
		t.Error("the ladder goes on although the duty was met")
	}
}

func TestWhatMeetsADuty(t *testing.T) {
	d := dutyDesk(t)
	d.refused("suzuki", incident.MeetDuty{Duty: "eu-nis2-notification"}, "duty.proof")
	d.do("watanabe", incident.ConfirmDuty{Duty: "ppc-final-improper", Why: "不正アクセス"})
	if s := d.state(); s.Duty("ppc-final").State != incident.DutyNA || s.Duty("ppc-final-improper").Check {
		t.Error("confirming the 60-day report takes the place of the 30-day one")
	}
	d.due("eu-nis2-final", "")
	d.do("suzuki", incident.MeetDuty{Duty: "eu-nis2-notification", Proof: "EU-7"})
	d.due("eu-nis2-final", "2026-12-22 23:59:59")
	d.do("watanabe", incident.ReopenDuty{Duty: "eu-nis2-notification", Why: "取り違え"})
	d.due("eu-nis2-final", "")
	d.refused("watanabe", incident.ReopenDuty{Duty: "eu-nis2-notification", Why: "もう一度"}, "duty.not_closed")
	if d.state().Duty("ciso-report").State != incident.DutyOpen {
		t.Fatal("nobody has told the CISO yet")
	}
	d.do("watanabe", incident.Ack{})
	if d.state().Duty("ciso-report").State != incident.DutyMet {
		t.Error("the CISO who confirmed has been told")
	}
}

// A clock of the first versions, without a plan, is moved by the fold itself.
func TestOldClocksFoldAsBefore(t *testing.T) {
	base := jst(t, "2026-11-22 06:00:00").UTC()
	entry := func(seq int64, kind timeline.Kind, facts string) timeline.Entry {
		e := timeline.Entry{}
		e.Seq, e.Kind, e.Actor, e.RecordedAt, e.HappenedAt, e.Facts = seq, kind, timeline.System, base, base, json.RawMessage(facts)
		return e
	}
	s := incident.Fold("IR-1", []timeline.Entry{
		entry(1, incident.KindDeclared, `{}`),
		entry(2, incident.KindDutyStarted, `{"duty":"ppc","dest":"ppc","from":"recognised","within_s":259200}`),
		entry(3, incident.KindMoment, `{"moment":"recognised","at_us":1795294800000000}`),
	})
	want := time.UnixMicro(1795294800000000).UTC().Add(72 * time.Hour)
	if x := s.Duty("ppc"); !x.Due.Equal(want) || x.State != incident.DutyOpen {
		t.Errorf("old clock: %+v", x)
	}
	if n := len(slices.Collect(func(yield func(string) bool) {
		for _, tm := range s.Timers() {
			if tm.Ref == "ppc" && !yield(tm.ID) {
				return
			}
		}
	})); n != 1 {
		t.Errorf("%d alarms for an old clock", n)
	}
}
