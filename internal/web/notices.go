package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) noticeRoutes() {
	s.get("/i/{id}/n", s.notices)
	s.post("/i/{id}/n", s.draftNotice)
	s.get("/i/{id}/n/{n}", s.notice)
	s.get("/i/{id}/n/{n}/{more...}", s.noticeOf)
	s.get("/i/{id}/n/{n}/edit", s.editPage)
	s.post("/i/{id}/n/{n}/edit", s.editNotice)
	s.get("/i/{id}/n/{n}/script", s.scriptPage)
	s.post("/i/{id}/n/{n}/approve", s.approve)
}

// noticeRow is a notice in the list.
type noticeRow struct {
	N        *incident.Notice
	Path     string
	Dest     string
	Card     chat.Card
	Unknown  int
	State    string
	Tone     chat.Tone
	Author   string
	Subject  string
	NextText string // what has to be done next, and by whom
}

// destChoice is a body a notice can be written to.
type destChoice struct {
	ID, Name, Means, TLP, Clock string
	On                          bool
}

type noticesData struct {
	Rows      []noticeRow
	Outside   []destChoice
	Inside    []destChoice
	Templates []deedOption
	FormList  []deedOption
	Kinds     []deedOption
	Step      string
	Draft     bool // a notice may be drafted
}

// dues says for each addressee when the most pressing of its duties is due.
func (d *desk) dues() map[string]string {
	due := map[string]string{}
	for _, c := range slices.Backward(d.draw.Clocks(d.v)) { // the most pressing stands first
		if x := d.v.S.Duty(c.Duty); x != nil && x.State == incident.DutyOpen {
			due[x.Dest] = c.When
		}
	}
	return due
}

func (s *Server) notices(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	q := r.URL.Query()
	data := noticesData{Step: q.Get("step"), Templates: d.templates(cmp.Or(q.Get("template"), d.writtenFor(q.Get("step"), q.Get("dest"))))}
	data.FormList, data.Kinds = d.formChoices(), d.kindChoices()
	for _, n := range slices.Backward(d.v.S.Notices) {
		data.Rows = append(data.Rows, d.noticeRow(n))
	}
	want := r.URL.Query().Get("dest")
	due := d.dues()
	for _, x := range d.v.Site.Directory.Destinations {
		if !d.v.S.MayWriteTo(x.ID) {
			continue
		}
		c := destChoice{ID: x.ID, Name: d.dest(x.ID), TLP: strings.TrimPrefix(x.TLP, "TLP:"), Clock: due[x.ID], On: x.ID == want}
		var means []string
		for _, a := range x.Reach {
			means = append(means, d.means(string(a.Means)))
		}
		c.Means = strings.Join(means, " + ")
		if x.Outside {
			data.Outside = append(data.Outside, c)
		} else {
			data.Inside = append(data.Inside, c)
		}
	}
	data.Draft = len(data.Outside)+len(data.Inside) > 0
	s.show(w, r, view{name: "notices", title: "notices.title", active: "room", tab: "notices", in: d.v, data: data})
}

// writtenFor is the wording that a step names for a destination without a form
// of its own; "" if there is none.
func (d *desk) writtenFor(step, dest string) string {
	st := d.v.S.Step(step)
	to, ok := d.v.Site.Directory.Destination(dest)
	if st == nil || !ok {
		return ""
	}
	if _, prescribed := d.v.Site.Forms.For(to.ID, to.Kind); prescribed {
		return ""
	}
	run, _, _ := strings.Cut(st.Ref, "/")
	if src := d.v.Source(st); src != nil && src.Message != "" {
		return run + "/" + src.Message
	}
	return ""
}

// templates are the wordings of the runbooks in the incident, each with its run:
// two runbooks may head one alike.
func (d *desk) templates(want string) []deedOption {
	out := []deedOption{{Label: d.t("notices.builtin"), On: want == ""}}
	heads := map[string]int{}
	for _, run := range d.v.S.Runs {
		if b := d.v.Book(run.ID); b != nil {
			for _, w := range b.Wordings {
				heads[w.Title]++
			}
		}
	}
	for _, run := range d.v.S.Runs {
		b := d.v.Book(run.ID)
		if b == nil {
			continue
		}
		for _, w := range b.Wordings {
			o := deedOption{ID: run.ID + "/" + w.Slug, Label: chat.OneLine(w.Title)}
			if heads[w.Title] > 1 {
				o.Label += " (" + run.ID + " " + chat.OneLine(b.Title) + ")"
			}
			o.On = want == o.ID || want == run.ID+"/"+w.Title
			out = append(out, o)
		}
	}
	return out
}

func (d *desk) noticeRow(n *incident.Notice) noticeRow {
	row := noticeRow{N: n, Path: d.base + "/n/" + n.ID, Dest: d.dest(n.Dest), Author: d.person(n.Author), Subject: chat.OneLine(d.v.Text(n.Seq)["subject"])}
	if c, ok := d.draw.Draw(d.v, "notice/"+n.ID); ok && len(c.Fields) > 0 {
		row.State, row.Tone = c.Fields[0].Value, c.Fields[0].Tone
	}
	row.Unknown = strings.Count(d.v.Text(n.Seq)["body"], incident.Unknown)
	if n.State == incident.NoticeSubmitted {
		row.NextText = d.t("notices.waits", "who", d.people(d.approvers(n)))
	}
	return row
}

