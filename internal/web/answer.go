package web

import (
	"encoding/hex"
	"net/http"
	"regexp"
	"time"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) answerRoutes() {
	s.mux.HandleFunc("GET /a/{token}", s.answerPage)
	s.mux.HandleFunc("POST /a/{token}", s.formed(maxForm, s.answerPage))
}

// answerToken is the form of a token that irbot makes.
var answerToken = regexp.MustCompile(`^[A-Za-z0-9_-]{20,100}$`)

// answerData is the page behind the link in a page by mail or SMS.
type answerData struct {
	Token   string
	Card    *chat.Card
	Done    *flash // what became of it
	Over    bool   // nothing is asked any more
	Expires time.Time
	Person  string
	Phone   string
}

// answerPage is read without an account. Opening it never acts, because mail
// scanners and previews open links too; only its button does. A wrong token is
// slowed; a right one always goes through, so that nobody behind the same proxy
// can keep a person from answering.
func (s *Server) answerPage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	phone := s.o.Service.Site().Phone
	link, to, ok := s.answerOf(r)
	if !ok {
		slow := "answer:" + place(r)
		if s.slow.Wait(slow, s.now()) > 0 {
			s.fail(w, r, http.StatusTooManyRequests, "answer.slow", "phone", phone)
			return
		}
		s.slow.Wrong(slow, s.now())
		s.fail(w, r, http.StatusNotFound, "answer.none", "phone", phone)
		return
	}
	if s.now().After(link.Expires) {
		s.fail(w, r, http.StatusGone, "answer.expired", "phone", phone)
		return
	}
	d := answerData{Token: r.PathValue("token"), Phone: phone, Expires: link.Expires}
	status := http.StatusOK
	if r.Method == http.MethodPost && r.PostFormValue("answer") == "yes" { // the button says so; a scanner that posts does not
		d.Done, status = s.answerGive(r, link, to)
	}
	v, err := s.o.Service.View(r.Context(), to.Incident)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	lang := s.lang(r)
	d.Person = v.Person(link.Person, string(lang))
	if c, ok := (chat.Drawer{Words: s.o.Words, Lang: lang}).Draw(v, "page/"+to.Escalation+"/"+link.Person); ok {
		d.Card = &c
	}
	e := v.S.Escalation(to.Escalation)
	d.Over = e == nil || e.Ended != ""
	s.show(w, r, view{name: "answer", title: "answer.title", in: v, data: d, status: status})
}

// answerOf finds what the address of the request may answer.
func (s *Server) answerOf(r *http.Request) (auth.Link, auth.Answer, bool) {
	token := r.PathValue("token")
	if s.o.Pages.Answers == nil || !answerToken.MatchString(token) {
		return auth.Link{}, auth.Answer{}, false
	}
	link, err := s.o.Pages.Answers.Link(r.Context(), auth.Digest(token))
	if err != nil {
		return auth.Link{}, auth.Answer{}, false
	}
	to, ok := auth.AnswerOf(link.Purpose)
	return link, to, ok
}

// answerGive acknowledges, then uses the link up: a link must not be lost when
// the answer could not be recorded. Two presses at once have the same request
// key and are recorded once.
func (s *Server) answerGive(r *http.Request, link auth.Link, to auth.Answer) (*flash, int) {
	act := incident.Act{Person: link.Person, Surface: to.Means, Request: "answer:" + hex.EncodeToString(link.Digest)}
	res, err := s.o.Service.Do(r.Context(), act, to.Incident, incident.Ack{Esc: to.Escalation})
	if err != nil {
		text, status := s.why(r, err)
		return &flash{Tone: "blocked", Text: text}, status
	}
	if _, err := s.o.Secrets.UseLink(r.Context(), link.Digest, s.now()); err != nil {
		s.o.Logger.Warn("use answer link", "incident", to.Incident, "err", err)
	}
	if res.Duplicate {
		return &flash{Tone: "done", Text: s.t(s.lang(r), "answer.done")}, http.StatusOK
	}
	f := s.outcome(s.lang(r), res)
	if res.Outcome.Code == "escalation.acked" {
		f.Text = s.t(s.lang(r), "answer.done")
	}
	return &f, http.StatusOK
}
