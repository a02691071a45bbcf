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
	s.get("/runbooks/check", s.checkForm)
	s.postLimit("/runbooks/check", maxBook+maxForm, s.checkBook)
	s.get("/runbooks/{book}", s.runbook)
	s.get("/runbooks/{book}/try", s.tryBook)
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
	said := b.Title + b.Reviewed + b.Version
	return strings.Contains(said, "未審査") || strings.Contains(said, "not reviewed")
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

// bookStep is what irbot understood of a step.
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