// approvers are the people who may approve a notice.
func (d *desk) approvers(n *incident.Notice) []string {
	return slices.DeleteFunc(d.v.Site.Who(incident.MayApprove, d.v.S), func(id string) bool { return slices.Contains(n.Authors, id) || id == n.First })
}

// draftNotice writes a draft and opens it for editing.
func (s *Server) draftNotice(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	res, err := s.o.Service.Do(r.Context(), s.actOf(r), id, incident.DraftNotice{
		Dest: r.PostFormValue("dest"), Template: r.PostFormValue("template"), Step: r.PostFormValue("step"),
		Form: r.PostFormValue("form"), Report: r.PostFormValue("report"),
	})
	if err != nil {
		s.refused(w, r, err)
		return
	}
	to := "/i/" + id + "/n"
	if res.Outcome.Ref != "" {
		to += "/" + res.Outcome.Ref + "/edit"
	}
	s.putFlash(w, s.outcome(s.lang(r), res))
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// noticeOf leads from a message to the notice it carries.
func (s *Server) noticeOf(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	id, _, _ := strings.Cut(r.PathValue("n")+"/"+r.PathValue("more"), "#")
	if m := d.v.S.Message(id); m != nil && m.Notice != "" {
		http.Redirect(w, r, d.base+"/n/"+m.Notice, http.StatusSeeOther)
		return
	}
	s.fail(w, r, http.StatusNotFound, "web.notfound")
}

// editData is the page on which a draft is written.
type editData struct {
	N             *incident.Notice
	Subject, Body string
	Unknown       int
	Recipients    string
	From          string
	TLPs          []deedOption
	Means         []deedOption
	Max           string // highest label this body may get
	Voids         bool   // an approval was asked for or given: saving voids it
	Withdraw      []deedForm
	Hint          string
	Due           time.Time
	Notes         []string // what the text passes over, and what moved since
}

func (s *Server) editPage(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	n := d.v.S.Notice(r.PathValue("n"))
	if n == nil {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	words := d.v.Text(n.Seq)
	shown, _ := d.draw.Approval(d.v, n.ID)
	data := editData{
		Notes: shown.Notes, N: n, Subject: words["subject"], Body: words["body"], Recipients: shown.To, From: words["from"], Due: d.v.S.NoticeDue(n),
		Unknown: strings.Count(words["body"], incident.Unknown), Voids: n.State == incident.NoticeSubmitted || n.State == incident.NoticeApproved,
		Withdraw: d.forms([2]string{"notice.withdraw", n.ID}),
	}
	dest, _ := d.v.Site.Directory.Destination(n.Dest)
	data.Max = strings.TrimPrefix(dest.TLP, "TLP:")
	for i, l := range incident.TLPs() {
		if data.Max != "" && i > slices.Index(incident.TLPs(), data.Max) {
			break
		}
		data.TLPs = append(data.TLPs, deedOption{ID: l, Label: "TLP:" + l, On: l == n.TLP})
	}
	for _, a := range dest.Reach {
		m := string(a.Means)
		data.Means = append(data.Means, deedOption{ID: m, Label: d.means(m), On: slices.Contains(n.Means, m)})
	}
	s.show(w, r, view{name: "notice_edit", title: d.t("notice.edit.title", "id", n.ID, "dest", d.dest(n.Dest)), active: "room", tab: "notices", in: d.v, data: data})
}

// editNotice keeps the wording and, where wanted, asks for approval.
func (s *Server) editNotice(w http.ResponseWriter, r *http.Request) {
	id, n := r.PathValue("id"), r.PathValue("n")
	act := s.actOf(r)
	res, err := s.o.Service.Do(r.Context(), act, id, incident.EditNotice{
		Notice: n, Subject: r.PostFormValue("subject"), Body: r.PostFormValue("body"), TLP: r.PostFormValue("tlp"), Means: r.PostForm["means"],
	})
	if err == nil && r.PostFormValue("then") == "submit" {
		act.Request += "/submit"
		res, err = s.o.Service.Do(r.Context(), act, id, incident.SubmitNotice{Notice: n})
	}
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.putFlash(w, s.outcome(s.lang(r), res))
	http.Redirect(w, r, "/i/"+url.PathEscape(id)+"/n/"+url.PathEscape(n), http.StatusSeeOther)
}

// waiting counts the notices that wait for a person.
func waiting(s *incident.Incident) int {
	n := 0
	for _, x := range s.Notices {
		switch x.State {
		case incident.NoticeSubmitted, incident.NoticeFailed, incident.NoticeUnconfirmed:
			n++
		case incident.NoticeDraft, incident.NoticeReturned, incident.NoticeApproved, incident.NoticeSent, incident.NoticeWithdrawn:
		}
	}
	return n
}
