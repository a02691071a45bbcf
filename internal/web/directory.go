package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/problem"
	"irbot/internal/roster"
)

// ContactBook changes the directory file.
type ContactBook interface {
	Verify(ctx context.Context, act incident.Act, list, id string) error
	Try(rows []directory.Row) error // what keeps the rows from being written
	Import(ctx context.Context, act incident.Act, rows []directory.Row) (backup string, err error)
}

func (s *Server) directoryRoutes() {
	s.get("/directory", s.directoryPage)
	s.get("/directory/contacts.csv", s.directoryCSV)
	s.get("/directory/{list}/{id}", s.contactPage)
	s.post("/directory/verify", s.verifyContact)
	s.postLimit("/directory/compare", maxSheet+maxForm, s.compareContacts)
	s.post("/directory/import", s.importContacts)
}

// directoryData is the page of all contacts.
type directoryData struct {
	People, Dests []contactRow
	Stale         []contactRow
	Roles         []roleHolders
	Groups        []roleHolders
	Manage        bool
	Change        bool // the file can be changed here
}

type contactRow struct {
	List, ID, Name, Kind, Where, Lang, Hours, TLP, Verified string
	Reach                                                   []string
	Roles                                                   []string
	Aliases                                                 []string
	Contact                                                 string
	Stale                                                   bool
}

type roleHolders struct{ ID, Name, Holders, Deputies string }

func (s *Server) directoryPage(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, view{name: "directory", title: "dir.title", active: "ready", tab: "directory", data: func(p *page) any { return p.directoryData() }})
}

func (p *page) directoryData() directoryData {
	d := p.Site().Directory
	out := directoryData{Manage: p.manages(), Change: p.srv.o.Pages.Book != nil}
	for _, x := range d.People {
		out.People = append(out.People, p.personRow(x))
	}
	for _, x := range d.Destinations {
		out.Dests = append(out.Dests, p.destRow(x))
	}
	for _, row := range append(slices.Clone(out.People), out.Dests...) {
		if row.Stale {
			out.Stale = append(out.Stale, row)
		}
	}
	for _, r := range d.Roles {
		h := roleHolders{ID: r.ID, Name: p.Role(r.ID), Holders: p.names(d.HolderIDs(r.ID)), Deputies: p.names(r.Deputy)}
		out.Roles = append(out.Roles, h)
	}
	for _, g := range d.Groups {
		name := g.Name
		if p.Lang == chat.EN {
			name = g.NameEN
		}
		out.Groups = append(out.Groups, roleHolders{ID: g.ID, Name: name, Holders: p.names(g.Members)})
	}
	return out
}

func (p *page) manages() bool { return p.May("configure") || p.May("lead") }

func (p *page) reachWords(list []directory.Address) []string {
	var out []string
	for _, a := range list {
		out = append(out, strings.TrimSpace(p.Or("means."+string(a.Means), string(a.Means))+" "+a.To+" "+strings.ToUpper(a.Charset)))
	}
	return out
}

func (p *page) checked(t time.Time) (day string, stale bool) {
	if t.IsZero() {
		return p.T("dir.never"), true
	}
	return t.Format(time.DateOnly), p.Now.Sub(t) > directory.StaleAfter
}

func (p *page) personRow(x directory.Person) contactRow {
	row := contactRow{List: "people", ID: x.ID, Name: p.Person(x.ID), Kind: p.T("dir.person"), Where: strings.TrimSpace(x.Org + " " + x.Title), Lang: x.Lang, Hours: x.Hours, TLP: strings.TrimPrefix(x.TLP, "TLP:"), Reach: p.reachWords(x.Reach)}
	for _, id := range x.Roles {
		row.Roles = append(row.Roles, p.Role(id))
	}
	row.Verified, row.Stale = p.checked(x.Verified)
	return row
}

func (p *page) destRow(x directory.Destination) contactRow {
	row := contactRow{List: "destinations", ID: x.ID, Name: p.Dest(x.ID), Kind: p.T("dir.kind." + x.Kind), Contact: x.Contact, Where: x.Contact, Lang: x.Lang, Hours: x.Hours, TLP: strings.TrimPrefix(x.TLP, "TLP:"), Reach: p.reachWords(x.Reach), Aliases: x.Aliases}
	row.Verified, row.Stale = p.checked(x.Verified)
	return row
}

