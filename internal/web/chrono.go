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

func (s *Server) chronoRoutes() {
	s.get("/i/{id}/chrono", s.chrono)
}

// chronoData is what the chronology shows.
type chronoData struct {
	Rows    []chronoRow
	Filters []chronoFilter
	Order   string // happened or recorded
	Kind    string
	Who     string
	Word    string
	Edit    int64
	People  []string
	Open    int
	All     int
	Query   string // of the present choice, for links that keep it
}

type chronoFilter struct {
	Key, Word string
	On        bool
}

// chronoRow is a row with the date row before it, if one is due.
type chronoRow struct {
	chat.Row
	Day  string
	Edit bool
}

// filters are the kinds of row one can choose.
func filters() []string {
	return []string{"all", "important", "decision", "notice", "cargo", "open", "fixed", "audit"}
}

func (s *Server) chrono(w http.ResponseWriter, r *http.Request) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	entries, err := s.o.Service.Entries(r.Context(), v.S.ID, 1, 0)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	q := r.URL.Query()
	s.show(w, r, view{name: "chrono", title: "tl.title", active: "chrono", tab: "chrono", in: v, data: func(p *page) any {
		d := chronoData{Order: q.Get("order"), Kind: q.Get("kind"), Who: incident.Clean(q.Get("who")), Word: incident.Clean(q.Get("q")), Open: v.S.OpenEntries(), All: len(entries)}
		d.Edit, _ = strconv.ParseInt(q.Get("edit"), 10, 64)
		if d.Order != "recorded" {
			d.Order = "happened"
		}
		if !slices.Contains(filters(), d.Kind) {
			d.Kind = "all"
		}
		d.fill(p, p.drawer().Rows(v, entries))
		return d
	}})
}

func (d *chronoData) fill(p *page, rows []chat.Row) {
	for _, f := range filters() {
		d.Filters = append(d.Filters, chronoFilter{Key: f, Word: p.T("chrono." + f), On: f == d.Kind})
	}
	if d.Order == "happened" {
		slices.SortStableFunc(rows, func(a, b chat.Row) int { return a.Happened.Compare(b.Happened) })
	}
	zone, day := p.Site().Zone, ""
	for _, row := range rows {
		if !slices.Contains(d.People, row.By) && !row.Machine {
			d.People = append(d.People, row.By)
		}
		if !d.wants(row) {
			continue
		}
		at := row.Happened
		if d.Order == "recorded" {
			at = row.Recorded
		}
		x := chronoRow{Row: row, Edit: row.Seq == d.Edit}
		x.When = chat.Clock(at, zone)
		if head := dayOf(at, zone, p.Lang); head != day {
			day, x.Day = head, head
		}
		d.Rows = append(d.Rows, x)
	}
	slices.Sort(d.People)
}

// dayOf is the date row between days.
func dayOf(t time.Time, zone *time.Location, lang chat.Lang) string {
	full := chat.LongStamp(t, zone, lang)
	clock := t.In(zone).Format("15:04:05")
	return strings.TrimSpace(strings.Split(full, clock)[0])
}

func (d *chronoData) wants(r chat.Row) bool {
	if d.Who != "" && r.By != d.Who && r.From != d.Who && r.To != d.Who {
		return false
	}
	if d.Word != "" && !strings.Contains(strings.ToLower(strings.Join([]string{r.From, r.To, r.Text, r.Result, r.By}, " ")), strings.ToLower(d.Word)) {
		return false
	}
	group, _, _ := strings.Cut(string(r.Kind), ".")
	switch d.Kind {
	case "important":
		return r.Important
	case "decision":
		return group == "decision"
	case "notice":
		return group == "notice" || group == "duty" || group == "escalation"
	case "cargo":
		return group == "figure" || group == "report"
	case "open":
		return r.Open
	case "fixed":
		return r.Struck || r.Corrects != 0 || r.Corrected != 0
	case "audit":
		return true
	}
	return !r.Minor
}
