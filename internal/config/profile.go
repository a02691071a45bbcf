package config

import (
	"fmt"
	"os"
	"slices"

	"irbot/internal/calendar"
	"irbot/internal/problem"
	"irbot/internal/report"
)

// Profile is what the operator is: it selects the duties to report from the
// rule files.
type Profile struct {
	Set      bool     // the file has a profile; without one no rule file is used
	Flags    []string // ids as the rules name them
	Other    []string // those of them that only the operator's own rule files know
	Rules    string   // folder of the operator's rule files, "" for none
	Calendar calendar.Options
}

// profile reads the section profile:. A file without one keeps the clocks of
// duties: and nothing else, as before there were rule files.
func (b *builder) profile() {
	r := b.raw.Profile
	p := Profile{Set: b.doc.Has("profile"), Rules: b.path(r.Rules), Calendar: calendar.Options{Closed: r.Closed, Working: r.Working}}
	for _, f := range []struct {
		on bool
		id string
	}{
		{r.Critical, "critical-infrastructure"}, {r.Special, "special-infrastructure"}, {r.Personal, "personal-data"},
		{r.Listed, "listed"}, {r.USListed, "us-listed"}, {r.EU, "eu-entity"}, {r.USCritical, "us-critical"},
		{r.USMaritime, "us-maritime"}, {r.Insured, "insured"}, {r.Bonded, "bonded"},
	} {
		if f.on {
			p.Flags = append(p.Flags, f.id)
		}
	}
	for i, id := range r.Other {
		b.otherFlag(fmt.Sprintf("profile.other[%d]", i), id)
		p.Flags, p.Other = append(p.Flags, id), append(p.Other, id)
	}
	b.days("profile.closed_days", r.Closed, func(s string) error {
		_, err := calendar.New(calendar.Options{Closed: []string{s}})
		return err
	})
	b.days("profile.working_days", r.Working, func(s string) error {
		_, err := calendar.New(calendar.Options{Closed: r.Closed, Working: []string{s}})
		return err
	})
	if info, err := os.Stat(p.Rules); r.Rules != "" && (err != nil || !info.IsDir()) {
		b.fail("profile.rules", says{
			problem.Say("期限の規則のフォルダ %s がありません", "there is no folder of duty rules %s", r.Rules),
			problem.Say("自社の規則が読まれず、内蔵の規則だけで期限を数えてしまいます", "your own rules would not be read, and clocks would run by the built-in ones alone"),
			problem.Say("フォルダを作るか、rules: の行を消してください", "make the folder, or delete the line rules:"),
		})
	}
	b.cfg.Profile = p
}

func (b *builder) otherFlag(key, id string) {
	if idForm.MatchString(id) && !slices.Contains(report.Flags(), id) {
		return
	}
	b.fail(key, says{
		problem.Say("「%s」は自社の印に使えません", "%q cannot be a mark of your own", id),
		problem.Say("半角の英数字と . _ - だけで、内蔵の印と同じでないものです", "letters, digits and . _ - only, and none of the built-in marks"),
		problem.Say("内蔵の印は personal_data: true のように書きます", "built-in marks are written like personal_data: true"),
	})
}

// days checks each entry of a list of days.
func (b *builder) days(key string, list []string, read func(string) error) {
	for i, s := range list {
		if read(s) == nil {
			continue
		}
		b.fail(fmt.Sprintf("%s[%d]", key, i), says{
			problem.Say("日「%s」が読めません", "the day %q is not understood", s),
			problem.Say("営業日の数え方が決まりません。同じ日が休業と営業の両方にあるときも決まりません", "business days could not be counted; nor can a day be both closed and working"),
			problem.Say("休業は \"12-29..01-03\"、\"2026-12-28\"、\"06-01\"、営業は \"2026-11-23\" の形です", "closed days are \"12-29..01-03\", \"2026-12-28\" or \"06-01\"; working days are \"2026-11-23\""),
		})
	}
}
