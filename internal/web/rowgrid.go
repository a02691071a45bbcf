package web

import (
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/tally"
)

// addRows records the lines of a grid that hold. Those that do not stay on the
// page to be put right; the good ones are kept at once.
func (s *Server) addRows(w http.ResponseWriter, r *http.Request) {
	v, ty, ok := s.rowType(w, r)
	if !ok {
		return
	}
	d := rowsData{Type: ty, Paper: r.PostFormValue("paper") != "", Step: r.PostFormValue("step")}
	sheet, problem, status := s.paperPhoto(r, v.S.ID)
	d.Sheet = sheet
	if problem != "" {
		d.Error, d.status = problem, status
		s.rowsStay(w, r, d, v.S.ID)
		return
	}
	kept, last := 0, flash{}
	prev := s.o.Service.Now()
	for i := range maxLines {
		l, values, filled := s.readLine(r, ty, i)
		if !filled && (!d.Paper || strings.TrimSpace(l.At+l.Writer) == "") {
			continue
		}
		act := s.actOf(r)
		act.Request += "/" + strconv.Itoa(i)
		if d.Paper {
			act.Surface = "paper"
			at, err := chat.ParseTimeAfter(l.At, prev, s.o.Service.Now(), v.Site.Zone)
			if err != nil {
				l.Error = s.sheetTime(r, l.At, prev)
				s.faults(r, ty, &l, values)                     // all that is wrong, at once
				d.Lines, prev = append(d.Lines, l), time.Time{} // +5 behind it would count from the wrong row
				continue
			}
			act.At, prev = at, at
		}
		if s.faults(r, ty, &l, values) {
			d.Lines = append(d.Lines, l)
			continue
		}
		res, err := s.o.Service.Do(r.Context(), act, v.S.ID, incident.AddRow{
			Type: ty.ID, Values: values, Step: d.Step, Replaces: l.Replaces, Paper: d.Paper, Sheet: sheet, Writer: l.Writer,
		})
		if err != nil {
			l.Error, _ = s.why(r, err)
			d.Lines = append(d.Lines, l)
			continue
		}
		kept++
		if last.Tone != "late" { // a warning stays in view
			last = s.outcome(s.lang(r), res)
			if res.Outcome.Code == "row.twice" || res.Outcome.Code == "row.deviates" {
				last.Tone = "late"
			}
		}
	}
	s.afterRows(w, r, d, rowsKept{v.S.ID, kept, last})
}

// rowsStay shows every line again as it was typed: nothing of it was recorded.
func (s *Server) rowsStay(w http.ResponseWriter, r *http.Request, d rowsData, id string) {
	for i := range maxLines {
		l, values, filled := s.readLine(r, d.Type, i)
		if filled || d.Paper && strings.TrimSpace(l.At+l.Writer) != "" {
			s.faults(r, d.Type, &l, values)
			d.Lines = append(d.Lines, l)
		}
	}
	s.linesLeft(w, r, d, id)
}

// rowsKept is what became of the lines of a form.
type rowsKept struct {
	incident string
	n        int
	last     flash
}

func (s *Server) afterRows(w http.ResponseWriter, r *http.Request, d rowsData, k rowsKept) {
	lang := s.lang(r)
	switch {
	case len(d.Lines) == 0 && k.n == 0:
		d.Error = s.t(lang, "rows.empty")
	case len(d.Lines) > 0 && k.n == 0:
		d.Error = s.t(lang, "rows.nonekept", "bad", len(d.Lines))
	case len(d.Lines) > 0:
		d.Error = s.t(lang, "rows.partly", "kept", k.n, "bad", len(d.Lines))
	default:
		if k.n > 1 && k.last.Tone != "late" {
			k.last.Text = s.t(lang, "rows.kept", "n", k.n)
		}
		s.putFlash(w, k.last)
		http.Redirect(w, r, safePath(r.PostFormValue("back")), http.StatusSeeOther)
		return
	}
	d.status = http.StatusUnprocessableEntity
	s.linesLeft(w, r, d, k.incident)
}

// linesLeft shows the grid with the lines that are not recorded yet.
func (s *Server) linesLeft(w http.ResponseWriter, r *http.Request, d rowsData, id string) {
	lang := s.lang(r)
	fresh, err := s.o.Service.View(r.Context(), id)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	rows, err := s.o.Service.RowViews(r.Context(), fresh.S, d.Type.ID)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	for i := range d.Lines { // the page is sent again with new numbers
		d.Lines[i].renumber(i)
	}
	for len(d.Lines) < rowLines && d.Lines != nil && d.Lines[0].Replaces == 0 {
		d.Lines = append(d.Lines, newLine(d.Type, len(d.Lines), nil, lang))
	}
	if d.Lines == nil {
		for i := range rowLines {
			d.Lines = append(d.Lines, newLine(d.Type, i, nil, lang))
		}
	}
	s.showRows(w, r, fresh, d, rows)
}

func (l *gridLine) renumber(n int) {
	l.N = n
	for i := range l.Cells {
		l.Cells[i].Name = l.Cells[i].ID + "." + strconv.Itoa(n)
	}
}

// readLine reads one line of a grid; filled is false where nothing was typed.
func (s *Server) readLine(r *http.Request, ty tally.Type, i int) (gridLine, map[string]string, bool) {
	n := strconv.Itoa(i)
	values := map[string]string{}
	pre := r.PostFormValue("pre." + n)
	filled := false
	for _, f := range ty.Fields {
		v := strings.TrimSpace(r.PostFormValue(f.ID + "." + n))
		if v == "" {
			continue
		}
		values[f.ID] = v
		filled = filled || f.ID != "no" || v != pre
	}
	l := newLine(ty, i, values, s.lang(r))
	l.At, l.Writer, l.Pre = r.PostFormValue("at."+n), r.PostFormValue("writer."+n), pre
	l.Replaces, _ = strconv.Atoi(r.PostFormValue("replaces." + n))
	return l, values, filled
}

// faults writes what is wrong with each field beside it.
func (s *Server) faults(r *http.Request, ty tally.Type, l *gridLine, values map[string]string) bool {
	_, bad := ty.Check(values)
	for _, p := range bad {
		args := map[string]string{"field": "row-" + p.Field, "last": "", "right": "", "guess": ""}
		for k, v := range p.Args {
			args[k] = v
		}
		code := "row." + p.Code
		if p.Code == "digit" && args["guess"] != "" {
			code = "row.guess"
		}
		text := s.o.Words.Refusal(s.lang(r), code, args)
		for i := range l.Cells {
			if l.Cells[i].ID == p.Field {
				l.Cells[i].Error = text
			}
		}
	}
	return len(bad) > 0
}

// sheet keeps the photo of the paper, where one came along, and gives its
// number; else the one that was chosen.
func (s *Server) sheet(r *http.Request, id string) (string, error) {
	if _, large := tooLarge(r); large {
		return "", errLargeFile
	}
	file, head, err := r.FormFile("file")
	if err != nil {
		return r.PostFormValue("sheet"), nil
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, incident.MaxFile+1))
	if err != nil || len(data) == 0 {
		return r.PostFormValue("sheet"), err
	}
	act := s.actOf(r)
	act.Request += "/sheet"
	res, err := s.o.Service.Do(r.Context(), act, id, incident.AddEvidence{
		File: chat.Truncate(chat.OneLine(filepath.Base(head.Filename)), 120), Data: data, Type: "application/octet-stream",
		Words: s.t(s.lang(r), "rows.sheetwords"),
	})
	return res.Outcome.Ref, err
}
