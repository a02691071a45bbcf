package chat

import (
	"fmt"
	"slices"
	"strings"

	"irbot/internal/incident"
	"irbot/internal/runbook"
	"irbot/internal/tally"
)

// further are the buttons for what a runbook says besides the doing: people of
// our own to be told, another runbook to be opened, a decision that stands only
// in its prose.
func (p *pen) further(st *incident.Step) []Action {
	var out []Action
	if st.State == incident.StepBlocked || st.State == incident.StepSecond {
		return nil
	}
	if p.toTell(st.Tell, st.Informed) {
		out = append(out, p.action("step.inform", "step.inform", st.Ref))
	}
	run, _, _ := strings.Cut(st.Ref, "/")
	if r := p.s.Run(run); leads(r, st) {
		out = append(append(out, p.phaseTells(r, st.Phase)...), p.phaseChoices(r, st.Phase, true)...)
		if st.Phase == r.Phases[0].No {
			out = append(out, p.phaseChoices(r, 0, true)...)
		}
	}
	src := p.v.Source(st)
	if src == nil {
		return out
	}
	var seen []string // a step may name a runbook in its text and in its list
	for _, l := range src.Links {
		if !l.Runbook || len(out) > 2 {
			continue
		}
		b := p.v.Site.Linked(l.URL)
		if b == nil || slices.Contains(seen, b.ID) || b.Reference || p.underWay(b.Hash) {
			continue
		}
		seen = append(seen, b.ID)
		a := p.action("run.start", "step.startbook", st.Ref+"#"+b.ID)
		a.Label = Truncate(p.t("step.startbook", "title", OneLine(b.Title)), 30)
		out = append(out, a)
	}
	if st.Armed > 0 {
		return out
	}
	for i, c := range src.Choices {
		a := p.action("step.arm", "step.arm", fmt.Sprintf("%s#%d", st.Ref, i+1))
		if len(src.Choices) > 1 {
			a.Label = Truncate(p.t("step.arm.what", "question", OneLine(c.Question)), 60)
		}
		out = append(out, a)
	}
	return out
}

// stands is where a step stands in its runbook.
func (p *pen) stands(st *incident.Step) string {
	switch {
	case st.Added != 0:
		return p.t("step.from_spot")
	case st.Armed != 0 && strings.Contains(st.Key, ".d"):
		return p.t("step.from_prose")
	}
	return st.Key
}

// toTell reports whether somebody of our own is still to be told.
func (p *pen) toTell(targets, informed []string) bool {
	return slices.ContainsFunc(p.v.People(targets), func(id string) bool { return !slices.Contains(informed, id) })
}

func (p *pen) underWay(hash string) bool {
	return slices.ContainsFunc(p.s.Runs, func(r *incident.Run) bool { return r.Hash == hash && !r.Ended })
}

// forms are the names of the row types of a step, with how many were counted.
func (p *pen) rowForms(st *incident.Step) string {
	var out []string
	for _, id := range st.Rows {
		if ty, ok := tally.Find(id); ok {
			out = append(out, ty.Name(string(p.Lang)))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return p.t("step.forms.val", "forms", strings.Join(out, p.t("label.and")), "count", p.s.Holding(st.Ref))
}

// timerWords are the words of a timer of a step; 0 is the first one.
func (p *pen) timerWords(st *incident.Step, timer int) string {
	src := p.v.Source(st)
	if src == nil {
		return ""
	}
	seen := 0
	for i, t := range src.Timers {
		first := t.Every > 0 && !slices.ContainsFunc(src.Timers[:i], func(x runbook.Repeat) bool { return x.Every > 0 })
		switch {
		case first && timer == 0:
			return OneLine(t.Text)
		case first || t.Every == 0 && t.At == "":
			continue
		}
		if seen++; seen == timer {
			return OneLine(t.Text)
		}
	}
	return ""
}

// phaseTimer are the words of timer n (from 1) of a phase.
func (p *pen) phaseTimer(run string, phase, n int) string {
	src := p.v.Book(run).Phase(phase)
	if src == nil || n < 1 || n > len(src.Timers) {
		return ""
	}
	return OneLine(src.Timers[n-1].Text)
}

// phaseNews says that the opening time or the limit of a phase came, or that
// its round is due. ref is the number of the entry.
func (p *pen) phaseNews(ref string) (Card, bool) {
	e, ok := p.entry(ref)
	if !ok {
		return Card{}, false
	}
	f := readFacts(&e)
	r := p.s.Run(f.Run)
	if r == nil {
		return Card{}, false
	}
	title := strings.TrimSpace(fmt.Sprint(f.Phase) + " " + OneLine(p.v.PhaseTitle(f.Run, f.Phase)))
	key, tone := "phase.opened", ToneCurrent
	switch e.Kind {
	case incident.KindPhaseOverdue:
		key, tone = "phase.over", ToneLate
	case incident.KindPhaseReminded:
		key = "phase.round"
	}
	c := Card{Head: p.mark(p.t(key, "phase", title, "text", p.phaseTimer(f.Run, f.Phase, f.Timer))), Tone: tone}
	for i := range r.Phases {
		if x := &r.Phases[i]; x.No == f.Phase && x.Started.IsZero() && !x.Ended && e.Kind == incident.KindPhaseOpened {
			c.Actions = []Action{p.action("phase.start", "phase.start", fmt.Sprintf("%s/p%d", r.ID, x.No))}
		}
	}
	return c, true
}

// adopted says that a run follows the changed file from now on.
func (p *pen) adopted(ref string) (Card, bool) {
	e, ok := p.entry(ref)
	if !ok {
		return Card{}, false
	}
	words := e.Fields()
	c := Card{Head: p.mark(p.t("run.adopted.head", "runbook", joinNonEmpty(" ", OneLine(words["title"]), OneLine(words["version"])))), Tone: ToneCurrent}
	c.Fields = []Field{{Label: p.t("run.changes"), Value: p.counts(words["changes"])}, {Label: p.t("label.reason"), Value: OneLine(words["reason"])}}
	if a, ok := p.link("inc.console", "/steps"); ok {
		c.Actions = append(c.Actions, a)
	}
	return c, true
}

// counts words how much of a runbook changed; it is recorded as +1 -0 ~1.
func (p *pen) counts(written string) string {
	var added, removed, changed int
	if n, _ := fmt.Sscanf(written, "+%d -%d ~%d", &added, &removed, &changed); n != 3 {
		return OneLine(written)
	}
	return p.t("run.counts", "added", added, "removed", removed, "changed", changed)
}

// informed is what people of our own are told because a step or a phase says so.
func (p *pen) informed(ref string) (Card, bool) {
	e, ok := p.entry(ref)
	if !ok {
		return Card{}, false
	}
	f, title := readFacts(&e), ""
	switch st := p.s.Step(f.Step); {
	case st != nil:
		title = p.t("step.line", "n", st.N, "title", OneLine(p.v.StepTitle(st)))
	case p.s.Run(f.Run) != nil:
		title = p.t("phase.no", "n", f.Phase) + " " + OneLine(p.v.PhaseTitle(f.Run, f.Phase))
	default:
		return Card{}, false
	}
	c := Card{Head: p.mark(p.t("step.inform.head", "incident", p.s.ID, "title", OneLine(p.v.Title()))), Title: title, Tone: ToneCurrent}
	if text := Safe(e.Fields()["text"]); text != "" {
		c.Body = []Block{{Kind: Para, Text: text}}
	}
	if a, ok := p.link("inc.console", ""); ok {
		c.Actions = append(c.Actions, a)
	}
	return c, true
}
