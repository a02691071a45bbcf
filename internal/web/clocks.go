package web

import (
	"net/http"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) clockRoutes() {
	s.get("/i/{id}/clocks", s.clocks)
	s.post("/i/{id}/clocks/moment", s.setMoment)
}

// clocksData is the page of the deadlines (UX 2.8).
type clocksData struct {
	Rows    []clockLine
	Moments []momentLine
	May     bool // the reader may set moments and dismiss
	Who     string
}

type clockLine struct {
	chat.ClockRow
	Open    bool
	Dest    string
	Dismiss *deedForm
	Base    string // event the clock starts from
	NoBase  bool
}

// momentLine is a moment clocks start from.
type momentLine struct {
	ID, Word string
	At       time.Time
	Settable bool
}

func (s *Server) clocks(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	data := clocksData{May: d.may(incident.MayLead) && !d.closed(), Who: d.people(d.v.Site.Who(incident.MayLead, d.v.S))}
	for _, row := range d.draw.Clocks(d.v) {
		x := d.v.S.Duty(row.Duty)
		if x == nil {
			continue
		}
		l := clockLine{ClockRow: row, Open: x.State == "open" && !d.closed(), Dest: x.Dest, NoBase: x.Base.IsZero(), Base: d.t("moment." + x.From)}
		if f, ok := d.form("duty.dismiss", x.ID); ok && l.Open && data.May {
			l.Dismiss = &f
		}
		data.Rows = append(data.Rows, l)
	}
	t := d.v.S.Times
	data.Moments = []momentLine{
		{"occurred", d.t("moment.occurred"), t.Occurred, true}, {"detected", d.t("moment.detected"), t.Detected, true},
		{"recognised", d.t("moment.recognised"), t.Recognised, true}, {"reported", d.t("moment.reported"), t.Reported, false},
		{"declared", d.t("moment.declared"), t.Declared, false},
	}
	s.show(w, r, view{name: "clocks", title: "tab.clocks", active: "room", tab: "clocks", in: d.v, data: data})
}

// setMoment fixes the moment a clock starts from, with who judged it and why.
func (s *Server) setMoment(w http.ResponseWriter, r *http.Request) {
	at, err := chat.ParseTime(r.PostFormValue("at"), s.o.Service.Now(), s.o.Service.Site().Zone)
	if err != nil {
		s.again(w, r, http.StatusUnprocessableEntity, s.t(s.lang(r), "cmd.badtime", "word", chat.Truncate(chat.OneLine(r.PostFormValue("at")), 40)))
		return
	}
	s.act(w, r, r.PathValue("id"), incident.SetMoment{Moment: r.PostFormValue("moment"), At: at, Why: r.PostFormValue("why")})
}
