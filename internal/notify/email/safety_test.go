package email

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"irbot/internal/notify"
)

var hostile = []string{
	"a\r\nBcc: evil@example.com", "a\nBcc: evil@example.com", "a\rBcc: evil@example.com",
	"a\r\n\r\nbody", "a\x00b", "a\u2028Bcc: evil@example.com", "a\u2029b", "a\u0085b", "a\u202eb",
	"=?UTF-8?B?DQpCY2M6IGV2aWxAZXhhbXBsZS5jb20=?=", "a\r\n.\r\nMAIL FROM:<evil@example.com>",
	"%0d%0aBcc: evil@example.com", "\xff\xfe", strings.Repeat("長", 500), strings.Repeat("x", 3000),
}

func TestTextCannotAddHeaders(t *testing.T) {
	srv := serve(t, nil)
	c := client(t, srv.addr, srv.pool, nil)
	if _, err := c.Send(t.Context(), page()); err != nil {
		t.Fatal(err)
	}
	want := len(srv.accepted()[0].Header)
	for i, bad := range hostile {
		e := page()
		e.ID = fmt.Sprintf("IR-12/n%d/%s", i, bad)
		e.Subject, e.ToName, e.Body = bad, bad, bad
		if _, err := c.Send(t.Context(), e); err != nil {
			t.Errorf("%q: %v", bad, err)
			continue
		}
		mails := srv.accepted()
		if len(mails) != i+2 {
			t.Fatalf("%q made %d mails of %d", bad, len(mails), i+2)
		}
		h := mails[i+1].Header
		if len(h) != want || h.Get("Bcc") != "" {
			t.Errorf("%q: %d headers, want %d: %v", bad, len(h), want, h)
		}
		if to, err := h.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != e.To {
			t.Errorf("%q: To = %v, %v", bad, to, err)
		}
		if strings.Contains(h.Get("To"), "B?DQp") {
			t.Errorf("an encoded word typed as a name stands in %q", h.Get("To"))
		}
		if got := decoded(t, h.Get("Subject")); hasControl(got) {
			t.Errorf("%q: subject %q", bad, got)
		}
	}
	if diff := cmp.Diff(len(hostile)+1, len(srv.rcpts)); diff != "" {
		t.Error(diff)
	}
	if got := decoded(t, srv.accepted()[10].Header.Get("Subject")); got != hostile[9] {
		t.Errorf("an encoded word typed by somebody reads as %q, want it literally", got)
	}
	for _, m := range srv.mails {
		for line := range bytes.SplitSeq(m, []byte("\r\n")) {
			if len(line) > 998 {
				t.Errorf("line of %d bytes", len(line))
			}
		}
	}
}

func TestApprovedNoticeIsRefusedRatherThanChanged(t *testing.T) {
	srv := serve(t, nil)
	c := client(t, srv.addr, srv.pool, nil)
	e := page()
	e.Kind, e.Subject = notify.KindNotice, "第一報\r\nBcc: evil@example.com"
	_, err := c.Send(t.Context(), e)
	if class, _ := notify.Classify(err); class != notify.Permanent || !errors.Is(err, ErrControlChars) {
		t.Errorf("got %v, want permanent", err)
	}
	if srv.commands != 0 {
		t.Error("the server was called")
	}
}

func TestAddresses(t *testing.T) {
	good := []string{"a@example.jp", "user.@docomo.ne.jp", "a..b@ezweb.ne.jp", "o'neil+ir@port.example.jp", "csirt@localhost"}
	bad := []string{
		"", "a", "@b", "a@", "山田@例え.jp", "a@例え.jp", "a b@c.jp", "a@b.jp\r\nRCPT TO:<x@y>", "a@b.jp,c@d.jp",
		"\"a\"@b.jp", "<a@b.jp>", "Name <a@b.jp>", "a@[127.0.0.1]", "a@b..jp", "a@-b.jp", "a@b.jp\x00",
		"а@example.jp" /* Cyrillic */, strings.Repeat("a", 65) + "@b.jp", "a@b@c.jp", "a@b.jp SIZE=1",
	}
	for _, a := range good {
		if err := CheckAddress(a); err != nil {
			t.Errorf("%q refused: %v", a, err)
		}
	}
	for _, a := range bad {
		if CheckAddress(a) == nil {
			t.Errorf("%q accepted", a)
		}
	}
	if got := path("user.@docomo.ne.jp"); got != `<"user."@docomo.ne.jp>` {
		t.Errorf("path = %s", got)
	}
}

func TestMessageIDs(t *testing.T) {
	seen := map[string]string{}
	for _, id := range []string{"IR-12/n17/watanabe", "IR-12/n17=2Fwatanabe", "IR-12.n17.watanabe", "IR-12:n17", "ＩＲ", "a b", strings.Repeat("x", 300), strings.Repeat("x", 301), "", "=3A", ":"} {
		m := MessageID(id, "port.example.jp")
		if other, dup := seen[m]; dup {
			t.Errorf("%q and %q share %s", id, other, m)
		}
		seen[m] = id
		if len(m) > 250 || strings.ContainsAny(m, " <>:\"") {
			t.Errorf("%q gives %q", id, m)
		}
		if _, err := mail.ParseAddress("<" + m + ">"); err != nil && id != "" {
			t.Errorf("%q: %q does not read as a message id: %v", id, m, err)
		}
	}
}

