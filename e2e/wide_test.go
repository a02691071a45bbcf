package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"irbot/e2e"
)

// seat is one person before the console, in one incident.
type seat struct {
	t    *testing.T
	p    *e2e.Page
	base string
}

// at opens a page of the incident.
func (s seat) at(path string) {
	s.t.Helper()
	must(s.t, s.p.Open(s.base+path))
}

// done does things in order and ends the test at the first that cannot be done.
func (s seat) done(errs ...error) {
	s.t.Helper()
	for _, err := range errs {
		must(s.t, err)
	}
}

// send presses a button of the form whose address ends so, and waits for the page that answers.
func (s seat) send(form, words, want string) {
	s.t.Helper()
	must(s.t, s.p.ClickIn(`form[action$="/`+form+`"]`, words))
	must(s.t, s.p.Expect(want))
}

// TestAWideRunbookInTheBrowser presses what the walk does not: evidence of the wrong kind, the other answer, a step that
// only one role may close, a timer, a written ladder, windows and business days, two lanes, a decision of the text, a
// step and a pack added while it runs, and a change that is not adopted.
func TestAWideRunbookInTheBrowser(t *testing.T) {
	dir, p, base := walkSite(t)
	t.Run("steps", func(t *testing.T) { wideSteps(t, dir, p, base) })
	t.Run("cargo", func(t *testing.T) { wideCargo(t, dir, p, base) })
	if f := p.Faults(); len(f) > 0 {
		t.Errorf("faults: %q", f)
	}
}

func wideSteps(t *testing.T, dir string, p *e2e.Page, base string) {
	run := func(args ...string) {
		t.Helper()
		if code, out := command(t, dir, args...); code != 0 {
			t.Fatalf("%s ended with %d:\n%s", strings.Join(args, " "), code, out)
		}
	}
	run("incident", "declare", "マルウェア", "--runbook", "wide", "--as", "sato")
	s := seat{t: t, p: p, base: base + "/i/IR-2/"}

	s.at("steps")
	must(t, p.Expect("0〜15分", "開始予定", "期限 3営業日", "並行", "国土交通省 港湾局への通知を準備"))
	s.at("steps/1")
	must(t, p.Expect("くり返し", "30分ごと 台数を数え直す"))
	s.send("step.take", "担当する", "担当: 佐藤")
	s.done(p.Click("完了"), p.Fill("見えている状態", "51"))
	s.send("step.done", "完了", "範囲 1〜50 の外です")
	must(t, p.Lacks("|r1/1.1|")) // what the form carries is not for people
	p.Faults()                   // the browser notes the refusal itself
	must(t, p.Fill("見えている状態", "7"))
	must(t, p.Click("もう一度送る"))
	must(t, p.Expect("完了", "「7」"))

	s.at("steps/2")
	s.done(p.Click("その他"), p.Click("写真を付けて完了"), p.Attach(`form[action$="/step.done"] input[type=file]`, "gamen.png", "image/png", "picture"))
	must(t, p.Shot("photo"))
	s.send("step.done", "写真を付けて完了", "手順 2 [初動] 完了")
	must(t, p.Expect("証跡: E1", "gamen.png"))

	s.at("steps/3")
	s.done(p.Click("案B"), p.Fill("根拠", "1つだけ"), p.Fill("見直す時刻", "30分後"), p.Click("決定する"), p.Expect("決定: いいえ"))
	s.at("steps")
	must(t, p.Expect("対象外 4 3番の門を閉める", "対象外 5 門番に知らせる", "いま 6 所長に話す"))

	s.at("steps/6")
	s.done(p.Expect("完了にできる役割"), p.Click("その他"), p.Click("見送る"), p.Fill("内容", "不在"))
	s.send("step.skip", "見送る", "完了や見送りにできるのは 渡辺")
	p.Faults()
	run("incident", "skip", "IR-2", "6", "--reason", "所長は不在", "--as", "watanabe")
	s.at("steps/7")
	must(t, p.Expect("終わらないときの上申", "2秒 → CISO"))

	s.at("steps")
	must(t, p.Click("判断として開く: 門が1つだけ止まった場合"))
	must(t, p.Expect("手順11を判断として開きました", "案A 門が1つだけ止まった場合", "案B 全部が止まった場合"))
	must(t, p.Click("この段階を並行して始める"))
	must(t, p.Expect("いま 8 係留を確かめる", "いま 9 冷凍を確かめる")) // both lanes
	s.done(p.Click("この場で手順を足す"), p.Fill("やること", "夜勤に申し送る"))
	s.send("step.add", "足す", "夜勤に申し送る")
	s.done(p.Pick("手順書", "別の計画"), p.Click("始める"), p.Expect("別の計画", "棚を確かめる"))
	file := filepath.Join(dir, "runbooks", "wide.md")
	text, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(file, []byte(strings.Replace(string(text), "1. 鍵を返す", "1. 鍵を返す\n2. 灯りを消す", 1)), 0o600))
	<-time.After(4 * time.Second) // the folder of runbooks is looked at every three
	s.at("steps/7")
	must(t, p.Expect("くり返しの確認 応援の返事を待つ")) // the timer went off meanwhile
	must(t, p.Open(base+"/i/IR-2"))
	must(t, p.Expect("応援を呼ぶ", "連絡の順序 (手順"))
	must(t, p.Shot("room2"))
	s.at("steps")
	s.done(p.Click("変更を見る"), p.Expect("灯りを消す"), p.FillIn(`form[action$="/run.keep"]`, "理由", "書きかけ"))
	s.send("run.keep", "取り込まない", "別の手順書も始める")
	must(t, p.Lacks("灯りを消す", "変更を見る"))
	s.done(p.Click("手順書の全文"), p.Expect("管理責任者 CISO", "門が1つだけ止まった場合はほかの門に回す")) // as the run follows it
}

