package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot"
	"irbot/internal/chat"
	"irbot/internal/directory"
)

// systemLine is one line of `irbot systems list --json`.
type systemLine struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	NameEN   string   `json:"name_en"`
	Kind     string   `json:"kind"`
	Critical bool     `json:"critical"`
	Vendor   string   `json:"vendor"`
	Phone    string   `json:"phone"`
	Night    bool     `json:"answers_24h"`
	Backups  []string `json:"backups"`
	Logs     []string `json:"logs"`
	Stale    []string `json:"stale"`
}

func (c *cli) systemsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "systems", Aliases: []string{"システム"}, Short: c.say("システム台帳（TOS、バックアップ、ログ、保守会社、保険）", "the register of systems: TOS, backups, logs, vendors, insurance"),
		Example: "  irbot systems list\n  irbot systems list --json",
	}
	cmd.AddCommand(&cobra.Command{
		Use: "list", Short: c.say("台帳の一覧（古いものには印）", "list the register; what is stale is marked"), Args: c.args(0, 0), Example: "  irbot systems list",
		RunE: func(*cobra.Command, []string) error { return c.listSystems() },
	})
	return cmd
}

func (c *cli) listSystems() error {
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	if cfg.Systems == nil {
		return &problem{exit: exitNotFound, code: "systems.none", what: c.say("システム台帳がありません", "there is no register of systems"),
			why: c.say("config.yaml と同じフォルダに systems.yaml がありません", "no systems.yaml beside config.yaml"), fix: "irbot init " + filepath.Dir(cfg.Path)}
	}
	stale := map[string][]string{}
	for _, x := range cfg.Systems.StaleAt(time.Now()) {
		stale[x.ID] = append(stale[x.ID], c.staleWords(x))
	}
	lines, cells := []systemLine{}, [][]string{}
	for _, x := range cfg.Systems.Systems {
		v, _ := cfg.Systems.Vendor(x.Vendor)
		l := systemLine{ID: x.ID, Name: x.Name, NameEN: x.NameEN, Kind: x.Kind, Critical: x.Critical, Vendor: v.Name, Phone: v.Phone, Night: v.Night,
			Backups: []string{}, Logs: []string{}, Stale: append(append([]string{}, stale[x.ID]...), stale[x.Vendor]...)}
		for _, b := range x.Backups {
			l.Backups = append(l.Backups, c.backupWords(b))
		}
		for _, g := range x.Logs {
			l.Logs = append(l.Logs, fmt.Sprintf("%s: %s %s", g.What, g.Where, c.say(fmt.Sprintf("%d日分", g.Days), fmt.Sprintf("%d days", g.Days))))
		}
		lines = append(lines, l)
		phone := v.Phone
		if v.Night {
			phone += c.say(" 24時間", " 24 h")
		}
		cells = append(cells, []string{x.ID, c.say(x.Name, x.NameEN), c.say(v.Name, v.NameEN) + " " + phone, strings.Join(l.Backups, " / "), strings.Join(l.Stale, " / ")})
	}
	return c.answer("systems.list", lines, func() {
		c.table([]string{"ID", c.say("名前", "name"), c.say("保守会社", "vendor"), c.say("バックアップ", "backups"), c.say("要確認", "to check")}, cells)
		for _, x := range cfg.Systems.Insurance {
			c.printf("%s  %s %s %s  %s\n", c.say("保険", "insurance"), x.Insurer, x.Policy, x.Phone, x.Notify)
		}
	})
}

func (c *cli) backupWords(b directory.Backup) string {
	words := b.What + " " + c.say(fmt.Sprintf("%d世代", b.Generations), fmt.Sprintf("%d generations", b.Generations))
	if b.Offline {
		words += c.say(" 切り離し", " offline")
	}
	return words
}

// staleWords says what of the register has to be looked at again.
func (c *cli) staleWords(x directory.Stale) string {
	day := c.say("一度もない", "never")
	if !x.At.IsZero() {
		day = x.At.Format(time.DateOnly)
	}
	switch x.What {
	case "restore":
		return c.say("復元の試験 "+day, "restore tested "+day)
	case "phone":
		return c.say("24時間の電話がない", "no phone that answers at night")
	}
	return c.say("確認 "+day, "checked "+day)
}

// untouched reports whether a file is still the sample that init wrote. The
// days in a sample are made up: that they grow old says nothing of the site.
func untouched(file string, sample []byte) bool {
	data, err := os.ReadFile(file) //nolint:gosec // the operator names it in the settings
	return err == nil && bytes.Equal(data, sample)
}

// systems tells what of the register is stale, or that there is none.
func (d *doctor) systems() {
	title := d.say("システム台帳", "register of systems")
	reg := d.cfg.Systems
	if reg == nil {
		d.add(finding{ID: "systems", State: stateOff, Title: title, Message: d.say("systems.yaml がありません。バックアップの場所と保守会社の電話が画面に出ません", "no systems.yaml: screens cannot show where backups are and whom to call"), Fix: "irbot init " + filepath.Dir(d.cfg.Path)})
		return
	}
	if untouched(d.cfg.SystemsFile, irbot.SystemsExample) {
		d.add(finding{ID: "systems", State: stateOff, Title: title, Message: d.say("見本のままです（架空の会社と日付）", "still the sample, with firms and days that are made up"), Fix: d.say("systems.yaml を自社のものに書き換えてください", "write your own systems into systems.yaml")})
		return
	}
	stale := reg.StaleAt(time.Now())
	if len(stale) == 0 {
		d.add(finding{ID: "systems", State: stateOK, Title: title, Message: d.say(fmt.Sprintf("%d件", len(reg.Systems)), fmt.Sprintf("%d systems", len(reg.Systems)))})
		return
	}
	var words []string
	for i, x := range stale {
		if i == 4 {
			words = append(words, "…")
			break
		}
		words = append(words, reg.NameOf(x.ID, string(d.c.lang))+": "+d.c.staleWords(x))
	}
	d.add(finding{ID: "systems", State: stateNote, Title: title, Message: chat.OneLine(strings.Join(words, d.say("、", ", "))), Fix: d.say("確かめて systems.yaml の verified、restore_tested を直してください", "check them and put the day into verified or restore_tested of systems.yaml")})
}
