package runbook

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// answered reads a question with answers and tells where they lead: the key of a
// step, end, a runbook's file, or "on" for the step that follows.
func answered(t *testing.T, question string, answers ...string) string {
	t.Helper()
	src := "# 停電\n\n## 1. 初動\n\n1. " + question + "\n   - " + strings.Join(answers, "\n   - ") + "\n2. 待つ\n3. 止める\n   - ID: halt\n\n## 2. 復旧\n\n1. 戻す\n2. 「記録」を書く\n"
	rb, err := Read("x.md", []byte(src), Options{})
	if err != nil || len(rb.Phases) != 2 {
		t.Fatalf("%s: %v", question, err)
	}
	s := rb.Phases[0].Steps[0]
	if s.Decision == nil {
		return "no decision"
	}
	var out []string
	for _, br := range s.Decision.Branches {
		out = append(out, strings.TrimSpace(br.Label+" "+led(br.To)))
	}
	return strings.Join(out, " | ")
}

func led(r *Ref) string {
	switch {
	case r == nil:
		return "on"
	case r.End:
		return "end"
	case r.Runbook != "":
		return r.Runbook
	case r.Step == "":
		return "nowhere"
	}
	return r.Step
}

// TestAnswersAndJumps is the first half of 4.6 with the references of 4.7.
func TestAnswersAndJumps(t *testing.T) {
	for _, c := range []struct {
		name, question string
		answers        []string
		want           string
	}{
		{"はい", "電源はあるか？", []string{"はい: 待つ", "いいえ: 止める"}, "はい on | いいえ on"},
		{"yes", "Is there power?", []string{"Yes: wait", "No: stop"}, "Yes on | No on"},
		{"か without a mark", "電源はあるか", []string{"あり： 待つ", "なし： 止める"}, "あり on | なし on"},
		{"OK NG", "電源を見たか？", []string{"OK → 待つ", "NG → 止める"}, "OK on | NG on"},
		{"可否", "入れてよいか？", []string{"可 - 待つ", "否 - 止める"}, "可 on | 否 on"},
		{"できる", "戻せるか？", []string{"できる => 待つ", "できない => 止める", "不明: 聞く", "それ以外: 聞く"}, "できる on | できない on | 不明 on | それ以外 on"},
		{"otherwise", "Can it be restored?", []string{"Yes – wait", "Otherwise – stop"}, "Yes on | Otherwise on"},
		{"else", "Which one?", []string{"If red: wait", "Else: stop"}, "If red on | Else on"},
		{"場合", "どれか？", []string{"赤い場合: 待つ", "青なら: 止める"}, "赤い場合 on | 青なら on"},
		{"words of one's own", "どの色か？", []string{"赤: 待つ", "青: 止める", "黄: 聞く"}, "赤 on | 青 on | 黄 on"},
		{"yes and no with more words", "けが人はいるか？", []string{"はい、船内に: 待つ", "いいえ、ただし確かめられていない区画がまだ船内にも陸にもいくつか残っている: 探す"}, "はい、船内に on | いいえ、ただし確かめられていない区画がまだ船内にも陸にもいくつか残っている on"},
		{"yes with more words, en", "Is anybody hurt?", []string{"**YES, on board** → wait", "**NO, but one area has not been searched yet** → search", "look again"}, "YES, on board on | NO, but one area has not been searched yet on"},
		{"own words with a line beside", "どの色か？", []string{"赤: 待つ", "青: 止める", "色を見る"}, "no decision"},
		{"one answer", "電源はあるか？", []string{"はい: 待つ"}, "no decision"},
		{"no question", "電源を見る", []string{"はい: 待つ", "いいえ: 止める"}, "no decision"},
		{"a label without answers", "判断: 戻すか", []string{"担当: 班長"}, "はい on | いいえ on"},
		{"a label in English", "Decision: restore it", []string{"Restorable: wait", "Not restorable: stop"}, "Restorable on | Not restorable on"},
		{"arrow and number, number and へ", "電源はあるか？", []string{"はい: → 手順 3", "いいえ: 手順2へ"}, "はい 1.3 | いいえ 1.2"},
		{"go to, phase", "Is there power?", []string{"Yes: go to step 3", "No: proceed to phase 2"}, "Yes 1.3 | No 2.1"},
		{"→ 終了, → End", "Is power on?", []string{"はい: 灯を確かめる → 終了", "No: leave the berth → End"}, "はい end | No end"},
		{"フェーズ, 終了", "電源はあるか？", []string{"はい: フェーズ2へ", "いいえ: 終了"}, "はい 2.1 | いいえ end"},
		{"anchor, runbook", "Is there power?", []string{"Yes: see [this](#2-復旧)", "No: start [the gate](gate.md)"}, "Yes 2.1 | No gate.md"},
		{"title, End", "電源はあるか？", []string{"はい: 「戻す」へ", "いいえ: End"}, "はい 2.1 | いいえ end"},
		{"a number that is nowhere", "電源はあるか？", []string{"はい: 手順 9 へ", "いいえ: 待つ"}, "はい nowhere | いいえ on"},
		{"a number named in passing", "電源はあるか？", []string{"はい: 手順 3 の記録を見る", "いいえ: 待つ"}, "はい on | いいえ on"},
	} {
		if got := answered(t, c.question, c.answers...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for label, v := range map[string]string{"次": "halt", "Next": "step 3", "移動先": "「止める」"} {
		rb, err := Read("x.md", []byte("# 停電\n\n## 初動\n\n1. 見る\n   - "+label+": "+v+"\n2. 待つ\n3. 止める\n   - ID: halt\n"), Options{})
		if err != nil || led(rb.Phases[0].Steps[0].Next) != "1.3" {
			t.Errorf("%s: %s leads to %+v, %v", label, v, rb.Phases[0].Steps[0].Next, err)
		}
	}
}

// TestOtherDecisions is the rest of the decisions of 4.6.
func TestOtherDecisions(t *testing.T) {
	for _, c := range []struct{ name, src, form string }{
		{"a bold question, ja", "**再開してよいか？**\n\n- はい: 再開する\n- いいえ: 待つ\n", "answers"},
		{"a bold question, en", "**Is it safe?**\n\n- Yes: go on\n- No: wait\n", "answers"},
		{"IF headings, en", "### CONTINUE IF:\n\n- the yard is safe\n\n### HALT IF:\n\n- somebody is hurt\n\n## Recovery\n\n1. Write it down\n", "headings"},
		{"IF headings, ja", "### 再開する場合\n\n- ヤードが安全\n\n### 中止する場合\n\n- けが人がいる\n\n## 復旧\n\n1. 記録する\n", "headings"},
		{"IF headings of other acts, ja", "### 続ける場合\n\n- ヤードが安全\n\n### 止める場合\n\n- けが人がいる\n\n## 復旧\n\n1. 記録する\n", "headings"},
	} {
		rb, err := Read("x.md", []byte("# 停電 Power cut\n\n## 対応 Response\n\n"+c.src), Options{})
		if err != nil || len(rb.Phases) == 0 {
			t.Fatalf("%s: %v", c.name, err)
		}
		if d := rb.Phases[0].Steps[0].Decision; d == nil || d.Form != c.form || len(d.Branches) != 2 {
			t.Errorf("%s: %+v", c.name, d)
		}
	}
	// What happened, or did not, heads steps of its own: none may be lost in an answer.
	rb, err := Read("x.md", []byte("# 停電\n\n## 対応\n\n### 電源が止まった場合\n\n1. 線を抜く\n\n### 電話が通じない場合\n\n1. 走る\n"), Options{})
	if err != nil || len(rb.Phases) != 2 || rb.Phases[0].Steps[0].Title != "線を抜く" || rb.Phases[1].Steps[0].Title != "走る" {
		t.Errorf("conditions above steps: %+v, %v", rb.Phases, err)
	}
	for _, table := range []string{"| NG | 作業 | 禁止 |\n|---|---|---|\n| 電源が無い | 発電機を呼ぶ | 触らない |\n| 煙が出る | 離れる | 水を掛けない |\n", "| If | Action |\n|---|---|\n| no power | call the generator |\n| smoke | leave |\n"} {
		rb, err := Read("x.md", []byte("# 停電 Power cut\n\n## 対応 Response\n\n"+table), Options{})
		if err != nil || len(rb.Phases) != 1 || len(rb.Phases[0].Choices) != 1 || len(rb.Phases[0].Choices[0].Branches) != 2 || rb.Phases[0].Steps[0].Condition == "" {
			t.Errorf("%s: %v", table, err)
		}
	}
	for title, cond := range map[string]string{"煙が出た場合は離れる": "煙が出た場合は", "If there is smoke, leave": "If there is smoke", "離れる": "", "Leave the room": ""} {
		if s, _ := oneStep(t, title, ""); s.Condition != cond {
			t.Errorf("%s: condition %q, want %q", title, s.Condition, cond)
		}
	}
	s, _ := oneStep(t, "電源はあるか？", "   - はい: 次を行う\n     - 灯を点ける\n     - 係長を呼ぶ\n   - いいえ: 待つ\n2. 記録する\n")
	if s.Decision == nil || len(s.Decision.Branches[0].Subs) != 2 || len(s.SubSteps) != 0 {
		t.Errorf("steps of an answer belong to it alone: %+v", s.Decision)
	}
}

// TestMessagesEscalationTimers is the second half of 4.6.
func TestMessagesEscalationTimers(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"通知: 港湾管理者（電話）、#tos", "港湾管理者/電話 #tos/"}, {"Notify: port authority (phone), duty@port.example", "port authority/phone duty@port.example/"},
	} {
		s, _ := oneStep(t, "知らせる", "   - "+c.line+"\n")
		got := ""
		for _, n := range s.Notify {
			got += " " + n.To + "/" + n.Channel
		}
		if strings.TrimSpace(got) != c.want {
			t.Errorf("%s: %s", c.line, got)
		}
	}
	for line, levels := range map[string]int{"上申: 10分 → 班長 → 10分 → 本社CISO": 2, "Escalate: 10 min -> foreman": 1, "上申: 標準": 0, "Escalate: standard": 0} {
		s, _ := oneStep(t, "知らせる", "   - "+line+"\n")
		if s.Escalate == nil || len(s.Escalate.Levels) != levels || levels == 0 && s.Escalate.Policy == "" || levels > 0 && s.Escalate.Levels[0].After != 10*time.Minute {
			t.Errorf("%s: %+v", line, s.Escalate)
		}
	}
	// Sentences that only mention telling or escalating arm nothing.
	for _, title := range []string{"15分以内に収束しない場合、SREリードに連絡する", "部長へエスカレーションする", "Escalate to the manager"} {
		s, rb := oneStep(t, title, "")
		if s.Escalate != nil || len(s.Notify) > 0 || s.Due != nil || !has(rb, "RB504") {
			t.Errorf("%s: escalation %v, notify %v, due %v, findings %v", title, s.Escalate, s.Notify, s.Due, ids(rb))
		}
	}
	s, rb := oneStep(t, "知らせる", "   - 文面: [第一報](#第一報)\n\n## 文面\n\n### 第一報\n\n> {{発生時刻}} に止まりました。[場所] です。\n")
	if s.Message != "第一報" || len(rb.Wordings) != 1 || strings.Join(append(rb.Wordings[0].Variables, rb.Wordings[0].Blanks...), " ") != "発生時刻 場所" {
		t.Errorf("wording: %q %+v", s.Message, rb.Wordings)
	}
	s, _ = oneStep(t, "知らせる", "   - タイマー: 30分ごと 状況報告\n")
	if len(s.Timers) != 1 || s.Timers[0].Every != 30*time.Minute || s.Timers[0].Text != "状況報告" {
		t.Errorf("timer: %+v", s.Timers)
	}
	rb, err := Read("x.md", []byte("# 停電\n\n## 対応\n\nタイマー: 60分ごと 定時報告\n\n1. 抜く\n"), Options{})
	if err != nil || len(rb.Phases[0].Timers) != 1 {
		t.Errorf("timer of a phase: %+v, %v", rb.Phases[0].Timers, err)
	}
}

