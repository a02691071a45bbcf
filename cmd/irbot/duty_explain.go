package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/calendar"
	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/report"
)

// explained is one duty of `irbot duty explain --json`.
type explained struct {
	Duty       string   `json:"duty"`
	Title      string   `json:"title"`
	TitleEN    string   `json:"title_en"`
	To         string   `json:"to"`
	Level      string   `json:"level"`
	Start      string   `json:"start"`
	Base       string   `json:"base"`
	Due        string   `json:"due"`
	Law        string   `json:"law"`
	Own        bool     `json:"own_target"`
	Guide      bool     `json:"guide"`
	Promptly   bool     `json:"promptly"`
	Check      bool     `json:"check"`
	Warnings   []string `json:"warnings"`
	Source     string   `json:"source"`
	Version    string   `json:"version"`
	Checked    string   `json:"checked"`
	Confidence string   `json:"confidence"`
	Pending    bool     `json:"pending"`
}

func (c *cli) dutyExplain() *cobra.Command {
	var at string
	var flags []string
	moments := map[string]*string{}
	cmd := &cobra.Command{
		Use: "explain", Aliases: []string{"説明"}, Short: c.say("どの期限が生じ、いつまでか（何も記録しない）", "which duties apply and when each would be due (records nothing)"), Args: c.args(0, 0),
		Example: "  irbot duty explain --at \"2026-12-01 0900\"\n  irbot duty explain --at 0630 --recognised 0900\n  irbot duty explain --profile personal-data,special-infrastructure",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var profile []string
			if cmd.Flags().Changed("profile") {
				profile = append([]string{}, flags...)
			}
			typed := map[string]string{}
			for id, s := range moments {
				typed[id] = *s
			}
			return c.explainDuties(at, typed, profile)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", c.say("すべての起点の時刻（省くといま）", "when everything happened (default: now)"))
	cmd.Flags().StringSliceVar(&flags, "profile", nil, strings.Join(report.Flags(), ","))
	for _, id := range report.Moments() {
		s := ""
		moments[id] = &s
		cmd.Flags().StringVar(&s, id, "", c.words.T(c.lang, "moment."+id))
	}
	return cmd
}

func (c *cli) explainDuties(at string, typed map[string]string, profile []string) error {
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	now := time.Now()
	read := func(s string, other time.Time) (time.Time, error) {
		if s == "" {
			return other, nil
		}
		t, err := chat.ParseDeadline(s, now, cfg.Site.Zone)
		if err != nil {
			return t, c.badTime(s, "--at \"2026-12-01 0900\"")
		}
		return t, nil
	}
	all, err := read(at, now)
	if err != nil {
		return err
	}
	moments := map[string]time.Time{}
	for _, id := range report.Moments() {
		if moments[id], err = read(typed[id], all); err != nil {
			return err
		}
	}
	book, bad := rulebook(cfg)
	if profile != nil {
		book.Profile.Flags = profile
	}
	on := calendar.DateOf(moments[report.Declared], cfg.Site.Zone)
	list := c.explainBook(cfg, book, on, func(m string) time.Time { return moments[m] })
	_, hash := book.Pin(on)
	data := map[string]any{"profile": append([]string{}, book.Profile.Flags...), "used": cfg.Profile.Set, "day": on.String(), "rules": hash, "duties": list, "findings": len(bad)}
	return c.answer("duty.explain", data, func() { c.printExplained(cfg, book, on, list) })
}

func (c *cli) explainBook(cfg *config.Config, book report.Book, on calendar.Date, at func(string) time.Time) []explained {
	out := []explained{}
	one := func(s report.Selected, pending bool) {
		d := s.Plan.Due(at)
		x := explained{
			Duty: s.ID, Title: s.Title, TitleEN: s.TitleEN, To: s.To, Level: string(s.Level), Start: s.Start, Base: machineTime(d.Base), Due: machineTime(d.At),
			Law: machineTime(d.Law), Own: d.Own(), Guide: s.Deadline.Guide(), Promptly: s.Deadline.Promptly, Check: s.Check, Warnings: []string{},
			Source: c.say(s.Source, s.SourceEN), Version: s.From.String(), Checked: s.Checked.String(), Confidence: s.Confidence, Pending: pending,
		}
		for _, w := range s.Plan.Warnings(d) {
			x.Warnings = append(x.Warnings, fmt.Sprintf("%d%% %s", w.Percent, machineTime(w.At)))
		}
		out = append(out, x)
	}
	known := map[string]bool{}
	for _, s := range book.Select(on) {
		one(s, false)
		known[s.ID] = true
	}
	for _, d := range cfg.Duties {
		if known[d.ID] {
			continue
		}
		p := report.Plan{Start: d.From, TargetFrom: d.From, TargetS: int64(d.Within / time.Second)}
		r := report.Rule{ID: d.ID, Title: d.Name, TitleEN: d.NameEN, To: d.Destination, Level: report.Own, Start: d.From, Source: d.Basis, SourceEN: d.BasisEN}
		one(report.Selected{Rule: r, Plan: p}, false)
	}
	for _, s := range book.Pending() {
		one(s, true)
	}
	return out
}

func (c *cli) printExplained(cfg *config.Config, book report.Book, on calendar.Date, list []explained) {
	flags := strings.Join(book.Profile.Flags, " ")
	if flags == "" {
		flags = c.say("なし", "none")
	}
	c.printf("%s\n", c.say(fmt.Sprintf("%s（%s）に宣言したときの期限。区分: %s", on, on.Era(), flags), fmt.Sprintf("Deadlines of an incident declared on %s. Profile: %s", on, flags)))
	var cells [][]string
	for _, x := range list {
		cells = append(cells, []string{x.Duty, c.say(x.Title, x.TitleEN), c.words.Or(c.lang, "dutylevel."+x.Level, x.Level), c.words.Or(c.lang, "moment."+x.Start, x.Start), c.dueWords(cfg, x), x.Confidence + " " + x.Checked})
	}
	c.table([]string{"ID", c.say("報告・通知", "report"), c.say("性質", "kind"), c.say("起点", "from"), c.say("期限", "due"), c.say("確度・確認日", "checked")}, cells)
	if !cfg.Profile.Set {
		c.note("%s\n", c.say("config.yaml に profile: がないので、規則の期限は動きません（自社の duties: だけが動きます）。", "config.yaml has no profile:, so the rules do not run (only your own duties: do)."))
	}
	c.printf("%s\n", c.say("対象か確認: 事案によって対象かどうかを人が確かめるもの。根拠の全文は --json。", "“check”: a person confirms for each incident whether it applies. The sources in full: --json."))
}

// dueWords says when a duty would be due, and of what sort that limit is.
func (c *cli) dueWords(cfg *config.Config, x explained) string {
	words := c.words.T(c.lang, "clk.prompt")
	if due, err := time.Parse(microsUTC, x.Due); err == nil {
		words = chat.Stamp(due, cfg.Site.Zone, c.lang)
		switch {
		case x.Own:
			words = c.words.T(c.lang, "clk.own", "when", words)
		case x.Guide:
			words = c.words.T(c.lang, "clk.guide", "when", words)
		}
	} else if !x.Promptly {
		words = c.words.T(c.lang, "clk.state.nobase")
	}
	switch {
	case x.Pending:
		words += c.say(" 未施行", " not in force")
	case x.Check:
		words += " " + c.words.T(c.lang, "clk.state.check")
	}
	return words
}

// microsUTC is the form of machineTime.
const microsUTC = "2006-01-02T15:04:05.000000Z"
