package web

import (
	"net/http"
	"strconv"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) noteRoutes() {
	s.post("/i/{id}/note", s.note)
	s.get("/i/{id}/paper", s.paperPage)
	s.post("/i/{id}/paper", s.paper)
}

// note records a line of the クロノロ as it was typed: time, from, to, content.
func (s *Server) note(w http.ResponseWriter, r *http.Request) {
	now, zone := s.o.Service.Now(), s.o.Service.Site().Zone
	line := chat.ParseLine(r.PostFormValue("line"), now, zone)
	act := s.actOf(r)
	if line.HasTime {
		act.At = line.At
	}
	if cmd, ok := chat.FactNote(line.Text); ok {
		s.actAt(w, r, act, r.PathValue("id"), cmd)
		return
	}
	s.actAt(w, r, act, r.PathValue("id"), incident.AddNote{
		From: line.From, To: line.To, Text: line.Text, Step: r.PostFormValue("ref"),
		Important: line.Important || r.PostFormValue("important") != "", Open: line.Open || r.PostFormValue("open") != "",
	})
}

// paperRows is how many lines the grid for typing in paper has.
const paperRows = 10

// paperLine is one line of that grid.
type paperLine struct {
	N                    int
	At, From, To, Text   string
	Error                string
	Recorded             bool
	Important, Unhandled bool
}

type paperData struct {
	Lines []paperLine
	Once  string
	Error string
}

func (s *Server) paperPage(w http.ResponseWriter, r *http.Request) {
	s.showPaper(w, r, paperData{Lines: make([]paperLine, paperRows), Once: once()}, http.StatusOK)
}

func (s *Server) showPaper(w http.ResponseWriter, r *http.Request, d paperData, status int) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	for i := range d.Lines {
		d.Lines[i].N = i
	}
	s.show(w, r, view{name: "paper", title: "paper.title", active: "chrono", tab: "chrono", in: v, data: d, status: status})
}

// paper records a sheet that was kept by hand. Nothing is recorded while a time
// cannot be read; a sheet sent twice is recorded once, line by line.
func (s *Server) paper(w http.ResponseWriter, r *http.Request) {
	d := paperData{Once: r.PostFormValue("once")}
	prev, bad, found := s.o.Service.Now(), false, false
	acts := make([]incident.Act, paperRows)
	for i := range paperRows {
		n := strconv.Itoa(i)
		l := paperLine{
			At: r.PostFormValue("at" + n), From: r.PostFormValue("from" + n), To: r.PostFormValue("to" + n), Text: r.PostFormValue("text" + n),
			Important: r.PostFormValue("important"+n) != "", Unhandled: r.PostFormValue("open"+n) != "",
		}
		acts[i] = s.actOf(r)
		acts[i].Surface = "paper"
		acts[i].Request += "/" + n
		if incident.Clean(l.Text) != "" {
			found = true
			at, err := chat.ParseTimeAfter(l.At, prev, s.o.Service.Now(), s.o.Service.Site().Zone)
			if err != nil {
				bad, l.Error = true, s.t(s.lang(r), "cmd.badtime", "word", l.At)
			} else {
				prev, acts[i].At = at, at
			}
		}
		d.Lines = append(d.Lines, l)
	}
	switch {
	case !found:
		d.Error = s.o.Words.Refusal(s.lang(r), "note.empty", nil)
		s.showPaper(w, r, d, http.StatusUnprocessableEntity)
	case bad:
		d.Error = s.t(s.lang(r), "paper.bad")
		s.showPaper(w, r, d, http.StatusUnprocessableEntity)
	default:
		s.keepPaper(w, r, d, acts)
	}
}

func (s *Server) keepPaper(w http.ResponseWriter, r *http.Request, d paperData, acts []incident.Act) {
	kept := 0
	for i := range d.Lines {
		l := &d.Lines[i]
		if incident.Clean(l.Text) == "" {
			continue
		}
		_, err := s.o.Service.Do(r.Context(), acts[i], r.PathValue("id"), incident.AddNote{
			From: l.From, To: l.To, Text: l.Text, Important: l.Important, Open: l.Unhandled, Paper: true,
		})
		if err != nil {
			text, status := s.why(r, err)
			l.Error, d.Error = text, s.t(s.lang(r), "paper.partly", "n", kept)
			s.showPaper(w, r, d, status)
			return
		}
		l.Recorded = true
		kept++
	}
	s.putFlash(w, flash{Tone: "done", Text: s.t(s.lang(r), "paper.done", "n", kept)})
	http.Redirect(w, r, "/i/"+r.PathValue("id")+"/chrono", http.StatusSeeOther)
}
