package web

import (
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/runbook"
)

// maxBook is the largest file that can be checked here; the reader refuses
// anything over 1 MiB and says so, and a form escapes what is pasted.
const maxBook = 4 << 20

// maxWalk is how many answers a walk through a runbook may have.
const maxWalk = 500

// bookData is a runbook as written and as read.
type bookData struct {
	B        *runbook.Runbook // nil: the file could not be read at all
	File     string
	Saved    bool // it stands in the list of runbooks, and is not one to look at only
	Strict   bool
	Lines    []bookLine
	Phases   []bookPhase
	Findings []bookFinding
	Errors   int
	Warnings int
	Infos    int
}

type bookLine struct {
	N    int
	Text string
	Tone string // of the worst finding on it
}

type bookPhase struct {
	*runbook.Phase
	Steps []bookStep
}

// bookStep is a step as irbot understood it, and its card as Slack shows it.
type bookStep struct {
	*runbook.Step
	Card     *chat.Card
	Fields   []chat.Field
	Warnings []string
	Branches []runbook.Branch
	Question string
	Below    []answerSteps
}

// answerSteps are the steps that stand under an answer and apply if it is chosen.
type answerSteps struct {
	Label string
	Cards []*chat.Card
}

type bookFinding struct {
	ID, Tone, Severity, Text, Fix string
	Line                          int
}

func (s *Server) runbook(w http.ResponseWriter, r *http.Request) {
	b, ok := s.o.Service.Site().Runbook(r.PathValue("book"))
	if !ok {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	data := s.bookData(s.lang(r), b, b.Findings)
	data.Saved, data.File = true, b.File
	s.show(w, r, view{name: "runbook", title: b.Title, active: "runbooks", data: data})
}

// checkForm asks for a file to look at.
func (s *Server) checkForm(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, view{name: "bookcheck", title: "book.check", active: "runbooks", data: s.o.Pages.Read != nil})
}

// checkBook shows how a file would be read. Nothing of it is kept.
func (s *Server) checkBook(w http.ResponseWriter, r *http.Request) {
	if s.o.Pages.Read == nil {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	name, src, err := pastedBook(r)
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "web.form")
		return
	}
	// A parse cannot be stopped: one at a time, so that incidents keep the machine.
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-r.Context().Done():
		return
	}
	strict := r.PostFormValue("strict") != ""
	b, err := s.o.Pages.Read(name, src, strict)
	var stop *runbook.ReadError
	switch {
	case errors.As(err, &stop):
		data := s.bookData(s.lang(r), nil, stop.Findings)
		data.File, data.Strict = name, strict
		s.show(w, r, view{name: "runbook", title: "book.unread", active: "runbooks", data: data})
		return
	case err != nil:
		s.fail(w, r, http.StatusBadRequest, "web.form")
		return
	}
	data := s.bookData(s.lang(r), b, b.Findings)
	data.File, data.Strict = name, strict
	s.show(w, r, view{name: "runbook", title: b.Title, active: "runbooks", data: data})
}

// pastedBook takes the file, or else the text typed in.
func pastedBook(r *http.Request) (name string, src []byte, err error) {
	if file, head, err := r.FormFile("file"); err == nil {
		defer file.Close()
		src, err := io.ReadAll(file)
		return chat.Truncate(chat.OneLine(filepath.Base(head.Filename)), 120), src, err
	}
	return "paste.md", []byte(r.PostFormValue("text")), nil
}

// bookData lays a runbook out beside its source; b is nil for a file refused.
func (s *Server) bookData(lang chat.Lang, b *runbook.Runbook, findings []runbook.Finding) bookData {
	data := bookData{B: b}
	tones := map[int]string{}
	for _, f := range findings {
		x := bookFinding{ID: f.ID, Line: f.Line, Text: f.Message, Fix: f.Fix, Severity: s.t(lang, "lint."+string(f.Severity)), Tone: findingTone(f.Severity)}
		if lang == chat.EN {
			x.Text, x.Fix = f.MessageEN, f.FixEN
		}
		if tones[f.Line] != "blocked" {
			tones[f.Line] = x.Tone
		}
		switch f.Severity {
		case runbook.Error:
			data.Errors++
		case runbook.Warning:
			data.Warnings++
		case runbook.Info:
			data.Infos++
		}
		data.Findings = append(data.Findings, x)
	}
	if b == nil {
		return data
	}
	for i, l := range strings.Split(b.Text, "\n") {
		data.Lines = append(data.Lines, bookLine{N: i + 1, Text: chat.Safe(l), Tone: tones[i+1]})
	}
	cards := s.bookCards(lang, b)
	for i := range b.Phases {
		p := bookPhase{Phase: &b.Phases[i]}
		for j := range b.Phases[i].Steps {
			st := &b.Phases[i].Steps[j]
			x := s.bookStep(lang, st)
			x.Card, x.Below = cards[st.Key], stepsBelow(st, cards)
			p.Steps = append(p.Steps, x)
		}
		data.Phases = append(data.Phases, p)
	}
	return data
}

