package web

import (
	"net/http"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// dutySheetData is the one page handed over with the duty.
type dutySheetData struct {
	Rosters   []rosterTable
	Incidents []dutyIncident
	Gaps      []gapRow
}

type dutyIncident struct {
	Head   string
	Path   string
	Drill  bool
	Blocks []briefing
}

// dutySheet shows what the next person on duty must know: open incidents with
// their steps, clocks, cautions and next report, who is next, and gaps.
func (s *Server) dutySheet(w http.ResponseWriter, r *http.Request) {
	rows, err := s.o.List(r.Context(), true)
	if err != nil {
		s.o.Logger.Error("list incidents", "err", err)
		s.fail(w, r, http.StatusInternalServerError, "web.broken")
		return
	}
	standing, err := s.o.Service.StandingView(r.Context())
	if err != nil {
		s.refused(w, r, err)
		return
	}
	lang := s.lang(r)
	var d dutySheetData
	for _, x := range rows {
		v, err := s.o.Service.View(r.Context(), x.ID)
		if err != nil {
			s.refused(w, r, err)
			return
		}
		k := &desk{s: s, v: v, lang: lang, base: "/i/" + x.ID, draw: chat.Drawer{Words: s.o.Words, Lang: lang}}
		d.Incidents = append(d.Incidents, k.forDuty())
	}
	s.show(w, r, view{name: "dutysheet", title: "roster.sheet", active: "ready", tab: "roster", data: func(p *page) any {
		all := p.rosterData(standing)
		d.Gaps = all.Gaps
		for _, t := range all.Rosters {
			t.Rows = t.Rows[:min(3, len(t.Rows))]
			d.Rosters = append(d.Rosters, t)
		}
		return d
	}})
}

// forDuty are the five blocks of an incident that the next person needs first.
func (d *desk) forDuty() dutyIncident {
	out := dutyIncident{Path: d.base, Drill: d.v.S.Drill, Head: d.v.S.ID + " " + d.v.Title()}
	if c, ok := d.draw.Draw(d.v, "status"); ok {
		out.Head = c.Head
	}
	blocks := []briefing{
		{"hand.situation", d.situation()}, {"hand.steps", d.stepLines()}, {"hand.clocks", d.clockLines()},
		{"hand.cautions", d.cautionLines()}, {"roster.next", d.nextReport()},
	}
	for _, b := range blocks {
		b.Title = d.t(b.Title)
		if len(b.Lines) == 0 {
			b.Lines = []string{d.t("label.none")}
		}
		out.Blocks = append(out.Blocks, b)
	}
	return out
}

func (d *desk) nextReport() []string {
	if d.v.S.Status != incident.Open || d.v.S.Cadence.Next.IsZero() {
		return nil
	}
	return []string{d.near(d.v.S.Cadence.Next)}
}
