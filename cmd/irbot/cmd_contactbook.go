package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/directory"
	"irbot/internal/roster"
)

// contactsVerify marks contacts, or works through those nobody checked for long.
func (c *cli) contactsVerify() *cobra.Command {
	var each bool
	cmd := &cobra.Command{
		Use: "verify [ID…]", Short: c.say("180日以上確かめていない連絡先（あれば終了コード3）。IDを付けると確認済みにする", "contacts nobody checked for 180 days (exit 3 if any); with ids: mark them as checked"), Args: c.args(0, -1),
		Example: "  irbot contacts verify\n  irbot contacts verify sato mlit\n  irbot contacts verify --each",
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case each:
				return c.verifyEach(cmd.Context())
			case len(args) > 0:
				return c.verifyThese(cmd.Context(), args)
			}
			return c.verifyList()
		},
	}
	cmd.Flags().BoolVar(&each, "each", false, c.say("一件ずつ確かめる", "go through them one by one"))
	return cmd
}

// ownBook says that the demo's directory is a sample inside the program, which
// nobody can change.
func (c *cli) ownBook() error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if _, err := os.Stat(cfg.DirectoryFile); !errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return &problem{exit: exitFailed, code: "directory.sample", what: c.say("お試し（demo）の連絡先は変えられません", "the contacts of the demo cannot be changed"),
		why: c.say("プログラムに入っている見本で、ファイルがありません", "they are the sample inside the program; there is no file"), fix: "irbot init ."}
}

func (c *cli) verifyThese(ctx context.Context, ids []string) error {
	if err := c.ownBook(); err != nil {
		return err
	}
	cfg, err := c.load()
	if err != nil {
		return err
	}
	for _, id := range ids { // all of them, or none
		_, person := cfg.Directory.Person(id)
		if _, known := cfg.Directory.Destination(id); !known && !person {
			return &problem{exit: exitNotFound, code: "contact.unknown", what: c.say("連絡先 "+id+" はありません", "there is no contact "+id),
				why: c.say("ID は連絡先一覧の左の列です。まだ何も書いていません", "ids stand in the left column of the list; nothing was written"), fix: "irbot contacts list"}
		}
	}
	done, err := ask[contactsDone](ctx, c, "contacts.verify", contactArgs{IDs: ids})
	if err != nil {
		return err
	}
	return c.answer("contacts.verified", map[string]any{"verified": done.Verified}, func() {
		c.printf("%s %s\n", c.say("確認済みにしました:", "marked as checked:"), strings.Join(done.Verified, ", "))
	})
}

// verifyEach shows every stale contact with its numbers and asks; what is
// answered with y is marked at once, so that a break loses nothing.
func (c *cli) verifyEach(ctx context.Context) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	in := bufio.NewScanner(c.in)
	marked := []string{}
	for _, x := range staleContacts(cfg, time.Now()) {
		c.note("\n%s  %s\n  %s\n%s ", x.ID, c.say(x.Name, x.NameEN), strings.Join(x.Reach, "\n  "), c.say("確かめましたか [y はい / n まだ / q やめる]", "checked? [y yes / n not yet / q stop]"))
		if !in.Scan() {
			break
		}
		word := strings.ToLower(strings.TrimSpace(in.Text()))
		if word == "q" {
			break
		}
		if word != "y" && word != "はい" {
			continue
		}
		if _, err := ask[contactsDone](ctx, c, "contacts.verify", contactArgs{IDs: []string{x.ID}}); err != nil {
			return err
		}
		marked = append(marked, x.ID)
	}
	return c.answer("contacts.verified", map[string]any{"verified": marked}, func() {
		c.printf("%s\n", c.say(fmt.Sprintf("%d件を確認済みにしました。", len(marked)), fmt.Sprintf("%d marked as checked.", len(marked))))
	})
}

