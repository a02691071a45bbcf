// Command storeload puts the real store under load and afterwards holds it to its word.
//
//	storeload load DIR WRITERS       records notes for ever; prints each note after the store answered "recorded"
//	storeload check DIR < answered   opens the folder as a restart does, and counts answered notes that are gone
//
// It guarantees that a printed note was answered: the line is written after the commit, never before. The power cut
// script and the kill script stand on it.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"irbot/internal/incident"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "storeload:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "load":
		writers, err := strconv.Atoi(args[2])
		if err != nil || writers < 1 {
			return fmt.Errorf("writers %q: want a number from 1", args[2])
		}
		return load(context.Background(), args[1], writers, os.Stdout)
	case len(args) == 2 && args[0] == "check":
		found, err := check(context.Background(), args[1], os.Stdin)
		if err != nil {
			return err
		}
		fmt.Println(found)
		return nil
	default:
		return fmt.Errorf("usage: storeload load DIR WRITERS | storeload check DIR < answered")
	}
}

func open(ctx context.Context, dir string) (*sqlite.Store, error) {
	return sqlite.Open(ctx, sqlite.Options{Dir: dir, What: "storeload", Wall: time.Now})
}

// declared and noted are the smallest acts the record knows; what is under test is the store, not the rules.
func declared() incident.Change {
	return incident.Change{Entries: []timeline.Draft{{
		Kind: incident.KindDeclared, Actor: "load", Facts: map[string]any{"report_every_s": 1800},
		Text: timeline.Text{"title": "負荷試験"},
	}}}
}

func noted(text string) incident.Change {
	return incident.Change{Entries: []timeline.Draft{{
		Kind: incident.KindNote, Actor: "load", Facts: map[string]any{}, Text: timeline.Text{"note": text},
	}}}
}
