package guard

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"irbot/internal/notify"
)

func TestForbiddenAddresses(t *testing.T) {
	bad := []string{
		"127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255",
		"240.0.0.1", "168.63.129.16", "192.0.2.1", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
		"::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b:1::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
		"fec0::1", "ff02::1", "2001::1", "2002:7f00:1::", "2001:db8::1", "100::1", "4000::1",
	}
	for _, s := range bad {
		if !Forbidden(netip.MustParseAddr(s)) {
			t.Errorf("%s passes", s)
		}
	}
	for _, s := range []string{"8.8.8.8", "203.104.0.1", "172.32.0.1", "100.128.0.1", "2400:cb00::1", "2606:4700::1"} {
		if Forbidden(netip.MustParseAddr(s)) {
			t.Errorf("%s is refused", s)
		}
	}
	if !Forbidden(netip.Addr{}) {
		t.Error("the zero address passes")
	}
}

func TestURLsRefusedByTheirLook(t *testing.T) {
	r := Rules{AllowHosts: []string{"hooks.lan", "gw.lan:8443", "10.0.0.5", "[fd00::5]:80"}}
	for _, raw := range []string{
		"", "hooks.example", "http://example.com/", "ftp://example.com/", "https://", "https://user:pw@example.com/",
		"https://user@hooks.lan/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest",
		"http://gw.lan/", "http://gw.lan:80/", "https:example.com", "file:///etc/passwd", "https://10.0.0.6/", "https://[fe80::1%25eth0]/", "https://a b/",
	} {
		if _, err := r.CheckURL(raw); err == nil {
			t.Errorf("%q passes", raw)
		}
	}
	for _, raw := range []string{
		"https://example.com/x?y=z", "http://hooks.lan/", "http://HOOKS.lan.:81/", "https://gw.lan:8443/", "http://10.0.0.5:9/", "http://[fd00::5]/",
	} {
		if _, err := r.CheckURL(raw); err != nil {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

// target is a server on loopback that counts connections.
func target(t *testing.T, h http.HandlerFunc) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	var n atomic.Int32
	s := httptest.NewUnstartedServer(h)
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		if st == http.StateNew {
			n.Add(1)
		}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, &n
}

func port(s *httptest.Server) string { return s.URL[strings.LastIndexByte(s.URL, ':')+1:] }

func pool(s *httptest.Server) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(s.Certificate())
	return p
}

func TestNoConnectionToInternalAddresses(t *testing.T) {
	srv, n := target(t, func(http.ResponseWriter, *http.Request) {})
	looks := 0
	for _, forms := range [][]string{
		{"127.0.0.1"}, {"::ffff:127.0.0.1"}, {"0.0.0.0"}, {"::"}, {"::1"},
		{"192.0.2.1", "127.0.0.1"}, // one of several
	} {
		var ips []netip.Addr
		for _, f := range forms {
			ips = append(ips, netip.MustParseAddr(f))
		}
		c := New(Options{RootCAs: pool(srv), Lookup: func(context.Context, string) ([]netip.Addr, error) {
			looks++
			return ips, nil
		}})
		_, err := c.Do(t.Context(), Call{Method: "POST", URL: "https://example.com:" + port(srv) + "/", Body: []byte("x")})
		if class, _ := notify.Classify(err); class != notify.Permanent || !errors.Is(err, ErrForbidden) {
			t.Errorf("%v: %v, want permanent and forbidden", forms, err)
		}
	}
	for _, host := range []string{"2130706433", "0177.0.0.1", "0x7f.1", "localhost", "LOCALHOST."} {
		c := New(Options{RootCAs: pool(srv)})
		if _, err := c.Do(t.Context(), Call{Method: "POST", URL: "https://" + host + ":" + port(srv) + "/"}); err == nil {
			t.Errorf("%s answered", host)
		}
	}
	if n.Load() != 0 {
		t.Errorf("%d connections to loopback, want none", n.Load())
	}
	if looks == 0 {
		t.Error("the resolver was never asked; the test proves nothing")
	}
}

func TestNamedHostsMayLieInside(t *testing.T) {
	srv, n := target(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	lookup := func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
	c := New(Options{Rules: Rules{AllowHosts: []string{"example.com:" + port(srv)}}, RootCAs: pool(srv), Lookup: lookup})
	a, err := c.Do(t.Context(), Call{Method: "POST", URL: "https://example.com:" + port(srv) + "/", Body: []byte("x")})
	if err != nil || string(a.Body) != "ok" || n.Load() != 1 {
		t.Errorf("%+v, %v, %d connections", a, err, n.Load())
	}
}

// TestTheCheckSeesTheAddressDialled is the control for names that change: the
// check does not rely on an earlier look-up.
func TestTheCheckSeesTheAddressDialled(t *testing.T) {
	srv, n := target(t, func(http.ResponseWriter, *http.Request) {})
	answers := []string{"192.0.2.1", "127.0.0.1", "127.0.0.1"}
	i := 0
	c := New(Options{RootCAs: pool(srv), Timeout: time.Second, Lookup: func(context.Context, string) ([]netip.Addr, error) {
		a := netip.MustParseAddr(answers[i%len(answers)])
		i++
		return []netip.Addr{a}, nil
	}})
	for range answers {
		_, _ = c.Do(t.Context(), Call{Method: "POST", URL: "https://example.com:" + port(srv) + "/"})
	}
	if i != len(answers) || n.Load() != 0 {
		t.Errorf("%d look-ups, %d connections", i, n.Load())
	}
}

// inside is a client that may call the server.
func inside(srv *httptest.Server, timeout time.Duration) *Client {
	return New(Options{Rules: Rules{AllowHosts: []string{"127.0.0.1"}}, RootCAs: pool(srv), Timeout: timeout})
}

func TestAnswersAreClassified(t *testing.T) {
	tests := []struct {
		name   string
		handle http.HandlerFunc
		want   notify.Class
		wait   time.Duration
		down   bool
	}{
		{"ok", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, "", 0, false},
		{"429 seconds", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "30"); w.WriteHeader(429) }, notify.Temporary, 30 * time.Second, false},
		{"429 date", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", "Sat, 04 Jul 2026 06:00:00 GMT")
			w.Header().Set("Retry-After", "Sat, 04 Jul 2026 06:02:00 GMT")
			w.WriteHeader(429)
		}, notify.Temporary, 2 * time.Minute, false},
		{"429 nonsense", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "-9"); w.WriteHeader(429) }, notify.Temporary, time.Second, false},
		{"500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, notify.Temporary, 0, true},
		{"504", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(504) }, notify.Unknown, 0, false},
		{"400", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) }, notify.Permanent, 0, false},
		{"redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/other", http.StatusFound) }, notify.Permanent, 0, false},
		{"silence", func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			panic(http.ErrAbortHandler) // or the server would answer into the closing connection
		}, notify.Unknown, 0, true},
		{"cut after reading", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, notify.Unknown, 0, true},
		{"reset", func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			_ = c.(*tls.Conn).NetConn().(*net.TCPConn).SetLinger(0) // the receiver's machine died: RST, no goodbye
			_ = c.(*tls.Conn).NetConn().Close()
		}, notify.Unknown, 0, true},
		{"headers a byte at a time", func(w http.ResponseWriter, r *http.Request) {
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			defer func() { _ = c.Close() }()
			for line := "HTTP/1.1 200 OK\r\nX-Slow: " + strings.Repeat("x", 1<<20); line != ""; line = line[1:] {
				if _, err := io.WriteString(c, line[:1]); err != nil {
					return // the caller gave up
				}
				select {
				case <-r.Context().Done():
				case <-time.After(20 * time.Millisecond):
				}
			}
		}, notify.Unknown, 0, true},
		{"body shorter than said", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, "", 0, false},
		{"endless headers", func(w http.ResponseWriter, _ *http.Request) {
			for i := range 1000 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 100))
			}
		}, notify.Unknown, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv, n := target(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/other" {
					t.Error("the redirect was followed")
				}
				_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the caller left
				tt.handle(w, r)
			})
			_, err := inside(srv, time.Second).Do(t.Context(), Call{Method: "POST", URL: srv.URL, Body: []byte("page")})
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var f *notify.Failure
			if !errors.As(err, &f) || f.Class != tt.want || f.RetryAfter != tt.wait || f.Down != tt.down {
				t.Errorf("got %+v, want %s, wait %v, down %v", err, tt.want, tt.wait, tt.down)
			}
			if n.Load() != 1 {
				t.Errorf("%d connections, want one: the transport must not repeat by itself", n.Load())
			}
		})
	}
}

