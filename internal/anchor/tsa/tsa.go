// Package tsa has a time authority stamp anchors (RFC 3161). It guarantees that
// a token is kept only after nonce, imprint, policy, signature and the chain to
// a configured root with the purpose of time stamping were checked: the library
// below checks the signature alone.
package tsa

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"

	"irbot/internal/timeline"
)

// What can be wrong with a token.
var (
	ErrAnswer  = errors.New("the time authority refused or gave no token")
	ErrNonce   = errors.New("the token answers another request")
	ErrImprint = errors.New("the token is about something else")
	ErrPolicy  = errors.New("the token has another policy")
	ErrChain   = errors.New("the token's certificate does not lead to a configured root for time stamping")
)

// maxToken is the largest answer that is read, in bytes.
const maxToken = 1 << 20

// Config says which authority is asked.
type Config struct {
	URL    string
	Roots  *x509.CertPool // the roots that are trusted; the system's are not
	Policy string         // object id the token must have; "" takes any
	User   string         // for basic authentication, "" for none
	Secret string
	Client *http.Client // nil is http.DefaultClient
}

// Authority is a place for anchors that returns a token.
type Authority struct {
	cfg    Config
	policy asn1.ObjectIdentifier
}

// New checks the configuration; nothing is asked yet.
func New(cfg Config) (*Authority, error) {
	a := &Authority{cfg: cfg}
	if cfg.Roots == nil {
		return nil, errors.New("set up time authority: no root certificate")
	}
	if cfg.Client == nil {
		a.cfg.Client = http.DefaultClient
	}
	if cfg.Policy != "" {
		for _, part := range strings.Split(cfg.Policy, ".") {
			n, err := strconv.Atoi(part)
			if err != nil {
				return nil, fmt.Errorf("read policy %q: %w", cfg.Policy, err)
			}
			a.policy = append(a.policy, n)
		}
	}
	return a, nil
}

// Put has the bytes of the note stamped. The proof is the whole answer, as
// `openssl ts -verify -in` reads it.
func (a *Authority) Put(ctx context.Context, c timeline.Checkpoint) ([]byte, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return nil, fmt.Errorf("draw nonce: %w", err)
	}
	req, err := timestamp.CreateRequest(bytes.NewReader(c.Note), &timestamp.RequestOptions{
		Hash: crypto.SHA256, Certificates: true, Nonce: nonce, TSAPolicyOID: a.policy,
	})
	if err != nil {
		return nil, fmt.Errorf("write time stamp request: %w", err)
	}
	answer, err := a.ask(ctx, req)
	if err != nil {
		return nil, err
	}
	t, err := a.check(answer, c.Note)
	if err != nil {
		return nil, err
	}
	if t.Nonce == nil || t.Nonce.Cmp(nonce) != 0 {
		return nil, ErrNonce
	}
	return answer, nil
}

func (a *Authority) ask(ctx context.Context, req []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.cfg.URL, bytes.NewReader(req))
	if err != nil {
		return nil, fmt.Errorf("ask time authority: %w", err)
	}
	r.Header.Set("Content-Type", "application/timestamp-query")
	r.Header.Set("Accept", "application/timestamp-reply")
	if a.cfg.User != "" {
		r.SetBasicAuth(a.cfg.User, a.cfg.Secret)
	}
	resp, err := a.cfg.Client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask time authority: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxToken+1))
	if err != nil {
		return nil, fmt.Errorf("read time stamp: %w", err)
	}
	if resp.StatusCode != http.StatusOK || len(b) > maxToken {
		return nil, fmt.Errorf("%w: HTTP %d, %d bytes", ErrAnswer, resp.StatusCode, len(b))
	}
	return b, nil
}

func (a *Authority) check(answer, note []byte) (*timestamp.Timestamp, error) {
	t, err := verify(answer, note, a.cfg.Roots)
	if err != nil {
		return nil, err
	}
	if a.policy != nil && !t.Policy.Equal(a.policy) {
		return nil, fmt.Errorf("%w: %s", ErrPolicy, t.Policy)
	}
	return t, nil
}

// Check asks for a stamp over a few fixed bytes.
func (a *Authority) Check(ctx context.Context) error {
	_, err := a.Put(ctx, timeline.Checkpoint{Note: []byte("irbot doctor\n")})
	return err
}

// Verify checks a kept answer against the bytes it must be about, without the
// nonce, and gives the time it states. Certificates are judged as of that time.
func Verify(answer, note []byte, roots *x509.CertPool) (time.Time, error) {
	t, err := verify(answer, note, roots)
	if err != nil {
		return time.Time{}, err
	}
	return t.Time.UTC(), nil
}

func verify(answer, note []byte, roots *x509.CertPool) (*timestamp.Timestamp, error) {
	t, err := timestamp.ParseResponse(answer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	sum := sha256.Sum256(note)
	if t.HashAlgorithm != crypto.SHA256 || !bytes.Equal(t.HashedMessage, sum[:]) {
		return nil, ErrImprint
	}
	p7, err := pkcs7.Parse(t.RawToken)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	leaf := p7.GetOnlySigner()
	if leaf == nil {
		return nil, fmt.Errorf("%w: not exactly one signer with its certificate", ErrChain)
	}
	// RFC 3161, 2.3: the key is for time stamping and for nothing else.
	if len(leaf.ExtKeyUsage) != 1 || leaf.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping || len(leaf.UnknownExtKeyUsage) > 0 {
		return nil, fmt.Errorf("%w: %s is not for time stamping only", ErrChain, leaf.Subject)
	}
	between := x509.NewCertPool()
	for _, c := range p7.Certificates {
		between.AddCert(c)
	}
	_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: t.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrChain, err)
	}
	return t, nil
}
