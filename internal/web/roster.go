package web

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"irbot/internal/calendar"
	"irbot/internal/chat"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/roster"
	"irbot/internal/xlsx"
)

// rosterDays is how far ahead the page shows who is on duty.
const rosterDays = 30

// maxSheet is the largest duty sheet that is read.
const maxSheet = 2 << 20

func (s *Server) rosterRoutes() {
	s.get("/roster", s.rosterPage)
	s.get("/roster/sheet", s.dutySheet)
	s.postLimit("/roster/do/{act}", 3*maxSheet+maxForm, s.rosterDo) // a sheet comes back as it was shown, in escaped letters
	s.postLimit("/roster/import", maxSheet+maxForm, s.rosterImport)
}

// rosterData is the page of the duty roster.
type rosterData struct {
	Rosters []rosterTable
	Gaps    []gapRow
	Changes []changeRow
	Hands   []handRow
	Manage  bool
}

type rosterTable struct {
	ID, Name, Now string
	Rows          []rosterRow
}

type rosterRow struct {
	Span, Who, Note string
	Gap, Today      bool
}

type gapRow struct{ Roster, Span string }

type changeRow struct {
	ID, Roster, Parts, By, State, Reason, Tone string
	Mine, Cancel                               bool
	Told                                       []carried
}

type handRow struct {
	ID, Text, Words string
	Mine, Waits     bool
	Told            []carried
}

func (s *Server) rosterPage(w http.ResponseWriter, r *http.Request) {
	v, err := s.o.Service.StandingView(r.Context())
	if err != nil {
		s.refused(w, r, err)
		return
	}
	s.show(w, r, view{name: "roster", title: "duty.title", active: "ready", tab: "roster", data: func(p *page) any { return p.rosterData(v) }})
}

func (p *page) rosterData(v *incident.View) rosterData {
	rosters, until := v.Site.RostersNow(), v.Now.AddDate(0, 0, rosterDays)
	d := rosterData{Manage: p.manages()}
	for _, r := range rosters {
		t := rosterTable{ID: r.ID, Name: p.rosterName(r), Now: p.duties(r.OnDuty(v.Now))}
		for i, x := range r.Plan(v.Now, until) {
			t.Rows = append(t.Rows, rosterRow{Span: p.span(x.From, x.Until), Who: p.duties(x.People), Gap: len(x.People) == 0, Today: i == 0, Note: p.dayNote(x.From, v.Site.Zone)})
		}
		d.Rosters = append(d.Rosters, t)
	}
	for _, g := range rosters.Gaps(v.Now, until) {
		d.Gaps = append(d.Gaps, gapRow{Roster: p.rosterLabel(g.Roster), Span: p.span(g.From, g.Until)})
	}
	for _, c := range slices.Backward(v.S.Standing.Changes) {
		if row, ok := p.changeRow(v, c); ok {
			d.Changes = append(d.Changes, row)
		}
	}
	for _, h := range slices.Backward(v.S.Standing.Handovers) {
		if len(d.Hands) == 5 {
			break
		}
		row := handRow{ID: h.ID, Words: chat.Safe(v.Text(h.Seq)["text"]), Mine: h.To == p.Me && h.Taken.IsZero(), Told: p.told(v, h.ID)}
		row.Text = p.T("roster.hand", "roster", p.rosterLabel(h.Roster), "from", p.Person(h.From), "to", p.Person(h.To), "time", p.Stamp(h.At))
		if h.Taken.IsZero() {
			row.Waits = true
			row.Text += " (" + p.T("roster.hand.waits") + ")"
		} else {
			row.Text += " " + p.T("roster.hand.taken", "time", p.Stamp(h.Taken))
		}
		d.Hands = append(d.Hands, row)
	}
	return d
}

func (p *page) rosterName(r escalation.Roster) string {
	if p.Lang == chat.EN && r.NameEN != "" {
		return r.NameEN
	}
	return r.Name
}

func (p *page) duties(ids []string) string {
	if len(ids) == 0 {
		return p.T("duty.nobody")
	}
	return p.names(ids)
}

func (p *page) span(from, until time.Time) string { return p.Stamp(from) + " - " + p.Stamp(until) }

