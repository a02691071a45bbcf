package web

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/review"
)

func (s *Server) afterRoutes() {
	s.get("/i/{id}/after", s.afterPage)
	s.post("/i/{id}/after/{act}", s.afterAct)
	s.get("/i/{id}/after.md", s.afterMarkdown)
	s.get("/i/{id}/after.pdf", s.afterPDF)
	s.get("/i/{id}/after/{run}/patch", s.afterPatch)
	s.get("/review", s.reviews)
	s.get("/review/lessons", s.lessons)
	s.post("/review/lessons", s.addLesson)
	s.get("/review/people", s.history)
	s.get("/review/audit", s.audit)
	s.post("/review/audit", s.answerAudit)
}

// earlierMost is how many incidents are compared with at most.
const earlierMost = 60

// afterData is the review of one incident.
type afterData struct {
	Picture picture
	Table   []spanRow
	Ask     []askedOf
	Actions []actionRow
	Changes []mendRow
	Books   []bookPart
	Edit    *editLines
	Lessons []lessonRow
	TLPs    []string
	Due     string
	Paper   bool // it can be had as PDF
}

// picture is the picture of the spans with its words.
type picture struct {
	review.Picture
	Words []pictureLine
	Marks []pictureTick
}

type pictureLine struct {
	review.Line
	Name, Value, Goal string
}

type pictureTick struct {
	X    int
	Word string
}

type spanRow struct {
	Name, Actual, Target, Live, Drill, Verdict, Tone, Source string
}

type askedOf struct {
	ID, Text string
	Said     []saidRow
}

type saidRow struct{ ID, By, When, Text string }

type actionRow struct {
	*incident.Action
	Incident, Text, Who, Until, Tone, Word, Result string
	Live                                           bool
}

type mendRow struct {
	*incident.LineChange
	Book, Who, Reason, Word string
	Old, New                []string
}

type bookPart struct {
	Run, Title string
	Steps      []mendStep
}

type mendStep struct {
	Name     string
	From, To int
}

type editLines struct {
	Run      string
	From, To int
	Text     string
}

type lessonRow struct {
	incident.Lesson
	Incident, Text, Share, Who, When string
}

// lasted is a length as people read it.
func (p *page) lasted(d time.Duration) string {
	m := int(d.Round(time.Minute).Minutes())
	switch {
	case m < 60:
		return p.T("unit.min", "n", m)
	case m < 48*60 && m%60 == 0:
		return p.T("unit.hours", "h", m/60)
	case m < 48*60:
		return p.T("unit.hour", "h", m/60, "m", m%60)
	}
	return p.T("unit.day", "d", m/1440, "h", m%1440/60)
}

func (p *page) spanOf(s review.Span) string {
	switch {
	case !s.Known:
		return p.T("after.unknown")
	case s.Early:
		return p.T("after.early")
	}
	return p.lasted(s.D)
}

func (p *page) word(pair [2]string) string {
	if p.Lang == chat.EN {
		return pair[1]
	}
	return pair[0]
}

// reviewed reads the newest incidents; more tells that older ones are left out.
func (s *Server) reviewed(r *http.Request) (views []*incident.View, more bool, err error) {
	list, err := s.o.List(r.Context(), false)
	if err != nil {
		return nil, false, err
	}
	slices.SortFunc(list, func(a, b incident.Summary) int { return b.Declared.Compare(a.Declared) })
	more = len(list) > earlierMost
	if more {
		list = list[:earlierMost]
	}
	for _, x := range list {
		v, err := s.o.Service.View(r.Context(), x.ID)
		if err != nil {
			return nil, false, err
		}
		views = append(views, v)
	}
	return views, more, nil
}

func (s *Server) afterPage(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	all, _, err := s.reviewed(r)
	if err != nil {
		s.refused(w, r, err)
		return
	}
	var earlier []review.Row
	for _, v := range all {
		if v.S.ID != d.v.S.ID && v.S.Times.Declared.Before(d.v.S.Times.Declared) {
			earlier = append(earlier, v.ReviewRow())
		}
	}
	s.show(w, r, view{name: "after", title: "after.title", active: "room", tab: "after", in: d.v, data: func(p *page) any {
		data := afterData{Paper: s.o.Pages.Review != nil, TLPs: incident.TLPs(), Due: p.Now.In(p.Site().Zone).AddDate(0, 0, 14).Format(time.DateOnly)}
		data.Picture, data.Table = p.measured(d.v, earlier)
		data.Ask = d.questions()
		for _, a := range d.v.S.Review.Actions {
			data.Actions = append(data.Actions, p.actionRow(d.v, a))
		}
		data.Changes, data.Books = d.changes(), d.books()
		data.Edit = d.editing(r)
		data.Lessons = p.lessonRows(d.v)
		return data
	}})
}

