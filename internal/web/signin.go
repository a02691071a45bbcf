package web

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/incident"
)

// signinData is what the sign-in page shows.
type signinData struct {
	To     string
	Name   string
	Error  string // key of the wording
	Action string // form that was sent without a session; "" = none
	Kept   []kept // and what it held
}

func (s *Server) signinPage(w http.ResponseWriter, r *http.Request) {
	if t := r.URL.Query().Get("t"); t != "" {
		s.useLink(w, r, t)
		return
	}
	s.show(w, r, view{name: "signin", title: "signin.title", data: signinData{To: safePath(r.URL.Query().Get("to"))}})
}

// useLink answers an address with a token. The token of the demo lets in at
// once and for as long as the demo runs. A one-time link only shows a page with
// a button: mail scanners and previews open addresses too, and must not use the
// link up.
func (s *Server) useLink(w http.ResponseWriter, r *http.Request, token string) {
	if _, ok := s.visitor(r); ok { // the token does not stay in the address bar
		to := "/"
		if s.o.Demo {
			to = s.demoRoom(r)
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	if s.o.Demo && s.o.DemoToken != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.o.DemoToken)) == 1 {
		if s.enter(w, r, "demo", s.o.DemoPerson) {
			http.Redirect(w, r, s.demoRoom(r), http.StatusSeeOther)
		}
		return
	}
	s.show(w, r, view{name: "link", title: "signin.title", data: chat.Truncate(token, maxToken)})
}

// demoRoom is where a newcomer begins: in the room of the one drill that is
// under way, where the first button waits; else on the board.
func (s *Server) demoRoom(r *http.Request) string {
	rows, err := s.o.List(r.Context(), true)
	if err != nil || len(rows) != 1 {
		return "/"
	}
	return "/i/" + rows[0].ID
}

// maxToken is the longest token that is looked at, in characters; real ones are
// shorter.
const maxToken = 100

// signinByLink uses a one-time link up: the button of its page was pressed.
func (s *Server) signinByLink(w http.ResponseWriter, r *http.Request) {
	token := r.PostFormValue("t")
	link, err := s.signinLink(r, token)
	if err != nil {
		s.record(r, "signin.refused", "", "", "link")
		s.fail(w, r, http.StatusUnauthorized, "signin.badlink")
		return
	}
	if s.enter(w, r, "link", link.Person) {
		http.Redirect(w, r, "/account", http.StatusSeeOther)
	}
}

// signinLink uses a link up, but not one that is for something else.
func (s *Server) signinLink(r *http.Request, token string) (auth.Link, error) {
	if s.o.Pages.Answers != nil {
		if l, err := s.o.Pages.Answers.Link(r.Context(), auth.Digest(token)); err != nil || l.Purpose != "signin" {
			return l, auth.ErrNone
		}
	}
	l, err := s.o.Secrets.UseLink(r.Context(), auth.Digest(token), s.now())
	if err == nil && l.Purpose != "signin" {
		err = auth.ErrNone
	}
	return l, err
}

// enter opens a session and records it; false where that failed and was shown.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, account, person string) bool {
	if err := s.open(w, r, account, person); err != nil {
		s.o.Logger.Error("open session", "err", err)
		s.fail(w, r, http.StatusInternalServerError, "web.broken")
		return false
	}
	s.record(r, "signin.accepted", person, account, "")
	return true
}

// check compares a password; the work is the same whether or not the name
// exists, and only a few checks run at a time.
func (s *Server) check(r *http.Request, name, password string) (auth.Account, bool, error) {
	select {
	case s.costly <- struct{}{}:
		defer func() { <-s.costly }()
	case <-r.Context().Done():
		return auth.Account{}, false, r.Context().Err()
	}
	a, err := s.o.Accounts.Account(r.Context(), name)
	if err != nil && !errors.Is(err, auth.ErrNone) {
		return a, false, err
	}
	stored := a.Hash
	if err != nil || a.Disabled {
		stored = decoy
	}
	ok, bad := auth.Check(stored, password)
	return a, ok && err == nil && !a.Disabled, bad
}

// decoy is a hash nobody knows the password of.
const decoy = "$argon2id$v=19$m=65536,t=3,p=2$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// maxPassword is the longest password that is hashed, in bytes.
const maxPassword = 256

func (s *Server) signin(w http.ResponseWriter, r *http.Request) {
	name, password := incident.Clean(r.PostFormValue("name")), r.PostFormValue("password")
	if len(name) > 100 || len(password) > maxPassword {
		name, password = "", ""
	}
	key := strings.ToLower(name) + "|" + place(r)
	if wait := s.slow.Wait(key, s.now()); wait > 0 {
		s.record(r, "signin.refused", "", name, "throttled")
		s.refuseSignin(w, r, "signin.wait", http.StatusTooManyRequests)
		return
	}
	a, ok, err := s.check(r, name, password)
	if err != nil {
		s.o.Logger.Error("check password", "account", name, "err", err)
	}
	if !ok {
		s.slow.Wrong(key, s.now())
		s.record(r, "signin.refused", "", name, "password")
		s.refuseSignin(w, r, "signin.wrong", http.StatusUnauthorized)
		return
	}
	s.slow.Right(key)
	if _, known := s.o.Service.Site().Directory.Person(a.Person); !known {
		s.record(r, "signin.refused", "", name, "directory")
		s.refuseSignin(w, r, "signin.gone", http.StatusForbidden)
		return
	}
	if !s.enter(w, r, a.Name, a.Person) {
		return
	}
	if to := keptAction(r); to != "" {
		s.resume(w, r, to)
		return
	}
	http.Redirect(w, r, safePath(r.PostFormValue("to")), http.StatusSeeOther)
}

func keptAction(r *http.Request) string {
	to := r.PostFormValue("kept_action")
	if to == "" || safePath(to) == "/" {
		return ""
	}
	return to
}

// resume offers the form that was sent while nobody was signed in; the person
// presses its button again.
func (s *Server) resume(w http.ResponseWriter, r *http.Request, action string) {
	s.show(w, r, view{name: "again", title: "signin.resume", data: map[string]any{
		"Text": s.t(s.lang(r), "signin.resume.text"), "Action": action, "Fields": s.keptFields(r), "Back": safePath(r.PostFormValue("to")),
		"File": false, "Wrote": true, "Resend": true, "Unrecorded": false,
	}})
}

// keptFields are the fields carried along through signing in.
func (s *Server) keptFields(r *http.Request) []kept {
	var out []kept
	for _, k := range s.keep(r) {
		if name, ok := strings.CutPrefix(k.Name, "kept:"); ok {
			k.Name = name
			k.Typed = name != "v" && (!machine.MatchString(k.Value) || typed(name))
			out = append(out, k)
		}
	}
	return out
}

func (s *Server) refuseSignin(w http.ResponseWriter, r *http.Request, key string, status int) {
	s.show(w, r, view{name: "signin", title: "signin.title", status: status, data: signinData{
		To: safePath(r.PostFormValue("to")), Error: key, Name: r.PostFormValue("name"), Action: keptAction(r), Kept: s.keptFields(r),
	}})
}

func (s *Server) signout(w http.ResponseWriter, r *http.Request) {
	if v, ok := s.visitor(r); ok {
		if err := s.o.Sessions.DeleteSession(r.Context(), auth.Digest(v.token)); err != nil {
			s.o.Logger.Error("end session", "err", err)
		}
		s.record(r, "signin.ended", v.Person, v.session.Account, "")
	}
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.o.TLS, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
}
