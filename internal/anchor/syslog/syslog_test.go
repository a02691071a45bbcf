package syslog

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"irbot/internal/timeline"
)

var at = time.Date(2026, 11, 22, 6, 30, 0, 123456000, time.UTC)

func wall() time.Time { return at }

func TestOneCheckpointIsOneRecordWhateverItHolds(t *testing.T) {
	c := timeline.Checkpoint{Site: `a"b\c]d`, Incident: "IR-1\n<14>1 forged", Size: 4, Note: []byte("irbot/x\n")}
	line := Line(c, "host\nname", 42, at)
	want := `<109>1 2026-11-22T06:30:00.123456Z hostname irbot 42 checkpoint [irbotCheckpoint@32473 site="a\"b\\c\]d" incident="IR-1 <14>1 forged" size="4" `
	if !strings.HasPrefix(line, want) {
		t.Errorf("\n%q\n%q", line, want)
	}
	if strings.ContainsFunc(line, func(r rune) bool { return r < 0x20 || r == 0x85 || r == 0x2028 }) {
		t.Errorf("control characters in %q", line)
	}
	if !strings.Contains(line, "] \ufeff記録の先頭値 IR-1 ") {
		t.Errorf("no mark before the text: %q", line)
	}
	if got := Escape("\xff\x1b[31m"); got != "\uFFFD [31m" {
		t.Errorf("%q", got)
	}
}

// server takes octet-counted lines over TLS and closes when told that no more
// comes.
func server(t *testing.T, lines chan<- string) (addr string, roots *x509.CertPool) {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	cert, pool := web.TLS.Certificates[0], x509.NewCertPool()
	pool.AddCert(web.Certificate())
	web.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go take(conn, lines)
		}
	}()
	return l.Addr().String(), pool
}

func take(conn net.Conn, lines chan<- string) {
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	for {
		count, err := r.ReadString(' ')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSpace(count))
		if err != nil {
			return
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(r, b); err != nil {
			return
		}
		lines <- string(b)
	}
}

func TestGoesOverTLSAndIsCounted(t *testing.T) {
	lines := make(chan string, 4)
	addr, roots := server(t, lines)
	s, err := New(Config{Address: addr, Roots: roots, Wall: wall})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := timeline.Checkpoint{Site: "sakura", Incident: "IR-1", Size: 4, Note: []byte("irbot/sakura/IR-1\n4\n…\n")}
	for range 2 {
		if _, err := s.Put(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if got := <-lines; !regexp.MustCompile(`^<109>1 \S+ \S+ irbot \d+ checkpoint \[irbotCheckpoint@32473 site="sakura" incident="IR-1" size="4" head="[^"]+" note="[^"]+"\] `).MatchString(got) {
			t.Errorf("%q", got)
		}
	}
	strange, err := New(Config{Address: addr, Roots: x509.NewCertPool(), Wall: wall})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := strange.Put(t.Context(), c); err == nil {
		t.Error("an unknown server was believed")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := (&Server{cfg: Config{Address: "127.0.0.1:1", Wall: wall}}).Put(ctx, c); err == nil {
		t.Error("nobody there, and yet sent")
	}
}

func TestPlainOnlyToThisMachine(t *testing.T) {
	if _, err := New(Config{Address: "192.0.2.1:514", Plain: true, Wall: wall}); err == nil {
		t.Error("plain text to another machine")
	}
	if _, err := New(Config{Address: "127.0.0.1:514", Plain: true, Wall: wall}); err != nil {
		t.Error(err)
	}
	if _, err := New(Config{Address: "nowhere", Wall: wall}); err == nil {
		t.Error("no port")
	}
}
