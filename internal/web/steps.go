package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

func (s *Server) stepRoutes() {
	s.get("/i/{id}/steps", s.steps)
	s.get("/i/{id}/steps/{n}", s.stepPage)
}

// runView is a runbook being worked through, by phases.
type runView struct {
	R       *incident.Run
	Title   string
	Version string
	Phases  []phaseView
	Changed *runbook.Runbook // the file as it is now, where it changed
	Actions []chat.Action    // decisions stated in the document, outside any phase
}

// phaseView is a phase of the checklist.
type phaseView struct {
	No           int
	Title        string
	Steps        []stepRow
	Done, Total  int
	Ended        bool
	Current      bool
	Skipped, NAs int
	P            incident.Phase
	Lane         string // runs beside others
	Purpose      string
	Window       string // as written
	Ref          string
	Actions      []chat.Action // what the phase says as a whole
}

// stepRow is a step of the checklist.
type stepRow struct {
	S       *incident.Step
	Title   string
	Who     string
	What    string // value, reason of a block or skip
	Current bool
	Marks   []string
	Card    *chat.Card // buttons, for open steps
}

type stepsData struct {
	Runs                 []runView
	Done, Blocked, Total int
	Skipped, NA          int
	Undo                 *undo
	Books                []bookChoice // runbooks that can be started
}

type bookChoice struct{ ID, Title string }

func (s *Server) steps(w http.ResponseWriter, r *http.Request) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.show(w, r, view{name: "steps", title: "step.checklist", active: "room", tab: "steps", in: v, data: func(p *page) any {
		d := stepsData{Undo: p.undo(v)}
		_, d.Blocked, d.Total = v.S.Progress()
		for _, run := range v.S.Runs {
			d.Runs = append(d.Runs, p.runView(v, run))
			for _, st := range run.Steps {
				switch st.State {
				case incident.StepSkipped:
					d.Skipped++
				case incident.StepNA:
					d.NA++
				case incident.StepDone:
					d.Done++
				default:
				}
			}
		}
		if p.May("lead") && v.S.Status == incident.Open {
			d.Books = p.books(v)
		}
		return d
	}})
}

// books are the runbooks that can be started beside those under way, in the
// language of the page first.
func (p *page) books(v *incident.View) []bookChoice {
	var first, rest []bookChoice
	for _, id := range p.Site().Runbooks() {
		b, ok := p.Site().Runbook(id)
		if !ok || b.Reference {
			continue
		}
		going := false
		for _, r := range v.S.Runs {
			going = going || r.Hash == b.Hash && !r.Ended
		}
		if going {
			continue
		}
		c := bookChoice{ID: id, Title: b.Title}
		if b.Language == string(p.Lang) {
			first = append(first, c)
		} else {
			rest = append(rest, c)
		}
	}
	return append(first, rest...)
}

func (p *page) runView(v *incident.View, run *incident.Run) runView {
	out := runView{R: run, Title: chat.OneLine(v.RunTitle(run.ID)), Version: chat.OneLine(v.Text(run.Seq)["version"])}
	current := map[string]bool{}
	for _, st := range working(v.S) {
		current[st.Ref] = true
	}
	out.Changed, out.Actions = v.Changed(run.ID), p.drawer().PhaseActions(v, run.ID, 0)
	for i := range run.Phases {
		ph := p.phaseView(v, run, i)
		for _, st := range run.Steps {
			if st.Phase != ph.No {
				continue
			}
			row := p.stepRow(v, st, current[st.Ref])
			ph.Current = ph.Current || row.Current
			switch st.State {
			case incident.StepNA:
				ph.NAs++
			case incident.StepSkipped:
				ph.Skipped++
				ph.Done++
				ph.Total++
			case incident.StepDone:
				ph.Done++
				ph.Total++
			default:
				ph.Total++
			}
			ph.Steps = append(ph.Steps, row)
		}
		out.Phases = append(out.Phases, ph)
	}
	return out
}

func (p *page) stepRow(v *incident.View, st *incident.Step, current bool) stepRow {
	row := stepRow{S: st, Title: chat.OneLine(v.StepTitle(st)), Current: current}
	text := v.Text(st.CloseSeq)
	switch {
	case st.State == incident.StepBlocked:
		row.What = v.Text(st.BlockSeq)["reason"]
	case st.Closed() && text["value"] != "":
		row.What = text["value"]
	case st.Closed() && text["choice"] != "":
		row.What = text["choice"]
	case st.Closed():
		row.What = text["reason"]
	}
	row.What = chat.OneLine(row.What)
	switch {
	case st.Closed():
		row.Who = strings.TrimSpace(p.Person(st.By) + " " + p.At(st.ClosedAt))
	case st.Holder != "":
		row.Who = p.Person(st.Holder)
	default:
		row.Who = cmp.Or(chat.OneLine(strings.Join(v.Asked(st, string(p.Lang)), p.T("label.and"))), p.T("step.none"))
	}
	if st.Two {
		row.Marks = append(row.Marks, p.T("step.two"))
	}
	if st.Optional {
		row.Marks = append(row.Marks, p.T("step.optional"))
	}
	switch src := v.Source(st); {
	case src != nil && src.Due != nil && st.Due.IsZero() && !st.Closed(): // it begins to run with the step
		row.Marks = append(row.Marks, p.T("step.limit")+" "+chat.OneLine(src.Due.Written))
	case st.LimitS > 0 || st.AnchorAt != 0 || st.Days > 0:
		row.Marks = append(row.Marks, p.T("step.timed"))
	}
	if n := len(st.Kept); n > 0 {
		row.Marks = append(row.Marks, p.T("step.kept", "n", n))
	}
	if !st.Closed() && v.S.Status != incident.Closed && (current || st.Armed > 0) { // an opened decision is made whenever it can be
		if c, ok := p.drawer().Draw(v, "step/"+st.Ref); ok {
			c.Actions = slices.DeleteFunc(c.Actions, func(a chat.Action) bool { return ofPhase(a.Value) }) // they stand above
			row.Card = &c
		}
	}
	return row
}

