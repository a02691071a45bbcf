package faults

import (
	"context"
	"errors"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/runbook"
)

// refusing is a provider that says no for good.
type refusing struct{}

func (refusing) Send(context.Context, notify.Envelope) (notify.Receipt, error) {
	return notify.Receipt{}, &notify.Failure{Class: notify.Permanent, Err: errors.New("550 no such user")}
}

// kept is a runbook whose steps only some may close.
func kept(t *testing.T) *runbook.Runbook {
	b := planOf(t, planText)
	b.Phases[0].Steps[2].TwoPerson = true
	b.Phases[1].Steps[0].Approver = []string{"CISO"}
	b.Phases[1].Steps[0].Condition = "印刷機が動くなら"
	b.Phases[1].Steps[1].Decision = &runbook.Decision{Question: "荷役を続けるか", Branches: []runbook.Branch{{Label: "続ける"}, {Label: "止める"}}}
	b.Phases[1].Steps[1].Approver = []string{"CISO"}
	return b
}

// S10: acts out of their order are refused: the second person before the
// first, one person as both, a decision ticked off as a step, a reserved step
// by somebody else, a step of another incident, a repeat, a skip without a
// reason. Control: the same acts in their order go through.
func TestS10ForgedOrder(t *testing.T) {
	clock := &turned{now: t0()}
	h := openHouse(t, t.TempDir(), clock.read, terminal(kept(t)))
	defer h.close()
	id := h.do("sato", "", incident.Declare{Title: "順序", Runbook: "plan"}).Incident
	bare := h.do("sato", "", incident.Declare{Title: "手順なし", Runbook: "none"}).Incident
	for _, try := range []struct {
		who  string
		cmd  incident.Command
		code string
	}{
		{"ito", incident.Confirm{Step: "3"}, "step.first_missing"},
		{"ito", incident.Skip{Step: "1"}, "step.need_reason"},
		{"ito", incident.Skip{Step: "1", Preset: "because"}, "step.need_reason"},
		{"ito", incident.NotApplicable{Step: "1"}, "step.not_conditional"},
		{"ito", incident.Reopen{Step: "1", Reason: "x"}, "step.not_closed"},
		{"ito", incident.Unblock{Step: "1"}, "step.not_blocked"},
		{"ito", incident.Done{Step: "4"}, "step.reserved"},
		{"ito", incident.Skip{Step: "4", Reason: "x"}, "step.reserved"},
		{"ito", incident.NotApplicable{Step: "4", Reason: "x"}, "step.reserved"},
		{"watanabe", incident.Done{Step: "5", Value: "x"}, "step.decide"},
		{"ito", incident.Decide{Step: "5", Choice: "a", Basis: "x", Review: clock.read().AddDate(0, 0, 1)}, "perm.no"},
		{"sato", incident.Decide{Step: "5", Choice: "a", Basis: "x", Review: clock.read().AddDate(0, 0, 1)}, "step.reserved"},
		{"watanabe", incident.Decide{Step: "5", Choice: "z", Basis: "x", Review: clock.read().AddDate(0, 0, 1)}, "decision.choice"},
		{"ito", incident.Done{Step: "r2/1.1"}, "step.unknown"},
		{"ito", incident.Done{Step: "0"}, "step.unknown"},
		{"ito", incident.Done{Step: "-1"}, "step.unknown"},
		{"ito", incident.Done{Step: "IR-1/r1/1.1"}, "step.unknown"},
	} {
		h.refused(try.who, id, try.cmd, try.code)
	}
	for _, ref := range []string{"1", "r1/1.1", "手順1"} {
		h.refused("ito", bare, incident.Done{Step: ref}, "step.unknown")
	}
	if closed, blocked, _ := h.state(id).Progress(); closed != 0 || blocked != 0 {
		t.Errorf("refused acts closed %d and blocked %d steps", closed, blocked)
	}

	// Control: in their order.
	h.do("ito", id, incident.Done{Step: "3", Value: "済"})
	h.refused("ito", id, incident.Confirm{Step: "3"}, "step.second_same")
	h.refused("ito", id, incident.Done{Step: "3"}, "step.second_same")
	h.do("ito", id, incident.Block{Step: "3", Reason: "確認者がいない"})
	h.refused("ito", id, incident.Done{Step: "3", Value: "済"}, "step.second_same")
	h.do("ito", id, incident.Unblock{Step: "3"})
	h.refused("ito", id, incident.Done{Step: "3", Value: "済"}, "step.second_same")
	h.do("tanaka", id, incident.Done{Step: "3", Value: "済"})
	h.do("kobayashi", id, incident.NotApplicable{Step: "4", Reason: "印刷機なし"})
	h.do("watanabe", id, incident.Decide{Step: "5", Choice: "a", Basis: "在庫表あり", Review: clock.read().AddDate(0, 0, 1)})
	if closed, _, _ := h.state(id).Progress(); closed != 2 {
		t.Errorf("control: %d steps closed", closed)
	}
	h.whole()
}
