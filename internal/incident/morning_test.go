package incident_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// desk is a service on a memory log with a clock the test turns.
type desk struct {
	t   *testing.T
	log *memLog
	svc *incident.Service
	now time.Time
	id  string
}

func testSite(book *runbook.Runbook) *incident.Site {
	mail := func(n string) []directory.Address {
		return []directory.Address{{Means: notify.Mail, To: n + "@example.jp"}}
	}
	dir := &directory.Directory{
		People: []directory.Person{
			{ID: "sato", Name: "佐藤", Roles: []string{"lead"}, Reach: mail("sato")},
			{ID: "tanaka", Name: "田中", Reach: mail("tanaka")},
			{ID: "watanabe", Name: "渡辺", Roles: []string{"ciso"}, Reach: mail("watanabe")},
			{ID: "kobayashi", Name: "小林", Reach: mail("kobayashi")},
			{ID: "suzuki", Name: "鈴木", Roles: []string{"liaison"}, Reach: mail("suzuki")},
			{ID: "ito", Name: "伊藤", Roles: []string{"it"}, Reach: mail("ito")},
		},
		Roles: []directory.Role{{ID: "lead", Name: "指揮"}, {ID: "ciso", Name: "CISO", Deputy: []string{"kobayashi"}}, {ID: "it", Name: "情報システム"}, {ID: "liaison", Name: "連絡"}},
		Destinations: []directory.Destination{{ID: "mlit", Name: "国土交通省", Kind: "authority", Outside: true, TLP: "AMBER",
			Reach: []directory.Address{{Means: notify.Phone, To: "03-0000-0000"}, {Means: notify.Mail, To: "mlit@example.jp"}}}},
	}
	jst := time.FixedZone("JST", 9*3600)
	min := time.Minute
	return &incident.Site{
		ID: "sakura", Name: "さくら港ターミナル", Zone: jst, Phone: "03-0000-1111", Directory: dir,
		RoleOf:   func(w string) string { return map[string]string{"CISO": "ciso", "情報システム": "it"}[w] },
		DestOf:   func(w string) string { return map[string]string{"国土交通省": "mlit"}[w] },
		OnDuty:   func(string, time.Time) []string { return []string{"sato"} },
		OnReport: "duty", OnDeclare: "ciso",
		Policies: []escalation.Policy{
			{ID: "duty", Rounds: 2, Levels: []escalation.Level{{To: []escalation.Target{{Kind: escalation.ToDuty, ID: "primary"}}, Wait: 3 * min}, {To: []escalation.Target{{Kind: escalation.ToPerson, ID: "tanaka"}}, Wait: 5 * min}}},
			{ID: "ciso", Rounds: 2, Levels: []escalation.Level{{To: []escalation.Target{{Kind: escalation.ToRole, ID: "ciso"}}, Wait: 10 * min}, {To: []escalation.Target{{Kind: escalation.ToDeputy, ID: "ciso"}}, Wait: 10 * min}}},
		},
		Runbook:     func(id string) (*runbook.Runbook, bool) { return book, id == book.ID },
		Runbooks:    func() []string { return []string{book.ID} },
		Mapped:      map[string]string{"": book.ID},
		Duties:      []incident.DutyRule{{ID: "mlit-first", Dest: "mlit", From: "declared", Within: 60 * min, Name: "国交省 第一報"}},
		ReportEvery: 30 * min, ReportLater: time.Hour,
		Permissions: incident.DefaultPermissions(),
	}
}

func testBook() *runbook.Runbook {
	limit := func(m int, a runbook.Anchor) *runbook.Limit {
		return &runbook.Limit{After: time.Duration(m) * time.Minute, Anchor: a}
	}
	return &runbook.Runbook{ID: "tos", Hash: incident.HashOf([]byte("tos")), Source: []byte("tos"), Title: "TOS停止", Phases: []runbook.Phase{
		{No: 1, Title: "初動", Kind: "action", Steps: []runbook.Step{
			{Key: "1.1", Title: "端末のケーブルを抜く", Due: limit(5, runbook.FromCurrent), Evidence: []string{"写真"}, Forbidden: []string{"電源を切らない"}},
			{Key: "1.2", Title: "TOSを切り離す", TwoPerson: true, Due: limit(15, runbook.FromCurrent)},
		}},
		{No: 2, Title: "判断", Kind: "action", Steps: []runbook.Step{
			{Key: "2.1", Title: "ゲートを閉鎖するか", Approver: []string{"CISO"}, Decision: &runbook.Decision{Question: "ゲートを閉鎖するか", Branches: []runbook.Branch{
				{Label: "全面閉鎖", To: &runbook.Ref{Step: "2.3"}}, {Label: "継続"}}}},
			{Key: "2.2", Title: "手作業の準備"},
			{Key: "2.3", Title: "国交省へ第一報", Notify: []runbook.NotifyPoint{{To: "国土交通省"}}},
		}},
	}}
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, log: newMemLog(), now: time.Date(2026, 11, 21, 21, 33, 0, 0, time.UTC)}
	d.svc = incident.NewService(incident.Parts{Log: d.log, Reader: d.log, Site: testSite(testBook()), Wall: func() time.Time { return d.now }})
	return d
}

