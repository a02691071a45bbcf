package runbook

import "strings"

// row reads the facts of a step that is one row of a table.
func (b *stepBuilder) row(d *draft) {
	b.s.Title = rowText(d.row, d.roles, "action")
	b.s.Number = rowText(d.row, d.roles, "number")
	if cond := rowText(d.row, d.roles, "condition"); cond != "" {
		if d.cond {
			b.s.Condition = cond
		}
		if b.s.Title == "" {
			b.s.Title = cond
		}
	}
	var rest []string
	for i, c := range d.roles {
		if i >= len(d.row.cells) {
			break
		}
		cell := d.row.cells[i]
		b.s.Links = append(b.s.Links, cell.links...)
		switch c.name {
		case "action", "number", "tick", "condition":
			continue
		}
		value := strings.TrimSpace(cell.text)
		if value == "" || value == "-" || value == "—" || value == "－" {
			continue
		}
		head := d.table.tableHead().cells[i].text
		if c.name == "" {
			rest = b.rowNote(rest, headed(head, value), d.line)
			continue
		}
		if (c.name == "due" || c.name == "estimate") && c.unit != "" {
			if _, rest, ok := scanNumber(fold(value)); ok && strings.TrimSpace(rest) == "" {
				value += c.unit
			}
		}
		if c.name == "owner" && (value == "誰でも" || fold(value) == "anyone" || fold(value) == "all") {
			b.s.Facts = append(b.s.Facts, Fact{Key: head, Name: c.name, Value: value, Line: d.line, Col: 1})
			continue
		}
		b.apply(keyed{key: head, name: c.name, value: value}, d.line, cell.links)
		if c.name == "owner" {
			b.s.OwnerFrom = "column"
		}
	}
	b.noteRest(rest, d.line)
	b.rowLines(d)
	b.s.Title = b.inlineFacts(b.s.Title, d.line)
}

// rowLines takes the first line of a cell as the title; the others are what is
// to be done in it.
func (b *stepBuilder) rowLines(d *draft) {
	first, more, ok := strings.Cut(b.s.Title, "\n")
	if !ok || strings.TrimSpace(first) == "" {
		return
	}
	b.s.Title = strings.TrimSpace(first)
	var at []int
	for i, c := range d.roles {
		if c.name == "action" && i < len(d.row.at) {
			at = d.row.at[i]
		}
	}
	for n, text := range strings.Split(more, "\n") {
		line := d.line
		if n+1 < len(at) {
			line = at[n+1]
		}
		if text = strings.TrimSpace(text[handMark(text):]); text != "" {
			b.addSub(SubStep{Title: text, Line: line})
		}
	}
}
