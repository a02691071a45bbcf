package paper

import (
	"slices"
	"strings"

	"irbot/internal/pdf"
	"irbot/internal/tally"
)

// Form is a sheet with one blank form.
func (p Press) Form(ty tally.Type) pdf.ChecklistDoc {
	return pdf.ChecklistDoc{Title: ty.Name(string(p.Lang)), Foot: ty.ID, Forms: p.blankForms([]tally.Type{ty})}
}

func withForm(list []tally.Type, word string) []tally.Type {
	ty, ok := tally.Find(word)
	if !ok || slices.ContainsFunc(list, func(x tally.Type) bool { return x.ID == ty.ID }) {
		return list
	}
	return append(list, ty)
}

// blankForms are the empty forms behind a checklist.
func (p Press) blankForms(types []tally.Type) []pdf.ChecklistForm {
	var out []pdf.ChecklistForm
	for _, ty := range types {
		f := pdf.ChecklistForm{
			Title: ty.Name(string(p.Lang)), Heads: []string{p.say("時刻", "Time")}, Parts: []float64{13},
			How: p.say("紙の番号は続き番号で。* は必ず書く。書いたら入力担当へ渡す。", "Number the sheets in a row. * must be filled in. Hand the sheet to the entry desk."),
		}
		for _, fd := range ty.Fields {
			head := fd.Name(string(p.Lang))
			if fd.Required {
				head += "*"
			}
			var choices []string
			for _, x := range fd.Choices {
				choices = append(choices, x.Name(string(p.Lang)))
			}
			if len(choices) > 0 {
				head += "\n" + strings.Join(choices, "/")
			}
			f.Heads, f.Parts = append(f.Heads, head), append(f.Parts, partOf(fd.Kind))
		}
		f.Heads, f.Parts = append(f.Heads, p.say("記入者", "By")), append(f.Parts, 15)
		out = append(out, f)
	}
	return out
}

// partOf is how much of the width a field gets: about a millimetre of A4 each on
// the widest form, so that a container number can be written with gloves on.
func partOf(k tally.Kind) float64 {
	switch k {
	case tally.KindContainer:
		return 34
	case tally.KindTruck:
		return 27
	case tally.KindSeal, tally.KindSlot, tally.KindBerth, tally.KindName, tally.KindText:
		return 18
	case tally.KindCode, tally.KindMass:
		return 15
	case tally.KindClass, tally.KindUN, tally.KindTemp, tally.KindCount, tally.KindChoice:
	}
	return 12
}
