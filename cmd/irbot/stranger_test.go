package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"irbot/internal/anchor/tsa"
	"irbot/internal/export"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

const tsaConf = `
[ req ]
distinguished_name = dn
[ dn ]
[ tsa ]
default_tsa = office
[ office ]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[ root ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[ stamp ]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
`

// shell runs lines as a stranger would type them.
func shell(dir, lines string) (string, error) {
	cmd := exec.Command("sh", "-eu", "-c", lines) //nolint:gosec // lines of our own manual
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// stampOffice is a time authority made of the openssl command; it gives the
// address and the folder with tsa-root.pem.
func stampOffice(t *testing.T) (url, dir string) {
	t.Helper()
	dir = t.TempDir()
	writeFile(t, filepath.Join(dir, "tsa.cnf"), []byte(tsaConf))
	out, err := shell(dir, `echo 01 > serial
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out tsa-root.pem -days 3650 -subj "/CN=Root" -extensions root -config tsa.cnf
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout stamp.key -out stamp.csr -subj "/CN=Stamp" -config tsa.cnf
openssl x509 -req -in stamp.csr -CA tsa-root.pem -CAkey root.key -CAcreateserial -out stamp.pem -days 365 -extfile tsa.cnf -extensions stamp`)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := io.ReadAll(r.Body)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "q.tsq"), req, 0o600)
		}
		if err == nil {
			_, err = shell(dir, "openssl ts -reply -config tsa.cnf -queryfile q.tsq -signer stamp.pem -inkey stamp.key -out r.tsr")
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		http.ServeFile(w, r, filepath.Join(dir, "r.tsr"))
	}))
	t.Cleanup(srv.Close)
	return srv.URL, dir
}

// stamped lets the office stamp the newest checkpoint and packs the record.
func (x *scene) stamped(t *testing.T, url, dir string) []byte {
	t.Helper()
	pem, err := os.ReadFile(filepath.Join(dir, "tsa-root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	office, err := tsa.New(tsa.Config{URL: url, Roots: roots})
	if err != nil {
		t.Fatal(err)
	}
	note, err := os.ReadFile(x.head)
	if err != nil {
		t.Fatal(err)
	}
	point, err := timeline.ReadCheckpoint(note)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := office.Put(context.Background(), point)
	if err != nil {
		t.Fatal(err)
	}
	s := x.open(t)
	err = s.SaveAnchored(t.Context(), sqlite.Anchored{Place: "tsa", Incident: x.id, Size: point.Size, Note: point.Note, Proof: proof, At: time.Now()})
	if cerr := s.Close(); err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}
	c, r := x.player(t)
	src, done := x.source(t, c, r)
	defer done()
	var b bytes.Buffer
	if _, err := src.Write(t.Context(), &b, "zip", export.Options{Incident: x.id, Lang: "ja", TLP: "AMBER"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// manual takes the commands out of docs/verify.md: indented blocks that begin
// with these words.
func manual(t *testing.T, first string) string {
	t.Helper()
	b, err := os.ReadFile("../../docs/verify.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), first)
	if !ok {
		t.Fatalf("the manual has no %q", first)
	}
	var lines []string
	for i, l := range strings.Split(first+rest, "\n") {
		if i > 0 && !strings.HasPrefix(l, "      ") {
			break
		}
		lines = append(lines, strings.TrimSpace(l))
	}
	return strings.Join(lines, "\n")
}

// TestAStrangerFollowsTheManual types what docs/verify.md and the README of the
// pack say, with common tools only, on a pack of the real service with a time
// stamp of a real authority; then on altered ones.
func TestAStrangerFollowsTheManual(t *testing.T) {
	for _, tool := range []string{"openssl", "python3", "unzip", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("a stranger needs %s, which is not installed", tool)
		}
	}
	x := newScene(t)
	url, office := stampOffice(t)
	good := x.stamped(t, url, office)
	byHand := manual(t, "unzip -q IR-12.zip")
	stamp := strings.ReplaceAll(manual(t, "openssl ts -verify"), "tsa-root.pem", filepath.Join(office, "tsa-root.pem"))
	script := "unzip -p IR-12.zip README.txt | " + `sed -n '/^import base64/,/^print("OK"/p' > check.py
python3 check.py IR-12.zip`
	number := filepath.Base(x.head)[6:12]
	stamp = "unzip -q IR-12.zip -d pack && cd pack\n" + strings.ReplaceAll(stamp, "000042", number)
	try := func(name, lines string, pack []byte, sound bool) {
		t.Helper()
		dir := t.TempDir()
		writeFile(t, filepath.Join(dir, "IR-12.zip"), pack)
		if out, err := shell(dir, lines); (err == nil) != sound {
			t.Errorf("%s: sound %v, want %v\n%s\n%s", name, err == nil, sound, lines, out)
		}
	}
	try("by hand", byHand, good, true)
	try("time stamp", stamp, good, true)
	try("twenty lines", script, good, true)
	attachment := packed(true, on("attachments/", func([]byte) []byte { return []byte("other") }))(t, good)
	listed := packed(false, on("attachments/", func([]byte) []byte { return []byte("other") }))(t, good)
	note := packed(true, on("checkpoints/"+number+".note", func(b []byte) []byte { return bytes.Replace(b, []byte("irbot/"), []byte("irbot/x"), 1) }))(t, good)
	rows := packed(true, func(t *testing.T, files map[string][]byte) {
		t.Helper()
		files["timeline.jsonl"] = onRow(5, func(r *row) { put(&r.Envelope, `"actor":"`, `"actor":"x`) })(t, files["timeline.jsonl"])
	})(t, good)
	try("list, file changed", byHand, listed, false)
	try("list made anew", byHand, attachment, false)
	try("list made anew, twenty lines", script, attachment, false)
	try("checkpoint changed", byHand, note, false)
	try("stamped checkpoint changed", stamp, note, false)
	try("entry changed, twenty lines", script, rows, false)
}
