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
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"irbot/internal/notify"
)

// identity makes a certificate for a mail address that signs itself.
func identity(t *testing.T, address string, until time.Time) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "irbot"}, EmailAddresses: []string{address},
		NotBefore: until.Add(-10000 * time.Hour), NotAfter: until, BasicConstraintsValid: true, IsCA: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func signing(t *testing.T, cert *tls.Certificate) (*Sender, error) {
	t.Helper()
	return New(Config{Host: "mail.example.jp", From: "irbot@example.jp", FromName: "さくら港", Signer: &Signer{Cert: cert, Wall: time.Now}})
}

func TestSignatureHoldsForOpenSSL(t *testing.T) {
	tool, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	cert := identity(t, "irbot@example.jp", time.Now().Add(time.Hour))
	s, err := signing(t, cert)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}), 0o600); err != nil {
		t.Fatal(err)
	}
	verify := func(msg []byte) (string, error) {
		in := filepath.Join(dir, "mail.eml")
		if err := os.WriteFile(in, msg, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(context.Background(), tool, "cms", "-verify", "-in", in, "-CAfile", ca, "-purpose", "smimesign").CombinedOutput()
		return string(out), err
	}
	plain, letter := page(), page()
	letter.Kind, letter.Files = notify.KindNotice, []notify.File{{Name: "report.pdf", Data: []byte("%PDF-1.7 test")}}
	old := page()
	old.Charset = notify.ISO2022JP
	for name, e := range map[string]notify.Envelope{"page": plain, "notice with a file": letter, "page in ISO-2022-JP": old} {
		msg, _, err := s.compose(e)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := verify(msg); err != nil {
			t.Errorf("%s: %v\n%s\n%s", name, err, out, msg)
		}
		i := bytes.LastIndex(msg, []byte("smime.p7s"))
		if i < 0 {
			t.Fatalf("%s is not signed", name)
		}
		// One letter of the signed part changed: openssl must notice.
		at := bytes.Index(msg, []byte("\r\n\r\n")) + 4
		at += bytes.Index(msg[at:], []byte("Content-Type"))
		bad := bytes.Clone(msg)
		bad[at+1] = 'O'
		if _, err := verify(bad); err == nil {
			t.Errorf("%s: a changed mail verifies", name)
		}
	}
}

func TestSignerIsChecked(t *testing.T) {
	if _, err := signing(t, identity(t, "other@example.jp", time.Now().Add(time.Hour))); err == nil || !strings.Contains(err.Error(), "other@example.jp") {
		t.Errorf("certificate of somebody else: %v", err)
	}
	s, err := signing(t, identity(t, "irbot@example.jp", time.Now().Add(-time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	msg, _, err := s.compose(page())
	if err != nil || bytes.Contains(msg, []byte("smime.p7s")) || !bytes.Contains(msg, []byte("Message-ID")) {
		t.Errorf("an expired certificate: %v\n%s", err, msg)
	}
}
