package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/timeline"
)

// Promise 2: nothing goes outside without a named human having seen the full
// text. audit is the test: it holds what left against the record. Control: an
// approval that no person gave, written into the record by hand, makes a
// message leave, and audit must find it.
func TestPromise2NothingLeavesUnapproved(t *testing.T) {
	clock := &turned{now: t0()}
	h := openHouse(t, t.TempDir(), clock.read, terminal(nil))
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
	out := &outbox{}

	n := h.do("suzuki", id, incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "本文"}).Outcome.Ref
	h.carry(out)
	h.refused("watanabe", id, incident.ApproveNotice{Notice: n, Digest: h.state(id).Notice(n).Digest, Opened: true}, "notice.state")
	h.do("suzuki", id, incident.SubmitNotice{Notice: n})
	h.carry(out)
	digest := h.state(id).Notice(n).Digest
	h.refused("suzuki", id, incident.ApproveNotice{Notice: n, Digest: digest, Opened: true}, "perm.no")
	h.refused("watanabe", id, incident.ApproveNotice{Notice: n, Digest: digest}, "apr.open_first")
	h.refused("watanabe", id, incident.ApproveNotice{Notice: n, Digest: strings.Repeat("0", 64), Opened: true}, "apr.void")
	h.do("ito", id, incident.EditNotice{Notice: n, Subject: "第一報", Body: "書き換えた本文"})
	h.refused("watanabe", id, incident.ApproveNotice{Notice: n, Digest: digest, Opened: true}, "apr.void")
	h.do("suzuki", id, incident.SubmitNotice{Notice: n})
	h.refused("watanabe", id, incident.ApproveNotice{Notice: n, Digest: digest, Opened: true}, "apr.void")
	h.refused("sato", id, incident.PhonedNotice{Notice: n, Who: "山本"}, "notice.not_approved")
	h.carry(out)
	if got := outside(out); len(got) != 0 {
		t.Fatalf("left before anybody approved: %+v", got)
	}
	h.do("watanabe", id, incident.ApproveNotice{Notice: n, Digest: h.state(id).Notice(n).Digest, Opened: true})
	h.refused("suzuki", id, incident.EditNotice{Notice: n, Subject: "x", Body: "後から"}, "notice.gone")
	h.carry(out)
	if got := outside(out); len(got) != 1 || got[0].Body != "TLP:AMBER\n\n書き換えた本文" {
		t.Fatalf("after the approval: %+v", got)
	}
	if bad := h.audit(id, outside(out)); len(bad) != 0 {
		t.Error(bad)
	}
	h.whole()
}

// TestPromise2ApproveIsNoCommand: no command by name, so no API, script or
// scenario, can approve.
func TestPromise2ApproveIsNoCommand(t *testing.T) {
	if slices.Contains(incident.CommandNames(), (incident.ApproveNotice{}).Name()) {
		t.Error("approval can be given without a screen that shows the text")
	}
	for _, args := range []string{`{}`, `{"notice":"N1","digest":"x"}`, `{"notice":"N1","digest":"x","Opened":true}`, `{"opened":true}`} {
		if c, err := incident.ParseCommand("notice.approve", []byte(args)); err == nil {
			t.Errorf("%s gave %+v", args, c)
		}
	}
}

func TestPromise2ControlForgedApproval(t *testing.T) {
	clock := &turned{now: t0()}
	h := openHouse(t, t.TempDir(), clock.read, terminal(nil))
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
	n := h.do("suzuki", id, incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "本文"}).Outcome.Ref
	for _, actor := range []string{"suzuki", timeline.System} {
		forged := timeline.Draft{Kind: incident.KindNoticeApproved, Actor: actor, Facts: map[string]any{"notice": n, "digest": "0"}}
		_, err := h.store.Update(context.Background(), incident.Target{Incident: id, Now: clock.read()}, func(*incident.Incident) (incident.Change, error) {
			return incident.Change{Entries: []timeline.Draft{forged}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		out := &outbox{}
		h.carry(out)
		if bad := h.audit(id, outside(out)); len(outside(out)) != 1 || len(bad) == 0 {
			t.Errorf("control: approved by %s, %d left, audit found %v", actor, len(outside(out)), bad)
		}
	}
}

// TestPromise2TextChangedInTheFile: a wording that is no longer the approved
// one does not leave, whoever changed it.
func TestPromise2TextIsBound(t *testing.T) {
	clock := &turned{now: t0()}
	h := openHouse(t, t.TempDir(), clock.read, terminal(nil))
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "暗号化", Runbook: "none"}).Incident
	n := h.approved(id)
	seq := h.state(id).Notice(n).Seq
	_, err := h.store.Update(context.Background(), incident.Target{Incident: id, Now: clock.read()}, func(*incident.Incident) (incident.Change, error) {
		return incident.Change{Entries: []timeline.Draft{{Kind: incident.KindErased, Actor: "sato", Facts: map[string]any{"erases": seq, "approver": "watanabe"}, Text: timeline.Text{"reason": "x"}}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	out := &outbox{}
	h.carry(out)
	if got := outside(out); len(got) != 0 {
		t.Errorf("left although its approved text is gone: %+v", got)
	}
	if st := h.state(id).Notice(n).State; st != incident.NoticeFailed {
		t.Errorf("the notice is %s, want failed and shown", st)
	}
}

// carry sends what is due once, without a loop.
func (h *house) carry(way notify.Sender) { h.carryOf("", way) }

// carryOf sends what is due of one incident; "" is of all.
func (h *house) carryOf(id string, way notify.Sender) {
	h.t.Helper()
	rows, err := h.store.DueRows(context.Background(), h.wall(), 0)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range rows {
		if id != "" && r.Incident != id {
			continue
		}
		begun, err := h.svc.Begin(context.Background(), r.Incident, r.ID)
		if err != nil {
			h.t.Fatal(err)
		}
		if len(begun) == 0 {
			continue
		}
		env := begun[0].Envelope
		receipt, err := way.Send(context.Background(), env)
		o := notify.Outcome{Receipt: receipt, At: h.wall()}
		if err != nil {
			o.Err = err.Error()
			o.Class, o.RetryAfter = notify.Classify(err)
		}
		if err := h.svc.Settle(context.Background(), env, o); err != nil {
			h.t.Fatal(err)
		}
	}
}

func outside(o *outbox) (out []notify.Envelope) {
	for _, e := range o.all() {
		if e.Kind == notify.KindNotice {
			out = append(out, e)
		}
	}
	return out
}

// audit holds messages that left against the record, by its own reading of it:
// an approval before, by a person who may approve and did not write the text,
// of exactly this text to exactly this address.
func (h *house) audit(id string, left []notify.Envelope) (bad []error) {
	h.t.Helper()
	for _, e := range left {
		if err := h.trace(id, e); err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", e.ID, err))
		}
	}
	return bad
}

func (h *house) trace(id string, e notify.Envelope) error {
	var text timeline.Text
	var author, approver string
	for _, x := range h.entries(id) {
		switch x.Kind {
		case incident.KindNoticeDrafted, incident.KindNoticeEdited:
			text, author, approver = x.Fields(), x.Actor, ""
		case incident.KindNoticeApproved:
			approver = x.Actor
		}
	}
	switch {
	case approver == "":
		return errors.New("nobody approved the last wording")
	case approver == author:
		return errors.New("the author approved it")
	case !h.svc.Site().Allowed(approver, incident.MayApprove, nil):
		return fmt.Errorf("%s may not approve", approver)
	case text["subject"] != e.Subject || text["body"] != e.Body || text["to_mail"] != e.To:
		return errors.New("it is not what was approved")
	}
	return nil
}
