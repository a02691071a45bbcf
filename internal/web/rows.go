package web

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/tally"
	"irbot/internal/xlsx"
)

func (s *Server) rowRoutes() {
	s.get("/i/{id}/rows", s.rowTypes)
	s.get("/i/{id}/rows/{type}", s.rowsPage)
	s.postLines("/i/{id}/rows/{type}", maxUpload, s.addRows)
	s.post("/i/{id}/rows/{type}/csv", s.rowsOut)
	s.post("/i/{id}/rows/{type}/xlsx", s.rowsOut)
	s.get("/i/{id}/rows/reconcile", s.reconcile)
	s.postLimit("/i/{id}/rows/reconcile", maxUpload, s.importList)
	s.post("/i/{id}/rows/reconcile/csv", s.reconcileOut)
	s.post("/i/{id}/rows/reconcile/xlsx", s.reconcileOut)
}

// rowTypeView is a form of the overview.
type rowTypeView struct {
	Type  tally.Type
	Name  string
	Count int
	Last  incident.Counted
}

func (s *Server) rowTypes(w http.ResponseWriter, r *http.Request) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.show(w, r, view{name: "rowtypes", title: "rows.title", active: "room", tab: "rows", in: v, data: func(p *page) any {
		var out []rowTypeView
		for _, ty := range tally.Types() {
			x := rowTypeView{Type: ty, Name: ty.Name(string(p.Lang))}
			if rows := v.S.RowsOf(ty.ID); len(rows) > 0 {
				x.Count, x.Last = len(rows), rows[len(rows)-1]
			}
			out = append(out, x)
		}
		return out
	}})
}

// gridCell is one field of one line of the grid.
type gridCell struct {
	tally.Field
	Label string
	Name  string // of the input
	Value string
	Error string
}

// gridLine is one line of the grid.
type gridLine struct {
	N        int
	Cells    []gridCell
	At       string
	Writer   string
	Replaces int
	Error    string // of the line as a whole
	Pre      string // number filled in by the page: alone it makes no row
	Spare    bool   // blank and not the first: a phone does not show it
}

type rowsData struct {
	status int // of the answer; 0 is 200

	Type   tally.Type
	Name   string
	Lines  []gridLine
	Paper  bool
	Fix    int
	Step   string
	Sheets []incident.Evidence
	Sheet  string
	Error  string
	Rows   []rowShown
	Count  int
}

// rowShown is a recorded row.
type rowShown struct {
	incident.RowView
	Who   string
	Cells []string
	Off   bool // a reefer far from its set point
}

const (
	rowLines = 5   // lines of the grid
	maxLines = 40  // that a page may ask for
	rowsSeen = 100 // newest rows below the grid
)

func (s *Server) rowsPage(w http.ResponseWriter, r *http.Request) {
	v, ty, ok := s.rowType(w, r)
	if !ok {
		return
	}
	q := r.URL.Query()
	d := rowsData{Type: ty, Paper: q.Get("paper") != "", Step: q.Get("step")}
	d.Fix, _ = strconv.Atoi(q.Get("fix"))
	n, _ := strconv.Atoi(q.Get("lines"))
	if n < 1 || n > maxLines {
		n = rowLines
	}
	rows, err := s.o.Service.RowViews(r.Context(), v.S, ty.ID)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	lang := s.lang(r)
	if old := rowOf(rows, d.Fix); old != nil {
		l := newLine(ty, 0, old.Values, lang)
		l.Replaces = old.N
		d.Lines = []gridLine{l}
	} else {
		d.Fix = 0
		next := lastNumber(rows)
		for i := range n {
			values := map[string]string{}
			if next = following(next); next != "" {
				values["no"] = next
			}
			l := newLine(ty, i, values, lang)
			l.Pre, l.Spare = next, i > 0 && n == rowLines
			d.Lines = append(d.Lines, l)
		}
	}
	s.showRows(w, r, v, d, rows)
}

func rowOf(rows []incident.RowView, n int) *incident.RowView {
	for i := range rows {
		if rows[i].N == n {
			return &rows[i]
		}
	}
	return nil
}

// lastNumber is the paper number of the newest row.
func lastNumber(rows []incident.RowView) string {
	if len(rows) == 0 {
		return ""
	}
	return rows[len(rows)-1].Values["no"]
}

