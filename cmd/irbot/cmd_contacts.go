package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/notify"
)

// contactAge is after how long somebody should make sure that a contact is
// still right.
const contactAge = 180 * 24 * time.Hour

// contact is one line of the directory, person or destination.
type contact struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"` // person, or the kind of a destination
	Name     string   `json:"name"`
	NameEN   string   `json:"name_en"`
	Roles    []string `json:"roles,omitempty"`
	Reach    []string `json:"reach"`
	Outside  bool     `json:"outside"`
	Verified string   `json:"verified,omitempty"`
	Stale    bool     `json:"stale"`
}

func contacts(cfg *config.Config, now time.Time) []contact {
	var out []contact
	add := func(x contact, reach []directory.Address, verified time.Time) {
		x.Reach = []string{}
		for _, a := range reach {
			x.Reach = append(x.Reach, a.String())
		}
		if !verified.IsZero() {
			x.Verified = verified.Format("2006-01-02")
		}
		x.Stale = now.Sub(verified) > contactAge
		out = append(out, x)
	}
	for _, p := range cfg.Directory.People {
		add(contact{ID: p.ID, Kind: "person", Name: p.Name, NameEN: p.NameEN, Roles: p.Roles}, p.Reach, p.Verified)
	}
	for _, x := range cfg.Directory.Destinations {
		add(contact{ID: x.ID, Kind: x.Kind, Name: x.Name, NameEN: x.NameEN, Outside: x.Outside}, x.Reach, x.Verified)
	}
	return out
}

func staleContacts(cfg *config.Config, now time.Time) []contact {
	var out []contact
	for _, x := range contacts(cfg, now) {
		if x.Stale {
			out = append(out, x)
		}
	}
	return out
}

func (c *cli) contactsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "contacts", Short: c.say("連絡先一覧と、180日ごとの確認", "the directory, and its half-yearly check"), Example: "  irbot contacts list\n  irbot contacts verify"}
	cmd.AddCommand(&cobra.Command{
		Use: "list", Short: c.say("連絡先の一覧", "list contacts"), Args: c.args(0, 0),
		Example: "  irbot contacts list",
		RunE: func(*cobra.Command, []string) error {
			return c.listContacts("contacts.list", func(cfg *config.Config) []contact { return contacts(cfg, time.Now()) })
		},
	}, c.contactsVerify(), c.contactsExport(), c.contactsImport())
	return cmd
}

// verifyList shows what nobody checked for long.
func (c *cli) verifyList() error {
	stale := 0
	err := c.listContacts("contacts.verify", func(cfg *config.Config) []contact {
		list := staleContacts(cfg, time.Now())
		stale = len(list)
		return list
	})
	if err == nil && stale > 0 {
		if !c.json {
			c.note("%s\n", c.say("電話で確かめたら irbot contacts verify ID、または一件ずつ irbot contacts verify --each。", "After a phone call: irbot contacts verify ID, or one by one: irbot contacts verify --each."))
		}
		return found(exitFound)
	}
	return err
}

func (c *cli) listContacts(schema string, pickFrom func(*config.Config) []contact) error {
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	list := pickFrom(cfg)
	if list == nil {
		list = []contact{}
	}
	return c.answer(schema, list, func() {
		if len(list) == 0 {
			c.printf("%s\n", c.say("すべて180日以内に確かめてあります。", "all were checked within 180 days."))
			return
		}
		var cells [][]string
		for _, x := range list {
			day := x.Verified
			if x.Stale {
				day += " " + c.say("要確認", "check")
			}
			cells = append(cells, []string{x.ID, c.say(x.Name, x.NameEN), strings.Join(x.Reach, ", "), strings.TrimSpace(day)})
		}
		c.table([]string{"ID", c.say("名前", "name"), c.say("届け方", "reached by"), c.say("確認日", "checked")}, cells)
	})
}

// rung is one line of `irbot escalation explain --json`.
type rung struct {
	After  string   `json:"after"`
	At     string   `json:"at"`
	Round  int      `json:"round"`
	Level  int      `json:"level"`
	People []string `json:"people"`
	Nobody bool     `json:"nobody"`
	Asleep []string `json:"asleep,omitempty"` // left out by a quiet rule
	Need   int      `json:"answers"`          // 0 any one, -1 every one, else so many
}

