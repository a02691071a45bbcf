package faults

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"irbot/internal/notify/email"
)

// letter is one mail as the other side took it.
type letter struct {
	id      string   // Message-ID
	ids     []string // of every message in it: its own, or those that a joined one names
	to      string
	subject string // as on the wire
	repeat  bool   // marked as a possible repeat
	body    string // as on the wire, base64
	date    string
}

// sink is a real mail server that keeps what it takes. It can be shut and
// opened again on the same port, and it can cut the line after it took a mail.
type sink struct {
	t    *testing.T
	addr string
	tls  bool // only what came in TLS is a mail

	manners func(*sink, *smtp.Server) // changes the server before it serves; may be nil

	mu      sync.Mutex
	srv     *smtp.Server
	port    net.Listener
	letters []letter
	rcpt    func(to string) error // nil: everybody is known
	refuse  error                 // answer to DATA instead of taking the mail
	cut     bool                  // take the mail, then drop the line without an answer
	gate    chan struct{}
	held    int // mails waiting at the gate
}

func newSink(t *testing.T) *sink { return newSinkOf(t, nil) }

func (s *sink) serve(l net.Listener) {
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{s: s, c: c}, nil }))
	srv.Domain, srv.ErrorLog = "localhost", silent{}
	if s.manners != nil {
		s.manners(s, srv)
	}
	s.mu.Lock()
	s.srv, s.port = srv, l
	s.mu.Unlock()
	go func() { _ = srv.Serve(l) }()
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// shut closes the server and every line.
func (s *sink) shut() {
	s.mu.Lock()
	srv, port := s.srv, s.port
	s.srv = nil
	s.mu.Unlock()
	if srv != nil {
		_ = port.Close() // the server may not have begun to know it
		_ = srv.Close()
	}
}

// open serves again on the old port.
func (s *sink) open() {
	s.t.Helper()
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.serve(l)
}

// set changes the manners of the server.
func (s *sink) set(change func(*sink)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func (s *sink) taken() []letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]letter(nil), s.letters...)
}

type session struct {
	s  *sink
	c  *smtp.Conn
	to string
}

var errCut = errors.New("line cut")

func (x *session) Reset()                               {}
func (x *session) Logout() error                        { return nil }
func (x *session) Mail(string, *smtp.MailOptions) error { return nil }

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.to = to
	x.s.mu.Lock()
	knows := x.s.rcpt
	x.s.mu.Unlock()
	if knows != nil {
		return knows(to)
	}
	return nil
}

func (x *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	x.s.mu.Lock()
	refuse, cut, gate := x.s.refuse, x.s.cut, x.s.gate
	if gate != nil {
		x.s.held++
	}
	x.s.mu.Unlock()
	if gate != nil {
		<-gate
	}
	if refuse != nil {
		return refuse
	}
	if _, encrypted := x.c.TLSConnectionState(); x.s.tls && !encrypted {
		return errors.New("not in TLS")
	}
	m, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	x.s.mu.Lock()
	ids := strings.Fields(m.Header.Get(email.CarriesHeader))
	if len(ids) == 0 {
		ids = []string{untimed(m.Header.Get("Message-Id"))}
	}
	x.s.letters = append(x.s.letters, letter{
		id: m.Header.Get("Message-Id"), ids: ids, to: x.to, subject: m.Header.Get("Subject"),
		repeat: m.Header.Get(email.RepeatHeader) != "", body: string(body), date: m.Header.Get("Date"),
	})
	x.s.mu.Unlock()
	if cut {
		_ = x.c.Conn().Close()
		return errCut
	}
	return nil
}

// repeats counts messages that came again, alone or in a joined letter, and
// names those that came again in a letter that is not marked as a possible repeat.
func repeats(letters []letter) (n int, unmarked []string) {
	seen := map[string]bool{}
	for _, l := range letters {
		for _, id := range l.ids {
			if seen[id] {
				n++
				if !l.repeat {
					unmarked = append(unmarked, id)
				}
			}
			seen[id] = true
		}
	}
	return n, unmarked
}
