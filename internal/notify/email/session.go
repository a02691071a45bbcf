package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"irbot/internal/notify"
)

// The steps of one delivery are driven here rather than by go-mail's own
// client, because that one hides which step failed (its error has no cause to
// unwrap), ends a half-written message with the final dot when it says good-bye
// after an error, and calls a message failed when only the clean-up after its
// acceptance failed.

// wire notes whether a write failed: then the final dot did not leave whole.
type wire struct {
	net.Conn
	broken atomic.Bool
}

func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	if err != nil {
		w.broken.Store(true)
	}
	return n, err
}

// session is one connection, ready for one message.
type session struct {
	client *smtp.Client
	wire   *wire
	free   func() bool // stops watching the context
	polite bool        // the connection is in a state in which QUIT makes sense
}

// goodbye bounds QUIT: the message is settled by then.
const goodbye = time.Second

func (x *session) hangUp() {
	if x.polite {
		ctx, cancel := context.WithTimeout(context.Background(), goodbye)
		defer cancel()
		if at, ok := ctx.Deadline(); ok && x.wire.SetDeadline(at) == nil {
			_ = x.client.Quit() // the outcome is known; how the server takes leave is not of interest
		}
	}
	x.free()
	_ = x.wire.Close()
}

// connect reaches the server, secures the connection and logs in.
func (s *Sender) connect(ctx context.Context) (*session, error) {
	conn, err := s.reach(ctx)
	if err != nil {
		return nil, err
	}
	w := &wire{Conn: conn}
	// A deadline alone would not end an attempt whose context is cancelled.
	x := &session{wire: w, free: context.AfterFunc(ctx, func() { _ = w.Close() })}
	if at, ok := ctx.Deadline(); ok {
		err = w.SetDeadline(at)
	}
	if err == nil {
		err = s.greet(ctx, x)
	}
	if err != nil {
		x.hangUp()
		return nil, fmt.Errorf("open session with %s: %w", s.cfg.Host, err)
	}
	x.polite = true
	return x, nil
}

func (s *Sender) reach(ctx context.Context) (net.Conn, error) {
	var all error
	for _, addr := range s.targets() {
		conn, err := s.dial(ctx, "tcp", addr)
		if err == nil {
			return conn, nil
		}
		all = errors.Join(all, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, fmt.Errorf("reach mail server %s: %w", s.cfg.Host, all)
}

// greet takes the connection from the banner to the login.
func (s *Sender) greet(ctx context.Context, x *session) error {
	var conn net.Conn = x.wire
	switch s.cfg.TLS {
	case NoneLoopbackOnly:
		if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
			return ErrNotLoopback
		}
	case ImplicitTLS:
		secured := tls.Client(x.wire, s.tls)
		if err := secured.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("secure: %w", err)
		}
		conn = secured
	case Mandatory: // STARTTLS follows the greeting
	}
	client, err := smtp.NewClient(conn, s.cfg.Host)
	if err != nil {
		return fmt.Errorf("read banner: %w", err)
	}
	x.client = client
	client.SkipSMTPUTF8(true)
	if err := client.Hello(s.cfg.Domain); err != nil {
		return fmt.Errorf("greet: %w", err)
	}
	if s.cfg.TLS == Mandatory {
		if ok, _ := client.Extension("STARTTLS"); !ok {
			return ErrNoSTARTTLS
		}
		if err := client.StartTLS(s.tls); err != nil {
			return fmt.Errorf("secure: %w", err)
		}
	}
	return s.login(client)
}

func (s *Sender) login(client *smtp.Client) error {
	if s.cfg.Username == "" {
		return nil
	}
	_, offered := client.Extension("AUTH")
	user, pass := s.cfg.Username, string(s.cfg.Password)
	plainWay := s.cfg.TLS == NoneLoopbackOnly
	var auth smtp.Auth
	for _, mech := range strings.Fields(strings.ToUpper(offered)) {
		switch {
		case mech == "PLAIN":
			auth = smtp.PlainAuth("", user, pass, s.cfg.Host, plainWay)
		case mech == "LOGIN" && auth == nil:
			auth = smtp.LoginAuth(user, pass, s.cfg.Host, plainWay)
		case mech == "SCRAM-SHA-256" && auth == nil:
			auth = smtp.ScramSHA256Auth(user, pass)
		}
		if mech == "PLAIN" {
			break
		}
	}
	if auth == nil {
		return ErrNoLogin
	}
	if err := client.Auth(auth); err != nil {
		return fmt.Errorf("log in: %w", err)
	}
	return nil
}

// deliver hands one message over and tells what the server said.
func (x *session) deliver(from, to string, msg []byte) (string, *notify.Failure) {
	for _, step := range []struct {
		name string
		run  func() error
	}{
		{"sender", func() error { return x.client.Mail(path(from)) }},
		{"recipient", func() error { return x.client.Rcpt(path(to)) }},
	} {
		if err := step.run(); err != nil {
			return "", x.refused(step.name, err)
		}
	}
	data, err := x.client.Data()
	if err != nil {
		return "", x.refused("data", err)
	}
	x.polite = false // a command now would end the message with its final dot
	if _, err := data.Write(msg); err != nil {
		return "", x.refused("text", err)
	}
	if err := data.Close(); err != nil {
		return "", x.afterDot(err)
	}
	x.polite = true
	note := ""
	if d, ok := data.(*smtp.DataCloser); ok {
		note = oneLine(d.ServerResponse())
	}
	return note, nil
}

// refused classifies a failure before the final dot: certainly not accepted.
func (x *session) refused(step string, err error) *notify.Failure {
	f := &notify.Failure{Class: notify.Temporary, Err: fmt.Errorf("hand over %s: %w", step, err)}
	var reply *textproto.Error
	switch {
	case !errors.As(err, &reply):
		f.Down = true // the connection broke or timed out
		x.polite = false
	case reply.Code >= 500:
		f.Class = notify.Permanent
	case reply.Code == 421:
		f.Down = true
	}
	return f
}

// afterDot classifies a failure after the message was written: without an
// answer it may have been accepted, unless a write failed, because then the
// final dot never left.
func (x *session) afterDot(err error) *notify.Failure {
	f := x.refused("message", err)
	var reply *textproto.Error
	if errors.As(err, &reply) {
		x.polite = true
		if reply.Code < 400 {
			f.Class, f.Down = notify.Unknown, false
		}
		return f
	}
	if !x.wire.broken.Load() {
		f.Class = notify.Unknown
	}
	return f
}