func (c *cli) contactsExport() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "export", Short: c.say("連絡先を CSV で出す（Excel で開けます）", "write the directory as CSV"), Args: c.args(0, 0), Annotations: map[string]string{toPipe: "out"},
		Example: "  irbot contacts export --out contacts.csv",
		RunE: func(*cobra.Command, []string) error {
			cfg, err := c.loadOrSample()
			if err != nil {
				return err
			}
			var b bytes.Buffer
			if err := directory.WriteCSV(&b, cfg.Directory); err != nil {
				return err
			}
			if out == "" || out == standardOut {
				c.printf("%s", b.String())
				return nil
			}
			if err := createWhole(out, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err }); err != nil {
				return c.there(out, err)
			}
			c.note("%s\n", out)
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", c.say("ファイル", "file"))
	return cmd
}

func (c *cli) contactsImport() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "import FILE", Short: c.say("CSV の違いを見せ、--yes で directory.yaml に書く（控えを残す）", "show what a CSV would change; --yes writes directory.yaml and keeps a copy"), Args: c.args(1, 1),
		Example: "  irbot contacts import contacts.csv\n  irbot contacts import contacts.csv --yes",
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0]) //nolint:gosec // the user names the file
			if err != nil {
				return c.fileProblem(err)
			}
			text, _, err := roster.Text(data)
			if err != nil {
				return c.notContacts(args[0], err)
			}
			if _, err = directory.ReadCSV(text); err != nil {
				return err
			}
			if err := c.ownBook(); err != nil {
				return err
			}
			done, err := ask[contactsDone](cmd.Context(), c, "contacts.import", contactArgs{Text: text, Take: yes})
			if err != nil {
				return err
			}
			return c.answer("contacts.import", done, func() { c.showDifferences(done) })
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, c.say("書く", "write it"))
	return cmd
}

// notContacts says why a file is no sheet of contacts.
func (c *cli) notContacts(path string, err error) error {
	return &problem{exit: exitFailed, code: "contacts.sheet", what: c.say(path+" を連絡先の表として読めません", path+" cannot be read as a sheet of contacts"), why: c.whyContacts(err),
		fix: c.say("CSV で保存し直してください（Excel では「名前を付けて保存」→「CSV UTF-8」）", "save it as CSV")}
}

// whyContacts is whySheet, but contacts are not read from a workbook.
func (c *cli) whyContacts(err error) string {
	if errors.Is(err, roster.ErrBook) {
		return c.say("Excel のブック（.xlsx、.xls）です", "it is a workbook (.xlsx, .xls)")
	}
	return c.whySheet(err)
}

func (c *cli) showDifferences(done contactsDone) {
	if len(done.Changes) == 0 {
		c.printf("%s\n", c.say("違いはありません。", "nothing differs."))
		c.showAbsent(done.Absent)
		return
	}
	var cells [][]string
	for _, d := range done.Changes {
		before := d.Before
		if d.New {
			before = c.say("（新規）", "(new)")
		}
		after := d.After
		if after == "" {
			after = c.say("（空にする）", "(emptied)")
		}
		cells = append(cells, []string{d.ID, d.Field, before, after})
	}
	c.table([]string{"ID", c.say("項目", "field"), c.say("いま", "now"), c.say("これから", "then")}, cells)
	c.showAbsent(done.Absent)
	if done.Taken {
		c.printf("%s %s\n", c.say("書きました。元のファイル:", "written; the file as it was:"), done.Backup)
		return
	}
	c.printf("%s\n", c.say("まだ書いていません。よければ --yes を付けてもう一度。", "Nothing was written yet: type it again with --yes."))
}

// showAbsent says that contacts are not taken out by leaving them out of a sheet.
func (c *cli) showAbsent(ids []string) {
	if len(ids) == 0 {
		return
	}
	names := strings.Join(ids[:min(len(ids), 5)], c.say("、", ", "))
	if len(ids) > 5 {
		names += c.say(" ほか", " and others")
	}
	c.printf("%s\n", c.say(fmt.Sprintf("この表にない %d件はそのまま残ります（%s）。消すときは directory.yaml から消してください。", len(ids), names),
		fmt.Sprintf("%d contacts are not in this sheet and stay as they are (%s). To take one out, delete it in directory.yaml.", len(ids), names)))
}
