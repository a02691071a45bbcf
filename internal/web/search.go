package web

import (
	"net/http"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// Found is an entry whose text holds what was looked for.
type Found struct {
	Incident string
	Seq      int64
	At       time.Time
	Before   string
	Match    string
	After    string
}

// searchData is the page of a search.
type searchData struct {
	Question string
	Incident string
	Hits     []Found
	More     bool
	Asked    bool
	Off      bool // this console cannot search
}

func (s *Server) searchRoutes() {
	s.get("/search", s.search)
}

// search looks for words in the texts of all incidents, or of one.
func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	d := searchData{Question: chat.Truncate(incident.Clean(q.Get("q")), 200), Incident: incident.Clean(q.Get("in")), Off: s.o.Pages.Search == nil}
	if d.Question != "" && !d.Off {
		d.Asked = true
		hits, more, err := s.o.Pages.Search(r.Context(), d.Question, d.Incident)
		if err != nil {
			s.refused(w, r, err)
			return
		}
		for _, h := range hits {
			h.Before, h.Match, h.After = chat.OneLine(h.Before), chat.OneLine(h.Match), chat.OneLine(h.After)
			d.Hits = append(d.Hits, h)
		}
		d.More = more
	}
	s.show(w, r, view{name: "search", title: "search.title", active: "board", data: d})
}
