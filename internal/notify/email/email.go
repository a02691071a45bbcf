// Package email sends envelopes by SMTP. It guarantees that a message never
// leaves without TLS unless the written policy says so, that every repeat of an
// envelope carries the same Message-ID and Date, that no text can add a header
// or a recipient, and that a failure is called temporary or permanent only when
// the server certainly did not take the message.
package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"irbot/internal/notify"
)

// TLSPolicy says how the way to the mail server is protected.
type TLSPolicy string

// The policies. There is none that falls back to plain text by itself.
const (
	Mandatory        TLSPolicy = "mandatory"          // STARTTLS (RFC 3207), refused when not offered
	ImplicitTLS      TLSPolicy = "implicit-tls"       // TLS from the first byte (RFC 8314)
	NoneLoopbackOnly TLSPolicy = "none-loopback-only" // plain text, to a relay on this very machine only
)

// maxAttempt bounds one attempt from look-up to the last answer.
const maxAttempt = 30 * time.Second

// Config says which server is used and in whose name.
type Config struct {
	Host     string
	Port     int       // 0: 587, 465 with implicit TLS, 25 with none-loopback-only
	TLS      TLSPolicy // "" = mandatory
	Username string    // "" = no login
	Password notify.Secret
	From     string // address; also the envelope sender, so bounces go there
	FromName string
	ReplyTo  string // address; "" = From
	// Domain ends every Message-ID. It must stay the same for ever, because a
	// repeat is recognised by it. "" = the domain of From.
	Domain string
	// Fallback lists addresses (IP or IP:port) that are tried when Host cannot be
	// looked up or reached; the certificate must still be Host's.
	Fallback []string
	Zone     *time.Location // of the Date header, for readers whose program shows it as written; nil: of the envelope
	Signer   *Signer        // signs every mail by S/MIME; nil: none
	RootCAs  *x509.CertPool // nil: the system's
	Timeout  time.Duration  // one attempt; 0 and more than 30 s mean 30 s
}

// Errors of a configuration or a connection that a person has to mend.
var (
	ErrNoSTARTTLS   = errors.New("the mail server does not offer STARTTLS; nothing was sent. Ask its operator, or set tls: implicit-tls (メールサーバーがSTARTTLSに対応していないため送信していません)")
	ErrNotLoopback  = errors.New("tls: none-loopback-only allows only a mail server on this machine; set tls: mandatory (TLSなしは同じ機器のメールサーバーに限ります)")
	ErrNoLogin      = errors.New("the mail server offers no login that irbot knows (PLAIN, LOGIN, SCRAM-SHA-256) although a user name is set (メールサーバーがログインを受け付けません)")
	ErrBadAddress   = errors.New("not a mail address in ASCII (メールアドレスの形式が正しくありません)")
	ErrControlChars = errors.New("line break or control character where one line is expected (改行や制御文字は使えません)")
)

// Sender is a notify.Sender for mail. It is safe for concurrent use; every
// attempt has a connection of its own.
type Sender struct {
	cfg  Config
	tls  *tls.Config
	dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// New checks the configuration. It does not connect; see Check.
func New(cfg Config) (*Sender, error) {
	if err := complete(&cfg); err != nil {
		return nil, fmt.Errorf("configure mail: %w", err)
	}
	return &Sender{
		cfg:  cfg,
		tls:  &tls.Config{ServerName: cfg.Host, RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12},
		dial: (&net.Dialer{}).DialContext,
	}, nil
}

func complete(cfg *Config) error {
	if cfg.Host == "" || hasControl(cfg.Host) || strings.ContainsAny(cfg.Host, " /@") {
		return fmt.Errorf("host %q: a host name is needed", cfg.Host)
	}
	port := map[TLSPolicy]int{Mandatory: 587, ImplicitTLS: 465, NoneLoopbackOnly: 25}
	if cfg.TLS == "" {
		cfg.TLS = Mandatory
	}
	if port[cfg.TLS] == 0 {
		return fmt.Errorf("tls %q: use mandatory, implicit-tls or none-loopback-only", cfg.TLS)
	}
	if cfg.Port == 0 {
		cfg.Port = port[cfg.TLS]
	}
	if cfg.Timeout <= 0 || cfg.Timeout > maxAttempt {
		cfg.Timeout = maxAttempt
	}
	if err := CheckAddress(cfg.From); err != nil {
		return fmt.Errorf("from %q: %w", cfg.From, err)
	}
	if cfg.ReplyTo != "" {
		if err := CheckAddress(cfg.ReplyTo); err != nil {
			return fmt.Errorf("reply_to %q: %w", cfg.ReplyTo, err)
		}
	}
	if cfg.Signer != nil {
		if err := cfg.Signer.check(cfg.From); err != nil {
			return err
		}
	}
	if hasControl(cfg.FromName) {
		return fmt.Errorf("from_name: %w", ErrControlChars)
	}
	if cfg.Domain == "" {
		cfg.Domain = cfg.From[strings.LastIndexByte(cfg.From, '@')+1:]
	}
	if !isDomain(cfg.Domain) {
		return fmt.Errorf("domain %q: a domain name in ASCII is needed", cfg.Domain)
	}
	return nil
}

// Send delivers one envelope to its one recipient. See notify.Sender; errors
// are *notify.Failure.
// Where a character set was asked for, the receipt tells which one was used.
func (s *Sender) Send(ctx context.Context, e notify.Envelope) (notify.Receipt, error) {
	msg, charset, err := s.compose(e)
	if err != nil {
		return notify.Receipt{}, &notify.Failure{Class: notify.Permanent, Err: fmt.Errorf("write mail: %w", err)}
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	x, err := s.connect(ctx)
	if err != nil {
		return notify.Receipt{}, &notify.Failure{Class: notify.Temporary, Down: true, Err: err}
	}
	defer x.hangUp()
	note, fail := x.deliver(s.cfg.From, e.To, msg)
	if fail != nil {
		return notify.Receipt{}, fail
	}
	if charset != "" {
		note = strings.TrimSpace(note + " [" + charset + "]")
	}
	return notify.Receipt{ID: "<" + MessageID(e.Key(), s.cfg.Domain) + ">", Note: note}, nil
}

// Check connects, secures the connection and logs in without sending anything.
func (s *Sender) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	x, err := s.connect(ctx)
	if err != nil {
		return err
	}
	x.hangUp()
	return nil
}

// targets lists where the server may be found, the configured name first.
func (s *Sender) targets() []string {
	port := strconv.Itoa(s.cfg.Port)
	out := []string{net.JoinHostPort(s.cfg.Host, port)}
	for _, f := range s.cfg.Fallback {
		if _, _, err := net.SplitHostPort(f); err != nil {
			f = net.JoinHostPort(f, port)
		}
		out = append(out, f)
	}
	return out
}
