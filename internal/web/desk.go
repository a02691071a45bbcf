package web

import (
	"errors"
	"net/http"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// desk is one request about one incident: the state, and who looks at it in
// which language.
type desk struct {
	s    *Server
	v    *incident.View
	draw chat.Drawer
	lang chat.Lang
	me   string
	base string // address of the incident
}

// desk reads the incident of a request; ok is false where there is none and the
// answer was given.
func (s *Server) desk(w http.ResponseWriter, r *http.Request) (*desk, bool) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return nil, false
	}
	who, _ := s.visitor(r)
	lang := s.lang(r)
	return &desk{s: s, v: v, lang: lang, me: who.Person, base: "/i/" + v.S.ID, draw: chat.Drawer{Words: s.o.Words, Lang: lang}}, true
}

func (d *desk) t(key string, args ...any) string { return d.s.t(d.lang, key, args...) }

// person is somebody's name.
func (d *desk) person(id string) string {
	if id == "" {
		return d.t("label.unset")
	}
	return d.v.Person(id, string(d.lang))
}

// people lists names.
func (d *desk) people(ids []string) string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, d.person(id))
	}
	return strings.Join(names, d.t("label.and"))
}

func (d *desk) dest(id string) string { return d.v.Dest(id, string(d.lang)) }

func (d *desk) means(id string) string {
	if d.s.has("means." + id) {
		return d.t("means." + id)
	}
	return id
}

// may reports whether the reader may do something of a class here.
func (d *desk) may(c incident.Class) bool { return d.v.Site.Allowed(d.me, c, d.v.S) }

// closed reports whether the incident is closed.
func (d *desk) closed() bool { return d.v.S.Status == incident.Closed }

// takes reports whether the incident still takes an act of this name: all while
// it is open, and the few that may follow its closing.
func (d *desk) takes(name string) bool { return !d.closed() || d.v.S.TakesAfterClose(name) }

// deedForm is a form of the catalogue as a page shows it.
type deedForm struct {
	Action string
	Ref    string
	Back   string // "" is the page it stands on
	Title  string
	Submit string
	Danger bool
	Body   []chat.Block
	Fields []deedField
}

// deedField is one input.
type deedField struct {
	chat.Input
	Opts   []deedOption
	Select bool // many answers: a list to pull down
}

type deedOption struct {
	ID, Label string
	On        bool
}

// form prepares the form of an action; ok is false where there is none.
func (d *desk) form(action, ref string) (deedForm, bool) {
	f, ok := d.draw.Form(d.v, action, chat.Value{Incident: d.v.S.ID, Ref: ref, Seq: d.v.S.Seq})
	if !ok {
		return deedForm{}, false
	}
	out := deedForm{Action: d.base + "/deed/" + action, Ref: ref, Title: f.Title, Submit: f.Submit, Body: f.Body}
	if out.Submit == "" {
		out.Submit = f.Title
	}
	if d.v.S.Drill && len(out.Body) > 0 {
		out.Body = out.Body[1:] // the band at the top says it already
	}
	for _, in := range f.Inputs {
		out.Fields = append(out.Fields, d.field(in))
	}
	return out, true
}

// selectFrom is how many answers are shown at once; more are pulled down.
const selectFrom = 7

// field prepares an input. What is required is marked by the page, not twice.
func (d *desk) field(in chat.Input) deedField {
	for _, suffix := range []string{"(必須)", "(required)"} {
		in.Label = strings.TrimSpace(strings.TrimSuffix(in.Label, suffix))
	}
	f := deedField{Input: in}
	f.Select = len(in.Options) >= selectFrom && in.Kind != chat.InputMany || in.Kind == chat.InputPerson
	for _, o := range in.Options {
		on := o.ID == in.Value
		if in.Kind == chat.InputMany {
			on = containsWord(in.Value, o.ID)
		}
		f.Opts = append(f.Opts, deedOption{ID: o.ID, Label: o.Label, On: on})
	}
	return f
}

func containsWord(list, word string) bool {
	for _, x := range strings.Split(list, ",") {
		if strings.TrimSpace(x) == word {
			return true
		}
	}
	return false
}

// forms collects those that exist.
func (d *desk) forms(actions ...[2]string) []deedForm {
	var out []deedForm
	for _, a := range actions {
		if f, ok := d.form(a[0], a[1]); ok {
			out = append(out, f)
		}
	}
	return out
}

// deed carries out an action of the catalogue from the form that belongs to it.
// Approving is not among them: it has its own page.
func (s *Server) deed(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	act, cmd, err := d.read(r)
	if err != nil {
		s.deedError(w, r, err)
		return
	}
	res, err := s.o.Service.Do(r.Context(), act, d.v.S.ID, cmd)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	to := r.PostFormValue("back")
	if next := d.after(cmd, res); next != "" {
		to = next
	}
	s.putFlash(w, s.outcome(d.lang, res))
	http.Redirect(w, r, safePath(to), http.StatusSeeOther)
}

// read turns the form into a command.
func (d *desk) read(r *http.Request) (incident.Act, incident.Command, error) {
	in := filled(r)
	val := chat.Value{Incident: d.v.S.ID, Ref: r.PostFormValue("ref"), Seq: d.v.S.Seq}
	if choice := in["choice"]; choice != "" && !strings.Contains(val.Ref, "#") {
		val.Ref += "#" + choice
	}
	x, err := d.draw.Deed(d.v, r.PathValue("act"), val, in)
	act := d.s.actOf(r)
	act.At = x.At
	return act, x.Command, err
}

// after is the page on which the work goes on; "" is where the form stood.
func (d *desk) after(cmd incident.Command, res incident.Result) string {
	ref := res.Outcome.Ref
	switch {
	case ref == "":
		return ""
	case cmd.Name() == "notice.draft", cmd.Name() == "notice.recall":
		return d.base + "/n/" + ref + "/edit"
	case cmd.Name() == "decision.open":
		return d.base + "/d/" + ref
	}
	return ""
}

// deedError shows an input that cannot be used, with everything typed.
func (s *Server) deedError(w http.ResponseWriter, r *http.Request, err error) {
	var bad *chat.InputError
	switch {
	case errors.As(err, &bad):
		s.again(w, r, http.StatusUnprocessableEntity, s.t(s.lang(r), bad.Key, bad.Args...))
	case errors.Is(err, chat.ErrNoDeed):
		s.fail(w, r, http.StatusNotFound, "web.notfound")
	default:
		s.refused(w, r, err)
	}
}
