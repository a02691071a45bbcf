package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func itoa(n int) string { return strconv.Itoa(n) }

func (s *Server) boardRoutes() {
	s.get("/{$}", s.board)
	s.get("/go/room", s.goTo(""))
	s.get("/go/chrono", s.goTo("/chrono"))
}

// boardRow is an incident on the board.
type boardRow struct {
	V        *incident.View
	Title    string
	State    string
	Turns    []turn
	Steps    []boardStep
	Next     []deadline // nearest first, at most three
	Care     []care     // 要注意
	Severity string
	Elapsed  string
	Report   time.Time
}

type boardStep struct {
	N     int
	Title string
	Who   string
	Path  string
	Mark  string // state word
	Tone  chat.Tone
}

// care is something the row must not hide.
type care struct {
	Text string
	Tone chat.Tone
}

// boardData is what the board shows.
type boardData struct {
	Show   string // live, drill, closed
	Filter string
	Turns  []turn
	Rows   []boardRow
	Ready  []string // drill, runbooks, backup (UX 2.11)
}

func (s *Server) board(w http.ResponseWriter, r *http.Request) {
	show := r.URL.Query().Get("show")
	if show != "drill" && show != "closed" {
		show = "live"
	}
	views, err := s.views(r.Context(), show)
	if err != nil {
		s.o.Logger.Error("read board", "err", err)
		s.fail(w, r, http.StatusInternalServerError, "web.broken")
		return
	}
	standing, err := s.o.Service.StandingView(r.Context())
	if err != nil {
		s.o.Logger.Error("read duty roster", "err", err) // the board does without
	}
	filter := incident.Clean(r.URL.Query().Get("q"))
	s.show(w, r, view{name: "board", title: "nav.board", active: "board", data: func(p *page) any {
		d := boardData{Show: show, Filter: filter}
		if s.o.Ready != nil {
			d.Ready = s.o.Ready(p.Lang)
		}
		if standing != nil {
			d.Turns = p.rosterTurns(standing)
		}
		for _, v := range views {
			row := p.boardRow(v)
			d.Turns = append(d.Turns, row.Turns...)
			if filter == "" || strings.Contains(strings.ToLower(row.Title+" "+v.S.ID), strings.ToLower(filter)) {
				d.Rows = append(d.Rows, row)
			}
		}
		slices.SortStableFunc(d.Rows, compareRows)
		slices.SortStableFunc(d.Turns, func(a, b turn) int { return compareTimes(a.Due, b.Due) })
		return d
	}})
}

