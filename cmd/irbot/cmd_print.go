package main

import (
	"embed"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/config"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/runbook"
	"irbot/internal/tally"
)

//go:embed print/*.html
var sheets embed.FS

// sheet is what a printed page sees.
type sheet struct {
	c     *cli
	Site  config.Site
	Made  string
	URL   string
	Tiles []string
}

// T picks the wording of the invocation's language.
func (s sheet) T(ja, en string) string { return s.c.say(ja, en) }

// Lang is the language of the page.
func (s sheet) Lang() string { return string(s.c.lang) }

// Name is the site's name.
func (s sheet) Name() string { return s.c.say(s.Site.Name, s.Site.NameEN) }

func (c *cli) printCommand() *cobra.Command {
	var out, format string
	var steps bool
	cmd := &cobra.Command{
		Use: "print RUNBOOK|INCIDENT|FORM|break-glass", Short: c.say("A4の印刷物を作る（手順書の白紙、様式、案件の記録と手順）", "make A4 sheets: a blank runbook or form, an incident's timeline or checklists"), Args: c.args(1, 1),
		Example: "  irbot print tos-ransomware --out tos.pdf\n  irbot print plan.md --format pdf\n  irbot print IR-12\n  irbot print IR-12 --steps --format pdf\n  irbot print gate\n  irbot print break-glass",
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, err := c.sheetFormat(format, out)
			if err != nil {
				return err
			}
			if id := strings.ToUpper(fullToHalf(args[0])); incidentID.MatchString(id) {
				id = strings.Replace(id, "#", "IR-", 1)
				if steps {
					return c.printRuns(cmd.Context(), id, paper{out: out, format: kind})
				}
				return c.export(cmd.Context(), kind, out, export.Options{Incident: id, Lang: string(c.lang)}) // as its checklists: for who prints it
			}
			if args[0] == breakGlassName {
				return c.printBreakGlass(paper{out: out, format: kind})
			}
			if ty, ok := tally.Find(args[0]); ok {
				return c.printForm(ty, paper{out: out, format: kind})
			}
			return c.printBook(args[0], paper{out: out, format: kind})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", c.say("書き出すファイル（上書きしません）", "file to write (never overwritten)"))
	cmd.Flags().StringVar(&format, "format", "", c.say("html か pdf（省くと --out の名前から、なければ html）", "html or pdf (default: from the name after --out, else html)"))
	cmd.Flags().BoolVar(&steps, "steps", false, c.say("案件の手順書（続きを手で書く用紙）", "the checklists of an incident, to go on by hand"))
	return cmd
}

// sheetFormat is html or pdf.
func (c *cli) sheetFormat(format, out string) (string, error) {
	switch format = strings.ToLower(format); {
	case format == "pdf", format == "html":
		return format, nil
	case format != "":
		return "", &problem{exit: exitUsage, code: "usage", what: c.say("形式 "+format+" では印刷できません", "cannot print as "+format), fix: "irbot print tos-ransomware --format pdf"}
	case strings.EqualFold(filepath.Ext(out), ".pdf"):
		return "pdf", nil
	}
	return "html", nil
}

// printBook makes a checklist to be filled in by hand, from an id or a file.
func (c *cli) printBook(name string, p paper) error {
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	b, ok := loadShelf(cfg).get(name)
	if !ok {
		data, err := os.ReadFile(name) //nolint:gosec // the user names the file
		if err != nil {
			return &problem{exit: exitNotFound, code: "runbook.unknown", what: c.say("手順書 "+name+" はありません", "there is no runbook "+name), why: c.say("IDでもファイルでもありません", "it is neither an id nor a file"), fix: "irbot runbook list"}
		}
		if b, err = runbook.Read(filepath.Base(name), data, readOptions(cfg)); err != nil {
			return &problem{exit: exitFailed, code: "runbook", what: c.say(name+" を手順書として読めません", "cannot read "+name+" as a runbook"), why: err.Error(), fix: "irbot lint " + name}
		}
	}
	sheet := c.speaking(b.Language)
	return sheet.paper(cfg, p.called(b.ID), sheet.ofBook(b))
}

func (c *cli) posterCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "poster", Short: c.say("発見者向けA4ポスターを作る（当直の番号、見つけたら何をするか）", "make the finder's A4 poster: duty number, what to do"), Args: c.args(0, 0),
		Example: "  irbot poster\n  irbot poster --out gate3.html",
		RunE: func(*cobra.Command, []string) error {
			cfg, err := c.loadOrSample()
			if err != nil {
				return err
			}
			s := sheet{c: c, Site: cfg.Site, Made: time.Now().In(cfg.Site.Zone).Format("2006-01-02")}
			if cfg.Console.Finder {
				s.URL = cfg.URL() + "/report"
			}
			for _, k := range incident.FinderKinds() {
				s.Tiles = append(s.Tiles, c.words.T(c.lang, "finder."+k))
			}
			return c.sheet("poster.html", out, s)
		},
	}
	cmd.Flags().StringVar(&out, "out", "irbot-poster.html", c.say("書き出すファイル（上書きしません）", "file to write (never overwritten)"))
	return cmd
}

// sheet writes a page to a file that is not there yet.
func (c *cli) sheet(name, out string, s sheet) error {
	return c.writeSheet(out, func(w io.Writer) error { return drawSheet(w, name, s) })
}