// dayNote names the holiday a stretch begins on.
func (p *page) dayNote(at time.Time, zone *time.Location) string {
	if h, ok := calendar.NationalHoliday(calendar.DateOf(at, zone)); ok {
		if p.Lang == chat.EN {
			return h.EN
		}
		return h.JA
	}
	return ""
}

// changeRow is a change that is still of interest: not over for a week.
func (p *page) changeRow(v *incident.View, c *incident.DutyChange) (changeRow, bool) {
	var parts []string
	over := true
	mine := false
	for _, x := range c.Parts {
		parts = append(parts, p.Person(x.Person)+" "+p.span(x.From, x.Until))
		over = over && x.Until.Before(v.Now)
		mine = mine || x.Person == p.Me
	}
	if over && v.Now.Sub(c.At) > 7*24*time.Hour {
		return changeRow{}, false
	}
	row := changeRow{ID: c.ID, Roster: p.rosterLabel(c.Roster), Parts: strings.Join(parts, "\n"), Told: p.told(v, c.ID), By: p.Person(c.By), Reason: chat.Safe(v.Text(c.Seq)["reason"])}
	row.State, row.Tone = p.T("roster.state."+c.State), map[string]string{"asked": "late", "agreed": "done", "refused": "blocked"}[c.State]
	if row.Tone == "" {
		row.Tone = "muted"
	}
	if who := c.Waiting(); len(who) > 0 {
		row.State = p.T("duty.waits", "id", c.ID, "who", p.names(who))
	}
	if len(c.Agreed) > 0 {
		row.State += " (" + p.T("roster.agreedby", "who", p.names(c.Agreed)) + ")"
	}
	if how := v.Text(c.Seq)["agreed"]; how != "" {
		row.State += " (" + chat.Safe(how) + ")"
	}
	row.Mine = slices.Contains(c.Waiting(), p.Me)
	row.Cancel = (c.State == "asked" || c.State == "agreed") && !over && (mine || c.By == p.Me || p.May("lead"))
	return row, true
}

// rosterDo carries out a form of the roster page.
func (s *Server) rosterDo(w http.ResponseWriter, r *http.Request) {
	f := fields{r: r, s: s, zone: s.o.Service.Site().Zone}
	cmd, err := f.rosterCommand(r.PathValue("act"))
	switch {
	case err != nil:
		s.badInput(w, r, err)
	case cmd == nil:
		s.fail(w, r, http.StatusNotFound, "web.notfound")
	default:
		s.act(w, r, "", cmd)
	}
}

func (f fields) rosterCommand(name string) (incident.Command, error) {
	switch name {
	case "put":
		from, err := f.local("from_day")
		if err != nil {
			return nil, err
		}
		until, err := f.local("until_day")
		return incident.PutDuty{Roster: f.str("roster"), Person: f.str("person"), From: from, Until: until, Reason: f.str("reason"), Agreed: f.str("words")}, err
	case "swap":
		mine, err := f.local("from_day")
		if err != nil {
			return nil, err
		}
		theirs, err := f.local("until_day")
		return incident.SwapDuty{Roster: f.str("roster"), Mine: mine, Theirs: theirs, Reason: f.str("reason"), Agreed: f.str("words")}, err
	case "agree":
		return incident.AgreeDuty{ID: f.str("ref")}, nil
	case "refuse":
		return incident.AgreeDuty{ID: f.str("ref"), No: true, Reason: f.str("reason")}, nil
	case "cancel":
		return incident.CancelDuty{ID: f.str("ref"), Reason: f.str("reason")}, nil
	case "offer":
		return incident.OfferDuty{Roster: f.str("roster"), To: f.str("person"), Words: f.str("words"), Open: f.s.openCount(f.r)}, nil
	case "accept":
		return incident.AcceptDuty{ID: f.str("ref")}, nil
	case "import":
		return f.s.sheetCommand(f)
	}
	return nil, nil
}

// local reads a date with a time of day, in the zone of the site.
func (f fields) local(name string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, strings.TrimSpace(f.str(name)), f.zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errInput{key: "cmd.badtime", args: []any{"word", f.str(name)}}
}

