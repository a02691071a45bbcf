package xlsx

import (
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// asText is the number format "@": what stands in a cell, and what is typed into
// it later, stays as it is written.
const asText = 49

// Table writes rows as a sheet whose cells are all text, the first row being the
// headings: 0712 stays 0712, 1-2 becomes no date, 2E10 no number, and nothing is
// a formula. The error wraps ErrTooLong where a value does not fit.
func Table(w io.Writer, rows [][]string) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", "rows"); err != nil {
		return fmt.Errorf("name sheet: %w", err)
	}
	p := pen{f: f, sheet: "rows"}
	style, err := f.NewStyle(&excelize.Style{NumFmt: asText})
	if err != nil {
		return fmt.Errorf("make style: %w", err)
	}
	columns := 0
	for i, row := range rows {
		columns = max(columns, len(row))
		for j, v := range row {
			p.text(cell(j+1, i+1), v)
		}
	}
	for j := range columns {
		name, err := excelize.ColumnNumberToName(j + 1)
		if err != nil {
			return fmt.Errorf("name column: %w", err)
		}
		if err := f.SetColStyle("rows", name, style); err != nil {
			return fmt.Errorf("set style: %w", err)
		}
		if err := f.SetColWidth("rows", name, name, width(rows, j)); err != nil {
			return fmt.Errorf("set width: %w", err)
		}
	}
	if p.err != nil {
		return p.err
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write spreadsheet: %w", err)
	}
	return nil
}

// width lets the longest value of a column be read, in characters; Japanese ones
// take two.
func width(rows [][]string, column int) float64 {
	most := 6
	for _, row := range rows {
		if column < len(row) {
			most = max(most, (len(row[column])+utf8.RuneCountInString(row[column]))/2+2)
		}
	}
	return float64(min(most, 40))
}
