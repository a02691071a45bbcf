package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// link is the one-time address that irbot prints for the first browser.
var link = regexp.MustCompile(`http://127\.0\.0\.1:\d+/\S*[?&]t=\S+`)

// Build compiles the binary under test into a folder and returns its path.
func Build(ctx context.Context, dir string) (string, error) {
	out := filepath.Join(dir, "irbot")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", out, "./cmd/irbot")
	cmd.Dir = ".."
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build irbot: %w\n%s", err, text)
	}
	return out, nil
}

// Process is a running irbot.
type Process struct {
	// URL is the printed address with its one-time token.
	URL string

	cmd  *exec.Cmd
	out  *record
	done chan struct{} // closed when the process has ended; err may be read after that
	err  error
}

// record keeps everything that was printed; two streams write to it.
type record struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buf.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buf.String()
}

// Start runs the binary in a folder and waits until it has printed its address. The environment holds nothing of the
// person who runs the test, so that no real token or configuration can reach it. The process is killed when ctx ends.
func Start(ctx context.Context, binary, dir string, args ...string) (*Process, error) {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "LANG=ja_JP.UTF-8", "TZ=Asia/Tokyo"}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", binary, err)
	}
	p := &Process{cmd: cmd, out: &record{}, done: make(chan struct{})}
	cmd.Stderr = p.out
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", binary, err)
	}
	found := make(chan string, 1)
	go p.follow(pipe, found)
	select {
	case p.URL = <-found:
		return p, nil
	case <-p.done:
		return nil, fmt.Errorf("start %s: ended before it printed an address: %w\n%s", binary, p.err, p.Output())
	case <-time.After(waitLimit):
		_ = p.cmd.Process.Kill()
		return nil, fmt.Errorf("start %s: printed no address:\n%s", binary, p.Output())
	}
}

// follow reads the output to its end, as Wait demands, and only then waits.
func (p *Process) follow(pipe io.Reader, found chan<- string) {
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		fmt.Fprintln(p.out, lines.Text())
		if m := link.FindString(lines.Text()); m != "" {
			select {
			case found <- strings.TrimRight(m, ".,;)」"):
			default:
			}
		}
	}
	p.err = p.cmd.Wait()
	close(p.done)
}

// Output returns everything printed so far, both streams.
func (p *Process) Output() string { return p.out.String() }

// Stop ends the process as Ctrl+C does and returns how it ended: nil is exit code 0.
func (p *Process) Stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop irbot: %w", err)
	}
	select {
	case <-p.done:
		return p.err
	case <-time.After(waitLimit):
		_ = p.cmd.Process.Kill()
		<-p.done
		return fmt.Errorf("stop irbot: did not end after Ctrl+C:\n%s", p.Output())
	}
}

// Kill ends the process at once, as a power cut does, and waits until it is gone.
func (p *Process) Kill() {
	// The only error is that it has already ended.
	_ = p.cmd.Process.Kill()
	<-p.done
}
