package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/incident"
)

func (s *Server) guestRoutes() {
	s.get("/i/{id}/guests", s.guests)
	s.get("/i/{id}/guests/preview", s.guestPreview)
	s.post("/i/{id}/guests/invite", s.guestInvite)
	s.mux.HandleFunc("GET /g/{id}/{guest}/{token}", s.guestPage)
}

// guestsData is the page on which pages for others are made.
type guestsData struct {
	Shares  []shareRow
	Guests  []guestRow
	Share   *deedForm
	Invite  bool
	Dests   []directory.Destination
	Others  []string
	Labels  []string
	Link    string // shown once
	LinkFor string
	Who     string // may invite, where the reader may not
}

type shareRow struct {
	ID, Text, TLP, By string
	Port              bool
	At                time.Time
	End               *deedForm
}

type guestRow struct {
	ID, Name, TLP, By, State string
	Tone                     chat.Tone
	Expires, Last            time.Time
	Opened                   int
	Revoke                   *deedForm
}

func (s *Server) guests(w http.ResponseWriter, r *http.Request) {
	if d, ok := s.desk(w, r); ok {
		s.showGuests(w, r, d, guestsData{})
	}
}

func (s *Server) showGuests(w http.ResponseWriter, r *http.Request, d *desk, data guestsData) {
	k := &d.v.S.Continuity
	data.Labels, data.Invite = []string{"CLEAR", "GREEN", "AMBER"}, d.may(incident.MayApprove) && !d.closed()
	if data.Invite {
		data.Share = d.formOf("share.agree", "")
	} else {
		data.Who = d.people(d.v.Site.Who(incident.MayApprove, d.v.S))
	}
	for _, x := range k.Shares {
		if x.Ended.IsZero() {
			row := shareRow{ID: x.ID, Text: d.v.Text(x.Seq)["text"], TLP: x.TLP, By: d.person(x.By), Port: x.Port, At: x.At}
			if d.may(incident.MayApprove) {
				row.End = d.formOf("share.end", x.ID)
			}
			data.Shares = append(data.Shares, row)
		}
	}
	for _, g := range k.Guests {
		row := guestRow{ID: g.ID, Name: chat.OneLine(d.v.Text(g.Seq)["guest_name"]), TLP: g.TLP, By: d.person(g.By), Expires: g.Expires, Last: g.Last, Opened: g.Opened}
		switch {
		case !g.Revoked.IsZero():
			row.State, row.Tone = d.t("guest.state.revoked"), chat.ToneMuted
		case !g.Valid(d.v.Now):
			row.State, row.Tone = d.t("guest.state.over"), chat.ToneMuted
		default:
			row.State, row.Tone, row.Revoke = d.t("guest.state.open"), chat.ToneDone, d.formOf("guest.revoke", g.ID)
		}
		data.Guests = append(data.Guests, row)
	}
	data.Dests = d.v.Site.Directory.Destinations
	if rows, err := s.o.List(r.Context(), true); err == nil {
		for _, x := range rows {
			if x.ID != d.v.S.ID && x.Drill == d.v.S.Drill {
				data.Others = append(data.Others, x.ID)
			}
		}
	}
	s.show(w, r, view{name: "guests", title: "guest.title", active: "room", tab: "guests", in: d.v, data: data})
}

// guestInvite makes a token, records its digest, and shows the link this once.
func (s *Server) guestInvite(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	token, err := auth.Token()
	if err != nil {
		s.refused(w, r, err)
		return
	}
	hours, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue("hours")))
	if err != nil || hours < 1 || hours > 24*365 {
		s.badInput(w, r, errInput{key: "web.badnumber", args: []any{"word", r.PostFormValue("hours")}})
		return
	}
	cmd := incident.InviteGuest{
		Who: r.PostFormValue("who"), Dest: r.PostFormValue("dest"), TLP: r.PostFormValue("tlp"), For: time.Duration(hours) * time.Hour,
		With: r.PostForm["with"], Digest: incident.TokenDigest(token),
	}
	res, err := s.o.Service.Do(r.Context(), s.actOf(r), d.v.S.ID, cmd)
	switch {
	case err != nil:
		s.refused(w, r, err)
		return
	case res.Duplicate:
		s.back(w, r, flash{Tone: "late", Text: d.t("guest.once")})
		return
	}
	if d, ok = s.desk(w, r); !ok {
		return
	}
	link := s.base(r) + "/g/" + url.PathEscape(d.v.S.ID) + "/" + res.Outcome.Ref + "/" + token
	s.showGuests(w, r, d, guestsData{Link: link, LinkFor: incident.Clean(cmd.Who)})
}

