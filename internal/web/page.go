package web

import (
	"bytes"
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/incident"
)

// page is what a template sees: who looks, in which language, at what. Its
// methods are the vocabulary of the templates.
type page struct {
	Lang   chat.Lang
	Theme  string         // light, dark or system
	Title  string         // of the window and the h1
	View   *incident.View // the incident of the page; nil outside of one
	Data   any            // what the handler gives
	X      any            // what a part is about, see With
	Me     string         // directory id of who is signed in; "" for nobody
	Path   string         // of this page, with the query
	Active string         // entry of the navigation: board, room, chrono, runbooks, ready, help
	Tab    string         // entry of the incident's own navigation
	Flash  *flash         // what came of the act before
	Now    time.Time

	srv    *Server
	drills bool // only drills are running
	live   bool // something real is running
}

// view is what a handler wants shown.
type view struct {
	name   string // of the template
	title  string // key of the wording, or words
	active string
	tab    string
	in     *incident.View
	data   any // or func(*page) any, called when the page knows who looks
	status int // 0 means 200
}

// page prepares what every template needs.
func (s *Server) page(r *http.Request) *page {
	p := &page{Lang: s.lang(r), Theme: theme(r), Path: r.URL.RequestURI(), Now: s.now(), srv: s}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		p.Path = safePath(r.PostFormValue("back"))
	}
	if v, ok := s.visitor(r); ok {
		p.Me = v.Person
		p.running(r.Context())
	}
	return p
}

// running looks whether drills or real incidents are under way.
func (p *page) running(ctx context.Context) {
	rows, err := p.srv.o.List(ctx, true)
	if err != nil {
		p.srv.o.Logger.Error("list incidents", "err", err)
		return
	}
	for _, x := range rows {
		if x.Drill {
			p.drills = true
		} else {
			p.live = true
		}
	}
}

// show renders a page. Nothing is sent before the whole page is there.
func (s *Server) show(w http.ResponseWriter, r *http.Request, v view) {
	p := s.page(r)
	p.View, p.Data, p.Active, p.Tab = v.in, v.data, v.active, v.tab
	if v.in != nil {
		p.Now = v.in.Now
	}
	if build, ok := v.data.(func(*page) any); ok {
		p.Data = build(p)
	}
	p.Title = v.title
	if s.has(v.title) {
		p.Title = s.t(p.Lang, v.title)
	}
	p.Flash = s.takeFlash(w, r)
	if v.status == 0 {
		v.status = http.StatusOK
	}
	var b bytes.Buffer
	t, err := s.tmpl.page(v.name)
	if err != nil {
		s.o.Logger.Error("load page", "name", v.name, "err", err)
		http.Error(w, s.t(p.Lang, "web.broken"), http.StatusInternalServerError)
		return
	}
	if err = t.Execute(&b, p); err != nil {
		s.o.Logger.Error("render page", "name", v.name, "err", err)
		http.Error(w, s.t(p.Lang, "web.broken"), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(v.status)
	_, _ = w.Write(b.Bytes())
}

// fail shows what went wrong, in the user's language and with the right status.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, status int, key string, args ...any) {
	title := "web.error"
	if r.Method == http.MethodPost { // something was asked for, not looked at
		title = "web.notdone"
	}
	s.show(w, r, view{name: "error", title: title, status: status, data: map[string]any{
		"Status": status, "Text": s.t(s.lang(r), key, args...),
	}})
}

// spoken answers what no route answers (404, 405) in the user's language, and
// takes the switches of language and theme off the address.
func (s *Server) spoken(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && s.switched(w, r) {
			return
		}
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		var probe statusOnly
		probe.head = http.Header{}
		h.ServeHTTP(&probe, r)
		if allow := probe.head.Get("Allow"); allow != "" {
			w.Header().Set("Allow", allow)
			s.fail(w, r, http.StatusMethodNotAllowed, "web.method")
			return
		}
		s.fail(w, r, http.StatusNotFound, "web.notfound")
	})
}

// statusOnly swallows an answer.
type statusOnly struct{ head http.Header }

func (p *statusOnly) Header() http.Header         { return p.head }
func (p *statusOnly) Write(b []byte) (int, error) { return len(b), nil }
func (p *statusOnly) WriteHeader(int)             {}

// switched handles ?lang= and ?theme= on any page: it remembers the choice and
// shows the page again without them.
func (s *Server) switched(w http.ResponseWriter, r *http.Request) bool {
	q := r.URL.Query()
	lang, look := q.Get("lang"), q.Get("theme")
	if lang == "" && look == "" {
		return false
	}
	if lang == "ja" || lang == "en" {
		s.remember(w, "lang", lang)
	}
	if slices.Contains([]string{"light", "dark", "system"}, look) {
		s.remember(w, "theme", look)
	}
	q.Del("lang")
	q.Del("theme")
	to := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
	http.Redirect(w, r, safePath(to.RequestURI()), http.StatusSeeOther)
	return true
}

func (s *Server) remember(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: s.o.TLS, SameSite: http.SameSiteLaxMode,
	})
}

// lang is the language of a request: the one chosen by the switch, else
// Japanese. What the browser prefers does not count: the people of one port
// must see the same words.
func (s *Server) lang(r *http.Request) chat.Lang {
	if c, err := r.Cookie("lang"); err == nil && c.Value == "en" {
		return chat.EN
	}
	return chat.JA
}

