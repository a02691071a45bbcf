package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/runbook"
)

// lintFinding is one line of `irbot lint --json` (an outside contract).
type lintFinding struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Col       int    `json:"col"`
	ID        string `json:"id"`
	Severity  string `json:"severity"`
	Message   string `json:"message"`
	MessageEN string `json:"message_en"`
	Fix       string `json:"fix,omitempty"`
	FixEN     string `json:"fix_en,omitempty"`
}

func (c *cli) lintCommand() *cobra.Command {
	var strict bool
	var format string
	cmd := &cobra.Command{
		Use: "lint FILE…", Short: c.say("手順書を点検する", "check runbooks"), Args: c.args(1, -1), SuggestFor: []string{"check", "validate"},
		Example: "  irbot lint runbooks/\n  irbot lint --strict plan.md\n  irbot lint --format github runbooks/*.md",
		RunE: func(_ *cobra.Command, args []string) error {
			return c.lint(args, strict, format)
		},
	}
	cmd.Flags().BoolVar(&strict, "strict", false, c.say("厳格に点検する", "use the strict profile"))
	cmd.Flags().StringVar(&format, "format", "text", c.say("形式: ", "format: ")+"text | github")
	return cmd
}

// options reads with what the configuration knows, where there is one.
func (c *cli) readerOptions() runbook.Options {
	cfg, err := c.load()
	if err != nil {
		return runbook.Options{}
	}
	return readOptions(cfg)
}

func (c *cli) lint(args []string, strict bool, format string) error {
	if format != "text" && format != "github" {
		return usage{fmt.Errorf("--format %s: text | github", format)}
	}
	start := time.Now()
	list, err := markdownFiles(args)
	if err != nil {
		return c.fileProblem(err)
	}
	opt := c.readerOptions()
	opt.Strict, opt.Today = strict, start
	read := make([]checkedFile, 0, len(list))
	for _, file := range list {
		x, err := c.checkFile(file, opt)
		if err != nil {
			return err
		}
		read = append(read, x)
	}
	lintFolders(read, opt.Silent)
	all, sources := []lintFinding{}, map[string][]string{}
	bad := false
	for i, x := range read {
		if x.book != nil {
			sources[list[i]] = strings.Split(x.book.Text, "\n")
		}
		for _, f := range findingsOf(x.book, x.stop) {
			bad = bad || f.Severity != runbook.Info
			all = append(all, lintFinding{File: list[i], Line: f.Line, Col: f.Col, ID: f.ID, Severity: string(f.Severity), Message: f.Message, MessageEN: f.MessageEN, Fix: f.Fix, FixEN: f.FixEN})
		}
	}
	code := exitOK
	if bad {
		code = exitFound
	}
	err = c.answer("lint", map[string]any{"files": list, "findings": all}, func() {
		if format == "github" {
			c.printGitHub(all)
			return
		}
		c.printFindings(all, sources)
		c.printLintSum(lintSum{files: len(list), findings: all, took: time.Since(start), code: code})
	})
	if err == nil && bad {
		return found(code)
	}
	return err
}

// checkedFile is a runbook that was read, or what stopped the reading.
type checkedFile struct {
	folder string
	book   *runbook.Runbook // nil where the reading stopped
	stop   error
}

func (c *cli) checkFile(file string, opt runbook.Options) (checkedFile, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return checkedFile{}, c.fileProblem(err)
	}
	opt.Known.File = besides(file)
	b, err := runbook.Read(file, data, opt)
	if err != nil && len(findingsOf(b, err)) == 0 {
		return checkedFile{}, err
	}
	return checkedFile{folder: filepath.Dir(file), book: b, stop: err}, nil
}

// lintFolders adds what only the files of one folder together can show.
func lintFolders(read []checkedFile, silent []string) {
	sets := map[string][]*runbook.Runbook{}
	for _, x := range read {
		if x.book != nil && x.stop == nil {
			sets[x.folder] = append(sets[x.folder], x.book)
		}
	}
	for _, books := range sets {
		runbook.LintSet(books, silent)
	}
}

// besides tells whether a file linked from a runbook exists beside it.
func besides(file string) func(string) bool {
	return func(p string) bool {
		_, err := os.Stat(filepath.Join(filepath.Dir(file), filepath.FromSlash(p)))
		return err == nil
	}
}

// findingsOf takes the findings of a read, also of one that stopped.
func findingsOf(b *runbook.Runbook, err error) []runbook.Finding {
	if b != nil && err == nil {
		return b.Findings
	}
	var stop *runbook.ReadError
	if errors.As(err, &stop) {
		return stop.Findings
	}
	return nil
}

// markdownFiles expands folders to the Markdown files in them.
func markdownFiles(args []string) ([]string, error) {
	var out []string
	for _, a := range args {
		st, err := os.Stat(a)
		if err != nil {
			return nil, err
		}
		if !st.IsDir() {
			out = append(out, a)
			continue
		}
		before := len(out)
		err = filepath.WalkDir(a, func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(strings.ToLower(p), ".md") && !strings.EqualFold(d.Name(), "readme.md") {
				out = append(out, p)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(out) == before { // a folder checked by mistake must not pass as clean
			return nil, &fs.PathError{Op: "list", Path: filepath.Join(a, "*.md"), Err: fs.ErrNotExist}
		}
	}
	return out, nil
}

func (c *cli) fileProblem(err error) error {
	exit, why := exitFailed, err.Error()
	var at *fs.PathError
	if name := ""; errors.As(err, &at) {
		name = at.Path
		switch {
		case errors.Is(err, fs.ErrNotExist):
			why = c.say(name+" はありません", "there is no "+name)
		case errors.Is(err, fs.ErrPermission):
			why = c.say(name+" を読む許可がありません", "no permission to read "+name)
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		exit = exitNotFound
	}
	return &problem{exit: exit, code: "file", what: c.say("ファイルを読めません", "cannot read the file"), why: why, fix: c.say("ファイル名を確かめてください（ls で一覧）", "check the name (ls)")}
}