// base is the address people reach the console by.
func (s *Server) base(r *http.Request) string {
	if s.o.Pages.URL != "" {
		return strings.TrimRight(s.o.Pages.URL, "/")
	}
	scheme := "http"
	if s.o.TLS {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// guestData is what somebody outside reads: nothing beyond the label of the page.
type guestData struct {
	TLP, Name, State, Phone string
	Preview                 bool
	Gone                    string // why there is nothing to read
	Title                   string
	Next                    time.Time
	Items                   []shareRow
	ETAs                    []chat.ETARow
	Terminals               []string
	Miles                   []mileRow
	Level                   string
	Report                  *chat.Card
	Figures                 []string
	Others                  []guestOther
	Expires                 time.Time
}

// guestOther is the incident of another terminal of the port: only what was
// agreed for all of them, and when its next report is due.
type guestOther struct {
	ID    string
	Items []shareRow
	Next  time.Time
}

// guestPage shows; it never acts. Each opening is recorded; when the open page
// reads itself anew (?anew) that is none.
func (s *Server) guestPage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	slow := "guest:" + place(r)
	if s.slow.Wait(slow, s.now()) > 0 {
		s.fail(w, r, http.StatusTooManyRequests, "guest.slow")
		return
	}
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	var g *incident.Guest
	if err == nil {
		g = v.S.Continuity.Guest(r.PathValue("guest"))
	}
	if g == nil || !g.Fits(r.PathValue("token")) {
		s.slow.Wrong(slow, s.now())
		s.fail(w, r, http.StatusNotFound, "guest.none")
		return
	}
	d := &desk{s: s, v: v, lang: s.lang(r), base: "/i/" + v.S.ID, draw: chat.Drawer{Words: s.o.Words, Lang: s.lang(r)}}
	if !g.Valid(v.Now) {
		s.show(w, r, view{name: "guest", title: "guest.page", in: v, status: http.StatusGone, data: guestData{TLP: "CLEAR", Gone: d.t("guest.gone"), Phone: v.Site.Phone}})
		return
	}
	if r.Method == http.MethodGet {
		if err := s.o.Service.GuestOpened(r.Context(), v.S.ID, g.ID, place(r), r.URL.Query().Has("anew")); err != nil {
			s.o.Logger.Warn("record opened page", "incident", v.S.ID, "guest", g.ID, "err", err)
		}
	}
	data := d.guestView("TLP:" + g.TLP)
	data.Name, data.Expires = chat.OneLine(v.Text(g.Seq)["guest_name"]), g.Expires
	data.Others = s.others(r, d, g)
	s.show(w, r, view{name: "guest", title: "guest.page", in: v, data: data})
}

// guestPreview shows whoever invites what a page with a label would say.
func (s *Server) guestPreview(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	label, known := directory.Label(r.URL.Query().Get("tlp"))
	if !known || label == "TLP:RED" {
		label = "TLP:GREEN"
	}
	data := d.guestView(label)
	data.Preview = true
	s.show(w, r, view{name: "guest", title: "guest.page", in: d.v, data: data})
}

// guestView gathers what may be read up to a label: state and next report by
// everybody; title, recovery and the report for the port from GREEN; figures and
// the report for executives from AMBER.
func (d *desk) guestView(ceiling string) guestData {
	k := &d.v.S.Continuity
	data := guestData{TLP: strings.TrimPrefix(ceiling, "TLP:"), State: d.t("status." + string(d.v.S.Status)), Next: d.v.S.Cadence.Next, Phone: d.v.Site.Phone}
	data.Items = d.sharedRows(ceiling, false)
	if !directory.Allows(ceiling, "TLP:GREEN") {
		return data
	}
	data.Title, data.ETAs = chat.OneLine(d.v.Title()), d.draw.ETAs(d.v)
	for i := range data.ETAs { // who else was told is nobody's business outside
		data.ETAs[i].Told, data.ETAs[i].By = "", ""
	}
	data.Terminals, data.Miles = d.miles()
	if x, ok := k.Level("", ""); ok {
		data.Level = fmt.Sprintf("L%d %s", x.Level, d.t(fmt.Sprintf("level.%d", x.Level)))
	}
	to := chat.ForPort
	if directory.Allows(ceiling, "TLP:AMBER") {
		to = chat.ForExecutive
		data.Figures = d.cargoLines()
	}
	if n := len(d.v.S.Reports); n > 0 {
		if c, ok := d.draw.Report(d.v, d.v.S.Reports[n-1].N, to); ok {
			c.Fields = c.Fields[1:]
			data.Report = &c
		}
	}
	return data
}

func (d *desk) sharedRows(ceiling string, port bool) []shareRow {
	var out []shareRow
	for _, x := range d.v.S.Shared(ceiling, port) {
		out = append(out, shareRow{ID: x.ID, Text: d.v.Text(x.Seq)["text"], At: x.At, Port: x.Port, TLP: x.TLP})
	}
	return out
}

// others are the incidents of the port's other terminals that stand on the page.
func (s *Server) others(r *http.Request, d *desk, g *incident.Guest) []guestOther {
	var out []guestOther
	for _, id := range g.With {
		v, err := s.o.Service.View(r.Context(), id)
		if err != nil || v.S.Drill != d.v.S.Drill {
			continue
		}
		other := &desk{s: s, v: v, lang: d.lang, draw: d.draw}
		out = append(out, guestOther{ID: id, Items: other.sharedRows("TLP:"+g.TLP, true), Next: v.S.Cadence.Next})
	}
	return out
}
