package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/runbook/cacao"
)

// runbookExport writes a runbook as a CACAO 2.0 playbook.
func (c *cli) runbookExport() *cobra.Command {
	var out, tlp string
	cmd := &cobra.Command{
		Use: "export FILE|ID", Short: c.say("手順書を CACAO 2.0 のプレイブックとして書き出す", "write a runbook as a CACAO 2.0 playbook"), Args: c.args(1, 1),
		Example: "  irbot runbook export tos-ransomware --out tos.cacao.json\n  irbot runbook export plan.md --tlp GREEN",
		RunE: func(_ *cobra.Command, args []string) error {
			b, err := c.readBook(args[0])
			if err != nil {
				return err
			}
			o := cacao.Options{Site: "site", TLP: tlp, At: time.Now()}
			if cfg, err := c.loadOrSample(); err == nil {
				o.Site, o.SiteName = cfg.Site.ID, cfg.Site.Name
			}
			if t, err := time.Parse(time.DateOnly, b.Reviewed); err == nil {
				o.At = t // the same review gives the same bytes
			}
			data, err := cacao.Export(b, o)
			if err != nil {
				return c.cacaoProblem(args[0], err)
			}
			if out == "" {
				out = b.ID + ".cacao.json"
			}
			lost, err := cacao.Lost(b, data)
			if err != nil {
				return c.cacaoProblem(args[0], err)
			}
			return c.wrote("runbook.export", out, data, lost)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", c.say("書き出すファイル（上書きしません）", "file to write (never overwritten)"))
	cmd.Flags().StringVar(&tlp, "tlp", "AMBER", c.say("CLEAR、GREEN、AMBER、AMBER+STRICT、RED のどれか", "CLEAR, GREEN, AMBER, AMBER+STRICT or RED"))
	return cmd
}

// runbookImport reads a CACAO 2.0 playbook as a Markdown runbook.
func (c *cli) runbookImport() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "import FILE", Short: c.say("CACAO 2.0 のプレイブックを手順書（Markdown）にする", "turn a CACAO 2.0 playbook into a Markdown runbook"), Args: c.args(1, 1),
		Example: "  irbot runbook import playbook.json --out contain.md\n  irbot lint contain.md",
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0]) //nolint:gosec // the user names the file
			if err != nil {
				return c.fileProblem(err)
			}
			in, err := cacao.Import(data)
			if err != nil {
				return c.cacaoProblem(args[0], err)
			}
			if out == "" {
				out = in.ID + ".md"
			}
			return c.wrote("runbook.import", out, in.Markdown, in.Findings)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", c.say("書き出すファイル（上書きしません）", "file to write (never overwritten)"))
	return cmd
}

// wrote writes a new file and says what was left out of it.
func (c *cli) wrote(schema, out string, data []byte, findings []cacao.Finding) error {
	if err := createWhole(out, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
		return c.there(out, err)
	}
	var told []string
	for _, f := range findings {
		told = append(told, strings.TrimSpace(c.say(f.Message, f.English)+" "+f.Step))
	}
	next := []any{}
	if filepath.Ext(out) == ".md" {
		next = append(next, "irbot lint "+out)
	}
	return c.answer(schema, map[string]any{"file": out, "bytes": len(data), "findings": append([]string{}, told...)}, func() {
		c.printf("%s  %s\n", c.say("作りました", "Made"), out)
		for _, t := range told {
			c.printf("  %s %s\n", c.say("注意", "note"), t)
		}
		for _, n := range next {
			c.printf("%s  %s\n", c.say("点検", "Check"), n)
		}
	}, next...)
}

func (c *cli) cacaoProblem(name string, err error) error {
	p := &problem{exit: exitFailed, code: "cacao", what: c.say(name+" を変換できません", "cannot convert "+name), why: err.Error(), fix: "irbot runbook show " + name}
	switch {
	case errors.Is(err, cacao.ErrTLP):
		p.exit, p.fix = exitUsage, "irbot runbook export "+name+" --tlp AMBER"
	case errors.Is(err, cacao.ErrNotPlaybook), errors.Is(err, cacao.ErrTooLarge):
		p.fix = c.say("CACAO 2.0（spec_version: cacao-2.0）の JSON を指定してください", "give a JSON file of CACAO 2.0 (spec_version: cacao-2.0)")
	}
	return p
}
