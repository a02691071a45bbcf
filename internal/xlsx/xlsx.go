// Package xlsx writes reports as spreadsheets, for authorities that want one.
// It guarantees that every value is text (nothing that was typed becomes a
// formula or a link), that the same report gives the same bytes, and that a
// report laid out by us says that it is not the official form.
package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"irbot/internal/report"
)

// Report is what a spreadsheet is made of.
type Report struct {
	Title   string // form and kind of report
	Subject string
	Number  string // IR-12 N2
	Date    string
	To      string
	From    string
	TLP     string // without "TLP:"
	Drill   bool
	Form    *report.Form
	Lines   []report.Line
}

// ErrTooLong says that a value does not fit into a cell.
var ErrTooLong = errors.New("value too long for a cell")

// maxCell is what a cell can hold (ECMA-376 implementations: 32,767 characters).
const maxCell = 32767

// Write writes the report: into the official form where there is one, else in
// our own layout. The error wraps ErrTooLong where a value does not fit.
func Write(w io.Writer, r Report) error {
	f, err := r.build()
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write spreadsheet: %w", err)
	}
	return nil
}

func (r Report) build() (*excelize.File, error) {
	if r.Form != nil && len(r.Form.Template) > 0 {
		return r.fill()
	}
	return r.layout()
}

// fill puts the values into the cells of the official form.
func (r Report) fill() (*excelize.File, error) {
	f, err := excelize.OpenReader(bytes.NewReader(r.Form.Template))
	if err != nil {
		return nil, fmt.Errorf("open official form %s: %w", r.Form.Sheet.File, err)
	}
	sheet := r.Form.Sheet.Name
	if sheet == "" {
		sheet = f.GetSheetName(0)
	}
	p := pen{f: f, sheet: sheet}
	for _, l := range r.Lines {
		if l.Cell != "" {
			p.text(l.Cell, l.Value)
		}
	}
	if r.Drill {
		p.text("A1", "【訓練】")
	}
	return f, p.err
}

const sheetName = "報告"

// layout sets the report in our own columns: number, item, value, confidence,
// label, entry.
func (r Report) layout() (*excelize.File, error) {
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", sheetName); err != nil {
		return nil, fmt.Errorf("name sheet: %w", err)
	}
	p := pen{f: f, sheet: sheetName}
	p.styles()
	title := r.Title
	if r.Drill {
		title = "【訓練】" + title
	}
	p.text("A1", title)
	p.style("A1", "F1", p.head)
	p.text("A2", strings.Join([]string{"TLP:" + r.TLP, r.Number, r.Date, "宛先 " + r.To, "差出人 " + r.From}, "　"))
	p.text("A3", r.mark())
	p.style("A2", "F3", p.note)
	p.banner(1, 2, 3)
	for i, name := range []string{"番号", "項目", "内容", "確度", "TLP", "記録"} {
		p.text(cell(i+1, 4), name)
	}
	p.style("A4", "F4", p.column)
	for i, l := range r.Lines {
		p.row(5+i, i+1, l)
	}
	last := 4 + len(r.Lines)
	p.style("A5", cell(6, max(last, 5)), p.body)
	for i, l := range r.Lines {
		p.height(5+i, max(lines(l.JA, widthLabel), lines(l.Value, widthValue), lines("TLP:"+l.Fact.TLP, widthTLP)))
	}
	p.page(last)
	return f, p.err
}

// mark says that this is not the official form.
func (r Report) mark() string {
	if r.Form == nil || r.Form.Mark == "" {
		return ""
	}
	return "※ " + r.Form.Mark + " / " + r.Form.MarkEN
}

func cell(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return "A1"
	}
	return name
}

// pen writes cells; the first error stops it.
type pen struct {
	f                        *excelize.File
	sheet                    string
	head, note, column, body int
	err                      error
}

// text writes a value as text, never as a number, formula or link.
func (p *pen) text(at, value string) {
	if p.err != nil {
		return
	}
	value = clean(value)
	if utf8.RuneCountInString(value) > maxCell {
		p.err = fmt.Errorf("cell %s: %w", at, ErrTooLong)
		return
	}
	// _x0041_ is an escape in spreadsheets (ECMA-376, ST_Xstring): it must not become A.
	value = escape.ReplaceAllString(value, "_x005F_$1")
	if err := p.f.SetCellStr(p.sheet, at, value); err != nil {
		p.err = fmt.Errorf("write cell %s: %w", at, err)
	}
}

var escape = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

// clean takes out what XML 1.0 cannot hold and what turns the direction of text.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20, r == 0x7f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfffe, r == 0xffff:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}

