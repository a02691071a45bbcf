package main

import (
	"io"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/pdf"
)

// writeReview sets the review of an incident as PDF: for the operator's own
// people, hence AMBER.
func writeReview(w io.Writer, d chat.Drawer, v *incident.View) error {
	title, parts := chat.ReviewSheet(d, v)
	at := v.S.Times.Closed
	if at.IsZero() {
		at = v.S.Times.Declared
	}
	s := pdf.SheetDoc{Setup: pdf.Setup{Title: title, Foot: v.S.ID, TLP: "AMBER", Drill: v.S.Drill, English: d.Lang == chat.EN, At: at}}
	for _, p := range parts {
		s.Parts = append(s.Parts, pdf.SheetPart(p))
	}
	return pdf.Sheet(w, s)
}

// reviewFile writes the PDF beside a command, never over a file.
func (c *cli) reviewFile(path string, v *incident.View) error {
	err := createWhole(path, func(w io.Writer) error { return writeReview(w, chat.Drawer{Words: c.words, Lang: c.lang}, v) })
	if err != nil {
		return c.fileProblem(err)
	}
	c.note("%s  %s\n", c.say("できました", "Done"), path)
	return nil
}
