package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/localapi"
)

// patience is a safety net for waits; nothing is judged by it.
const patience = 2 * time.Minute

// site is a folder as `irbot init` makes it.
type site struct {
	b    *testing.B
	dir  string
	data string
	keys *atomic.Int64 // makes every act a new one
}

// newSite makes a folder whose commander is reached by a webhook to hook; ""
// leaves the sample as it is.
func newSite(b *testing.B, hook string) *site {
	b.Helper()
	s := &site{b: b, dir: b.TempDir(), keys: &atomic.Int64{}}
	s.data = filepath.Join(s.dir, "data")
	s.irbot("init", s.dir)
	s.edit("config.yaml", "127.0.0.1:8642", freePort(b))
	if hook != "" {
		s.edit("config.yaml", "\ngateways: []", "\ngateways:\n  - {id: bench, means: webhook, url: \""+hook+"\", secret_env: IRBOT_BENCH_SECRET}")
		s.edit("directory.yaml", "{means: mail, to: sato@example.jp}", "{means: webhook, to: bench}")
	}
	return s
}

func (s *site) edit(name, old, fresh string) {
	s.b.Helper()
	path := filepath.Join(s.dir, name)
	data, err := os.ReadFile(path)
	if err != nil {
		s.b.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		s.b.Fatalf("%s has no %q", name, old)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), old, fresh, 1)), 0o600); err != nil {
		s.b.Fatal(err)
	}
}

func freePort(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func (s *site) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Getenv(envBinary), args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "IRBOT_CONFIG="+filepath.Join(s.dir, "config.yaml"), "IRBOT_LANG=en", "IRBOT_BENCH_SECRET=0123456789abcdef0123456789abcdef")
	return cmd
}

func (s *site) irbot(args ...string) {
	s.b.Helper()
	if out, err := s.command(context.Background(), args...).CombinedOutput(); err != nil {
		s.b.Fatalf("irbot %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// process is a running program and how long it took until it was ready.
type process struct {
	b     *testing.B
	cmd   *exec.Cmd
	ended chan struct{}
	said  *bytes.Buffer // to be read once ended
	ready time.Duration
}

// launch starts a program and asks every millisecond whether it is ready.
func launch(b *testing.B, cmd *exec.Cmd, ready func() bool) *process {
	b.Helper()
	p := &process{b: b, cmd: cmd, ended: make(chan struct{}), said: &bytes.Buffer{}}
	cmd.Stdout, cmd.Stderr = p.said, p.said
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	go func() {
		_ = cmd.Wait()
		close(p.ended)
	}()
	b.Cleanup(p.stop)
	for !ready() {
		select {
		case <-p.ended:
			b.Fatalf("%s ended\n%s", cmd.Path, p.said)
		case <-time.After(time.Millisecond):
		}
		if time.Since(began) > patience {
			b.Fatalf("%s does not answer", cmd.Path)
		}
	}
	p.ready = time.Since(began)
	return p
}

// stop ends the program; a second call does nothing.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(patience):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// serve starts `irbot serve`. Ready is when the socket answers, the last thing
// that a start opens.
func (s *site) serve() *process {
	s.b.Helper()
	client := localapi.Dial(s.data)
	return launch(s.b, s.command(context.Background(), "serve", "--no-open"), func() bool {
		var info any
		return client.Info(context.Background(), &info) == nil
	})
}

// settled waits until the check of the record after a start is over.
func (s *site) settled() {
	s.b.Helper()
	client := localapi.Dial(s.data)
	for began := time.Now(); time.Since(began) < patience; <-time.After(20 * time.Millisecond) {
		var info struct {
			Check struct{ Finished time.Time }
		}
		if err := client.Info(context.Background(), &info); err == nil && !info.Check.Finished.IsZero() {
			return
		}
	}
	s.b.Fatal("the check of the record does not end")
}

// wire is one connection of a caller to the local socket. It speaks HTTP by
// hand, because caller and server share the machine.
type wire struct {
	site *site
	c    net.Conn
	r    *bufio.Reader
}

func (s *site) dial() *wire {
	s.b.Helper()
	c, err := net.Dial("unix", localapi.Path(s.data))
	if err != nil {
		s.b.Fatal(err)
	}
	return &wire{site: s, c: c, r: bufio.NewReader(c)}
}

func (w *wire) close() { _ = w.c.Close() }

// do carries out one act and gives the incident once it is recorded.
func (w *wire) do(id, command string, args any) (string, error) {
	a, err := json.Marshal(args)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(localapi.Request{Incident: id, Command: command, Args: a, Request: fmt.Sprintf("bench-%d", w.site.keys.Add(1))})
	if err != nil {
		return "", err
	}
	if _, err := fmt.Fprintf(w.c, "POST /do HTTP/1.1\r\nHost: irbot\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		return "", err
	}
	resp, err := http.ReadResponse(w.r, nil)
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return "", err
	}
	var reply localapi.Reply
	if err := json.Unmarshal(data, &reply); err != nil {
		return "", err
	}
	if reply.Error != nil {
		return "", errors.New(reply.Error.Code + " " + reply.Error.Detail)
	}
	return reply.Incident, nil
}

// declare opens n incidents.
func (s *site) declare(n int, book string) []string {
	s.b.Helper()
	w := s.dial()
	defer w.close()
	var ids []string
	for i := range n {
		id, err := w.do("", "incident.declare", incident.Declare{Title: fmt.Sprintf("測定 %d", i), Runbook: book})
		if err != nil {
			s.b.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}
