package web

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/report"
)

func (s *Server) factRoutes() {
	s.get("/i/{id}/facts", s.factsPage)
	s.post("/i/{id}/n/{n}/attach", s.attach)
	s.get("/i/{id}/n/{n}/file/{hash}", s.noticeFile)
	s.get("/i/{id}/n/{n}/as/{format}", s.noticeAs)
}

// factRow is one of the twenty facts.
type factRow struct {
	No               int
	ID, Name, Hint   string
	Value, Conf, TLP string
	Letter           string // as it stands in letters, where that is not what is shown
	Tone             chat.Tone
	Saved            string // as of when, by whom
	Source           int64
	Confirm          string // ref of the confirming form; "" where there is nothing to confirm
	Lines            bool
	Numbered         bool // irbot itself writes it with each report
	Confs, TLPs      []deedOption
	Earlier          []factOld
}

// factOld is an earlier statement.
type factOld struct {
	Seq             int64
	Value, By, Conf string
}

type factsData struct {
	Rows     []factRow
	Known    int
	Set      bool // facts may be stated
	Consent  *deedForm
	Consents []consentRow
}

type consentRow struct {
	To, Who, Words, When string
	Given                bool
	Seq                  int64
}

// factsPage shows all twenty on one screen, each with its own small form.
func (s *Server) factsPage(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	data := factsData{Set: d.takes("fact.set")}
	facts := d.v.Facts()
	for _, f := range d.v.Site.Forms.Fields() {
		row := d.factRow(f, facts[f.ID])
		if facts[f.ID].Known() {
			data.Known++
		}
		data.Rows = append(data.Rows, row)
	}
	if f, ok := d.form("consent.record", ""); ok && d.takes("consent.record") {
		f.Back = d.base + "/facts"
		data.Consent = &f
	}
	for _, c := range slices.Backward(d.v.S.Consents) {
		t := d.v.Text(c.Seq)
		data.Consents = append(data.Consents, consentRow{To: d.consentTo(c.To, t["to_name"]), Who: chat.OneLine(t["who"]), Words: chat.Safe(t["words"]), When: chat.Near(c.At, d.v.Now, d.v.Site.Zone), Given: c.Given, Seq: c.Seq})
	}
	s.show(w, r, view{name: "facts", title: "fact.title", active: "room", tab: "facts", in: d.v, data: data})
}

// consentTo names whom a consent is about in the reader's language; what the
// directory no longer knows as it was written then.
func (d *desk) consentTo(id, then string) string {
	switch id {
	case "nco", "peers", "public":
		return d.t("consent.to." + id)
	}
	if _, ok := d.v.Site.Directory.Destination(id); ok {
		return d.dest(id)
	}
	return chat.OneLine(then)
}

func (d *desk) factRow(f report.Field, x report.Fact) factRow {
	row := factRow{
		No: f.No, ID: f.ID, Name: f.Name(string(d.lang)), Hint: f.Hint(string(d.lang)), Value: chat.Safe(x.Value), TLP: x.TLP,
		Source: x.Source, Lines: f.Kind == "lines", Numbered: f.ID == incident.KindField,
	}
	if en := x.In(string(d.lang)); en != x.Value {
		row.Value, row.Letter = chat.Safe(en), chat.Safe(x.Value)
	}
	row.Conf, row.Tone = d.confOf(x)
	if row.TLP == "" {
		row.TLP = f.TLP
	}
	if x.Known() && (x.Derived || x.Conf == report.Estimated) {
		row.Confirm = f.ID + "#" + incident.FactDigest(x.Value)
	}
	chosen := string(report.Estimated)
	if x.Conf != "" && !x.Derived {
		chosen = string(x.Conf)
	}
	for _, c := range report.Confidences() {
		row.Confs = append(row.Confs, deedOption{ID: string(c), Label: d.t("conf." + string(c)), On: string(c) == chosen})
	}
	for _, l := range incident.TLPs() {
		row.TLPs = append(row.TLPs, deedOption{ID: l, Label: "TLP:" + l, On: l == row.TLP})
	}
	set, ok := d.v.S.Facts[f.ID]
	if !ok {
		return row
	}
	row.Saved = d.t("fact.saved", "time", chat.Near(set.AsOf, d.v.Now, d.v.Site.Zone), "person", d.person(set.By))
	for _, seq := range slices.Backward(set.Before) {
		t := d.v.Text(seq)
		value := chat.Safe(t["value"])
		if value == "" {
			value = d.t("conf.unknown")
		}
		row.Earlier = append(row.Earlier, factOld{Seq: seq, Value: value, By: chat.OneLine(t["actor_name"])})
	}
	return row
}

