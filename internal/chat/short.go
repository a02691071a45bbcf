package chat

import "strings"

// Short renders a card for the screen of a phone: no columns, nothing said
// twice, no addresses. The last line is the footer, where the number to ring
// stands; what cuts the text to a length takes from what stands before it.
func Short(c Card) string {
	return strings.Join(phoneLines(c, ": "), "\n")
}

// Spoken renders a card to be read aloud by a machine: whole sentences, the
// mark of a drill or a real incident first, no signs that are read as noise.
func Spoken(c Card, lang Lang) string {
	sep, stop := "、", "。"
	if lang == EN {
		sep, stop = ": ", ". "
	}
	var b strings.Builder
	for _, line := range phoneLines(c, sep) {
		line = strings.NewReplacer("【", "", "】", stop, "「", "", "」", "", "#", "", "  ", " ", " > ", " ", "> ", "").Replace(line)
		b.WriteString(strings.TrimRight(strings.TrimSpace(line), "。.") + stop)
	}
	return strings.TrimSpace(b.String())
}

// phoneLines are head, title, what the fields say beyond the title, the text
// and the footer.
func phoneLines(c Card, sep string) []string {
	var out []string
	add := func(s string) {
		if s = OneLine(Safe(s)); s != "" {
			out = append(out, s)
		}
	}
	add(c.Head)
	add(c.Title)
	for _, f := range c.Fields {
		if _, more, again := strings.Cut(f.Value, c.Title); again && c.Title != "" {
			add(more) // the subject is said already, with the time it began
			continue
		}
		add(strings.TrimLeft(f.Label, "0123456789 ") + sep + f.Value)
	}
	for _, b := range c.Body {
		add(blockText(b))
	}
	add(c.Footer)
	return out
}
