package email

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"irbot/internal/notify"
)

func decoded(t *testing.T, header string) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func body(t *testing.T, m *mail.Message) string {
	t.Helper()
	b, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}

func TestJapaneseMailArrivesAsWritten(t *testing.T) {
	srv := serve(t, nil)
	e := page()
	e.InReplyTo = "IR-12/n3/watanabe"
	got, err := client(t, srv.addr, srv.pool, nil).Send(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != "<IR-12/n17/watanabe/thmbrt@port.example.jp>" || got.Note == "" {
		t.Errorf("receipt = %+v", got)
	}
	mails := srv.accepted()
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	h := mails[0].Header
	want := map[string]string{
		"Message-Id": "<IR-12/n17/watanabe/thmbrt@port.example.jp>", "In-Reply-To": "<IR-12/n3/watanabe@port.example.jp>",
		"Date": "Sat, 04 Jul 2026 06:31:05 +0900", "User-Agent": "", "X-Mailer": "", RepeatHeader: "",
		"Auto-Submitted": "auto-generated", "Content-Transfer-Encoding": "base64",
	}
	for k, v := range want {
		if h.Get(k) != v {
			t.Errorf("%s = %q, want %q", k, h.Get(k), v)
		}
	}
	if diff := cmp.Diff(e.Subject, decoded(t, h.Get("Subject"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(e.Body, body(t, mails[0])); diff != "" {
		t.Error(diff)
	}
	to, err := h.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != e.ToName || to[0].Address != e.To {
		t.Errorf("To = %v, %v", to, err)
	}
}

func TestDateIsOnTheClockOfTheSite(t *testing.T) {
	srv := serve(t, nil)
	e := page()
	e.At = time.Date(2026, 11, 22, 16, 49, 8, 0, time.UTC)
	if _, err := client(t, srv.addr, srv.pool, func(c *Config) { c.Zone = time.FixedZone("JST", 9*3600) }).Send(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if got, want := srv.accepted()[0].Header.Get("Date"), "Mon, 23 Nov 2026 01:49:08 +0900"; got != want {
		t.Errorf("Date = %q, want %q", got, want)
	}
}

func TestAnswersAreClassified(t *testing.T) {
	code := func(n int) func() error {
		return func() error { return &smtp.SMTPError{Code: n, Message: "because"} }
	}
	answer := func(n int) func(net.Conn, io.Reader) error {
		return func(_ net.Conn, r io.Reader) error {
			_, _ = io.Copy(io.Discard, r)
			return code(n)()
		}
	}
	tests := []struct {
		name  string
		spoil func(*server)
		want  notify.Class
		down  bool
	}{
		{"451 to MAIL", func(s *server) { s.mail = code(451) }, notify.Temporary, false},
		{"421 to MAIL", func(s *server) { s.mail = code(421) }, notify.Temporary, true},
		{"452 to RCPT", func(s *server) { s.rcpt = func(string) error { return code(452)() } }, notify.Temporary, false},
		{"550 to RCPT", func(s *server) { s.rcpt = func(string) error { return code(550)() } }, notify.Permanent, false},
		{"451 after the dot", func(s *server) { s.data = answer(451) }, notify.Temporary, false},
		{"552 after the dot", func(s *server) { s.data = answer(552) }, notify.Permanent, false},
		{"cut after the dot", func(s *server) {
			s.data = func(c net.Conn, r io.Reader) error {
				_, _ = io.Copy(io.Discard, r)
				return c.Close()
			}
		}, notify.Unknown, true},
		{"silence after the dot", func(s *server) {
			s.data = func(_ net.Conn, r io.Reader) error {
				_, _ = io.Copy(io.Discard, r)
				<-t.Context().Done()
				return nil
			}
		}, notify.Unknown, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, func(s *server, _ *smtp.Server) { tt.spoil(s) })
			c := client(t, srv.addr, srv.pool, func(c *Config) { c.Timeout = time.Second })
			_, err := c.Send(t.Context(), page())
			var f *notify.Failure
			if !errors.As(err, &f) || f.Class != tt.want || f.Down != tt.down {
				t.Fatalf("got %+v, want class %s, down %v", err, tt.want, tt.down)
			}
		})
	}
}

// plain talks SMTP by hand up to DATA and leaves the rest to finish.
func plain(banner, ehlo string, finish func(net.Conn, *bufio.Reader)) func(net.Conn) {
	return func(c net.Conn) {
		defer func() { _ = c.Close() }()
		r := bufio.NewReader(c)
		fmt.Fprint(c, banner)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			switch verb := strings.ToUpper(strings.TrimSpace(line)); {
			case strings.HasPrefix(verb, "EHLO"):
				fmt.Fprint(c, ehlo)
			case verb == "DATA":
				fmt.Fprint(c, "354 go\r\n")
				finish(c, r)
				return
			default:
				fmt.Fprint(c, "250 ok\r\n")
			}
		}
	}
}

func onLoopback(c *Config) { c.TLS, c.Timeout = NoneLoopbackOnly, time.Second }

func TestBeforeTheDotNothingWasAccepted(t *testing.T) {
	big := page()
	big.Body = strings.Repeat("岸壁クレーン停止。\n", 1<<19) // more than every buffer on the way
	tests := []struct {
		name   string
		handle func(net.Conn)
		e      notify.Envelope
	}{
		{"no banner", func(c net.Conn) { <-t.Context().Done(); _ = c.Close() }, page()},
		{"banner a byte at a time", func(c net.Conn) {
			for i := 0; ; i++ {
				if _, err := c.Write([]byte{"220-slow\r\n"[i%10]}); err != nil {
					return
				}
				select {
				case <-t.Context().Done():
				case <-time.After(50 * time.Millisecond):
				}
			}
		}, page()},
		{"cut in the middle of the text", plain("220 hi\r\n", "250 hi\r\n", func(c net.Conn, r *bufio.Reader) {
			_, _ = r.Discard(4096)
		}), big},
		{"stops reading in the middle of the text", plain("220 hi\r\n", "250 hi\r\n", func(_ net.Conn, r *bufio.Reader) {
			_, _ = r.Discard(4096)
			<-t.Context().Done()
		}), big},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := client(t, listen(t, tt.handle), nil, onLoopback)
			_, err := c.Send(t.Context(), tt.e)
			var f *notify.Failure
			if !errors.As(err, &f) || f.Class != notify.Temporary || !f.Down {
				t.Fatalf("got %+v, want temporary and down", err)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addr := l.Addr().String()
		_ = l.Close()
		_, err = client(t, addr, nil, onLoopback).Send(t.Context(), page())
		if class, _ := notify.Classify(err); class != notify.Temporary {
			t.Errorf("got %v", err)
		}
	})
}

// cutOff is a connection that breaks at the final dot.
type cutOff struct{ net.Conn }

func (c cutOff) Write(p []byte) (int, error) {
	if bytes.HasSuffix(p, []byte("\r\n.\r\n")) {
		return 0, errors.New("no route to host")
	}
	return c.Conn.Write(p)
}

func TestDotThatNeverLeftIsNoDoubt(t *testing.T) {
	addr := listen(t, plain("220 hi\r\n", "250 hi\r\n", func(_ net.Conn, r *bufio.Reader) {
		_, _ = io.Copy(io.Discard, r)
	}))
	c := client(t, addr, nil, onLoopback)
	reach := c.dial
	c.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := reach(ctx, network, addr)
		return cutOff{conn}, err
	}
	_, err := c.Send(t.Context(), page())
	if class, _ := notify.Classify(err); class != notify.Temporary {
		t.Errorf("got %v, want temporary: the server cannot have the message", err)
	}
}

func TestGoodbyeDoesNotSpoilAcceptance(t *testing.T) {
	addr := listen(t, plain("220 hi\r\n", "250 hi\r\n", func(c net.Conn, r *bufio.Reader) {
		for line := ""; line != ".\r\n"; {
			var err error
			if line, err = r.ReadString('\n'); err != nil {
				return
			}
		}
		fmt.Fprint(c, "250 queued as 4711\r\n") // and then cuts the line
	}))
	got, err := client(t, addr, nil, onLoopback).Send(t.Context(), page())
	if err != nil || got.Note != "queued as 4711" {
		t.Errorf("got %+v, %v; want accepted", got, err)
	}
}

func TestCancelledAttemptEndsAtOnce(t *testing.T) {
	began := make(chan struct{})
	addr := listen(t, func(net.Conn) { close(began) })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-began; cancel() }()
	_, err := client(t, addr, nil, func(c *Config) { c.TLS = NoneLoopbackOnly }).Send(ctx, page())
	if class, _ := notify.Classify(err); class != notify.Temporary {
		t.Errorf("got %v, want temporary", err)
	}
}

