package chat

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/directory"
)

func testDirectory() *directory.Directory {
	return &directory.Directory{
		People: []directory.Person{
			{ID: "ito", Name: "伊藤 健", NameEN: "Ken Ito", Slack: "U0ITO"},
			{ID: "sato", Name: "佐藤 真", NameEN: "Makoto Sato"},
			{ID: "watanabe", Name: "渡辺 恵", NameEN: "Megumi Watanabe"},
			{ID: "suzuki", Name: "鈴木 一", NameEN: "Hajime Suzuki"},
			{ID: "suzuki2", Name: "鈴木 二郎", NameEN: "Jiro Suzuki"},
		},
		Roles: []directory.Role{
			{ID: "ciso", Name: "CISO", NameEN: "CISO", Aliases: []string{"最高情報セキュリティ責任者"}},
			{ID: "commander", Name: "指揮", NameEN: "Commander", Aliases: []string{"指揮者", "IC"}},
			{ID: "pr", Name: "広報", NameEN: "PR"},
		},
	}
}

func testContext() Context {
	return Context{Addressed: true, Incident: "IR-12", Now: at("2026-11-22 08:42:00"), Zone: jst, Self: "ito"}.Use(testDirectory())
}

// TestSameInEveryWriting holds the promise that full-width and half-width,
// Japanese and English are read the same.
func TestSameInEveryWriting(t *testing.T) {
	tests := [][]string{
		{"done 3", "ｄｏｎｅ　３", "DONE 3", "完了 3", "完了　３", "完了3", "3 完了", "3完了", "手順3 完了", "手順 3 完了", "手順３を完了しました", "Done： 3", "done:3", "/incident done 3", "／ｉｎｃｉｄｅｎｔ　ｄｏｎｅ　３", "/irbot 完了 手順3", "完了 手順 3", "完了。 03"},
		{"IR-12 done 3", "＃１２ 完了 3", "#12 done 3", "ir12 完了3", "ＩＲ－１２　完了　３", "完了 IR-12 3"},
		{"DR-4 done 3", "ＤＲ−４ 完了 3", "完了 dr-4 3"},
		{"done r1/2.3 lamp off", "完了 R1/2.3 lamp off", "ＤＯＮＥ　ｒ１／２．３　lamp off"},
		{"done 3 ランプ消灯", "完了 3 ランプ消灯", "完了　３　ランプ消灯", "手順3 完了 ランプ消灯"},
		{"done 3 --at 0718", "完了 3 --at 7:18", "完了 --at 7時18分 3", "完了　３　－－ａｔ　０７１８"},
		{"take 4", "担当 4", "担当する 4", "担当４", "4 担当します", "step4 take"},
		{"take 4 @ito", "担当 4 @伊藤", "担当 4 伊藤さん", "担当　４　＠伊藤　", "担当 4 伊藤様", "take 4 <@U0ITO|ken>", "take 4 Ito"},
		{"skip 5 no spare", "見送り 5 no spare", "見送る　５　no spare", "5 見送り no spare"},
		{"block 4 鍵がない", "支障 4 鍵がない", "支障あり　４　鍵がない", "blocked 4: 鍵がない"},
		{"reopen 4 消灯していない", "再開 4 消灯していない", "再開　４　消灯していない"},
		{"note 0840 県警>CSIRT 到着", "メモ 0840 県警>CSIRT 到着", "記録　0840 県警>CSIRT 到着", "クロノロ: 0840 県警>CSIRT 到着"},
		{"status", "状況", "ＳＴＡＴＵＳ", "　状況　"},
		{"update nochange", "状況報告 変化なし", "報告　変化なし", "報告 変化なし。"},
		{"steps 4", "手順 4", "手順4", "手順　４", "step 4"},
		{"decide ゲートを閉めるか", "判断 ゲートを閉めるか", "決定　ゲートを閉めるか"},
		{"role ciso @watanabe", "役割 CISO @渡辺", "役割　ＣＩＳＯ　渡辺さん", "役割 最高情報セキュリティ責任者 渡辺", "役割 @渡辺 CISO"},
		{"role commander @sato", "指揮 @佐藤", "指揮　佐藤さん", "指揮は佐藤", "指揮：佐藤さん。", "@佐藤 指揮", "佐藤さんが指揮", "commander sato", "指揮は佐藤さんです", "指揮を佐藤さんにお願いします"},
		{"role commander @ito", "役割 指揮 自分", "role commander me", "指揮 自分", "指揮　自分", "指揮は私", "自分が指揮", "commander me", "IC me", "指揮します", "指揮を引き受けます", "指揮をとります。", "私が指揮します", "指揮 <@U0ITO|ito ken>", "<@U0ITO> 指揮"},
		{"role ciso", "CISO", "ＣＩＳＯ", "ciso。"},
		{"take 4 ito", "担当 4 自分", "take 4 me"},
		{"escalate ciso 判断が要る", "上申 CISO 判断が要る", "エスカレーション　ｃｉｓｏ　判断が要る"},
		{"notify mlit", "通知 mlit", "通知　ｍｌｉｔ"},
		{"clocks", "期限", "期限。"},
		{"caution 電源を切らない", "注意 電源を切らない", "継続注意　電源を切らない"},
		{"caution lift 2 復旧完了", "注意 解除 2 復旧完了", "注意　解除　２　復旧完了"},
		{"handover commander @sato", "引継ぎ 指揮 @佐藤", "引き継ぎ　指揮者　佐藤さん"},
		{"severity 2", "重大度 2", "重大度２", "重大度2", "sev 2"},
		{"severity none", "重大度 未定", "重大度　未定"},
		{"timeline since 08:00", "時系列 since 08:00", "時系列 8:00から", "時系列　０８００"},
		{"undo", "取消", "取り消し"},
		{"export csv", "出力 csv", "出力　ＣＳＶ"},
		{"close", "終結"},
		{"help done", "ヘルプ 完了", "使い方　完了", "？　完了"},
		{"list --all", "一覧 全部", "一覧　－－ａｌｌ"},
		{"drill next", "訓練 次", "訓練　次"},
		{"drill start tos", "訓練 開始 tos"},
		{"ack e1", "確認 e1", "確認しました　ｅ１"},
		{"confirm 16", "確認 16", "確認　１６"},
		{"ack 渡辺さん 電話", "確認 渡辺さん (電話)", "ack 電話 @渡辺"},
		{"extend 4 15m", "延長 4 15分", "延長　４　１５分"},
		{"declare TOS停止", "宣言 TOS停止", "異常　TOS停止", "発生 TOS停止"},
		{"charge", "引き受ける", "引受", "引き受けます。"},
	}
	pairs := 0
	for _, group := range tests {
		want := Parse(group[0], testContext())
		if want.Kind != Execute {
			t.Errorf("%q was not understood: %+v", group[0], want)
			continue
		}
		for _, variant := range group[1:] {
			pairs++
			got := Parse(variant, testContext())
			got.Raw, want.Raw = "", ""
			got.Command.Line.Raw, want.Command.Line.Raw = "", ""
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q is not read like %q (-want +got):\n%s", variant, group[0], diff)
			}
		}
	}
	if pairs < 20 {
		t.Errorf("only %d pairs", pairs)
	}
}

