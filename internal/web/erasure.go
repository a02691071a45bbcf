package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) erasureRoutes() {
	s.get("/i/{id}/erasure", s.erasures)
	s.post("/i/{id}/erasure/ask", s.askErasure)
	s.post("/i/{id}/erasure/{x}/approve", s.approveErasure)
	s.post("/i/{id}/erasure/{x}/refuse", s.refuseErasure)
}

// erasuresData is the page on which texts are erased: one person asks, another
// one sees the texts and approves.
type erasuresData struct {
	Rows      []erasureRow
	Approvers []approverRow
	MayAsk    bool
}

type approverRow struct{ ID, Name string }

// erasureRow is one request.
type erasureRow struct {
	X      *incident.Erasure
	Reason string
	Asker  string
	Who    string // who is to approve, or who answered
	Open   bool
	May    bool // the reader is the one to answer
	Texts  []erasureText
	Copies []string // backups that hold, or go on holding, the texts
	Stamp  string   // of the answer
}

// erasureText is a text as the approver must see it.
type erasureText struct {
	Seq  int64
	Row  string
	File string // hash of the file that goes too
}

func (s *Server) erasures(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	data := erasuresData{MayAsk: d.may(incident.MayLead)}
	for _, id := range d.v.Site.Who(incident.MayApprove, d.v.S) {
		if id != d.me {
			data.Approvers = append(data.Approvers, approverRow{ID: id, Name: d.person(id)})
		}
	}
	for _, x := range slices.Backward(d.v.S.Erasures) {
		row, err := d.erasure(r, x)
		if err != nil {
			s.refused(w, r, err)
			return
		}
		data.Rows = append(data.Rows, row)
	}
	s.show(w, r, view{name: "erasure", title: "erasure.title", active: "room", tab: "erasure", in: d.v, data: data})
}

func (d *desk) erasure(r *http.Request, x *incident.Erasure) (erasureRow, error) {
	row := erasureRow{
		X: x, Reason: chat.Safe(d.v.Text(x.Seq)["reason"]), Asker: d.person(x.Asker), Who: d.person(x.Approver),
		Open: x.State == incident.ErasureAsked, May: x.State == incident.ErasureAsked && x.Approver == d.me && x.Asker != d.me && d.may(incident.MayApprove),
	}
	if d.s.o.Pages.Copies != nil && x.State != incident.ErasureRefused && len(x.Entries) > 0 {
		row.Copies = d.s.o.Pages.Copies(d.v.S.ID, slices.Min(x.Entries)) // whatever holds the first of them holds words to be erased
	}
	if !row.Open {
		row.Who, row.Stamp = d.person(x.By), chat.Stamp(x.Ended, d.v.Site.Zone, d.lang)
		return row, nil
	}
	for _, seq := range x.Entries {
		got, err := d.s.o.Service.Entries(r.Context(), d.v.S.ID, seq, seq)
		if err != nil {
			return row, err
		}
		for _, line := range d.draw.Rows(d.v, got) {
			text := erasureText{Seq: seq, Row: line.Line()}
			if x.Files {
				text.File = d.v.S.Files[seq]
			}
			row.Texts = append(row.Texts, text)
		}
	}
	return row, nil
}

// askErasure files a request: numbers parted by blanks or commas.
func (s *Server) askErasure(w http.ResponseWriter, r *http.Request) {
	x := incident.AskErasure{Approver: r.PostFormValue("approver"), Reason: r.PostFormValue("reason"), Files: r.PostFormValue("files") != ""}
	for _, word := range strings.FieldsFunc(r.PostFormValue("entries"), func(c rune) bool { return strings.ContainsRune(" 　,、#＃", c) }) {
		var n int64
		if _, err := fmt.Sscanf(chat.OneLine(word), "%d", &n); err != nil {
			s.badInput(w, r, errInput{key: "web.badnumber", args: []any{"word", word}})
			return
		}
		x.Entries = append(x.Entries, n)
	}
	s.act(w, r, r.PathValue("id"), x)
}

// approveErasure asks for the personal approval code besides the sign-in: a
// screen left open must not be enough to erase something for good.
func (s *Server) approveErasure(w http.ResponseWriter, r *http.Request) {
	v, _ := s.visitor(r)
	if !s.o.Demo {
		hash, err := s.o.Secrets.ApprovalCode(r.Context(), v.Person)
		if err != nil || hash == "" {
			s.again(w, r, http.StatusForbidden, s.t(s.lang(r), "erasure.nocode"))
			return
		}
		s.costly <- struct{}{}
		ok, err := auth.Check(hash, r.PostFormValue("code"))
		<-s.costly
		if err != nil || !ok {
			s.again(w, r, http.StatusForbidden, s.t(s.lang(r), "erasure.badcode"))
			return
		}
	}
	s.act(w, r, r.PathValue("id"), incident.ApproveErasure{Erasure: r.PathValue("x")})
}

func (s *Server) refuseErasure(w http.ResponseWriter, r *http.Request) {
	s.act(w, r, r.PathValue("id"), incident.RefuseErasure{Erasure: r.PathValue("x"), Reason: r.PostFormValue("reason")})
}
