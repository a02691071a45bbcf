// Package paper lays out what is read without a screen: blank checklists and
// forms, an incident's checklists to go on by hand, the guide for a fresh
// machine, the finder's poster, the review, and the letters and sheets that go
// with a notice. It guarantees that a sheet speaks the language it is asked for,
// that HTML and PDF say the same, that everything a person at a step must know
// stands at that step, since there is nothing else to look at, and that no secret
// is on any sheet. How a page is drawn is left to pdf and xlsx.
package paper

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/pdf"
)

// The forms in which a sheet is written.
const (
	HTML = "html"
	PDF  = "pdf"
)

// blankRows is how many empty lines a printed form has.
const blankRows = 14

// confidential is the label of every sheet here: for the operator's own people.
const confidential = "AMBER"

//go:embed pages/*.html
var pages embed.FS

// Site is what stands on every sheet of one site.
type Site struct {
	Name, NameEN string
	Phone        string // of the duty officer
	Zone         *time.Location
}

// Press prints for one site in one language.
type Press struct {
	Words *chat.Words
	Lang  chat.Lang
	Site  Site
	At    time.Time // when the sheets are printed
}

// In is the same press in the language of a text ("en", else Japanese): a sheet
// is read at the gate, by others than the one who prints it.
func (p Press) In(language string) Press {
	p.Lang = chat.JA
	if language == "en" {
		p.Lang = chat.EN
	}
	return p
}

// say picks the wording of the language.
func (p Press) say(ja, en string) string {
	if p.Lang == chat.EN {
		return en
	}
	return ja
}

// joined puts words behind each other.
func (p Press) joined(words []string) string { return strings.Join(words, p.say("、", ", ")) }

// site is the name of the site.
func (p Press) site() string { return p.say(p.Site.Name, p.Site.NameEN) }

// day is the day of printing where the site is.
func (p Press) day() string { return p.At.In(p.Site.Zone).Format(time.DateOnly) }

// checklist is what the page of a checklist sees.
type checklist struct {
	pdf.ChecklistDoc
	Lang, Site, Phone, Made string
	Empty                   []int // one for every empty row
}

// Checklist completes a checklist with what is the same on all of them and writes
// it in a form. Errors are those of the font, the page and w.
func (p Press) Checklist(w io.Writer, format string, d pdf.ChecklistDoc) error {
	made := p.say("印刷", "Printed") + " " + chat.Stamp(p.At, p.Site.Zone, p.Lang)
	phone := p.say("当直", "Duty") + " " + p.Site.Phone
	d.Heads = [6]string{"No", p.say("済", "Done"), p.say("手順", "Step"), p.say("時刻", "Time"), p.say("氏名", "Name"), p.say("見えた状態・値", "What was seen")}
	if len(d.Runs) > 0 {
		d.More = []string{p.say("手書きの続き", "Going on by hand"), p.say("時刻", "Time"), p.say("発信 > 受信", "From > to"), p.say("内容", "What"), p.say("結果", "Result"), p.say("記入者", "By")}
	}
	d.Rows, d.English, d.TLP, d.At = blankRows, p.Lang == chat.EN, confidential, p.At
	d.Head = p.site() + "  " + phone
	if format == PDF {
		d.Foot += "  " + made
		return pdf.Checklist(w, d)
	}
	return draw(w, "checklist.html", checklist{ChecklistDoc: d, Lang: string(p.Lang), Site: p.site(), Phone: phone, Made: made, Empty: make([]int, blankRows)})
}

// draw fills in one of the pages.
func draw(w io.Writer, name string, data any) error {
	t, err := template.ParseFS(pages, "pages/"+name)
	if err != nil {
		return fmt.Errorf("read sheet %s: %w", name, err)
	}
	if err := t.Execute(w, data); err != nil {
		return fmt.Errorf("draw sheet %s: %w", name, err)
	}
	return nil
}
