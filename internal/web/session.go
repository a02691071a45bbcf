package web

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"time"

	"irbot/internal/auth"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

type visitorKey struct{}

// visitor is who looks at a page.
type visitor struct {
	session auth.Session
	Person  string
	token   string
}

func (s *Server) cookieName() string {
	if s.o.TLS {
		return "__Host-irbot"
	}
	return "irbot"
}

// visitor finds who is signed in; ok is false where nobody is.
func (s *Server) visitor(r *http.Request) (visitor, bool) {
	if v, ok := r.Context().Value(visitorKey{}).(visitor); ok {
		return v, true
	}
	return s.stillIn(r)
}

// stillIn looks the session up in the store. Who left the directory is not let
// in any more.
func (s *Server) stillIn(r *http.Request) (visitor, bool) {
	c, err := r.Cookie(s.cookieName())
	if err != nil || c.Value == "" {
		return visitor{}, false
	}
	sess, err := s.o.Sessions.Session(r.Context(), auth.Digest(c.Value))
	if err != nil || !s.now().Before(sess.Expires) {
		return visitor{}, false
	}
	if _, known := s.o.Service.Site().Directory.Person(sess.Person); !known {
		return visitor{}, false
	}
	return visitor{session: sess, Person: sess.Person, token: c.Value}, true
}

// signedIn lets only signed-in people through; others are asked to sign in and
// come back to the same page. What they typed is kept.
func (s *Server) signedIn(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, ok := s.visitor(r)
		if t := r.URL.Query().Get("t"); t != "" && r.Method == http.MethodGet {
			s.useLink(w, r, t)
			return
		}
		if !ok && r.Method == http.MethodGet {
			http.Redirect(w, r, "/signin?to="+url.QueryEscape(safePath(r.URL.RequestURI())), http.StatusSeeOther)
			return
		}
		if !ok {
			s.show(w, r, view{name: "signin", title: "signin.title", status: http.StatusUnauthorized, data: signinData{
				To: safePath(r.PostFormValue("back")), Error: "web.signin", Action: r.URL.Path, Kept: s.keep(r),
			}})
			return
		}
		s.touch(r.Context(), v)
		next(w, r.WithContext(context.WithValue(r.Context(), visitorKey{}, v)))
	}
}

// A session ends after so long even if it is in use; only then a password is
// asked for again.
const longest = 7 * 24 * time.Hour

// touch moves the idle end of a session, at most once a minute.
func (s *Server) touch(ctx context.Context, v visitor) {
	now := s.now()
	if now.Sub(v.session.Seen) < time.Minute {
		return
	}
	next := v.session
	next.Seen = now
	next.Expires = now.Add(s.idle())
	if limit := next.Created.Add(longest); next.Expires.After(limit) {
		next.Expires = limit
	}
	if err := s.o.Sessions.PutSession(ctx, next); err != nil {
		s.o.Logger.Error("keep session", "err", err)
	}
}

func (s *Server) idle() time.Duration { return time.Duration(s.o.SessionHours) * time.Hour }

// open starts a session and sets its cookie.
func (s *Server) open(w http.ResponseWriter, r *http.Request, account, person string) error {
	token, err := auth.Token()
	if err != nil {
		return err
	}
	now := s.now()
	sess := auth.Session{
		Digest: auth.Digest(token), Account: account, Person: person, Created: now, Seen: now,
		Expires: now.Add(s.idle()),
	}
	if err := s.o.Sessions.PutSession(r.Context(), sess); err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: s.o.TLS,
		SameSite: http.SameSiteLaxMode, Expires: sess.Created.Add(longest),
	})
	return nil
}

// record writes a sign-in, or its refusal, into the standing log.
func (s *Server) record(r *http.Request, kind timeline.Kind, person, account, why string) {
	if person == "" {
		person = "guest:console"
	}
	act := incident.Act{Person: person, Surface: "web"}
	text := timeline.Text{"account": incident.Clean(account), "from": place(r)}
	facts := map[string]any{}
	if why != "" {
		facts["reason"] = why
	}
	if err := s.o.Service.SiteEntry(r.Context(), act, kind, facts, text); err != nil {
		s.o.Logger.Error("record sign-in", "err", err)
	}
}

// place is the address a request came from, without the port.
func place(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// actAs lets one person try all actors in the demo.
func (s *Server) actAs(w http.ResponseWriter, r *http.Request) {
	v, _ := s.visitor(r)
	person := r.PostFormValue("person")
	if _, ok := s.o.Service.Site().Directory.Person(person); !s.o.Demo || !ok {
		s.fail(w, r, http.StatusForbidden, "web.demoonly")
		return
	}
	next := v.session
	next.Person, next.Seen = person, s.now()
	if err := s.o.Sessions.PutSession(r.Context(), next); err != nil {
		s.fail(w, r, http.StatusInternalServerError, "web.broken")
		return
	}
	http.Redirect(w, r, safePath(r.PostFormValue("back")), http.StatusSeeOther)
}

// safePath keeps a redirect inside the console.
func safePath(p string) string {
	if len(p) == 0 || p[0] != '/' || len(p) > 1 && (p[1] == '/' || p[1] == '\\') || len(p) > 500 {
		return "/"
	}
	for _, c := range p {
		if c < 0x21 || c == '\\' {
			return "/"
		}
	}
	return p
}
