package runbook

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// oneStep reads one step with lines under it.
func oneStep(t *testing.T, title, lines string) (*Step, *Runbook) {
	t.Helper()
	rb, err := Read("x.md", []byte("# 停電 Power cut\n\n## 対応 Response\n\n1. "+title+"\n"+lines), Options{})
	if err != nil || len(rb.Phases) == 0 || len(rb.Phases[0].Steps) == 0 {
		t.Fatalf("%s\n%s: %v", title, lines, err)
	}
	return &rb.Phases[0].Steps[0], rb
}

// TestLabelWords is table 4.4: every word of the format, in both languages, is
// the fact it stands for, bare or bold, at half or full width, and never a step.
func TestLabelWords(t *testing.T) {
	value := map[string]string{"due": "15分以内", "estimate": "15分", "timer": "30分ごと", "escalate": "10分 → 班長", "id": "pull", "next": "終了"}
	for fact, words := range map[string]string{
		"owner": "Owner Assignee Responsible Lead Who Role 担当 担当者 主担当 責任者 実施者 実行者 対応者 委任先 役割", "approver": "Approver Approval Authority Decision_maker 承認 承認者 決裁 決める人",
		"due": "Due Deadline Time_limit Limit Target Response_time 期限 目標 目標時間 時限 対応時間", "estimate": "Duration Estimated_time Takes 所要時間 所要 目安",
		"evidence": "Evidence Record Proof Attach 証跡 記録 証拠 添付", "done": "Done_when Expected Expected_result Completion 完了の条件 完了条件 期待結果 確認",
		"forbidden": "Do_not Never Prohibited 禁止 やってはいけない 絶対やるな", "notify": "Notify Inform Tell 通知 通知先 連絡 連絡先 報告先 周知",
		"message": "Message Template Wording 文面 文例 定型文", "escalate": "Escalate Escalation 上申 エスカレーション", "timer": "Timer Every Repeat Remind タイマー 繰り返し 定時",
		"decision": "Decision Question 判断 判定 分岐", "next": "Next Go_to 次 次へ 移動先", "ref": "See Runbook 参照 関連手順", "optional": "Optional 任意",
		"two-person": "Two-person 二人で 2人で行う", "parallel": "Parallel 並行 同時に", "id": "ID 手順ID",
	} {
		v := value[fact]
		if v == "" {
			v = "あれ"
		}
		for _, word := range strings.Fields(words) {
			word = strings.ReplaceAll(word, "_", " ")
			for _, form := range []string{"- %s: %s", "- %s：%s", "- **%s：** %s", "- **%s**：%s", "- **%s：**%s", "- %s（現場）: %s"} {
				line := fmt.Sprintf(form, word, v)
				s, rb := oneStep(t, "線を抜く", "   "+line+"\n2. 戻す\n")
				if len(s.Facts) != 1 || s.Facts[0].Name != fact || s.Facts[0].Value != v || len(s.SubSteps) > 0 || len(rb.Phases[0].Steps) != 2 {
					t.Errorf("%q: facts %+v, sub-steps %v, want the %s", line, s.Facts, s.SubSteps, fact)
				}
			}
		}
	}
	for word, got := range map[string]func(*Runbook) string{
		"表題 title": func(rb *Runbook) string { return rb.Title }, "管理責任者 Owner": func(rb *Runbook) string { return rb.Owner }, "版 Version": func(rb *Runbook) string { return rb.Version },
		"重大度 Severity": func(rb *Runbook) string { return rb.Severity }, "発動条件 Trigger": func(rb *Runbook) string { return rb.Trigger }, "見直し日 Reviewed": func(rb *Runbook) string { return rb.Reviewed },
		"次回見直し Review_by": func(rb *Runbook) string { return rb.ReviewBy }, "時刻 Time_zone": func(rb *Runbook) string { return rb.Zone }, "ID": func(rb *Runbook) string { return rb.ID },
	} {
		for _, w := range strings.Fields(word) {
			v := map[bool]string{false: "val-1", true: "Asia/Tokyo"}[strings.HasPrefix(word, "時刻")]
			rb, err := Read("x.md", []byte(strings.ReplaceAll("> 注\n\n"+w+": "+v+"\n\n## 対応\n\n1. 抜く\n", "_", " ")), Options{})
			if err != nil || got(rb) != v {
				t.Errorf("document fact %s: %q, %v", w, got(rb), err)
			}
		}
	}
}

