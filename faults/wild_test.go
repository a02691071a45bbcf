package faults

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"irbot/internal/incident"
	"irbot/internal/notify"
)

// machine lets time pass, alarms ring and messages leave, with any outcome a
// provider can have.
func (h *house) machine(rt *rapid.T, clock *turned, id string) {
	ctx := context.Background()
	clock.forward(time.Duration(rapid.IntRange(0, 2400).Draw(rt, "seconds")) * time.Second)
	switch rapid.IntRange(0, 3).Draw(rt, "what") {
	case 0:
		due, err := h.store.DueTimers(ctx, clock.read(), 0)
		if err != nil {
			rt.Fatal(err)
		}
		for _, tm := range due {
			if tm.Incident != id {
				continue // of a sequence that is over
			}
			if err := h.svc.Fire(ctx, tm); err != nil {
				rt.Fatal(err)
			}
		}
	case 1:
		back := rapid.Bool().Draw(rt, "back")
		if err := h.svc.Surface(ctx, []string{id}, "slack", back, clock.read()); err != nil {
			rt.Fatal(err)
		}
	case 2:
		by := time.Duration(rapid.IntRange(-3600, 3600).Draw(rt, "step")) * time.Second
		if err := h.svc.Stepped(ctx, []string{id}, by); err != nil {
			rt.Fatal(err)
		}
	default:
		class := rapid.SampledFrom([]notify.Class{"", "", notify.Temporary, notify.Permanent, notify.Unknown}).Draw(rt, "class")
		h.carryOf(id, sender(func(e notify.Envelope) (notify.Receipt, error) {
			if class == "" {
				return notify.Receipt{ID: "C1:" + fmt.Sprint(clock.read().Unix()) + ".1"}, nil
			}
			return notify.Receipt{}, &notify.Failure{Class: class, RetryAfter: time.Minute, Err: errors.New(string(class))}
		}))
	}
}

// anyCommand draws one of everything people can ask for, mostly fitting.
func anyCommand(rt *rapid.T, st *incident.Incident, now time.Time) incident.Command {
	n := func(name string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(rt, name) }
	step := fmt.Sprint(n("step", 0, 6))
	words := rapid.SampledFrom([]string{"理由", "x", "", "二行\n目", "=1+1", "<b>"}).Draw(rt, "words")
	person := rapid.SampledFrom([]string{"ito", "tanaka", "nobody", ""}).Draw(rt, "person")
	role := rapid.SampledFrom([]string{"lead", "it", "ciso", "x"}).Draw(rt, "role")
	entry := int64(n("entry", 0, int(st.Seq)+1))
	later := now.Add(time.Duration(n("later", -60, 7200)) * time.Second)
	notice := fmt.Sprintf("N%d", n("notice", 1, 3))
	digest := ""
	if x := st.Notice(notice); x != nil {
		digest = x.Digest
	}
	msg := "IR-1/n1/x"
	if len(st.Messages) > 0 {
		msg = st.Messages[n("message", 0, len(st.Messages)-1)].ID
	}
	decision := fmt.Sprintf("D%d", n("decision", 1, 3))
	all := []incident.Command{
		incident.Take{Step: step, Person: person}, incident.Done{Step: step, Value: words}, incident.Confirm{Step: step, Value: words},
		incident.Block{Step: step, Reason: words}, incident.Unblock{Step: step, Note: words}, incident.Skip{Step: step, Reason: words, Preset: "later"},
		incident.Reopen{Step: step, Reason: words}, incident.NotApplicable{Step: step, Reason: words}, incident.Undo{},
		incident.Extend{Step: step, By: time.Duration(n("by", -1, 90)) * time.Minute, Reason: words}, incident.AddStep{Phase: n("phase", 0, 3), Title: words},
		incident.AddNote{Text: words, Open: true, Important: true}, incident.AddNote{Text: "記録", Corrects: entry, Source: "slack:C1:1.1"},
		incident.Strike{Entry: entry, Reason: words}, incident.Answer{Entry: entry, Result: words},
		incident.AddEvidence{File: "写真.jpg", Data: []byte(words + "x"), Step: step}, incident.SetFigure{Item: "trucks", N: int64(n("figure", -1, 99))},
		incident.AddCaution{Text: words}, incident.LiftCaution{N: n("caution", 0, 3), Reason: words},
		incident.OpenDecision{Question: words, Options: []incident.Option{{Text: "a"}, {Text: "b"}}, Decider: role, Within: time.Hour, Objects: time.Minute},
		incident.Decide{Decision: decision, Choice: "a", Basis: "根拠", Review: later}, incident.Decide{Step: step, Choice: "b", Basis: "根拠", Review: later},
		incident.Object{Decision: decision, Why: words}, incident.AskInfo{Decision: decision, What: words},
		incident.Escalate{Policy: "ciso", Reason: words}, incident.Escalate{Role: role, Reason: words}, incident.Ack{Person: person, Words: words},
		incident.Delegate{}, incident.CallMe{},
		incident.DraftNotice{Dest: "mlit", Subject: words, Body: words}, incident.EditNotice{Notice: notice, Subject: "件名", Body: "本文" + words},
		incident.SubmitNotice{Notice: notice}, incident.ApproveNotice{Notice: notice, Digest: digest, Opened: true}, incident.ReturnNotice{Notice: notice, Why: words},
		incident.WithdrawNotice{Notice: notice, Why: words}, incident.PhonedNotice{Notice: notice, Who: "山本"}, incident.ReceiptNotice{Notice: notice, Receipt: words},
		incident.ResolveMessage{Msg: msg, As: rapid.SampledFrom([]string{"accepted", "failed", "resend"}).Draw(rt, "as"), Why: words},
		incident.DismissDuty{Duty: "mlit-first", Why: words}, incident.MakeReport{Items: []string{words, "b"}, Next: later}, incident.MakeReport{Same: true},
		incident.SnoozeReport{By: time.Duration(n("snooze", 0, 90)) * time.Minute}, incident.AssignRole{Role: role, Person: person},
		incident.OfferHandover{Role: role, To: "tanaka"}, incident.AcceptHandover{Handover: fmt.Sprintf("h%d", n("handover", 1, 2))},
		incident.SetSeverity{Level: n("severity", -1, 5)}, incident.SetMoment{Moment: "recognised", At: now.Add(-time.Minute), Why: words},
		incident.StartRun{Runbook: "plan"}, incident.Retitle{Title: words}, incident.Link{To: "IR-99"}, incident.TakeCharge{},
		incident.Exported{Format: "zip", Size: 1}, incident.GiveInject{Scenario: "s", Inject: n("inject", 0, 2)},
	}
	if n("close", 0, 60) == 0 {
		return incident.Close{Reason: "終結", Override: true}
	}
	return all[n("command", 0, len(all)-1)]
}
