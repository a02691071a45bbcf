package web

import (
	"fmt"
	"net/http"

	"irbot/internal/bookdiff"
	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/runbook"
)

func (s *Server) runRoutes() {
	s.get("/i/{id}/runs/{run}", s.runChanges)
	s.get("/i/{id}/paper/steps", s.paperSteps)
	s.postLines("/i/{id}/paper/steps", maxUpload, s.keepPaperSteps)
}

// phaseView is a phase with what its heading says.
func (p *page) phaseView(v *incident.View, run *incident.Run, i int) phaseView {
	x := run.Phases[i]
	ph := phaseView{No: x.No, Title: chat.OneLine(v.PhaseTitle(run.ID, x.No)), Ended: x.Ended, P: x, Ref: fmt.Sprintf("%s/p%d", run.ID, x.No)}
	if x.Parallel || i+1 < len(run.Phases) && run.Phases[i+1].Parallel {
		ph.Lane = p.T("phase.beside")
	}
	src := v.Book(run.ID).Phase(x.No)
	if src == nil {
		return ph
	}
	ph.Actions, ph.Purpose = p.drawer().PhaseActions(v, run.ID, x.No), chat.OneLine(src.Purpose)
	if src.Window != nil {
		ph.Window = chat.OneLine(src.Window.Written)
	}
	if ph.Lane != "" && src.Lane != "" {
		ph.Lane = p.T("phase.lane", "lane", chat.OneLine(src.Lane))
	}
	return ph
}

// runChange is a step in both versions of a runbook.
type runChange struct {
	bookdiff.Change
	Title string
	Facts string
	State string // of the step in the run
}

type runData struct {
	R       *incident.Run
	Title   string
	Old     *runbook.Runbook
	New     *runbook.Runbook
	Steps   []runChange
	Counts  bookdiff.Counts
	Lines   []bookdiff.Line
	Adopted int
	About   []chat.Field // what the document says of itself
}

// runChanges shows what became of the file of a run since the run began.
func (s *Server) runChanges(w http.ResponseWriter, r *http.Request) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	run := v.S.Run(r.PathValue("run"))
	if run == nil {
		s.fail(w, r, http.StatusNotFound, "err.run.unknown", "run", chat.Truncate(chat.Safe(r.PathValue("run")), 20))
		return
	}
	s.show(w, r, view{name: "runchange", title: "run.changed", active: "room", tab: "steps", in: v, data: func(p *page) any {
		d := runData{R: run, Title: chat.OneLine(v.RunTitle(run.ID)), Old: v.Book(run.ID), New: v.Changed(run.ID), Adopted: len(run.Versions)}
		d.About = p.about(d.Old)
		if d.Old == nil || d.New == nil {
			return d
		}
		all := bookdiff.Steps(d.Old, d.New)
		d.Counts, d.Lines = bookdiff.Count(all), bookdiff.Lines(d.Old.Text, d.New.Text)
		for _, c := range all {
			if c.Kind != bookdiff.Same {
				d.Steps = append(d.Steps, p.runChange(v, run, c))
			}
		}
		return d
	}})
}

// about is what a runbook says of itself: when it applies, whose it is, and
// until when it was looked through.
func (p *page) about(b *runbook.Runbook) []chat.Field {
	if b == nil {
		return nil
	}
	var out []chat.Field
	for _, f := range []struct{ key, value string }{
		{"book.version", b.Version}, {"book.trigger", b.Trigger}, {"book.severity", b.Severity}, {"book.owner", b.Owner},
		{"book.reviewed", b.Reviewed}, {"book.reviewby", b.ReviewBy},
	} {
		if f.value != "" {
			out = append(out, chat.Field{Label: p.T(f.key), Value: chat.OneLine(f.value)})
		}
	}
	return out
}

func (p *page) runChange(v *incident.View, run *incident.Run, c bookdiff.Change) runChange {
	out := runChange{Change: c}
	if c.New != nil {
		out.Title = chat.OneLine(c.New.Title)
	}
	if c.Old != nil {
		if c.New == nil {
			out.Title = chat.OneLine(c.Old.Title)
		}
		for _, st := range run.Steps {
			if st.Key == c.Old.Key && st.Book == "" {
				out.State, _ = p.stepWord(v, st)
			}
		}
	}
	for i, f := range c.Facts {
		if i > 0 {
			out.Facts += p.T("label.and")
		}
		out.Facts += p.T("diff." + f)
	}
	return out
}
