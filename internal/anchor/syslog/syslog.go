// Package syslog sends anchors to a syslog server: RFC 5424 lines in the octet
// counting of RFC 6587 and RFC 5425, over TLS. It guarantees that one
// checkpoint is one record whatever its words hold. Syslog has no receipt: that
// a line was stored is known only at the server.
package syslog

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"irbot/internal/timeline"
)

// Config says where the server is.
type Config struct {
	Address string         // host:port
	Roots   *x509.CertPool // nil: those of the system
	Plain   bool           // without TLS; only to the same machine
	Wall    func() time.Time
}

// Server is a place for anchors.
type Server struct {
	cfg  Config
	host string
}

// errPlain is refused by New.
var errPlain = errors.New("without TLS only to this machine")

// New checks the configuration; nothing is connected yet.
func New(cfg Config) (*Server, error) {
	host, _, err := net.SplitHostPort(cfg.Address)
	if err != nil {
		return nil, fmt.Errorf("read syslog address: %w", err)
	}
	ip := net.ParseIP(host)
	if cfg.Plain && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("syslog %s: %w", cfg.Address, errPlain)
	}
	name, err := os.Hostname()
	if err != nil {
		name = ""
	}
	return &Server{cfg: cfg, host: name}, nil
}

// facility 13 is log audit, severity 5 is notice (RFC 5424, 6.2.1).
const priority = 13*8 + 5

// sdID names our data; 32473 is the enterprise number set aside for those who
// have none of their own (RFC 5612).
const sdID = "irbotCheckpoint@32473"

// Line writes one checkpoint as one RFC 5424 record.
func Line(c timeline.Checkpoint, host string, pid int, at time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<%d>1 %s %s irbot %d checkpoint [%s", priority, at.UTC().Format("2006-01-02T15:04:05.000000Z"), header(host, 255), pid, sdID)
	for _, p := range [][2]string{
		{"site", c.Site}, {"incident", c.Incident}, {"size", strconv.FormatInt(c.Size, 10)},
		{"head", base64.StdEncoding.EncodeToString(c.Head[:])}, {"note", base64.StdEncoding.EncodeToString(c.Note)},
	} {
		fmt.Fprintf(&b, ` %s="%s"`, p[0], Escape(p[1]))
	}
	// The byte order mark tells that the text is UTF-8 (RFC 5424, 6.4).
	b.WriteString("] \ufeff" + message(fmt.Sprintf("記録の先頭値 %s #%d %s", c.Incident, c.Size, timeline.Words(c.Head))))
	return b.String()
}

// Escape makes a value fit for structured data: quote, backslash and closing
// bracket get a backslash (RFC 5424, 6.3.3); control characters become blanks,
// so that a record never turns into two.
func Escape(s string) string {
	s = message(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`).Replace(s)
}

func message(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}

// header keeps printable ASCII only; "-" stands for nothing.
func header(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r <= 0x20 || r > 0x7e {
			return -1
		}
		return r
	}, s)
	if s == "" {
		return "-"
	}
	return s[:min(len(s), most)]
}

// Put sends one line and waits until the server has closed its side, so that a
// refusal is noticed.
func (s *Server) Put(ctx context.Context, c timeline.Checkpoint) ([]byte, error) {
	conn, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	line := Line(c, s.host, os.Getpid(), s.cfg.Wall())
	if _, err := fmt.Fprintf(conn, "%d %s", len(line), line); err != nil {
		return nil, fmt.Errorf("send syslog line: %w", err)
	}
	return nil, s.finish(conn)
}

// finish says that nothing more comes. A server that keeps its side open has
// taken the line as far as can be known; a reset is an error.
func (s *Server) finish(conn net.Conn) error {
	if h, ok := conn.(interface{ CloseWrite() error }); ok {
		if err := h.CloseWrite(); err != nil {
			return fmt.Errorf("end syslog connection: %w", err)
		}
	}
	late := time.AfterFunc(2*time.Second, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) }) // ends the reading below
	defer late.Stop()
	var quiet net.Error
	_, err := io.Copy(io.Discard, io.LimitReader(conn, 4096))
	if err != nil && !(errors.As(err, &quiet) && quiet.Timeout()) {
		return fmt.Errorf("end syslog connection: %w", err)
	}
	return nil
}

// Check connects, and shakes hands where TLS is used.
func (s *Server) Check(ctx context.Context) error {
	conn, err := s.dial(ctx)
	if err != nil {
		return err
	}
	return conn.Close()
}

func (s *Server) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	var conn net.Conn
	var err error
	if s.cfg.Plain {
		conn, err = d.DialContext(ctx, "tcp", s.cfg.Address)
	} else {
		conn, err = (&tls.Dialer{NetDialer: &d, Config: &tls.Config{RootCAs: s.cfg.Roots, MinVersion: tls.VersionTLS12}}).DialContext(ctx, "tcp", s.cfg.Address)
	}
	if err != nil {
		return nil, fmt.Errorf("connect to syslog: %w", err)
	}
	if end, ok := ctx.Deadline(); ok {
		err = conn.SetDeadline(end)
	}
	return conn, err
}
