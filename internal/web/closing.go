package web

import (
	"net/http"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) closeRoutes() {
	s.get("/i/{id}/close", s.closePage)
	s.post("/i/{id}/real", s.real)
}

// closeData is what is left before closing (UX 2.12).
type closeData struct {
	Card   chat.Card
	Left   []leftLine
	Blocks bool
	Form   *deedForm
	Force  bool // closing leaves something open: only approvers may
	May    bool
	Who    string
	Done   *chat.Card
	Real   bool // the drill can be stopped because it is real
}

type leftLine struct {
	Text, Path string
	Blocks     bool
}

func (s *Server) closePage(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	data := closeData{Real: d.v.S.Drill && !s.o.Demo}
	if d.closed() {
		d.draw.Entries = d.entries(r)
		if c, ok := d.draw.Draw(d.v, "closed"); ok {
			data.Done = &c
		}
	} else {
		data.Card, _ = d.draw.Draw(d.v, "close")
		data.Left = d.left()
		data.Force = d.v.S.Left().Any()
		name, class := "incident.close", incident.MayClose
		if data.Force {
			name, class = "incident.force", incident.MayApprove
		}
		data.May = d.may(class) && d.may(incident.MayClose)
		data.Who = d.people(d.v.Site.Who(class, d.v.S))
		if f, ok := d.form(name, ""); ok {
			f.Body, f.Back, f.Danger = nil, d.base+"/close", data.Force
			data.Form = &f
		}
	}
	s.show(w, r, view{name: "close", title: "close.title", active: "room", tab: "room", in: d.v, data: data})
}

// left lists what is still open, each with the page on which it is dealt with.
func (d *desk) left() []leftLine {
	l := d.v.S.Left()
	var out []leftLine
	add := func(n int, key, path string, blocks bool) {
		if n > 0 {
			out = append(out, leftLine{Text: d.t(key, "count", n), Path: d.base + path, Blocks: blocks})
		}
	}
	add(l.Steps, "close.steps", "/steps", true)
	add(l.Notices, "close.notices", "/n", true)
	add(l.Unconfirmed, "close.unconfirmed", "/n", true)
	add(l.Duties, "close.duties", "/clocks", true)
	add(l.Escalations, "close.escalations", "", true)
	add(l.Entries, "close.entries", "/chrono", true)
	add(undecided(d.v.S), "close.decisions", "/d", false)
	add(l.Cautions, "close.cautions", "", false)
	return out
}

// real stops a drill because it is real: it opens a new live incident and links
// the two. The record of the drill stays a drill's.
func (s *Server) real(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	if s.o.Demo || !d.v.S.Drill {
		s.again(w, r, http.StatusConflict, d.t("real.refused"))
		return
	}
	act := s.actOf(r)
	first := d.v.Text(max(d.v.S.ReportSeq, d.v.S.DeclareSeq))
	res, err := s.o.Service.Open(r.Context(), act, incident.Declare{
		Title: d.v.Title(), Finder: d.v.S.Finder, Place: first["place"], Impact: d.v.S.Impact, Words: r.PostFormValue("words"),
	})
	if err != nil {
		s.refused(w, r, err)
		return
	}
	for i, pair := range [][2]string{{d.v.S.ID, res.Incident}, {res.Incident, d.v.S.ID}} {
		link := act
		link.Request += []string{"/to", "/from"}[i]
		if _, err := s.o.Service.Do(r.Context(), link, pair[0], incident.Link{To: pair[1]}); err != nil {
			s.o.Logger.Warn("link drill and live incident", "from", pair[0], "to", pair[1], "err", err)
		}
	}
	s.putFlash(w, flash{Tone: "done", Text: d.t("real.done", "id", res.Incident)})
	http.Redirect(w, r, "/i/"+res.Incident, http.StatusSeeOther)
}
