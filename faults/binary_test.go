package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"irbot/internal/localapi"
	"irbot/internal/sqlite"
)

// patience is a safety net for waits; nothing is judged by it.
const patience = 60 * time.Second

// site is a folder as `irbot init` makes it, with mail going to a sink.
type site struct {
	t    *testing.T
	dir  string
	data string
	env  []string
}

// newSite makes the folder. change edits config.yaml; it may be nil.
func newSite(t *testing.T, mail *sink, change func(string) string) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir()}
	s.data = filepath.Join(s.dir, "data")
	s.must(s.irbot("init", s.dir))
	s.edit("config.yaml", func(c string) string {
		c = strings.Replace(c, "127.0.0.1:8642", freePort(t), 1)
		if mail != nil {
			host, port, err := net.SplitHostPort(mail.addr)
			if err != nil {
				t.Fatal(err)
			}
			c = replace(t, c, "\n  host: \"\"", "\n  host: "+host)
			c = replace(t, c, "\n  port: 0", "\n  port: "+port)
			c = replace(t, c, "\n  tls: mandatory", "\n  tls: none-loopback-only")
			c = replace(t, c, "\n  from: \"\"", "\n  from: irbot@example.jp")
		}
		if change != nil {
			c = change(c)
		}
		return c
	})
	return s
}

func replace(t *testing.T, s, old, fresh string) string {
	t.Helper()
	if !strings.Contains(s, old) {
		t.Fatalf("the sample configuration has no %q", old)
	}
	return strings.Replace(s, old, fresh, 1)
}

// often lets messages that are joined for one person leave as often as a
// configuration allows: a test waits for the last one.
func often(t *testing.T, config string) string {
	t.Helper()
	return replace(t, config, "\n  messages: 6\n  within: 10m\n  every: 1m", "\n  messages: 2\n  within: 1m\n  every: 10s")
}

// edit rewrites a file of the folder.
func (s *site) edit(name string, change func(string) string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	b, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(change(string(b))), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// freePort is an address nobody listens on at the moment.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// irbot runs one command of the program in the folder.
func (s *site) irbot(args ...string) (string, error) {
	out, err := s.command(args...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("irbot %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), err
}

func (s *site) command(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Getenv(envBinary), args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), append([]string{"IRBOT_CONFIG=" + filepath.Join(s.dir, "config.yaml"), "IRBOT_LANG=en"}, s.env...)...)
	return cmd
}

// export writes an incident out and gives the file's bytes.
func (s *site) export(id, format string) string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), id+"."+format)
	s.must(s.irbot("export", id, "--format", format, "--out", path))
	b, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(b)
}

func (s *site) must(out string, err error) string {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// view opens the record for reading, beside a running server.
func (s *site) view() *sqlite.View {
	s.t.Helper()
	v, err := sqlite.OpenReadOnly(s.t.Context(), s.data)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = v.Close() })
	return v
}

// server is one running `irbot serve`.
type server struct {
	t      *testing.T
	cmd    *exec.Cmd
	ended  chan struct{}
	err    error // of the process, once ended
	client *localapi.Client
	log    *buffer
	ready  time.Duration // from start to the first answer
}

// buffer collects what a process says while a test may look at it.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// start runs the server and waits for its first answer.
func (s *site) start() *server {
	s.t.Helper()
	srv := &server{t: s.t, cmd: s.command("serve", "--no-open"), ended: make(chan struct{}), client: localapi.Dial(s.data), log: &buffer{}}
	srv.cmd.Stdout, srv.cmd.Stderr = srv.log, srv.log
	began := time.Now()
	if err := srv.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		srv.err = srv.cmd.Wait()
		close(srv.ended)
	}()
	s.t.Cleanup(func() { srv.signal(syscall.SIGKILL); srv.wait() })
	for {
		var info any
		err := srv.client.Info(context.Background(), &info)
		if err == nil {
			srv.ready = time.Since(began)
			return srv
		}
		select {
		case <-srv.ended:
			s.t.Fatalf("serve ended: %v\n%s", srv.err, srv.log)
		case <-time.After(2 * time.Millisecond):
		}
		if time.Since(began) > patience {
			s.t.Fatalf("serve does not answer: %v\n%s", err, srv.log)
		}
	}
}

func (srv *server) signal(sig syscall.Signal) { _ = srv.cmd.Process.Signal(sig) }

// wait gives the end of the process; one that does not end fails the test.
func (srv *server) wait() {
	srv.t.Helper()
	select {
	case <-srv.ended:
	case <-time.After(patience):
		_ = srv.cmd.Process.Kill()
		srv.t.Fatalf("the process does not end\n%s", srv.log)
	}
}

func (srv *server) kill() { srv.signal(syscall.SIGKILL); srv.wait() }

// stop asks for an orderly end and gives the time it took.
func (srv *server) stop() time.Duration {
	srv.t.Helper()
	began := time.Now()
	srv.signal(syscall.SIGTERM)
	srv.wait()
	if srv.err != nil {
		srv.t.Fatalf("after SIGTERM: %v\n%s", srv.err, srv.log)
	}
	return time.Since(began)
}

// act is one request over the socket. The error is of the transport or a
// *localapi.Error of the server.
func (srv *server) act(id, command, key string, args any) (localapi.Reply, error) {
	return srv.as("", id, command, key, args)
}

func (srv *server) as(person, id, command, key string, args any) (localapi.Reply, error) {
	b, err := json.Marshal(args)
	if err != nil {
		return localapi.Reply{}, err
	}
	r, err := srv.client.Do(context.Background(), localapi.Request{Incident: id, Command: command, Request: key, Args: b, Person: person})
	if err == nil && r.Error != nil {
		err = refusal{*r.Error}
	}
	return r, err
}

// refusal is the server's own no.
type refusal struct{ why localapi.Error }

func (r refusal) Error() string { return r.why.Code + " " + r.why.Detail }

func refused(err error, code string) bool {
	var r refusal
	return errors.As(err, &r) && r.why.Code == code
}

func (srv *server) must(id, command, key string, args any) localapi.Reply {
	srv.t.Helper()
	r, err := srv.act(id, command, key, args)
	if err != nil {
		srv.t.Fatalf("%s: %v", command, err)
	}
	return r
}

// until waits for something that must come by itself.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	end := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
		<-time.After(5 * time.Millisecond)
	}
}

// drained waits until no message is queued for now or under way.
func drained(t *testing.T, v *sqlite.View) {
	t.Helper()
	until(t, "the outbox to empty", func() bool {
		lag, err := v.Lag(t.Context(), time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return lag.Rows == 0 && lag.Sending == 0
	})
}
