package tsa

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"irbot/internal/timeline"
)

const conf = `
[ tsa ]
default_tsa = tsa_config
[ tsa_config ]
serial = $DIR/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[ root ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[ stamp ]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ other ]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
[ both ]
basicConstraints = CA:FALSE
extendedKeyUsage = critical,timeStamping,codeSigning
`

// office is a time authority made of the openssl command.
type office struct {
	t   *testing.T
	dir string
}

func newOffice(t *testing.T) *office {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Fatal("these tests need the openssl command")
	}
	o := &office{t: t, dir: t.TempDir()}
	o.write("tsa.cnf", strings.ReplaceAll(conf, "$DIR", o.dir))
	o.write("serial", "01\n")
	o.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-days", "3650", "-subj", "/CN=Test Root", "-extensions", "root", "-config", o.reqConf())
	o.issue("stamp", 365)
	return o
}

// reqConf is a configuration for req, which wants a section of its own.
func (o *office) reqConf() string {
	o.write("req.cnf", "[ req ]\ndistinguished_name = dn\n[ dn ]\n"+strings.ReplaceAll(conf, "$DIR", o.dir))
	return "req.cnf"
}

// issue makes a certificate with the extensions of a section of the same name.
func (o *office) issue(name string, days int) {
	o.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", name+".key", "-out", name+".csr", "-subj", "/CN=Test "+name, "-config", o.reqConf())
	o.openssl("x509", "-req", "-in", name+".csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-out", name+".pem", "-days", fmt.Sprint(days), "-extfile", "tsa.cnf", "-extensions", name)
}

func (o *office) write(name, text string) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) try(args ...string) ([]byte, error) {
	cmd := exec.Command("openssl", args...)
	cmd.Dir = o.dir
	return cmd.CombinedOutput()
}

func (o *office) openssl(args ...string) {
	o.t.Helper()
	if out, err := o.try(args...); err != nil {
		o.t.Fatalf("openssl %v: %v\n%s", args, err, out)
	}
}

func (o *office) roots() *x509.CertPool {
	pem, err := os.ReadFile(filepath.Join(o.dir, "root.pem"))
	if err != nil {
		o.t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return pool
}

// serve answers requests by `openssl ts -reply`; change may bend the request.
func (o *office) serve(signer string, change func([]byte) []byte) string {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
			http.Error(w, "no query", http.StatusBadRequest)
			return
		}
		if change != nil {
			req = change(req)
		}
		o.write("req.tsq", string(req))
		out, err := o.try("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "req.tsq", "-signer", signer+".pem", "-inkey", signer+".key", "-out", "resp.tsr")
		if err != nil {
			http.Error(w, string(out), http.StatusInternalServerError)
			return
		}
		b, err := os.ReadFile(filepath.Join(o.dir, "resp.tsr"))
		if err != nil {
			o.t.Error(err)
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(b)
	}))
	o.t.Cleanup(srv.Close)
	return srv.URL
}

var point = timeline.Checkpoint{Incident: "IR-1", Size: 3, Note: []byte("irbot/sakura/IR-1\n3\nAAAA\n\n— sig\n")}

func (o *office) put(url string, change func(*Config)) ([]byte, error) {
	o.t.Helper()
	cfg := Config{URL: url, Roots: o.roots()}
	if change != nil {
		change(&cfg)
	}
	a, err := New(cfg)
	if err != nil {
		o.t.Fatal(err)
	}
	return a.Put(context.Background(), point)
}

func TestTokenIsKeptAndOpensslAgrees(t *testing.T) {
	o := newOffice(t)
	token, err := o.put(o.serve("stamp", nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	at, err := Verify(token, point.Note, o.roots())
	if err != nil || time.Since(at).Abs() > time.Hour {
		t.Fatalf("%v %v", at, err)
	}
	o.write("x.note", string(point.Note))
	o.write("x.tsr", string(token))
	o.openssl("ts", "-verify", "-data", "x.note", "-in", "x.tsr", "-CAfile", "root.pem")
	if _, err := Verify(token, append([]byte("x"), point.Note...), o.roots()); !errors.Is(err, ErrImprint) {
		t.Errorf("another note: %v", err)
	}
}

func TestWrongTokensAreRefused(t *testing.T) {
	o := newOffice(t)
	o.issue("other", 365)
	o.issue("both", 365)
	strange := newOffice(t)
	old := o.serve("stamp", nil)
	kept, err := o.put(old, nil)
	if err != nil {
		t.Fatal(err)
	}
	replay := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(kept) }))
	t.Cleanup(replay.Close)
	// Flipping a bit of the 32 imprint bytes is a request about something else.
	bend := func(req []byte) []byte {
		i := bytes.Index(req, []byte{0x04, 0x20})
		req = bytes.Clone(req)
		req[i+5] ^= 1
		return req
	}
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	t.Cleanup(down.Close)
	large := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2<<20)) }))
	t.Cleanup(large.Close)
	broken := append(bytes.Clone(kept[:len(kept)-20]), make([]byte, 20)...)
	forged := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(broken) }))
	t.Cleanup(forged.Close)
	tests := map[string]struct {
		url    string
		change func(*Config)
		want   error
	}{
		"an old token again": {replay.URL, nil, ErrNonce},
		"another imprint":    {o.serve("stamp", bend), nil, ErrImprint},
		"another root":       {old, func(c *Config) { c.Roots = strange.roots() }, ErrChain},
		"another policy":     {old, func(c *Config) { c.Policy = "1.2.3.4.9" }, ErrAnswer}, // openssl refuses it itself
		"down":               {down.URL, nil, ErrAnswer},
		"endless":            {large.URL, nil, ErrAnswer},
		"a broken signature": {forged.URL, nil, ErrAnswer},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if token, err := o.put(tt.url, tt.change); !errors.Is(err, tt.want) || token != nil {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
	for _, signer := range []string{"other", "both"} {
		t.Run("certificate for "+signer, func(t *testing.T) {
			if token, err := o.put(o.serve(signer, nil), nil); err == nil || token != nil {
				t.Error("accepted")
			}
		})
	}
	if _, err := o.put(old, func(c *Config) { c.Policy = "1.2.3.4.5" }); err != nil {
		t.Errorf("an allowed policy: %v", err)
	}
}

func TestExpiredCertificate(t *testing.T) {
	o := newOffice(t)
	// A certificate whose whole life is in the past.
	o.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "old.key", "-out", "old.csr", "-subj", "/CN=Old", "-config", o.reqConf())
	o.write("ca.cnf", "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=.\nserial=caserial\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n"+strings.ReplaceAll(conf, "$DIR", o.dir))
	o.write("index.txt", "")
	o.write("caserial", "77\n")
	if out, err := o.try("ca", "-batch", "-config", "ca.cnf", "-in", "old.csr", "-cert", "root.pem", "-keyfile", "root.key", "-out", "old.pem", "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", "-extensions", "stamp", "-notext"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := o.put(o.serve("old", nil), nil); err == nil {
		t.Error("a token of an expired certificate was kept")
	}
}
