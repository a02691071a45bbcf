package cacao

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"time"

	"irbot/internal/runbook"
)

type writer struct {
	p  *playbook
	l  *planner
	ja bool
	b  strings.Builder
}

func (w *writer) say(ja, en string) string {
	if w.ja {
		return ja
	}
	return en
}

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(&w.b, format+"\n", args...)
}

// head writes title and document facts.
func (w *writer) head() {
	b := w.l.book
	w.line("# %s\n", inert(w.p.Name))
	w.line("| %s | %s |\n|---|---|", w.say("項目", "Item"), w.say("内容", "Value"))
	row := func(ja, en, v string) {
		if v != "" {
			w.line("| %s | %s |", w.say(ja, en), strings.ReplaceAll(inert(v), "|", "／"))
		}
	}
	row("ID", "ID", slug(w.p, b))
	row("版", "Version", cmp.Or(b.Version, w.p.Modified))
	row("管理責任者", "Owner", b.Owner)
	row("重大度", "Severity", b.Severity)
	row("発動条件", "Trigger", b.Trigger)
	row("見直し日", "Reviewed", b.Reviewed)
	row("次回見直し", "Review by", b.ReviewBy)
	row("時刻", "Time zone", b.Zone)
	w.line("")
	if w.p.Description != "" && b.Runbook == "" {
		w.line("%s\n", w.quote("", w.p.Description))
	}
	for _, n := range b.Notes {
		if !w.marking(n) {
			w.line("%s\n", w.note(n))
		}
	}
	for _, m := range w.p.Markings {
		if m.Level != "" {
			w.line("%s\n", w.quote("", m.Level))
		}
	}
}

// marking tells a note that repeats a marking, which is written for itself.
func (w *writer) marking(note string) bool {
	for _, m := range w.p.Markings {
		if m.Level != "" && strings.TrimSpace(note) == m.Level {
			return true
		}
	}
	return false
}

// note writes a remark; one that says what it is keeps its own mark.
func (w *writer) note(text string) string {
	if strings.HasPrefix(text, "[!") {
		return w.quote("", text)
	}
	return w.quote("[!NOTE]\n", text)
}

// quote writes text as a block quote.
func (w *writer) quote(head, text string) string {
	return "> " + strings.ReplaceAll(head+inert(strings.TrimSpace(text)), "\n", "\n> ")
}

func (w *writer) section(i int, s *section) {
	title := s.title
	if title == "" {
		title = w.say("対応", "Response")
	}
	if s.ext != nil && s.ext.Window != "" {
		title += "（" + s.ext.Window + "）"
	}
	w.line("## %d. %s\n", i+1, inert(title))
	if len(s.items) > 0 && !readsAsSteps(title) { // 「連絡先」 over steps would be read as a list of people
		w.line("%s\n", w.say("種別: 手順", "Kind: procedure"))
	}
	if s.ext != nil {
		w.phase(s.ext)
	} else if s.parallel {
		w.line("%s\n", w.say("並行: はい", "Parallel: yes"))
	}
	beside := s.parallel || i+1 < len(w.l.sections) && w.l.sections[i+1].parallel
	for k, it := range s.items {
		it.last = beside && k+1 == len(s.items)
		var follows *item
		if k+1 < len(s.items) {
			follows = s.items[k+1]
		} else if i+1 < len(w.l.sections) && len(w.l.sections[i+1].items) > 0 && !w.l.sections[i+1].parallel {
			follows = w.l.sections[i+1].items[0]
		}
		w.item(it, follows, s.parallel)
	}
	w.line("")
}

// readsAsSteps tells whether numbered steps under a heading are read as a phase
// for its words alone.
func readsAsSteps(title string) bool {
	rb, err := runbook.Read("a.md", []byte("# A\n\n## 1. "+inert(title)+"\n\n1. Pull the cable\n"), runbook.Options{})
	return err == nil && len(rb.Phases) == 1 && rb.Phases[0].Kind != "prepare" && len(rb.Phases[0].Steps) == 1
}

func (w *writer) phase(x *phaseExt) {
	fact := func(ja, en, v string) {
		if v != "" {
			w.line("%s: %s\n", w.say(ja, en), inert(v))
		}
	}
	if x.Parallel && x.Lane == "" {
		fact("並行", "Parallel", w.say("はい", "yes"))
	}
	fact("担当", "Owner", strings.Join(x.Owners, w.say("、", ", ")))
	fact("承認", "Approver", strings.Join(x.Approvers, w.say("、", ", ")))
	fact("期限", "Due", x.Due)
	for _, t := range x.Timers {
		fact("タイマー", "Timer", t)
	}
	for _, n := range x.Notes {
		w.line("%s\n", w.note(n))
	}
}

