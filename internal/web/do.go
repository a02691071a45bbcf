package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) doRoutes() {
	s.post("/i/{id}/do/{act}", s.do)
	s.postLimit("/i/{id}/do/evidence.add", maxUpload, s.addEvidence)
	s.postLimit("/i/{id}/do/step.done", maxUpload, func(w http.ResponseWriter, r *http.Request) {
		r.SetPathValue("act", "step.done")
		s.do(w, r)
	})
}

// errInput says that a field of a form cannot be understood; it carries the
// wording.
type errInput struct {
	key    string
	args   []any
	status int // 0 means 422
}

func (e errInput) Error() string { return e.key }

// fields reads the fields of a form.
type fields struct {
	r    *http.Request
	s    *Server
	v    *incident.View
	zone *time.Location
}

func (f fields) str(name string) string { return f.r.PostFormValue(name) }

// ref is the thing a button is about: its own field, or inside a card's value.
func (f fields) ref() string {
	if v, err := chat.DecodeValue(f.str("v")); err == nil && v.Ref != "" {
		return v.Ref
	}
	return f.str("ref")
}

func (f fields) number(name string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(f.str(name)), 10, 64)
	if err != nil {
		return 0, errInput{key: "web.badnumber", args: []any{"word", f.str(name)}}
	}
	return n, nil
}

// do carries out what a button or a small form of an incident asks.
func (s *Server) do(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	v, err := s.o.Service.View(r.Context(), id)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	f := fields{r: r, s: s, v: v, zone: v.Site.Zone}
	act := s.actOf(r)
	when := f.str("at") + f.str("when") // a page's own form, or one of the catalogue
	if act.At, err = s.moment(when); err != nil {
		s.badInput(w, r, errInput{key: "cmd.badtime", args: []any{"word", when}})
		return
	}
	cmd, err := f.asked(r.PathValue("act"))
	switch {
	case err != nil:
		s.badInput(w, r, err)
	case cmd == nil:
		s.fail(w, r, http.StatusNotFound, "web.notfound")
	default:
		s.actAt(w, r, act, id, cmd)
	}
}

// badInput shows which field could not be read, with everything typed.
func (s *Server) badInput(w http.ResponseWriter, r *http.Request, err error) {
	var bad errInput
	if errors.As(err, &bad) {
		if bad.status == 0 {
			bad.status = http.StatusUnprocessableEntity
		}
		s.again(w, r, bad.status, s.t(s.lang(r), bad.key, bad.args...))
		return
	}
	s.refused(w, r, err)
}

// asked is what a form asks for: one of the catalogue, as a card opens it, or
// one of a page's own.
func (f fields) asked(name string) (incident.Command, error) {
	if v, err := chat.DecodeValue(f.str("v")); err == nil && !strings.HasPrefix(name, "step.") {
		if _, ok := f.draw().Form(f.v, name, v); ok {
			return f.deed(name)
		}
	}
	return f.command(name)
}

func (f fields) draw() chat.Drawer { return chat.Drawer{Words: f.s.o.Words, Lang: f.s.lang(f.r)} }

// command builds the command a form asks for; nil where there is none of that
// name. Approvals are not here: they have their own page.
func (f fields) command(name string) (incident.Command, error) {
	group, _, _ := strings.Cut(name, ".")
	switch group {
	case "report":
		return f.reportCommand(name), nil
	case "step":
		return f.stepCommand(name)
	case "escalation":
		return f.escalationCommand(name), nil
	case "note", "entry", "caution", "figure":
		return f.entryCommand(name)
	case "person":
		return f.personCommand(name), nil
	case "role", "severity", "moment", "incident", "run", "phase", "row":
		return f.leadCommand(name)
	}
	return nil, nil
}

func (f fields) stepCommand(name string) (incident.Command, error) {
	ref := f.ref()
	if err := f.fresh(name, ref); err != nil {
		return nil, err
	}
	if name == "step.add" {
		phase, _ := strconv.Atoi(f.str("phase"))
		return incident.AddStep{Run: f.str("run"), Phase: phase, Title: f.str("title")}, nil
	}
	cmd, err := f.deed(name)
	if done, ok := cmd.(incident.Done); ok && err == nil {
		done.Photos, err = f.photos()
		cmd = done
	}
	return cmd, err
}

// deed reads a form of the catalogue; nil where there is none of that name.
func (f fields) deed(name string) (incident.Command, error) {
	x, err := f.draw().Deed(f.v, name, chat.Value{Incident: f.v.S.ID, Ref: f.ref(), Seq: f.v.S.Seq}, filled(f.r))
	var bad *chat.InputError
	switch {
	case errors.As(err, &bad):
		return nil, errInput{key: bad.Key, args: bad.Args}
	case errors.Is(err, chat.ErrNoDeed):
		return nil, nil
	}
	return x.Command, err
}

// filled is what was filled in, as the catalogue reads it: one text an input,
// several choices joined by commas.
func filled(r *http.Request) map[string]string {
	in := map[string]string{}
	for name, values := range r.PostForm {
		in[name] = strings.Join(values, ",")
	}
	return in
}

