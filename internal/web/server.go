// Package web is the console: board, incident room and every page around them,
// rendered on the server. It guarantees that all work can be done without
// JavaScript, that nothing is loaded from elsewhere, and that a form sent twice
// acts once.
package web

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/incident"
)

//go:embed templates/*.html static/* words/*.yaml
var files embed.FS

// Accounts keeps who can sign in. Account gives auth.ErrNone where there is none.
type Accounts interface {
	Account(ctx context.Context, name string) (auth.Account, error)
	PutAccount(ctx context.Context, a auth.Account) error
	DeleteSessionsOf(ctx context.Context, account string) error
}

// Sessions keeps signed-in browsers. Session gives auth.ErrNone where there is
// none; a session may be given although it is over.
type Sessions interface {
	PutSession(ctx context.Context, s auth.Session) error
	Session(ctx context.Context, digest []byte) (auth.Session, error)
	DeleteSession(ctx context.Context, digest []byte) error
}

// Secrets keeps one-time links and approval codes. UseLink gives auth.ErrNone
// for a link that is unknown, used or over; ApprovalCode gives it where a
// person has no code.
type Secrets interface {
	UseLink(ctx context.Context, digest []byte, now time.Time) (auth.Link, error)
	ApprovalCode(ctx context.Context, person string) (string, error)
	PutApprovalCode(ctx context.Context, person, hash string) error
}

// Options are what a Server is made of. Service, Words, Accounts, Sessions,
// Secrets and List are needed.
type Options struct {
	Service  *incident.Service
	Words    *chat.Words
	Accounts Accounts
	Sessions Sessions
	Secrets  Secrets
	List     func(ctx context.Context, live bool) ([]incident.Summary, error) // the index; live: only those not closed
	Blob     func(ctx context.Context, hash string) ([]byte, error)           // kept files; nil: none can be downloaded
	Places   []string                                                         // places offered when something is reported
	Banners  func(lang chat.Lang) []string                                    // what is wrong right now, e.g. Slack away; may be nil
	Ready    func(lang chat.Lang) []string                                    // what is good to know before the next incident; may be nil
	Director Director                                                         // gives the injects of a drill; may be nil
	Pages    Pages                                                            // what further pages need

	Demo         bool   // everything is a drill; everybody let in may switch roles
	DemoToken    string // lets in anybody who has it, as DemoPerson; only with Demo
	DemoPerson   string // directory id
	TLS          bool   // the console is reached by https: Secure cookies
	SessionHours int    // end of an idle session; 0 means 12
	Version      string
	Logger       *slog.Logger
	Wall         func() time.Time // nil is the service's clock
}

// Director gives the next inject of a drill.
type Director interface {
	Give(ctx context.Context, id string) (title string, left int, err error)
	Left(s *incident.Incident) int
}

// Server is the console.
type Server struct {
	o       Options
	mux     *http.ServeMux
	tmpl    templates
	assets  map[string]asset // path → file
	names   map[string]string
	words   lexicon
	slow    auth.Throttle
	costly  chan struct{} // password checks at a time: each takes 64 MiB
	reading chan struct{} // files read for a preview at a time
	hub     *hub
	wall    func() time.Time
	once    sync.Once
	making  making // exports under way
}

type asset struct {
	kind string
	data []byte
}

// New builds the console. The error names the wording or file that cannot be read.
func New(o Options) (*Server, error) {
	s := &Server{
		o: o, mux: http.NewServeMux(), wall: o.Wall, assets: map[string]asset{}, names: map[string]string{},
		costly: make(chan struct{}, 2), reading: make(chan struct{}, 1), hub: newHub(),
	}
	if s.wall == nil {
		s.wall = o.Service.Now
	}
	if s.o.Logger == nil {
		s.o.Logger = slog.New(slog.DiscardHandler)
	}
	if s.o.SessionHours == 0 {
		s.o.SessionHours = 12
	}
	if err := s.loadAssets(); err != nil {
		return nil, err
	}
	var err error
	if s.words, err = loadWords(files); err != nil {
		return nil, err
	}
	s.routes()
	s.hub.start(o.Service.Subscribe())
	return s, nil
}

func (s *Server) loadAssets() error {
	return fs.WalkDir(files, "static", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := files.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		sum := sha256.Sum256(data)
		base, ext, _ := strings.Cut(d.Name(), ".")
		name := "/static/" + base + "-" + hex.EncodeToString(sum[:6]) + "." + ext
		kind := map[string]string{"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}[ext]
		s.assets[name] = asset{kind: kind, data: data}
		s.names[d.Name()] = name
		return nil
	})
}

// Handler is the console as an HTTP handler.
func (s *Server) Handler() http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, http.StatusForbidden, "web.crossorigin")
	}))
	return s.headers(s.rescue(guard.Handler(s.spoken(s.mux))))
}

// csp lets in nothing from elsewhere and no inline script or style.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if s.o.TLS {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// rescue keeps one broken page from taking the console down.
func (s *Server) rescue(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if x := recover(); x != nil {
				s.o.Logger.Error("page failed", "path", r.URL.Path, "panic", fmt.Sprint(x))
				s.fail(w, r, http.StatusInternalServerError, "web.broken")
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func (s *Server) static(w http.ResponseWriter, r *http.Request) {
	a, ok := s.assets[r.URL.Path]
	if !ok {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(a.data)
}

// now is the clock of the pages.
func (s *Server) now() time.Time { return s.wall().UTC() }

// Close ends the live streams, so that the HTTP server can stop.
func (s *Server) Close() { s.once.Do(s.hub.stop) }
