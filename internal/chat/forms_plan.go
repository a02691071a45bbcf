package chat

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"irbot/internal/bookdiff"
	"irbot/internal/incident"
	"irbot/internal/tally"
)

// rowInput is in front of the id of an input that holds a value of a row, as
// the rules name it where they refuse one.
const rowInput = "row-"

// planForms are the forms about what is counted and about the plan itself.
func (p *pen) planForms() map[string]func(ref string) (Form, bool) {
	return map[string]func(string) (Form, bool){
		"row.add": p.formRow, "row.fix": p.formRowFix, "row.void": p.formRowVoid,
		"step.add": p.formStepAdd, "run.adopt": p.formAdopt, "run.keep": p.formKeep,
	}
}

// formRow counts one row of a step. ref is r1/2.1#gate.
func (p *pen) formRow(ref string) (Form, bool) {
	step, id, _ := strings.Cut(ref, "#")
	ty, ok := tally.Find(id)
	st := p.s.Step(step)
	if !ok || st == nil {
		return Form{}, false
	}
	f := p.rowForm(ty, nil)
	f.Body = []Block{{Kind: Para, Text: p.t("step.line", "n", st.N, "title", OneLine(p.v.StepTitle(st)))}}
	return f, true
}

// formRowFix corrects a row by a new one, filled in with what was counted. ref
// is the number of the row.
func (p *pen) formRowFix(ref string) (Form, bool) {
	old, ok := p.s.Counted(atoi(ref))
	if !ok {
		return Form{}, false
	}
	ty, ok := tally.Find(old.Type)
	if !ok {
		return Form{}, false
	}
	var values map[string]string
	if e, found := p.entry(strconv.FormatInt(old.Seq, 10)); found {
		values = incident.RowValues(e.Fields())
	}
	f := p.rowForm(ty, values)
	f.Body = []Block{{Kind: Para, Text: p.t("row.fix.how", "n", old.N)}}
	return f, true
}

func (p *pen) rowForm(ty tally.Type, values map[string]string) Form {
	lang := string(p.Lang)
	f := Form{Title: Truncate(ty.Name(lang), 24), Submit: p.t("tl.submit")}
	for _, fd := range ty.Fields {
		in := Input{ID: rowInput + fd.ID, Label: fd.Name(lang), Kind: InputText, Required: fd.Required, Value: values[fd.ID]}
		if fd.Hint != "" {
			in.Hint = p.t("row.hint", "hint", fd.Hint)
		}
		for _, c := range fd.Choices {
			in.Kind = InputChoice
			in.Options = append(in.Options, Option{ID: c.ID, Label: c.Name(lang)})
		}
		f.Inputs = append(f.Inputs, in)
	}
	return f
}

func (p *pen) formRowVoid(ref string) (Form, bool) {
	_, ok := p.s.Counted(atoi(ref))
	return p.form("row.void", "row.void", need(p.in("reason", "label.reason", InputText))), ok
}

// formStepAdd adds a step on the spot. ref is the run.
func (p *pen) formStepAdd(ref string) (Form, bool) {
	r := p.s.Run(ref)
	if r == nil || len(r.Phases) == 0 {
		return Form{}, false
	}
	phase := p.in("phase", "step.add.phase", InputChoice)
	cur := r.Currents()
	for i := range r.Phases {
		no := r.Phases[i].No
		phase.Options = append(phase.Options, Option{ID: fmt.Sprint(no), Label: Truncate(strings.TrimSpace(fmt.Sprint(no)+" "+OneLine(p.v.PhaseTitle(r.ID, no))), 75)})
		if len(cur) > 0 && cur[0].Phase == no || len(cur) == 0 {
			phase.Value = fmt.Sprint(no)
		}
	}
	title := need(p.in("title", "step.add.title", InputText))
	title.Max = 200
	return p.form("step.add", "step.add.submit", title, need(phase)), true
}

// formAdopt makes a run follow its file as it is now. ref is r1#hash.
func (p *pen) formAdopt(ref string) (Form, bool) { return p.formChanged(ref, "run.adopt") }

// formKeep says that the changed file is not followed.
func (p *pen) formKeep(ref string) (Form, bool) { return p.formChanged(ref, "run.keep") }

func (p *pen) formChanged(ref, key string) (Form, bool) {
	run, hash, _ := strings.Cut(ref, "#")
	b := p.v.Changed(run)
	if b == nil || b.Hash != hash {
		return Form{}, false
	}
	f := p.form(key, key, need(p.in("reason", "label.reason", InputLines)))
	f.Body = append(p.differences(run), Block{Kind: Para, Text: p.t(key + ".how")})
	return f, true
}