func (s *Server) openCount(r *http.Request) int {
	rows, err := s.o.List(r.Context(), true)
	if err != nil {
		return 0
	}
	return len(rows)
}

// sheetData is what was understood of a duty sheet, before it is taken over.
type sheetData struct {
	Roster, Name, File, Text string
	U                        *roster.Understood
	Rows                     []rosterRow
	Before                   []string // who would be on duty now, where it differs
}

// sheetOf reads the file that came with a form: its name, and its bytes up to one
// more than a sheet may have.
func sheetOf(r *http.Request) (name string, data []byte, err error) {
	file, head, err := r.FormFile("file")
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = file.Close() }()
	data, err = io.ReadAll(io.LimitReader(file, maxSheet+1))
	return head.Filename, data, err
}

// rosterImport shows what was understood of a sheet. Nothing is taken over yet.
func (s *Server) rosterImport(w http.ResponseWriter, r *http.Request) {
	name, data, err := sheetOf(r)
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "web.form")
		return
	}
	site := s.o.Service.Site()
	i := slices.IndexFunc(site.Rosters, func(x escalation.Roster) bool { return x.ID == r.PostFormValue("roster") })
	if i < 0 {
		s.fail(w, r, http.StatusNotFound, "web.notfound")
		return
	}
	var u *roster.Understood
	var text string
	if data, err = xlsx.DutyText(data); err == nil {
		text, _, err = roster.Text(data)
	}
	if err == nil {
		u, err = roster.Read(data, roster.Site{Roster: site.Rosters[i], All: site.Rosters, Directory: site.Directory, Now: s.now(), Zone: site.Zone})
	}
	if err != nil {
		s.again(w, r, http.StatusUnprocessableEntity, s.badSheet(r, err))
		return
	}
	d := sheetData{Roster: site.Rosters[i].ID, File: chat.Truncate(chat.OneLine(name), 120), Text: text, U: u}
	s.show(w, r, view{name: "rostersheet", title: "roster.preview", active: "ready", tab: "roster", data: func(p *page) any {
		d.Name = p.rosterName(site.Rosters[i])
		now, then := site.RostersNow(), map[time.Time][]string{}
		for _, l := range u.Lines {
			then[l.From] = append(then[l.From], l.Person)
		}
		for _, l := range u.Lines {
			row := rosterRow{Span: p.span(l.From, l.Until), Who: p.Person(l.Person), Note: strings.TrimSpace(l.Where + " " + chat.OneLine(l.Text) + " " + p.dayNote(l.From, site.Zone))}
			if was := now.Duty(d.Roster, l.From); !slices.Equal(was, then[l.From]) {
				row.Today, row.Note = true, row.Note+" ("+p.T("roster.was", "who", p.duties(was))+")"
			}
			d.Rows = append(d.Rows, row)
		}
		return d
	}})
}

func (s *Server) badSheet(r *http.Request, err error) string {
	return s.t(s.lang(r), sheetWord(err))
}

func sheetWord(err error) string {
	for e, key := range map[error]string{
		roster.ErrBook:  "roster.bad.book",
		roster.ErrEmpty: "roster.bad.empty", roster.ErrDates: "roster.bad.dates", roster.ErrLarge: "roster.bad.large", roster.ErrRoster: "roster.bad.roster",
	} {
		if errors.Is(err, e) {
			return key
		}
	}
	return "roster.bad.form"
}

// sheetCommand reads the sheet again, as it was shown, and takes it over.
func (s *Server) sheetCommand(f fields) (incident.Command, error) {
	site := s.o.Service.Site()
	i := slices.IndexFunc(site.Rosters, func(x escalation.Roster) bool { return x.ID == f.str("roster") })
	if i < 0 {
		return nil, nil
	}
	u, err := roster.Read([]byte(f.str("sheet")), roster.Site{Roster: site.Rosters[i], All: site.Rosters, Directory: site.Directory, Now: s.now(), Zone: site.Zone})
	if err != nil {
		return nil, errInput{key: sheetWord(err)}
	}
	return incident.ImportDuty{Roster: f.str("roster"), From: u.From, Until: u.Until, Shifts: u.Shifts(f.str("roster")), Source: f.str("name")}, nil
}
