package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) chronoRoutes() {
	s.get("/i/{id}/chrono", s.chrono)
	s.get("/i/{id}/e/{n}", s.entry)
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
	Phase   string
	Phases  []chronoFilter
	At      int64 // entry that must be on the page, whatever is chosen
	Page    int   // from 1, the newest rows on the last
	Pages   int
	query   url.Values // the present choice, for links that keep it
}

// chronoRows is how many rows a page holds: a phone still scrolls through them.
const chronoRows = 500

// With is the address of the same choice with one thing changed.
func (d *chronoData) With(key, value string) string {
	q := maps.Clone(d.query)
	q.Set(key, value)
	return "?" + q.Encode()
}

type chronoFilter struct {
	Key, Word string
	On        bool
}

// Next is the number of the page so many pages on.
func (d *chronoData) Next(n int) int { return d.Page + n }

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
		d := &chronoData{Order: q.Get("order"), Kind: q.Get("kind"), Who: incident.Clean(q.Get("who")), Word: incident.Clean(q.Get("q")), Open: v.S.OpenEntries(), All: len(entries)}
		d.Edit, _ = strconv.ParseInt(q.Get("edit"), 10, 64)
		d.At, _ = strconv.ParseInt(q.Get("at"), 10, 64)
		d.At = max(d.At, d.Edit)
		d.Page, _ = strconv.Atoi(q.Get("page"))
		d.phases(p, q.Get("phase"))
		if d.Order != "recorded" {
			d.Order = "happened"
		}
		if !slices.Contains(filters(), d.Kind) {
			d.Kind = "all"
		}
		d.query = url.Values{"kind": {d.Kind}, "phase": {d.Phase}, "who": {d.Who}, "q": {d.Word}, "order": {d.Order}}
		d.fill(p, p.drawer().Rows(v, entries))
		return d
	}})
}

// entry is the lasting address of one entry: the chronology with it in view,
// also where the usual choice of rows leaves it out.
func (s *Server) entry(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.ParseInt(r.PathValue("n"), 10, 64)
	v, viewErr := s.o.Service.View(r.Context(), r.PathValue("id"))
	switch {
	case viewErr != nil:
		s.refused(w, r, viewErr)
	case err != nil || n < 1 || n > v.S.Seq:
		s.fail(w, r, http.StatusNotFound, "web.notfound")
	default:
		http.Redirect(w, r, fmt.Sprintf("/i/%s/chrono?at=%d#e%d", url.PathEscape(v.S.ID), n, n), http.StatusSeeOther)
	}
}

// phases lists the phases of the runbooks in use and reads the chosen one.
func (d *chronoData) phases(p *page, chosen string) {
	for _, run := range p.View.S.Runs {
		for i := range run.Phases {
			no := run.Phases[i].No
			f := chronoFilter{Key: fmt.Sprintf("%s/%d", run.ID, no), Word: strings.TrimSpace(fmt.Sprintf("%d %s", no, chat.OneLine(p.View.PhaseTitle(run.ID, no))))}
			if len(p.View.S.Runs) > 1 {
				f.Word = chat.OneLine(p.View.RunTitle(run.ID)) + " " + f.Word
			}
			if f.On = f.Key == chosen; f.On {
				d.Phase = chosen
			}
			d.Phases = append(d.Phases, f)
		}
	}
}

func (d *chronoData) fill(p *page, rows []chat.Row) {
	for _, f := range filters() {
		d.Filters = append(d.Filters, chronoFilter{Key: f, Word: p.T("chrono." + f), On: f == d.Kind})
	}
	if d.Order == "happened" {
		slices.SortStableFunc(rows, func(a, b chat.Row) int { return a.Happened.Compare(b.Happened) })
	}
	rows = d.turn(d.choose(rows))
	zone, day := p.Site().Zone, ""
	for _, row := range rows {
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
}

// choose keeps the rows that are wanted, and lists the people in all of them.
func (d *chronoData) choose(rows []chat.Row) []chat.Row {
	out := rows[:0:0]
	for _, row := range rows {
		if !slices.Contains(d.People, row.By) && !row.Machine {
			d.People = append(d.People, row.By)
		}
		if row.Seq == d.At || d.wants(row) {
			out = append(out, row)
		}
	}
	slices.Sort(d.People)
	return out
}

// turn gives the rows of the page: the one asked for, the one with the entry
// that must be seen, else the newest.
func (d *chronoData) turn(rows []chat.Row) []chat.Row {
	d.Pages = max(1, (len(rows)+chronoRows-1)/chronoRows)
	if d.Page < 1 || d.Page > d.Pages {
		d.Page = d.Pages
		if i := slices.IndexFunc(rows, func(r chat.Row) bool { return r.Seq == d.At }); i >= 0 {
			d.Page = i/chronoRows + 1
		}
	}
	from := (d.Page - 1) * chronoRows
	return rows[from:min(from+chronoRows, len(rows))]
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
	if d.Word != "" && !strings.Contains(strings.ToLower(strings.Join([]string{r.From, r.To, r.Text, r.Result, r.By, r.Source}, " ")), strings.ToLower(d.Word)) {
		return false
	}
	if d.Phase != "" && r.Phase != d.Phase {
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