func TestGreylistingThenRepeat(t *testing.T) {
	tries := 0
	srv := serve(t, func(s *server, _ *smtp.Server) {
		s.rcpt = func(string) error {
			if tries++; tries < 3 {
				return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}
			}
			return nil
		}
	})
	c := client(t, srv.addr, srv.pool, nil)
	for n := 1; n <= 3; n++ {
		e := page()
		e.Try = n
		_, err := c.Send(t.Context(), e)
		if (err == nil) != (n == 3) {
			t.Fatalf("try %d: %v", n, err)
		}
	}
	if got := len(srv.accepted()); got != 1 {
		t.Errorf("%d mails, want 1", got)
	}
}

func TestRepeatIsRecognisable(t *testing.T) {
	srv := serve(t, nil)
	c := client(t, srv.addr, srv.pool, nil)
	notice := page()
	notice.ID, notice.Kind = "IR-12/n20/mlit", notify.KindNotice
	for _, e := range []notify.Envelope{page(), notice} {
		for _, again := range []bool{false, true} {
			e.Repeat, e.Try = again, e.Try+1
			if _, err := c.Send(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
	}
	m := srv.accepted()
	if len(m) != 4 {
		t.Fatalf("%d mails", len(m))
	}
	for _, pair := range [][2]int{{0, 1}, {2, 3}} {
		first, second := m[pair[0]].Header, m[pair[1]].Header
		for _, k := range []string{"Message-Id", "Date", "Subject", "To"} {
			if first.Get(k) != second.Get(k) || first.Get(k) == "" {
				t.Errorf("%s: %q then %q", k, first.Get(k), second.Get(k))
			}
		}
		if first.Get(RepeatHeader) != "" || second.Get(RepeatHeader) != "yes" {
			t.Errorf("marks: %q then %q", first.Get(RepeatHeader), second.Get(RepeatHeader))
		}
	}
	if got := body(t, m[1]); !strings.HasPrefix(got, "※ このメールは再送の可能性があります") || !strings.HasSuffix(got, page().Body) {
		t.Errorf("repeated page: %q", got)
	}
	if got := body(t, m[3]); got != page().Body {
		t.Errorf("the approved text of the notice was altered: %q", got)
	}
}

// A joined letter names every message in it, under a Message-ID of that set: a
// server that drops letters it knows must not drop parts it has never seen.
func TestAJoinedLetterNamesWhatItCarries(t *testing.T) {
	e := notify.Envelope{ID: "IR-1/n2/sato", Kind: notify.KindPage, To: "sato@example.jp", Subject: "x", Body: "y", At: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	read := func(e notify.Envelope) mail.Header {
		s, err := New(Config{Host: "mail.example.jp", From: "irbot@example.jp"})
		if err != nil {
			t.Fatal(err)
		}
		b, _, err := s.compose(e)
		if err != nil {
			t.Fatal(err)
		}
		m, err := mail.ReadMessage(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		return m.Header
	}
	alone := read(e)
	later := e
	later.At = e.At.Add(time.Hour)
	if anew := read(later).Get("Message-Id"); anew == alone.Get("Message-Id") { // by a record that was begun anew
		t.Errorf("another message has the same Message-ID: %s", anew)
	}
	e.With = []string{"IR-2/n9/sato"}
	two := read(e)
	for n := range 60 {
		e.With = append(e.With, fmt.Sprintf("IR-%d/n9/sato", n+3))
	}
	many := read(e)
	ids := map[string]bool{alone.Get("Message-Id"): true, two.Get("Message-Id"): true, many.Get("Message-Id"): true}
	if len(ids) != 3 || alone.Get("Message-Id") != "<IR-1/n2/sato/tovmo0@example.jp>" || alone.Get(CarriesHeader) != "" {
		t.Errorf("%v", ids)
	}
	if got := two.Get(CarriesHeader); got != "<IR-1/n2/sato@example.jp> <IR-2/n9/sato@example.jp>" {
		t.Errorf("carries %q", got)
	}
	if got := strings.Fields(many.Get(CarriesHeader)); len(got) != 62 || got[61] != "<IR-62/n9/sato@example.jp>" {
		t.Errorf("carries %d: %v", len(got), got)
	}
}