// ofPhase reports whether a button is about a phase or the document as a whole:
// its value names r1/p2 instead of a step.
func ofPhase(value string) bool {
	_, rest, _ := strings.Cut(value, "|")
	ref, _, _ := strings.Cut(rest, "|")
	ref, _, _ = strings.Cut(ref, "#")
	_, _, ok := incident.ParsePhase(ref)
	return ok
}

// stepData is the page of one step: everything the runbook says, everything
// that happened, and every act.
type stepData struct {
	St       *incident.Step
	Title    string
	Card     chat.Card
	Source   *runbook.Step
	Run      string
	Phase    string
	History  []chat.Row
	Prev     *incident.Step
	Next     *incident.Step
	Undo     *undo
	Extra    []ask // acts the card does not offer
	Evidence []string
	Links    []runbook.Link // each once
}

func (s *Server) stepPage(w http.ResponseWriter, r *http.Request) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	st := v.S.FindStep(r.PathValue("n"))
	if st == nil {
		s.fail(w, r, http.StatusNotFound, "err.step.unknown", "step", chat.Truncate(chat.Safe(r.PathValue("n")), 20))
		return
	}
	entries, err := s.o.Service.Entries(r.Context(), v.S.ID, 1, 0)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	title := s.t(s.lang(r), "step.line", "n", st.N, "title", chat.OneLine(v.StepTitle(st)))
	s.show(w, r, view{name: "step", title: title, active: "room", tab: "steps", in: v, data: func(p *page) any {
		return p.stepData(v, st, entries)
	}})
}

func (p *page) stepData(v *incident.View, st *incident.Step, entries []timeline.Entry) stepData {
	d := stepData{St: st, Title: chat.OneLine(v.StepTitle(st)), Source: v.Source(st), Undo: p.undo(v)}
	if d.Source != nil {
		for _, l := range d.Source.Links {
			if !slices.ContainsFunc(d.Links, func(x runbook.Link) bool { return x.URL == l.URL }) {
				d.Links = append(d.Links, l)
			}
		}
	}
	run, _, _ := strings.Cut(st.Ref, "/")
	d.Run, d.Phase = chat.OneLine(v.RunTitle(run)), chat.OneLine(v.PhaseTitle(run, st.Phase))
	d.Card, _ = p.drawer().Draw(v, "step/"+st.Ref)
	for _, row := range p.drawer().Rows(v, entries) {
		if row.Step == st.Ref {
			d.History = append(d.History, row)
		}
	}
	for _, e := range v.S.Evidence {
		if e.Step == st.Ref {
			d.Evidence = append(d.Evidence, e.ID)
		}
	}
	steps := v.S.Run(run).Steps
	for i, x := range steps {
		if x != st {
			continue
		}
		if i > 0 {
			d.Prev = steps[i-1]
		}
		if i+1 < len(steps) {
			d.Next = steps[i+1]
		}
	}
	if v.S.Status != incident.Closed {
		d.Extra = p.extra(v, st, d.Card)
	}
	return d
}

// extra are the acts a step allows beyond those of its card, so that its page
// has all of them.
func (p *page) extra(v *incident.View, st *incident.Step, c chat.Card) []ask {
	offered := map[string]bool{}
	for _, a := range c.Actions {
		offered[a.ID] = true
	}
	type act struct{ id, label string }
	var want []act
	if st.Closed() {
		want = []act{{"step.reopen", "step.reopen"}, {"note.add", "step.note"}, {"evidence.add", "step.evid"}}
	} else {
		want = []act{{"step.take", "step.take"}, {"step.block", "step.block"}, {"note.add", "step.note"}, {"evidence.add", "step.evid"}, {"step.assign", "step.handon"}, {"step.extend", "step.extend"}, {"step.skip", "step.skip"}}
		if st.Cond || st.Optional {
			want = append(want, act{"step.na", "step.notapply"})
		}
		if len(st.Branches) == 0 && st.State != incident.StepSecond {
			done := act{"step.done", "step.done"}
			if photo, _ := v.Wants(st); photo {
				done.label = "step.photodone"
			}
			want = append(want, done)
		}
	}
	var actions []chat.Action
	for _, a := range want {
		if offered[a.id] || a.id == "step.take" && st.Holder == p.Me || a.id == "step.block" && st.State == incident.StepBlocked {
			continue
		}
		form := a.id
		if a.id == "step.take" {
			form = ""
		}
		actions = append(actions, chat.Action{ID: a.id, Label: p.T(a.label), Form: form, Value: chat.EncodeValue(chat.Value{Incident: v.S.ID, Ref: st.Ref, Seq: v.S.Seq})})
	}
	return p.Asks(actions)
}
