package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) reportRoutes() {
	s.get("/i/{id}/report", s.report)
	s.post("/i/{id}/report/preview", s.reportPreview)
}

// reportData is the page of the status reports (UX 2.9).
type reportData struct {
	Next    time.Time
	Items   []reportItem
	When    *deedField
	Write   *deedForm
	Had     bool // there was a report before: 変化なし makes sense
	Shown   int
	Draft   bool // the renderings are of what is typed, not of a report made
	Renders []audience
	Made    []*incident.StatusReport
}

// reportItem is one of the six items, with what the last report said.
type reportItem struct {
	deedField
	Last string
}

// audience is a rendering of the same report for some readers.
type audience struct {
	TLP, For string
	Card     chat.Card
	Text     string // to be copied
}

func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	data := reportData{Next: d.v.S.Cadence.Next, Made: slices.Clone(d.v.S.Reports)}
	slices.Reverse(data.Made)
	if n := len(d.v.S.Reports); n > 0 {
		data.Shown, data.Had = d.v.S.Reports[n-1].N, true
	}
	if n, err := strconv.Atoi(r.URL.Query().Get("n")); err == nil {
		data.Shown = n
	}
	for _, to := range audiences() {
		if c, ok := d.draw.Report(d.v, data.Shown, to); ok && len(c.Fields) > 0 {
			data.Renders = append(data.Renders, rendered(c))
		}
	}
	d.reportForm(&data)
	s.show(w, r, view{name: "report", title: "tab.report", active: "room", tab: "report", in: d.v, data: data})
}

func audiences() []chat.Audience {
	return []chat.Audience{chat.ForInternal, chat.ForPort, chat.ForExecutive}
}

// rendered takes label and readers out of a card.
func rendered(c chat.Card) audience {
	a := audience{TLP: strings.TrimPrefix(c.Fields[0].Label, "TLP:"), For: c.Fields[0].Value, Text: chat.Text(c)}
	c.Fields = c.Fields[1:]
	a.Card = c
	return a
}

// reportPreview shows who would read what, with everything typed still in the
// form. Nothing is recorded.
func (s *Server) reportPreview(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	r.SetPathValue("act", "report.make")
	_, cmd, err := d.read(r)
	made, isReport := cmd.(incident.MakeReport)
	if err == nil && !isReport {
		err = chat.ErrNoDeed
	}
	if err != nil {
		s.deedError(w, r, err)
		return
	}
	data := reportData{Next: d.v.S.Cadence.Next, Shown: len(d.v.S.Reports) + 1, Had: len(d.v.S.Reports) > 0, Draft: true}
	for _, to := range audiences() {
		data.Renders = append(data.Renders, rendered(d.draw.ReportDraft(d.v, made, to)))
	}
	d.reportForm(&data)
	for i := range data.Items {
		data.Items[i].Value = made.Items[i]
	}
	if data.When != nil {
		data.When.Value = r.PostFormValue(data.When.ID)
	}
	s.show(w, r, view{name: "report", title: "tab.report", active: "room", tab: "report", in: d.v, data: data})
}

// reportForm is the form of the six items, with the last words in it.
func (d *desk) reportForm(data *reportData) {
	if f, ok := d.form("report.make", ""); ok && !d.closed() {
		data.Write = &f
		for _, x := range f.Fields {
			switch {
			case strings.HasPrefix(x.ID, "item"):
				data.Items = append(data.Items, reportItem{deedField: x, Last: x.Value})
			case x.Kind == chat.InputTime:
				data.When = &x
			}
		}
	}
}
