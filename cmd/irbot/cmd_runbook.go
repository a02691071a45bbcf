package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/runbook"
)

func (c *cli) runbookCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "runbook", Aliases: []string{"手順書"}, Short: c.say("手順書を見る、試す、書き始める", "look at runbooks, try them, begin one"),
		Example: "  irbot runbook list\n  irbot runbook show plan.md\n  irbot runbook preview tos-ransomware\n  irbot runbook new gate-closure\n  irbot runbook import playbook.json",
	}
	cmd.AddCommand(&cobra.Command{
		Use: "show FILE…", Short: c.say("irbot がどう読んだかを見る", "show how irbot reads a file"), Args: c.args(1, -1),
		Example: "  irbot runbook show plan.md\n  irbot runbook show --json plan.md",
		RunE:    func(_ *cobra.Command, args []string) error { return c.runbookShow(args) },
	}, &cobra.Command{
		Use: "list", Short: c.say("使える手順書の一覧", "list the runbooks that can be started"), Args: c.args(0, 0),
		Example: "  irbot runbook list\n  irbot runbook list --json",
		RunE:    func(*cobra.Command, []string) error { return c.runbookList() },
	}, &cobra.Command{
		Use: "preview FILE|ID", Short: c.say("手順を一つずつ、画面に出るとおりに見る。何も記録しない", "walk through the steps as people will see them; nothing is recorded"), Args: c.args(1, 1),
		Example: "  irbot runbook preview plan.md\n  irbot runbook preview tos-ransomware",
		RunE:    func(_ *cobra.Command, args []string) error { return c.runbookPreview(args[0]) },
	}, c.runbookNew(), c.runbookExport(), c.runbookImport())
	return cmd
}

// readBook reads a file as a runbook, or finds one by id.
func (c *cli) readBook(name string) (*runbook.Runbook, error) {
	src, err := os.ReadFile(name) //nolint:gosec // the user names the file
	if err != nil {
		if cfg, cerr := c.loadOrSample(); cerr == nil {
			if b, ok := loadShelf(cfg).get(name); ok {
				return b, nil
			}
		}
		return nil, c.fileProblem(err)
	}
	b, err := runbook.Read(name, src, c.readerOptions())
	if err != nil {
		return nil, &problem{exit: exitFailed, code: "runbook", what: c.say(name+" を手順書として読めません", "cannot read "+name+" as a runbook"), why: err.Error(), fix: "irbot lint " + name, cause: err}
	}
	return b, nil
}

func (c *cli) runbookShow(args []string) error {
	data := []any{}
	var books []*runbook.Runbook
	var refused error
	for _, file := range args {
		b, err := c.readBook(file)
		var bad *runbook.ReadError
		switch {
		case errors.As(err, &bad): // one such file must not hide what the others hold
			b, refused = &runbook.Runbook{File: file, Findings: bad.Findings}, found(exitFound)
		case err != nil:
			return err
		}
		data = append(data, runbook.JSON(b))
		books = append(books, b)
	}
	err := c.answer("runbook.show", data, func() {
		for _, b := range books {
			c.printRunbook(b)
		}
	})
	return errors.Join(err, refused)
}

// runbookPreview shows every step with what people need to do it.
func (c *cli) runbookPreview(name string) error {
	b, err := c.readBook(name)
	if err != nil {
		return err
	}
	total, n := 0, 0
	for i := range b.Phases {
		total += len(b.Phases[i].Steps)
	}
	return c.answer("runbook.show", []any{runbook.JSON(b)}, func() {
		c.printf("%s\n", b.Title)
		for i := range b.Phases {
			p := &b.Phases[i]
			c.printf("\n== %s %d  %s\n", c.say("段階", "Phase"), p.No, p.Title)
			for j := range p.Steps {
				n++
				c.previewStep(&p.Steps[j], n, total)
			}
		}
	})
}

func (c *cli) previewStep(st *runbook.Step, n, total int) {
	c.printf("\n%s %d/%d  %s\n", c.say("手順", "Step"), n, total, st.Title)
	line := func(ja, en, text string) {
		if text != "" {
			c.printf("  %s: %s\n", c.say(ja, en), text)
		}
	}
	line("担当", "owner", strings.Join(st.Owner, c.say("、", ", ")))
	if st.Due != nil {
		line("目標", "limit", st.Due.Written)
	}
	line("完了の条件", "done when", st.DoneWhen)
	line("証跡", "evidence", strings.Join(st.Evidence, c.say("、", ", ")))
	for _, f := range st.Forbidden {
		line("禁止", "do not", f)
	}
	if st.TwoPerson {
		c.printf("  %s\n", c.say("2人で確認する", "two people confirm"))
	}
	c.printSubs(st.SubSteps, "  ")
	if st.Decision != nil {
		for k, br := range st.Decision.Branches {
			c.printf("  [%c] %s\n", 'a'+rune(k), answerLine(&br))
			c.printSubs(br.Subs, "      ")
		}
	}
}

// printSubs writes what stands below a step or an answer, as deep as it goes.
func (c *cli) printSubs(subs []runbook.SubStep, indent string) {
	for i := range subs {
		c.printf("%s- %s\n", indent, strings.Join(append([]string{subs[i].Title}, subs[i].Owner...), "  "))
		if d := subs[i].Decision; d != nil {
			for k := range d.Branches {
				c.printf("%s  - %s\n", indent, answerLine(&d.Branches[k]))
				c.printSubs(d.Branches[k].Subs, indent+"    ")
			}
		}
		c.printSubs(subs[i].Subs, indent+"  ")
	}
}

