package web

import (
	"net/http"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) finderRoutes() {
	s.mux.HandleFunc("GET /report", s.finder(s.finderPage))
	s.mux.HandleFunc("POST /report", s.finder(s.finderSend))
}

// finder lets a finder in without an account only where the operator opened
// this page (UX 3.10); otherwise one has to sign in.
func (s *Server) finder(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, known := s.visitor(r); !known && !s.o.Pages.Report {
			s.signedIn(h)(w, r)
			return
		}
		h(w, r)
	}
}

// finderData is the page of somebody who saw something.
type finderData struct {
	Kinds  []string
	Places []string
	Place  string // of this terminal, by the address on the poster
	Photo  bool
	Form   map[string]string
	Error  string
	Sent   *chat.Card
	ID     string
	Guest  bool
}

func (s *Server) finderPage(w http.ResponseWriter, r *http.Request) {
	s.showFinder(w, r, finderData{Place: incident.Clean(r.URL.Query().Get("place"))}, http.StatusOK)
}

func (s *Server) showFinder(w http.ResponseWriter, r *http.Request, d finderData, status int) {
	_, known := s.visitor(r)
	d.Kinds, d.Places, d.Photo, d.Guest = incident.FinderKinds(), s.o.Places, true, !known
	s.show(w, r, view{name: "finder", title: "decl.report", active: "board", data: d, status: status})
}

// finderSend opens an incident that nobody has taken charge of and pages the
// officer on duty.
func (s *Server) finderSend(w http.ResponseWriter, r *http.Request) {
	who, known := s.visitor(r)
	most := int64(incident.MaxFile)
	switch {
	case !known && s.slow.Wait("report:"+place(r), s.now()) > 0:
		most = 0 // others have to wait: a picture is not even kept in memory
	case !known:
		most = incident.MaxPhoto
	}
	pic, err := s.readReport(w, r, most)
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "web.form")
		return
	}
	d := finderData{Form: map[string]string{}}
	for _, name := range []string{"finder", "place", "other", "words", "reporter", "contact"} {
		d.Form[name] = r.PostFormValue(name)
	}
	d.Place = d.Form["place"]
	lang, key := s.lang(r), "report:"+place(r)
	switch {
	case !onceForm.MatchString(r.PostFormValue("once")):
		s.fail(w, r, http.StatusBadRequest, "web.form")
		return
	case d.Form["finder"] == "" && incident.Clean(d.Form["words"]) == "":
		d.Error = s.o.Words.Refusal(lang, "declare.empty", nil)
		s.showFinder(w, r, d, http.StatusUnprocessableEntity)
		return
	case !known && s.slow.Wait(key, s.now()) > 0:
		d.Error = s.t(lang, "finder.wait", "phone", s.o.Service.Site().Phone)
		s.showFinder(w, r, d, http.StatusTooManyRequests)
		return
	}
	act := incident.Act{Person: who.Person, Surface: "web", Request: "report:" + r.PostFormValue("once")}
	if !known {
		s.slow.Wrong(key, s.now()) // several reports from one place have to wait
		act.Person, act.Name = "guest:finder", incident.Clean(d.Form["reporter"])
	}
	where := d.Form["place"]
	if other := incident.Clean(d.Form["other"]); other != "" {
		where = other
	}
	res, err := s.o.Service.Open(r.Context(), act, incident.Report{
		Finder: d.Form["finder"], Place: where, Words: d.Form["words"], Reporter: d.Form["reporter"], Contact: d.Form["contact"], Drill: s.o.Demo,
	})
	if err != nil {
		text, status := s.why(r, err)
		d.Error = text
		s.showFinder(w, r, d, status)
		return
	}
	if !res.Duplicate {
		d.Error = s.keepPhoto(r, act, res.Incident, pic, most)
	}
	d.ID = res.Incident
	if v, err := s.o.Service.View(r.Context(), res.Incident); err == nil {
		if c, ok := (chat.Drawer{Words: s.o.Words, Lang: lang}).Draw(v, "received"); ok {
			d.Sent = &c
		}
	}
	s.showFinder(w, r, d, http.StatusOK)
}
