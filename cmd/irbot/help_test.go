package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
)

// The guide to the command line names every command there is.
func TestGuideNamesEveryCommand(t *testing.T) {
	guide, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	c, _ := replayCLI(t, "ja", false)
	for _, x := range c.root().Commands() {
		if !x.Hidden && x.Name() != "help" && !strings.Contains(string(guide), "`"+x.Name()+"`") && !strings.Contains(string(guide), "`"+x.Name()+" ") {
			t.Errorf("docs/cli.md does not name irbot %s", x.Name())
		}
	}
}

// Each help says with which codes its command ends, and exits are written only
// for commands that are there.
func TestHelpNamesExitCodes(t *testing.T) {
	c, out := replayCLI(t, "en", false)
	left := exits()
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		delete(left, strings.TrimPrefix(cmd.CommandPath(), "irbot "))
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
		if !cmd.Runnable() || !cmd.HasParent() {
			return
		}
		out.Reset()
		c.help(cmd, nil)
		if !strings.Contains(out.String(), "Exit codes  0 done  1 failed  2 wrong usage") {
			t.Errorf("%s --help names no exit codes:\n%s", cmd.CommandPath(), out)
		}
	}
	walk(c.root())
	for path := range left {
		t.Errorf("exit codes of %q, which is no command", path)
	}
}

// honest runs a command line as main does, and fails where it ends with a code
// its help does not name.
func honest() {
	code := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	words, err := chat.Load()
	if err != nil {
		os.Exit(98)
	}
	c := &cli{env: os.Getenv, words: words}
	if cmd, _, err := c.root().Find(os.Args[1:]); err == nil && cmd.HasParent() && !slices.Contains(exitsOf(cmd), code) {
		_, _ = fmt.Fprintf(os.Stderr, "exit code %d is not in %s --help\n", code, cmd.CommandPath())
		code = 99
	}
	os.Exit(code)
}

// A word that is no command where it stands is answered with the command that
// was meant: one elsewhere, or the nearest name.
func TestUnknownCommandNamesTheOneMeant(t *testing.T) {
	c, _ := replayCLI(t, "en", false)
	sub := func(group string) (string, []*cobra.Command) {
		for _, x := range c.commands() {
			if x.Name() == group {
				return "irbot " + group, x.Commands()
			}
		}
		return "irbot", c.commands()
	}
	for _, tt := range []struct{ group, word, fix string }{
		{"runbook", "lint", "irbot lint FILE…"},
		{"runbook", "check", "irbot lint FILE…"},
		{"", "check", "irbot lint FILE…"},
		{"incident", "lint", "irbot lint FILE…"},
		{"runbook", "shwo", "irbot runbook show"},
		{"", "lnt", "irbot lint"},
		{"", "declare", "irbot incident declare"},
		{"runbook", "zzzzzz", "irbot runbook --help"},
		{"", "zzzzzz", "irbot help"},
	} {
		path, list := sub(tt.group)
		err := c.unknownIn(path, tt.word, list)
		var p *problem
		if !errors.As(err, &p) || !strings.HasPrefix(p.fix, tt.fix) {
			t.Errorf("%s %s: %+v, want %s", path, tt.word, p, tt.fix)
		}
	}
}
