package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/report"
)

func (s *Server) clockRoutes() {
	s.get("/i/{id}/clocks", s.clocks)
	s.post("/i/{id}/clocks/moment", s.setMoment)
}

// clocksData is the page of the deadlines (UX 2.8).
type clocksData struct {
	Rows    []clockLine
	Moments []momentLine
	Rules   string // hash of the rules pinned in this incident
	May     bool   // the reader may set moments and dismiss
	Who     string
}

type clockLine struct {
	chat.ClockRow
	Open   bool
	Dest   string
	Forms  []deedForm
	Base   string // event the clock starts from
	NoBase bool
	Rule   []string // what kind of rule it is, since when, how far it was checked
}

// momentLine is a moment clocks start from.
type momentLine struct {
	ID, Word string
	At       time.Time
	Settable bool
	History  []momentPast
}

// momentPast is one time a person fixed a moment; the last one holds.
type momentPast struct {
	At      time.Time
	By, Why string
	Seq     int64
	Holds   bool
}

func (s *Server) clocks(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	data := clocksData{May: d.may(incident.MayLead), Who: d.people(d.v.Site.Who(incident.MayLead, d.v.S))}
	for _, row := range d.draw.Clocks(d.v) {
		x := d.v.S.Duty(row.Duty)
		if x == nil {
			continue
		}
		data.Rows = append(data.Rows, d.clockLine(row, x, data.May))
	}
	data.Moments = d.moments()
	data.Rules = d.v.S.DutyRules
	s.show(w, r, view{name: "clocks", title: "tab.clocks", active: "room", tab: "clocks", in: d.v, data: data})
}

func (d *desk) clockLine(row chat.ClockRow, x *incident.Duty, may bool) clockLine {
	open := x.State == incident.DutyOpen
	l := clockLine{ClockRow: row, Open: open, Dest: x.Dest, Base: d.t("moment." + x.From)}
	l.NoBase = x.Base.IsZero() && (x.Plan == nil || x.Plan.Numbered() || x.Plan.TargetS > 0)
	if strings.HasPrefix(x.From, report.AfterMet) {
		l.NoBase = false // it starts by itself when the other one is met
	}
	if _, known := d.v.Site.Directory.Destination(x.Dest); !known {
		l.Dest = ""
	}
	l.Rule = d.ruleWords(row)
	var wanted []string
	switch {
	case open && d.may(incident.MayRespond):
		wanted = append(wanted, "duty.done")
	}
	switch {
	case !may:
	case open && x.Check:
		wanted = append([]string{"duty.confirm"}, append(wanted, "duty.dismiss")...)
	case open:
		wanted = append(wanted, "duty.dismiss")
	default:
		wanted = append(wanted, "duty.reopen")
	}
	for _, name := range wanted {
		if f, ok := d.form(name, x.ID); ok && d.takes(name) {
			l.Forms = append(l.Forms, f)
		}
	}
	return l
}

// ruleWords say what kind of rule a clock rests on.
func (d *desk) ruleWords(row chat.ClockRow) []string {
	var out []string
	for _, w := range []string{row.Level, row.Confidence} {
		if w != "" {
			out = append(out, w)
		}
	}
	if row.Version != "" {
		out = append(out, d.t("clocks.version", "date", row.Version))
	}
	return out
}

// momentWanted leaves out the rarer moments unless a clock runs from them.
func (d *desk) momentWanted(id string) bool {
	if id != report.Judged && id != report.Paid || !d.v.S.Moment(id).IsZero() {
		return true
	}
	return slices.ContainsFunc(d.v.S.Duties, func(x *incident.Duty) bool { return x.From == id || x.Plan != nil && x.Plan.StartsFrom(id) })
}

// moments are the starts of the clocks, each with who set it when and why.
func (d *desk) moments() []momentLine {
	t := d.v.S.Times
	out := []momentLine{{ID: "reported", At: t.Reported}, {ID: "declared", At: t.Declared}}
	for _, id := range slices.Backward(incident.SettableMoments()) {
		if !d.momentWanted(id) {
			continue
		}
		out = append([]momentLine{{ID: id, At: d.v.S.Moment(id), Settable: true}}, out...)
	}
	for i := range out {
		m := &out[i]
		m.Word = d.t("moment." + m.ID)
		for _, set := range d.v.S.MomentSets {
			if set.Moment != m.ID {
				continue
			}
			words := d.v.Text(set.Seq)
			by := words["who"]
			if by == "" {
				by = d.v.Person(set.By, string(d.lang))
			}
			for j := range m.History {
				m.History[j].Holds = false
			}
			m.History = append(m.History, momentPast{At: set.At, By: chat.OneLine(by), Why: chat.OneLine(words["reason"]), Seq: set.Seq, Holds: true})
		}
	}
	return out
}

// setMoment fixes the moment a clock starts from, with who judged it and why.
func (s *Server) setMoment(w http.ResponseWriter, r *http.Request) {
	at, err := chat.ParseTime(r.PostFormValue("at"), s.o.Service.Now(), s.o.Service.Site().Zone)
	if err != nil {
		s.again(w, r, http.StatusUnprocessableEntity, s.t(s.lang(r), "cmd.badtime", "word", chat.Truncate(chat.OneLine(r.PostFormValue("at")), 40)))
		return
	}
	s.act(w, r, r.PathValue("id"), incident.SetMoment{Moment: r.PostFormValue("moment"), At: at, Why: r.PostFormValue("why"), Who: r.PostFormValue("who")})
}