func TestBeforeTheRequestLeftNothingWasAccepted(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	_ = l.Close()
	srv, _ := target(t, func(http.ResponseWriter, *http.Request) {})
	stranger := New(Options{Rules: Rules{AllowHosts: []string{"127.0.0.1"}}, RootCAs: x509.NewCertPool()})
	for name, do := range map[string]func() error{
		"nobody listens": func() error {
			_, err := inside(srv, time.Second).Do(t.Context(), Call{Method: "POST", URL: "https://" + closed})
			return err
		},
		"unknown certificate": func() error {
			_, err := stranger.Do(t.Context(), Call{Method: "POST", URL: srv.URL})
			return err
		},
		"dead resolver": func() error {
			c := New(Options{Lookup: func(context.Context, string) ([]netip.Addr, error) { return nil, errors.New("SERVFAIL") }})
			_, err := c.Do(t.Context(), Call{Method: "POST", URL: "https://example.com"})
			return err
		},
	} {
		var f *notify.Failure
		if err := do(); !errors.As(err, &f) || f.Class != notify.Temporary || !f.Down {
			t.Errorf("%s: %v, want temporary and down", name, err)
		}
	}
}

func TestEndlessAnswerIsCut(t *testing.T) {
	srv, _ := target(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	})
	a, err := inside(srv, 5*time.Second).Do(t.Context(), Call{Method: "POST", URL: srv.URL})
	if err != nil || len(a.Body) != MaxAnswer {
		t.Errorf("%d bytes, %v; want %d and accepted", len(a.Body), err, MaxAnswer)
	}
}

// TestRedirectInsideIsNotFollowed: a receiver outside sends the caller on to an
// address of the operator's own network. No connection is made there.
func TestRedirectInsideIsNotFollowed(t *testing.T) {
	internal, n := target(t, func(http.ResponseWriter, *http.Request) {})
	for _, code := range []int{301, 302, 303, 307, 308} {
		outside, _ := target(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, internal.URL+"/latest/meta-data", code)
		})
		both := pool(outside)
		both.AddCert(internal.Certificate())
		// Both lie on loopback here and both are allowed: only not following keeps the second one untouched.
		c := New(Options{Rules: Rules{AllowHosts: []string{"127.0.0.1"}}, RootCAs: both, Timeout: 5 * time.Second})
		_, err := c.Do(t.Context(), Call{Method: "POST", URL: outside.URL, Body: []byte("page")})
		if class, _ := notify.Classify(err); class != notify.Permanent {
			t.Errorf("%d: %v, want permanent", code, err)
		}
	}
	if n.Load() != 0 {
		t.Errorf("%d connections to the inside", n.Load())
	}
}
