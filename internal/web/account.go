package web

import (
	"errors"
	"net/http"

	"irbot/internal/auth"
	"irbot/internal/incident"
)

func (s *Server) accountRoutes() {
	s.get("/account", s.accountPage)
	s.post("/account/password", s.setPassword)
	s.post("/account/code", s.setCode)
}

// accountData is what the account page shows.
type accountData struct {
	Account string // name the person signed in with; "" by a link or in the demo
	HasCode bool
	Error   string // key of the wording
	Field   string // form the error belongs to: password or code
	Name    string // typed
}

func (s *Server) accountPage(w http.ResponseWriter, r *http.Request) {
	s.showAccount(w, r, accountData{}, http.StatusOK)
}

func (s *Server) showAccount(w http.ResponseWriter, r *http.Request, d accountData, status int) {
	v, _ := s.visitor(r)
	d.Account = accountOf(v)
	_, err := s.o.Secrets.ApprovalCode(r.Context(), v.Person)
	d.HasCode = err == nil
	s.show(w, r, view{name: "account", title: "account.title", status: status, data: d})
}

// accountOf is the account of a session, "" where it was opened by a link.
func accountOf(v visitor) string {
	if v.session.Account == "link" || v.session.Account == "demo" {
		return ""
	}
	return v.session.Account
}

// setPassword sets a first password after a one-time link, or changes it. All
// other sessions of the account end.
func (s *Server) setPassword(w http.ResponseWriter, r *http.Request) {
	v, _ := s.visitor(r)
	name, password := accountOf(v), r.PostFormValue("password")
	if name == "" {
		name = incident.Clean(r.PostFormValue("name"))
	}
	bad := s.badPassword(r, v, name, password)
	if bad != "" {
		s.showAccount(w, r, accountData{Error: bad, Field: "password", Name: name}, http.StatusUnprocessableEntity)
		return
	}
	hash, err := auth.Hash(password)
	if err == nil {
		err = s.o.Accounts.PutAccount(r.Context(), auth.Account{Name: name, Person: v.Person, Hash: hash})
	}
	if err == nil {
		err = s.o.Accounts.DeleteSessionsOf(r.Context(), name)
	}
	if err == nil {
		err = s.o.Sessions.DeleteSession(r.Context(), auth.Digest(v.token))
	}
	if err == nil {
		err = s.open(w, r, name, v.Person)
	}
	if err != nil {
		s.o.Logger.Error("set password", "err", err)
		s.fail(w, r, http.StatusInternalServerError, "web.broken")
		return
	}
	s.record(r, "account.password", v.Person, name, "")
	s.putFlash(w, flash{Tone: "done", Text: s.t(s.lang(r), "account.saved")})
	http.Redirect(w, r, "/account", http.StatusSeeOther)
}

// badPassword is the wording of what is wrong, "" if nothing is.
func (s *Server) badPassword(r *http.Request, v visitor, name, password string) string {
	if s.o.Demo {
		return "account.demo"
	}
	if name == "" || len(name) > 100 {
		return "account.noname"
	}
	old, err := s.o.Accounts.Account(r.Context(), name)
	switch {
	case errors.Is(err, auth.ErrNone):
	case err != nil:
		return "web.broken"
	case old.Person != v.Person || old.Disabled:
		return "account.taken"
	case accountOf(v) != "":
		if wrong := s.reauth(r, v, r.PostFormValue("old")); wrong != "" {
			return wrong
		}
	}
	if password != r.PostFormValue("again") {
		return "account.differ"
	}
	return auth.Weak(password, name)
}

// reauth asks for the present password again before something that matters.
func (s *Server) reauth(r *http.Request, v visitor, password string) string {
	key := accountOf(v) + "|" + place(r)
	if s.slow.Wait(key, s.now()) > 0 {
		return "signin.wait"
	}
	if _, ok, err := s.check(r, accountOf(v), password); !ok || err != nil {
		s.slow.Wrong(key, s.now())
		return "account.old"
	}
	s.slow.Right(key)
	return ""
}

// minCode and maxCode bound an approval code, in characters.
const (
	minCode = 6
	maxCode = 64
)

// setCode sets the personal code that approvals in Slack ask for; only its
// hash is kept.
func (s *Server) setCode(w http.ResponseWriter, r *http.Request) {
	v, _ := s.visitor(r)
	code := r.PostFormValue("code")
	bad := ""
	switch n := len([]rune(code)); {
	case n < minCode || n > maxCode:
		bad = "account.code.length"
	case code != r.PostFormValue("again"):
		bad = "account.differ"
	case accountOf(v) != "":
		bad = s.reauth(r, v, r.PostFormValue("old"))
	}
	if bad != "" {
		s.showAccount(w, r, accountData{Error: bad, Field: "code"}, http.StatusUnprocessableEntity)
		return
	}
	hash, err := auth.Hash(code)
	if err == nil {
		err = s.o.Secrets.PutApprovalCode(r.Context(), v.Person, hash)
	}
	if err != nil {
		s.o.Logger.Error("set approval code", "err", err)
		s.fail(w, r, http.StatusInternalServerError, "web.broken")
		return
	}
	s.record(r, "account.code", v.Person, v.session.Account, "")
	s.putFlash(w, flash{Tone: "done", Text: s.t(s.lang(r), "account.code.saved")})
	http.Redirect(w, r, "/account", http.StatusSeeOther)
}
