package chat

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/escalation"
	"irbot/internal/incident"
)

// TestDutyTyped holds the words by which the roster is changed from chat, in
// both languages and either width.
func TestDutyTyped(t *testing.T) {
	ctx := testContext()
	site := &incident.Site{Zone: jst, Directory: testDirectory(), Rosters: escalation.Rosters{{ID: "primary", Name: "第一当直"}, {ID: "secondary", Name: "第二当直"}}}
	v := incident.NewView(incident.New("SITE"), site, ctx.Now, nil, nil)
	day := func(d, h int) time.Time { return time.Date(2026, 11, d, h, 0, 0, 0, jst) }
	tests := []struct {
		typed []string
		want  incident.Command
		ok    bool
	}{
		{[]string{"当番", "duty", "当番。"}, nil, true},
		{[]string{"当番 代わる 11/23 1800 〜 11/24 0900", "当番　代わる　11/23　18:00　から　11/24　09:00", "duty put 11/23 1800 -> 11/24 0900", "ｄｕｔｙ ｔａｋｅ 11/23 1800 ～ 11/24 0900"},
			incident.PutDuty{Roster: "primary", From: day(23, 18), Until: day(24, 9)}, true},
		{[]string{"当番 代わる @伊藤 第二当直 11/23 1800 〜 11/24 0900 通院", "duty put @ito secondary 11/23 1800 -> 11/24 0900 通院"},
			incident.PutDuty{Roster: "secondary", Person: "ito", From: day(23, 18), Until: day(24, 9), Reason: "通院"}, true},
		{[]string{"当番 入替 11/23 1800 ⇄ 11/25 1800", "当番 入れ替え 11/23 1800 と 11/25 1800", "duty swap 11/23 1800 <-> 11/25 1800"},
			incident.SwapDuty{Roster: "primary", Mine: day(23, 18), Theirs: day(25, 18)}, true},
		{[]string{"当番 入替 第二当直 11/23 1800 ⇄ 11/25 1800 家の用事"},
			incident.SwapDuty{Roster: "secondary", Mine: day(23, 18), Theirs: day(25, 18), Reason: "家の用事"}, true},
		{[]string{"当番 同意 o1", "duty agree O1", "当番　承知　ｏ１"}, incident.AgreeDuty{ID: "o1"}, true},
		{[]string{"当番 辞退 o1 出張中", "duty refuse o1 出張中"}, incident.AgreeDuty{ID: "o1", No: true, Reason: "出張中"}, true},
		{[]string{"当番 取消 o1 日程変更", "duty cancel o1 日程変更"}, incident.CancelDuty{ID: "o1", Reason: "日程変更"}, true},
		{[]string{"当番 引継ぎ @伊藤 第二当直 ゲート3に注意", "duty offer @ito secondary ゲート3に注意"}, incident.OfferDuty{Roster: "secondary", To: "ito", Words: "ゲート3に注意"}, true},
		{[]string{"当番 受ける h1", "duty accept h1"}, incident.AcceptDuty{ID: "h1"}, true},
		{[]string{"当番 代わる", "当番 同意", "当番 入替 11/23 1800", "当番 引継ぎ", "当番 代わる 11/23 1800 〜 あした"}, nil, false},
	}
	for _, tt := range tests {
		for _, typed := range tt.typed {
			r := Parse(typed, ctx)
			if r.Command.Verb != VerbDuty {
				t.Errorf("%q is read as %+v", typed, r)
				continue
			}
			got, ok := Duty(r.Command, v)
			if ok != tt.ok {
				t.Errorf("%q: complete %t, want %t", typed, ok, tt.ok)
			}
			if diff := cmp.Diff(tt.want, got); tt.ok && diff != "" {
				t.Errorf("%q:\n%s", typed, diff)
			}
		}
	}
}

// TestClimbTyped holds the words that move a ladder from chat.
func TestClimbTyped(t *testing.T) {
	for typed, want := range map[string]Command{
		"上申 さらに 判断が要る":         {Sub: "further", Reason: "判断が要る"},
		"上申 e2 さらに 判断が要る":      {Sub: "further", Target: "e2", Reason: "判断が要る"},
		"escalate further why": {Sub: "further", Reason: "why"},
		"上申 3段目 急ぐ":            {Number: 3, Reason: "急ぐ"},
		"上申　ｅ２　３段目　急ぐ":         {Target: "e2", Number: 3, Reason: "急ぐ"},
	} {
		c := Parse(typed, testContext()).Command
		got := Command{Sub: c.Sub, Target: c.Target, Number: c.Number, Reason: c.Reason}
		if diff := cmp.Diff(want, got); diff != "" || c.Verb != VerbEscalate {
			t.Errorf("%q is %s:\n%s", typed, c.Verb, diff)
		}
	}
}

// TestOtherwise holds that a page tells who is called next: at the last level of
// a round that is not the last one, the ladder begins again.
func TestOtherwise(t *testing.T) {
	d := newDesk(t)
	e := &incident.Escalation{Levels: []incident.LevelFacts{{WaitS: 60, To: []string{"person:watanabe"}}, {WaitS: 60, To: []string{"person:yoshida"}}}, Rounds: 2, Round: 1, Level: 1, Due: at("2026-11-22 06:40:00")}
	v := incident.NewView(incident.New("IR-1"), d.site, d.now, nil, nil)
	p := Drawer{Words: d.words, Lang: JA}.pen(v)
	if got, want := p.otherwise(e), "06:40に もう一度はじめの段から(渡辺さん)"; got != want {
		t.Errorf("first round: %s, want %s", got, want)
	}
	e.Round = 2
	if got, want := p.otherwise(e), "電話での連絡に切り替えます"; got != want {
		t.Errorf("last round: %s, want %s", got, want)
	}
}
