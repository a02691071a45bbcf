package faults

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"irbot/internal/incident"
	"irbot/internal/sqlite"
)

// TestMailLeavesBySTARTTLS is the whole chain: a running program, a mail server
// that must be spoken to in TLS, the mail as its reader has it. A server whose
// STARTTLS is gone, or which shows a certificate of somebody else, gets nothing,
// and the record says why.
func TestMailLeavesBySTARTTLS(t *testing.T) {
	cert, ca := serverCertificate(t)
	for name, c := range map[string]struct {
		manners  func(*sink, *smtp.Server)
		host     string
		arrives  bool
		complain string
	}{
		"STARTTLS": {func(s *sink, srv *smtp.Server) {
			srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
			s.tls = true
		}, "localhost", true, ""},
		"STARTTLS taken away":   {func(*sink, *smtp.Server) {}, "localhost", false, "STARTTLS"},
		"another's certificate": {func(_ *sink, srv *smtp.Server) { srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}} }, "127.0.0.1", false, "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mail := newSinkOf(t, c.manners)
			s := newSite(t, mail, func(text string) string {
				text = replace(t, text, "\n  tls: none-loopback-only", "\n  tls: mandatory")
				return replace(t, text, "\n  host: 127.0.0.1", "\n  host: "+c.host)
			})
			s.env = []string{"SSL_CERT_FILE=" + ca}
			srv := s.start()
			id := srv.must("", "incident.declare", "d", incident.Declare{Title: "TOS停止 ゲート3", Runbook: "none"}).Incident
			v := s.view()
			if c.arrives {
				until(t, "the mail", func() bool { return len(mail.taken()) > 0 })
				got := mail.taken()[0]
				text, err := base64.StdEncoding.DecodeString(strings.NewReplacer("\r", "", "\n", "").Replace(got.body))
				if err != nil || got.to != "watanabe@example.jp" || !strings.HasSuffix(got.date, " +0900") || !strings.Contains(string(text), "TOS停止 ゲート3") {
					t.Errorf("to %s at %s: %s %v", got.to, got.date, text, err)
				}
				return
			}
			until(t, "the reason in the record", func() bool {
				return slices.ContainsFunc(mustTexts(t, v, id), func(text map[string]string) bool { return strings.Contains(text["error"], c.complain) })
			})
			if n := len(mail.taken()); n != 0 {
				t.Errorf("%d mails left in the clear", n)
			}
		})
	}
}

// mustTexts gives the words of every entry of an incident.
func mustTexts(t *testing.T, v *sqlite.View, id string) []map[string]string {
	t.Helper()
	list, err := v.Entries(t.Context(), id, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	var seqs []int64
	for _, e := range list {
		seqs = append(seqs, e.Seq)
	}
	texts, err := v.Texts(t.Context(), id, seqs)
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, x := range texts {
		out = append(out, x)
	}
	return out
}

// serverCertificate is one for localhost, and the file of the authority that
// vouches for it.
func serverCertificate(t *testing.T) (cert tls.Certificate, ca string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, ca
}

// newSinkOf is a sink whose server is changed before it is served.
func newSinkOf(t *testing.T, manners func(*sink, *smtp.Server)) *sink {
	t.Helper()
	s := &sink{t: t, manners: manners}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	s.serve(l)
	t.Cleanup(s.shut)
	return s
}
