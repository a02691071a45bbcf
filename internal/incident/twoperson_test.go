package incident_test

import (
	"testing"

	"irbot/internal/directory"
	"irbot/internal/incident"
)

// S09: no way round the second person for what leaves. Each refusal leaves the
// notice unsent and unapproved.
func TestNobodyApprovesAlone(t *testing.T) {
	draft := func(t *testing.T, two ...string) (*desk, string) {
		d := factDesk(t)
		site := *d.svc.Site()
		site.TwoApprovers = two
		d.svc.SetSite(&site)
		n := d.do("suzuki", incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "TOSが停止しました"}).Outcome.Ref
		d.do("suzuki", incident.SubmitNotice{Notice: n})
		return d, n
	}
	approve := func(d *desk, n string) incident.ApproveNotice {
		return incident.ApproveNotice{Notice: n, Digest: d.view().S.Notice(n).Digest, Opened: true}
	}
	waits := func(t *testing.T, d *desk, n string) {
		t.Helper()
		x := d.view().S.Notice(n)
		if x.Approver != "" || !x.Approved.IsZero() || len(x.Messages) > 0 {
			t.Errorf("it left: %+v", x)
		}
	}
	refused := func(t *testing.T, d *desk, who, n, code string) {
		t.Helper()
		if r := d.no(who, approve(d, n)); r.Code != code {
			t.Errorf("%s: %s, want %s", who, r.Code, code)
		}
		waits(t, d, n)
	}
	t.Run("who touched the text is an author", func(t *testing.T) {
		d, n := draft(t)
		d.do("watanabe", incident.EditNotice{Notice: n, Subject: "第一報", Body: "TOSが停止しました。全ゲート停止"})
		d.do("suzuki", incident.SubmitNotice{Notice: n})
		refused(t, d, "watanabe", n, "apr.self")
	})
	t.Run("the text of before", func(t *testing.T) {
		d, n := draft(t)
		old := approve(d, n)
		d.do("suzuki", incident.EditNotice{Notice: n, Subject: "第一報", Body: "別の本文"})
		d.do("suzuki", incident.SubmitNotice{Notice: n})
		if r := d.no("watanabe", old); r.Code != "apr.void" {
			t.Errorf("refusal %s", r.Code)
		}
		waits(t, d, n)
	})
	t.Run("the same person twice", func(t *testing.T) {
		d, n := draft(t, "mlit")
		d.do("watanabe", approve(d, n))
		refused(t, d, "watanabe", n, "apr.second")
	})
	t.Run("a change between the two", func(t *testing.T) {
		d, n := draft(t, "mlit")
		d.do("watanabe", approve(d, n))
		d.do("suzuki", incident.EditNotice{Notice: n, Subject: "第一報", Body: "別の本文"})
		d.do("suzuki", incident.SubmitNotice{Notice: n})
		if first := d.view().S.Notice(n).First; first != "" {
			t.Errorf("%s's approval of another text still counts", first)
		}
		d.do("watanabe", approve(d, n))
		waits(t, d, n)
	})
	t.Run("an approver who is no more", func(t *testing.T) {
		d, n := draft(t)
		site := *d.svc.Site()
		dir := *site.Directory
		dir.People = append([]directory.Person(nil), dir.People...)
		for i := range dir.People {
			if dir.People[i].ID == "watanabe" {
				dir.People[i].Roles = nil
			}
		}
		site.Directory = &dir
		d.svc.SetSite(&site)
		if r := d.no("watanabe", approve(d, n)); r.Code == "" {
			t.Error("not refused")
		}
		waits(t, d, n)
	})
	t.Run("alone only by policy, and never where two are asked for", func(t *testing.T) {
		d, n := draft(t)
		d.do("watanabe", incident.EditNotice{Notice: n, Subject: "第一報", Body: "TOSが停止しました。全ゲート停止"})
		d.do("suzuki", incident.SubmitNotice{Notice: n})
		site := *d.svc.Site()
		site.SoleApproval, site.TwoApprovers = true, []string{"mlit"}
		d.svc.SetSite(&site)
		refused(t, d, "watanabe", n, "apr.second")
		site.TwoApprovers = nil
		d.svc.SetSite(&site)
		d.do("watanabe", approve(d, n))
		if x := d.view().S.Notice(n); x.Approver != "watanabe" || !x.Sole {
			t.Errorf("the sole approval is not told: %+v", x)
		}
	})
}
