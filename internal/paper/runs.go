package paper

import (
	"fmt"
	"slices"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/pdf"
	"irbot/internal/runbook"
	"irbot/internal/tally"
)

// Runs are the checklists of an incident as far as they are, to go on by hand
// when power or network are going.
func (p Press) Runs(v *incident.View) pdf.ChecklistDoc {
	d := pdf.ChecklistDoc{Title: p.Words.T(p.Lang, "inc.head.real", "incident", v.S.ID, "title", v.Title()), Foot: fmt.Sprintf("%s #%d", v.S.ID, v.S.Seq), Drill: v.S.Drill}
	if v.S.Drill { // the renderer says so itself
		d.Title = v.S.ID + " " + v.Title()
	}
	d.Lines = []string{p.say("手順（続きを手で書く用紙）", "Checklists, to go on by hand")}
	for _, x := range v.S.Cautions {
		if x.Lifted.IsZero() {
			d.Warn = append(d.Warn, p.say("継続注意: ", "Caution: ")+v.Text(x.Seq)["text"])
		}
	}
	var forms []tally.Type
	for _, r := range v.S.Runs {
		d.Runs = append(d.Runs, p.run(v, r))
		for _, st := range r.Steps {
			for _, w := range st.Rows {
				forms = withForm(forms, w)
			}
		}
	}
	d.Forms = p.blankForms(forms)
	return d
}

func (p Press) run(v *incident.View, r *incident.Run) pdf.ChecklistRun {
	out := pdf.ChecklistRun{Title: strings.TrimSpace(v.RunTitle(r.ID) + " " + v.Text(r.Seq)["version"])}
	for i := range r.Phases {
		ph := pdf.ChecklistPhase{Title: fmt.Sprintf("%d. %s", r.Phases[i].No, v.PhaseTitle(r.ID, r.Phases[i].No))}
		if src := v.Book(r.ID).Phase(r.Phases[i].No); src != nil {
			ph = p.phaseHead(src)
		}
		for _, st := range r.Steps {
			if st.Phase == r.Phases[i].No {
				ph.Steps = append(ph.Steps, p.step(v, st))
			}
		}
		out.Phases = append(out.Phases, ph)
	}
	return out
}

// here is a step as its incident has it: jumps name the number that their step
// has on this sheet, and what an answer adds stands there as steps of its own.
func (p Press) here(v *incident.View, st *incident.Step, src runbook.Step) *runbook.Step {
	if src.Decision != nil {
		d := *src.Decision
		d.Branches = slices.Clone(d.Branches)
		for i := range d.Branches {
			d.Branches[i].Text = chat.Drawer{Words: p.Words, Lang: p.Lang}.AnswerNote(v, st, i, d.Branches[i].Text)
			d.Branches[i].Subs = nil
		}
		src.Decision = &d
	}
	if src.Next != nil && st.Next != nil {
		if n := v.S.LeadsTo(st, st.Next.To); n > 0 {
			next := *src.Next
			next.Written = fmt.Sprintf("No %d  %s", n, v.StepTitle(v.S.FindStep(fmt.Sprint(n))))
			src.Next = &next
		}
	}
	return &src
}

func (p Press) step(v *incident.View, st *incident.Step) pdf.ChecklistStep {
	x := pdf.ChecklistStep{No: fmt.Sprint(st.N), Title: v.StepTitle(st)}
	if src := v.Source(st); src != nil {
		x.Lines = p.stepLines(p.here(v, st, *src), p.joined(v.Asked(st, string(p.Lang))))
	}
	if st.Closed() {
		text := v.Text(st.CloseSeq)
		x.Box = p.Words.T(p.Lang, "step.state."+string(st.State))
		x.Time, x.Name = chat.Near(st.ClosedAt, v.Now, v.Site.Zone), v.Person(st.By, string(p.Lang))
		x.Value = strings.TrimSpace(text["value"] + " " + text["choice"] + " " + text["reason"])
	} else if !st.Due.IsZero() {
		x.Lines = append(x.Lines, pdf.ChecklistLine{Text: p.say("目標の時刻: ", "Due: ") + chat.Stamp(st.Due, v.Site.Zone, p.Lang), Bold: true})
	}
	return x
}
