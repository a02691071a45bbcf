package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/localapi"
	problems "irbot/internal/problem"
)

// The states of a check.
const (
	stateOK   = "ok"
	stateNote = "note" // works, but somebody should look
	stateBad  = "bad"  // will fail when it is needed
	stateOff  = "off"  // not set up; that may be on purpose
)

// finding is one line of doctor.
type finding struct {
	ID      string       `json:"id"`
	State   string       `json:"state"`
	Title   string       `json:"title"`
	Message string       `json:"message"`
	Fix     string       `json:"fix,omitempty"`
	safe    func() error // what --fix does; nil: nothing is safe enough
}

// doctor collects findings.
type doctor struct {
	c      *cli
	cfg    *config.Config
	server *running // nil: not running
	list   []finding
}

func (c *cli) doctorCommand() *cobra.Command {
	var fix bool
	cmd := &cobra.Command{
		Use: "doctor", Short: c.say("備えの点検。直し方つき", "what is missing, and how to mend it"), Args: c.args(0, 0),
		Example: "  irbot doctor\n  irbot doctor --json\n  irbot doctor --fix      " + c.say("安全なものだけ直す（先に一覧を出します）", "mend what is safe to mend, and say so first"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.doctor(cmd.Context(), fix) },
	}
	cmd.Flags().BoolVar(&fix, "fix", false, c.say("安全なものだけ直す", "mend what is safe"))
	return cmd
}

func (c *cli) doctor(ctx context.Context, fix bool) error {
	cfg, err := c.loadWhole()
	if err != nil {
		d := &doctor{c: c}
		d.unread(err)
		return d.print()
	}
	d := &doctor{c: c, cfg: cfg}
	var r running
	if err := localapi.Dial(cfg.Data).Info(ctx, &r); err == nil {
		d.server = &r
	}
	d.all(ctx)
	if fix {
		if err := d.mend(); err != nil {
			return err
		}
		d.list = nil
		d.all(ctx)
	}
	return d.print()
}

// unread tells everything that keeps the settings from being read, not only the
// first: whoever mends one line after the other starts irbot ten times.
func (d *doctor) unread(err error) {
	title := d.say("設定", "Settings")
	var list *problems.Errors
	if !errors.As(err, &list) {
		p := d.c.problemOf(err)
		d.add(finding{ID: "config", State: stateBad, Title: title, Message: p.what, Fix: p.fix})
		return
	}
	lang := string(d.c.lang)
	for _, x := range list.List {
		d.add(finding{ID: "config", State: stateBad, Title: title, Message: strings.TrimSpace(x.Where()+" "+x.Key) + ": " + x.What.In(lang), Fix: x.Fix.In(lang)})
	}
}

// all makes every check; what stops people first comes first.
func (d *doctor) all(ctx context.Context) {
	d.settings()
	d.folder()
	d.record(ctx)
	d.running()
	d.duty(ctx)
	d.approvers()
	d.chat()
	d.mail(ctx)
	d.gateways()
	d.answerLinks()
	d.contacts()
	d.systems()
	d.runbooks()
	d.dutyRules()
	d.reportForms()
	d.accounts(ctx)
	d.left(ctx)
	d.anchors(ctx)
	d.backups(ctx)
	d.clock()
}

func (d *doctor) add(f finding) { d.list = append(d.list, f) }

// say picks the wording of the invocation's language.
func (d *doctor) say(ja, en string) string { return d.c.say(ja, en) }

// mend does what is safe, after saying it.
func (d *doctor) mend() error {
	var todo []finding
	for _, f := range d.list {
		if f.safe != nil {
			todo = append(todo, f)
			d.c.note("%s  %s\n", d.say("直します", "mending"), f.Fix)
		}
	}
	for _, f := range todo {
		if err := f.safe(); err != nil {
			return fmt.Errorf("mend %s: %w", f.ID, err)
		}
	}
	return nil
}

// print shows the findings, the worst first, and ends with 3 where somebody has
// to look.
func (d *doctor) print() error {
	count := map[string]int{}
	var sorted []finding
	for _, s := range []string{stateBad, stateNote, stateOff, stateOK} {
		for _, f := range d.list {
			if f.State == s {
				sorted = append(sorted, f)
				count[s]++
			}
		}
	}
	data := map[string]any{"checks": sorted, "bad": count[stateBad], "note": count[stateNote], "off": count[stateOff], "ok": count[stateOK]}
	err := d.c.answer("doctor", data, func() { d.lines(sorted, count) })
	if err == nil && count[stateBad]+count[stateNote] > 0 {
		return found(exitFound)
	}
	return err
}

func (d *doctor) lines(sorted []finding, count map[string]int) {
	marks := map[string]string{stateOK: "[ OK ]", stateNote: d.say("[注意]", "[note]"), stateBad: "[ NG ]", stateOff: "[ -- ]"}
	tones := map[string]string{stateOK: green, stateNote: yellow, stateBad: red}
	width := 0
	for _, f := range sorted {
		width = max(width, chat.Columns(f.Title))
	}
	for _, f := range sorted {
		d.c.printf("%s %s%s  %s\n", d.c.paint(tones[f.State], marks[f.State]), f.Title, pad(width-chat.Columns(f.Title)), f.Message)
		if f.Fix != "" && f.State != stateOK {
			d.c.printf("       -> %s\n", f.Fix)
		}
	}
	d.c.printf("\nNG %d  %s %d  OK %d  %s %d\n", count[stateBad], d.say("注意", "note"), count[stateNote], count[stateOK], d.say("未設定", "not set up"), count[stateOff])
}
