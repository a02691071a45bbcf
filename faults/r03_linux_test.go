package faults

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestR03TornAndReorderedWrites records every write and fsync of the store under load, with strace, and rebuilds the disk
// as a power cut at a sync may leave it: each write that no fsync had settled is there, missing, or torn at a sector, in
// any order. Every such disk must open, hold every chain, and hold everything that had been answered.
// Long form: IRBOT_FAULT_DISKS=2000.
func TestR03TornAndReorderedWrites(t *testing.T) {
	traced := traceStore(t)
	t.Run("nothing is lost", traced.everyDiskHolds)
	// The control: the disk only pretends one fsync, of the log before an answer, or of the database before the log
	// begins anew. Some disk must then have lost what was answered, or this test could not see a loss.
	for _, name := range []string{"irbot.db-wal", "irbot.db"} {
		t.Run("control without a sync of "+name, func(t *testing.T) {
			if !traced.losesWithout(t, name) {
				t.Error("the dropped fsync was not noticed")
			}
		})
	}
}

func (r *tracedStore) everyDiskHolds(t *testing.T) {
	syncs := r.syncs()
	if len(syncs["irbot.db"]) < 2 {
		t.Fatalf("%d checkpoints: the load was too short", len(syncs["irbot.db"]))
	}
	random := rand.New(rand.NewPCG(3, 3))
	disks, near := 0, 0
	every := max(1, len(syncs["irbot.db-wal"])*4/loops(t, "IRBOT_FAULT_DISKS", 12))
	moments(r.begin, r.trace, 0, func(m moment) bool {
		// Around a checkpoint both files are under way: those moments are all taken. Of the many others, some.
		if m.name == "irbot.db" {
			near = 2
		}
		if near--; near < 0 && m.number%every != 0 {
			return true
		}
		for k, image := range m.disk.images(random, 1) {
			disks++
			if found := r.check(t, image, m.answered); !found.holds() {
				t.Errorf("sync %d, of %s, disk %d: %s", m.number, m.name, k, found)
			}
		}
		return true
	})
	t.Logf("%d answers, %d syncs of the log, %d of the database; %d disks", len(r.answers()), len(syncs["irbot.db-wal"]),
		len(syncs["irbot.db"]), disks)
}

// syncs are the numbers of all syncs, by the name of what they make last.
func (r *tracedStore) syncs() map[string][]int {
	of := map[string][]int{}
	moments(r.begin, r.trace, 0, func(m moment) bool {
		of[m.name] = append(of[m.name], m.number)
		return true
	})
	return of
}

// losesWithout drops one sync of a file after the other, from the last but one back, until the disk a few syncs later
// shows it.
func (r *tracedStore) losesWithout(t *testing.T, name string) bool {
	of := r.syncs()[name]
	for i := len(of) - 2; i >= 0 && i > len(of)-8; i-- {
		answered, lost := 0, false
		moments(r.begin, r.trace, of[i], func(m moment) bool {
			switch {
			case m.number <= of[i]:
				answered = len(m.answered)
			case len(m.answered) > answered: // something was answered on the word of that sync
				lost = !r.check(t, m.disk.image(), m.answered).holds()
			}
			return !lost && m.number < of[i]+6
		})
		if lost {
			return true
		}
	}
	return false
}

// tracedStore is one load of the store, call by call.
type tracedStore struct {
	t       *testing.T
	program string
	begin   *disk
	trace   []event
	shared  map[string][]byte // files that are not under test
}

func traceStore(t *testing.T) *tracedStore {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed (apt-get install strace)")
	}
	dir := t.TempDir()
	r := &tracedStore{t: t, program: filepath.Join(dir, "storeload"), begin: newDisk(), shared: map[string][]byte{}}
	if out, err := exec.Command("go", "build", "-o", r.program, "irbot/scripts/storeload").CombinedOutput(); err != nil {
		t.Fatalf("build storeload: %v\n%s", err, out)
	}
	data := filepath.Join(dir, "data")
	r.load(exec.Command(r.program, "load", data, "2"), 5)
	for _, f := range mustList(t, data) {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		switch name := filepath.Base(f); name {
		case "irbot.db", "irbot.db-wal":
			r.begin.put(name, b)
		case "irbot.db-shm": // shared memory does not outlive the power
		default:
			r.shared[name] = b
		}
	}
	log := filepath.Join(dir, "trace")
	r.load(exec.Command(strace, "-f", "-qq", "-y", "-xx", "-s", "1048576", "-o", log, "-e", "signal=none",
		"-e", "trace=pwrite64,pwritev,pwritev2,write,fsync,fdatasync,sync_file_range,ftruncate,openat,unlink,rename,fallocate",
		r.program, "load", data, "2"), 260)
	f, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if r.trace, err = readTrace(f, data); err != nil {
		t.Fatal(err)
	}
	if len(r.answers()) < 200 {
		t.Fatalf("%d answers in the trace", len(r.answers()))
	}
	return r
}

func mustList(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %d files", dir, err, len(files))
	}
	return files
}

// load runs a program until it has answered so often, and kills it.
func (r *tracedStore) load(cmd *exec.Cmd, answers int) {
	r.t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // strace killed alone would leave its program running
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	lines, n := bufio.NewScanner(out), 0
	for n < answers && lines.Scan() {
		n++
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	_ = cmd.Wait() // killed: its exit says nothing
	if n < answers {
		r.t.Fatalf("%d of %d answers: %s", n, answers, said.String())
	}
}

func (r *tracedStore) answers() []string {
	var out []string
	for _, e := range r.trace {
		if e.said != "" {
			out = append(out, e.said)
		}
	}
	return out
}

// found is what a restart finds on one disk.
type found struct {
	lost, broken int
	text         string
}

func (f found) holds() bool    { return f.lost == 0 && f.broken == 0 }
func (f found) String() string { return f.text }

// check starts the store on a disk and asks it for everything that was answered.
func (r *tracedStore) check(t *testing.T, image map[string][]byte, answered []string) found {
	t.Helper()
	dir := t.TempDir()
	defer func() { _ = os.RemoveAll(dir) }()
	for _, files := range []map[string][]byte{r.shared, image} {
		for name, b := range files {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd := exec.Command(r.program, "check", dir)
	cmd.Stdin = strings.NewReader(strings.Join(append(answered, ""), "\n"))
	out, err := cmd.CombinedOutput()
	f := found{text: strings.TrimSpace(string(out))}
	var kept, all int
	if _, scan := fmt.Sscanf(f.text, "answered %d lost %d kept %d broken %d", &all, &f.lost, &kept, &f.broken); err != nil || scan != nil {
		f.broken = 1 // it did not even open
	}
	return f
}