func (d *desk) confOf(x report.Fact) (string, chat.Tone) {
	switch {
	case x.Derived:
		return d.t("conf.derived"), chat.ToneWaiting
	case x.Conf == report.Confirmed:
		return d.t("conf.confirmed"), chat.ToneDone
	case x.Conf == report.Estimated:
		return d.t("conf.estimated"), chat.ToneWaiting
	case x.Conf == report.Unknown:
		return d.t("conf.unknown"), chat.ToneLate
	}
	return d.t("conf.none"), chat.ToneMuted
}

// attach makes files of a notice's text, or takes them away.
func (s *Server) attach(w http.ResponseWriter, r *http.Request) {
	id, n := r.PathValue("id"), r.PathValue("n")
	res, err := s.o.Service.Attach(r.Context(), s.actOf(r), id, n, r.PostForm["format"])
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.putFlash(w, s.outcome(s.lang(r), res))
	http.Redirect(w, r, "/i/"+url.PathEscape(id)+"/n/"+url.PathEscape(n), http.StatusSeeOther)
}

// noticeFile gives a file as it leaves with a notice.
func (s *Server) noticeFile(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	n := d.v.S.Notice(r.PathValue("n"))
	if n != nil && s.o.Blob != nil {
		for _, f := range d.v.Files(n) {
			if f.Hash != r.PathValue("hash") {
				continue
			}
			if data, err := s.o.Blob(r.Context(), f.Hash); err == nil && incident.HashOf(data) == f.Hash {
				s.saveAs(w, f.Name, data)
				return
			}
		}
	}
	s.fail(w, r, http.StatusNotFound, "web.notfound")
}

// noticeAs gives a notice's present text as a file, attached to nothing.
func (s *Server) noticeAs(w http.ResponseWriter, r *http.Request) {
	format := strings.ToLower(r.PathValue("format"))
	name, data, err := s.o.Service.RenderNotice(r.Context(), r.PathValue("id"), r.PathValue("n"), format)
	switch {
	case errors.Is(err, incident.ErrNoRender):
		s.fail(w, r, http.StatusNotFound, "web.notfound")
	case err != nil:
		s.refused(w, r, err)
	default:
		s.saveAs(w, name, data)
	}
}

// saveAs gives bytes as a file to be saved, never shown.
func (s *Server) saveAs(w http.ResponseWriter, name string, data []byte) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Content-Security-Policy", csp+"; sandbox")
	_, _ = w.Write(data)
}

// forms of a report: what can be chosen where one is begun.
func (d *desk) formChoices() []deedOption {
	out := []deedOption{{Label: d.t("notices.usual"), On: true}, {ID: incident.NoForm, Label: d.t("notices.builtin")}}
	for _, f := range d.v.Site.Forms.List() {
		out = append(out, deedOption{ID: f.ID, Label: f.Name(string(d.lang))})
	}
	return out
}

func (d *desk) kindChoices() []deedOption {
	out := []deedOption{{Label: d.t("notices.kind.auto"), On: true}}
	for _, k := range []string{report.First, report.Update, report.Final} {
		out = append(out, deedOption{ID: k, Label: d.t("notices.kind." + k)})
	}
	return out
}

// reportForms are the further acts on a notice: fill in again, let a fact
// through, take back.
func (d *desk) reportForms(n *incident.Notice) []deedForm {
	var acts [][2]string
	switch n.State {
	case incident.NoticeDraft, incident.NoticeSubmitted, incident.NoticeReturned:
		acts = append(acts, [2]string{"notice.refill", n.ID})
		if d.may(incident.MayApprove) {
			acts = append(acts, [2]string{"notice.override", n.ID})
		}
	case incident.NoticeSent, incident.NoticeUnconfirmed:
		acts = append(acts, [2]string{"notice.recall", n.ID})
	case incident.NoticeApproved, incident.NoticeFailed, incident.NoticeWithdrawn:
	}
	return d.forms(acts...)
}

// attachChoice is the small form that makes files of a draft.
func (d *desk) attachChoice(n *incident.Notice) []deedOption {
	if n.State != incident.NoticeDraft && n.State != incident.NoticeReturned {
		return nil
	}
	want := []string{}
	if form, ok := d.v.Form(n); ok {
		want = form.Attach
	}
	var out []deedOption
	for _, f := range []string{"pdf", "xlsx"} {
		if f == "xlsx" && (!slices.Contains(want, f) || n.ByHand(d.v.Text(n.Seq))) {
			continue
		}
		on := slices.ContainsFunc(n.Attach, func(a string) bool { return strings.HasPrefix(a, f+":") })
		out = append(out, deedOption{ID: f, Label: d.t("apr.make." + f), On: on || len(n.Attach) == 0 && slices.Contains(want, f)})
	}
	return out
}