func (p *pen) row(at, no int, l report.Line) {
	p.text(cell(1, at), fmt.Sprint(no))
	p.text(cell(2, at), l.JA)
	p.text(cell(3, at), l.Value)
	words := map[report.Confidence]string{report.Confirmed: "確認", report.Estimated: "推定"}
	conf := words[l.Fact.Conf]
	switch {
	case l.Held:
		conf = "記載せず"
	case conf == "":
		conf = "不明"
	}
	p.text(cell(4, at), conf)
	if l.Fact.TLP != "" {
		p.text(cell(5, at), "TLP:"+l.Fact.TLP)
	}
	if l.Fact.Seq > 0 {
		p.text(cell(6, at), fmt.Sprintf("#%d", l.Fact.Seq))
	}
}

func (p *pen) styles() {
	wrap := &excelize.Alignment{WrapText: true, Vertical: "top"}
	border := []excelize.Border{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "808080", Style: 1})
	}
	for _, s := range []struct {
		to    *int
		style excelize.Style
	}{
		{&p.head, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}},
		{&p.note, excelize.Style{Font: &excelize.Font{Size: 9}, Alignment: wrap}},
		{&p.column, excelize.Style{Font: &excelize.Font{Bold: true}, Border: border, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6E6E6"}}, Alignment: wrap}},
		{&p.body, excelize.Style{Border: border, Alignment: wrap}},
	} {
		id, err := p.f.NewStyle(&s.style)
		if err != nil && p.err == nil {
			p.err = fmt.Errorf("make style: %w", err)
		}
		*s.to = id
	}
}

func (p *pen) style(from, to string, id int) {
	if p.err == nil {
		if err := p.f.SetCellStyle(p.sheet, from, to, id); err != nil {
			p.err = fmt.Errorf("set style: %w", err)
		}
	}
}

// Widths of the columns with long texts and of the whole sheet, in half-width
// characters, and the height of a line in points.
const (
	widthLabel = 22.0
	widthValue = 46.0
	widthTLP   = 10.0
	widthSheet = 98.0
	lineHeight = 17.0
	maxHeight  = 409.0 // of a row (Excel)
)

// banner runs the texts above the table over its whole width: a long one would
// otherwise widen the printed page until nothing can be read.
func (p *pen) banner(rows ...int) {
	for _, row := range rows {
		if p.err != nil {
			return
		}
		text, err := p.f.GetCellValue(p.sheet, cell(1, row))
		if err = errors.Join(err, p.f.MergeCell(p.sheet, cell(1, row), cell(6, row))); err != nil {
			p.err = fmt.Errorf("join row %d: %w", row, err)
			return
		}
		if row > 1 {
			p.height(row, lines(text, widthSheet))
		}
	}
}

// height makes room for so many lines: not every program does so by itself.
func (p *pen) height(row, n int) {
	if p.err != nil {
		return
	}
	if err := p.f.SetRowHeight(p.sheet, row, min(maxHeight, lineHeight*float64(max(n, 1)))); err != nil {
		p.err = fmt.Errorf("set height of row %d: %w", row, err)
	}
}

// lines is into how many lines a text wraps in a column; full-width characters
// take two places.
func lines(text string, width float64) int {
	n := 0
	for _, line := range strings.Split(clean(text), "\n") {
		places := 0.0
		for _, r := range line {
			places++
			if r >= 0x1100 {
				places++
			}
		}
		n += max(1, int(math.Ceil(places/(width-1))))
	}
	return n
}

// page sets widths and A4 portrait, one page wide, with the head line repeated.
func (p *pen) page(last int) {
	if p.err != nil {
		return
	}
	var errs []error
	for col, width := range map[string]float64{"A": 5, "B": widthLabel, "C": widthValue, "D": 9, "E": widthTLP, "F": 6} {
		errs = append(errs, p.f.SetColWidth(p.sheet, col, col, width))
	}
	size, fit, orientation := 9, 1, "portrait"
	tall, on, margin := 0, true, 0.4
	errs = append(errs,
		// Narrow margins and columns that fit between them: an A4 print is not scaled down.
		p.f.SetPageMargins(p.sheet, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &margin}),
		p.f.SetPageLayout(p.sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &fit, FitToHeight: &tall}),
		p.f.SetSheetProps(p.sheet, &excelize.SheetPropsOptions{FitToPage: &on}),
		p.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: sheetName + "!$4:$4", Scope: sheetName}),
		p.f.SetPanes(p.sheet, &excelize.Panes{Freeze: true, YSplit: 4, TopLeftCell: "A5", ActivePane: "bottomLeft"}))
	if err := errors.Join(errs...); err != nil {
		p.err = fmt.Errorf("set page of %d rows: %w", last, err)
	}
}
