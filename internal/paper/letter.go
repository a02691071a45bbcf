package paper

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"irbot/internal/incident"
	"irbot/internal/pdf"
	"irbot/internal/xlsx"
)

// Render makes a file that goes with a notice, as incident.Parts asks for it: pdf
// or xlsx. Errors wrap incident.ErrNoRender for every other format, else they are
// those of the renderers.
func Render(_ context.Context, format string, l incident.Letter) ([]byte, error) {
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
