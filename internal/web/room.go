package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

func (s *Server) roomRoutes() {
	s.get("/i/{id}", s.room)
	s.post("/i/{id}/inject", s.inject)
}

// roomLines is how many lines the log of the room shows; the rest is in the
// chronology.
const roomLines = 60

// roomData is what the room shows.
type roomData struct {
	Status   string
	Elapsed  string
	Waiting  string // nobody has taken charge
	Roles    []roleRow
	Cautions []caution
	Log      []chat.Row
	More     int64 // earlier lines that are only in the chronology
	Cards    []chat.Card
	Pages    []ladder
	Due      []deadline
	Figures  []figure
	Undo     *undo
	Sample   string
	Next     int // injects left
	NextText string
	ETAs     []chat.ETARow
	Title    string
}

// roleRow is who has a role.
type roleRow struct {
	ID, Role, Person, Note string
	Acting                 string // the role, where a deputy carries it until it is handed back
	Empty                  bool
}

// caution is a standing caution.
type caution struct {
	N        int
	Text, By string
	At       time.Time
}

// figure is a cargo number.
type figure struct {
	Item, Word string
	N          int64
	Set        bool
	At         time.Time
	Old        bool
}

// undo is the act of the reader that can still be withdrawn.
type undo struct {
	Until time.Time
	What  string
}

func (s *Server) room(w http.ResponseWriter, r *http.Request) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	from := max(1, v.S.Seq-3*roomLines)
	entries, err := s.o.Service.Entries(r.Context(), v.S.ID, from, v.S.Seq)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.show(w, r, view{name: "room", title: chat.OneLine(v.Title()), active: "room", tab: "room", in: v, data: func(p *page) any {
		return p.roomData(v, entries, from)
	}})
}

func (p *page) roomData(v *incident.View, entries []timeline.Entry, from int64) roomData {
	d := roomData{
		Status: p.status(v), Elapsed: p.elapsed(v), Title: chat.OneLine(v.Title()), Roles: p.roleRows(v), Cautions: p.cautions(v), Pages: p.ladders(v),
		Due: p.deadlines(v), Figures: p.figures(v), Undo: p.undo(v), Sample: p.T("tl.sample"), More: from - 1,
	}
	if v.S.Status == incident.Reported {
		d.Waiting = p.T("inc.notake.short", "minutes", max(1, int(v.Now.Sub(v.S.Times.Reported)/time.Minute)))
		for _, e := range v.S.Escalations {
			if e.Ended == "" && e.Reason == "report" {
				d.Waiting = p.T("inc.notake", "minutes", max(1, int(v.Now.Sub(v.S.Times.Reported)/time.Minute)), "person", p.nextNames(v, e), "time", p.At(e.Due))
			}
		}
	}
	draw := p.drawer()
	d.ETAs = draw.ETAs(v)
	for _, row := range draw.Rows(v, entries) {
		if !row.Minor {
			d.Log = append(d.Log, row)
		}
	}
	if n := len(d.Log) - roomLines; n > 0 {
		d.More += int64(n)
		d.Log = d.Log[n:]
	}
	for _, st := range p.mineFirst(v) {
		if c, ok := draw.Draw(v, "step/"+st.Ref); ok {
			d.Cards = append(d.Cards, c)
		}
	}
	if dir := p.srv.o.Director; dir != nil && v.S.Drill && v.S.Status != incident.Closed {
		d.Next = dir.Left(v.S)
	}
	return d
}

// mineFirst are the steps to be worked on and the blocked ones, the reader's
// own first.
func (p *page) mineFirst(v *incident.View) []*incident.Step {
	cur := working(v.S)
	slices.SortStableFunc(cur, func(a, b *incident.Step) int {
		return boolOrder(a.Holder == p.Me, b.Holder == p.Me)
	})
	return cur
}

