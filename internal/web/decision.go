package web

import (
	"net/http"
	"slices"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) decisionRoutes() {
	s.get("/i/{id}/d", s.decisions)
	s.get("/i/{id}/d/{d}", s.decision)
	s.get("/i/{id}/steps/{n}/decide", s.decideStep)
}

// undecided counts the questions that wait for an answer.
func undecided(s *incident.Incident) int {
	n := 0
	for _, d := range s.Decisions {
		if d.Made.IsZero() {
			n++
		}
	}
	return n
}

type decisionsData struct {
	Rows []decisionRow
	Open *deedForm
}

type decisionRow struct {
	Path string
	D    *incident.Decision
	Card chat.Card
}

func (s *Server) decisions(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	var data decisionsData
	for _, x := range slices.Backward(d.v.S.Decisions) {
		if c, ok := d.draw.Draw(d.v, "decision/"+x.ID); ok {
			data.Rows = append(data.Rows, decisionRow{Path: d.base + "/d/" + x.ID, D: x, Card: c})
		}
	}
	if f, ok := d.form("decision.open", ""); ok && !d.closed() {
		f.Back = d.base + "/d"
		data.Open = &f
	}
	s.show(w, r, view{name: "decisions", title: "tab.decisions", active: "room", tab: "decisions", in: d.v, data: data})
}

// decisionData is the page of one decision (UX 2.5).
type decisionData struct {
	Ref     string
	Card    chat.Card
	Options []decisionOption
	Make    *deedForm // basis and time of review
	Forms   []deedForm
	Said    []chat.Block // objections and questions
	Back    string
	Warn    string
}

type decisionOption struct {
	Key, Letter, Text, Note string
	On                      bool
}

func (s *Server) decision(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	x := d.v.S.Decision(strings.ToUpper(r.PathValue("d")))
	if x == nil {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	card, _ := d.draw.Draw(d.v, "decision/"+x.ID)
	data := decisionData{Ref: x.ID, Card: card, Back: d.base + "/d"}
	for _, b := range card.Body {
		if b.Kind != chat.List {
			data.Said = append(data.Said, b)
		}
	}
	words, want := d.v.Text(x.Seq), r.URL.Query().Get("choice")
	for i, k := range x.Options {
		o := decisionOption{Key: k, Letter: letterOf(i), Text: chat.OneLine(words["option_"+k]), Note: chat.OneLine(words["note_"+k]), On: k == want}
		if !x.Made.IsZero() {
			o.On = k == x.Choice
		}
		if o.Text == "" && o.On {
			o.Text = chat.OneLine(words["choice"])
		}
		if o.Text == "" && !o.On {
			continue // its words were not kept: a letter alone says nothing
		}
		data.Options = append(data.Options, o)
	}
	if x.Made.IsZero() && !d.closed() {
		data.Make = d.makeForm(x.ID, x.Options)
		data.Forms = d.forms([2]string{"decision.ask", x.ID}, [2]string{"decision.object", x.ID})
		if x.Decider != "" && !slices.Contains(d.v.Site.RolesOf(d.me, d.v.S), x.Decider) && !slices.Contains(d.v.Site.RolesOf(d.me, d.v.S), x.Decider+"-deputy") {
			data.Warn = d.t("decide.notyou", "role", d.v.Role(x.Decider, string(d.lang)))
		}
	}
	s.show(w, r, view{name: "decision", title: card.Title, active: "room", tab: "decisions", in: d.v, data: data})
}

// makeForm asks for the basis and the time of review; the answer itself is
// chosen above it.
func (d *desk) makeForm(ref string, options []string) *deedForm {
	if len(options) == 0 {
		return nil
	}
	f, ok := d.form("decision.make", ref+"#"+options[0])
	if !ok {
		return nil
	}
	f.Ref, f.Body, f.Back = ref, nil, ""
	f.Fields = slices.DeleteFunc(f.Fields, func(x deedField) bool { return x.ID == "choice" })
	return &f
}

func letterOf(i int) string { return string(rune('A' + i)) }

// decideStep is the page of a decision that is a step of the runbook.
func (s *Server) decideStep(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	st := d.v.S.FindStep(r.PathValue("n"))
	src := d.v.Source(orNone(st))
	if st == nil || src == nil || src.Decision == nil || len(st.Branches) == 0 {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	card, _ := d.draw.Draw(d.v, "step/"+st.Ref)
	title := chat.OneLine(src.Decision.Question)
	if title == "" {
		title = card.Title
	}
	data := decisionData{Ref: st.Ref, Card: card, Back: d.base + "/steps/" + r.PathValue("n")}
	keys := make([]string, 0, len(st.Branches))
	for i, b := range st.Branches {
		o := decisionOption{Key: b.Key, Letter: letterOf(i), On: b.Key == r.URL.Query().Get("choice")}
		if i < len(src.Decision.Branches) {
			o.Text, o.Note = chat.OneLine(src.Decision.Branches[i].Label), d.draw.AnswerNote(d.v, st, i, src.Decision.Branches[i].Text)
		}
		keys = append(keys, b.Key)
		data.Options = append(data.Options, o)
	}
	if !st.Closed() && !d.closed() {
		data.Make = d.makeForm(st.Ref, keys)
		if data.Make != nil {
			data.Make.Back = data.Back
		}
	}
	s.show(w, r, view{name: "decision", title: title, active: "room", tab: "steps", in: d.v, data: data})
}

// orNone lets a step that is not there be looked up without harm.
func orNone(st *incident.Step) *incident.Step {
	if st == nil {
		return &incident.Step{}
	}
	return st
}
