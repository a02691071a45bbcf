package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/pdf"
	problems "irbot/internal/problem"
	"irbot/internal/report"
	"irbot/internal/xlsx"
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

// render makes the files that go with a notice.
func render(_ context.Context, format string, l incident.Letter) ([]byte, error) {
	var b bytes.Buffer
	switch format {
	case "pdf":
		if err := pdf.Letter(&b, letterOf(l)); err != nil {
			return nil, err
		}
	case "xlsx":
		if err := xlsx.Write(&b, sheetOf(l)); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("make %s: %w", format, incident.ErrNoRender)
	}
	return b.Bytes(), nil
}

// letterOf sets the whole text of a notice, word for word as it is approved; the
// page itself marks a drill.
func letterOf(l incident.Letter) pdf.LetterDoc {
	to := []string{l.To + " 御中"}
	if strings.Contains(l.Body, to[0]) { // the letter says it itself
		to = nil
	}
	return pdf.LetterDoc{
		Number: l.Number, Date: l.Date, To: to, From: slices.DeleteFunc([]string{l.From, l.Contact}, func(s string) bool { return s == "" }),
		Title: strings.TrimPrefix(l.Subject, "【訓練】"), Body: []string{l.Body}, Foot: l.Number, TLP: l.TLP, Drill: l.Drill, At: l.At,
	}
}

func sheetOf(l incident.Letter) xlsx.Report {
	r := xlsx.Report{Subject: l.Subject, Title: l.Subject, Number: l.Number, Date: l.Date, To: l.To, From: l.From, TLP: l.TLP, Drill: l.Drill, Form: l.Form, Lines: l.Lines}
	if l.Form != nil {
		r.Title = l.Form.JA + " " + l.Report
	}
	return r
}