// TestDegradation is table 4.9: what is not understood stays as written, arms
// nothing and is told.
func TestDegradation(t *testing.T) {
	s, rb := oneStep(t, "知らせる", "   - 期限: そのうち\n   - 通知: 誰か\n   - 上申: 班長 → 10分 → \n   - タイマー: ときどき\n   - 坦当: 警備\n")
	if s.Due != nil || s.Escalate != nil || len(s.Timers) != 0 || len(s.Facts) != 5 || s.Facts[0].Value != "そのうち" || s.Facts[3].Value != "ときどき" {
		t.Errorf("values that are not understood: %+v %+v %+v %+v", s.Due, s.Escalate, s.Timers, s.Facts)
	}
	for _, id := range []string{"RB303", "RB302"} {
		if !has(rb, id) {
			t.Errorf("nothing is said of it: %v", ids(rb))
		}
	}
	for name, src := range map[string]string{
		"table": "| 港 | 番号 |\n|---|---|\n| 西 | 3 |\n", "HTML": "<div>\n西の港\n</div>\n", "image": "![図](a.png)\n", "diagram": "```\n西 ─ 東\n ├ 北\n```\n",
	} {
		rb, err := Read("x.md", []byte("# 停電\n\n## 対応\n\n1. 抜く\n\n"+src+"\n2. 戻す\n"), Options{})
		if err != nil || len(rb.Phases) != 1 || len(rb.Phases[0].Steps) != 2 || !strings.Contains(rb.Phases[0].Steps[0].Body, strings.TrimSpace(strings.Split(src, "\n")[0])) {
			t.Errorf("%s: is not kept with the step before it: %v", name, err)
			continue
		}
		for _, id := range []string{"RB223", "RB407"} {
			if has(rb, id) {
				t.Errorf("%s: looks like no steps and has %s", name, id)
			}
		}
	}
	rb, err := Read("x.md", []byte("# 港の資料\n\n西の港は深い。\n\n東の港は浅い。\n"), Options{})
	if err != nil || !rb.Reference || len(rb.Contexts) != 1 || !strings.Contains(rb.Contexts[0].Body, "浅い") {
		t.Errorf("a file without steps: %+v, %v", rb, err)
	}
}

