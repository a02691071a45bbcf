package pdf

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// LetterDoc is a letter on A4 portrait, as Japanese authorities expect it:
// number and date on the right, recipient on the left, sender on the right,
// subject, numbered items (記), free paragraphs, 以上. All words are set as they
// come; dates are formatted by the caller.
type LetterDoc struct {
	Number string   // number of the document (文書番号), may be empty
	Date   string   // e.g. 令和8年11月22日
	To     []string // recipient, one line each, 御中 or 様 included
	From   []string // sender, one line each
	Title  string   // of the form or letter, in the middle; may be empty
	Intro  []string // paragraphs before the items
	Items  []Field  // numbered 1, 2, 3 …; values may hold line ends
	Body   []string // paragraphs after the items
	Close  string   // last line on the right; empty: 以上 (English: nothing)

	Foot    string    // left end of the foot, e.g. "IR-12 / 第1報 / #42"
	TLP     string    // AMBER, TLP:AMBER …
	Drill   bool      // 【訓練】 on every page
	English bool      // fixed words in English
	At      time.Time // date of the file itself: the recording of its entry, never the wall clock
}

// Letter writes a letter as PDF. The same letter gives the same bytes.
func Letter(w io.Writer, l LetterDoc) error {
	d, err := New(Setup{Title: l.Title, Foot: l.Foot, TLP: l.TLP, Drill: l.Drill, English: l.English, At: l.At})
	if err != nil {
		return err
	}
	if l.Number != "" {
		d.Right(l.Number)
	}
	d.Right(l.Date)
	d.Gap(3)
	for _, s := range l.To {
		d.paragraph(s, 11.5)
	}
	d.Gap(3)
	d.Right(l.From...)
	d.Gap(5)
	if l.Title != "" {
		d.Centre(d.mark()+l.Title, 14)
		d.Gap(4)
	}
	for _, s := range l.Intro {
		d.Paragraph(s)
	}
	d.items(l.Items)
	for _, s := range l.Body {
		d.Paragraph(s)
	}
	switch {
	case l.Close != "":
		d.Right(l.Close)
	case !l.English:
		d.Right("以上")
	}
	return d.Write(w)
}

// items sets the numbered list under 記.
func (d *Doc) items(list []Field) {
	if len(list) == 0 {
		return
	}
	if !d.set.English {
		d.Gap(1)
		d.Centre("記", body)
		d.Gap(2)
	}
	numbered := make([]Field, len(list))
	for i, f := range list {
		numbered[i] = Field{Label: fmt.Sprintf("%d. %s", i+1, f.Label), Value: f.Value}
		if strings.TrimSpace(f.Value) == "" {
			numbered[i].Value = "—"
		}
	}
	d.Fields(numbered)
	d.Gap(2)
}
