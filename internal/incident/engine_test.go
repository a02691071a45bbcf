package incident_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"irbot/internal/incident"
	"irbot/internal/runbook"
)

const planText = `# TOS停止

| 項目 | 内容 |
|---|---|
| ID | plan |

## 1. 初動（0〜15分）

禁止: 電源を切らない
タイマー: 10分ごと 人数の確認

1. 端末を抜く
   - 証跡: 台数（1以上の整数）
2. 写真を残す
   - 証跡: 画面の写真（必須）
   - 期限: 手順1から10分
3. 情報システムに知らせる
   - 通知: 情報システム
   - 任意: はい

## 2. 判断（15〜45分）

1. 手作業に切り替えるか
   - はい: [手作業](manual.md) を始める
     - 車を止める
     - 票を配る
   - いいえ: 手順 3 へ
2. 放送する
3. 記録する
   - 次: 終了
   - 期限: 認知から24時間以内
4. 集計する
`

const manualText = "# 手作業\n\n| 項目 | 内容 |\n|---|---|\n| ID | manual |\n\n## 1. ゲート\n\n1. 受け付ける\n   - 様式: 受付票\n   - 期限: 2営業日\n"

// shelf is a site whose runbooks can change.
type shelf map[string]*runbook.Runbook

func (s shelf) put(t *testing.T, file, text string) *runbook.Runbook {
	t.Helper()
	b, err := runbook.Read(file, []byte(text), runbook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s[b.ID] = b
	return b
}

func planDesk(t *testing.T) (*desk, shelf) {
	t.Helper()
	s := shelf{}
	s.put(t, "plan.md", planText)
	s.put(t, "manual.md", manualText)
	site := testSite(s["plan"])
	site.Runbook = func(id string) (*runbook.Runbook, bool) { b, ok := s[id]; return b, ok }
	site.Runbooks = func() []string { return slices.Sorted(maps.Keys(s)) }
	site.Business = func(day time.Time) bool {
		return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday && day.Format("0102") != "1123"
	}
	d := &desk{t: t, log: newMemLog(), now: time.Date(2026, 11, 21, 21, 33, 0, 0, time.UTC)}
	d.svc = incident.NewService(incident.Parts{Log: d.log, Reader: d.log, Site: site, Wall: func() time.Time { return d.now }})
	res, err := d.svc.Open(context.Background(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "TOS停止"})
	if err != nil {
		t.Fatal(err)
	}
	d.id = res.Incident
	return d, s
}

func (d *desk) kinds() string {
	var out []string
	for _, e := range d.log.logs[d.id] {
		out = append(out, string(e.Kind))
	}
	return strings.Join(out, " ")
}

func TestPhasesHaveTheirTimes(t *testing.T) {
	d, _ := planDesk(t)
	st := d.state()
	if c := st.Cautions; len(c) != 1 || c[0].Step != "" {
		t.Errorf("the prohibition of the phase is not in view: %+v", c)
	}
	p := st.Runs[0].Phases
	if got := p[0].Due.Sub(st.Times.Declared); got != 15*time.Minute {
		t.Errorf("phase 1 is due after %v", got)
	}
	if got := p[1].Opens.Sub(st.Times.Declared); got != 15*time.Minute {
		t.Errorf("phase 2 opens after %v", got)
	}
	d.at("06:50")
	if k := d.kinds(); !strings.Contains(k, "phase.reminded") || !strings.Contains(k, "phase.overdue") || !strings.Contains(k, "phase.opened") {
		t.Fatalf("after 17 minutes: %s", k)
	}
	d.do("sato", incident.StartPhase{Run: "r1", Phase: 2})
	if cur := d.state().Currents(); len(cur) != 2 || cur[1].Key != "2.1" {
		t.Errorf("phase 2 does not run beside: %+v", cur)
	}
	d.refused("sato", incident.StartPhase{Run: "r1", Phase: 2}, "phase.started")
}

func TestEvidenceIsChecked(t *testing.T) {
	d, _ := planDesk(t)
	d.refused("ito", incident.Done{Step: "1", Value: "たくさん"}, "step.need_number")
	d.refused("ito", incident.Done{Step: "1", Value: "0台"}, "step.need_range")
	d.refused("ito", incident.Done{Step: "1", Value: "1.5"}, "step.need_integer")
	d.do("ito", incident.Done{Step: "1", Value: "６台"})
	if st := d.state().Step("r1/1.2"); !st.Due.Equal(d.now.Add(10 * time.Minute)) {
		t.Errorf("ten minutes from step 1: %v at %v", st.Due, d.now)
	}
	d.refused("ito", incident.Done{Step: "2", Value: "撮った"}, "step.need_kept")
	d.refused("ito", incident.Done{Step: "2", Photos: []incident.Photo{{File: "a.jpg"}}}, "evidence.empty")
	d.do("ito", incident.AddEvidence{File: "a.jpg", Data: []byte("jpg"), Step: "2"})
	d.do("ito", incident.Done{Step: "2", Photos: []incident.Photo{{File: "b.jpg", Data: []byte("b")}, {File: "c.jpg", Data: []byte("c")}}})
	if st := d.state(); len(st.Evidence) != 3 || st.Evidence[2].ID != "E3" || st.Evidence[2].Step != "r1/1.2" || st.Step("r1/1.2").State != incident.StepDone {
		t.Errorf("photos sent with the completion: %+v", st.Evidence)
	}
	d.do("sato", incident.InformPeople{Step: "3"})
	st := d.state()
	if m := st.Messages[len(st.Messages)-1]; m.Kind != "inform" || m.Person != "ito" {
		t.Errorf("nobody was told: %+v", m)
	}
	d.refused("sato", incident.InformPeople{Step: "3"}, "step.nobody_left")
}

func (d *desk) first() {
	d.do("ito", incident.Done{Step: "1", Value: "6"})
	d.do("ito", incident.AddEvidence{File: "a.jpg", Data: []byte("jpg"), Step: "2"})
	d.do("ito", incident.Done{Step: "2"})
	d.do("sato", incident.Skip{Step: "3", Reason: "不在"})
}

func TestAnswersLeadOn(t *testing.T) {
	d, _ := planDesk(t)
	d.first()
	d.do("sato", incident.Decide{Step: "r1/2.1", Choice: "a", Basis: "復旧が見えない", Review: d.now.Add(time.Hour)})
	st := d.state()
	if len(st.Runs) != 2 || st.Runs[1].Runbook != "manual" {
		t.Fatalf("the decision did not start the runbook: %+v", st.Runs)
	}
	if cur := st.Runs[0].Currents(); len(cur) != 1 || cur[0].Key != "2.1.a1" {
		t.Errorf("the steps of the answer do not come next: %+v", cur)
	}
	// Two business days from Sunday: Monday is a holiday, so Wednesday.
	if due := st.Runs[1].Steps[0].Due; due.Format("0102") != "1124" && due.In(time.FixedZone("JST", 9*3600)).Format("0102") != "1125" {
		t.Errorf("two business days: %v", due)
	}
	if rows := st.Runs[1].Steps[0].Rows; !cmp.Equal(rows, []string{"gate"}) {
		t.Errorf("forms %v", rows)
	}
	d.refused("sato", incident.StartRun{Runbook: "manual.md"}, "run.already")
	for range 3 {
		d.do("sato", incident.Done{Step: st.Runs[0].Currents()[0].Ref})
		st = d.state()
	}
	rec := st.Step("r1/2.3")
	if rec == nil || !rec.Due.IsZero() {
		t.Fatalf("a limit from a moment nobody knows: %+v", rec)
	}
	d.do("sato", incident.SetMoment{Moment: "recognised", At: d.now.Add(-time.Hour), Why: "ログで確認"})
	if due := d.state().Step("r1/2.3").Due; !due.Equal(d.now.Add(23 * time.Hour)) {
		t.Errorf("24 hours from recognition: %v", due)
	}
	d.do("sato", incident.Done{Step: "r1/2.3"})
	st = d.state()
	if x := st.Step("r1/2.4"); x.State != incident.StepNA || !st.Runs[0].Ended {
		t.Errorf("次: 終了 did not end the run: %+v", x)
	}
}

func TestTheOtherAnswerDoesNotApply(t *testing.T) {
	d, _ := planDesk(t)
	d.first()
	d.do("sato", incident.Decide{Step: "r1/2.1", Choice: "b", Basis: "すぐ戻る", Review: d.now.Add(time.Hour)})
	st := d.state()
	for _, key := range []string{"2.1.a1", "2.1.a2", "2.2"} {
		if x := st.Step("r1/" + key); x == nil || x.State != incident.StepNA {
			t.Errorf("%s applies: %+v", key, x)
		}
	}
	if len(st.Runs) != 1 || st.Currents()[0].Key != "2.3" {
		t.Errorf("after no: %+v", st.Currents())
	}
}

func TestChangedRunbookIsAdopted(t *testing.T) {
	d, s := planDesk(t)
	d.do("ito", incident.Done{Step: "1", Value: "6"})
	v, err := d.svc.View(t.Context(), d.id)
	if err != nil || v.Changed("r1") != nil {
		t.Fatalf("nothing changed, yet %v %v", v.Changed("r1"), err)
	}
	now := strings.Replace(planText, "2. 放送する\n", "2. 全員の無事を確かめる\n", 1)
	now = strings.Replace(now, "1. 端末を抜く\n", "1. 端末のケーブルを抜く\n", 1)
	b := s.put(t, "plan.md", now)
	v, _ = d.svc.View(t.Context(), d.id)
	if got := v.Changed("r1"); got == nil || got.Hash != b.Hash {
		t.Fatal("the change was not noticed")
	}
	d.refused("sato", incident.AdoptRun{Run: "r1", Hash: "other", Reason: "x"}, "run.moved_on")
	d.refused("ito", incident.AdoptRun{Run: "r1", Hash: b.Hash, Reason: "x"}, "perm.no")
	d.do("sato", incident.KeepRun{Run: "r1", Hash: b.Hash, Reason: "書きかけ"})
	if v, _ = d.svc.View(t.Context(), d.id); v.Changed("r1") != nil {
		t.Error("asked again after it was decided")
	}
	before := d.state()
	d.do("sato", incident.AdoptRun{Run: "r1", Hash: b.Hash, Reason: "配布された"})
	st := d.state()
	if x := st.StepN(1); x.State != incident.StepDone || x.Ref != "r1/1.1" {
		t.Errorf("done does not stay done: %+v", x)
	}
	old := st.Step("r1/2.2")
	if old == nil || old.State != incident.StepNA || old.Book == "" {
		t.Errorf("the removed step: %+v", old)
	}
	fresh := st.StepN(before.NextStep)
	if v, _ = d.svc.View(t.Context(), d.id); fresh == nil || v.StepTitle(fresh) != "全員の無事を確かめる" || v.StepTitle(old) != "放送する" {
		t.Errorf("the new step: %+v", fresh)
	}
}

// The files are read again before a decision about a changed one: what a
// person saw a moment ago must not be "unchanged" to the service.
func TestADecisionAboutAChangedFileRereadsIt(t *testing.T) {
	d, s := planDesk(t)
	old, changed := s["plan"], s.put(t, "plan.md", strings.Replace(planText, "2. 放送する\n", "2. 全員の無事を確かめる\n", 1))
	for _, x := range []incident.Command{
		incident.KeepRun{Run: "r1", Hash: changed.Hash, Reason: "書きかけ"}, incident.AdoptRun{Run: "r1", Hash: changed.Hash, Reason: "配布された"},
	} {
		s["plan"] = old // what the shelf holds until it looks again
		d.svc.Site().Reread = func() { s["plan"] = changed }
		d.do("sato", x)
	}
	if got := d.state().Run("r1").Hash; got != changed.Hash {
		t.Errorf("the run follows %s", got)
	}
}

// Random runs never lose a step, never show one step in two states, never stop
// without a current step while one is open, and refold to the same state.
func TestRandomRuns(t *testing.T) {
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a repeatable test
		d, s := planDesk(t)
		seen, live := map[string]bool{}, incident.New(d.id)
		for i := range 60 {
			st := d.state()
			all := st.Runs[rng.IntN(len(st.Runs))].Steps
			_, _ = d.svc.Do(t.Context(), incident.Act{Person: []string{"sato", "ito", "watanabe"}[rng.IntN(3)], Surface: "web"}, d.id, act(d, rng, all[rng.IntN(len(all))].Ref, i, s))
			if rng.IntN(6) == 0 {
				d.now = d.now.Add(time.Duration(rng.IntN(40)) * time.Minute)
				d.ring()
			}
			whole(t, d.state(), seen)
			for log := d.log.logs[d.id]; live.Seq < int64(len(log)); { // as the store folds: on copies, while others read
				next := live.Clone()
				incident.Apply(next, &log[live.Seq])
				live = next
			}
		}
		all := cmp.Exporter(func(reflect.Type) bool { return true })
		if diff := cmp.Diff(live, incident.Fold(d.id, d.log.logs[d.id]), cmpopts.EquateEmpty(), all); diff != "" {
			t.Fatalf("seed %d refolds differently: %s", seed, diff)
		}
	}
}