func (c *cli) escalationCommand() *cobra.Command {
	var at string
	var severity int
	cmd := &cobra.Command{Use: "escalation", Short: c.say("上申の段を調べる", "look at escalation policies"), Example: "  irbot escalation explain ciso\n  irbot escalation explain report --at 0230"}
	explain := &cobra.Command{
		Use: "explain [POLICY]", Short: c.say("誰も確認しなければ、いつ誰が呼ばれるか", "who is paged when, if nobody answers"), Args: c.args(0, 1),
		Example: "  irbot escalation explain ciso\n  irbot escalation explain report --at 0230 --severity 3",
		RunE: func(_ *cobra.Command, args []string) error {
			id := ""
			if len(args) == 1 {
				id = args[0]
			}
			return c.explain(id, at, severity)
		},
	}
	explain.Flags().StringVar(&at, "at", "", c.say("始まりの時刻（0230、11/23 0230）", "when it begins (0230, 11/23 0230)"))
	explain.Flags().IntVar(&severity, "severity", 0, c.say("重大度（1〜4。0は未定）", "severity (1 to 4; 0 is not set)"))
	cmd.AddCommand(explain)
	return cmd
}

func (c *cli) explain(id, at string, severity int) error {
	if severity < 0 || severity > 4 {
		return &problem{exit: exitUsage, code: "usage", what: c.say("重大度は1〜4です", "the severity is 1 to 4"), why: fmt.Sprint(severity), fix: "--severity 1"}
	}
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	if id == "" {
		id = cfg.OnDeclare
	}
	p, ok := cfg.Policy(id)
	if !ok {
		var ids []string
		for _, x := range cfg.Policies {
			ids = append(ids, x.ID)
		}
		return &problem{exit: exitNotFound, code: "policy.unknown", what: c.say("上申の方式 "+id+" はありません", "there is no policy "+id), why: strings.Join(ids, ", "), fix: "irbot escalation explain " + cfg.OnDeclare}
	}
	start := time.Now()
	if at != "" {
		if start, err = chat.ParseDeadline(at, start, cfg.Site.Zone); err != nil {
			return c.badTime(at, "--at 0230")
		}
	}
	rows, cells := []rung{}, [][]string{}
	look := cfg.Lookup()
	look.Duty = rosters(context.Background(), cfg).Duty
	for _, r := range escalation.Explain(p, escalation.Case{Start: start, Severity: severity}, look) {
		var names []string
		for _, id := range r.People {
			x, _ := cfg.Directory.Person(id)
			name := c.say(x.Name, x.NameEN)
			if !carries(x, cfg.Means()) {
				name += c.say("（手で電話）", " (rung by hand)")
			}
			names = append(names, name)
		}
		if len(r.Asleep) > 0 {
			names = append(names, c.say("（静かな時間: ", "(quiet hours: ")+c.personNames(cfg, r.Asleep)+c.say("）", ")"))
		}
		if r.Nobody {
			names = []string{c.say("誰もいない。すぐ次へ", "nobody: on to the next at once")}
		}
		rows = append(rows, rung{After: r.After.String(), At: machineTime(r.At), Round: r.Round + 1, Level: r.Level + 1, People: append([]string{}, r.People...), Nobody: r.Nobody, Asleep: r.Asleep, Need: r.Need})
		after := c.say("すぐ", "at once")
		if r.After > 0 {
			after = "+" + c.after(r.After)
		}
		cells = append(cells, []string{after, chat.Stamp(r.At, cfg.Site.Zone, c.lang), fmt.Sprintf("%d-%d", r.Round+1, r.Level+1), c.needs(r), strings.Join(names, c.say("、", ", "))})
	}
	return c.answer("escalation.explain", map[string]any{"policy": p.ID, "rungs": rows}, func() {
		c.printf("%s  %s\n", p.ID, c.say(p.Name, p.NameEN))
		c.table([]string{c.say("経過", "after"), c.say("時刻", "at"), c.say("回-段", "round-level"), c.say("確認", "answers"), c.say("呼ぶ人", "paged")}, cells)
		c.printf("%s\n", c.say("そのあとも確認がなければ、電話を手でかける手順になり、画面に残ります。", "After that people phone by hand, and the board stays red."))
	})
}

// carries tells that irbot reaches a person by itself, by one of the means.
func carries(p directory.Person, means []notify.Means) bool {
	return slices.ContainsFunc(p.Reach, func(a directory.Address) bool { return slices.Contains(means, a.Means) })
}

// after is a length of time to the second: waits may be shorter than a minute.
func (c *cli) after(d time.Duration) string {
	s := int(d.Round(time.Second)/time.Second) % 60
	rest := c.say(fmt.Sprintf("%d秒", s), fmt.Sprintf("%d s", s))
	switch {
	case s == 0:
		return chat.Duration(d, c.lang)
	case d < time.Minute:
		return rest
	}
	return chat.Duration(d, c.lang) + c.say("", " ") + rest
}

// needs says how many answers end a level; more than are paged are never waited
// for.
func (c *cli) needs(r escalation.Rung) string {
	switch need := r.Need; {
	case r.Nobody:
		return "-"
	case need == escalation.NeedAll, need > 1 && need >= len(r.People):
		return c.say("全員", "all")
	case need > 1:
		return c.say(fmt.Sprintf("%d人", need), fmt.Sprint(need))
	}
	return c.say("一人", "any")
}
