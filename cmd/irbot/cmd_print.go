package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/config"
	"irbot/internal/export"
	"irbot/internal/paper"
	"irbot/internal/pdf"
	"irbot/internal/runbook"
	"irbot/internal/tally"
)

// breakGlassName is what to print: the page for going on with a fresh laptop.
const breakGlassName = "break-glass"

// sheetFile is where a sheet goes, and in which form.
type sheetFile struct{ out, format string }

// called names the file where nobody did.
func (f sheetFile) called(name string) sheetFile {
	if f.out == "" {
		f.out = name + "." + f.format
	}
	return f
}

// press prints for a site in the language of the invocation.
func (c *cli) press(cfg *config.Config) paper.Press {
	return paper.Press{
		Words: c.words, Lang: c.lang, At: time.Now(),
		Site: paper.Site{Name: cfg.Site.Name, NameEN: cfg.Site.NameEN, Phone: cfg.Site.DutyPhone, Zone: cfg.Site.Zone},
	}
}

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
					return c.printRuns(cmd.Context(), id, sheetFile{out: out, format: kind})
				}
				return c.export(cmd.Context(), kind, out, export.Options{Incident: id, Lang: string(c.lang)}) // as its checklists: for who prints it
			}
			if args[0] == breakGlassName {
				return c.printBreakGlass(sheetFile{out: out, format: kind})
			}
			if ty, ok := tally.Find(args[0]); ok {
				return c.printForm(ty, sheetFile{out: out, format: kind})
			}
			return c.printBook(args[0], sheetFile{out: out, format: kind})
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
func (c *cli) printBook(name string, f sheetFile) error {
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
	press := c.press(cfg).In(b.Language)
	return c.checklist(press, f.called(b.ID), press.Book(b))
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
			url := ""
			if cfg.Console.Finder {
				url = cfg.URL() + "/report"
			}
			return c.writeSheet(out, func(w io.Writer) error { return c.press(cfg).Poster(w, url) })
		},
	}
	cmd.Flags().StringVar(&out, "out", "irbot-poster.html", c.say("書き出すファイル（上書きしません）", "file to write (never overwritten)"))
	return cmd
}

// printForm makes a blank form.
func (c *cli) printForm(ty tally.Type, f sheetFile) error {
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	press := c.press(cfg)
	return c.checklist(press, f.called("form-"+ty.ID), press.Form(ty))
}

// printRuns prints the checklists of an incident, to go on by hand.
func (c *cli) printRuns(ctx context.Context, id string, f sheetFile) error {
	at, err := c.open(ctx, id)
	if err != nil {
		return err
	}
	defer at.shut()
	press := c.press(at.cfg)
	return c.checklist(press, f.called(at.view.S.ID+"_steps"), press.Runs(at.view))
}

// printBreakGlass makes the page that is kept on paper for the day the machine
// is gone. It holds places and a fingerprint, never a secret.
func (c *cli) printBreakGlass(f sheetFile) error {
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	return c.writeSheet(f.called("irbot-break-glass").out, func(w io.Writer) error {
		return c.press(cfg).BreakGlass(w, f.format, keptBy(cfg))
	})
}

// keptBy tells where copies and checkpoints of a site are, and by which key they
// are known.
func keptBy(cfg *config.Config) paper.Kept {
	kept := paper.Kept{Copies: placesOf(cfg.Backup.Second), Anchors: placesOf(cfg.Anchors.Places)}
	if cfg.Backup.Folder != "" {
		kept.Copies = append([]string{cfg.Backup.Folder}, kept.Copies...)
	}
	if keys, err := folderKeys(cfg.Data); err == nil {
		kept.Key = strings.ToUpper(keys.Fingerprint())
	}
	return kept
}

// placesOf says where each place is, without its secrets.
func placesOf(list []config.Place) []string {
	var out []string
	for _, p := range list {
		where := p.Folder
		switch p.Kind {
		case "s3":
			where = p.URL + " " + p.Bucket + "/" + p.Prefix
		case "tsa":
			where = p.URL
		case "syslog":
			where = p.Address
		case "mail":
			where = p.To
		}
		out = append(out, strings.TrimSpace(p.ID+" ("+p.Kind+") "+where))
	}
	return out
}

// checklist writes a checklist.
func (c *cli) checklist(press paper.Press, f sheetFile, d pdf.ChecklistDoc) error {
	return c.writeSheet(f.out, func(w io.Writer) error { return press.Checklist(w, f.format, d) })
}

// writeSheet writes a sheet to a file that is not there yet and says so.
func (c *cli) writeSheet(out string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if err := createWhole(out, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err }); err != nil {
		return c.there(out, err)
	}
	return c.answer("print", map[string]any{"file": out, "bytes": b.Len()}, func() {
		c.printf("%s  %s  %s\n", c.say("できました", "Done"), out, c.say("開いてA4で印刷してください", "open it and print it on A4"))
	})
}