func act(d *desk, rng *rand.Rand, ref string, i int, s shelf) incident.Command {
	switch rng.IntN(13) {
	case 0, 1, 2:
		return incident.Done{Step: ref, Value: fmt.Sprint(1 + rng.IntN(9))}
	case 3:
		return incident.Skip{Step: ref, Preset: "later"}
	case 4:
		return incident.Reopen{Step: ref, Reason: "やり直し"}
	case 5:
		return incident.Decide{Step: ref, Choice: []string{"a", "b"}[rng.IntN(2)], Basis: "x", Review: d.now.Add(time.Hour)}
	case 6:
		return incident.AddStep{Run: "r1", Phase: 1 + rng.IntN(2), Title: "追加"}
	case 7:
		return incident.Block{Step: ref, Reason: "鍵"}
	case 8:
		return incident.Unblock{Step: ref}
	case 9:
		return incident.StartPhase{Run: "r1", Phase: 2}
	case 10:
		text := strings.Replace(planText, "4. 集計する", fmt.Sprintf("4. 集計する\n5. 追記%d", i), 1)
		b, err := runbook.Read("plan.md", []byte(text), runbook.Options{})
		if err == nil {
			s["plan"] = b
			return incident.AdoptRun{Run: "r1", Hash: b.Hash, Reason: "x"}
		}
	case 11:
		return incident.Undo{}
	}
	return incident.Take{Step: ref}
}

// whole checks what must hold of every state.
func whole(t *testing.T, st *incident.Incident, seen map[string]bool) {
	t.Helper()
	refs, numbers, current := map[string]bool{}, map[int]bool{}, map[string]int{}
	for _, r := range st.Runs {
		open := 0
		for _, x := range r.Steps {
			if refs[x.Ref] || numbers[x.N] {
				t.Fatalf("step %s (%d) stands twice", x.Ref, x.N)
			}
			refs[x.Ref], numbers[x.N] = true, true
			if !x.Closed() {
				open++
			}
		}
		cur := r.Currents()
		for _, x := range cur {
			if current[x.Ref]++; current[x.Ref] > 1 || x.Closed() {
				t.Fatalf("step %s is current twice or closed", x.Ref)
			}
		}
		if open > 0 && len(cur) == 0 {
			t.Fatalf("run %s has %d open steps and none to work on", r.ID, open)
		}
	}
	for ref := range seen {
		if !refs[ref] {
			t.Fatalf("step %s was lost", ref)
		}
	}
	for ref := range refs {
		seen[ref] = true
	}
}
