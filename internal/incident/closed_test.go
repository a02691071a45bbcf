package incident_test

import (
	"slices"
	"testing"
	"time"

	"irbot/internal/incident"
)

// kinds of the alarms an incident wants.
func alarms(s *incident.Incident) []string {
	var out []string
	for _, t := range s.Timers() {
		out = append(out, t.Kind+" "+t.Ref)
	}
	slices.Sort(out)
	return out
}

// Closing in spite of an open 30-day report must not silence it.
func TestLegalClocksOutliveTheIncident(t *testing.T) {
	d := dutyDesk(t)
	d.do("watanabe", incident.SetMoment{Moment: "recognised", At: d.now, Why: "持ち出しの痕跡"})
	d.do("watanabe", incident.ConfirmDuty{Duty: "ppc-final", Why: "個人データを確認"})
	d.do("watanabe", incident.DismissDuty{Duty: "eu-nis2-warning", Why: "対象外"})
	d.do("watanabe", incident.Close{Reason: "復旧", Override: true})
	st := d.state()
	if st.Status != incident.Closed {
		t.Fatal(st.Status)
	}
	got := alarms(st)
	for _, want := range []string{"duty ppc-final", "dutywarn ppc-final", "duty ppc-preliminary"} {
		if !slices.Contains(got, want) {
			t.Errorf("no alarm %q in %v", want, got)
		}
	}
	for _, never := range []string{"duty eu-nis2-warning", "report warn"} {
		if slices.Contains(got, never) {
			t.Errorf("alarm %q after closing", never)
		}
	}
	d.refused("watanabe", incident.SetSeverity{Level: 1}, "incident.closed")
	d.do("watanabe", incident.SetMoment{Moment: "recognised", At: d.now.Add(-24 * time.Hour), Why: "ログを見直した"})
	d.due("ppc-final", "2026-12-21 23:59:59")
	d.do("watanabe", incident.MeetDuty{Duty: "ppc-final", Proof: "受付R-17"})
	if got := alarms(d.state()); slices.Contains(got, "duty ppc-final") {
		t.Error("a clock that was met still rings")
	}
}

// A letter may follow closing to whoever is owed one, and to nobody else.
func TestLettersAfterClosing(t *testing.T) {
	d := dutyDesk(t)
	d.do("watanabe", incident.Close{Reason: "復旧", Override: true})
	d.refused("watanabe", incident.DraftNotice{Dest: "press", Subject: "復旧", Body: "復旧しました"}, "incident.closed")
	r := d.do("watanabe", incident.DraftNotice{Dest: "mlit", Subject: "最終報", Body: "本件は復旧しました"})
	d.do("watanabe", incident.SubmitNotice{Notice: r.Outcome.Ref})
	if n := d.state().Notice(r.Outcome.Ref); n.State != incident.NoticeSubmitted {
		t.Errorf("%s is %s", n.ID, n.State)
	}
}
