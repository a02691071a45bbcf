package web

import (
	"mime"
	"net/http"
	"slices"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/review"
)

// disposition names a file to be saved.
func disposition(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

// reviewsData is the review of all incidents.
type reviewsData struct {
	Heads   []string
	Rows    []incidentSpans
	Actions []actionRow
	Most    int // set where older incidents are left out
}

type incidentSpans struct {
	ID, Title, When string
	Drill           bool
	Cells           []spanCell
}

type spanCell struct{ Text, Tone, Label string }

func (s *Server) reviews(w http.ResponseWriter, r *http.Request) {
	all, more, err := s.reviewed(r)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.show(w, r, view{name: "reviews", title: "after.all", active: "ready", tab: "reviews", data: func(p *page) any {
		d := reviewsData{}
		if more {
			d.Most = earlierMost
		}
		for _, m := range review.Measures() {
			d.Heads = append(d.Heads, p.word(m.Name))
		}
		for _, v := range all {
			row := incidentSpans{ID: v.S.ID, Title: chat.OneLine(v.Title()), When: chat.YearStamp(v.S.Times.Declared, p.Site().Zone, p.Lang), Drill: v.S.Drill}
			for i, x := range v.ReviewMoments().Spans() {
				m := review.Measures()[i]
				tone := map[string]string{review.Within: "done", review.Over: "blocked"}[review.Judge(x, review.Target(m, p.Site().Review.Targets))]
				row.Cells = append(row.Cells, spanCell{Text: p.spanOf(x), Tone: tone, Label: d.Heads[i]})
			}
			d.Rows = append(d.Rows, row)
			for _, a := range v.S.Review.Actions {
				if a.State == incident.ActionOpen {
					d.Actions = append(d.Actions, p.actionRow(v, a))
				}
			}
		}
		slices.SortStableFunc(d.Actions, func(a, b actionRow) int { return a.Due.Compare(b.Due) })
		return d
	}})
}

type lessonsData struct {
	Rows []lessonRow
	TLPs []string
}

func (s *Server) lessons(w http.ResponseWriter, r *http.Request) {
	all, _, err := s.reviewed(r)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	site, err := s.o.Service.StandingView(r.Context())
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.show(w, r, view{name: "lessons", title: "after.lessons", active: "ready", tab: "reviews", data: func(p *page) any {
		d := lessonsData{TLPs: incident.TLPs()}
		for _, v := range append(all, site) {
			d.Rows = append(d.Rows, p.lessonRows(v)...)
		}
		slices.SortStableFunc(d.Rows, func(a, b lessonRow) int { return b.At.Compare(a.At) })
		return d
	}})
}

// addLesson registers what belongs to no incident, such as a near miss.
func (s *Server) addLesson(w http.ResponseWriter, r *http.Request) {
	s.act(w, r, "SITE", lessonOf(r))
}

// personRow is what somebody did in incidents and drills.
type personRow struct {
	Name, Title string
	Lives       []string
	Drills      []string
	Roles       []string
	Last        string
}

// history counts from the record what each person of the directory took part in.
func (s *Server) history(w http.ResponseWriter, r *http.Request) {
	all, _, err := s.reviewed(r)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.show(w, r, view{name: "history", title: "after.people", active: "ready", tab: "reviews", data: func(p *page) any {
		var out []personRow
		for _, x := range p.People() {
			row := personRow{Name: p.Person(x.ID), Title: x.Title, Last: p.T("after.never")}
			var last time.Time
			for _, v := range all {
				var roles []string
				for role, h := range v.S.Roles {
					if h.Person == x.ID {
						roles = append(roles, p.Role(role))
					}
				}
				if v.S.People[x.ID] == 0 && len(roles) == 0 {
					continue
				}
				for _, name := range roles {
					if !slices.Contains(row.Roles, name) {
						row.Roles = append(row.Roles, name)
					}
				}
				if !v.S.Drill {
					row.Lives = append(row.Lives, v.S.ID)
					continue
				}
				row.Drills = append(row.Drills, v.S.ID)
				if v.S.Times.Declared.After(last) {
					last = v.S.Times.Declared
					row.Last = last.In(p.Site().Zone).Format(time.DateOnly)
				}
			}
			slices.Sort(row.Roles)
			out = append(out, row)
		}
		return out
	}})
}

// auditData is the self-audit.
type auditData struct {
	Parts  []auditPart
	N, All int
	States []string
	May    bool
}

type auditPart struct {
	Name string
	Rows []auditRow
}

type auditRow struct {
	review.AuditItem
	Words, Tone, State, Note, Link, Who, When string
}

func (s *Server) audit(w http.ResponseWriter, r *http.Request) {
	site, err := s.o.Service.StandingView(r.Context())
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.show(w, r, view{name: "audit", title: "after.audit", active: "ready", tab: "reviews", data: func(p *page) any {
		d := auditData{All: len(review.Checklist()), States: review.States(), May: p.May(string(incident.MayLead))}
		for _, x := range review.Checklist() {
			row := auditRow{AuditItem: x, Words: p.word(x.Text)}
			if a, ok := site.S.Review.Audit[x.ID]; ok {
				d.N++
				row.State, row.Note, row.Who, row.When = a.State, chat.Safe(site.Text(a.Seq)["text"]), p.Person(a.By), chat.YearStamp(a.At, p.Site().Zone, p.Lang)
				row.Tone = map[string]string{"yes": "done", "partly": "late", "no": "blocked"}[a.State]
				row.Link = evidencePath(a.Link)
			}
			if n := len(d.Parts); n == 0 || d.Parts[n-1].Name != p.word(x.Part) {
				d.Parts = append(d.Parts, auditPart{Name: p.word(x.Part)})
			}
			last := &d.Parts[len(d.Parts)-1]
			last.Rows = append(last.Rows, row)
		}
		return d
	}})
}

// evidencePath is the address of a link to evidence; an incident is named
// without its folder.
func evidencePath(link string) string {
	if link == "" {
		return ""
	}
	if len(link) > 3 && (link[:3] == "IR-" || link[:3] == "DR-") {
		return "/i/" + link
	}
	return "/" + link
}

func (s *Server) answerAudit(w http.ResponseWriter, r *http.Request) {
	s.act(w, r, "SITE", incident.AnswerAudit{
		Item: r.PostFormValue("item"), State: r.PostFormValue("state"), Note: r.PostFormValue("note"), Link: r.PostFormValue("link"),
	})
}

// AuditWord is an answer to an item of the self-audit in words.
func (p *page) AuditWord(state string) string { return p.srv.o.Words.T(p.Lang, "review.audit."+state) }
