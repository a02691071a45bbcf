package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"irbot/internal/calendar"
)

const (
	maxBytes = 2 << 20
	maxRows  = 5000
	maxCols  = 400
)

// Text reads the bytes of a file as Excel and its like write them: UTF-8 with
// or without its mark, UTF-16 with its mark, else Shift_JIS. Errors are ErrLarge,
// and ErrBook for a file of Excel itself.
func Text(data []byte) (text, encoding string, err error) {
	if len(data) > maxBytes {
		return "", "", ErrLarge
	}
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return "", "", ErrBook
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(data[3:]), "�"), "utf-8-bom", nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", "", fmt.Errorf("read UTF-16: %w", err)
		}
		return string(out), "utf-16", nil
	case utf8.Valid(data):
		return string(data), "utf-8", nil
	}
	out, err := japanese.ShiftJIS.NewDecoder().Bytes(data)
	if err != nil {
		return "", "", fmt.Errorf("read Shift_JIS: %w", err)
	}
	return string(out), "shift_jis", nil
}

// Grid cuts a sheet into cells; comma, tab and semicolon are told apart by the
// first lines. Errors are ErrEmpty, ErrLarge, or name the line.
func Grid(text string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma(text), -1, true
	var out [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read the sheet: %w", err)
		}
		if len(out) >= maxRows || len(row) > maxCols {
			return nil, ErrLarge
		}
		out = append(out, row)
	}
	if len(out) == 0 {
		return nil, ErrEmpty
	}
	return out, nil
}

