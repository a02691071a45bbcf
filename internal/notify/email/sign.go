package email

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"github.com/wneessen/go-mail"
)

// Signer signs every mail by S/MIME (RFC 8551), so that a reader can tell that it
// came from the operator.
type Signer struct {
	Cert *tls.Certificate // with its key; the issuer may follow the leaf
	Wall func() time.Time
}

// check wants a certificate for the sender's address.
func (s *Signer) check(from string) error {
	leaf, err := s.leaf()
	if err != nil {
		return err
	}
	if !slices.Contains(leaf.EmailAddresses, from) {
		return fmt.Errorf("the S/MIME certificate is not for %s but for %v (証明書のアドレスが差出人と違います)", from, leaf.EmailAddresses)
	}
	if leaf.KeyUsage != 0 && leaf.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		return fmt.Errorf("the S/MIME certificate is not for signing (署名用の証明書ではありません)")
	}
	return nil
}

func (s *Signer) leaf() (*x509.Certificate, error) {
	if s.Cert.Leaf != nil {
		return s.Cert.Leaf, nil
	}
	if len(s.Cert.Certificate) == 0 {
		return nil, fmt.Errorf("the S/MIME certificate is empty")
	}
	leaf, err := x509.ParseCertificate(s.Cert.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("read S/MIME certificate: %w", err)
	}
	return leaf, nil
}

// sign adds the signature. An expired certificate does not keep a page from
// leaving: the mail then goes unsigned, because nobody would trust the signature
// and somebody has to be reached.
func (s *Signer) sign(m *mail.Msg) error {
	leaf, err := s.leaf()
	if err != nil {
		return err
	}
	if now := s.Wall(); now.After(leaf.NotAfter) || now.Before(leaf.NotBefore) {
		return nil
	}
	if err := m.SignWithTLSCertificate(s.Cert); err != nil {
		return fmt.Errorf("sign by S/MIME: %w", err)
	}
	return nil
}