// wideCargo hands over to the continuity plan by a recorded decision, compares the yard with the terminal operating
// system, and types rows from paper with a photo of the sheet.
func wideCargo(t *testing.T, dir string, p *e2e.Page, base string) {
	s := seat{t: t, p: p, base: base + "/i/IR-1/"}
	for _, row := range [][]string{{"CSQU3054383", "A-1", "none"}, {"TEXU3070079", "B-1", "hold"}, {"MSKU1234565", "C-1", "none"}} {
		if code, out := command(t, dir, "rows", "add", "IR-1", "yard", "container="+row[0], "slot="+row[1], "hold="+row[2], "--as", "ito"); code != 0 {
			t.Fatalf("rows add ended with %d:\n%s", code, out)
		}
	}
	s.at("rows/reconcile")
	s.done(p.Attach("input[type=file]", "tos.csv", "text/csv", "コンテナ番号,場所,差止\nCSQU3054383,A-9,\nTEXU3070079,B-1,\nHLXU1234561,D-1,\n"), p.Click("取り込む"))
	must(t, p.Expect("TOSにあり、現物なし: 1", "現物あり、TOSになし: 1", "場所が違う: 1", "差止が違う: 1", "HLXU 123456 1 TOSにあり、現物なし D-1"))

	s.at("cargo")
	s.done(p.Click("BCPを発動する"), p.Click("TOSの停止が30分以上続く"), p.FillIn(`form[action$="/bcp.activate"]`, "basis", "夜まで戻らない"), p.Fill("見直す時刻", "+30"))
	s.send("bcp.activate", "BCPを発動する", "BCPを終了する")
	s.at("steps")
	must(t, p.Expect("別の計画", "棚を確かめる")) // the runbook of the continuity plan was started
	s.at("d")
	must(t, p.Expect("夜まで戻らない"))

	s.at("rows/gate?paper=1")
	s.done(p.Attach("input[type=file]", "kami.png", "image/png", "photo"), p.Fill("1行目 時刻", "0001"), p.Fill("1行目 記入者", "伊藤"),
		p.Fill("1行目 紙の番号", "G-1"), p.Pick("1行目 区分", "搬入"), p.Fill("1行目 コンテナ番号", "CSQU3054382"), p.Fill("1行目 車両番号", "名古屋100あ1234"))
	s.done(p.Click("記録する"), p.Expect("まだ記録していません", "ではなく 3 のはずです"))
	p.Faults() // the browser notes the refusal itself
	s.done(p.Fill("1行目 コンテナ番号", "CSQU3054383"), p.Click("記録する"))
	must(t, p.Expect("4 後から", "記入者 伊藤", "用紙 E"))

	phone := open(t, e2e.Phone())
	must(t, phone.Open(base+"/i/IR-1/rows/gate"))
	if wide, err := phone.Overflow(); err != nil || wide > 0 {
		t.Errorf("the grid is %d pixels wider than a phone, %v", wide, err)
	}
	if n, err := phone.Count("tr.spare"); err != nil || n != 4 {
		t.Errorf("%d spare lines, %v", n, err)
	}
	must(t, phone.Shot("rows"))
	s.at("rows/gate")
	must(t, p.Shot("rows"))
}