// TestHeadingsWithoutKindWords: a heading of which no word says what it is for
// holds steps when a numbered or a tick list stands under it, whatever the
// items say, and none when names alone stand there (RUNBOOKS 4.4).
func TestHeadingsWithoutKindWords(t *testing.T) {
	const src = "# 図\n\n## 西の港\n\n1. 青\n2. 緑\n\n## 東の港\n\n- [ ] 白\n\n## North\n\n* 赤\n* 黒\n\n## South\n\n3) grey\n\n## 中央\n\n- 線を抜く\n- 扉\n"
	rb, err := Read("a.md", []byte(src), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range rb.Phases {
		for _, s := range rb.Phases[i].Steps {
			got = append(got, rb.Phases[i].Title+": "+s.Title)
		}
	}
	want := []string{"西の港: 青", "西の港: 緑", "東の港: 白", "South: grey", "中央: 線を抜く", "中央: 扉"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAStepWithoutWordsOfItsOwn is called by the first words in it: a step
// nobody can name cannot be called out over the radio.
func TestAStepWithoutWordsOfItsOwn(t *testing.T) {
	const src = "# 計画\n\n## 対応\n\n1. ```sh\n   ls -l\n   df\n   ```\n2. > 高圧注意\n3. ![系統図](a.png)\n4. ![](b.png)\n5. - 抜く\n   - 押す\n6. ### 門を閉じる\n7. 記録する\n   -\n8. 終える\n9. <!-- 手順を書く -->\n10. ______\n"
	rb, err := Read("a.md", []byte(src), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range rb.Phases[0].Steps {
		got = append(got, s.Title)
	}
	want := []string{"ls -l", "高圧注意", "系統図", "b.png", "抜く", "門を閉じる", "記録する", "終える", "手順を書く", "______"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNumbersTypedByHandOverLabels: a number right under the label of the step
// before begins a step; to CommonMark it is one more line of that label.
func TestNumbersTypedByHandOverLabels(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"(1) 抜く\n   - 担当: 班長\n(2) 押す\n   - 担当: 警備\n(3) 待つ\n", "1 抜く 班長|2 押す 警備|3 待つ "},
		{"① 抜く\n- 担当: 班長\n② 押す\n③ 待つ\n", "1 抜く 班長|2 押す |3 待つ "},
		{"（1）抜く\n  * 担当: 班長\n\n（2）押す\n  * 担当: 警備\n（3）待つ\n", "1 抜く 班長|2 押す 警備|3 待つ "},
		{"1、抜く\n  - 担当: 班長\n2、押す\n", "1 抜く 班長|2 押す "},
		{"(1) [計画](other.md)を始める\n(2) `ls` を打つ\n", "1 計画を始める |2 ls を打つ "},
		{"1. 抜く\n   担当: 班長\n2. 押す\n   **Owner:** guard\n", "1 抜く 班長|2 押す guard"},
		{"(1) 抜く\n   期限: 5分\n   担当: 班長\n(2) 押す\n", "1 抜く 班長|2 押す "},
		{"- [ ] 抜く  \n  担当：班長\n- [ ] 押すとき: 見る\n  声を出す\n", " 抜く 班長| 押すとき: 見る声を出す "},
		{"1. Read the alert\n   message:\n2. Wait\n", "1 Read the alert message: |2 Wait "},
		{"1. 灯を消す\n   担当: 班長\n   ただし夜は消さない\n", "1 灯を消す担当: 班長ただし夜は消さない "}, // goes on in words: a sentence
	} {
		rb, err := Read("a.md", []byte("# 計画\n\n## 対応\n\n"+tt.text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range rb.Phases[0].Steps {
			got = append(got, s.Number+" "+s.Title+" "+strings.Join(s.Owner, "、"))
		}
		if s := strings.Join(got, "|"); s != tt.want {
			t.Errorf("%s got %s\nwant %s", tt.text, s, tt.want)
		}
	}
}
