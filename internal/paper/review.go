package paper

import (
	"io"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/pdf"
)

// Review sets the review of an incident as PDF: for the operator's own people,
// hence AMBER. It is dated by the incident, so that the same record gives the same
// bytes. Errors are those of the font and w.
func Review(w io.Writer, d chat.Drawer, v *incident.View) error {
	title, parts := chat.ReviewSheet(d, v)
	at := v.S.Times.Closed
	if at.IsZero() {
		at = v.S.Times.Declared
	}
	s := pdf.SheetDoc{Setup: pdf.Setup{Title: title, Foot: v.S.ID, TLP: confidential, Drill: v.S.Drill, English: d.Lang == chat.EN, At: at}}
	for _, p := range parts {
		s.Parts = append(s.Parts, pdf.SheetPart(p))
	}
	return pdf.Sheet(w, s)
}