// contactPage shows one person or organisation.
func (s *Server) contactPage(w http.ResponseWriter, r *http.Request) {
	d, id := s.o.Service.Site().Directory, r.PathValue("id")
	person, isPerson := d.Person(id)
	dest, isDest := d.Destination(id)
	list := r.PathValue("list")
	if list == "people" && !isPerson || list == "destinations" && !isDest || list != "people" && list != "destinations" {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	s.show(w, r, view{name: "contact", title: "dir.title", active: "ready", tab: "directory", data: func(p *page) any {
		row := contactRow{}
		if list == "people" {
			row = p.personRow(person)
		} else {
			row = p.destRow(dest)
		}
		p.Title = row.Name
		return map[string]any{"C": row, "Change": s.o.Pages.Book != nil}
	}})
}

func (s *Server) directoryCSV(w http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	if err := directory.WriteCSV(&b, s.o.Service.Site().Directory); err != nil {
		s.fail(w, r, http.StatusInternalServerError, "web.broken")
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="contacts.csv"`)
	_, _ = w.Write(b.Bytes())
}

// verifyContact notes that a contact was checked today.
func (s *Server) verifyContact(w http.ResponseWriter, r *http.Request) {
	if s.o.Pages.Book == nil {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	act := s.actOf(r)
	if !s.o.Service.Site().Allowed(act.Person, incident.MayRespond, nil) {
		s.fail(w, r, http.StatusForbidden, "dir.noperm")
		return
	}
	if err := s.o.Pages.Book.Verify(r.Context(), act, r.PostFormValue("list"), r.PostFormValue("ref")); err != nil {
		s.o.Logger.Error("verify contact", "err", err)
		s.again(w, r, http.StatusConflict, s.t(s.lang(r), "dir.unwritten"))
		return
	}
	s.back(w, r, flash{Tone: "done", Text: s.t(s.lang(r), "dir.verified")})
}

// mayManage reports whether somebody may change the directory.
func (s *Server) mayManage(person string) bool {
	site := s.o.Service.Site()
	return s.o.Pages.Book != nil && (site.Allowed(person, incident.MayConfigure, nil) || site.Allowed(person, incident.MayLead, nil))
}

// compareContacts shows what a sheet would change. Nothing is written yet.
func (s *Server) compareContacts(w http.ResponseWriter, r *http.Request) {
	if !s.mayManage(s.actOf(r).Person) {
		s.fail(w, r, http.StatusForbidden, "dir.noperm")
		return
	}
	_, data, err := sheetOf(r)
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "web.form")
		return
	}
	text, _, err := roster.Text(data)
	if err != nil {
		key := sheetWord(err)
		if errors.Is(err, roster.ErrBook) {
			key = "dir.bad.book" // duty sheets may be workbooks, contacts may not
		}
		s.again(w, r, http.StatusUnprocessableEntity, s.t(s.lang(r), key))
		return
	}
	rows, err := directory.ReadCSV(text)
	if err != nil {
		s.show(w, r, view{name: "contactdiff", title: "dir.compare", active: "ready", tab: "directory", data: map[string]any{"Wrong": s.wrongIn(r, err)}})
		return
	}
	d := s.o.Service.Site().Directory
	diff := map[string]any{"Rows": directory.Compare(d, rows), "Text": text, "Absent": directory.Absent(d, rows)}
	if err := s.o.Pages.Book.Try(rows); err != nil {
		diff["Wrong"] = s.wrongIn(r, err)
	}
	s.show(w, r, view{name: "contactdiff", title: "dir.compare", active: "ready", tab: "directory", data: diff})
}

// importContacts writes what was shown.
func (s *Server) importContacts(w http.ResponseWriter, r *http.Request) {
	act := s.actOf(r)
	if !s.mayManage(act.Person) {
		s.fail(w, r, http.StatusForbidden, "dir.noperm")
		return
	}
	rows, err := directory.ReadCSV(r.PostFormValue("sheet"))
	if err == nil {
		_, err = s.o.Pages.Book.Import(r.Context(), act, rows)
	}
	if err != nil {
		s.again(w, r, http.StatusUnprocessableEntity, s.t(s.lang(r), "dir.unwritten")+" "+chat.Truncate(strings.Join(s.wrongIn(r, err), " / "), 500))
		return
	}
	s.back(w, r, flash{Tone: "done", Text: s.t(s.lang(r), "dir.written")})
}

// wrongIn says what is wrong with a file in the reader's language, without the
// place of the file on this machine.
func (s *Server) wrongIn(r *http.Request, err error) []string {
	var list *problem.Errors
	if !errors.As(err, &list) {
		return []string{chat.OneLine(err.Error())}
	}
	var out []string
	lang := s.lang(r)
	for _, p := range list.List {
		out = append(out, chat.OneLine(s.t(lang, "dir.wrong.one", "where", p.Key, "what", p.What.In(string(lang)), "why", p.Why.In(string(lang)), "fix", p.Fix.In(string(lang)))))
	}
	return out
}