func TestParseFields(t *testing.T) {
	base := Command{Incident: "IR-12"}
	cmd := func(f func(c *Command)) Command { c := base; f(&c); return c }
	tests := []struct {
		in   string
		want Command
	}{
		{"", base},
		{"完了 4 スイッチ1番 消灯", cmd(func(c *Command) { c.Verb, c.Step, c.Value = VerbDone, "4", "スイッチ1番 消灯" })},
		{"完了 ランプ消灯", cmd(func(c *Command) { c.Verb, c.Value = VerbDone, "ランプ消灯" })},
		{"見送り 4", cmd(func(c *Command) { c.Verb, c.Step, c.Missing = VerbSkip, "4", "reason" })},
		{"担当", cmd(func(c *Command) { c.Verb = VerbTake })},
		{"支障 4 鍵がない", cmd(func(c *Command) { c.Verb, c.Step, c.Reason = VerbBlock, "4", "鍵がない" })},
		{"重大度 1 ゲート全停止", cmd(func(c *Command) { c.Verb, c.Level, c.HasLevel, c.Reason = VerbSeverity, 1, true, "ゲート全停止" })},
		{"重大度", cmd(func(c *Command) { c.Verb, c.Missing = VerbSeverity, "level" })},
		{"延長 30分", cmd(func(c *Command) { c.Verb, c.For = VerbExtend, 30*time.Minute })},
		{"証跡 2 枚の写真", cmd(func(c *Command) { c.Verb, c.Text = VerbEvidence, "2 枚の写真" })},
		{"証跡 4 写真", cmd(func(c *Command) { c.Verb, c.Step, c.Text = VerbEvidence, "4", "写真" })},
		{"上申 判断が要る", cmd(func(c *Command) { c.Verb, c.Reason = VerbEscalate, "判断が要る" })},
		{"確認", cmd(func(c *Command) { c.Verb = VerbAck })},
		{"確認 手順16", cmd(func(c *Command) { c.Verb, c.Step = VerbAck, "16" })},
		{"確認 16日に伺う", cmd(func(c *Command) { c.Verb, c.Text = VerbAck, "16日に伺う" })},
		{"役割", cmd(func(c *Command) { c.Verb = VerbRole })},
		{"一覧", cmd(func(c *Command) { c.Verb = VerbList })},
		{"メモ", cmd(func(c *Command) { c.Verb, c.Missing = VerbNote, "text" })},
		{"報告 ゲート再開の見込み 10時", cmd(func(c *Command) { c.Verb, c.Text = VerbUpdate, "ゲート再開の見込み 10時" })},
		{"宣言 IR-11 と同じ手口", cmd(func(c *Command) { c.Verb, c.Text = VerbDeclare, "IR-11 と同じ手口" })},
		{"時系列 since 14:00", cmd(func(c *Command) { c.Verb, c.At = VerbTimeline, at("2026-11-21 14:00:00").UTC() })},
		{"IR-3 状況", Command{Verb: VerbStatus, Incident: "IR-3", Named: true}},
	}
	for _, tt := range tests {
		got := Parse(tt.in, testContext())
		if tt.want.Verb == VerbNote {
			got.Command.Line = Line{}
		}
		if diff := cmp.Diff(tt.want, got.Command); diff != "" || got.Kind != Execute {
			t.Errorf("Parse(%q) kind %v (-want +got):\n%s", tt.in, got.Kind, diff)
		}
	}
}