// item writes one step. lane tells a phase that runs beside others, where an end
// is the end of the lane.
func (w *writer) item(it, follows *item, lane bool) {
	text := it.text
	switch {
	case it.kind == "start":
		text = w.say("別の手順書を始める: ", "Start another playbook: ") + cmp.Or(it.st.Name, it.st.PlaybookID)
	case text == "" && len(it.st.Commands) > 0:
		text, _, _ = strings.Cut(it.st.Commands[0].Command, "\n")
	}
	if text == "" {
		text = it.id
	}
	w.line("%d. %s", it.no, inert(oneLine(text)))
	pad := strings.Repeat(" ", len(fmt.Sprint(it.no))+2)
	if len(it.answers) > 0 {
		w.ask(pad, it, inert(oneLine(text)), follows)
	}
	w.labels(pad, it)
	if it.kind != "decision" {
		w.jump(pad, it, follows, lane)
	}
	w.words(pad, it)
}

// ask writes the answers of a decision, and the label that makes it one where
// neither its words nor its answers do: 「red」 with two ways that both go on.
func (w *writer) ask(pad string, it *item, text string, follows *item) {
	from := w.b.Len()
	for _, a := range it.answers {
		if it.last && a.to == "" && a.runbook == "" { // the end of the lane: the others go on
			a.text, a.to = withoutJump(inert(oneLine(a.text))), it.id+"/end"
		}
		w.answer(pad, a, follows)
	}
	answers := w.b.String()[from:]
	rb, err := runbook.Read("a.md", []byte(fmt.Sprintf("# A\n\n## 1. B\n\n%d. %s\n%s", it.no, text, answers)), runbook.Options{})
	if err == nil && len(rb.Phases) == 1 && len(rb.Phases[0].Steps) == 1 && rb.Phases[0].Steps[0].Decision != nil {
		return
	}
	head := w.b.String()[:from]
	w.b.Reset()
	w.b.WriteString(head)
	w.line("%s- %s: %s", pad, w.say("判断", "Decision"), text)
	w.b.WriteString(answers)
}

func (w *writer) answer(pad string, a answer, follows *item) {
	label := strings.NewReplacer(":", " ", "：", " ").Replace(inert(oneLine(a.label)))
	text := inert(oneLine(a.text))
	switch {
	case a.runbook != "":
		if !strings.Contains(text, "](") {
			text = strings.TrimSpace(text + " [" + a.runbook + "](" + a.runbook + ")")
		}
	case a.to == "":
		if text = withoutJump(text); text == "" {
			text = w.say("終了", "End")
		} else {
			text += " → " + w.say("終了", "End")
		}
	default:
		to := w.l.seen[a.to]
		if to == nil {
			break
		}
		// The words of the author name a number of his file; here the steps are
		// numbered anew.
		bare := withoutJump(text)
		switch jumps := to != follows || bare != text; {
		case jumps && bare == "":
			text = w.say(w.number(to)+" へ", "go to "+w.number(to))
		case jumps:
			text = bare + " → " + w.number(to)
		}
	}
	if text == "" {
		text = w.say("続ける", "go on")
	}
	w.line("%s- %s: %s", pad, label, text)
	for _, s := range a.subs {
		w.line("%s  - %s", pad, inert(oneLine(s)))
	}
}

// withoutJump takes the words that lead to a step or an end out of an answer:
// 「係長に聞き、手順 4 へ」 becomes 「係長に聞き」.
func withoutJump(text string) string {
	for _, r := range [...]*regexp.Regexp{
		regexp.MustCompile(`(?i)[、,;]?\s*(?:and )?(?:→|->|=>|go to|proceed to|continue (?:with|to|at)|skip to|return to|back to|jump to|move to)\s*(?:手順|ステップ|フェーズ|段階|セクション|step|phase|section)\s*[0-9０-９]+(?:\.[0-9]+)?(?:\s*(?:へ|に)(?:進む|戻る|移る)?)?`),
		regexp.MustCompile(`(?i)[、,;]?\s*(?:手順|ステップ|フェーズ|段階|セクション|step|phase|section)\s*[0-9０-９]+(?:\.[0-9]+)?\s*(?:へ進む|に進む|へ戻る|に戻る|へ移る|に移る|へ|から再開する|を実施する|まで戻る)`),
		regexp.MustCompile(`(?i)(?:\s*→\s*)?(?:終了|\bEnd)$`),
	} {
		text = r.ReplaceAllString(text, "")
	}
	return strings.TrimSpace(text)
}

func (w *writer) number(it *item) string {
	return w.say(fmt.Sprintf("手順 %d", it.no), fmt.Sprintf("step %d", it.no))
}

func (w *writer) jump(pad string, it, follows *item, lane bool) {
	to := w.l.seen[it.next]
	switch {
	case to != nil && to != follows:
		w.line("%s- %s: %s", pad, w.say("次", "Next"), w.number(to))
	case to == nil && it.next == "" && follows != nil && !lane:
		w.line("%s- %s: %s", pad, w.say("次", "Next"), w.say("終了", "End"))
	}
}

