package faults

import (
	"errors"
	"sync"
	"testing"

	"irbot/internal/incident"
)

// S09: outside notices need two people. Every way round it that a person might
// try is refused and recorded; of two approvals at once one counts. Control:
// where the site allows a sole approval, the same act goes through, marked.
func TestS09TwoPersonRule(t *testing.T) {
	web := func(who string) incident.Act { return incident.Act{Person: who, Surface: "web"} }
	by := func(who, surface string) incident.Act { return incident.Act{Person: who, Surface: surface} }
	edit := func(n string) incident.EditNotice {
		return incident.EditNotice{Notice: n, Subject: "第一報", Body: "別の本文"}
	}
	for name, try := range map[string]struct {
		author string
		change func(*house, string, string) // after the submission
		act    incident.Act
		stale  bool // approve what was shown before the change
		code   string
	}{
		"the author, same surface":        {author: "watanabe", act: web("watanabe"), code: "apr.self"},
		"the author, another surface":     {author: "watanabe", act: by("watanabe", "slack"), code: "apr.self"},
		"the author, by the command line": {author: "watanabe", act: by("watanabe", "cli"), code: "apr.self"},
		"nobody who may":                  {author: "suzuki", act: web("ito"), code: "perm.no"},
		"an unknown person":               {author: "suzuki", act: web("mallory"), code: "perm.no"},
		"the machine":                     {author: "suzuki", act: web("system"), code: "perm.no"},
		"somebody who edited it": {author: "suzuki", act: web("watanabe"), code: "apr.self", change: func(h *house, id, n string) {
			h.do("watanabe", id, edit(n))
			h.do("suzuki", id, incident.SubmitNotice{Notice: n})
		}},
		"text changed after it was shown": {author: "suzuki", act: web("watanabe"), stale: true, code: "apr.void", change: func(h *house, id, n string) {
			h.do("suzuki", id, edit(n))
			h.do("suzuki", id, incident.SubmitNotice{Notice: n})
		}},
		"text changed and not submitted": {author: "suzuki", act: web("watanabe"), code: "notice.state", change: func(h *house, id, n string) {
			h.do("suzuki", id, edit(n))
		}},
		"approver removed": {author: "suzuki", act: web("watanabe"), code: "perm.no", change: func(h *house, _, _ string) {
			at := terminal(nil)
			at.Directory.People[2].Roles = nil
			h.svc.SetSite(at)
		}},
		"already approved": {author: "suzuki", act: web("kobayashi"), code: "apr.taken", change: func(h *house, id, n string) {
			h.do("watanabe", id, incident.ApproveNotice{Notice: n, Digest: h.state(id).Notice(n).Digest, Opened: true})
		}},
		"withdrawn": {author: "suzuki", act: web("watanabe"), code: "notice.state", change: func(h *house, id, n string) {
			h.do("suzuki", id, incident.WithdrawNotice{Notice: n, Why: "取り下げ"})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			clock := &turned{now: t0()}
			h := openHouse(t, t.TempDir(), clock.read, terminal(nil))
			defer h.close()
			id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
			n := h.do(try.author, id, incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "本文"}).Outcome.Ref
			h.do(try.author, id, incident.SubmitNotice{Notice: n})
			shown := h.state(id).Notice(n).Digest
			if try.change != nil {
				try.change(h, id, n)
			}
			if !try.stale {
				shown = h.state(id).Notice(n).Digest
			}
			before := len(h.state(id).Outbox())
			_, err := h.svc.Do(t.Context(), try.act, id, incident.ApproveNotice{Notice: n, Digest: shown, Opened: true})
			var r *incident.Refusal
			if !errors.As(err, &r) || r.Code != try.code || !r.Recorded {
				t.Errorf("got %v, want the recorded refusal %s", err, try.code)
			}
			if after := len(h.state(id).Outbox()); after != before {
				t.Errorf("the refused act put %d messages into the outbox", after-before)
			}
		})
	}
}

// TestS09NobodyMakesApprovers: whoever may not approve cannot make himself or
// somebody else an approver, and what an approver hands on is in the record.
func TestS09NobodyMakesApprovers(t *testing.T) {
	clock := &turned{now: t0()}
	h := openHouse(t, t.TempDir(), clock.read, terminal(nil))
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
	h.refused("sato", id, incident.AssignRole{Role: "ciso", Person: "sato"}, "perm.no")
	h.refused("sato", id, incident.AssignRole{Role: "ciso", Person: "ito"}, "perm.no")
	h.refused("sato", id, incident.OfferHandover{Role: "ciso", To: "ito"}, "perm.no")
	n := h.do("suzuki", id, incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "本文"}).Outcome.Ref
	h.do("suzuki", id, incident.SubmitNotice{Notice: n})
	approve := incident.ApproveNotice{Notice: n, Digest: h.state(id).Notice(n).Digest, Opened: true}
	h.refused("sato", id, approve, "perm.no")
	h.refused("ito", id, approve, "perm.no")
	h.do("sato", id, incident.AssignRole{Role: "it", Person: "tanaka"}) // control: other roles are the lead's to give
	h.do("watanabe", id, incident.AssignRole{Role: "ciso", Person: "ito"})
	h.do("ito", id, approve)
}

