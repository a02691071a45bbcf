package web

import (
	"net/http"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// dutySheetData is the one page handed over with the duty.
type dutySheetData struct {
	Rosters   []rosterTable
	Incidents []dutyIncident
	Gaps      []gapRow
	Hands     []handRow // offered, and not yet accepted
	Tight     bool      // more incidents than have room for every line
}

// What fits on one sheet of A4 in two columns: the more incidents there are, the
// fewer lines each has, and what is left out is counted. Full lists are on the
// hand-over page of each incident.
const (
	sheetWhole = 2 // incidents with sheetLines a block
	sheetFull  = 5 // incidents with any block; the others have their head only
	sheetLines = 6
	sheetTight = 3
)

type dutyIncident struct {
	Head string
	Path string

	Situation string
	Blocks    []briefing
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
	gravestFirst(rows)
	standing, err := s.o.Service.StandingView(r.Context())
	if err != nil {
		s.refused(w, r, err)
		return
	}
	lang := s.lang(r)
	var d dutySheetData
	d.Tight = len(rows) > sheetWhole
	for i, x := range rows {
		v, err := s.o.Service.View(r.Context(), x.ID)
		if err != nil {
			s.refused(w, r, err)
			return
		}
		k := &desk{s: s, v: v, lang: lang, base: "/i/" + x.ID, draw: chat.Drawer{Words: s.o.Words, Lang: lang}}
		most := sheetLines
		switch {
		case i >= sheetFull:
			most = 0
		case d.Tight:
			most = sheetTight
		}
		d.Incidents = append(d.Incidents, k.forDuty(most))
	}
	s.show(w, r, view{name: "dutysheet", title: "roster.sheet", active: "ready", tab: "roster", data: func(p *page) any {
		all := p.rosterData(standing)
		d.Gaps = all.Gaps
		for _, h := range all.Hands {
			if h.Waits {
				d.Hands = append(d.Hands, h)
			}
		}
		for _, t := range all.Rosters {
			t.Rows = t.Rows[:min(3, len(t.Rows))]
			d.Rosters = append(d.Rosters, t)
		}
		return d
	}})
}

// forDuty are the blocks of an incident that the next person needs first, each
// with at most so many lines. A block without any is left out.
func (d *desk) forDuty(most int) dutyIncident {
	out := dutyIncident{Path: d.base, Head: d.v.S.ID + " " + d.v.Title()}
	if c, ok := d.draw.Draw(d.v, "status"); ok {
		out.Head = c.Head
	}
	if most == 0 {
		return out
	}
	out.Situation = strings.Join(d.situation(), " · ")
	for _, b := range []briefing{
		{"hand.steps", d.stepLines()}, {"hand.clocks", d.clockLines()}, {"hand.cautions", d.cautionLines()}, {"roster.next", d.nextReport()},
	} {
		if len(b.Lines) == 0 {
			continue
		}
		if left := len(b.Lines) - most; left > 0 {
			b.Lines = append(b.Lines[:most:most], d.t("sheet.more", "n", left))
		}
		b.Title = d.t(b.Title)
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
