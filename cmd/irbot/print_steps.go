package main

import (
	"context"
	"slices"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/runbook"
	"irbot/internal/tally"
)

// blankRows is how many empty lines a printed form has.
const blankRows = 14

// formsOf are the forms a runbook's steps count rows on.
func formsOf(b *runbook.Runbook) []tally.Type {
	var out []tally.Type
	for i := range b.Phases {
		for j := range b.Phases[i].Steps {
			for _, w := range b.Phases[i].Steps[j].Forms {
				out = withForm(out, w)
			}
		}
	}
	return out
}

func withForm(list []tally.Type, word string) []tally.Type {
	ty, ok := tally.Find(word)
	if !ok || slices.ContainsFunc(list, func(x tally.Type) bool { return x.ID == ty.ID }) {
		return list
	}
	return append(list, ty)
}

// printForm makes a blank form.
func (c *cli) printForm(ty tally.Type, out string) error {
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	if out == "" {
		out = "form-" + ty.ID + ".html"
	}
	b := &runbook.Runbook{Title: ty.Name(string(c.lang)), ID: ty.ID}
	return c.sheet("runbook.html", out, sheet{c: c, Site: cfg.Site, Book: b, Made: chat.Stamp(time.Now(), cfg.Site.Zone, c.lang), Forms: []tally.Type{ty}, Blank: make([]int, blankRows)})
}

// printRuns prints the checklists of an incident as far as they are, to go on
// by hand when power or network are going.
func (c *cli) printRuns(ctx context.Context, id, out string) error {
	svc, rv, cfg, err := c.reading(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = rv.Close() }()
	v, err := svc.View(ctx, id)
	if err != nil {
		return err
	}
	s := sheet{c: c, Site: cfg.Site, Book: &runbook.Runbook{}, Hash: v.S.ID + " " + v.Title(), Made: chat.Stamp(time.Now(), cfg.Site.Zone, c.lang), Blank: make([]int, blankRows)}
	if v.S.Drill {
		s.Hash = c.say("【訓練】", "[DRILL] ") + s.Hash
	}
	for _, r := range v.S.Runs {
		s.Runs = append(s.Runs, c.printedRun(v, r))
		for _, st := range r.Steps {
			for _, w := range st.Rows {
				s.Forms = withForm(s.Forms, w)
			}
		}
	}
	if out == "" {
		out = v.S.ID + "_steps.html"
	}
	return c.sheet("steps.html", out, s)
}

func (c *cli) printedRun(v *incident.View, r *incident.Run) printedRun {
	out := printedRun{Title: v.RunTitle(r.ID), Version: v.Text(r.Seq)["version"]}
	phase := 0
	for _, st := range r.Steps {
		x := printedStep{N: st.N, Title: v.StepTitle(st), Two: st.Two}
		if st.Phase != phase {
			phase, x.Phase = st.Phase, v.PhaseTitle(r.ID, st.Phase)
		}
		for i, role := range st.Owner {
			if i > 0 {
				x.Owner += c.words.T(c.lang, "label.and")
			}
			x.Owner += v.Role(role, string(c.lang))
		}
		if src := v.Source(st); src != nil {
			x.Done, x.Forbidden = src.DoneWhen, src.Forbidden
		}
		if st.Closed() {
			text := v.Text(st.CloseSeq)
			x.State = c.words.T(c.lang, "step.state."+string(st.State))
			x.Time, x.Who, x.Value = chat.Clock(st.ClosedAt, v.Site.Zone), v.Person(st.By, string(c.lang)), text["value"]+text["choice"]+text["reason"]
		}
		out.Steps = append(out.Steps, x)
	}
	return out
}