// TestLabelForms is the rest of 4.4: several on a line, under a heading, in a
// column with its unit, in the bracket at the end of a step.
func TestLabelForms(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"several on a line, ja", "## 対応\n\n1. 抜く\n   - 担当: 警備／期限: 5分以内\n", "抜く @警備 <5分以内>"},
		{"several on a line, en", "## Response\n\n1. Pull\n   - Owner: security; Due: within 5 min\n", "Pull @security <within 5 min>"},
		{"below a heading, ja", "## 対応\n\n担当: 警備\n\n1. 抜く\n", "抜く @警備"},
		{"below a heading, en", "## Response\n\nOwner: security\n\n1. Pull\n", "Pull @security"},
		{"bracket, ja", "## 対応\n\n1. 抜く（担当: 警備、5分以内）\n", "抜く @警備 <5分以内>"},
		{"bracket, en", "## Response\n\n1. Pull (owner: security, within 5 min)\n", "Pull @security <within 5 min>"},
		{"head of a step, ja", "## 対応\n\n1. 【情シス】抜く\n", "【情シス】抜く @情シス"},
		{"head of a step, en", "## Response\n\n1. [CISO] Pull\n", "[CISO] Pull @CISO"},
		{"unit in a column, ja", "## 対応\n\n| 作業 | 担当 | 期限（分） |\n|---|---|---|\n| 抜く | 警備 | 5 |\n", "抜く @警備 <5分>"},
		{"unit in a column, en", "## Response\n\n| Action | Owner | Limit (min) |\n|---|---|---|\n| Pull | security | 5 |\n", "Pull @security <5min>"},
		{"時間 is a limit", "## 対応\n\n| 順 | 作業 | 時間 |\n|---|---|---|\n| 1 | 抜く | 5分以内 |\n", "抜く <5分以内>"},
		{"時間 is an estimate", "## 対応\n\n| 順 | 作業 | 時間 |\n|---|---|---|\n| 1 | 抜く | 5分 |\n", "抜く ~5分"},
		{"Time is a limit", "## Response\n\n| # | Action | Time |\n|---|---|---|\n| 1 | Pull | within 5 min |\n", "Pull <within 5 min>"},
		{"Time is an estimate", "## Response\n\n| # | Action | Time |\n|---|---|---|\n| 1 | Pull | 5 min |\n", "Pull ~5 min"},
		{"from T0, ja", "## 対応\n\n1. 抜く\n   - 期限（T0から）: 30分\n", "抜く <30分> declared"},
		{"handles are no owners", "## 対応\n\n1. @tanaka が抜く\n", "@tanaka が抜く"},
	} {
		rb, err := Read("x.md", []byte("# 停電\n\n"+c.src), Options{})
		if err != nil || len(rb.Phases) != 1 {
			t.Fatalf("%s: %v", c.name, err)
		}
		got := withoutLines(outline(rb))
		if d := rb.Phases[0].Steps[0].Due; d != nil && d.Anchor == FromDeclared {
			got += " declared"
		}
		_, got, _ = strings.Cut(got, "|== ")
		_, got, _ = strings.Cut(got, "|")
		if _, got, _ = strings.Cut(got, " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestTimesOnSteps is table 4.5, row by row, on a step: when it is due, what a
// heading opens, and what is not understood.
func TestTimesOnSteps(t *testing.T) {
	for _, c := range []struct {
		written, en string
		anchor      Anchor
		after       time.Duration
		rule        string // finding that goes with it
	}{
		{"15分以内", "within 15 min", FromCurrent, 15 * time.Minute, ""}, {"1時間30分", "1h30m", FromCurrent, 90 * time.Minute, ""}, {"半日", "1.5h", FromCurrent, 0, ""},
		{"T+15分", "T0+15m", FromDeclared, 15 * time.Minute, ""}, {"宣言から15分", "+15 min", FromDeclared, 15 * time.Minute, ""},
		{"検知から24時間以内", "within 24 h of detection", FromDetected, 24 * time.Hour, ""}, {"認知から24時間以内", "within 24 h of becoming aware", FromRecognised, 24 * time.Hour, ""},
		{"前の手順から10分", "after step 1 + 10 min", FromStep, 10 * time.Minute, ""}, {"09:00まで", "by 09:00", AtClock, 0, "RB308"},
		{"直ちに", "immediately", FromCurrent, 0, "RB304"}, {"速やかに", "ASAP", FromCurrent, 0, "RB304"}, {"3営業日", "2 business days", FromCurrent, 0, "RB309"},
		{"翌朝まで", "by tomorrow morning", "", 0, "RB303"}, {"なるべく早く", "when possible", "", 0, "RB303"}, {"30", "15", "", 0, "RB303"}, {"3か月", "2 years", "", 0, "RB303"},
	} {
		for label, w := range map[string]string{"期限": c.written, "Due": c.en} {
			s, rb := oneStep(t, "線を抜く", "   - "+label+": "+w+"\n")
			switch {
			case c.anchor == "" && s.Due != nil, c.anchor != "" && (s.Due == nil || s.Due.Anchor != c.anchor || c.after > 0 && s.Due.After != c.after):
				t.Errorf("%s: %+v, want %s %v", w, s.Due, c.anchor, c.after)
			case s.Facts[0].Value != w:
				t.Errorf("%s: shown as %q", w, s.Facts[0].Value)
			}
			for _, id := range []string{"RB303", "RB304", "RB308", "RB309"} {
				if has(rb, id) != (id == c.rule) {
					t.Errorf("%s: findings %v, want %q", w, ids(rb), c.rule)
				}
			}
		}
	}
	for _, c := range []struct {
		ja, en   string
		from, to time.Duration
	}{{"（0〜15分）", " (0-15 min)", 0, 15 * time.Minute}, {"（15分〜）", " (30+ min)", -1, 0}, {"（15～45分）", " (15–45 minutes)", 15 * time.Minute, 45 * time.Minute}} {
		for _, head := range []string{"対応" + c.ja, "Response" + c.en} {
			rb, err := Read("x.md", []byte("# 停電\n\n## "+head+"\n\n1. 抜く\n"), Options{})
			if err != nil || len(rb.Phases) != 1 || rb.Phases[0].Window == nil {
				t.Fatalf("%s: no window, %v", head, err)
			}
			if w := rb.Phases[0].Window; w.To != c.to || c.from >= 0 && w.From != c.from || c.from < 0 && w.From == 0 {
				t.Errorf("%s: window %+v", head, w)
			}
		}
	}
	for label, words := range map[string][]string{"タイマー": {"30分ごと 状況報告", "毎時", "1時間おき"}, "Timer": {"every 30 min", "17:00"}} {
		for _, w := range words {
			if s, _ := oneStep(t, "線を抜く", "   - "+label+": "+w+"\n"); len(s.Timers) != 1 {
				t.Errorf("%s: %v", w, s.Timers)
			}
		}
	}
}

// headingKind tells how the section of a heading was read whose bullets alone
// would leave it a reference.
func headingKind(t *testing.T, heading string, opt Options) string {
	t.Helper()
	rb, err := Read("x.md", []byte("# 停電\n\n## "+heading+"\n\n- 線を抜く\n- 青い線\n- 赤い線\n\n## 初動\n\n1. 戻す\n"), opt)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(rb.Phases, func(p Phase) bool { return p.Line == 3 })
	if i < 0 {
		return "context"
	}
	return rb.Phases[i].Kind
}

// TestSectionWords is list 4.8: each word makes a section what it says, a site
// may add its own, and a line under the heading overrules both.
func TestSectionWords(t *testing.T) {
	context := "purpose,scope,meaning,impact,overview,background,definitions,glossary,about,introduction,document information,revision history,version,table of contents,when to use,trigger,severity,classification,roles and responsibilities,contacts,inputs,outputs,tools,references,resources,related,additional information,success criteria,metrics,training,appendix,examples,templates," +
		"目的,概要,背景,対象,適用範囲,前提,定義,用語,体制,役割分担,連絡先,連絡網,分類,レベル,重大度,リスク評価,備品,訓練,事例,教訓,参考,関連,目次,変更履歴,改訂,最終更新,文面,様式,付録"
	action := "investigate,triage,identify,detect,analyse,contain,isolate,eradicate,remediate,mitigate,recover,restore,communicate,notify,escalate,diagnose,resolve,verify,respond,procedure,steps,actions,checklist,workflow,execution,deploy,rollback,shutdown,restart,evidence,during,after," +
		"初動,検知,検出,確認,切り分け,調査,分析,封じ込め,隔離,遮断,根絶,駆除,復旧,回復,切替,継続,通報,連絡,報告,広報,上申,対応,手順,実施,判断,判定,点検,チェック,搬入,搬出,荷役,終了,解除,事後,再開"
	for want, words := range map[string]string{"context": context, "action": action, "prepare": "preparation,準備,事前対策,平時"} {
		for _, w := range strings.Split(words, ",") {
			got := headingKind(t, w, Options{})
			if got == "recover" {
				got = "action"
			}
			if got != want {
				t.Errorf("a section called %s is %s, want %s", w, got, want)
			}
		}
	}
	for heading, want := range map[string]string{"復旧手順の目的": "context", "Purpose of the recovery procedure": "context", "対応（概要）": "action"} {
		if got := headingKind(t, heading, Options{}); got != want {
			t.Errorf("%s is %s, want %s", heading, got, want)
		}
	}
	for _, line := range []string{"種別: 参考", "Kind: reference"} {
		if got := headingKind(t, "対応\n\n"+line, Options{}); got != "context" {
			t.Errorf("%s under the heading: %s", line, got)
		}
	}
	if got := headingKind(t, "段取り", Options{Sections: Sections{Context: []string{"段取り"}}}); got != "context" {
		t.Errorf("a word of the site: %s", got)
	}
}
