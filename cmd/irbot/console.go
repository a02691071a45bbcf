package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"irbot/internal/auth"
	"irbot/internal/config"
	"irbot/internal/drill"
	"irbot/internal/incident"
	"irbot/internal/sqlite"
	"irbot/internal/web"
)

// guestDoor is how the demo lets people in.
type guestDoor struct {
	token  string // in the printed address
	person string // whom they act as at first
}

// console puts the web console on a listener. The listener may be old already:
// browsers that were faster wait in its queue.
func (n *node) console(l net.Listener, door *guestDoor) error {
	secure := n.cfg.Console.TLSCert != "" && door == nil
	if secure {
		var err error
		if l, err = encrypted(l, n.cfg.Console.TLSCert, n.cfg.Console.TLSKey); err != nil {
			return err
		}
	}
	o := web.Options{
		Service: n.svc, Words: n.words, Accounts: n.store, Sessions: n.store, Secrets: n.store, Blob: n.store.Blob,
		List: func(ctx context.Context, live bool) ([]incident.Summary, error) {
			return n.store.List(ctx, sqlite.Filter{Live: live})
		},
		Places: n.cfg.Site.Places, Banners: n.banners, Ready: n.readiness, Director: director{n}, Pages: n.pages(),
		TLS: secure, SessionHours: int(n.cfg.Console.Session / time.Hour), Version: version, Logger: n.log, Wall: n.wall,
	}
	if door != nil {
		o.Demo, o.DemoToken, o.DemoPerson = true, door.token, door.person
	}
	pages, err := web.New(o)
	if err != nil {
		return err
	}
	n.serveHTTP("console", l, n.watched(pages.Handler()))
	n.servers = append(n.servers, func() error {
		pages.Close()
		return nil
	})
	return nil
}

// director gives the injects of the shipped scenario to drills that play it.
type director struct{ n *node }

// Give implements web.Director.
func (d director) Give(ctx context.Context, id string) (title string, left int, err error) {
	s, err := drill.Load(scenarioID)
	if err != nil {
		return "", 0, err
	}
	dir := &drill.Director{Service: d.n.svc, Scenario: s, Lang: d.n.cfg.Site.Lang}
	in, err := dir.Next(ctx, id)
	if errors.Is(err, drill.ErrOver) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, err
	}
	v, err := d.n.svc.View(ctx, id)
	if err != nil {
		return in.Name(dir.Lang), 0, err
	}
	return in.Name(dir.Lang), dir.Left(v.S), nil
}

// Left implements web.Director.
func (d director) Left(s *incident.Incident) int {
	if !s.Drill {
		return 0
	}
	sc, err := drill.Load(scenarioID)
	if err != nil {
		return 0
	}
	return (&drill.Director{Service: d.n.svc, Scenario: sc}).Left(s)
}

// listen takes the console's address.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l, nil
}

// encrypted puts TLS on a listener, where a certificate is configured for it.
func encrypted(l net.Listener, cert, key string) (net.Listener, error) {
	if cert == "" {
		return l, nil
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("read certificate %s: %w", cert, err)
	}
	return tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}), nil
}

// serveHTTP runs an HTTP server until close. There is no limit on writing: a
// live stream stays open for hours.
func (a *app) serveHTTP(name string, l net.Listener, h http.Handler) {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	a.servers = append(a.servers, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			return srv.Close()
		}
		return nil
	})
	a.loops.Go(func() {
		if err := srv.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("server ended", "server", name, "err", err)
		}
	})
}

// linkFor makes a one-time sign-in link for a person.
func (n *node) linkFor(ctx context.Context, person string, valid time.Duration) (string, error) {
	if _, ok := n.svc.Site().Directory.Person(person); !ok {
		return "", fmt.Errorf("person %s: %w", person, incident.ErrNotFound)
	}
	token, err := auth.Token()
	if err != nil {
		return "", err
	}
	link := auth.Link{Digest: auth.Digest(token), Person: person, Purpose: "signin", Expires: n.wall().UTC().Add(valid)}
	if err := n.store.PutLink(ctx, link); err != nil {
		return "", err
	}
	return n.cfg.URL() + "/?t=" + token, nil
}

// operator is the person the command line acts as: the first one who may
// configure.
func operator(cfg *config.Config) string {
	for _, role := range []string{"admin", "lead"} {
		if ids := cfg.Directory.HolderIDs(role); len(ids) > 0 {
			return ids[0]
		}
	}
	if len(cfg.Directory.People) > 0 {
		return cfg.Directory.People[0].ID
	}
	return "operator"
}