func TestTLSIsNeverGivenUp(t *testing.T) {
	wrongName, wrongPool := certificate(t, "mail.other.example", time.Now().Add(time.Hour))
	expired, expiredPool := certificate(t, "localhost", time.Now().Add(-time.Hour))
	tests := []struct {
		name   string
		spoil  func(*server, *smtp.Server)
		change func(*Config)
		is     error
	}{
		{"STARTTLS stripped", func(_ *server, s *smtp.Server) { s.TLSConfig = nil }, nil, ErrNoSTARTTLS},
		{"unknown issuer", nil, func(c *Config) { c.RootCAs = expiredPool }, nil},
		{"wrong name", func(_ *server, s *smtp.Server) { s.TLSConfig.Certificates[0] = wrongName }, func(c *Config) { c.RootCAs = wrongPool }, nil},
		{"expired", func(_ *server, s *smtp.Server) { s.TLSConfig.Certificates[0] = expired }, func(c *Config) { c.RootCAs = expiredPool }, nil},
		{"old version", func(_ *server, s *smtp.Server) { s.TLSConfig.MaxVersion = tls.VersionTLS11 }, nil, nil},
		{"implicit TLS against a plain port", nil, func(c *Config) { c.TLS = ImplicitTLS }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := serve(t, tt.spoil)
			_, err := client(t, srv.addr, srv.pool, func(c *Config) {
				if c.Timeout = 3 * time.Second; tt.change != nil {
					tt.change(c)
				}
			}).Send(t.Context(), page())
			var f *notify.Failure
			if !errors.As(err, &f) || f.Class != notify.Temporary || !f.Down {
				t.Fatalf("got %+v, want temporary and down", err)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("got %v, want %v", err, tt.is)
			}
			if srv.commands != 0 {
				t.Error("MAIL was sent in the clear")
			}
		})
	}
}

func TestImplicitTLS(t *testing.T) {
	srv := serve(t, func(s *server, _ *smtp.Server) { s.secured = true })
	c := client(t, srv.addr, srv.pool, func(c *Config) { c.TLS = ImplicitTLS })
	if _, err := c.Send(t.Context(), page()); err != nil || len(srv.accepted()) != 1 {
		t.Errorf("%d mails, %v", len(srv.accepted()), err)
	}
}

func TestLogin(t *testing.T) {
	with := func(srv *server, pass string) error {
		return client(t, srv.addr, srv.pool, func(c *Config) {
			c.Username, c.Password = "irbot", notify.Secret(pass)
		}).Check(t.Context())
	}
	srv := serve(t, func(s *server, _ *smtp.Server) {
		s.login = func(user, pass string) error {
			if user != "irbot" || pass != "ひみつ" {
				return errors.New("no")
			}
			return nil
		}
	})
	if err := with(srv, "ひみつ"); err != nil {
		t.Error(err)
	}
	if err := with(srv, "wrong"); err == nil || strings.Contains(err.Error(), "wrong") {
		t.Errorf("wrong password: %v", err)
	}
	if err := with(serve(t, nil), "ひみつ"); !errors.Is(err, ErrNoLogin) {
		t.Errorf("server without AUTH: %v", err)
	}
}

func TestPlainTextOnlyOnThisMachine(t *testing.T) {
	s := &Sender{cfg: Config{TLS: NoneLoopbackOnly}}
	c := client(t, serve(t, nil).addr, nil, func(c *Config) { c.TLS = NoneLoopbackOnly })
	if err := c.Check(t.Context()); err != nil {
		t.Errorf("loopback: %v", err)
	}
	if err := s.greet(t.Context(), &session{wire: &wire{Conn: farAway{}}}); !errors.Is(err, ErrNotLoopback) {
		t.Errorf("far away: %v", err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	ok := Config{Host: "mail.example.jp", From: "irbot@example.jp"}
	if _, err := New(ok); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Config){
		"no host": func(c *Config) { c.Host = "" }, "host with a break": func(c *Config) { c.Host = "a\r\nb" },
		"policy": func(c *Config) { c.TLS = "opportunistic" }, "from": func(c *Config) { c.From = "山田@例え.jp" },
		"name": func(c *Config) { c.FromName = "a\r\nBcc: x" }, "domain": func(c *Config) { c.Domain = "例え.jp" },
		"reply": func(c *Config) { c.ReplyTo = "x" },
	} {
		c := ok
		spoil(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestDeadNameServer (R29): nobody can say where the mail server is. The
// addresses of the configuration are tried, and the certificate must still be
// that of the configured name: a poisoned address gets nothing.
func TestDeadNameServer(t *testing.T) {
	wrong, wrongPool := certificate(t, "mail.other.example", time.Now().Add(time.Hour))
	for name, tt := range map[string]struct {
		spoil func(*server, *smtp.Server)
		none  bool // no other address is configured
		sent  bool
	}{
		"other address":    {nil, false, true},
		"poisoned address": {func(_ *server, s *smtp.Server) { s.TLSConfig.Certificates[0] = wrong }, false, false},
		"no other address": {nil, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			srv := serve(t, tt.spoil)
			c := client(t, srv.addr, srv.pool, func(c *Config) {
				c.Host, c.Timeout = "localhost", 3*time.Second
				if tt.spoil != nil {
					c.RootCAs = wrongPool // known, and still not the one that was asked for
				}
				if !tt.none {
					c.Fallback = []string{srv.addr}
				}
			})
			reach, asked := c.dial, 0
			c.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				if strings.HasPrefix(addr, "localhost:") {
					asked++
					return nil, &net.DNSError{Err: "server misbehaving", Name: "localhost", IsTemporary: true}
				}
				return reach(ctx, network, addr)
			}
			_, err := c.Send(t.Context(), page())
			class, _ := notify.Classify(err)
			if (err == nil) != tt.sent || err != nil && class != notify.Temporary {
				t.Errorf("got %v", err)
			}
			if asked == 0 || len(srv.accepted()) > 0 != tt.sent {
				t.Errorf("asked %d times, %d mails", asked, len(srv.accepted()))
			}
		})
	}
}
