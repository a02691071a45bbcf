package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

// stopAfter is a reader of answers that goes away after n lines, as a killed shell does.
type stopAfter struct {
	kept bytes.Buffer
	n    int
}

var errGone = errors.New("reader is gone")

func (s *stopAfter) Write(b []byte) (int, error) {
	if s.n == 0 {
		return 0, errGone
	}
	s.n--
	return s.kept.Write(b)
}

func TestLoadIsKeptAndLossIsSeen(t *testing.T) {
	dir := t.TempDir()
	var answered strings.Builder
	for range 2 { // the second load goes on with the same incident
		out := &stopAfter{n: 50}
		if err := load(context.Background(), dir, 4, out); !errors.Is(err, errGone) {
			t.Fatalf("load ended with %v", err)
		}
		answered.WriteString(out.kept.String())
	}
	got, err := check(t.Context(), dir, strings.NewReader(answered.String()))
	if err != nil {
		t.Fatal(err)
	}
	if got.answered != 100 || got.lost != 0 || got.kept < 100 || len(got.broken) != 0 {
		t.Errorf("after an orderly end: %v", got)
	}
	got, err = check(t.Context(), dir, strings.NewReader(answered.String()+"never-recorded\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got.lost != 1 {
		t.Errorf("a note that was never recorded: %v, want 1 lost", got)
	}
}

func TestRunExplainsItself(t *testing.T) {
	for _, args := range [][]string{nil, {"load"}, {"load", "x", "0"}, {"load", "x", "many"}, {"check"}, {"stop"}} {
		if err := run(args); err == nil {
			t.Errorf("run %q did not complain", args)
		}
	}
}
