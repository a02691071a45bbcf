package email

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/mail"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"irbot/internal/notify"
)

// server is a real SMTP server whose manners a test can spoil.
type server struct {
	addr string
	pool *x509.CertPool

	mu       sync.Mutex
	mails    [][]byte // accepted
	rcpts    []string
	commands int  // MAIL commands seen
	secured  bool // TLS from the first byte
	mail     func() error
	rcpt     func(to string) error
	data     func(conn net.Conn, r io.Reader) error // nil: accept
	login    func(user, pass string) error          // nil: no AUTH
}

type serving struct {
	s    *server
	conn *smtp.Conn
	to   string
}

func (x *serving) Reset()        {}
func (x *serving) Logout() error { return nil }
func (x *serving) Mail(string, *smtp.MailOptions) error {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.commands++
	if x.s.mail != nil {
		return x.s.mail()
	}
	return nil
}

func (x *serving) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.to = to
	if x.s.rcpt != nil {
		return x.s.rcpt(to)
	}
	return nil
}

func (x *serving) Data(r io.Reader) error {
	if x.s.data != nil {
		return x.s.data(x.conn.Conn(), r)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.mails = append(x.s.mails, b)
	x.s.rcpts = append(x.s.rcpts, x.to)
	return nil
}

func (x *serving) AuthMechanisms() []string {
	if x.s.login == nil {
		return nil
	}
	return []string{sasl.Plain}
}

func (x *serving) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error { return x.s.login(user, pass) }), nil
}

// certificate makes a self-signed certificate for localhost.
func certificate(t *testing.T, name string, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: until.Add(-48 * time.Hour), NotAfter: until, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// serve starts the server; spoil may change it before the first connection.
func serve(t *testing.T, spoil func(*server, *smtp.Server)) *server {
	t.Helper()
	cert, pool := certificate(t, "localhost", time.Now().Add(time.Hour))
	s := &server{pool: pool}
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &serving{s: s, conn: c}, nil
	}))
	srv.Domain, srv.EnableSMTPUTF8 = "localhost", true
	srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
	srv.ErrorLog = quiet{}
	if spoil != nil {
		spoil(s, srv)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	if s.secured {
		l = tls.NewListener(l, srv.TLSConfig)
	}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return s
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// listen serves raw connections for manners a decent server does not have.
func listen(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go handle(c)
		}
	}()
	return l.Addr().String()
}

// client makes a sender for the server. Its host is localhost, so that the
// certificate can be checked.
func client(t *testing.T, addr string, pool *x509.CertPool, change func(*Config)) *Sender {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Host: "localhost", Port: n, From: "irbot@port.example.jp", FromName: "港湾CSIRT irbot",
		RootCAs: pool, Timeout: 10 * time.Second,
	}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, addr) // 127.0.0.1 whatever localhost resolves to
	}
	return s
}

func page() notify.Envelope {
	return notify.Envelope{
		ID: "IR-12/n17/watanabe", Incident: "IR-12", Kind: notify.KindPage, Means: notify.Mail,
		To: "watanabe@port.example.jp", ToName: "渡辺 花子", Subject: "【緊急】IR-12 ターミナルシステムの暗号化",
		Body: "渡辺さん\n\n担当してください。期限 07:00\n.\n以上\n", Try: 1,
		At: time.Date(2026, 7, 4, 6, 31, 5, 0, time.FixedZone("JST", 9*3600)),
	}
}

func (s *server) accepted() []*mail.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*mail.Message
	for _, b := range s.mails {
		m, err := mail.ReadMessage(bytes.NewReader(b))
		if err == nil {
			out = append(out, m)
		}
	}
	return out
}

// farAway is a connection to another machine.
type farAway struct{ net.Conn }

func (farAway) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(203, 0, 113, 5), Port: 25} }
