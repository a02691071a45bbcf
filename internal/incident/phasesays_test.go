package incident_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

const sayingText = `# 連絡の計画

ヤードが満杯の場合は搬入を止め、空きがある場合は搬入を続ける。

## 1. 初動

通知: 情報システム、国土交通省

1. 端末を抜く
2. 県警へ知らせる
   - 通知: 国土交通省
   - 文面: [県警への連絡](#県警への連絡)
3. 電話を受ける

## 文面

### 県警への連絡

> {{宛先}} 殿、{{件名}} について連絡します。
`

// TestAPhaseTellsItsPeople checks that the label 通知 under the heading of a
// phase has buttons, on the checklist and on the card of its first open step.
func TestAPhaseTellsItsPeople(t *testing.T) {
	d, s := planDesk(t)
	b := s.put(t, "saying.md", sayingText)
	d.do("sato", incident.StartRun{Runbook: b.ID})
	v, err := d.svc.View(context.Background(), d.id)
	if err != nil {
		t.Fatal(err)
	}
	p := v.S.Run("r2").Phases[0]
	if len(p.Notify) != 1 || len(p.Tell) != 1 {
		t.Fatalf("the phase names %v and %v", p.Notify, p.Tell)
	}
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	dr := chat.Drawer{Words: words, Lang: chat.JA}
	ids := func(list []chat.Action) string {
		var out []string
		for _, a := range list {
			out = append(out, a.ID)
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	if got := ids(dr.PhaseActions(v, "r2", p.No)); got != "notice.draft step.inform" {
		t.Errorf("the heading of the phase offers %q", got)
	}
	first := v.S.Run("r2").Steps[0]
	c, _ := dr.Draw(v, "step/"+first.Ref)
	if got := ids(c.Actions); !strings.Contains(got, "notice.draft") || !strings.Contains(got, "step.inform") || !strings.Contains(got, "step.arm") {
		t.Errorf("the first step offers %q", got)
	}
	d.do("ito", incident.InformAt(incident.PhaseRef("r2", p.No)))
	if got := d.state().Run("r2").Phases[0].Informed; len(got) == 0 {
		t.Error("nobody is remembered as told")
	}
	d.refused("ito", incident.InformPeople{Run: "r2", Phase: p.No}, "phase.nobody_left")
	d.refused("ito", incident.InformPeople{Run: "r2", Phase: 99}, "run.unknown")
}

// TestADecisionOfTheDocumentIsOpened checks that a decision outside any phase
// can be opened by a press and is then made like any other.
func TestADecisionOfTheDocumentIsOpened(t *testing.T) {
	d, s := planDesk(t)
	b := s.put(t, "saying.md", sayingText)
	if len(b.Choices) == 0 {
		t.Fatal("the reader sees no decision outside the phases")
	}
	d.do("sato", incident.StartRun{Runbook: b.ID})
	v, err := d.svc.View(context.Background(), d.id)
	if err != nil {
		t.Fatal(err)
	}
	open := v.OpenChoices("r2", 0)
	if len(open) == 0 {
		t.Fatal("nothing can be opened")
	}
	n := len(v.S.Run("r2").Steps)
	d.do("ito", incident.ArmAt("r2/p0", open[0].N))
	steps := d.state().Run("r2").Steps
	if len(steps) != n+1 {
		t.Fatalf("%d steps after the press", len(steps))
	}
	i := slices.IndexFunc(steps, func(st *incident.Step) bool { return st.Armed > 0 })
	if v, err = d.svc.View(context.Background(), d.id); err != nil {
		t.Fatal(err)
	}
	if got := v.Source(steps[i]).Decision.Branches; len(got) != 2 || got[0].Label != "ヤードが満杯の場合" || got[1].Text != "搬入を続ける" {
		t.Errorf("the text tells its cases apart, the answers are %+v", got)
	}
	changed := s.put(t, "saying.md", strings.Replace(sayingText, "3. 電話を受ける", "3. 電話を受けて記録する", 1))
	d.do("sato", incident.AdoptRun{Run: "r2", Hash: changed.Hash, Reason: "直した"})
	ref := steps[i].Ref
	if v, err = d.svc.View(context.Background(), d.id); err != nil {
		t.Fatal(err)
	}
	if st := v.S.Step(ref); st.Closed() || v.StepTitle(st) == "" || len(v.OpenChoices("r2", 0)) != 0 {
		t.Errorf("after the change the opened decision is %s (%q), offered again: %d", st.State, v.StepTitle(st), len(v.OpenChoices("r2", 0)))
	}
	d.do("sato", incident.Decide{Step: ref, Choice: steps[i].Branches[1].Key, Basis: "空きがある", Review: d.now.Add(time.Hour)})
	if st := d.state().Step(ref); st.State != incident.StepDone {
		t.Errorf("the decision is %s", st.State)
	}
	gone := s.put(t, "saying.md", strings.Replace(sayingText, "搬入を止め、", "搬入を断り、", 1))
	d.do("ito", incident.Reopen{Step: ref, Reason: "やり直し"})
	d.do("sato", incident.AdoptRun{Run: "r2", Hash: gone.Hash, Reason: "直した"})
	if st := d.state().Step(ref); st.State != incident.StepNA {
		t.Errorf("a decision that is not stated any more is %s", st.State)
	}
}

// TestAStepsWordingBeginsItsNotice checks that 文面 of a step is what its draft
// begins with.
func TestAStepsWordingBeginsItsNotice(t *testing.T) {
	d, s := planDesk(t)
	b := s.put(t, "saying.md", sayingText)
	d.do("sato", incident.StartRun{Runbook: b.ID})
	st := d.state().Run("r2").Steps[1]
	if len(st.Notify) != 1 {
		t.Fatalf("the step names %v", st.Notify)
	}
	d.do("ito", incident.DraftNotice{Dest: st.Notify[0], Step: st.Ref})
	v, err := d.svc.View(context.Background(), d.id)
	if err != nil {
		t.Fatal(err)
	}
	if body := v.Text(v.S.Notices[0].Seq)["body"]; !strings.HasSuffix(strings.TrimSpace(body), "TOS停止 について連絡します。") {
		t.Errorf("the draft reads %q", body)
	}
}

// TestTheWordingIsThatOfItsOwnRun starts two runbooks that head a wording
// alike: each step's letter and each chosen wording is that of the run asked.
func TestTheWordingIsThatOfItsOwnRun(t *testing.T) {
	d, s := planDesk(t)
	first := s.put(t, "saying.md", sayingText)
	second := s.put(t, "other.md", strings.NewReplacer("連絡の計画", "別の計画", "について連絡します", "の続きを送ります").Replace(sayingText))
	d.do("sato", incident.StartRun{Runbook: first.ID})
	d.do("sato", incident.StartRun{Runbook: second.ID})
	body := func(x incident.DraftNotice) string {
		t.Helper()
		d.do("ito", x)
		v, err := d.svc.View(context.Background(), d.id)
		if err != nil {
			t.Fatal(err)
		}
		n := v.S.Notices[len(v.S.Notices)-1]
		d.do("ito", incident.WithdrawNotice{Notice: n.ID, Why: "試し"})
		return strings.TrimSpace(v.Text(n.Seq)["body"])
	}
	dest := d.state().Run("r2").Steps[1].Notify[0]
	for run, want := range map[string]string{"r2": "TOS停止 について連絡します。", "r3": "TOS停止 の続きを送ります。"} {
		st := d.state().Run(run).Steps[1]
		for _, x := range []incident.DraftNotice{
			{Dest: dest, Step: st.Ref},
			{Dest: dest, Template: run + "/県警への連絡"},
			{Dest: dest, Template: run + "/#県警への連絡", Step: st.Ref},
		} {
			if got := body(x); !strings.HasSuffix(got, want) {
				t.Errorf("%s %+v reads %q", run, x, got)
			}
		}
	}
}