// fresh notices a button that was drawn before somebody else acted: taking a
// step from somebody, or becoming the second person, must never happen by
// accident. Closed steps are left to the rules, which keep the words as a note.
func (f fields) fresh(name, ref string) error {
	drawn := f.str("drawn")
	st := f.v.S.FindStep(ref)
	if drawn == "" || st == nil || st.Closed() {
		return nil
	}
	holder, first, _ := strings.Cut(drawn, "/")
	switch name {
	case "step.take":
		if holder != st.Holder {
			return f.stale("web.stale.take", st.Holder, st.TakenAt)
		}
	case "step.done", "step.confirm":
		if first != st.First {
			return f.stale("web.stale.first", st.First, st.TakenAt)
		}
	}
	return nil
}

func (f fields) stale(key, person string, at time.Time) error {
	p := f.s.page(f.r)
	return errInput{key: key, args: []any{"who", p.Person(person), "time", p.At(at)}, status: http.StatusConflict}
}

// Drawn is what a button remembers of the step it was drawn for: who held it
// and who had done it as the first of two.
func (p *page) Drawn(st *incident.Step) string { return st.Holder + "/" + st.First }

func (f fields) escalationCommand(name string) incident.Command {
	switch name {
	case "escalation.ack":
		return incident.Ack{Esc: f.esc(), Person: f.str("person"), Words: f.str("words")}
	case "escalation.delegate":
		return incident.Delegate{Esc: f.esc()}
	case "escalation.call":
		return incident.CallMe{Esc: f.esc()}
	case "escalation.jump":
		level, _ := strconv.Atoi(f.str("level"))
		return incident.Jump{Esc: f.esc(), Level: level, Reason: f.str("reason")}
	case "escalation.further":
		return incident.Further{Esc: f.esc(), Reason: f.str("reason")}
	case "escalation.rang":
		return incident.Rang{Esc: f.esc(), Person: f.str("person"), Words: f.str("words")}
	case "escalation.start":
		return incident.Escalate{Policy: f.str("policy"), Role: f.str("role"), Reason: f.str("reason")}
	}
	return nil
}

// esc is the ladder a button is about; cards name it as e1 or e1/person.
func (f fields) esc() string {
	id, _, _ := strings.Cut(f.ref(), "/")
	return id
}

func (f fields) entryCommand(name string) (incident.Command, error) {
	switch name {
	case "note.add":
		return f.note(), nil
	case "caution.add":
		return incident.AddCaution{Text: f.str("text")}, nil
	case "caution.lift":
		n, err := f.number("n")
		return incident.LiftCaution{N: int(n), Reason: f.str("reason")}, err
	case "entry.strike":
		n, err := f.number("entry")
		return incident.Strike{Entry: n, Reason: f.str("reason")}, err
	case "entry.answer":
		n, err := f.number("entry")
		return incident.Answer{Entry: n, Result: f.str("result")}, err
	case "entry.undo":
		return incident.Undo{}, nil
	case "figure.set":
		return f.figure()
	}
	return nil, nil
}

func (f fields) note() incident.Command {
	n := incident.AddNote{
		From: f.str("from"), To: f.str("to_whom"), Text: f.str("text"), Result: f.str("result"),
		Important: f.str("important") != "", Open: f.str("open") != "", Step: f.ref(),
		Origin: f.str("origin"), Conf: f.str("conf"),
	}
	n.Corrects, _ = strconv.ParseInt(f.str("corrects"), 10, 64)
	return n
}

// figure sets a number, or moves it by the step of the button that was pressed.
func (f fields) figure() (incident.Command, error) {
	item, place := f.str("item"), f.str("place")
	if d, err := strconv.ParseInt(f.str("delta"), 10, 64); err == nil {
		return incident.SetFigure{Item: item, Place: place, N: max(0, f.v.S.Figures[figureKey(place, item)].N+d)}, nil
	}
	n, err := f.number("n")
	return incident.SetFigure{Item: item, Place: place, N: n}, err
}

// reportCommand is what a report needs that has no form: one tap each.
func (f fields) reportCommand(name string) incident.Command {
	switch name {
	case "report.same":
		return incident.MakeReport{Same: true}
	case "report.snooze":
		return incident.SnoozeReport{}
	}
	return nil
}

func (f fields) leadCommand(name string) (incident.Command, error) {
	switch name {
	case "role.assign":
		return incident.AssignRole{Role: f.str("role"), Person: f.str("person")}, nil
	case "role.return":
		return incident.ReturnRole{Role: f.str("ref"), Reason: f.str("reason")}, nil
	case "severity.set":
		n, err := f.number("level")
		return incident.SetSeverity{Level: int(n), Reason: f.str("reason")}, err
	case "incident.retitle":
		return incident.Retitle{Title: f.str("title")}, nil
	case "incident.take":
		return incident.TakeCharge{Runbook: f.str("runbook")}, nil
	case "run.start":
		step, book, _ := strings.Cut(f.ref(), "#")
		if book == "" {
			step, book = "", f.str("runbook")
		}
		return incident.StartRun{Runbook: book, Step: step, Prepare: f.str("prepare") != ""}, nil
	case "run.adopt":
		return incident.AdoptRun{Run: f.str("run"), Hash: f.str("hash"), Reason: f.str("reason")}, nil
	case "run.keep":
		return incident.KeepRun{Run: f.str("run"), Hash: f.str("hash"), Reason: f.str("reason")}, nil
	case "phase.start":
		run, n, _ := incident.ParsePhase(f.ref())
		return incident.StartPhase{Run: run, Phase: n}, nil
	case "row.void":
		n, err := f.number("row")
		return incident.VoidRow{Row: int(n), Reason: f.str("reason")}, err
	}
	return nil, nil
}