func TestParseAnswers(t *testing.T) {
	tests := []struct{ in, key, first string }{
		{"かんりょう 4", "cmd.unk", "完了 4"},
		{"カンリョウ4", "cmd.unk", "完了 4"},
		{"かんりよう 4", "cmd.unk", "完了 4"},
		{"kanryo 4", "cmd.unk", "完了 4"},
		{"kanryou 4", "cmd.unk", "完了 4"},
		{"doen 4 off", "cmd.unk", "done 4 off"},
		{"stat", "cmd.unk", "status"},
		{"たんとう 5 @伊藤", "cmd.unk", "担当 5 @伊藤"},
		{"tantou 5", "cmd.unk", "担当 5"},
		{"tuuti mlit", "cmd.unk", "通知 mlit"},
		{"IR-3 かんりょう 4", "cmd.unk", "IR-3 完了 4"},
		{"しゅうけつ", "cmd.unk", "終結"},
		{"3番ゲートから煙が出ている", "cmd.unk.none", "メモ 3番ゲートから煙が出ている"},
		{"approve N2", "cmd.unk.none", "メモ approve N2"},
		{"承認 N2", "cmd.unk.none", "メモ 承認 N2"},
		{"完了 4 --at いつか", "cmd.badtime", ""},
		{"時系列 since きのう", "cmd.badtime", ""},
		{"重大度 最悪", "cmd.badlevel", ""},
		{"担当 4 @だれか", "person.unknown", ""},
		{"担当 4 鈴木さん", "person.many", ""},
		{"役割 船長 @佐藤", "role.unknown", ""},
	}
	w := testWords(t)
	for _, tt := range tests {
		got := Parse(tt.in, testContext())
		if got.Kind != Answer || got.Reply.Key != tt.key {
			t.Errorf("Parse(%q) = %+v, want an answer %s", tt.in, got, tt.key)
			continue
		}
		if !w.Has(tt.key) {
			t.Errorf("no wording for %s", tt.key)
		}
		if tt.first != "" && (len(got.Reply.Suggest) == 0 || got.Reply.Suggest[0].Command != tt.first) {
			t.Errorf("Parse(%q) suggests %+v, want %q", tt.in, got.Reply.Suggest, tt.first)
		}
	}
}

