package web

import (
	"io"
	"net/http"
	"path/filepath"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/tally"
	"irbot/internal/xlsx"
)

// differenceView is a line of the list of exceptions.
type differenceView struct {
	tally.Difference
	Shown string
	Kind  string
}

type reconcileData struct {
	incident.Reconciliation
	File   string
	Who    string
	Shown  []differenceView
	Counts []kindCount
	Hidden int
}

type kindCount struct {
	Name string
	N    int
}

// differencesSeen is how many lines the page shows; the CSV holds all.
const differencesSeen = 500

func (s *Server) reconcile(w http.ResponseWriter, r *http.Request) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	rec, err := s.o.Service.Reconcile(r.Context(), v.S)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.show(w, r, view{name: "reconcile", title: "rec.title", active: "room", tab: "reconcile", in: v, data: func(p *page) any {
		d := reconcileData{Reconciliation: rec}
		if rec.List != nil {
			d.File, d.Who = chat.OneLine(v.Text(rec.List.Seq)["name"]), p.Person(rec.List.By)
		}
		count := map[string]int{}
		for i, x := range rec.Differences {
			count[x.Kind]++
			if i < differencesSeen {
				d.Shown = append(d.Shown, differenceView{Difference: x, Shown: tally.Shown(x.Container), Kind: tally.NameOf(x.Kind, string(p.Lang))})
			}
		}
		d.Hidden = len(rec.Differences) - len(d.Shown)
		for _, k := range []string{tally.TOSOnly, tally.YardOnly, tally.Misplaced, tally.HoldsVary, tally.Twice} {
			d.Counts = append(d.Counts, kindCount{tally.NameOf(k, string(p.Lang)), count[k]})
		}
		return d
	}})
}

func (s *Server) importList(w http.ResponseWriter, r *http.Request) {
	file, head, err := r.FormFile("file")
	if err != nil {
		s.fail(w, r, http.StatusUnprocessableEntity, "err.input.missing", "field", s.t(s.lang(r), "label.file"))
		return
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, incident.MaxFile+1))
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "web.form")
		return
	}
	s.act(w, r, r.PathValue("id"), incident.ImportList{File: chat.Truncate(chat.OneLine(filepath.Base(head.Filename)), 120), Data: data})
}

func (s *Server) reconcileOut(w http.ResponseWriter, r *http.Request) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	rec, err := s.o.Service.Reconcile(r.Context(), v.S)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	lang := string(s.lang(r))
	s.sendTable(w, r, v, taken{
		name: "reconcile",
		csv:  func(w io.Writer) error { return tally.WriteDifferences(w, rec.Differences, lang) },
		xlsx: func(w io.Writer) error { return xlsx.Table(w, tally.DifferenceTable(rec.Differences, lang)) },
	})
}
