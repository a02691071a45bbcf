package paper

import (
	"fmt"
	"strings"

	"irbot/internal/pdf"
	"irbot/internal/runbook"
	"irbot/internal/tally"
)

// Book is a runbook as a checklist to be filled in by hand, with the forms that
// its steps ask for behind it.
func (p Press) Book(b *runbook.Runbook) pdf.ChecklistDoc {
	d := pdf.ChecklistDoc{Title: b.Title, Foot: b.ID + "  SHA-256 " + b.Hash[:16], Blank: []string{p.say("案件", "Incident"), p.say("日付", "Date"), p.say("記入者", "Filled in by")}}
	if b.Version != "" {
		d.Lines = append(d.Lines, p.say("版 ", "Version ")+b.Version)
	}
	if b.Trigger != "" {
		d.Lines = append(d.Lines, p.say("発動条件: ", "Trigger: ")+b.Trigger)
	}
	d.Warn = mustSee(b.Notes)
	var forms []tally.Type
	run := pdf.ChecklistRun{}
	for i := range b.Phases {
		ph := &b.Phases[i]
		out := p.phaseHead(ph)
		for j := range ph.Steps {
			st := &ph.Steps[j]
			for _, w := range st.Forms {
				forms = withForm(forms, w)
			}
			out.Steps = append(out.Steps, pdf.ChecklistStep{No: st.Key, Title: st.Title, Lines: p.stepLines(st, p.joined(st.Owner))})
		}
		run.Phases = append(run.Phases, out)
	}
	d.Runs, d.Forms = []pdf.ChecklistRun{run}, p.blankForms(forms)
	return d
}

// phaseHead is what stands over the steps of a phase.
func (p Press) phaseHead(ph *runbook.Phase) pdf.ChecklistPhase {
	out := pdf.ChecklistPhase{Title: fmt.Sprintf("%d. %s", ph.No, ph.Title)}
	if ph.Window != nil {
		out.Title += " (" + ph.Window.Written + ")"
	}
	add := func(label, value string) {
		if value != "" {
			out.Lines = append(out.Lines, label+": "+value)
		}
	}
	if ph.Parallel {
		out.Lines = append(out.Lines, p.say("前の段階と並行", "In parallel with the phase before"))
	}
	if ph.Due != nil {
		add(p.say("目標", "Limit"), ph.Due.Written)
	}
	add(p.say("目的", "Purpose"), ph.Purpose)
	add(p.say("通知", "Notify"), p.notified(ph.Notify))
	for _, t := range ph.Timers {
		add(p.say("くり返し", "Repeat"), t.Written)
	}
	if ph.Escalate != nil {
		add(p.say("上申", "Escalate"), ph.Escalate.Written)
	}
	out.Lines = append(out.Lines, p.forbidden(ph.Notes)...)
	return out
}

// forbidden are the notes of a phase that must not be missed; a prohibition
// begins with its word, which its label had.
func (p Press) forbidden(notes []runbook.Note) []string {
	var out []string
	for _, n := range notes {
		for _, text := range mustSee([]runbook.Note{n}) {
			if word := p.say("禁止", "Do not"); n.Kind == "prohibition" && !strings.HasPrefix(text, word) {
				text = word + ": " + text
			}
			out = append(out, text)
		}
	}
	return out
}

// stepLines are what a person at the step must know, without looking anywhere
// else: there is nothing else to look at.
func (p Press) stepLines(st *runbook.Step, owner string) []pdf.ChecklistLine {
	var out []pdf.ChecklistLine
	add := func(label, value string) {
		if value != "" {
			out = append(out, pdf.ChecklistLine{Text: label + ": " + value})
		}
	}
	if st.Optional {
		out = append(out, pdf.ChecklistLine{Text: p.say("任意", "Optional")})
	}
	if st.Parallel {
		out = append(out, pdf.ChecklistLine{Text: p.say("後の手順と並行", "Beside the steps that follow")})
	}
	add(p.say("条件", "Condition"), st.Condition)
	add(p.say("担当", "Owner"), owner)
	if st.Due != nil {
		add(p.say("目標", "Limit"), st.Due.Written)
	}
	add(p.say("承認", "Approval"), p.joined(st.Approver))
	add(p.say("完了の条件", "Done when"), st.DoneWhen)
	add(p.say("証跡", "Evidence"), p.joined(st.Evidence))
	for _, f := range st.Forbidden {
		out = append(out, pdf.ChecklistLine{Text: p.say("禁止: ", "Do not: ") + f, Bold: true})
	}
	if st.TwoPerson {
		out = append(out, pdf.ChecklistLine{Text: p.say("2人で確認する", "Two people confirm"), Bold: true})
	}
	add(p.say("通知", "Notify"), p.notified(st.Notify))
	if st.Escalate != nil {
		add(p.say("上申", "Escalate"), st.Escalate.Written)
	}
	for _, t := range st.Timers {
		add(p.say("くり返し", "Repeat"), t.Written)
	}
	for _, s := range mustSee(st.Notes) {
		out = append(out, pdf.ChecklistLine{Text: s, Bold: true})
	}
	for _, n := range st.Notes {
		if st.Form == "row" && n.Kind == "note" { // the other columns of its row
			out = append(out, pdf.ChecklistLine{Text: n.Text})
		}
	}
	if st.Decision == nil {
		out = append(out, subLines(st.SubSteps, "")...)
	}
	for _, cmd := range st.Commands {
		out = append(out, pdf.ChecklistLine{Text: strings.TrimSpace(cmd.Text)})
	}
	if st.Decision != nil {
		for _, br := range st.Decision.Branches {
			out = append(out, pdf.ChecklistLine{Text: strings.TrimSuffix(br.Label+": "+br.Text, ": "), Tick: true})
			out = append(out, subLines(br.Subs, "- ")...)
		}
	}
	for _, l := range st.Links {
		if l.Runbook {
			add(p.say("別の手順書", "Another runbook"), strings.TrimSpace(l.Text+" ("+l.URL+")"))
		}
	}
	if st.Next != nil {
		add(p.say("次", "Next"), st.Next.Written)
	}
	return out
}

// subLines are the parts of a step or of an answer, each to be ticked.
func subLines(subs []runbook.SubStep, lead string) []pdf.ChecklistLine {
	var out []pdf.ChecklistLine
	for _, sub := range subs {
		out = append(append(out, pdf.ChecklistLine{Text: lead + sub.Title, Tick: true}), subLines(sub.Subs, lead+"- ")...)
	}
	return out
}

func (p Press) notified(points []runbook.NotifyPoint) string {
	var out []string
	for _, n := range points {
		if n.Channel != "" {
			n.To += " (" + n.Channel + ")"
		}
		out = append(out, n.To)
	}
	return p.joined(out)
}

// mustSee are the notes that must not be missed, without the mark of an alert
// block ([!WARNING]).
func mustSee(notes []runbook.Note) []string {
	var out []string
	for _, n := range notes {
		if n.Kind != "warning" && n.Kind != "prohibition" {
			continue
		}
		text := n.Text
		if rest, ok := strings.CutPrefix(text, "[!"); ok {
			if _, after, ok := strings.Cut(rest, "]"); ok {
				text = strings.TrimSpace(after)
			}
		}
		out = append(out, text)
	}
	return out
}
