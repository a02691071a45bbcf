package web

import (
	"net/http"
	"strconv"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) noteRoutes() {
	s.post("/i/{id}/note", s.note)
	s.get("/i/{id}/paper", s.paperPage)
	s.postLines("/i/{id}/paper", maxUpload, s.paper)
}

// note records a line of the クロノロ as it was typed: time, from, to, content.
func (s *Server) note(w http.ResponseWriter, r *http.Request) {
	now, zone := s.o.Service.Now(), s.o.Service.Site().Zone
	line := chat.ParseLine(r.PostFormValue("line"), now, zone)
	act := s.actOf(r)
	if line.HasTime {
		act.At = line.At
	}
	if cmd, ok := chat.FactNote(line.Text); ok {
		s.actAt(w, r, act, r.PathValue("id"), cmd)
		return
	}
	s.actAt(w, r, act, r.PathValue("id"), incident.AddNote{
		From: line.From, To: line.To, Text: line.Text, Step: r.PostFormValue("ref"),
		Important: line.Important || r.PostFormValue("important") != "", Open: line.Open || r.PostFormValue("open") != "",
		Origin: r.PostFormValue("origin"), Conf: r.PostFormValue("conf"),
	})
}

// paperRows is how many lines the grid for typing in paper has.
const paperRows = 10

// paperLine is one line of that grid.
type paperLine struct {
	N                    int
	At, From, To, Text   string
	Writer               string
	Error                string
	Recorded             bool
	Important, Unhandled bool
}

type paperData struct {
	Lines  []paperLine
	Error  string
	Sheet  string
	Sheets []incident.Evidence
}

func (s *Server) paperPage(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("lines"))
	if n < 1 || n > maxLines {
		n = paperRows
	}
	s.showPaper(w, r, paperData{Lines: make([]paperLine, n)}, http.StatusOK)
}

func (s *Server) showPaper(w http.ResponseWriter, r *http.Request, d paperData, status int) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	for len(d.Lines) < paperRows {
		d.Lines = append(d.Lines, paperLine{})
	}
	for i := range d.Lines {
		d.Lines[i].N = i
	}
	d.Sheets = v.S.Evidence
	s.show(w, r, view{name: "paper", title: "paper.title", active: "room", tab: "paper", in: v, data: d, status: status})
}

// paper records a sheet that was kept by hand. Lines that cannot be recorded
// stay on the page, the good ones are kept at once; a sheet sent twice is
// recorded once, line by line.
func (s *Server) paper(w http.ResponseWriter, r *http.Request) {
	sheet, problem, status := s.paperPhoto(r, r.PathValue("id"))
	if problem != "" {
		s.showPaper(w, r, paperData{Lines: typedPaper(r), Sheet: sheet, Error: problem}, status)
		return
	}
	d, kept, found := paperData{Sheet: sheet}, 0, false
	prev := s.o.Service.Now()
	for i := range maxLines {
		l := readPaper(r, strconv.Itoa(i))
		if incident.Clean(l.Text) == "" {
			if incident.Clean(l.At+l.From+l.To+l.Writer) != "" { // half a line is not dropped without a word
				l.Error = s.o.Words.Refusal(s.lang(r), "note.empty", nil)
				d.Lines, found = append(d.Lines, l), true
			}
			continue
		}
		found = true
		at, err := chat.ParseTimeAfter(l.At, prev, s.o.Service.Now(), s.o.Service.Site().Zone)
		if err != nil {
			l.Error = s.sheetTime(r, l.At, prev)
			d.Lines, prev = append(d.Lines, l), time.Time{} // +5 behind it would count from nowhere
			continue
		}
		prev = at
		act := s.actOf(r)
		act.Surface, act.At = "paper", at
		act.Request += "/" + strconv.Itoa(i)
		_, err = s.o.Service.Do(r.Context(), act, r.PathValue("id"), incident.AddNote{
			From: l.From, To: l.To, Text: l.Text, Important: l.Important, Open: l.Unhandled, Paper: true, Sheet: sheet, Writer: l.Writer,
		})
		if err != nil {
			l.Error, _ = s.why(r, err)
			d.Lines = append(d.Lines, l)
			continue
		}
		kept++
	}
	switch {
	case !found:
		d.Error = s.o.Words.Refusal(s.lang(r), "note.empty", nil)
		s.showPaper(w, r, d, http.StatusUnprocessableEntity)
	case len(d.Lines) > 0:
		d.Error = s.t(s.lang(r), "rows.partly", "kept", kept, "bad", len(d.Lines))
		s.showPaper(w, r, d, http.StatusUnprocessableEntity)
	default:
		s.putFlash(w, flash{Tone: "done", Text: s.t(s.lang(r), "paper.done", "n", kept)})
		http.Redirect(w, r, "/i/"+r.PathValue("id")+"/chrono", http.StatusSeeOther)
	}
}

// typedPaper is every line of the grid in which something stands.
func typedPaper(r *http.Request) []paperLine {
	var out []paperLine
	for i := range maxLines {
		if l := readPaper(r, strconv.Itoa(i)); l != (paperLine{}) {
			out = append(out, l)
		}
	}
	return out
}

// readPaper reads one line of the grid.
func readPaper(r *http.Request, n string) paperLine {
	return paperLine{
		At: r.PostFormValue("at" + n), From: r.PostFormValue("from" + n), To: r.PostFormValue("to" + n), Text: r.PostFormValue("text" + n),
		Writer: r.PostFormValue("writer" + n), Important: r.PostFormValue("important"+n) != "", Unhandled: r.PostFormValue("open"+n) != "",
	}
}
