package bench

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const (
	envBinary = "IRBOT_BENCH_BINARY" // a built irbot; empty: it is built
	envPeer   = "IRBOT_BENCH_ALERTMANAGER"
)

// TestMain builds the program once where something is measured.
func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if f := flag.Lookup("test.bench"); f == nil || f.Value.String() == "" || os.Getenv(envBinary) != "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "irbot-bench-")
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
	return m.Run()
}