// views reads the incidents the board shows: all under way, or closed ones.
func (s *Server) views(ctx context.Context, show string) ([]*incident.View, error) {
	rows, err := s.o.List(ctx, show != "closed")
	if err != nil {
		return nil, err
	}
	var out []*incident.View
	for _, x := range rows {
		if (show == "closed") != (x.Status == incident.Closed) || show == "drill" && !x.Drill {
			continue
		}
		v, err := s.o.Service.View(ctx, x.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if len(out) == 100 {
			break
		}
	}
	return out, nil
}

// compareRows sorts the board: who needs me first, then the nearest deadline,
// then severity; never by age.
func compareRows(a, b boardRow) int {
	return cmp.Or(
		cmp.Compare(min(len(b.Turns), 1), min(len(a.Turns), 1)),
		compareTimes(a.first(), b.first()),
		cmp.Compare(weight(a.V.S.Severity), weight(b.V.S.Severity)),
	)
}

func weight(severity int) int {
	if severity == 0 {
		return 3 // not judged yet: after 1, before 2
	}
	return severity * 2
}

func (r boardRow) first() time.Time {
	if len(r.Next) == 0 {
		return time.Time{}
	}
	return r.Next[0].Due
}

// compareTimes puts the earlier first and no time last.
func compareTimes(a, b time.Time) int {
	if a.IsZero() != b.IsZero() {
		if a.IsZero() {
			return 1
		}
		return -1
	}
	return a.Compare(b)
}

func (p *page) boardRow(v *incident.View) boardRow {
	st := v.S
	row := boardRow{V: v, Title: chat.OneLine(v.Title()), State: p.status(v), Turns: p.turns(v, p.Me), Severity: p.T("severity." + itoa(st.Severity)), Report: st.Cadence.Next}
	row.Elapsed = p.elapsed(v)
	for _, x := range working(st) {
		row.Steps = append(row.Steps, p.boardStep(v, x))
		if len(row.Steps) == 3 {
			break
		}
	}
	row.Next = p.deadlines(v)
	if len(row.Next) > 3 {
		row.Next = row.Next[:3]
	}
	row.Care = p.cares(v)
	return row
}

func (p *page) boardStep(v *incident.View, x *incident.Step) boardStep {
	who := p.Person(x.Holder)
	if who == "" {
		who = p.T("step.none")
	}
	word, tone := p.stepWord(v, x)
	return boardStep{N: x.N, Title: chat.Truncate(chat.OneLine(v.StepTitle(x)), 40), Who: who, Path: stepPath(v.S.ID, x), Mark: word, Tone: tone}
}

// status is where an incident stands, with its phase.
func (p *page) status(v *incident.View) string {
	if v.S.Status == incident.Open {
		if cur := v.S.Currents(); len(cur) > 0 {
			run, _, _ := strings.Cut(cur[0].Ref, "/")
			if phase := chat.OneLine(v.PhaseTitle(run, cur[0].Phase)); phase != "" {
				return p.T("status.open.phase", "phase", chat.Truncate(phase, 30))
			}
		}
	}
	return p.T("status." + string(v.S.Status))
}

// elapsed is how long the incident has been going on.
func (p *page) elapsed(v *incident.View) string {
	t := v.S.Times
	from := t.Declared
	for _, at := range []time.Time{t.Detected, t.Reported} {
		if !at.IsZero() && (from.IsZero() || at.Before(from)) {
			from = at
		}
	}
	to := v.Now
	if !t.Closed.IsZero() {
		to = t.Closed
	}
	return chat.Duration(to.Sub(from), p.Lang)
}

// cares are the things a row of the board says in words: who is missing, what
// is stuck, who has not answered.
func (p *page) cares(v *incident.View) []care {
	st := v.S
	var out []care
	add := func(tone chat.Tone, key string, args ...any) { out = append(out, care{p.T(key, args...), tone}) }
	if st.Status == incident.Reported {
		add(chat.ToneBlocked, "inc.notake.short", "minutes", max(1, int(v.Now.Sub(st.Times.Reported)/time.Minute)))
	}
	for _, e := range st.Escalations {
		switch {
		case e.Ended == "" && e.Exhausted > 0:
			add(chat.ToneBlocked, "esc.exhausted")
		case e.Ended == "" && e.Reason == "declare":
			add(chat.ToneLate, "care.paging", "who", p.pagedNames(e))
		case e.Ended == "acked" && e.Reason == "declare":
			add(chat.ToneDone, "care.acked", "who", p.Person(e.AckBy), "time", p.At(e.Acked))
		}
	}
	if _, blocked, _ := st.Progress(); blocked > 0 {
		add(chat.ToneBlocked, "care.blocked", "n", blocked)
	}
	if st.Status == incident.Open && st.Roles["lead"].Person == "" {
		add(chat.ToneLate, "role.empty", "role", p.Role("lead"))
	}
	if n := st.OpenEntries(); n > 0 {
		add(chat.ToneLate, "care.open", "n", n)
	}
	for _, n := range st.Notices {
		if n.State == incident.NoticeFailed || n.State == incident.NoticeUnconfirmed {
			add(chat.ToneBlocked, "care.notice", "dest", p.Dest(n.Dest), "state", p.T("notice.state."+string(n.State)))
		}
	}
	return out
}

// pagedNames are the people of the level paged last.
func (p *page) pagedNames(e *incident.Escalation) string {
	if len(e.Paged) == 0 {
		return p.T("label.nobody")
	}
	var names []string
	for _, id := range e.Paged[len(e.Paged)-1].People {
		names = append(names, p.Person(id))
	}
	return strings.Join(names, p.T("label.and"))
}

// goTo sends to a page of the incident that is first on the board.
func (s *Server) goTo(page string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		views, err := s.views(r.Context(), "live")
		if err != nil || len(views) == 0 {
			s.putFlash(w, flash{Tone: "late", Text: s.t(s.lang(r), "empty.board")})
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		p := s.page(r)
		rows := make([]boardRow, 0, len(views))
		for _, v := range views {
			p.View = v
			rows = append(rows, p.boardRow(v))
		}
		slices.SortStableFunc(rows, compareRows)
		http.Redirect(w, r, "/i/"+rows[0].V.S.ID+page, http.StatusSeeOther)
	}
}
