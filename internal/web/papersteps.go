package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// paperStep is a step of the checklist that can be typed in from paper.
type paperStep struct {
	S         *incident.Step
	Title     string
	At        string
	Who       string
	Value     string
	Skip      bool
	Error     string
	Run, Last string
}

type paperStepsData struct {
	Steps  []paperStep
	Sheets []incident.Evidence
	Sheet  string
	Error  string
}

func (s *Server) paperSteps(w http.ResponseWriter, r *http.Request) {
	s.showPaperSteps(w, r, paperAnswer{status: http.StatusOK})
}

// paperAnswer is what a sheet that was typed back is answered with.
type paperAnswer struct {
	typed   map[string]paperStep // what could not be recorded
	sheet   string
	problem string
	status  int
}

// showPaperSteps lists every step that is still open, with what was typed for
// those that could not be recorded.
func (s *Server) showPaperSteps(w http.ResponseWriter, r *http.Request, a paperAnswer) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	d := paperStepsData{Sheets: v.S.Evidence, Sheet: a.sheet, Error: a.problem}
	for _, run := range v.S.Runs {
		for _, st := range run.Steps {
			x, typed := a.typed[st.Ref]
			if st.Closed() && !typed { // one that somebody closed meanwhile keeps what was typed
				continue
			}
			x.S, x.Title, x.Run = st, chat.OneLine(v.StepTitle(st)), chat.OneLine(v.RunTitle(run.ID))
			if n := len(d.Steps); n > 0 && d.Steps[n-1].Run == x.Run {
				x.Last = x.Run
			}
			d.Steps = append(d.Steps, x)
		}
	}
	s.show(w, r, view{name: "papersteps", title: "paper.steps", active: "room", tab: "steps", in: v, data: d, status: a.status})
}

// keepPaperSteps records the steps of a sheet of paper as late entries. What
// cannot be recorded stays on the page; the rest is kept.
func (s *Server) keepPaperSteps(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	v, err := s.o.Service.View(r.Context(), id)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	bad, kept := map[string]paperStep{}, 0
	sheet, problem, status := s.paperPhoto(r, id)
	if problem != "" {
		for _, run := range v.S.Runs {
			for _, st := range run.Steps {
				if x, filled := readPaperStep(r, st); filled {
					bad[st.Ref] = x
				}
			}
		}
		s.showPaperSteps(w, r, paperAnswer{bad, sheet, problem, status})
		return
	}
	prev := s.o.Service.Now()
	for _, run := range v.S.Runs {
		for _, st := range run.Steps {
			x, filled := readPaperStep(r, st)
			if !filled {
				continue
			}
			at, err := chat.ParseTimeAfter(x.At, prev, s.o.Service.Now(), v.Site.Zone)
			if err != nil {
				x.Error = s.sheetTime(r, x.At, prev)
				bad[st.Ref], prev = x, time.Time{} // +5 behind it would count from the wrong step
				continue
			}
			prev = at
			act := s.actOf(r)
			act.Surface, act.At = "paper", at
			act.Request += "/" + strconv.Itoa(st.N)
			if x.Error = s.keepPaperStep(r, act, st, x, sheet); x.Error != "" {
				bad[st.Ref] = x
				continue
			}
			kept++
		}
	}
	switch {
	case len(bad) > 0:
		s.showPaperSteps(w, r, paperAnswer{bad, sheet, s.t(s.lang(r), "rows.partly", "kept", kept, "bad", len(bad)), http.StatusUnprocessableEntity})
	case kept == 0:
		s.showPaperSteps(w, r, paperAnswer{nil, sheet, s.t(s.lang(r), "rows.empty"), http.StatusUnprocessableEntity})
	default:
		s.putFlash(w, flash{Tone: "done", Text: s.t(s.lang(r), "paper.done", "n", kept)})
		http.Redirect(w, r, "/i/"+id+"/steps", http.StatusSeeOther)
	}
}

// readPaperStep reads the line of a step; filled is false where nothing was typed.
func readPaperStep(r *http.Request, st *incident.Step) (x paperStep, filled bool) {
	n := strconv.Itoa(st.N)
	x = paperStep{At: r.PostFormValue("at." + n), Who: r.PostFormValue("who." + n), Value: r.PostFormValue("value." + n), Skip: r.PostFormValue("skip."+n) != ""}
	return x, x.Skip || strings.TrimSpace(x.At+x.Who+x.Value) != ""
}

// keepPaperStep records one step; it gives what is wrong, in words.
func (s *Server) keepPaperStep(r *http.Request, act incident.Act, st *incident.Step, x paperStep, sheet string) string {
	var cmd incident.Command = incident.Done{Step: st.Ref, Value: x.Value, Paper: true, Writer: x.Who, Sheet: sheet}
	if x.Skip {
		cmd = incident.Skip{Step: st.Ref, Reason: strings.TrimSpace(x.Value + " " + x.Who)}
	}
	if _, err := s.o.Service.Do(r.Context(), act, r.PathValue("id"), cmd); err != nil {
		text, _ := s.why(r, err)
		return text
	}
	return ""
}