// answerLine is an answer with its words; one without words ends with its label.
func answerLine(br *runbook.Branch) string {
	return chat.OneLine(strings.TrimSuffix(br.Label+": "+br.Text, ": "))
}

var bookID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,60}$`) // ids stand in the record

// runbookNew begins a runbook that passes lint as it is.
func (c *cli) runbookNew() *cobra.Command {
	var out, title string
	cmd := &cobra.Command{
		Use: "new ID", Short: c.say("手順書を書き始める（点検を通るひな形）", "begin a runbook: a template that passes lint"), Args: c.args(1, 1),
		Example: "  irbot runbook new gate-closure --title ゲート閉鎖",
		RunE: func(_ *cobra.Command, args []string) error {
			id := strings.ToLower(fullToHalf(args[0]))
			if !bookID.MatchString(id) {
				return &problem{exit: exitUsage, code: "runbook.id", what: c.say("IDに使えない文字があります: "+args[0], "the id has other letters than allowed: "+args[0]), why: c.say("半角の小文字、数字、ハイフンだけです", "small letters, digits and hyphens only"), fix: "irbot runbook new gate-closure"}
			}
			if out == "" {
				out = id + ".md"
				if cfg, err := c.load(); err == nil && cfg.Runbooks.Folder != "" {
					if st, err := os.Stat(cfg.Runbooks.Folder); err == nil && st.IsDir() {
						out = filepath.Join(cfg.Runbooks.Folder, out)
					}
				}
			}
			if title == "" {
				title = id
			}
			today := time.Now()
			err := createWhole(out, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, c.say(newBookJA, newBookEN), chat.OneLine(title), id, today.Format(time.DateOnly), today.AddDate(1, 0, 0).Format(time.DateOnly))
				return err
			})
			if err != nil {
				return c.there(out, err)
			}
			return c.answer("runbook.new", map[string]string{"file": out, "id": id}, func() {
				c.printf("%s  %s\n%s  irbot lint %s\n", c.say("作りました", "Made"), out, c.say("点検", "Check"), out)
			}, "irbot lint "+out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", c.say("書き出すファイル（上書きしません）", "file to write (never overwritten)"))
	cmd.Flags().StringVar(&title, "title", "", c.say("表題", "title"))
	return cmd
}

const newBookJA = `# %s

| 項目 | 内容 |
|---|---|
| ID | %s |
| 版 | 0.1 |
| 管理責任者 | CISO |
| 発動条件 | この手順書を始めるとき |
| 見直し日 | %s |
| 次回見直し | %s |

## 1. 確認する（0〜15分）

1. 何が起きているかを現場に電話で確かめる
   - 担当: 当直
   - 期限: T+10分
   - 完了の条件: 場所と時刻と見えた状態を書き留めた
2. 影響を受ける業務を書き出す
   - 担当: 当直
   - 期限: T+15分
   - 完了の条件: 止まる業務と待っている台数が分かった
`

const newBookEN = `# %s

| Item | Content |
|---|---|
| ID | %s |
| Version | 0.1 |
| Owner | CISO |
| Trigger | When this runbook is started |
| Reviewed | %s |
| Review by | %s |

## 1. Detect and confirm (0–15 min)

1. Call the place and find out what is happening
   - Owner: duty officer
   - Limit: T+10 min
   - Done when: Place, time and what is seen are written down
2. List the work that is affected
   - Owner: duty officer
   - Limit: T+15 min
   - Done when: The stopped work and the number of waiting trucks are known
`

func (c *cli) printRunbook(b *runbook.Runbook) {
	if b.Hash == "" { // it could not be read
		for _, f := range b.Findings {
			c.printf("%s:%d:%d  %s %s\n", b.File, f.Line, f.Col, f.ID, c.say(f.Message, f.MessageEN))
		}
		return
	}
	c.printf("%s\n", b.Title)
	for i := range b.Phases {
		p := &b.Phases[i]
		c.printf("\n%d  %s\n", p.No, p.Title)
		for j := range p.Steps {
			st := &p.Steps[j]
			var facts []string
			facts = append(facts, st.Owner...)
			if st.Due != nil {
				facts = append(facts, st.Due.Written)
			}
			if st.TwoPerson {
				facts = append(facts, c.say("2人で", "two people"))
			}
			c.printf("  %-5s %s  %s\n", st.Key, st.Title, strings.Join(facts, " / "))
			c.printSubs(st.SubSteps, "          ")
			if st.Decision != nil {
				for k := range st.Decision.Branches {
					c.printf("          - %s\n", answerLine(&st.Decision.Branches[k]))
					c.printSubs(st.Decision.Branches[k].Subs, "            ")
				}
			}
		}
	}
}

func (c *cli) runbookList() error {
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	s := loadShelf(cfg)
	type row struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		Steps int    `json:"steps"`
		Hash  string `json:"hash"`
	}
	rows, cells := []row{}, [][]string{}
	for _, id := range s.ids() {
		b, _ := s.get(id)
		n := 0
		for i := range b.Phases {
			n += len(b.Phases[i].Steps)
		}
		rows = append(rows, row{ID: id, Title: b.Title, Steps: n, Hash: b.Hash})
		cells = append(cells, []string{id, b.Title, fmt.Sprint(n)})
	}
	return c.answer("runbook.list", rows, func() {
		c.table([]string{"ID", c.say("表題", "title"), c.say("手順", "steps")}, cells)
	})
}
