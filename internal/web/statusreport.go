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

func (s *Server) reportRoutes() { s.get("/i/{id}/report", s.report) }

// reportData is the page of the status reports (UX 2.9).
type reportData struct {
	Next    time.Time
	Items   []reportItem
	When    *deedField
	Write   *deedForm
	Had     bool // there was a report before: 変化なし makes sense
	Shown   int
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
	for _, to := range []chat.Audience{chat.ForInternal, chat.ForPort, chat.ForExecutive} {
		c, ok := d.draw.Report(d.v, data.Shown, to)
		if !ok || len(c.Fields) == 0 {
			continue
		}
		a := audience{TLP: strings.TrimPrefix(c.Fields[0].Label, "TLP:"), For: c.Fields[0].Value, Text: chat.Text(c)}
		c.Fields = c.Fields[1:]
		a.Card = c
		data.Renders = append(data.Renders, a)
	}
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
	s.show(w, r, view{name: "report", title: "tab.report", active: "room", tab: "report", in: d.v, data: data})
}
