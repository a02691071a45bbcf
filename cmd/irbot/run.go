package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
)

// Exit codes (UX 4.8). Scripts treat any other non-zero code as failure.
const (
	exitOK        = 0
	exitFailed    = 1
	exitUsage     = 2
	exitFound     = 3
	exitDenied    = 4
	exitNotFound  = 5
	exitConflict  = 6
	exitAway      = 7
	exitPending   = 8
	exitInterrupt = 130
)

// cli is one invocation: its streams, language and global flags.
type cli struct {
	in     io.Reader
	out    io.Writer
	err    io.Writer
	env    func(string) string
	words  *chat.Words
	lang   chat.Lang
	json   bool
	config string
	color  string
	line   []string       // as typed
	tree   *cobra.Command // that it was looked up in
}

// run carries out one command line and gives the exit code.
func run(args []string, in io.Reader, out, errw io.Writer) int {
	c := &cli{in: in, out: out, err: errw, env: os.Getenv}
	c.lang = langOf(c.env)
	words, err := chat.Load()
	if err != nil {
		return c.fail(err)
	}
	c.words = words
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := c.root()
	c.line, c.tree = args, root
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errw)
	if err := root.ExecuteContext(ctx); err != nil {
		return c.fail(err)
	}
	return exitOK
}

// langOf follows IRBOT_LANG, then the locale: Japanese where it says so,
// English otherwise.
func langOf(env func(string) string) chat.Lang {
	for _, k := range []string{"IRBOT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := strings.ToLower(env(k)); v != "" {
			if strings.HasPrefix(v, "ja") {
				return chat.JA
			}
			return chat.EN
		}
	}
	return chat.EN
}

// say picks the wording of the invocation's language.
func (c *cli) say(ja, en string) string {
	if c.lang == chat.JA {
		return ja
	}
	return en
}

// problem is an error for people: what happened, why, what to type next.
type problem struct {
	exit           int
	what, why, fix string
	code           string // for --json
	text           string // shown instead of the three lines, "" for those
	data           any
	cause          error // what it came from, where somebody asks
}

func (p *problem) Error() string { return p.what + ": " + p.why }

func (p *problem) Unwrap() error { return p.cause }

// found ends a command that ran fine and found problems, or is otherwise done
// talking: only the exit code is left to say.
type found int

func (found) Error() string { return "found problems" }

// usage wraps an error of flags and arguments.
type usage struct{ error }

func (u usage) Unwrap() error { return u.error }

func (c *cli) fail(err error) int {
	var code found
	if errors.As(err, &code) {
		return int(code)
	}
	if errors.Is(err, context.Canceled) {
		c.note("%s\n", c.say("中断しました", "interrupted"))
		return exitInterrupt
	}
	p := c.problemOf(err)
	c.printProblem(p)
	return p.exit
}

// root builds the tree of commands.
func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use: "irbot", SilenceErrors: true, SilenceUsage: true,
		Args:              cobra.ArbitraryArgs,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return c.refuseDash(cmd) },
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return c.unknown(args[0])
			}
			return c.short()
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		c.json = c.json || slices.Contains(c.line, "--json") // it may stand after the flag that could not be read
		return &problem{exit: exitUsage, code: "usage", what: c.say("使い方が違います", "wrong usage"), why: err.Error(), fix: cmd.CommandPath() + " --help"}
	})
	f := root.PersistentFlags()
	f.StringVar(&c.config, "config", "", c.say("設定ファイル（既定 config.yaml）", "configuration file (default config.yaml)"))
	f.BoolVar(&c.json, "json", false, c.say("機械が読む形で出す", "machine-readable output"))
	f.StringVar(&c.color, "color", "auto", "auto, always, never")
	root.AddCommand(c.commands()...)
	root.SetHelpFunc(c.help)
	return root
}
