package slackbot

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// What is typed becomes what is asked of the rules, or a form for what is still
// to be said.
func TestTypedCommandsBecomeDeeds(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, _ := k.declare("sato")
		d := &deed{b: k.bot, who: k.bot.people.who(slackOf("sato"), ""), id: id}
		in := chat.Context{Addressed: true, Incident: id, Self: "sato", Now: time.Date(2026, 11, 22, 7, 0, 0, 0, k.svc.Site().Zone), Zone: k.svc.Site().Zone}.Use(k.svc.Site().Directory)
		for _, tt := range []struct {
			in, form, ref string
			cmd           incident.Command
		}{
			{in: "担当 1", cmd: incident.Take{Step: "1"}},
			{in: "担当", cmd: incident.Take{Step: "r1/1.1"}},
			{in: "担当 2 伊藤さん", cmd: incident.Take{Step: "2", Person: "ito"}},
			{in: "完了 1 切断6台", cmd: incident.Done{Step: "1", Value: "切断6台"}},
			{in: "見送り 1", form: "step.skip", ref: "r1/1.1", cmd: incident.Skip{Step: "1"}},
			{in: "見送り 1 予備がない", cmd: incident.Skip{Step: "1", Reason: "予備がない"}},
			{in: "支障 1 鍵がない", cmd: incident.Block{Step: "1", Reason: "鍵がない"}},
			{in: "延長 1", cmd: incident.Extend{Step: "1", By: 15 * time.Minute}},
			{in: "メモ 0630 県警>CSIRT 到着", cmd: incident.AddNote{From: "県警", To: "CSIRT", Text: "到着"}},
			{in: "報告 変化なし", cmd: incident.MakeReport{Same: true}},
			{in: "報告 ゲート再開", form: "report.make", cmd: incident.MakeReport{Items: []string{"", "ゲート再開", "", "", "", ""}}},
			{in: "判断 ゲートを閉めるか", form: "decision.open"},
			{in: "役割 指揮 @佐藤", cmd: incident.AssignRole{Role: "lead", Person: "sato"}},
			{in: "指揮 自分", cmd: incident.AssignRole{Role: "lead", Person: "sato"}},
			{in: "lead me", cmd: incident.AssignRole{Role: "lead", Person: "sato"}},
			{in: "指揮 @佐藤", cmd: incident.AssignRole{Role: "lead", Person: "sato"}},
			{in: "指揮は伊藤さん", cmd: incident.AssignRole{Role: "lead", Person: "ito"}},
			{in: "広報", form: "role.assign", ref: "pr"},
			{in: "役割 CISO 自分", cmd: incident.AssignRole{Role: "ciso", Person: "sato"}},
			{in: "上申 CISO 判断が要る", cmd: incident.Escalate{Role: "ciso", Reason: "判断が要る"}},
			{in: "上申 判断が要る", form: "escalation.start", cmd: incident.Escalate{Reason: "判断が要る"}},
			{in: "通知 県警", cmd: incident.DraftNotice{Dest: "police"}},
			{in: "通知", form: "notice.new", cmd: incident.DraftNotice{}},
			{in: "確認 渡辺さん 電話", cmd: incident.Ack{Person: "watanabe"}},
			{in: "重大度", form: "severity.set", cmd: incident.SetSeverity{}},
			{in: "重大度 2 全ゲート停止", cmd: incident.SetSeverity{Level: 2, Reason: "全ゲート停止"}},
			{in: "注意 電源を切らない", cmd: incident.AddCaution{Text: "電源を切らない"}},
			{in: "注意 解除 2 復旧", cmd: incident.LiftCaution{N: 2, Reason: "復旧"}},
			{in: "事実 概要: TOSが停止", cmd: incident.SetFact{Field: "概要", Value: "TOSが停止"}},
			{in: "事実 概要 確認", cmd: incident.ConfirmFact{Field: "概要"}},
			{in: "事実 概要", form: "fact.set", ref: "概要", cmd: incident.SetFact{Field: "概要"}},
			{in: "事実", form: "fact.set", cmd: incident.SetFact{}},
			{in: "取消", cmd: incident.Undo{}},
			{in: "引受", cmd: incident.TakeCharge{}},
			{in: "状況"}, {in: "手順"}, {in: "期限"}, {in: "終結"},
		} {
			r := chat.Parse(tt.in, in)
			if r.Kind != chat.Execute {
				t.Errorf("%q: %+v", tt.in, r)
				continue
			}
			form, ref := formOf(r.Command)
			if strings.HasPrefix(form, "step.") {
				ref = d.refOf(t.Context(), r.Command, ref)
			}
			if form != tt.form || ref != tt.ref {
				t.Errorf("%q opens %q about %q, want %q about %q", tt.in, form, ref, tt.form, tt.ref)
			}
			if diff := cmp.Diff(tt.cmd, d.command(t.Context(), r.Command)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tt.in, diff)
			}
		}
	})
}

// A fact and a severity of which only the name was typed are asked for by their
// forms, the field already chosen.
func TestBareFactAndSeverityOpenTheirForms(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		forms := k.reports()
		id, room := k.declare("sato")
		k.slash("sato", room, "事実 概要")
		field, _ := forms.FieldNamed("概要")
		k.submit("sato", map[string]any{"field": field.ID, "value": "TOSが停止", "conf": "confirmed"})
		if got := k.view(id).Facts()[field.ID].Value; field.ID == "" || got != "TOSが停止" {
			t.Errorf("the fact %q is %q", field.ID, got)
		}
		k.slash("sato", room, "重大度")
		k.submit("sato", map[string]any{"level": "1", "reason": "全ゲート停止"})
		if got := k.view(id).S.Severity; got != 1 {
			t.Errorf("severity %d", got)
		}
	})
}

// Where nobody leads yet, whoever is there may, as with 引受; where somebody does,
// only those who may give roles.
func TestWhoeverIsThereMayLeadWhereNobodyDoes(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, _ := k.declare("sato")
		d := &deed{b: k.bot, who: k.bot.people.who(slackOf("ito"), ""), id: id}
		c := chat.Command{Verb: chat.VerbRole, Role: "lead", Person: "ito"}
		if diff := cmp.Diff(incident.Command(incident.TakeCharge{}), d.command(t.Context(), c)); diff != "" {
			t.Error(diff)
		}
		if _, err := k.svc.Do(t.Context(), incident.Act{Person: "sato", Surface: "test"}, id, incident.AssignRole{Role: "lead", Person: "sato"}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(incident.Command(incident.AssignRole{Role: "lead", Person: "ito"}), d.command(t.Context(), c)); diff != "" {
			t.Error(diff)
		}
	})
}