// working are the current steps, and the blocked ones that were passed by: they
// wait for help and must not drop out of sight.
func working(in *incident.Incident) []*incident.Step {
	cur := slices.Clone(in.Currents())
	for _, r := range in.Runs {
		for _, st := range r.Steps {
			if st.State == incident.StepBlocked && !slices.Contains(cur, st) {
				cur = append(cur, st)
			}
		}
	}
	return cur
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// roleRows are the roles of the incident; those nobody has yet come first among
// the ones that matter most.
func (p *page) roleRows(v *incident.View) []roleRow {
	main := []string{"lead", "ciso", "liaison", "ops", "pr", "scribe"}
	var out []roleRow
	for _, r := range p.Roles() {
		h, set := v.S.Roles[r.ID]
		if !set && !slices.Contains(main, r.ID) {
			continue
		}
		row := roleRow{ID: r.ID, Role: p.Role(r.ID), Person: p.Person(h.Person), Empty: h.Person == ""}
		if h.For != "" {
			row.Note, row.Acting = p.T("role.acting", "who", p.Person(h.For)), r.ID
		}
		if row.Empty {
			if all := p.Site().Directory.Holders(r.ID); r.ID != "lead" && len(all) > 0 {
				row.Person, row.Empty = p.Person(all[0].ID), false
			}
		}
		if r.ID == "ciso" {
			row.Note = strings.Join(slices.DeleteFunc([]string{row.Note, p.acked(v)}, func(s string) bool { return s == "" }), p.T("label.and"))
		}
		out = append(out, row)
	}
	slices.SortStableFunc(out, func(a, b roleRow) int { return slices.Index(main, a.ID) - slices.Index(main, b.ID) })
	return out
}

// acked says whether the climb towards the CISO was answered.
func (p *page) acked(v *incident.View) string {
	for i := len(v.S.Escalations) - 1; i >= 0; i-- {
		e := v.S.Escalations[i]
		if e.Reason != "declare" {
			continue
		}
		if !e.Acked.IsZero() {
			return p.T("room.acked", "who", p.Person(e.AckBy), "time", p.At(e.Acked))
		}
		if e.Ended == "" {
			return p.T("esc.state.paging")
		}
	}
	return ""
}

func (p *page) cautions(v *incident.View) []caution {
	var out []caution
	for _, c := range v.S.Cautions {
		if c.Lifted.IsZero() {
			out = append(out, caution{N: c.N, Text: chat.OneLine(v.Text(c.Seq)["text"]), By: p.Person(c.By), At: c.At})
		}
	}
	return out
}

// old is after how long a cargo number is called old (UX 3.5a).
const old = 30 * time.Minute

func (p *page) figures(v *incident.View) []figure {
	items := []string{"trucks", "vessels", "containers"}
	for item := range v.S.Figures {
		if !slices.Contains(items, item) {
			items = append(items, item)
		}
	}
	slices.Sort(items[3:])
	var out []figure
	for _, item := range items {
		f, ok := v.S.Figures[item]
		if strings.Contains(item, "/") { // of one terminal: on the cargo board
			continue
		}
		out = append(out, figure{Item: item, Word: p.Or("figure."+item, item), N: f.N, Set: ok, At: f.At, Old: ok && v.Now.Sub(f.At) > old})
	}
	return out
}

// undoFor is how long an act can be withdrawn; the rules decide, the page only
// offers it.
const undoFor = 2 * time.Minute

func (p *page) undo(v *incident.View) *undo {
	u, ok := v.S.Last[p.Me]
	if !ok || v.Now.Sub(u.At) >= undoFor {
		return nil
	}
	what := p.Or("did."+strings.TrimPrefix(u.Kind, "step."), p.T("recorded"))
	if st := v.S.Step(u.Step); st != nil {
		what = p.T("step.line", "n", st.N, "title", chat.Truncate(chat.OneLine(v.StepTitle(st)), 30)) + ": " + what
	}
	return &undo{Until: u.At.Add(undoFor), What: what}
}

// inject gives the next situation of a drill (状況付与).
func (s *Server) inject(w http.ResponseWriter, r *http.Request) {
	if s.o.Director == nil {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	if _, err := s.o.Service.Do(r.Context(), s.actOf(r), r.PathValue("id"), incident.NextInject{}); err != nil {
		s.refused(w, r, err)
		return
	}
	title, left, err := s.o.Director.Give(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	text := s.t(s.lang(r), "drill.given", "title", title, "left", left)
	if title == "" {
		text = s.t(s.lang(r), "drill.over")
	}
	s.back(w, r, flash{Tone: "done", Text: text})
}
