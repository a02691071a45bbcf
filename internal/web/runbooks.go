package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/runbook"
)

func (s *Server) runbookRoutes() {
	s.get("/runbooks", s.runbooks)
	s.get("/runbooks/{book}", s.runbook)
}

type bookRow struct {
	B                     *runbook.Runbook
	Steps                 int
	Errors, Warnings      int
	Mapped                []string // what the finder saw that starts it
	Reference, Unreviewed bool
}

func (s *Server) runbooks(w http.ResponseWriter, r *http.Request) {
	site := s.o.Service.Site()
	var rows []bookRow
	ids := slices.Clone(site.Runbooks())
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		b, ok := site.Runbook(id)
		if !ok {
			continue
		}
		row := bookRow{B: b, Reference: b.Reference, Unreviewed: unreviewed(b)}
		for i := range b.Phases {
			row.Steps += len(b.Phases[i].Steps)
		}
		for _, f := range b.Findings {
			switch f.Severity {
			case runbook.Error:
				row.Errors++
			case runbook.Warning:
				row.Warnings++
			case runbook.Info:
			}
		}
		for seen, book := range site.Mapped {
			if book == id && seen != "" {
				row.Mapped = append(row.Mapped, s.t(s.lang(r), "finder."+seen))
			}
		}
		slices.Sort(row.Mapped)
		rows = append(rows, row)
	}
	lang := string(s.lang(r))
	slices.SortFunc(rows, func(a, b bookRow) int { // those in the reader's language first
		return cmp.Or(boolOrder(a.B.Language == lang, b.B.Language == lang), cmp.Compare(a.B.Title, b.B.Title))
	})
	s.show(w, r, view{name: "runbooks", title: "nav.runbooks", active: "runbooks", data: rows})
}

// unreviewed reports whether a runbook says of itself that professionals have
// not reviewed it (ARCHITECTURE 10.13).
func unreviewed(b *runbook.Runbook) bool {
	return strings.Contains(b.Title+b.Reviewed+b.Version, "未審査")
}

// bookData is a runbook as written and as read.
type bookData struct {
	B        *runbook.Runbook
	Lines    []bookLine
	Phases   []bookPhase
	Findings []bookFinding
}

type bookLine struct {
	N    int
	Text string
	Tone string // of the worst finding on it
}

type bookPhase struct {
	*runbook.Phase
	Steps []bookStep
}

type bookStep struct {
	*runbook.Step
	Fields   []chat.Field
	Warnings []string
	Branches []runbook.Branch
	Question string
}

type bookFinding struct {
	ID, Tone, Severity, Text, Fix string
	Line                          int
}

func (s *Server) runbook(w http.ResponseWriter, r *http.Request) {
	b, ok := s.o.Service.Site().Runbook(r.PathValue("book"))
	if !ok {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	lang := s.lang(r)
	data := bookData{B: b}
	tones := map[int]string{}
	for _, f := range b.Findings {
		x := bookFinding{ID: f.ID, Line: f.Line, Text: f.Message, Fix: f.Fix, Severity: s.t(lang, "lint."+string(f.Severity)), Tone: findingTone(f.Severity)}
		if lang == chat.EN {
			x.Text, x.Fix = f.MessageEN, f.FixEN
		}
		if tones[f.Line] != "blocked" {
			tones[f.Line] = x.Tone
		}
		data.Findings = append(data.Findings, x)
	}
	for i, l := range strings.Split(b.Text, "\n") {
		data.Lines = append(data.Lines, bookLine{N: i + 1, Text: chat.Safe(l), Tone: tones[i+1]})
	}
	for i := range b.Phases {
		p := bookPhase{Phase: &b.Phases[i]}
		for j := range b.Phases[i].Steps {
			p.Steps = append(p.Steps, s.bookStep(lang, &b.Phases[i].Steps[j]))
		}
		data.Phases = append(data.Phases, p)
	}
	s.show(w, r, view{name: "runbook", title: b.Title, active: "runbooks", data: data})
}

func findingTone(v runbook.Severity) string {
	switch v {
	case runbook.Error:
		return "blocked"
	case runbook.Warning:
		return "late"
	case runbook.Info:
	}
	return "muted"
}

// bookStep is a step as irbot understood it.
func (s *Server) bookStep(lang chat.Lang, st *runbook.Step) bookStep {
	and := s.t(lang, "label.and")
	x := bookStep{Step: st, Warnings: st.Forbidden}
	add := func(key, value string) {
		if value = chat.OneLine(value); value != "" {
			x.Fields = append(x.Fields, chat.Field{Label: s.t(lang, key), Value: value})
		}
	}
	add("step.owner", strings.Join(st.Owner, and))
	if st.Due != nil {
		add("step.target", st.Due.Written)
	}
	add("step.donewhen", st.DoneWhen)
	add("step.evidence", strings.Join(st.Evidence, and))
	add("book.approver", strings.Join(st.Approver, and))
	add("step.condition", st.Condition)
	var to []string
	for _, n := range st.Notify {
		to = append(to, n.To)
	}
	add("tab.notices", strings.Join(to, and))
	if st.Escalate != nil {
		add("book.escalate", st.Escalate.Written)
	}
	for _, t := range st.Timers {
		add("book.repeat", t.Written)
	}
	if st.TwoPerson {
		add("book.marks", s.t(lang, "step.two"))
	}
	if st.Optional {
		add("book.marks", s.t(lang, "step.optional"))
	}
	if st.Decision != nil {
		x.Question, x.Branches = st.Decision.Question, st.Decision.Branches
	}
	return x
}