// TestS09TwoApprovers: a destination that the operator set to two approvers
// gets nothing before the second one, who is neither the first nor an author;
// an edit between them begins again. Control: another setting sends after one.
func TestS09TwoApprovers(t *testing.T) {
	clock := &turned{now: t0()}
	at := terminal(nil)
	at.TwoApprovers, at.SoleApproval = []string{"mlit"}, true
	h := openHouse(t, t.TempDir(), clock.read, at)
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
	n := h.do("suzuki", id, incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "本文"}).Outcome.Ref
	approve := func() incident.ApproveNotice {
		return incident.ApproveNotice{Notice: n, Digest: h.state(id).Notice(n).Digest, Opened: true}
	}
	out := &outbox{}
	h.do("suzuki", id, incident.SubmitNotice{Notice: n})
	if r := h.do("watanabe", id, approve()); r.Outcome.Code != "apr.first" {
		t.Errorf("the first of two was told %+v", r.Outcome)
	}
	h.refused("watanabe", id, approve(), "apr.second")
	h.do("suzuki", id, incident.EditNotice{Notice: n, Subject: "第一報", Body: "直した本文"})
	h.do("suzuki", id, incident.SubmitNotice{Notice: n})
	h.do("kobayashi", id, approve()) // the first again, because the text is another one
	h.refused("kobayashi", id, approve(), "apr.second")
	h.refused("sato", id, incident.PhonedNotice{Notice: n, Who: "山本"}, "notice.not_approved")
	h.carry(out)
	if len(outside(out)) != 0 {
		t.Fatal("it left after one approval")
	}
	h.do("watanabe", id, approve())
	h.carry(out)
	if len(outside(out)) != 1 {
		t.Errorf("after two approvals %d left", len(outside(out)))
	}
	at = terminal(nil)
	h.svc.SetSite(at)
	h.approved(id) // control
	h.carry(out)
	if len(outside(out)) != 2 {
		t.Errorf("control: with one approver wanted %d left", len(outside(out)))
	}
	h.whole()
}

func TestS09TwoApprovalsAtOnce(t *testing.T) {
	clock := &turned{now: t0()}
	h := openHouse(t, t.TempDir(), clock.read, terminal(nil))
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
	n := h.do("suzuki", id, incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "本文"}).Outcome.Ref
	h.do("suzuki", id, incident.SubmitNotice{Notice: n})
	digest := h.state(id).Notice(n).Digest
	errs := make([]error, 6)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			_, errs[i] = h.act([]string{"watanabe", "kobayashi"}[i%2], id, incident.ApproveNotice{Notice: n, Digest: digest, Opened: true})
		})
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		}
	}
	if won != 1 || h.count(id, incident.KindNoticeApproved) != 1 || len(h.state(id).Notice(n).Messages) != 1 {
		t.Errorf("%d approvals went through, %d messages", won, len(h.state(id).Notice(n).Messages))
	}
	h.whole()
}

func TestS09ControlSoleApproval(t *testing.T) {
	clock := &turned{now: t0()}
	at := terminal(nil)
	at.SoleApproval = true
	h := openHouse(t, t.TempDir(), clock.read, at)
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
	n := h.do("watanabe", id, incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "本文"}).Outcome.Ref
	h.do("watanabe", id, incident.SubmitNotice{Notice: n})
	h.do("watanabe", id, incident.ApproveNotice{Notice: n, Digest: h.state(id).Notice(n).Digest, Opened: true})
	if got := h.state(id).Notice(n); got.State != incident.NoticeApproved || !got.Sole {
		t.Errorf("control: %+v", got)
	}
}

// TestS09WithdrawnStaysWithdrawn: what was withdrawn after a failure does not
// come back by having its message sent again.
func TestS09WithdrawnStaysWithdrawn(t *testing.T) {
	clock := &turned{now: t0()}
	h := openHouse(t, t.TempDir(), clock.read, terminal(nil))
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
	n := h.approved(id)
	h.carry(refusing{})
	if st := h.state(id).Notice(n).State; st != incident.NoticeFailed {
		t.Fatalf("the notice is %s", st)
	}
	h.do("suzuki", id, incident.WithdrawNotice{Notice: n, Why: "宛先違い"})
	h.refused("watanabe", id, incident.ResolveMessage{Msg: h.state(id).Notice(n).Messages[0], As: "resend", Why: "もう一度"}, "notice.state")
	out := &outbox{}
	h.carry(out)
	if len(outside(out)) != 0 {
		t.Error("a withdrawn notice left")
	}
}
