package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// Limits of what a form may carry, in bytes.
const (
	maxForm   = 1 << 20
	maxUpload = incident.MaxFile + 1<<20
)

// once makes the token of a form. The record keeps it as the identity of the
// act, so it holds over restarts and needs no memory here.
func once() string {
	t, err := auth.Token()
	if err != nil {
		return "" // such a form is refused, which is better than one that acts twice
	}
	return t[:22]
}

var (
	onceForm = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)
	machine  = regexp.MustCompile(`^[A-Za-z0-9._:/#+=-]*$`)
)

// get adds a page for people who are signed in. The standing log has none: it
// is no incident, and what a room offers cannot be done there.
func (s *Server) get(path string, h http.HandlerFunc) {
	s.mux.HandleFunc("GET "+path, s.signedIn(func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("id") == timeline.SiteLog {
			s.fail(w, r, http.StatusNotFound, "web.notfound")
			return
		}
		h(w, r)
	}))
}

// post adds a form for people who are signed in. When the handler runs, the
// form is read, not too large, and has its token.
func (s *Server) post(path string, h http.HandlerFunc) { s.postLimit(path, maxForm, h) }

// postLimit is post for forms with files. One that is too large is refused, and
// what was typed beside it is offered again.
func (s *Server) postLimit(path string, limit int64, h http.HandlerFunc) {
	s.postLines(path, limit, func(w http.ResponseWriter, r *http.Request) {
		if most, large := tooLarge(r); large {
			s.withoutFile(w, r, most)
			return
		}
		h(w, r)
	})
}

// postLines is postLimit for pages of many lines, which say on the page itself
// that a file was too large.
func (s *Server) postLines(path string, limit int64, h http.HandlerFunc) {
	s.mux.HandleFunc("POST "+path, s.formed(limit, s.signedIn(func(w http.ResponseWriter, r *http.Request) {
		if !onceForm.MatchString(r.PostFormValue("once")) {
			s.fail(w, r, http.StatusBadRequest, "web.form")
			return
		}
		h(w, r)
	})))
}

// formed reads a form of at most limit bytes. Somebody signed in may send a
// larger file with it: the handler gets the form without.
func (s *Server) formed(limit int64, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		file := kind == "multipart/form-data"
		sent := limit
		if _, known := s.visitor(r); known && file && limit > maxForm {
			sent = mostSent
		}
		r.Body = http.MaxBytesReader(w, r.Body, sent)
		err := r.ParseForm()
		if err == nil && file {
			r, err = readUpload(r, limit, max(limit-maxForm, 0))
			if r.MultipartForm != nil {
				defer func() { _ = r.MultipartForm.RemoveAll() }()
			}
		}
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			_, _ = io.CopyN(io.Discard, r.Body, 1<<16)
			s.fail(w, r, http.StatusRequestEntityTooLarge, "web.large", "mb", limit>>20)
		case err != nil:
			s.fail(w, r, http.StatusBadRequest, "web.form")
		default:
			h(w, r)
		}
	}
}

// actOf is who acts by this request. The token of the form identifies the act.
func (s *Server) actOf(r *http.Request) incident.Act {
	v, _ := s.visitor(r)
	return incident.Act{Person: v.Person, Surface: "web", Request: "web:" + v.Person + ":" + r.PostFormValue("once")}
}

// act carries out a command and says on the page it came from what became of it.
func (s *Server) act(w http.ResponseWriter, r *http.Request, id string, cmd incident.Command) {
	s.actAt(w, r, s.actOf(r), id, cmd)
}

// actAt is act by a prepared Act, e.g. with a stated moment.
func (s *Server) actAt(w http.ResponseWriter, r *http.Request, act incident.Act, id string, cmd incident.Command) {
	res, err := s.o.Service.Do(r.Context(), act, id, cmd)
	s.answer(w, r, res, err)
}

// answer shows what became of a command: on success it goes back, after a
// refusal it offers what was typed again, and when nothing was recorded it says so.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, res incident.Result, err error) {
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.back(w, r, s.outcome(s.lang(r), res))
}

// outcome says in words what became of a command.
func (s *Server) outcome(lang chat.Lang, res incident.Result) flash {
	zone := s.o.Service.Site().Zone
	switch {
	case res.Duplicate:
		return flash{Tone: "late", Text: s.t(lang, "cmd.dupe")}
	case res.Outcome.Code != "":
		tone := "done"
		if strings.HasSuffix(res.Outcome.Code, ".twice") || res.Outcome.Code == "step.closed" || res.Outcome.Code == "step.early" {
			tone = "late"
		}
		return flash{Tone: tone, Text: s.o.Words.Outcome(lang, res.Outcome.Code, res.Outcome.Args)}
	case len(res.Entries) > 0:
		return flash{Tone: "done", Text: s.t(lang, "web.recorded", "seq", res.Seq, "time", chat.Clock(res.At, zone))}
	}
	return flash{Tone: "done", Text: s.t(lang, "recorded")}
}