// stepsBelow finds the cards of the steps under each answer of a decision.
func stepsBelow(st *runbook.Step, cards map[string]*chat.Card) []answerSteps {
	if st.Decision == nil {
		return nil
	}
	var out []answerSteps
	for i, br := range st.Decision.Branches {
		x := answerSteps{Label: chat.OneLine(br.Label)}
		for j := range br.Subs {
			if c := cards[incident.SubKey(st.Key, i, j)]; c != nil {
				x.Cards = append(x.Cards, c)
			}
		}
		if len(x.Cards) > 0 {
			out = append(out, x)
		}
	}
	return out
}

// bookCards draws the card of every step as it will stand in Slack when its
// turn has come.
func (s *Server) bookCards(lang chat.Lang, b *runbook.Runbook) map[string]*chat.Card {
	out := map[string]*chat.Card{}
	rehearsal, err := incident.Rehearse(b, s.o.Service.Site(), s.o.Service.Now())
	if err != nil {
		return out // a document without steps has no cards
	}
	rehearsal.Spread()
	v, draw := rehearsal.View(), chat.Drawer{Words: s.o.Words, Lang: lang}
	for _, run := range v.S.Runs {
		for _, st := range run.Steps {
			if c, ok := draw.Draw(v, "step/"+st.Ref); ok {
				out[st.Key] = &c
			}
		}
	}
	return out
}

// walkData is one card of a walk through a runbook.
type walkData struct {
	B          *runbook.Runbook
	Card       *chat.Card // nil: the end
	Line, N    int
	Path, Back string
	Choices    []walkChoice
}

type walkChoice struct{ Path, Label string }

// tryBook walks through the cards of a runbook by the rules of a run. The
// address holds the answers, one letter each; nothing is recorded.
func (s *Server) tryBook(w http.ResponseWriter, r *http.Request) {
	b, ok := s.o.Service.Site().Runbook(r.PathValue("book"))
	if !ok || b.Reference {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	rehearsal, err := incident.Rehearse(b, s.o.Service.Site(), s.o.Service.Now())
	if err != nil {
		s.refused(w, r, err)
		return
	}
	path := r.URL.Query().Get("p")
	if len(path) > maxWalk {
		s.fail(w, r, http.StatusBadRequest, "web.form")
		return
	}
	for i := range len(path) {
		if !rehearsal.Answer(path[i : i+1]) {
			s.fail(w, r, http.StatusBadRequest, "web.form")
			return
		}
	}
	s.show(w, r, view{name: "booktry", title: b.Title, active: "runbooks", data: s.walk(s.lang(r), b, rehearsal, path)})
}

func (s *Server) walk(lang chat.Lang, b *runbook.Runbook, rehearsal *incident.Rehearsal, path string) walkData {
	d := walkData{B: b, Path: path, N: len(path)}
	if path != "" {
		d.Back = path[:len(path)-1]
	}
	st, v := rehearsal.Current(), rehearsal.View()
	if st == nil {
		return d
	}
	if c, ok := (chat.Drawer{Words: s.o.Words, Lang: lang}).Draw(v, "step/"+st.Ref); ok {
		d.Card = &c
	}
	src := v.Source(st)
	if src != nil {
		d.Line = src.Line
	}
	for i, x := range st.Branches {
		label := x.Key
		if src != nil && src.Decision != nil && i < len(src.Decision.Branches) {
			label = chat.OneLine(src.Decision.Branches[i].Label)
		}
		d.Choices = append(d.Choices, walkChoice{Path: path + x.Key, Label: label})
	}
	if len(st.Branches) == 0 {
		d.Choices = append(d.Choices, walkChoice{Path: path + incident.RehearseDone, Label: s.t(lang, "book.try.done")})
	}
	if st.Cond {
		d.Choices = append(d.Choices, walkChoice{Path: path + incident.RehearseNA, Label: s.t(lang, "book.try.na")})
	}
	return d
}