// labels writes the facts of a step.
func (w *writer) labels(pad string, it *item) {
	x := it.st.ext
	fact := func(ja, en, v string) {
		if v != "" {
			w.line("%s- %s: %s", pad, w.say(ja, en), inert(oneLine(v)))
		}
	}
	comma := w.say("、", ", ")
	yes := func(on bool) string {
		if on {
			return w.say("はい", "yes")
		}
		return ""
	}
	for _, s := range x.Subs {
		if it.kind != "decision" {
			w.line("%s- %s", pad, inert(oneLine(s)))
		}
	}
	fact("担当", "Owner", strings.Join(w.p.doers(it.st), comma))
	fact("承認", "Approver", strings.Join(x.Approvers, comma))
	fact("2人で行う", "Two-person", yes(x.TwoPerson))
	fact("任意", "Optional", yes(x.Optional))
	fact("並行", "Parallel", yes(x.Parallel))
	switch {
	case x.Due != nil:
		fact("期限", "Due", x.Due.Written)
	case it.st.Timeout > 0 && x.Key == "":
		fact("期限", "Due", w.duration(it.st.Timeout))
	}
	fact("所要時間", "Duration", x.Estimate)
	fact("通知", "Notify", strings.Join(x.Notify, comma))
	fact("文面", "Message", x.Message)
	fact("様式", "Form", strings.Join(x.Rows, comma))
	for _, file := range x.Runbooks {
		if file = oneLine(file); !strings.ContainsAny(file, "()[]<> ") && it.kind == "action" {
			w.line("%s- %s: [%s](%s)", pad, w.say("参照", "See"), file, file)
		}
	}
	fact("上申", "Escalate", x.Escalate)
	for _, t := range x.Timers {
		fact("タイマー", "Timer", t)
	}
	for _, e := range x.Evidence {
		fact("証跡", "Evidence", e)
	}
	fact("完了の条件", "Done when", x.DoneWhen)
	for _, f := range x.Forbidden {
		fact("禁止", "Do not", f)
	}
	fact("ID", "ID", x.ID)
}

// words writes description and commands below a step.
func (w *writer) words(pad string, it *item) {
	x := it.st.ext
	if x.Key == "" && it.st.Description != "" {
		w.line("\n%s%s", pad, strings.ReplaceAll(inert(strings.TrimSpace(it.st.Description)), "\n", "\n"+pad))
	}
	for _, t := range x.Warnings {
		w.line("\n%s%s\n", pad, strings.ReplaceAll(w.quote("[!WARNING]\n", t), "\n", "\n"+pad))
	}
	for _, t := range x.Remarks {
		w.line("\n%s%s\n", pad, strings.ReplaceAll(w.note(t), "\n", "\n"+pad))
	}
	for _, c := range x.Commands {
		w.fence(pad, "text", c)
	}
	if x.Key != "" {
		return
	}
	if it.st.Delay > 0 {
		w.line("\n%s> %s %s\n", pad, w.say("開始前に待つ時間:", "Wait before it:"), w.duration(it.st.Delay))
	}
	for _, c := range it.st.Commands {
		text := c.Command
		if raw, err := base64.StdEncoding.DecodeString(c.Base64); text == "" && err == nil {
			text = string(raw)
		}
		switch {
		case text == "" || c.Type == "manual" && oneLine(text) == oneLine(it.text):
		case c.Type == "manual":
			w.line("\n%s%s", pad, strings.ReplaceAll(inert(strings.TrimSpace(text)), "\n", "\n"+pad))
		default:
			w.l.find(it.id, "機械への命令（"+oneLine(c.Type)+"）は表示だけで、irbot は実行しません", "a command for a machine ("+oneLine(c.Type)+") is shown; irbot does not run it")
			w.fence(pad, "text", text)
		}
	}
}

func (w *writer) fence(pad, lang, text string) {
	mark := "```"
	for strings.Contains(text, mark) {
		mark += "`"
	}
	w.line("\n%s%s%s\n%s%s\n%s%s", pad, mark, lang, pad, strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+pad), pad, mark)
}

// duration writes milliseconds as a limit that the reader understands.
func (w *writer) duration(ms int64) string {
	d := time.Duration(min(ms, 366*24*3600*1000)) * time.Millisecond
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf(w.say("%d時間以内", "within %d h"), d/time.Hour)
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf(w.say("%d分以内", "within %d min"), d/time.Minute)
	}
	return fmt.Sprintf(w.say("%d秒以内", "within %d s"), max(1, d/time.Second))
}

func (w *writer) wordings() {
	if len(w.l.book.Wordings) == 0 {
		return
	}
	w.line("## %s\n", w.say("文面", "Messages"))
	for _, x := range w.l.book.Wordings {
		w.line("### %s\n\n%s\n", inert(x.Title), w.quote("", x.Text))
	}
}

// inert takes away what would change the structure of the page.
func inert(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
	return strings.NewReplacer("<!--", "&lt;!--", "<script", "&lt;script").Replace(s)
}
