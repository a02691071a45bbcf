package e2e_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"irbot/e2e"
)

// shared is the browser all tests of this package open their pages in; starting one costs seconds.
var shared *e2e.Browser

// binary is the program under test: built once, or the one that IRBOT_BINARY names.
var binary = os.Getenv("IRBOT_BINARY")

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	dir, err := os.MkdirTemp("", "irbot-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if _, err := e2e.FindChromium(); err == nil {
		if shared, err = e2e.StartBrowser(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer shared.Close()
	}
	if binary == "" {
		if binary, err = e2e.Build(context.Background(), dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// open gives a page of the shared browser. Without a browser the test is skipped by name; .ci/run installs one and
// counts a skip as a failure.
func open(t *testing.T, v e2e.View) *e2e.Page {
	t.Helper()
	if shared == nil {
		t.Skip(e2e.ErrNoBrowser)
	}
	p, err := shared.NewPage(v)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
