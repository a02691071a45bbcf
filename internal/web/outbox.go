package web

import (
	"net/http"
	"slices"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/timeline"
)

// outboxLimit is how many letters are shown; older ones are counted.
const outboxLimit = 100

// outboxData is what is under way, and what a drill would have sent.
type outboxData struct {
	Rows    []outboxRow
	Letters []letter
	Older   int
}

type outboxRow struct {
	carryRow
	Incident, Title, Kind, Path string
	Drill                       bool
	Worry                       bool // a person has to look at it
}

// letter is a message as it would have left.
type letter struct {
	notify.Envelope
	Means string
	Kind  string
}

// outbox shows every message under way with its state and, where drills end in
// a box, the full text of what would have left.
func (s *Server) outbox(w http.ResponseWriter, r *http.Request) {
	rows, err := s.o.List(r.Context(), true)
	if err != nil {
		s.o.Logger.Error("list incidents", "err", err)
		s.fail(w, r, http.StatusInternalServerError, "web.broken")
		return
	}
	lang := s.lang(r)
	var data outboxData
	ids := []string{timeline.SiteLog} // messages about the duty roster
	for _, x := range rows {
		ids = append(ids, x.ID)
	}
	for _, id := range ids {
		v, err := s.o.Service.View(r.Context(), id)
		if err != nil {
			s.refused(w, r, err)
			return
		}
		d := &desk{s: s, v: v, lang: lang, base: "/i/" + id, draw: chat.Drawer{Words: s.o.Words, Lang: lang}}
		data.Rows = append(data.Rows, d.outboxRows()...)
	}
	slices.SortStableFunc(data.Rows, func(a, b outboxRow) int {
		switch {
		case a.Worry == b.Worry:
			return 0
		case a.Worry:
			return -1
		}
		return 1
	})
	if s.o.Pages.Letters != nil {
		all := s.o.Pages.Letters()
		slices.Reverse(all)
		if data.Older = len(all) - outboxLimit; data.Older > 0 {
			all = all[:outboxLimit]
		}
		for _, e := range all {
			e.Subject, e.Body, e.To, e.ToName = chat.Safe(e.Subject), chat.Safe(e.Body), chat.OneLine(e.To), chat.OneLine(e.ToName)
			data.Letters = append(data.Letters, letter{Envelope: e, Means: s.or(lang, "means.", string(e.Means)), Kind: s.or(lang, "outbox.kind.", e.Kind)})
		}
	}
	s.show(w, r, view{name: "outbox", title: "nav.outbox", active: "ready", tab: "outbox", data: data})
}

// or is a wording of a group, or the bare word.
func (s *Server) or(lang chat.Lang, group, word string) string {
	if s.has(group + word) {
		return s.t(lang, group+word)
	}
	return word
}

// outboxRows are the messages that still matter: under way, or waiting for a
// person.
func (d *desk) outboxRows() []outboxRow {
	var out []outboxRow
	for _, m := range slices.Backward(d.v.S.Messages) {
		switch m.State {
		case incident.Queued, incident.Sending, incident.Unconfirmed, incident.Failed:
		default:
			continue
		}
		row := outboxRow{carryRow: d.carryRow(m), Incident: d.v.S.ID, Title: chat.OneLine(d.v.Title()), Drill: d.v.S.Drill, Path: d.base}
		row.Kind = d.s.or(d.lang, "outbox.kind.", m.Kind)
		row.Worry = m.State == incident.Unconfirmed || m.State == incident.Failed
		if d.v.S.ID == timeline.SiteLog {
			row.Path, row.Title = "/roster", d.t("duty.title")
		}
		if m.Notice != "" {
			row.Path += "/n/" + m.Notice
		}
		out = append(out, row)
	}
	return out
}
