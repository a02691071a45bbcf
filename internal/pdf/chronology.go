package pdf

import (
	"fmt"
	"io"
	"strings"
	"time"

	"irbot/internal/timeline"
)

// Chronology writes the chronology (クロノロジー) as PDF: the whiteboard's columns
// on A4 landscape, a row for every day, empty rows to go on by hand, the evidence,
// and how to compare the paper with the record. The same rows give the same bytes.
// Errors are those of the rows and of w.
func Chronology(w io.Writer, h timeline.Header, rows timeline.Rows) error {
	d, err := begin(w, Setup{
		Title: h.Heading(), Foot: h.Identity(), TLP: h.Label(), Drill: h.Drill, Landscape: true, English: h.Lang == "en", At: h.MadeAt,
	})
	if err != nil {
		return err
	}
	c := chronology{d: d, h: &h}
	c.top()
	if err := c.rows(rows); err != nil {
		return err
	}
	c.blank()
	c.evidence()
	c.proof()
	return d.end()
}

type chronology struct {
	d   *Doc
	h   *timeline.Header
	t   *Table
	day string
}

func (c *chronology) top() {
	c.d.lines([]Span{{Text: c.h.Heading(), Bold: true}}, place{x: margin, w: c.d.w - 2*margin, size: 15, lead: 1.3})
	for _, s := range c.h.Subtitle() {
		c.d.paragraph(s, body)
	}
	c.d.Gap(2)
}

// columns are the whiteboard's. Where both languages are wanted the heads are longer.
func (c *chronology) columns() []Column {
	say := c.h.Say
	when := say("時刻", "Time")
	if c.h.Recorded {
		when = say("記録", "Recorded")
	}
	return []Column{
		{Head: "No", Width: 40, Right: true}, {Head: when, Width: 44},
		{Head: say("発信 > 受信", "From > To"), Width: 118}, {Head: say("内容", "Content")},
		{Head: say("対応・結果", "Action, result"), Width: 122}, {Head: say("記録者", "Recorder"), Width: 84},
	}
}

func (c *chronology) rows(rows timeline.Rows) error {
	c.t = c.d.Table(c.columns())
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("set PDF: %w", err)
		}
		at := c.h.Moment(&r)
		if day := c.h.Day(at); day != c.day {
			c.day = day
			c.t.Band(day)
		}
		c.t.Row([]Cell{
			Text(fmt.Sprint(r.Seq)), Text(c.h.Clock(at)), Text(c.h.Parties(&r)), c.content(&r), Text(r.Result), Text(c.recorder(&r)),
		})
	}
	return nil
}

// content puts the marks before the words; a corrected row is struck through.
func (c *chronology) content(r *timeline.Row) Cell {
	var out Cell
	for _, m := range c.h.Marks(r) {
		out = append(out, Span{Text: m, Boxed: true, Bold: r.Important}, Span{Text: " "})
	}
	out = append(out, Span{Text: r.Content, Strike: r.Struck})
	if r.Source != "" {
		out = append(out, Span{Text: " (" + r.Source + ")"})
	}
	return out
}

// recorder adds the other time where it differs: when a late row was recorded,
// or when a row happened that stands where it was recorded.
func (c *chronology) recorder(r *timeline.Row) string {
	who := c.h.Recorder(r)
	other, word := r.Recorded, c.h.Say("記録", "recorded")
	if c.h.Recorded {
		other, word = r.Happened, c.h.Say("発生", "happened")
	}
	if !r.Late && r.Recorded.Sub(r.Happened).Abs() < 5*time.Minute {
		return who
	}
	when := c.h.Clock(other)
	if c.h.Day(other) != c.day {
		when = c.h.Short(other)
	}
	return strings.TrimSpace(who + "\n" + word + " " + when)
}

// blank adds numbered rows to go on by hand.
func (c *chronology) blank() {
	const most = 200
	if c.h.Blank > 0 {
		c.t.Band(c.h.Say("手書き継続欄(電源・通信が止まったとき)", "To go on by hand (when power or network fails)"))
		for i := range min(c.h.Blank, most) {
			c.t.Blank(fmt.Sprint(c.h.Count+int64(i)+1), 9)
		}
	}
	c.t.End()
}

func (c *chronology) evidence() {
	if len(c.h.Evidence) == 0 {
		return
	}
	c.d.Heading(2, c.h.Say("証跡", "Evidence"))
	heads := c.h.EvidenceColumns()
	t := c.d.Table([]Column{
		{Head: heads[0], Width: 40}, {Head: heads[1]}, {Head: heads[2], Width: 90}, {Head: heads[3], Width: 120}, {Head: heads[4], Width: 220}, {Head: heads[5], Width: 56},
	})
	for i := range c.h.Evidence {
		e := &c.h.Evidence[i]
		t.Row([]Cell{Text(e.ID), Text(e.Name), Text(e.By), Text(c.h.Short(e.At)), Text(e.SHA256), Text(fmt.Sprintf("#%d", e.Entry))})
	}
	t.End()
	c.custody()
}

// custody is the register item by item, with every hand-over.
func (c *chronology) custody() {
	c.d.Heading(2, c.h.CustodyHeading())
	for i := range c.h.Evidence {
		e := &c.h.Evidence[i]
		c.d.Heading(3, e.ID+" "+e.Name)
		var list []Field
		for _, f := range c.h.CustodyFacts(e) {
			list = append(list, Field{f.Label, f.Value})
		}
		for n, m := range c.h.CustodyMoves(e) {
			list = append(list, Field{fmt.Sprintf("%s %d", c.h.Say("引渡し", "Hand-over"), n+1), m})
		}
		c.d.Fields(list)
	}
}

// proof stays on one page where it fits.
func (c *chronology) proof() {
	if c.h.Proof == nil {
		return
	}
	c.d.need(11 * body * leading)
	c.d.Heading(2, c.h.Say("この控えの確かめ方", "How to check this copy"))
	for _, s := range c.h.HowToCheck() {
		c.d.paragraph(s, 9.5)
	}
	for _, cp := range c.h.Proof.Checkpoints {
		c.d.Gap(1)
		c.d.paragraph(strings.TrimSpace(string(cp.Note)), 8)
	}
}
