package main

import (
	"io/fs"
	"os"
	"strings"

	"irbot/internal/config"
	problems "irbot/internal/problem"
	"irbot/internal/report"
)

// loadForms reads the shipped forms and the operator's own. A form that cannot
// be used is left out; the findings say which.
func loadForms(c *config.Config) (*report.Forms, []problems.Problem) {
	var own []fs.FS
	if c.Reports.Forms != "" {
		own = append(own, os.DirFS(c.Reports.Forms))
	}
	return report.LoadForms(own...)
}

// leftOut is what is wrong with the operator's own duty rules and forms: what
// has a mistake is not used, and whoever starts the server must hear of it.
func leftOut(c *config.Config) []problems.Problem {
	var out []problems.Problem
	if c.Profile.Rules != "" {
		_, bad := rulebook(c)
		out = append(out, bad...)
	}
	if c.Reports.Forms != "" {
		_, bad := loadForms(c)
		out = append(out, bad...)
	}
	return out
}

// reportForms checks the operator's own forms as the server would read them. A
// form that cannot be used is left out by the server, and a report would go out
// in the shipped wording unnoticed.
func (d *doctor) reportForms() {
	_, bad := loadForms(d.cfg)
	for _, p := range bad {
		d.add(finding{
			ID: "report.forms", State: stateBad, Title: d.say("報告の様式", "Report forms"),
			Message: strings.TrimSpace(p.Where() + " " + p.What.In(string(d.c.lang))), Fix: "irbot report lint",
		})
	}
}
