package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// childEnv names the data folder of the process that is to be killed.
const childEnv = "IRBOT_TEST_WRITE_UNTIL_KILLED"

// TestMain turns the test program into the writer that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		writeUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// writeUntilKilled prints a key only after its answer.
func writeUntilKilled(dir string) {
	s, err := Open(context.Background(), Options{Dir: dir, Wall: wall, Ballast: 4096})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	var out sync.Mutex
	for g := range 4 {
		go func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("%d-%d-%d", os.Getpid(), g, i)
				if _, err := add(s, fmt.Sprintf("IR-%d", g%2+1), key, note("作業員 "+key)); err != nil {
					fmt.Println("error", err)
					os.Exit(1)
				}
				out.Lock()
				fmt.Println(key)
				out.Unlock()
			}
		}()
	}
	select {}
}

// TestKilledWriterLosesNothingAnswered kills the writing process without
// warning, again and again, and looks for every act it was told was recorded.
func TestKilledWriterLosesNothingAnswered(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), Options{Dir: dir, Wall: wall, Ballast: 4096})
	if err != nil {
		t.Fatal(err)
	}
	mustCreate(t, s, false)
	mustCreate(t, s, false)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	var acked []string
	for range 6 {
		acked = append(acked, killAfter(t, dir, 5+rng.IntN(60))...)
	}
	s = open(t, Options{Dir: dir})
	for _, key := range acked {
		r, err := add(s, "IR-1", key, note("二度目"))
		if err != nil || !r.Duplicate {
			t.Fatalf("%s was answered and is not there: %+v %v", key, r, err)
		}
	}
	c, err := s.Check(t.Context(), nil)
	if err != nil || len(c.Differences) != 0 || c.Entries < int64(len(acked)) {
		t.Errorf("%d answered, %d entries: %v %v", len(acked), c.Entries, c.Differences, err)
	}
	t.Logf("%d answered, %d entries", len(acked), c.Entries)
}

// killAfter kills the child once it has answered n acts and gives what it
// answered.
func killAfter(t *testing.T, dir string, n int) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a safety net
	defer cancel()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, exe)
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var acked []string
	sc := bufio.NewScanner(pipe)
	for sc.Scan() {
		if strings.HasPrefix(sc.Text(), "error") {
			t.Fatal(sc.Text())
		}
		if acked = append(acked, sc.Text()); len(acked) == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the writer ended by itself")
	}
	if len(acked) < n {
		t.Fatalf("only %d acts were answered", len(acked))
	}
	return acked
}
