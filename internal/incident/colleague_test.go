package incident_test

import (
	"context"
	"testing"
	"time"

	"irbot/internal/incident"
)

// A member of the company's chat who is not in the directory may declare and
// work, and can neither lead, decide, approve nor close (RELIABILITY S24).
func TestColleagueMayWorkAndHoldsNoRole(t *testing.T) {
	d := newDesk(t)
	const guest = "guest:slack-U0STRANGER1"
	res, err := d.svc.Open(context.Background(), incident.Act{Person: guest, Name: "守衛", Surface: "slack"}, incident.Declare{Title: "TOS停止"})
	if err != nil {
		t.Fatal(err)
	}
	d.id = res.Incident
	d.do(guest, incident.Take{Step: "1"})
	d.do(guest, incident.Done{Step: "1", Value: "切断 6台"})
	if r := d.do("ito", incident.Done{Step: "1", Value: "7台"}); r.Outcome.Args["who"] != "守衛" {
		t.Errorf("the second person is told %q was first", r.Outcome.Args["who"])
	}
	d.refused(guest, incident.AssignRole{Role: "lead", Person: "sato"}, "perm.no")
	d.refused(guest, incident.Close{Reason: "x"}, "perm.no")
	d.refused(guest, incident.Decide{Step: "3", Choice: "a", Basis: "x", Review: d.now.Add(time.Hour)}, "perm.no")
	d.refused("sato", incident.AssignRole{Role: "ciso", Person: guest}, "person.unknown")
	r := d.do("suzuki", incident.DraftNotice{Dest: "mlit"})
	d.do("suzuki", incident.SubmitNotice{Notice: r.Outcome.Ref})
	d.refused(guest, incident.ApproveNotice{Notice: r.Outcome.Ref, Digest: d.state().Notice(r.Outcome.Ref).Digest, Opened: true}, "perm.no")
	v, err := d.svc.View(context.Background(), d.id)
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Person(guest, "ja"); got != "守衛" {
		t.Errorf("shown as %q", got)
	}
	if st := v.S.Step("r1/1.1"); st.By != guest {
		t.Errorf("step closed by %q", st.By)
	}
}
