package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) declareRoutes() {
	s.get("/declare", s.declarePage)
	s.post("/declare", s.declare)
	s.post("/i/{id}/take", s.takeCharge)
}

// declareData is what the form of a declaration shows.
type declareData struct {
	Kinds   []string
	Impacts []string
	Places  []string
	Drill   bool
	Error   string
	Similar *incident.View
	Form    declareForm
}

// declareForm is what was typed.
type declareForm struct {
	Kind, When, Place, Other, Title, Words, Reporter string
	Impact                                           []string
}

// Has reports whether an impact was ticked.
func (f declareForm) Has(impact string) bool { return slices.Contains(f.Impact, impact) }

func impacts() []string { return []string{"gate", "vessel", "yard", "none", "unknown"} }

func (s *Server) declarePage(w http.ResponseWriter, r *http.Request) {
	s.showDeclare(w, r, declareData{
		Drill: r.URL.Query().Get("drill") != "",
		Form:  declareForm{Kind: "unknown", Impact: []string{"unknown"}, Words: r.URL.Query().Get("words")},
	}, http.StatusOK)
}

func (s *Server) showDeclare(w http.ResponseWriter, r *http.Request, d declareData, status int) {
	d.Kinds, d.Impacts, d.Places = incident.FinderKinds(), impacts(), s.o.Places
	d.Drill = d.Drill || s.o.Demo
	title := "decl.title"
	if d.Drill {
		title = "decl.title.drill"
	}
	s.show(w, r, view{name: "declare", title: title, active: "board", data: d, status: status})
}

func (s *Server) declare(w http.ResponseWriter, r *http.Request) {
	f := declareForm{
		Kind: r.PostFormValue("finder"), When: incident.Clean(r.PostFormValue("at")), Place: incident.Clean(r.PostFormValue("place")),
		Other: incident.Clean(r.PostFormValue("other")), Title: r.PostFormValue("title"), Words: r.PostFormValue("words"),
		Reporter: r.PostFormValue("reporter"), Impact: r.PostForm["impact"],
	}
	d := declareData{Form: f, Drill: r.PostFormValue("drill") != ""}
	at, err := s.moment(f.When)
	if err != nil {
		d.Error = s.t(s.lang(r), "cmd.badtime", "word", f.When)
		s.showDeclare(w, r, d, http.StatusUnprocessableEntity)
		return
	}
	if at.After(s.o.Service.Now().Add(time.Minute)) {
		d.Error = s.o.Words.Refusal(s.lang(r), "time.future", map[string]string{"at": chat.Clock(at, s.o.Service.Site().Zone)})
		s.showDeclare(w, r, d, http.StatusUnprocessableEntity)
		return
	}
	if r.PostFormValue("new") == "" {
		if d.Similar = s.similar(r, d.Drill || s.o.Demo); d.Similar != nil {
			s.showDeclare(w, r, d, http.StatusOK)
			return
		}
	}
	place := f.Place
	if f.Other != "" {
		place = f.Other
	}
	res, err := s.o.Service.Open(r.Context(), s.actOf(r), incident.Declare{
		Title: f.Title, Finder: f.Kind, Place: place, Impact: f.Impact, Words: f.Words, Reporter: f.Reporter, Detected: at, Drill: d.Drill,
	})
	if err != nil {
		s.refused(w, r, err)
		return
	}
	text := s.t(s.lang(r), "decl.done", "incident", res.Incident)
	if res.Duplicate {
		text = s.t(s.lang(r), "cmd.dupe")
	}
	s.putFlash(w, flash{Tone: "done", Text: text})
	http.Redirect(w, r, "/i/"+res.Incident, http.StatusSeeOther)
}

// moment reads a stated time; the zero time where none was stated.
func (s *Server) moment(text string) (time.Time, error) {
	if strings.TrimSpace(text) == "" {
		return time.Time{}, nil
	}
	return chat.ParseTime(text, s.o.Service.Now(), s.o.Service.Site().Zone)
}

// recent is how fresh an open incident must be to be offered instead of a new
// one: the first calls about the same thing come within the hour.
const recent = time.Hour

// similar finds a fresh incident that is under way, so that two people who see
// the same thing do not open two rooms.
func (s *Server) similar(r *http.Request, drill bool) *incident.View {
	rows, err := s.o.List(r.Context(), true)
	if err != nil {
		return nil
	}
	for _, x := range rows {
		if x.Drill != drill {
			continue
		}
		v, err := s.o.Service.View(r.Context(), x.ID)
		if err != nil {
			continue
		}
		begun := v.S.Times.Declared
		if begun.IsZero() {
			begun = v.S.Times.Reported
		}
		if v.Now.Sub(begun) < recent {
			return v
		}
	}
	return nil
}

func (s *Server) takeCharge(w http.ResponseWriter, r *http.Request) {
	s.act(w, r, r.PathValue("id"), incident.TakeCharge{Runbook: r.PostFormValue("runbook")})
}