// measured is the picture and the table of the spans.
func (p *page) measured(v *incident.View, earlier []review.Row) (picture, []spanRow) {
	own := p.Site().Review.Targets
	row := v.ReviewRow()
	pic := picture{Picture: review.Draw(row, earlier, own, 420)}
	var lives, drills []review.Row
	for _, x := range earlier {
		if x.Drill {
			drills = append(drills, x)
		} else {
			lives = append(lives, x)
		}
	}
	middle := func(rows []review.Row, id string) string {
		d, n := review.Median(rows, id)
		if n == 0 {
			return "-"
		}
		return fmt.Sprintf("%s (%d)", p.lasted(d), n)
	}
	var table []spanRow
	for _, l := range pic.Lines {
		x := pictureLine{Line: l, Name: p.word(l.Measure.Name), Value: p.spanOf(l.Span), Goal: "-"}
		if l.Goal > 0 {
			x.Goal = p.lasted(l.Goal)
		}
		pic.Words = append(pic.Words, x)
		tone := map[string]string{review.Within: "done", review.Over: "blocked"}[l.Verdict]
		table = append(table, spanRow{
			Name: x.Name, Actual: x.Value, Target: x.Goal, Live: middle(lives, l.Measure.ID), Drill: middle(drills, l.Measure.ID),
			Verdict: p.T("after." + l.Verdict), Tone: tone, Source: p.word(review.TargetSource(l.Measure, own)),
		})
	}
	for _, t := range pic.Ticks {
		pic.Marks = append(pic.Marks, pictureTick{X: t.X, Word: p.lasted(t.After)})
	}
	return pic, table
}

// Add moves a position in the picture.
func (p *page) Add(a, b int) int { return a + b }

func (d *desk) stamp(t time.Time) string { return chat.Stamp(t, d.v.Site.Zone, d.lang) }

func (d *desk) questions() []askedOf {
	var out []askedOf
	for _, q := range incident.Questions() {
		x := askedOf{ID: q, Text: d.s.o.Words.T(d.lang, "review.q."+q)}
		for _, r := range d.v.S.Review.Remarks {
			if r.Question == q {
				x.Said = append(x.Said, saidRow{ID: r.ID, By: d.person(r.By), When: d.stamp(r.At), Text: chat.Safe(d.v.Text(r.Seq)["text"])})
			}
		}
		out = append(out, x)
	}
	return out
}

func (p *page) actionRow(v *incident.View, a *incident.Action) actionRow {
	end := v.Text(a.EndSeq)
	out := actionRow{
		Action: a, Incident: v.S.ID, Text: chat.Safe(v.Text(a.Seq)["text"]), Who: p.Person(a.Owner), Until: chat.YearStamp(a.Due, p.Site().Zone, p.Lang),
		Live: a.State == incident.ActionOpen, Result: chat.OneLine(end["result"] + end["reason"]),
	}
	word := a.State
	switch {
	case out.Live && a.Due.Before(p.Now):
		word, out.Tone = "late", "blocked"
	case a.State == incident.ActionDone:
		out.Tone = "done"
	}
	out.Word = p.T("after.state." + word)
	return out
}

func (d *desk) changes() []mendRow {
	var out []mendRow
	for _, c := range d.v.S.Review.Changes {
		t := d.v.Text(c.Seq)
		out = append(out, mendRow{
			LineChange: c, Book: chat.OneLine(t["name"]), Who: d.person(c.By), Reason: chat.OneLine(t["reason"]), Word: d.t("after.change." + c.State),
			Old: strings.Split(strings.TrimSuffix(t["old"], "\n"), "\n"), New: strings.Split(t["new"], "\n"),
		})
	}
	return out
}

// books lists the steps of the runbooks as they were followed, with their lines.
func (d *desk) books() []bookPart {
	var out []bookPart
	for _, r := range d.v.S.Runs {
		b := d.v.Book(r.ID)
		if b == nil {
			continue
		}
		part := bookPart{Run: r.ID, Title: b.Title}
		for _, st := range r.Steps {
			if x := d.v.Source(st); x != nil && st.Book == "" && x.Line > 0 {
				part.Steps = append(part.Steps, mendStep{Name: fmt.Sprintf("%d %s", st.N, chat.OneLine(x.Title)), From: x.Line, To: max(x.Line, x.EndLine)})
			}
		}
		out = append(out, part)
	}
	return out
}