const maxDifferences = 20 // steps listed; the console shows all of them

// differences list what the file of a run has become, step by step.
func (p *pen) differences(run string) []Block {
	b := p.v.Changed(run)
	old := p.v.Book(run)
	if b == nil || old == nil {
		return nil
	}
	list := bookdiff.Steps(old, b)
	n := bookdiff.Count(list)
	out := Block{Kind: List, Text: p.t("run.changed.head", "runbook", joinNonEmpty(" ", OneLine(b.Title), OneLine(b.Version)),
		"added", n.Added, "removed", n.Removed, "changed", n.Changed)}
	for _, x := range list {
		if x.Kind == bookdiff.Same {
			continue
		}
		if len(out.Items) == maxDifferences {
			out.Items = append(out.Items, p.t("run.changed.more", "count", n.Added+n.Removed+n.Changed-maxDifferences))
			break
		}
		src := x.New
		if src == nil {
			src = x.Old
		}
		was := ""
		if x.Kind == bookdiff.Changed && OneLine(x.Old.Title) != OneLine(x.New.Title) {
			was = " ← " + Truncate(OneLine(x.Old.Title), 60)
		}
		out.Items = append(out.Items, p.t("run.changed."+string(x.Kind))+": "+Truncate(OneLine(src.Title), 60)+was)
	}
	return []Block{out}
}

// changedRuns are the runs whose file changed and nobody decided about it.
func (p *pen) changedRuns() []*incident.Run {
	return slices.DeleteFunc(slices.Clone(p.s.Runs), func(r *incident.Run) bool { return p.v.Changed(r.ID) == nil })
}

// runActions are the buttons about a run as a whole.
func (p *pen) runActions(r *incident.Run) []Action {
	var out []Action
	if p.s.Status == incident.Closed {
		return nil
	}
	if b := p.v.Changed(r.ID); b != nil {
		out = append(out, p.ask("run.adopt", "run.adopt", r.ID+"#"+b.Hash), p.ask("run.keep", "run.keep", r.ID+"#"+b.Hash))
	}
	if !r.Ended && len(r.Phases) > 0 {
		a := p.ask("step.add", "step.add", r.ID)
		if len(p.s.Runs) > 1 {
			a.Label = Truncate(p.t("step.add.what", "runbook", OneLine(p.v.RunTitle(r.ID))), 60)
		}
		out = append(out, a)
	}
	return out
}

// rowButtons open the forms in which a step counts.
func (p *pen) rowButtons(st *incident.Step) []Action {
	var out []Action
	for _, id := range st.Rows {
		if ty, ok := tally.Find(id); ok && len(out) < 3 {
			a := p.ask("row.add", "row.add", st.Ref+"#"+id)
			a.Label = Truncate(p.t("row.add.what", "form", ty.Name(string(p.Lang))), 30)
			out = append(out, a)
		}
	}
	return out
}

// RowActions are the buttons beside the answer to a row that was counted: it is
// corrected by a new row, or taken back. n is its number.
func (d Drawer) RowActions(v *incident.View, n string) []Action {
	p := d.pen(v)
	if _, ok := v.S.Counted(atoi(n)); !ok {
		return nil
	}
	return []Action{p.ask("row.fix", "row.fix", n), p.ask("row.void", "row.void", n)}
}

// plan reads the forms about what is counted and about the plan itself.
func (x *deed) plan(action string) incident.Command {
	ref, more, _ := strings.Cut(x.ref, "#")
	switch action {
	case "row.add":
		return incident.AddRow{Type: more, Step: ref, Values: x.row()}
	case "row.fix":
		return incident.AddRow{Type: x.p.typeOf(atoi(ref)), Replaces: atoi(ref), Values: x.row()}
	case "row.void":
		return incident.VoidRow{Row: atoi(ref), Reason: x.in["reason"]}
	case "step.add":
		return incident.AddStep{Run: ref, Phase: atoi(x.in["phase"]), Title: x.in["title"]}
	case "run.adopt":
		return incident.AdoptRun{Run: ref, Hash: more, Reason: x.in["reason"]}
	case "run.keep":
		return incident.KeepRun{Run: ref, Hash: more, Reason: x.in["reason"]}
	}
	return nil
}

// typeOf is the type of a row, also of one that was replaced or voided; of no
// type where there is none: the rules refuse by the number.
func (p *pen) typeOf(n int) string {
	for _, r := range p.s.Rows {
		if r.N == n {
			return r.Type
		}
	}
	return ""
}

func (x *deed) row() map[string]string {
	out := map[string]string{}
	for id, v := range x.in {
		if field, ok := strings.CutPrefix(id, rowInput); ok {
			out[field] = v
		}
	}
	return out
}