func theme(r *http.Request) string {
	if c, err := r.Cookie("theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return "system"
}

// T is a wording in the language of the page.
func (p *page) T(key string, args ...any) string { return p.srv.t(p.Lang, key, args...) }

// Or is a wording, or the fallback where there is none.
func (p *page) Or(key, fallback string) string {
	if p.srv.has(key) {
		return p.T(key)
	}
	return fallback
}

// With is the page seen by a part that is about x.
func (p *page) With(x any) *page {
	q := *p
	q.X = x
	return &q
}

// Pair is With for two things, as X.A and X.B.
func (p *page) Pair(a, b any) *page { return p.With(pair{a, b}) }

type pair struct{ A, B any }

// Site is the installation.
func (p *page) Site() *incident.Site { return p.srv.o.Service.Site() }

// SiteName is its name in the language of the page.
func (p *page) SiteName() string {
	s := p.Site()
	if p.Lang == chat.EN && s.NameEN != "" {
		return s.NameEN
	}
	return s.Name
}

// Asset is the address of an embedded file.
func (p *page) Asset(name string) string { return p.srv.names[name] }

// Demo reports whether roles can be switched.
func (p *page) Demo() bool { return p.srv.o.Demo }

// Person is somebody's name; "" stays "", the machine is irbot.
func (p *page) Person(id string) string {
	switch id {
	case "":
		return ""
	case "system":
		return p.T("label.system")
	}
	x, ok := p.Site().Directory.Person(id)
	switch {
	case !ok:
		return id
	case p.Lang == chat.EN && x.NameEN != "":
		return x.NameEN
	}
	return x.Name
}

// Role is a role's name.
func (p *page) Role(id string) string {
	r, ok := p.Site().Directory.Role(id)
	switch {
	case !ok:
		return id
	case p.Lang == chat.EN && r.NameEN != "":
		return r.NameEN
	}
	return r.Name
}

// Dest is a destination's name.
func (p *page) Dest(id string) string {
	d, ok := p.Site().Directory.Destination(id)
	switch {
	case !ok:
		return id
	case p.Lang == chat.EN && d.NameEN != "":
		return d.NameEN
	}
	return d.Name
}

// MyRoles are the names of the roles of who is signed in.
func (p *page) MyRoles() string {
	var in *incident.Incident
	if p.View != nil {
		in = p.View.S
	}
	var names []string
	for _, id := range p.Site().RolesOf(p.Me, in) {
		if name := p.Role(id); name != id && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, p.T("label.and"))
}

// May reports whether who is signed in may do something of a class.
func (p *page) May(class string) bool {
	var in *incident.Incident
	if p.View != nil {
		in = p.View.S
	}
	return p.Site().Allowed(p.Me, incident.Class(class), in)
}

// People are all people of the directory.
func (p *page) People() []directory.Person { return p.Site().Directory.People }

// Roles are all roles of the directory.
func (p *page) Roles() []directory.Role { return p.Site().Directory.Roles }

// Closed reports whether the incident of the page is closed.
func (p *page) Closed() bool { return p.View != nil && p.View.S.Status == incident.Closed }

// Band is "drill", "live" or "" for the band at the top (UX 3.0).
func (p *page) Band() string {
	switch {
	case p.View != nil && p.View.S.Drill:
		return "drill"
	case p.View != nil:
		return "live"
	case p.Demo(), p.drills && !p.live:
		return "drill"
	case p.live:
		return "live"
	}
	return ""
}

// Banners say what is wrong right now, to those who are signed in: a stranger at
// the door need not learn what is down.
func (p *page) Banners() []string {
	if p.Me == "" {
		return nil
	}
	var out []string
	if p.View != nil {
		for name, since := range p.View.S.Lost {
			out = append(out, p.T("web.lost", "what", p.Or("surface."+name, name), "time", p.At(since)))
		}
	}
	if p.srv.o.Banners != nil {
		for _, b := range p.srv.o.Banners(p.Lang) {
			if !slices.Contains(out, b) {
				out = append(out, b)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Switch is the address of this page in another language or theme.
func (p *page) Switch(name, value string) string {
	u, err := url.Parse(p.Path)
	if err != nil {
		return "/?" + name + "=" + value
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.RequestURI()
}

// Once is a hidden field that makes a form act once.
func (p *page) Once() template.HTML {
	return template.HTML(`<input type="hidden" name="once" value="` + once() + `">`) //nolint:gosec // letters and digits only
}

// Form opens a form that acts once and comes back to this page; the page
// closes it with </form>.
func (p *page) Form(action string) template.HTML { return p.form(action, p.Path, "") }

// FormTo is Form that goes on to another page.
func (p *page) FormTo(action, back string) template.HTML { return p.form(action, back, "") }

// FileForm is Form that can carry a file.
func (p *page) FileForm(action string) template.HTML {
	return p.form(action, p.Path, ` enctype="multipart/form-data"`)
}

func (p *page) form(action, back, more string) template.HTML {
	return template.HTML(`<form method="post" action="`+template.HTMLEscapeString(action)+`"`+more+`>`+ //nolint:gosec // escaped
		`<input type="hidden" name="back" value="`+template.HTMLEscapeString(back)+`">`) + p.Once()
}

// Levels are the severities one can choose; 0 is 未定.
func (p *page) Levels() []int { return []int{0, 1, 2, 3, 4} }
