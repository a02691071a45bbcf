package main

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
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
	Book  *runbook.Runbook
	Hash  string
	Made  string
	URL   string
	Tiles []string
	Forms []tally.Type // blank forms behind the checklist
	Blank []int        // lines of a blank form
	Runs  []printedRun // of an incident

	Copies, Anchors []string // of the page for going on with a fresh laptop: where they are
	Key             string   // fingerprint of the newest public key
}

// printedRun is a run as it is printed for going on by hand.
type printedRun struct {
	Title   string
	Version string
	Steps   []printedStep
}

// printedStep is a step with what was recorded of it.
type printedStep struct {
	N                       int
	Phase                   string // of the first step of a phase
	Title, Owner, Done      string
	Forbidden               []string
	State, Time, Who, Value string
	Two                     bool
}

// T picks the wording of the invocation's language.
func (s sheet) T(ja, en string) string { return s.c.say(ja, en) }

// Lang is the language of the page.
func (s sheet) Lang() string { return string(s.c.lang) }

// Name is the site's name.
func (s sheet) Name() string { return s.c.say(s.Site.Name, s.Site.NameEN) }

// Plain takes the mark of an alert block ([!WARNING]) off its text.
func (s sheet) Plain(text string) string {
	if rest, ok := strings.CutPrefix(text, "[!"); ok {
		if _, after, ok := strings.Cut(rest, "]"); ok {
			return strings.TrimSpace(after)
		}
	}
	return text
}

// Join puts words behind each other.
func (s sheet) Join(words []string) string { return strings.Join(words, s.c.say("、", ", ")) }

func (c *cli) printCommand() *cobra.Command {
	var out string
	var steps bool
	cmd := &cobra.Command{
		Use: "print RUNBOOK|INCIDENT|FORM|break-glass", Short: c.say("A4の印刷用HTMLを作る（手順書の白紙、案件の記録）", "make an A4 page: a blank runbook, or an incident's timeline"), Args: c.args(1, 1),
		Example: "  irbot print tos-ransomware\n  irbot print plan.md --out plan.html\n  irbot print IR-12\n  irbot print IR-12 --steps\n  irbot print gate\n  irbot print break-glass",
		RunE: func(cmd *cobra.Command, args []string) error {
			if id := strings.ToUpper(fullToHalf(args[0])); incidentID.MatchString(id) && steps {
				return c.printRuns(cmd.Context(), strings.Replace(id, "#", "IR-", 1), out)
			}
			if id := strings.ToUpper(fullToHalf(args[0])); incidentID.MatchString(id) {
				return c.export(cmd.Context(), "html", out, export.Options{Incident: strings.Replace(id, "#", "IR-", 1)})
			}
			if args[0] == breakGlassName {
				return c.printBreakGlass(out)
			}
			if ty, ok := tally.Find(args[0]); ok {
				return c.printForm(ty, out)
			}
			return c.printBook(args[0], out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", c.say("書き出すファイル（上書きしません）", "file to write (never overwritten)"))
	cmd.Flags().BoolVar(&steps, "steps", false, c.say("案件の手順書（続きを手で書く用紙）", "the checklists of an incident, to go on by hand"))
	return cmd
}

// printBook makes a checklist to be filled in by hand, from an id or a file.
func (c *cli) printBook(name, out string) error {
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
	if out == "" {
		out = b.ID + ".html"
	}
	return c.sheet("runbook.html", out, sheet{c: c, Site: cfg.Site, Book: b, Hash: b.Hash[:16], Made: chat.Stamp(time.Now(), cfg.Site.Zone, c.lang), Forms: formsOf(b), Blank: make([]int, blankRows)})
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
	t, err := template.ParseFS(sheets, "print/"+name)
	if err != nil {
		return fmt.Errorf("read sheet %s: %w", name, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, s); err != nil {
		return fmt.Errorf("draw sheet %s: %w", name, err)
	}
	err = createWhole(out, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
	if err != nil {
		return c.there(out, err)
	}
	return c.answer("print", map[string]any{"file": out, "bytes": b.Len()}, func() {
		c.printf("%s  %s  %s\n", c.say("できました", "Done"), out, c.say("ブラウザーで開いてA4で印刷してください", "open it in a browser and print it on A4"))
	})
}
