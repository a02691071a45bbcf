package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// envBinary hands the built program from TestMain to the tests.
const envBinary = "IRBOT_FAULT_BINARY"

// TestMain builds the program once, as an operator would run it.
func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if os.Getenv(envBinary) == "" {
		dir, err := os.MkdirTemp("", "irbot-faults-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(dir) }()
		bin := filepath.Join(dir, "irbot")
		if out, err := exec.Command("go", "build", "-o", bin, "irbot/cmd/irbot").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build irbot: %v\n%s", err, out)
			return 1
		}
		if err := os.Setenv(envBinary, bin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// loops is how often a fault is repeated: a short form here, the long one by
// the environment (scripts/faults.sh).
func loops(t *testing.T, variable string, short int) int {
	t.Helper()
	s := os.Getenv(variable)
	if s == "" {
		return short
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q: want a number from 1", variable, s)
	}
	return n
}
