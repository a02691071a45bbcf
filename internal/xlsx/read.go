package xlsx

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"irbot/internal/roster"
)

// Bounds of a workbook that somebody sends: it is unpacked in memory.
const (
	maxUnzip = 32 << 20
	maxRows  = 5000
	maxCols  = 400
	maxPages = 60
)

// DutyText gives a duty sheet as text that roster.Read understands: a workbook as
// roster.BookText, anything else as it is. Errors are those of Read.
func DutyText(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return data, nil
	}
	pages, err := Read(data)
	if err != nil {
		return nil, err
	}
	return roster.BookText(pages)
}

// Read reads the visible sheets of a workbook. Formulas are not computed: what
// was computed when it was saved stands. Dates are written 2026-11-03 whatever
// their format shows of them; days of the week stay as shown. The error wraps
// roster.ErrBook where the file is damaged or locked with a password, and
// roster.ErrLarge where it has more than 5,000 rows, 400 columns or 60 sheets.
func Read(data []byte) ([]roster.Page, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: maxUnzip})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", roster.ErrBook, err)
	}
	defer f.Close()
	since1904 := false
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		since1904 = *props.Date1904
	}
	var out []roster.Page
	for _, name := range f.GetSheetList() {
		if seen, err := f.GetSheetVisible(name); err != nil || !seen {
			continue
		}
		if len(out) >= maxPages {
			return nil, fmt.Errorf("%w: more than %d sheets", roster.ErrLarge, maxPages)
		}
		s := roster.Page{Name: name}
		if s.Rows, err = rowsOf(f, name, since1904); err != nil {
			return nil, err
		}
		merged, err := f.GetMergeCells(name)
		if err != nil {
			return nil, fmt.Errorf("%w: merged cells of %q: %w", roster.ErrBook, name, err)
		}
		for _, m := range merged {
			left, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
			right, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
			if err1 == nil && err2 == nil {
				s.Merged = append(s.Merged, roster.Area{Top: top - 1, Left: left - 1, Bottom: bottom - 1, Right: right - 1})
			}
		}
		out = append(out, s)
	}
	return out, nil
}

func rowsOf(f *excelize.File, name string, since1904 bool) ([][]string, error) {
	shown, err := cellsOf(f, name, false)
	if err != nil {
		return nil, err
	}
	raw, err := cellsOf(f, name, true)
	if err != nil {
		return nil, err
	}
	asked := 0
	for i := range shown {
		for j := range shown[i] {
			if i >= len(raw) || j >= len(raw[i]) {
				continue
			}
			serial, err := strconv.Atoi(raw[i][j])
			if err != nil || serial < 36526 || serial > 73050 { // 2000 to 2099
				continue
			}
			if shown[i][j] == raw[i][j] { // a number, or a format we cannot show
				if asked++; asked > 2000 || !dateStyle(f, name, i, j) {
					continue
				}
			} else if reWeekday.MatchString(strings.ToLower(shown[i][j])) || digits(shown[i][j]) == raw[i][j] {
				continue
			}
			if at, err := excelize.ExcelDateToTime(float64(serial), since1904); err == nil {
				shown[i][j] = at.Format("2006-01-02")
			}
		}
	}
	return shown, nil
}

func cellsOf(f *excelize.File, name string, raw bool) ([][]string, error) {
	rows, err := f.Rows(name)
	if err != nil {
		return nil, fmt.Errorf("%w: sheet %q: %w", roster.ErrBook, name, err)
	}
	defer rows.Close()
	var out [][]string
	for rows.Next() {
		if len(out) >= maxRows {
			return nil, fmt.Errorf("%w: more than %d rows", roster.ErrLarge, maxRows)
		}
		cells, err := rows.Columns(excelize.Options{RawCellValue: raw})
		if err != nil {
			return nil, fmt.Errorf("%w: sheet %q: %w", roster.ErrBook, name, err)
		}
		if len(cells) > maxCols {
			return nil, fmt.Errorf("%w: more than %d columns", roster.ErrLarge, maxCols)
		}
		out = append(out, cells)
	}
	for len(out) > 0 && strings.TrimSpace(strings.Join(out[len(out)-1], "")) == "" {
		out = out[:len(out)-1]
	}
	return out, nil
}

var (
	reWeekday = regexp.MustCompile(`^\(?(?:[月火水木金土日](?:曜日?)?|(?:sun|mon|tue|wed|thu|fri|sat)[a-z]*)\)?$`)
	reQuoted  = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.`)
)

// digits are the digits of a number without what a format puts around them.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// dateStyle reports whether the format of a cell shows a day.
func dateStyle(f *excelize.File, sheet string, i, j int) bool {
	cell, err := excelize.CoordinatesToCellName(j+1, i+1)
	if err != nil {
		return false
	}
	id, err := f.GetCellStyle(sheet, cell)
	if err != nil {
		return false
	}
	style, err := f.GetStyle(id)
	if err != nil || style == nil {
		return false
	}
	if style.CustomNumFmt != nil {
		return strings.ContainsRune(reQuoted.ReplaceAllString(strings.ToLower(*style.CustomNumFmt), ""), 'd')
	}
	n := style.NumFmt
	return n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58
}
