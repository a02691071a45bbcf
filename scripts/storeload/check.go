package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// findings is what a restart finds of what was promised.
type findings struct {
	answered, lost, kept int
	broken               []string
}

// String is one line that the scripts read.
func (f findings) String() string {
	line := fmt.Sprintf("answered %d lost %d kept %d broken %d", f.answered, f.lost, f.kept, len(f.broken))
	if len(f.broken) > 0 {
		line += ": " + strings.Join(f.broken, "; ")
	}
	return line
}

// check opens the folder as a restart does, verifies every record from its first entry, and looks for every answered
// note. A note that is kept without an answer is no fault: the answer was cut, not the record.
func check(ctx context.Context, dir string, answered io.Reader) (findings, error) {
	var f findings
	store, err := open(ctx, dir)
	if err != nil {
		return f, err
	}
	defer store.Close()
	kept := map[string]bool{}
	list, err := store.List(ctx, sqlite.Filter{})
	if err != nil {
		return f, err
	}
	for _, row := range list {
		if err := verify(ctx, store, row.ID, kept); err != nil {
			f.broken = append(f.broken, fmt.Sprintf("%s: %v", row.ID, err))
		}
	}
	f.kept = len(kept)
	found, err := store.Check(ctx, nil)
	if err != nil {
		return f, err
	}
	for _, d := range found.Differences {
		f.broken = append(f.broken, d.String())
	}
	in := bufio.NewScanner(answered)
	for in.Scan() {
		f.answered++
		if !kept[in.Text()] {
			f.lost++
		}
	}
	return f, in.Err()
}

func verify(ctx context.Context, store *sqlite.Store, id string, kept map[string]bool) error {
	entries, err := store.Entries(ctx, id, 1, 0)
	if err != nil {
		return err
	}
	var export bytes.Buffer
	if _, err := timeline.WriteJSONL(&export, func(yield func(timeline.Entry, error) bool) {
		for i := range entries {
			if !yield(entries[i], nil) {
				return
			}
		}
	}); err != nil {
		return err
	}
	report, err := timeline.VerifyJSONL(&export, timeline.VerifyOptions{})
	if err != nil {
		return err
	}
	if !report.Holds() {
		return fmt.Errorf("the chain does not hold: %s", report.Problems[0].English())
	}
	for i := range entries {
		if text, ok := entries[i].Fields()["note"]; ok {
			kept[text] = true
		}
	}
	return nil
}