// editing is the part of a runbook that was chosen to be mended; nil for none.
func (d *desk) editing(r *http.Request) *editLines {
	run, lines, _ := strings.Cut(r.URL.Query().Get("edit"), ":")
	a, b, _ := strings.Cut(lines, "-")
	from, _ := strconv.Atoi(a)
	to, _ := strconv.Atoi(b)
	book := d.v.Book(run)
	if book == nil {
		return nil
	}
	text, ok := review.Lines(book.Text, from, to)
	if !ok {
		return nil
	}
	return &editLines{Run: run, From: from, To: to, Text: strings.TrimRight(text, "\n")}
}

func (p *page) lessonRows(v *incident.View) []lessonRow {
	var out []lessonRow
	for _, l := range v.S.Review.Lessons {
		t := v.Text(l.Seq)
		out = append(out, lessonRow{Lesson: l, Incident: v.S.ID, Text: chat.Safe(t["text"]), Share: chat.Safe(t["share"]), Who: p.Person(l.By), When: chat.YearStamp(l.At, p.Site().Zone, p.Lang)})
	}
	return out
}

// afterAct carries out what the forms of the review ask.
func (s *Server) afterAct(w http.ResponseWriter, r *http.Request) {
	cmd, err := s.afterCommand(r)
	switch {
	case err != nil:
		s.badInput(w, r, err)
	case cmd == nil:
		s.fail(w, r, http.StatusNotFound, "web.notfound")
	default:
		s.act(w, r, r.PathValue("id"), cmd)
	}
}

func (s *Server) afterCommand(r *http.Request) (incident.Command, error) {
	f := r.PostFormValue
	switch r.PathValue("act") {
	case "say":
		return incident.SayReview{Question: f("question"), Text: f("text")}, nil
	case "action":
		due, err := s.dueDay(f("due"))
		return incident.AddAction{Text: f("text"), Owner: f("owner"), Due: due, Remark: f("remark")}, err
	case "move":
		due, err := s.dueDay(f("due"))
		return incident.MoveAction{Action: f("action"), Owner: f("owner"), Due: due, Reason: f("reason")}, err
	case "done", "drop":
		return incident.SettleAction{Action: f("action"), Words: f("words"), Drop: r.PathValue("act") == "drop"}, nil
	case "change":
		from, _ := strconv.Atoi(f("from"))
		to, _ := strconv.Atoi(f("to"))
		return incident.ProposeChange{Run: f("run"), From: from, To: to, New: f("new"), Reason: f("reason")}, nil
	case "take", "leave":
		return incident.SettleChange{Change: f("change"), Taken: r.PathValue("act") == "take", Reason: f("reason")}, nil
	case "lesson":
		return lessonOf(r), nil
	}
	return nil, nil
}

func lessonOf(r *http.Request) incident.AddLesson {
	return incident.AddLesson{Near: r.PostFormValue("kind") == "near", Text: r.PostFormValue("text"), Share: r.PostFormValue("share"), TLP: r.PostFormValue("tlp")}
}

// dueDay reads a day as the end of the working day, 17:00 of the site.
func (s *Server) dueDay(word string) (time.Time, error) {
	if strings.TrimSpace(word) == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(word), s.o.Service.Site().Zone)
	if err != nil {
		return time.Time{}, errInput{key: "cmd.badtime", args: []any{"word", chat.Truncate(chat.OneLine(word), 40)}}
	}
	return day.Add(17 * time.Hour), nil
}

// afterPatch gives the open and taken changes of a runbook as one patch.
func (s *Server) afterPatch(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	name, patch, _, ok := d.v.ReviewPatch(r.PathValue("run"))
	if !ok {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	s.give(w, d.v, name+".patch", "text/x-diff; charset=utf-8", []byte(patch))
}

// give hands out a file to be saved, never shown.
func (s *Server) give(w http.ResponseWriter, v *incident.View, name, kind string, data []byte) {
	name = v.S.ID + "_" + name
	if v.S.Drill {
		name = "DRILL_" + name
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", disposition(name))
	_, _ = w.Write(data)
}

func (s *Server) afterMarkdown(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	s.give(w, d.v, "review.md", "text/markdown; charset=utf-8", []byte(chat.ReviewMarkdown(d.draw, d.v)))
}

// afterPDF gives the review as a file for printing.
func (s *Server) afterPDF(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	if s.o.Pages.Review == nil {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	var b bytes.Buffer
	if err := s.o.Pages.Review(&b, d.draw, d.v); err != nil {
		s.refused(w, r, err)
		return
	}
	s.give(w, d.v, "review.pdf", "application/pdf", b.Bytes())
}