// back goes to where the form came from, with a message.
func (s *Server) back(w http.ResponseWriter, r *http.Request, f flash) {
	s.putFlash(w, f)
	http.Redirect(w, r, safePath(r.PostFormValue("back")), http.StatusSeeOther)
}

// refused shows why a command was refused or not recorded.
func (s *Server) refused(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, incident.ErrNotFound) {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	text, status := s.why(r, err)
	s.againOr(w, r, status, text, s.tellFor(r, err))
}

// why says in words why a command was refused or not recorded, with its status.
func (s *Server) why(r *http.Request, err error) (text string, status int) {
	var no *incident.Refusal
	if errors.As(err, &no) {
		return s.o.Words.Refusal(s.lang(r), no.Code, no.Args), statusOf(no.Code)
	}
	s.o.Logger.Error("act not recorded", "path", r.URL.Path, "err", err)
	return s.t(s.lang(r), "not_recorded.plain"), http.StatusServiceUnavailable
}

// statusOf is the HTTP status of a refusal.
func statusOf(code string) int {
	switch {
	case strings.HasPrefix(code, "perm."),
		slices.Contains([]string{"apr.self", "step.reserved", "decision.not_yours", "handover.not_yours", "step.second_same"}, code):
		return http.StatusForbidden
	case strings.HasSuffix(code, ".unknown"):
		return http.StatusNotFound
	case strings.HasPrefix(code, "input."), strings.Contains(code, "need_"), strings.HasSuffix(code, ".empty"), code == "time.future":
		return http.StatusUnprocessableEntity
	}
	return http.StatusConflict
}

// kept is one field of a form that is shown again.
type kept struct {
	Name  string
	Label string
	Value string
	Typed bool // by a person: shown, can be changed
}

// again shows a refusal with the form as it was sent: nothing typed is lost.
func (s *Server) again(w http.ResponseWriter, r *http.Request, status int, text string) {
	s.againOr(w, r, status, text, nil)
}

// againOr is again with the offer to ask somebody who may do it.
func (s *Server) againOr(w http.ResponseWriter, r *http.Request, status int, text string, tell *tellForm) {
	fields, file, unrecorded := s.keep(r), r.MultipartForm != nil, status == http.StatusServiceUnavailable
	wrote := file || slices.ContainsFunc(fields, func(k kept) bool { return k.Typed })
	s.show(w, r, view{name: "again", title: "web.notdone", status: status, data: map[string]any{
		"Text": text, "Action": r.URL.Path, "Fields": fields, "Back": safePath(r.PostFormValue("back")), "File": file,
		// A bare button that was refused is refused again: only what was written, or could not be stored, is worth sending twice.
		"Wrote": wrote, "Resend": wrote || unrecorded, "Unrecorded": unrecorded, "Tell": tell,
	}})
}

// keep collects the fields of a form, without its token and secrets.
func (s *Server) keep(r *http.Request) []kept {
	lang := s.lang(r)
	var out []kept
	for name, values := range r.PostForm {
		if slices.Contains([]string{"once", "back", "password", "old", "again", "code", "kept_action", "file"}, name) || !machine.MatchString(name) {
			continue
		}
		for _, v := range values {
			k := kept{Name: name, Value: v, Typed: name != "v" && (!machine.MatchString(v) || typed(name))}
			if k.Label = s.label(lang, name); name == "value" && strings.Contains(r.URL.Path, "/step.") {
				k.Label = s.t(lang, "step.expect")
			}
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b kept) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// label is what a field is called.
func (s *Server) label(lang chat.Lang, name string) string {
	name = strings.TrimPrefix(name, "kept:")
	for _, key := range []string{"f." + name, "field." + name, "label." + name} {
		if s.has(key) {
			return s.t(lang, key)
		}
	}
	return s.t(lang, "label.text")
}

// typed are the names of fields people write in, even where a value looks like
// an id.
func typed(name string) bool {
	return slices.Contains([]string{
		"text", "line", "reason", "value", "title", "words", "note", "why", "basis", "result", "receipt", "who", "said",
		"at", "when", "review", "from", "to_whom", "subject", "body", "question", "options", "known", "unknown", "place", "reporter",
		"name", "hash", "where", "taker", "tool", "offset", "outside", "check",
	}, name)
}
