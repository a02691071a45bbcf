package incident_test

import (
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/report"
)

func (d *desk) ask(notice string) {
	d.t.Helper()
	d.do("suzuki", incident.SubmitNotice{Notice: notice})
}

func (d *desk) letter(dest, kind string) string {
	d.t.Helper()
	return d.do("suzuki", incident.DraftNotice{Dest: dest, Report: kind}).Outcome.Ref
}

func (d *desk) named(notice, want string) {
	d.t.Helper()
	v := d.view()
	n := v.S.Notice(notice)
	if got := v.ReportName(n, "ja"); got != want {
		d.t.Errorf("%s is %s (number %d), want %s", notice, got, n.No, want)
	}
	if subject := v.Text(n.Seq)["subject"]; !strings.Contains(subject, want) {
		d.t.Errorf("%s has the subject %q, want %s in it", notice, subject, want)
	}
}

// fail lets the message of a notice come back as refused for good.
func (d *desk) fail(notice string) {
	d.t.Helper()
	for _, m := range d.state().Notice(notice).Messages {
		begun, err := d.svc.Begin(d.t.Context(), d.id, m)
		if err != nil || len(begun) != 1 {
			d.t.Fatal(begun, err)
		}
		if err := d.svc.Settle(d.t.Context(), begun[0].Envelope, notify.Outcome{Class: notify.Permanent, Err: "550 no such user", At: d.now}); err != nil {
			d.t.Fatal(err)
		}
	}
	if n := d.state().Notice(notice); n.State != incident.NoticeFailed {
		d.t.Fatalf("%s is %s", notice, n.State)
	}
}

// No follow-up is drafted while the first report is anywhere but gone.
func TestNoFollowUpBeforeTheFirstReport(t *testing.T) {
	d := factDesk(t)
	follow := func(state string) {
		t.Helper()
		for _, kind := range []string{"", report.Update, report.Final} {
			if r := d.no("suzuki", incident.DraftNotice{Dest: "mlit", Report: kind}); r.Code != "notice.first_open" || r.Args["notice"] != "N1" {
				t.Errorf("%s, kind %q: refusal %+v", state, kind, r)
			}
		}
	}
	if r := d.no("suzuki", incident.DraftNotice{Dest: "mlit", Report: report.Update}); r.Code != "notice.no_first" {
		t.Errorf("nothing written: refusal %+v", r)
	}
	n1 := d.letter("mlit", "")
	follow("draft")
	d.ask(n1)
	follow("submitted")
	d.do("watanabe", incident.ReturnNotice{Notice: n1, Why: "台数"})
	follow("returned")
	d.do("suzuki", incident.WithdrawNotice{Notice: n1, Why: "書き直す"})
	n2 := d.letter("mlit", "")
	d.named(n2, "第一報")
	if n := d.state().Notice(n2); n.No != 1 {
		t.Errorf("the withdrawn report was counted: %d", n.No)
	}
	d.ask(n2)
	d.approve("watanabe", n2) // on its way
	n3 := d.letter("mlit", "")
	d.named(n3, "続報1")
}

// A follow-up whose first report came to nothing is neither handed in nor approved.
func TestFollowUpWaitsForItsFirstReport(t *testing.T) {
	d := factDesk(t)
	n1 := d.letter("trucking", "")
	d.ask(n1)
	d.approve("watanabe", n1)
	n2, n3 := d.letter("trucking", ""), d.letter("trucking", "")
	d.ask(n3)
	d.fail(n1)
	for _, r := range []*incident.Refusal{
		d.no("suzuki", incident.SubmitNotice{Notice: n2}),
		d.no("watanabe", incident.ApproveNotice{Notice: n3, Digest: d.state().Notice(n3).Digest, Opened: true}),
		d.no("suzuki", incident.RefillNotice{Notice: n2}),
	} {
		if r.Code != "notice.first_open" || r.Args["notice"] != n1 {
			t.Errorf("refusal %+v", r)
		}
	}
	d.do("suzuki", incident.WithdrawNotice{Notice: n1, Why: "宛先の誤り"})
	if r := d.no("suzuki", incident.SubmitNotice{Notice: n2}); r.Code != "notice.no_first" {
		t.Errorf("refusal %+v", r)
	}
	d.do("suzuki", incident.RefillNotice{Notice: n2})
	d.named(n2, "第一報")
	if r := d.no("watanabe", incident.ApproveNotice{Notice: n3, Digest: d.state().Notice(n3).Digest, Opened: true}); r.Code != "notice.first_open" || r.Args["notice"] != n2 {
		t.Errorf("refusal %+v", r)
	}
	d.ask(n2)
	d.approve("watanabe", n2)
}

// Two drafts that got the same number do not leave with it.
func TestNumbersFollowWhatLeft(t *testing.T) {
	d := factDesk(t)
	n1, n2 := d.letter("mlit", report.First), d.letter("mlit", report.First)
	for _, n := range []string{n1, n2} {
		d.named(n, "第一報")
		d.ask(n)
	}
	d.approve("watanabe", n1)
	if r := d.no("watanabe", incident.ApproveNotice{Notice: n2, Digest: d.state().Notice(n2).Digest, Opened: true}); r.Code != "notice.number" {
		t.Errorf("refusal %+v", r)
	}
	d.do("suzuki", incident.RefillNotice{Notice: n2})
	d.named(n2, "続報1")
	n3 := d.letter("mlit", "")
	d.named(n3, "続報1")
	d.ask(n2)
	d.approve("watanabe", n2)
	if r := d.no("suzuki", incident.SubmitNotice{Notice: n3}); r.Code != "notice.number" {
		t.Errorf("refusal %+v", r)
	}
	d.do("suzuki", incident.RefillNotice{Notice: n3})
	d.named(n3, "続報2")
	d.ask(n3)
}

// A free text gets its number when it is handed in; one that names a number of
// its own is changed by its author.
func TestFreeTextsAreNumberedByWhatLeft(t *testing.T) {
	d := factDesk(t)
	free := func(subject string) string {
		return d.do("suzuki", incident.DraftNotice{Dest: "mlit", Subject: subject, Body: "本文"}).Outcome.Ref
	}
	n1, n2, n3 := free("第一報"), free("参考"), free("第一報 写し")
	d.ask(n1)
	d.approve("watanabe", n1)
	d.ask(n2)
	if n := d.state().Notice(n2); n.No != 2 {
		t.Errorf("number %d", n.No)
	}
	if r := d.no("suzuki", incident.SubmitNotice{Notice: n3}); r.Code != "notice.number_free" || r.Args["new"] != "続報1" {
		t.Errorf("refusal %+v", r)
	}
	d.do("suzuki", incident.EditNotice{Notice: n3, Subject: "続報1", Body: "本文"})
	d.ask(n3)
}
