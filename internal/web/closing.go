package web

import (
	"fmt"
	"net/http"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) closeRoutes() {
	s.get("/i/{id}/close", s.closePage)
	s.post("/i/{id}/close", s.closeNow)
	s.post("/i/{id}/real", s.real)
}

// closeData is what is left before closing (UX 2.12).
type closeData struct {
	Left  []leftLine
	Force bool // closing leaves something open: only approvers may
	May   bool
	Who   string
	Done  *chat.Card
	Stays []stayLine // what was left open when it was closed
	Real  bool       // the drill can be stopped because it is real
}

// leftLine is one thing that is still open.
type leftLine struct {
	Key, Text, Path string
	Blocks          bool
	Group           string // heading before it, where a new kind begins
}

func (s *Server) closePage(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	data := closeData{Real: d.v.S.Drill && !s.o.Demo}
	if d.closed() {
		d.draw.Entries = d.entries(r)
		if c, ok := d.draw.Draw(d.v, "closed"); ok {
			data.Done = &c
		}
		for _, x := range d.v.Stays() {
			data.Stays = append(data.Stays, stayLine{leftLine: d.leftLine(incident.Leftover{Kind: x.Kind, Ref: x.Ref}), Reason: x.Reason})
		}
	} else {
		data.Left = d.left()
		data.Force = d.v.S.Left().Any()
		class := incident.MayClose
		if data.Force && !d.v.S.Drill {
			class = incident.MayApprove
		}
		data.May = d.may(class) && d.may(incident.MayClose)
		data.Who = d.people(d.v.Site.Who(class, d.v.S))
	}
	s.show(w, r, view{name: "close", title: "close.title", active: "room", tab: "close", in: d.v, data: data})
}

// stayLine is something that was left open, and why.
type stayLine struct {
	leftLine
	Reason string
}

// left lists what is still open, thing by thing, each with the page on which it
// is dealt with.
func (d *desk) left() []leftLine {
	all := d.v.S.Leftovers()
	counts := map[string]int{}
	for _, l := range all {
		counts[l.Kind]++
	}
	var out []leftLine
	last := ""
	for _, l := range all {
		line := d.leftLine(l)
		if l.Kind != last {
			last = l.Kind
			line.Group = d.t("close."+leftGroups()[l.Kind], "count", counts[l.Kind])
		}
		out = append(out, line)
	}
	return out
}

// leftGroups are the headings of what is left, by kind.
func leftGroups() map[string]string {
	return map[string]string{
		"step": "steps", "notice": "notices", "unconfirmed": "unconfirmed", "receipt": "receipts", "duty": "duties",
		"escalation": "escalations", "entry": "entries", "custody": "custody", "decision": "decisions", "caution": "cautions",
	}
}

// leftLine names one open thing and its page.
func (d *desk) leftLine(l incident.Leftover) leftLine {
	out := leftLine{Key: l.Key(), Text: l.Ref, Path: d.base, Blocks: l.Blocks}
	words := d.v.Text(l.Seq)
	switch l.Kind {
	case "step":
		if st := d.v.S.Step(l.Ref); st != nil {
			out.Text, out.Path = d.t("step.line", "n", st.N, "title", chat.OneLine(d.v.StepTitle(st))), fmt.Sprintf("%s/steps/%d", d.base, st.N)
			if st.Holder != "" {
				out.Text += " (" + d.person(st.Holder) + ")"
			}
		}
	case "notice", "unconfirmed", "receipt":
		out.Path += "/n/" + l.Ref
		if n := d.v.S.Notice(l.Ref); n != nil {
			out.Text = strings.TrimSpace(l.Ref + " " + d.dest(n.Dest) + " " + chat.OneLine(words["subject"]))
		}
	case "duty":
		out.Path += "/clocks"
		if x := d.v.S.Duty(l.Ref); x != nil {
			out.Text = d.dutyName(x)
		}
	case "escalation":
		if x := d.v.S.Escalation(l.Ref); x != nil {
			out.Text, out.Path = ladderTitle(d.v, x, d.s.o.Words.Or(d.lang, "reason."+x.Reason, x.Reason), d.lang), d.base+"#call-"+x.ID
		}
	case "entry":
		out.Text, out.Path = "#"+l.Ref+" "+chat.Truncate(chat.OneLine(words["text"]), 80), d.base+"/chrono?kind=open&edit="+l.Ref+"#e"+l.Ref
	case "custody":
		out.Path += "/evidence"
		if x := d.v.S.Transfer(l.Ref); x != nil {
			out.Text = x.Item + " → " + chat.OneLine(d.v.Text(x.Seq)["name"])
		}
	case "decision":
		out.Text, out.Path = l.Ref+" "+chat.OneLine(words["question"]), d.base+"/d/"+l.Ref
	case "caution":
		out.Text = l.Ref + " " + chat.OneLine(words["text"])
	}
	return out
}

// closeNow closes: what stays open needs a reason, each its own or all the same.
func (s *Server) closeNow(w http.ResponseWriter, r *http.Request) {
	x := incident.Close{Reason: r.PostFormValue("reason"), Override: r.PostFormValue("force") != "", Stays: map[string]string{}}
	for name, values := range r.PostForm {
		if key, ok := strings.CutPrefix(name, "stay."); ok && len(values) > 0 {
			x.Stays[key] = values[0]
		}
	}
	s.act(w, r, r.PathValue("id"), x)
}

// real stops a drill because it is real: it opens a new live incident and links
// the two. The record of the drill stays a drill's.
func (s *Server) real(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	if s.o.Demo || !d.v.S.Drill {
		s.again(w, r, http.StatusConflict, d.t("real.refused"))
		return
	}
	act := s.actOf(r)
	first := d.v.Text(max(d.v.S.ReportSeq, d.v.S.DeclareSeq))
	res, err := s.o.Service.Open(r.Context(), act, incident.Declare{
		Title: d.v.Title(), Finder: d.v.S.Finder, Place: first["place"], Impact: d.v.S.Impact, Words: r.PostFormValue("words"),
	})
	if err != nil {
		s.refused(w, r, err)
		return
	}
	for i, pair := range [][2]string{{d.v.S.ID, res.Incident}, {res.Incident, d.v.S.ID}} {
		link := act
		link.Request += []string{"/to", "/from"}[i]
		if _, err := s.o.Service.Do(r.Context(), link, pair[0], incident.Link{To: pair[1]}); err != nil {
			s.o.Logger.Warn("link drill and live incident", "from", pair[0], "to", pair[1], "err", err)
		}
	}
	s.putFlash(w, flash{Tone: "done", Text: d.t("real.done", "id", res.Incident)})
	http.Redirect(w, r, "/i/"+res.Incident, http.StatusSeeOther)
}

// dutyName names a deadline as the list of deadlines does.
func (d *desk) dutyName(x *incident.Duty) string {
	for _, row := range d.draw.Clocks(d.v) {
		if row.Duty == x.ID {
			return row.Name
		}
	}
	return d.dest(x.Dest)
}