func TestParseIsSilentWhereItIsNotAddressed(t *testing.T) {
	ctx := testContext()
	ctx.Addressed = false
	for _, in := range []string{"完了 4", "県警が到着しました", "", "incident"} {
		if got := Parse(in, ctx); got.Kind != Ignore {
			t.Errorf("Parse(%q) = %+v, want to be ignored", in, got)
		}
	}
	got := Parse("／incident 完了 4", ctx)
	want := Reply{Key: "tl.fw", Suggest: []Suggestion{{Command: "完了 4", Key: "tl.fw.run"}}}
	if diff := cmp.Diff(want, got.Reply); diff != "" || got.Kind != Answer {
		t.Errorf("full-width slash (-want +got):\n%s", diff)
	}
	if got := Parse("/incident 完了 4", ctx); got.Kind != Execute || got.Command.Step != "4" {
		t.Errorf("half-width slash = %+v", got)
	}
}

func TestFullWidthSlash(t *testing.T) {
	tests := []struct {
		in   string
		want string
		ok   bool
	}{
		{"／incident done 4", "done 4", true},
		{"　／ＩＮＣＩＤＥＮＴ　完了 4", "完了 4", true},
		{"／irbot", "", true},
		{"/incident done 4", "", false},
		{"／その他", "", false},
		{"到着／出発", "", false},
	}
	for _, tt := range tests {
		if got, ok := FullWidthSlash(tt.in); got != tt.want || ok != tt.ok {
			t.Errorf("FullWidthSlash(%q) = %q, %v", tt.in, got, ok)
		}
	}
}

func TestEveryVerbIsKnownAndHelped(t *testing.T) {
	w := testWords(t)
	seen := map[string]Verb{}
	for _, v := range Verbs() {
		if !w.Has("help." + string(v)) {
			t.Errorf("no help for %s", v)
		}
		for _, word := range v.Words() {
			if other, dup := seen[word]; dup {
				t.Errorf("%q is both %s and %s", word, other, v)
			}
			seen[word] = v
			if got, ok := verbOf(word); !ok || got != v {
				t.Errorf("verbOf(%q) = %q", word, got)
			}
		}
		s, _ := v.spec()
		if s.readings == "" {
			t.Errorf("%s has no reading", v)
		}
	}
	if diff := cmp.Diff([]Verb{VerbDone, VerbTake, VerbNote, VerbStatus, VerbBlock}, Verbs()[:5]); diff != "" {
		t.Errorf("five most used (-want +got):\n%s", diff)
	}
	if _, ok := verbOf("approve"); ok {
		t.Error("there must be no verb to approve")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"完了 4", "ｄｏｎｅ　３", "かんりょう4", "IR-12 note 0840 県警>CSIRT 到着", "--at", "担当 4 <@U0ITO|x>", "手順 手順 手順", "＃１２", "注意 解除 2", "3番ゲートから煙", "／incident", "/"} {
		f.Add(s)
	}
	ctx := testContext()
	f.Fuzz(func(t *testing.T, s string) {
		got := Parse(s, ctx)
		if got.Raw != s {
			t.Errorf("raw changed: %q", got.Raw)
		}
		if got.Kind == Ignore {
			t.Errorf("%q was ignored though addressed", s)
		}
		for _, sug := range got.Reply.Suggest {
			if again := Parse(sug.Command, ctx); again.Kind == Answer && (again.Reply.Key == "cmd.unk" || again.Reply.Key == "cmd.unk.none") {
				t.Errorf("%q suggests %q, which is not understood", s, sug.Command)
			}
		}
		plain := ctx
		plain.Addressed = false
		Parse(s, plain)
	})
}

// A line that only begins with a role is no command: nobody gets a role by a
// sentence that was meant as a note.
func TestASentenceAboutARoleGivesNobodyARole(t *testing.T) {
	for _, in := range []string{"指揮は佐藤さんがゲートで執っている", "指揮 佐藤 到着", "CISO に電話した", "lead me to the gate", "佐藤 CISO 電話済み", "CISO 0312345678"} {
		if r := Parse(in, testContext()); r.Kind == Execute {
			t.Errorf("%q is taken for a command: %+v", in, r.Command)
		}
	}
}
