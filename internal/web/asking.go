package web

import (
	"errors"
	"net/http"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// tellForm is the button under a refusal that lets somebody who may do it know
// that they are wanted (UX 2.4, 2.13).
type tellForm struct {
	Action string
	Ref    string // person # class of the act
	Label  string
}

// tell offers to let the first of people know who can be reached; nil where
// nobody can, or where the reader may not ask.
func (s *Server) tell(v *incident.View, who reader, class incident.Class, people []string) *tellForm {
	if !v.Site.Allowed(who.person, incident.MayRespond, v.S) {
		return nil
	}
	for _, p := range people {
		if p != who.person && len(v.Site.Means(p)) > 0 {
			return &tellForm{
				Action: "/i/" + v.S.ID + "/do/person.ask", Ref: p + "#" + string(class),
				Label: s.t(who.lang, "perm.tell", "person", v.Person(p, string(who.lang))),
			}
		}
	}
	return nil
}

// reader is who reads, and in which language.
type reader struct {
	person string
	lang   chat.Lang
}

// tellFor is the button under a refusal of a request; nil where the refusal is
// not about who may act, or not inside an incident.
func (s *Server) tellFor(r *http.Request, err error) *tellForm {
	var no *incident.Refusal
	if !errors.As(err, &no) {
		return nil
	}
	if r.PathValue("id") == "" {
		return nil
	}
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil // the refusal itself is shown all the same
	}
	class, people := no.Whom(v.Site, v.S)
	if class == "" {
		return nil
	}
	who, _ := s.visitor(r)
	return s.tell(v, reader{person: who.Person, lang: s.lang(r)}, class, people)
}

// tellApprover offers to let an approver know that a notice waits.
func (d *desk) tellApprover(n *incident.Notice) *tellForm {
	return d.s.tell(d.v, reader{person: d.me, lang: d.lang}, incident.MayApprove, d.approvers(n))
}

// personCommand builds the command of the button.
func (f fields) personCommand(name string) incident.Command {
	if name != "person.ask" {
		return nil
	}
	person, class, _ := strings.Cut(f.ref(), "#")
	return incident.AskPerson{Person: person, Class: incident.Class(class)}
}
