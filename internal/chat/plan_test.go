package chat

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/incident"
)

func TestTypedCommandsBecomeDeeds(t *testing.T) {
	d := newDesk(t)
	d.open("sato", incident.Declare{Title: "TOS停止", Finder: "frozen"})
	ctx := Context{Addressed: true, Incident: d.id, Now: d.now, Zone: jst}.Use(portPeople())
	tests := []struct {
		in   string
		want Plan
	}{
		{"担当 1", Plan{Deed: &Deed{Command: incident.Take{Step: "r1/1.1"}}}},
		{"担当", Plan{Deed: &Deed{Command: incident.Take{Step: "r1/1.1"}}}},
		{"担当 2 伊藤さん", Plan{Deed: &Deed{Command: incident.Take{Step: "r1/1.2", Person: "ito"}}}},
		{"完了 1 切断6台", Plan{Deed: &Deed{Command: incident.Done{Step: "r1/1.1", Value: "切断6台"}}}},
		{"完了 1.1 切断6台", Plan{Deed: &Deed{Command: incident.Done{Step: "r1/1.1", Value: "切断6台"}}}},
		{"完了 1", Plan{Form: "step.done", Ref: "r1/1.1"}},
		{"完了 99", Plan{Deed: &Deed{Command: incident.Done{Step: "99"}}}},
		{"完了 4 --at 0630", Plan{Deed: &Deed{Command: incident.Done{Step: "r1/2.2"}, At: at("2026-11-22 06:30:00").UTC()}}},
		{"見送り 1", Plan{Form: "step.skip", Ref: "r1/1.1"}},
		{"見送り 1 予備がない", Plan{Deed: &Deed{Command: incident.Skip{Step: "r1/1.1", Reason: "予備がない"}}}},
		{"支障 1 鍵がない", Plan{Deed: &Deed{Command: incident.Block{Step: "r1/1.1", Reason: "鍵がない"}}}},
		{"延長 1", Plan{Deed: &Deed{Command: incident.Extend{Step: "r1/1.1", By: 15 * time.Minute}}}},
		{"メモ 0630 県警>CSIRT 到着", Plan{Deed: &Deed{Command: incident.AddNote{From: "県警", To: "CSIRT", Text: "到着"}, At: at("2026-11-22 06:30:00").UTC()}}},
		{"報告 変化なし", Plan{Deed: &Deed{Command: incident.MakeReport{Same: true}}}},
		{"報告 ゲート再開", Plan{Form: "report.make", Fill: map[string]string{"item2": "ゲート再開"}}},
		{"判断 ゲートを閉めるか", Plan{Form: "decision.open", Fill: map[string]string{"question": "ゲートを閉めるか"}}},
		{"役割 指揮 @佐藤", Plan{Deed: &Deed{Command: incident.AssignRole{Role: "lead", Person: "sato"}}}},
		{"役割", Plan{Form: "role.assign"}},
		{"上申 CISO 判断が要る", Plan{Deed: &Deed{Command: incident.Escalate{Role: "ciso", Reason: "判断が要る"}}}},
		{"上申 判断が要る", Plan{Form: "escalation.start", Fill: map[string]string{"reason": "判断が要る"}}},
		{"通知 県警", Plan{Deed: &Deed{Command: incident.DraftNotice{Dest: "police"}}}},
		{"通知 どこか", Plan{Form: "notice.new", Fill: map[string]string{"dest": "どこか"}}},
		{"確認 渡辺さん 電話", Plan{Deed: &Deed{Command: incident.Ack{Person: "watanabe"}}}},
		{"重大度 2 全ゲート停止", Plan{Deed: &Deed{Command: incident.SetSeverity{Level: 2, Reason: "全ゲート停止"}}}},
		{"注意 電源を切らない", Plan{Deed: &Deed{Command: incident.AddCaution{Text: "電源を切らない"}}}},
		{"注意 解除 2 復旧", Plan{Deed: &Deed{Command: incident.LiftCaution{N: 2, Reason: "復旧"}}}},
		{"取消", Plan{Deed: &Deed{Command: incident.Undo{}}}},
		{"引受", Plan{Deed: &Deed{Command: incident.TakeCharge{}}}},
		{"状況", Plan{Show: "status"}},
		{"手順", Plan{Show: "steps"}},
		{"手順 2", Plan{Show: "step/r1/1.2"}},
		{"期限", Plan{Show: "clocks"}},
		{"終結", Plan{Show: "close"}},
	}
	for _, tt := range tests {
		r := Parse(tt.in, ctx)
		if r.Kind != Execute {
			t.Errorf("%q: %+v", tt.in, r)
			continue
		}
		got, ok := d.drawer(JA).Plan(d.view(), r.Command, "sato")
		if len(got.Fill) == 0 {
			got.Fill = nil
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || !ok {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
	}
	for _, in := range []string{"宣言 x", "一覧", "ヘルプ", "出力 csv", "訓練 次", ""} {
		if got, ok := d.drawer(JA).Plan(d.view(), Parse(in, ctx).Command, "sato"); ok {
			t.Errorf("%q: %+v", in, got)
		}
	}
}

func TestDeedsReadTheirForms(t *testing.T) {
	d := newDesk(t)
	d.open("sato", incident.Declare{Title: "TOS停止", Finder: "frozen"})
	d.do("sato", incident.MakeReport{Items: []string{"a", "b", "c", "d", "e", "f"}})
	draw, v := d.drawer(JA), d.view()
	got, err := draw.Deed(v, "report.make", Value{Incident: d.id}, map[string]string{"item1": "新", "item2": "直しかけ", "same": "item2,item3", "next": "+30"})
	want := incident.MakeReport{Items: []string{"新", "b", "c", "", "", ""}, Next: d.now.Add(30 * time.Minute)}
	if diff := cmp.Diff(incident.Command(want), got.Command); diff != "" || err != nil {
		t.Errorf("report: %v\n%s", err, diff)
	}
	got, err = draw.Deed(v, "step.done", Value{Ref: "r1/1.1"}, map[string]string{"value": "消灯", "when": "0620"})
	if err != nil || !got.At.Equal(at("2026-11-22 06:20:00")) {
		t.Errorf("stated time: %+v, %v", got, err)
	}
	got, err = draw.Deed(v, "note.add", Value{Ref: "r1/1.1"}, map[string]string{"line": "0620 県警>CSIRT 到着", "marks": "open"})
	if diff := cmp.Diff(incident.Command(incident.AddNote{From: "県警", To: "CSIRT", Text: "到着", Open: true, Step: "r1/1.1"}), got.Command); diff != "" || err != nil || got.At.IsZero() {
		t.Errorf("note: %v\n%s", err, diff)
	}
	var bad *InputError
	if _, err := draw.Deed(v, "step.done", Value{Ref: "r1/1.1"}, map[string]string{"when": "いつか"}); !errors.As(err, &bad) || bad.Input != "when" {
		t.Errorf("bad time: %v", err)
	}
	if _, err := draw.Deed(v, "notice.approve", Value{Ref: "N1"}, nil); !errors.Is(err, ErrNoDeed) {
		t.Errorf("approving must not come from a mere press: %v", err)
	}
}

func TestDeclareFormAsksLittle(t *testing.T) {
	f := Drawer{Words: testWords(t), Lang: JA}.DeclareForm("画面が停止", "06:33", []string{"第3ゲート"})
	if len(f.Inputs) != 6 || len(f.Inputs[0].Options) != 6 || f.Inputs[0].Value != "unknown" || f.Inputs[4].Value != "画面が停止" {
		t.Errorf("form: %+v", f)
	}
	for _, in := range f.Inputs[2:] {
		if in.Required {
			t.Errorf("%s must not be required", in.ID)
		}
	}
}
