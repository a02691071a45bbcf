package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "time/tzdata" // a deadline abroad needs its zone also on a machine without zone files

	"irbot/internal/calendar"
	"irbot/internal/config"
	"irbot/internal/incident"
	problems "irbot/internal/problem"
	"irbot/internal/report"
)

// siteCalendar is the site's own calendar: the holidays of Japan and the days of
// the configuration, which were checked when it was read.
func siteCalendar(c *config.Config) calendar.Calendar {
	cal, err := calendar.New(c.Profile.Calendar)
	if err != nil {
		return calendar.Of(calendar.Japan)
	}
	return cal
}

func ownDuty(d config.Duty) incident.DutyRule {
	return incident.DutyRule{
		ID: d.ID, Dest: d.Destination, From: d.From, Within: d.Within,
		Name: d.Name, NameEN: d.NameEN, Basis: d.Basis, BasisEN: d.BasisEN, Checked: d.Checked, Quiet: d.Quiet,
	}
}

// rulebook reads the rule files of this site: the shipped ones, and over them
// the operator's folder. A rule with a mistake is left out and told.
func rulebook(c *config.Config) (report.Book, []problems.Problem) {
	files, err := ruleFiles(c.Profile.Rules)
	if err != nil {
		return report.Book{}, []problems.Problem{{
			File: c.Profile.Rules, What: problems.Say("期限の規則を読めません（%s）", "the duty rules cannot be read (%s)", err),
			Why: problems.Say("法令の期限を数えられません", "no legal deadline can be counted"),
			Fix: problems.Say("フォルダとファイルの権限を確かめてください", "check the folder and the permissions of its files"),
		}}
	}
	rules, found := report.ReadRules(files, knownTo(c))
	return report.Book{Rules: rules, Files: files, Profile: profileOf(c)}, found
}

// ruleFiles gives the shipped files with those of a folder laid over them.
func ruleFiles(folder string) ([]report.RuleFile, error) {
	files, err := report.ShippedRules()
	if err != nil || folder == "" {
		return files, err
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return files, fmt.Errorf("list duty rules: %w", err)
	}
	own, err := readRuleFiles(names)
	return report.MergeRules(files, own), err
}

// readRuleFiles reads what can be read; the error names the rest.
func readRuleFiles(names []string) ([]report.RuleFile, error) {
	var out []report.RuleFile
	var failed []error
	for _, name := range names {
		data, err := os.ReadFile(name) //nolint:gosec // the operator names the folder
		if err != nil {
			failed = append(failed, err)
			continue
		}
		out = append(out, report.RuleFile{Name: filepath.Base(name), Data: data})
	}
	return out, errors.Join(failed...)
}

// knownTo is what the rules may name at this site. Roles are not checked: one
// that nobody holds is passed over when a clock pages.
func knownTo(c *config.Config) report.KnownSite {
	k := report.KnownSite{Flags: c.Profile.Other}
	for _, d := range c.Directory.Destinations {
		k.Destinations = append(k.Destinations, d.ID)
	}
	return k
}

func profileOf(c *config.Config) report.Profile {
	p := report.Profile{Flags: c.Profile.Flags, Calendar: c.Profile.Calendar, Zone: c.Site.Zone.String()}
	for _, d := range c.Duties {
		o := report.OwnTarget{Duty: d.ID, From: d.From, Within: d.Within, Basis: d.Basis, BasisEN: d.BasisEN, Quiet: d.Quiet}
		if !d.Checked.IsZero() {
			o.Checked = calendar.DateOf(d.Checked, nil)
		}
		p.Own = append(p.Own, o)
	}
	return p
}

// yamlFiles are the files a list of paths names, folders expanded.
func yamlFiles(args []string) ([]string, error) {
	var out []string
	for _, a := range args {
		st, err := os.Stat(a)
		if err != nil {
			return nil, err
		}
		if !st.IsDir() {
			out = append(out, a)
			continue
		}
		names, err := filepath.Glob(filepath.Join(a, "*.yaml"))
		if err != nil {
			return nil, err
		}
		out = append(out, names...)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: %w", strings.Join(args, " "), os.ErrNotExist)
	}
	return out, nil
}

// dutyRules checks the rules by which clocks run, and that those who are owed a
// report stand in the directory.
func (d *doctor) dutyRules() {
	title := d.say("報告の期限", "Reporting duties")
	if !d.cfg.Profile.Set {
		d.add(finding{ID: "duties.profile", State: stateNote, Title: title, Message: d.say("config.yaml に profile: がありません。法令の期限は動かず、自社の duties: だけが動きます", "config.yaml has no profile:; no legal deadline runs, only your own duties: do"),
			Fix: d.say("config.example.yaml の profile: を写し、区分を書いてください", "copy profile: from config.example.yaml and fill it in")})
		return
	}
	book, bad := rulebook(d.cfg)
	for _, p := range bad {
		d.add(finding{ID: "duties.rules", State: stateBad, Title: title, Message: p.Where() + " " + p.What.In(string(d.c.lang)), Fix: "irbot duty lint"})
	}
	now := calendar.DateOf(time.Now(), d.cfg.Site.Zone)
	selected := book.Select(now)
	var missing []string
	for _, s := range selected {
		if _, ok := d.cfg.Directory.Destination(s.To); !ok && s.MetBy == report.ByNotice {
			missing = append(missing, s.To)
		}
	}
	if len(missing) > 0 {
		d.add(finding{ID: "duties.dest", State: stateNote, Title: title, Message: d.say("連絡先一覧にない宛先 ", "not in the directory: ") + strings.Join(missing, ", "), Fix: "directory.yaml: destinations"})
	}
	if len(bad) == 0 {
		d.add(finding{ID: "duties", State: stateOK, Title: title, Message: d.say(fmt.Sprintf("いま%d件が対象（irbot duty explain）", len(selected)), fmt.Sprintf("%d apply today (irbot duty explain)", len(selected)))})
	}
}