func (d *desk) at(clock string) {
	d.t.Helper()
	c, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-22 "+clock, time.FixedZone("JST", 9*3600))
	if err != nil {
		d.t.Fatal(err)
	}
	// Every alarm between then and now rings at its own time.
	for d.now.Before(c) {
		next := c
		if st := d.state(); st != nil {
			for _, tm := range st.Timers() {
				if tm.Due.After(d.now) && tm.Due.Before(next) {
					next = tm.Due
				}
			}
		}
		d.now = next
		d.ring()
	}
}

func (d *desk) ring() {
	if st := d.state(); st != nil {
		for _, tm := range st.Timers() {
			if !tm.Due.After(d.now) {
				if err := d.svc.Fire(context.Background(), tm); err != nil {
					d.t.Fatal(err)
				}
			}
		}
	}
}

func (d *desk) state() *incident.Incident {
	if d.id == "" {
		return nil
	}
	st, err := d.log.State(context.Background(), d.id)
	if err != nil {
		d.t.Fatal(err)
	}
	return st
}

func (d *desk) do(who string, cmd incident.Command) incident.Result {
	d.t.Helper()
	res, err := d.svc.Do(context.Background(), incident.Act{Person: who, Surface: "web"}, d.id, cmd)
	if err != nil {
		d.t.Fatalf("%s by %s: %v", cmd.Name(), who, err)
	}
	return res
}

func (d *desk) refused(who string, cmd incident.Command, code string) {
	d.t.Helper()
	_, err := d.svc.Do(context.Background(), incident.Act{Person: who, Surface: "web"}, d.id, cmd)
	var r *incident.Refusal
	if !errors.As(err, &r) || r.Code != code {
		d.t.Fatalf("%s by %s: got %v, want refusal %s", cmd.Name(), who, err, code)
	}
	if !r.Recorded {
		d.t.Errorf("%s: refusal not recorded", cmd.Name())
	}
}