// following is the paper number after one: G-0012 gives G-0013.
func following(no string) string {
	i := len(no)
	for i > 0 && no[i-1] >= '0' && no[i-1] <= '9' {
		i--
	}
	n, err := strconv.Atoi(no[i:])
	if err != nil || len(no)-i > 9 {
		return ""
	}
	next := strconv.Itoa(n + 1)
	for len(next) < len(no)-i {
		next = "0" + next
	}
	return no[:i] + next
}

func newLine(ty tally.Type, n int, values map[string]string, lang chat.Lang) gridLine {
	l := gridLine{N: n}
	for _, f := range ty.Fields {
		l.Cells = append(l.Cells, gridCell{Field: f, Label: f.Name(string(lang)), Name: f.ID + "." + strconv.Itoa(n), Value: values[f.ID]})
	}
	return l
}

// rowType finds the incident and the form a page is about.
func (s *Server) rowType(w http.ResponseWriter, r *http.Request) (*incident.View, tally.Type, bool) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return nil, tally.Type{}, false
	}
	ty, ok := tally.Find(r.PathValue("type"))
	if !ok {
		s.fail(w, r, http.StatusNotFound, "err.row.type", "type", chat.Truncate(chat.Safe(r.PathValue("type")), 20))
	}
	return v, ty, ok
}

func (s *Server) showRows(w http.ResponseWriter, r *http.Request, v *incident.View, d rowsData, rows []incident.RowView) {
	d.Name, d.Count, d.Sheets = d.Type.Name(string(s.lang(r))), len(rows), v.S.Evidence
	title := s.t(s.lang(r), "rows.of", "type", d.Name)
	s.show(w, r, view{name: "rows", title: title, active: "room", tab: "rows", in: v, status: d.status, data: func(p *page) any {
		for i := len(rows) - 1; i >= 0 && len(d.Rows) < rowsSeen; i-- {
			d.Rows = append(d.Rows, p.rowShown(d.Type, rows[i]))
		}
		return d
	}})
}

func (p *page) rowShown(ty tally.Type, x incident.RowView) rowShown {
	out := rowShown{RowView: x, Who: p.Person(x.By), Off: tally.Deviates(x.Values, 3)}
	for _, f := range ty.Fields {
		out.Cells = append(out.Cells, chat.ShowValue(f, x.Values[f.ID], p.Lang))
	}
	return out
}

// rowsCSV takes the rows of a form out, for keying them into the terminal
// operating system; that they were taken out is recorded.
// rowsOut gives the rows as CSV for the terminal operating system, or as a sheet of
// text cells for a spreadsheet, which would change 0712 and 1-2 of a CSV.
func (s *Server) rowsOut(w http.ResponseWriter, r *http.Request) {
	v, ty, ok := s.rowType(w, r)
	if !ok {
		return
	}
	rows, err := s.o.Service.RowViews(r.Context(), v.S, ty.ID)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	p := s.page(r)
	records := make([]tally.Record, 0, len(rows))
	for _, x := range rows {
		records = append(records, x.Record(p.Person(x.By)))
	}
	lang := string(s.lang(r))
	s.sendTable(w, r, v, taken{
		name: "rows-" + ty.ID,
		csv:  func(w io.Writer) error { return ty.WriteCSV(w, records, lang, v.Site.Zone) },
		xlsx: func(w io.Writer) error { return xlsx.Table(w, ty.Table(records, lang, v.Site.Zone)) },
	})
}

// taken is a table that is taken out in one of two forms.
type taken struct {
	name      string
	csv, xlsx func(io.Writer) error
}

// sendTable sends the form that the address ends with, and has the record say so.
func (s *Server) sendTable(w http.ResponseWriter, r *http.Request, v *incident.View, t taken) {
	write, form, kind := t.csv, ".csv", "text/csv; charset=utf-8"
	if strings.HasSuffix(r.URL.Path, "/xlsx") {
		write, form, kind = t.xlsx, ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		s.refused(w, r, err)
		return
	}
	data := b.Bytes()
	cmd := incident.Exported{Format: t.name + form, Size: int64(len(data)), SHA256: incident.HashOf(data)}
	if _, err := s.o.Service.Do(r.Context(), s.actOf(r), v.S.ID, cmd); err != nil {
		s.refused(w, r, err)
		return
	}
	name := v.S.ID + "_" + t.name + form
	if v.S.Drill {
		name = "DRILL_" + name
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = w.Write(data)
}

// FormName is the name of a form in the language of the page.
func (p *page) FormName(id string) string {
	ty, ok := tally.Find(id)
	if !ok {
		return id
	}
	return ty.Name(string(p.Lang))
}
