package roster

import (
	"fmt"
	"strings"

	"irbot/internal/calendar"
)

// weeks finds the rows of a sheet laid out as a wall calendar, or as half months
// one below the other: at least two rows of five days that follow each other.
// The days are written out as whole dates, since the first and the last row may
// belong to the month before and after.
func (s *sheet) weeks() []int {
	var rows []int
	full := 0
	for i := range s.grid {
		days := s.days(i)
		if len(days) == 0 {
			continue
		}
		rows = append(rows, i)
		if len(days) >= 5 {
			full++
		}
	}
	if full < 2 {
		return nil
	}
	var last calendar.Date
	for _, i := range rows {
		for n, j := range s.days(i) {
			d, _ := s.date(s.cell(i, j))
			switch {
			case last.IsZero() && n == 0 && d.Day > 20: // the end of the month before
				if over := s.days(i); len(over) > 1 {
					if end, _ := s.date(s.cell(i, over[len(over)-1])); end.Day < d.Day {
						d = lastMonth(d)
					}
				}
			case !last.IsZero():
				d = next(last, d.Day)
			}
			last = d
			s.grid[i][j] = fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
		}
	}
	return rows
}

// next is the first such day of a month after a date: a row may begin with Monday
// where the one before ended with Friday.
func next(after calendar.Date, day int) calendar.Date {
	d := after.Add(1)
	for n := 0; n < 31 && d.Day != day; n++ {
		d = d.Add(1)
	}
	return d
}

func lastMonth(d calendar.Date) calendar.Date {
	first := calendar.On(d.Year, d.Month, 1).Add(-1)
	return calendar.On(first.Year, first.Month, d.Day)
}

// days are the columns of a row that holds days following each other, and
// nothing else but a title on the left; nil for any other row.
func (s *sheet) days(i int) []int {
	var out []int
	before := 0
	for j, c := range s.grid[i] {
		d, ok := s.date(c)
		if !ok {
			if len(out) > 0 && strings.TrimSpace(c) != "" {
				return nil
			}
			continue
		}
		if len(out) > 0 && d.Day != before+1 && (d.Day != 1 || before < 28) {
			return nil
		}
		before, out = d.Day, append(out, j)
	}
	if len(out) == 1 && before != 1 && before < 28 { // a single number is a week's end or begin, or no day at all
		return nil
	}
	return out
}

// months reads each row of days with the rows below it.
func (s *sheet) months(rows []int) error {
	grid := s.grid
	defer func() { s.grid = grid }()
	found := false
	for n, row := range rows {
		end := len(grid)
		if n+1 < len(rows) {
			end = rows[n+1]
		}
		s.grid = grid[:end]
		if s.across(row) == nil {
			found = true
		}
	}
	if !found {
		return ErrRoster
	}
	return nil
}