func comma(text string) rune {
	if len(text) > 4000 {
		text = text[:4000]
	}
	best, most := ',', 0
	for _, c := range []rune{',', '\t', ';'} {
		if n := strings.Count(text, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// ReadCSV reads a duty sheet whose dates run down a column or across a row.
func ReadCSV(data []byte, o Options) (*Understood, error) {
	text, encoding, err := Text(data)
	if err != nil {
		return nil, err
	}
	grid, err := Grid(text)
	if err != nil {
		return nil, err
	}
	return readGrid(grid, "", o, encoding)
}

// readGrid reads the cells of a sheet. name is that of the sheet in its workbook.
func readGrid(grid [][]string, name string, o Options, encoding string) (*Understood, error) {
	s := &sheet{o: o, grid: grid, name: name, out: &Understood{Encoding: encoding}}
	s.month()
	s.unjoin()
	var err error
	weeks := s.weeks()
	col, down := s.most(func(i, j int) (line, at int) { return j, i })
	row, across := s.most(func(i, j int) (line, at int) { return i, j })
	switch {
	case len(weeks) > 0:
		s.out.Layout = "weeks"
		err = s.months(weeks)
	case down < 2 && across < 2:
		return nil, ErrDates
	case down >= across:
		s.out.Layout = "dates-down"
		if err = s.down(col); errors.Is(err, ErrRoster) { // names above, marks such as ○ below
			s.turn()
			err = s.across(col)
		}
	default:
		s.out.Layout = "dates-across"
		err = s.across(row)
	}
	if err != nil {
		return nil, err
	}
	sort.SliceStable(s.out.Lines, func(i, j int) bool { return s.out.Lines[i].From.Before(s.out.Lines[j].From) })
	s.out.span()
	return s.out, nil
}

// sheet is one reading.
type sheet struct {
	o    Options
	grid [][]string
	out  *Understood

	name     string // of the sheet in its workbook; "" in a file that is one sheet
	turned   bool   // rows stand where the sheet has columns
	rowAt    []int  // row of the file behind each row; nil: the same
	splitCol int    // column of names cut off the dates on its left; 0: none
}

// turn lays the sheet on its side.
func (s *sheet) turn() {
	width := 0
	for _, row := range s.grid {
		width = max(width, len(row))
	}
	grid := make([][]string, width)
	for j := range grid {
		for i := range s.grid {
			grid[j] = append(grid[j], s.cell(i, j))
		}
	}
	s.grid, s.turned, s.out.Unknown = grid, true, nil
}

// where names a cell as the sheet has it.
func (s *sheet) where(i, j int) string {
	if s.turned {
		i, j = j, i
	}
	if s.rowAt != nil {
		i = s.rowAt[i]
	}
	if s.splitCol > 0 && j >= s.splitCol {
		j--
	}
	if s.name != "" {
		return s.name + "!" + Cell(i, j)
	}
	return Cell(i, j)
}

// most finds the column (or row) with the most dates.
func (s *sheet) most(place func(i, j int) (line, at int)) (line, count int) {
	seen := map[int]int{}
	for i, row := range s.grid {
		for j, cell := range row {
			if _, ok := s.date(cell); ok {
				l, _ := place(i, j)
				seen[l]++
			}
		}
	}
	for l, n := range seen {
		if n > count || n == count && l < line {
			line, count = l, n
		}
	}
	return line, count
}

// column is one that holds the names of a roster's people.
type column struct {
	at   int
	turn turn
}

// down reads dates in a column: the rows above name the rosters and hours.
func (s *sheet) down(col int) error {
	first := s.first(col)
	names := s.columns(first, col)
	if len(names) == 0 {
		return ErrRoster
	}
	for i := first; i < len(s.grid); i++ {
		d, ok := s.date(s.cell(i, col))
		if !ok {
			if strings.TrimSpace(s.cell(i, col)) != "" && s.filled(i, names) {
				s.unknown(i, col, "date")
			}
			continue
		}
		for _, c := range names {
			s.duty(i, c.at, d, c.turn)
		}
	}
	return nil
}

// first is the row of the first date.
func (s *sheet) first(col int) int {
	for i := range s.grid {
		if _, ok := s.date(s.cell(i, col)); ok {
			return i
		}
	}
	return 0
}

// columns are those whose head means the roster; where no head does, all that
// hold names of people and belong to no other roster.
func (s *sheet) columns(first, col int) []column {
	var named, people []column
	width := 0
	for _, row := range s.grid {
		width = max(width, len(row))
	}
	for j, parts := range s.headings(first, width) {
		c := column{at: j, turn: s.turnOf(parts)}
		switch {
		case j == col || s.aside(first, j, parts):
		case slices.ContainsFunc(parts, s.o.Named):
			named = append(named, c)
		case slices.ContainsFunc(parts, s.o.Other):
		case s.people(first, j):
			people = append(people, c)
		}
	}
	if len(named) > 0 {
		return named
	}
	return people
}

// people says whether a column holds names of people.
func (s *sheet) people(first, j int) bool {
	for i := first; i < len(s.grid); i++ {
		if s.someone(s.cell(i, j)) {
			return true
		}
	}
	return false
}

func (s *sheet) filled(i int, cols []column) bool {
	for _, c := range cols {
		if !blank(s.cell(i, c.at)) {
			return true
		}
	}
	return false
}

// across reads dates in a row: each row below is the roster with names in its
// cells, or a person with marks in them. Where no row names either, the rows
// with names of people are the roster's.
func (s *sheet) across(row int) error {
	found := false
	bare := !slices.ContainsFunc(s.grid[row+1:], func(r []string) bool {
		parts, _ := s.titles(r, row)
		return slices.ContainsFunc(parts, s.o.Named) || s.person(parts) != ""
	})
	for i := row + 1; i < len(s.grid); i++ {
		parts, at := s.titles(s.grid[i], row)
		named, person := slices.ContainsFunc(parts, s.o.Named), s.person(parts)
		switch {
		case !named && slices.ContainsFunc(parts, s.o.Other) || weekdayRow(s.grid[i]):
			continue
		case named || person != "" || bare && s.names(i, row):
			found = true
		case len(parts) == 0 && s.out.Layout == "weeks":
			s.strangers(i, row)
			continue
		default:
			if len(parts) > 0 && s.marked(i, row) {
				s.unknown(i, at, "person")
			}
			continue
		}
		t := s.turnOf(parts)
		for j := range s.grid[i] {
			d, ok := s.date(s.cell(row, j))
			switch {
			case !ok:
			case person != "" && !named:
				s.mark(i, j, d, person)
			case reDitto.MatchString(plain(s.cell(i, j))): // above or left of it: not guessed
				s.unknown(i, j, "person")
			default:
				s.duty(i, j, d, t)
			}
		}
	}
	if !found {
		return ErrRoster
	}
	return nil
}

// titles are the words of a row that stand under no date, and the column of the first.
func (s *sheet) titles(cells []string, row int) (words []string, at int) {
	for j, c := range cells {
		if _, ok := s.date(s.cell(row, j)); !ok && strings.TrimSpace(c) != "" {
			if words = append(words, strings.TrimSpace(c)); len(words) == 1 {
				at = j
			}
		}
	}
	return words, at
}

// person is the first of the words that means a person.
func (s *sheet) person(words []string) string {
	for _, w := range words {
		if id, ok := s.o.Person(w); ok {
			return id
		}
	}
	return ""
}

// names says whether a person's name stands under a date of the row.
func (s *sheet) names(i, row int) bool {
	for j := range s.grid[i] {
		if _, ok := s.date(s.cell(row, j)); ok {
			if s.someone(s.cell(i, j)) {
				return true
			}
		}
	}
	return false
}

func (s *sheet) marked(i, row int) bool {
	for j := range s.grid[i] {
		if _, ok := s.date(s.cell(row, j)); ok && !blank(s.cell(i, j)) {
			return true
		}
	}
	return false
}

// strangers tells every cell of a row without a title that holds no known name.
func (s *sheet) strangers(i, row int) {
	for j, c := range s.grid[i] {
		if _, ok := s.date(s.cell(row, j)); ok && !blank(c) {
			s.unknown(i, j, "person")
		}
	}
}

// mark reads a mark such as ◎, 当 or 夜 in a person's row. 休 and 公 are days
// off, 明 is the morning after a night.
func (s *sheet) mark(i, j int, d calendar.Date, person string) {
	word := plain(s.cell(i, j))
	if blank(word) || strings.ContainsAny(word, "休公有年明×") {
		return
	}
	var t turn
	if rePart.MatchString(word) {
		t = s.legend(word)
	}
	s.add(i, j, person, d, t)
}

// duty reads a cell with a name.
func (s *sheet) duty(i, j int, d calendar.Date, t turn) {
	cell := strings.TrimSpace(s.ditto(i, j))
	if blank(cell) || reNoDuty.MatchString(plain(cell)) {
		return
	}
	people, unclear := s.everyone(cell)
	switch {
	case unclear:
		s.unknown(i, j, "several")
	case len(people) == 0:
		s.unknown(i, j, "person")
	}
	for _, person := range people {
		s.add(i, j, person, d, t)
	}
}

func (s *sheet) add(i, j int, person string, d calendar.Date, t turn) {
	if t.unclear {
		s.unknown(i, j, "time")
		return
	}
	from, until := s.span(d, t)
	s.out.Lines = append(s.out.Lines, Line{Where: s.where(i, j), Text: strings.TrimSpace(s.cell(i, j)), Person: person, From: from, Until: until})
}

func (s *sheet) unknown(i, j int, why string) {
	s.out.Unknown = append(s.out.Unknown, Line{Where: s.where(i, j), Text: strings.TrimSpace(s.cell(i, j)), Why: why})
}

func (s *sheet) cell(i, j int) string {
	if i < 0 || i >= len(s.grid) || j >= len(s.grid[i]) {
		return ""
	}
	return s.grid[i][j]
}

func blank(s string) bool {
	switch plain(s) {
	case "", "-", "ー", "―", "―――", "/", "なし", "none":
		return true
	}
	return false
}

// Cell names a cell as a spreadsheet does: row 4, column 2 is C5.
func Cell(row, col int) string {
	name := ""
	for n := col + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return fmt.Sprintf("%s%d", name, row+1)
}

// weekdayRow says whether a row holds the days of the week. Marks of one person,
// such as 日 for the day shift, repeat a few letters only.
func weekdayRow(row []string) bool {
	n, seen := 0, map[string]bool{}
	for _, c := range row {
		if w := plain(c); reWeekday.MatchString(w) {
			n++
			seen[strings.TrimLeft(w, "(")[:3]] = true
		}
	}
	return n >= 2 && n*2 >= len(row) && (len(seen) > 2 || len(seen) == n)
}
