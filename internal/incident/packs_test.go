package incident_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
)

// Malware turns out to be ransomware: a shipped pack joins the one under way. What was done stays, both go on side by
// side, and the limits of the pack count from the declaration, not from the moment it was added.
func TestAPackJoinsALiveIncident(t *testing.T) {
	d, s := planDesk(t)
	for _, name := range []string{"isolate-preserve.md", "tos-ransomware.md"} {
		text, err := os.ReadFile("../../runbooks/" + name)
		if err != nil {
			t.Fatal(err)
		}
		s.put(t, name, string(text))
	}
	res, err := d.svc.Open(t.Context(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "マルウェア", Runbook: "isolate-preserve"})
	if err != nil {
		t.Fatal(err)
	}
	d.id = res.Incident
	declared := d.state().Times.Declared
	d.do("ito", incident.Take{Step: "1"})
	d.now = d.now.Add(40 * time.Minute)
	d.refused("mori", incident.StartRun{Runbook: "tos-ransomware"}, "perm.no")
	before := d.state()
	if len(before.Runs) != 1 || before.StepN(1).Holder != "ito" {
		t.Fatalf("before: %d runs, step 1 %+v", len(before.Runs), before.StepN(1))
	}
	cautions := len(before.Cautions)
	d.do("sato", incident.StartRun{Runbook: "tos-ransomware"})
	d.refused("sato", incident.StartRun{Runbook: "tos-ransomware"}, "run.already")
	st := d.state()
	if len(st.Runs) != 2 || st.StepN(1).Holder != "ito" || st.StepN(1).Ref != "r1/1.1" {
		t.Errorf("the first run changed: %+v", st.StepN(1))
	}
	first := st.Runs[1].Steps[0]
	if first.N != before.NextStep || !strings.HasPrefix(first.Ref, "r2/") {
		t.Errorf("the pack begins with step %d %s, want %d", first.N, first.Ref, before.NextStep)
	}
	if want := declared.Add(10 * time.Minute); !first.Due.Equal(want) { // T+10分
		t.Errorf("due %v, want %v", first.Due, want)
	}
	if w := st.Runs[1].Phases[0].Due; !w.Equal(declared.Add(15 * time.Minute)) { // 0〜15分
		t.Errorf("the window ends %v", w)
	}
	var r1, r2 bool
	for _, x := range st.Currents() {
		r1, r2 = r1 || strings.HasPrefix(x.Ref, "r1/"), r2 || strings.HasPrefix(x.Ref, "r2/")
	}
	if !r1 || !r2 {
		t.Errorf("current in the first run %v, in the pack %v", r1, r2)
	}
	d.do("ito", incident.Done{Step: first.Ref, Value: "切断 6台"})
	if st = d.state(); st.StepN(first.N).State != incident.StepDone || st.StepN(1).Closed() || len(st.Cautions) <= cautions {
		t.Errorf("after the pack's first step: %+v, %d cautions", st.StepN(first.N), len(st.Cautions))
	}
}