func TestMorning(t *testing.T) {
	d := newDesk(t)
	res, err := d.svc.Open(context.Background(), incident.Act{Person: "guest:gate3", Name: "ゲート係", Surface: "web"}, incident.Report{Finder: "ransom", Place: "第3ゲート", Seen: d.now.Add(-3 * time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	d.id = res.Incident
	if st := d.state(); st.Status != incident.Reported || len(st.Escalations) != 1 || len(st.Escalations[0].Paged) != 1 {
		t.Fatalf("after report: %+v", st)
	}
	d.at("06:36")
	if p := d.state().Escalations[0].Paged; len(p) != 2 || p[1].People[0] != "tanaka" {
		t.Fatalf("second person not paged: %+v", p)
	}
	d.at("06:41")
	d.do("sato", incident.TakeCharge{})
	st := d.state()
	if st.Status != incident.Open || st.Roles["lead"].Person != "sato" || len(st.Runs) != 1 || st.Escalations[0].Ended != "acked" {
		t.Fatalf("after taking charge: %+v", st)
	}
	if len(st.Duties) != 1 || !st.Duties[0].Due.Equal(st.Times.Declared.Add(time.Hour)) {
		t.Fatalf("duty: %+v", st.Duties)
	}
	d.do("ito", incident.Take{Step: "1"})
	d.refused("ito", incident.Done{Step: "1"}, "step.need_value")
	d.at("06:48")
	d.do("ito", incident.Done{Step: "手順1", Value: "切断 6台"})
	if st = d.state(); len(st.Cautions) != 0 && st.Cautions[0].Step != "r1/1.1" {
		t.Fatalf("cautions %+v", st.Cautions)
	}
	// Somebody else presses the same button: first wins, the second is kept.
	if r := d.do("tanaka", incident.Done{Step: "1", Value: "7台"}); r.Outcome.Code != "step.twice" || r.Outcome.Args["who"] != "伊藤" || r.Outcome.Args["first"] != "ito" {
		t.Fatalf("second press: %+v", r.Outcome)
	}
	if r := d.do("ito", incident.Done{Step: "1", Value: "切断 6台"}); r.Outcome.Code != "step.twice" || r.Outcome.Args["first"] != "" {
		t.Fatalf("the same person again: %+v", r.Outcome)
	}
	d.at("06:52")
	d.do("sato", incident.Ack{Person: "watanabe"})
	if e := d.state().Escalations[1]; e.AckBy != "watanabe" || e.AckFor != "sato" || e.AckVia != "phone" {
		t.Fatalf("ack by phone: %+v", e)
	}
	d.do("ito", incident.Done{Step: "2", Value: "消灯"})
	d.refused("ito", incident.Done{Step: "2"}, "step.second_same")
	d.do("tanaka", incident.Confirm{Step: "2"})
	if st = d.state(); !st.Runs[0].Phases[0].Ended {
		t.Fatal("phase 1 not completed")
	}
	d.refused("ito", incident.Decide{Step: "3", Choice: "a", Basis: "x", Review: d.now.Add(time.Hour)}, "perm.no")
	d.refused("sato", incident.Decide{Step: "3", Choice: "a", Basis: "x", Review: d.now.Add(time.Hour)}, "step.reserved")
	if class, people := d.no("sato", incident.Decide{Step: "3", Choice: "a", Basis: "x", Review: d.now.Add(time.Hour)}).Whom(d.svc.Site(), st); class != incident.MayRespond || len(people) == 0 || people[0] != "watanabe" {
		t.Fatalf("who can be let know: %s %v", class, people)
	}
	d.do("watanabe", incident.Decide{Step: "3", Choice: "a", Basis: "誤搬出を防ぐ", Review: d.now.Add(2 * time.Hour)})
	if st = d.state(); st.Step("r1/2.2").State != incident.StepNA || st.Currents()[0].Key != "2.3" {
		t.Fatalf("branch not followed: %+v", st.Currents()[0])
	}
	d.notice()
	if got := d.log.logs[d.id]; timelineBroken(got) {
		t.Fatal("chain broken")
	}
}

// notice drafts, approves and phones the first report to MLIT.
func (d *desk) notice() {
	t := d.t
	t.Helper()
	r := d.do("suzuki", incident.DraftNotice{Dest: "mlit"})
	n := d.state().Notice(r.Outcome.Ref)
	d.do("suzuki", incident.SubmitNotice{Notice: n.ID})
	d.refused("suzuki", incident.ApproveNotice{Notice: n.ID, Digest: n.Digest, Opened: true}, "perm.no")
	d.refused("watanabe", incident.ApproveNotice{Notice: n.ID, Digest: n.Digest}, "apr.open_first")
	d.do("suzuki", incident.EditNotice{Notice: n.ID, Subject: "件名", Body: "本文を直した"})
	d.refused("watanabe", incident.ApproveNotice{Notice: n.ID, Digest: n.Digest, Opened: true}, "apr.void")
	d.do("suzuki", incident.SubmitNotice{Notice: n.ID})
	d.refused("watanabe", incident.ApproveNotice{Notice: n.ID, Digest: n.Digest, Opened: true}, "apr.void")
	n = d.state().Notice(n.ID)
	d.do("watanabe", incident.ApproveNotice{Notice: n.ID, Digest: n.Digest, Opened: true})
	if rows := d.state().Outbox(); len(rows) == 0 {
		t.Fatal("approved notice is not in the outbox")
	}
	d.refused("kobayashi", incident.ApproveNotice{Notice: n.ID, Digest: n.Digest, Opened: true}, "apr.taken")
	d.do("suzuki", incident.PhonedNotice{Notice: n.ID, Who: "山本様", Receipt: "A-118"})
	st := d.state()
	if st.Notice(n.ID).State != incident.NoticeSent || st.Duties[0].State != "met" {
		t.Fatalf("after the call: %+v %+v", st.Notice(n.ID), st.Duties[0])
	}
}

func timelineBroken(log []timeline.Entry) bool {
	for i := range log {
		if log[i].Seq != int64(i+1) {
			return true
		}
	}
	return false
}
