package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// Limits of the wall display (UX 3.9).
const (
	wallSteps  = 3
	wallClocks = 3
	wallLines  = 6
	wallOthers = 6
)

// wallData is the display in the control room.
type wallData struct {
	Title    string
	Steps    []wallStep
	Blocked  []string
	Clocks   []string
	Report   string
	Cargo    []string
	Cautions []string
	Lines    []string
	Others   string // what else is under way, "" if nothing
}

type wallStep struct {
	N, Total        int
	Title, Who, Due string
	Late            bool
}

// wallPage shows one incident from afar; without a choice, the gravest that is
// live, else a drill. What else is under way stands at the foot.
func (s *Server) wallPage(w http.ResponseWriter, r *http.Request) {
	open := s.wallOrder(r)
	id := r.URL.Query().Get("i")
	if id == "" && len(open) > 0 {
		id = open[0].ID
	}
	if id != "" && strings.Trim(id, "0123456789") == "" {
		id = "IR-" + id
	}
	if id == "" {
		s.show(w, r, view{name: "wall", title: "empty.board"})
		return
	}
	v, err := s.o.Service.View(r.Context(), id)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	lang := s.lang(r)
	d := &desk{s: s, v: v, lang: lang, base: "/i/" + v.S.ID, draw: chat.Drawer{Words: s.o.Words, Lang: lang}}
	data := d.wall(r, r.URL.Query().Get("names") == "role")
	data.Others = d.wallOthers(open)
	s.show(w, r, view{name: "wall", title: chat.OneLine(v.Title()), in: v, data: data})
}

// wallOrder lists what is under way, the gravest first. Nobody in front of a
// wall can choose.
func (s *Server) wallOrder(r *http.Request) []incident.Summary {
	rows, err := s.o.List(r.Context(), true)
	if err != nil {
		return nil
	}
	gravestFirst(rows)
	return rows
}

// gravestFirst sorts live before drill, then by severity, then by the nearest
// deadline: for what shows only the first few.
func gravestFirst(rows []incident.Summary) {
	slices.SortStableFunc(rows, func(a, b incident.Summary) int {
		if a.Drill != b.Drill {
			if a.Drill {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(weight(a.Severity), weight(b.Severity)), compareTimes(a.Next, b.Next))
	})
}

// wallOthers names the other incidents under way; a drill stays off the wall of
// a live one.
func (d *desk) wallOthers(open []incident.Summary) string {
	var ids []string
	for _, x := range open {
		if x.ID != d.v.S.ID && (!x.Drill || d.v.S.Drill) {
			ids = append(ids, x.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	n := len(ids)
	if n > wallOthers {
		ids = append(ids[:wallOthers], "…")
	}
	return d.t("wall.others", "n", n, "ids", strings.Join(ids, d.t("label.and")))
}

func (d *desk) wall(r *http.Request, byRole bool) wallData {
	data := wallData{Title: chat.OneLine(d.v.Title()), Cargo: d.cargoLines(), Cautions: d.cautionLines()}
	_, _, total := d.v.S.Progress()
	for _, st := range d.v.S.Currents() {
		who := d.t("step.none")
		if st.Holder != "" {
			who = d.callee(st.Holder, byRole)
		}
		x := wallStep{N: st.N, Total: total, Title: chat.Truncate(chat.OneLine(d.v.StepTitle(st)), 40), Who: who, Late: !st.Due.IsZero() && st.Due.Before(d.v.Now)}
		if !st.Due.IsZero() {
			x.Due = d.t("hand.until", "time", d.near(st.Due))
		}
		if x.Late { // in words: a colour alone says nothing to many
			x.Due = d.t("step.state.over") + " " + d.near(st.Due)
		}
		if st.State == incident.StepBlocked {
			data.Blocked = append(data.Blocked, chat.OneLine(d.v.Text(st.BlockSeq)["reason"]))
		}
		if len(data.Steps) < wallSteps {
			data.Steps = append(data.Steps, x)
		}
	}
	for _, c := range d.draw.Clocks(d.v) {
		if x := d.v.S.Duty(c.Duty); x != nil && x.State == "open" && !c.Due.IsZero() && len(data.Clocks) < wallClocks {
			data.Clocks = append(data.Clocks, c.Name+" "+d.wallDue(c.Due))
		}
	}
	for _, r := range d.draw.ETAs(d.v) {
		if r.State == "open" || r.State == "late" {
			data.Cargo = append(data.Cargo, r.Line())
		}
	}
	if next := d.v.S.Cadence.Next; !next.IsZero() {
		data.Report = d.t("upd.next", "time", d.wallDue(next))
	}
	entries := d.entries(r)(max(1, d.v.S.Seq-60), d.v.S.Seq)
	for _, row := range slices.Backward(d.draw.Rows(d.v, entries)) {
		if row.Minor || row.Machine || row.Struck || len(data.Lines) == wallLines {
			continue
		}
		line := row.When + " " + chat.Truncate(strings.TrimSpace(row.Text+" "+row.Result), 60)
		if !byRole {
			line += " (" + row.By + ")"
		}
		data.Lines = append(data.Lines, line)
	}
	return data
}

// wallDue is a time something is due, with a word where it has passed.
func (d *desk) wallDue(due time.Time) string {
	if due.Before(d.v.Now) {
		return d.near(due) + " " + d.t("clk.state.passed")
	}
	return d.near(due)
}

// callee is a person, or only the role where visitors can see the wall.
func (d *desk) callee(person string, byRole bool) string {
	if !byRole {
		return d.person(person)
	}
	for _, role := range d.v.Site.Directory.Roles {
		if slices.Contains(d.v.Site.RolesOf(person, d.v.S), role.ID) {
			return d.v.Role(role.ID, string(d.lang))
		}
	}
	return d.t("wall.someone")
}
