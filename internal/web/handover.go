package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// offered counts handovers that nobody has accepted yet.
func offered(s *incident.Incident) int {
	n := 0
	for _, h := range s.Handovers {
		if h.Accepted.IsZero() {
			n++
		}
	}
	return n
}

// handoverData is the briefing for whoever takes over (UX 3.5), one A4 page.
type handoverData struct {
	Head   string
	Blocks []briefing
	Offer  *deedForm
	Mine   []offer // waiting for the reader
	Others []offer
	Past   []offer
	Made   time.Time
}

type briefing struct {
	Title string
	Lines []string
}

type offer struct {
	ID, Text, Words string
}

func (d *desk) entries(r *http.Request) func(from, to int64) []timeline.Entry {
	return func(from, to int64) []timeline.Entry {
		list, err := d.s.o.Service.Entries(r.Context(), d.v.S.ID, from, to)
		if err != nil {
			d.s.o.Logger.Error("read entries", "incident", d.v.S.ID, "err", err)
		}
		return list
	}
}

func (s *Server) handover(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	data := handoverData{Made: d.v.Now, Blocks: d.briefing()}
	if c, ok := d.draw.Draw(d.v, "status"); ok {
		data.Head = c.Head
	}
	for _, h := range slices.Backward(d.v.S.Handovers) {
		o := offer{ID: h.ID, Words: chat.Safe(d.v.Text(h.Seq)["text"]), Text: d.t("hand.offer", "from", d.person(h.From), "to", d.person(h.To), "role", d.v.Role(h.Role, string(d.lang)))}
		switch {
		case !h.Accepted.IsZero():
			o.Text += " " + d.t("hand.accepted", "time", d.near(h.Accepted), "person", d.person(h.To))
			data.Past = append(data.Past, o)
		case h.To == d.me:
			data.Mine = append(data.Mine, o)
		default:
			data.Others = append(data.Others, o)
		}
	}
	if f, ok := d.form("handover.offer", "lead"); ok && !d.closed() {
		f.Submit = d.t("hand.ask")
		data.Offer = &f
	}
	s.show(w, r, view{name: "handover", title: "hand.title", active: "room", tab: "handover", in: d.v, data: data})
}

func (d *desk) near(t time.Time) string { return chat.Near(t, d.v.Now, d.v.Site.Zone) }

// briefing is the ten fixed blocks.
func (d *desk) briefing() []briefing {
	blocks := []briefing{
		{"hand.situation", d.situation()}, {"hand.goal", d.goals()}, {"hand.decisions", d.inForce()}, {"hand.cautions", d.cautionLines()},
		{"hand.steps", d.stepLines()}, {"hand.clocks", d.clockLines()}, {"hand.contacts", d.contactLines()}, {"hand.cargo", d.cargoLines()},
		{"hand.trouble", d.troubles()}, {"hand.reach", d.reachLines()},
	}
	for i := range blocks {
		blocks[i].Title = fmt.Sprintf("%d %s", i+1, d.t(blocks[i].Title))
		if len(blocks[i].Lines) == 0 {
			blocks[i].Lines = []string{d.t("label.none")}
		}
	}
	return blocks
}

// situation is five lines: state, severity, what it does to the cargo, how far
// the work is, and what happened by the last report or the first sight.
func (d *desk) situation() []string {
	var out []string
	c, _ := d.draw.Draw(d.v, "status")
	want := []string{d.t("inc.state"), d.t("inc.severity"), d.t("inc.impact"), d.t("inc.progress"), d.t("inc.found")}
	for _, f := range c.Fields {
		if slices.Contains(want, f.Label) {
			out = append(out, f.Label+": "+chat.OneLine(f.Value))
		}
	}
	if what := chat.OneLine(d.v.Text(d.v.S.LastReport())["item2"]); what != "" && len(out) > 4 {
		out[4] = what
	}
	return out
}

// goals are the phases being worked on.
func (d *desk) goals() []string {
	var out []string
	for _, st := range d.v.S.Currents() {
		run, _, _ := strings.Cut(st.Ref, "/")
		if t := chat.OneLine(d.v.PhaseTitle(run, st.Phase)); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

func (d *desk) inForce() []string {
	var out []string
	for _, x := range d.v.S.Decisions {
		if c, ok := d.draw.Draw(d.v, "decision/"+x.ID); ok && !x.Made.IsZero() {
			out = append(out, chat.OneLine(c.Title)+": "+unmarked(c.Head, d.v.S.ID))
		}
	}
	return out
}

// unmarked takes the mark of the incident off a line that stands on its page.
func unmarked(line, id string) string {
	if _, rest, ok := strings.Cut(line, id); ok {
		return strings.TrimSpace(rest)
	}
	return line
}

func (d *desk) cautionLines() []string {
	var out []string
	for _, c := range d.v.S.Cautions {
		if c.Lifted.IsZero() {
			out = append(out, chat.OneLine(d.v.Text(c.Seq)["text"]))
		}
	}
	return out
}

func (d *desk) stepLines() []string {
	var out []string
	for _, st := range d.v.S.Currents() {
		who := d.t("step.none")
		if st.Holder != "" {
			who = d.person(st.Holder)
		}
		line := d.t("step.line", "n", st.N, "title", chat.OneLine(d.v.StepTitle(st))) + " (" + who + ")"
		if !st.Due.IsZero() {
			line += " " + d.t("hand.until", "time", d.near(st.Due))
		}
		out = append(out, line)
	}
	return out
}

func (d *desk) clockLines() []string {
	var out []string
	for _, c := range d.draw.Clocks(d.v) {
		if x := d.v.S.Duty(c.Duty); x != nil && x.State == "open" {
			out = append(out, strings.Join(strings.Fields(c.Name+" "+c.When+" "+c.State), " "))
		}
	}
	if next := d.v.S.Cadence.Next; !next.IsZero() {
		out = append(out, d.t("upd.next", "time", d.near(next)))
	}
	return out
}

// contactLines is the last exchange with each body.
func (d *desk) contactLines() []string {
	last := map[string]string{}
	var order []string
	for _, n := range d.v.S.Notices {
		if n.State == incident.NoticeWithdrawn {
			continue
		}
		if _, seen := last[n.Dest]; !seen {
			order = append(order, n.Dest)
		}
		last[n.Dest] = d.dest(n.Dest) + ": " + n.ID + " " + d.noticeRow(n).State
	}
	out := make([]string, 0, len(order))
	for _, id := range order {
		out = append(out, last[id])
	}
	return out
}

func (d *desk) cargoLines() []string {
	var items []string
	for item := range d.v.S.Figures {
		items = append(items, item)
	}
	slices.Sort(items)
	var out []string
	for _, item := range items {
		f := d.v.S.Figures[item]
		word := d.figureWord(item)
		if place, what, found := strings.Cut(item, "/"); found {
			word = d.terminal(place) + " " + d.figureWord(what)
		}
		out = append(out, fmt.Sprintf("%s %d (%s)", word, f.N, d.near(f.At)))
	}
	return out
}

// troubles is what is stuck: blocked steps, entries without an answer, messages
// that did not get through.
func (d *desk) troubles() []string {
	var out []string
	for _, run := range d.v.S.Runs {
		for _, st := range run.Steps {
			if st.State == incident.StepBlocked {
				out = append(out, d.t("step.line", "n", st.N, "title", chat.OneLine(d.v.StepTitle(st)))+": "+chat.OneLine(d.v.Text(st.BlockSeq)["reason"]))
			}
		}
	}
	for _, x := range d.v.S.Decisions {
		if c, ok := d.draw.Draw(d.v, "decision/"+x.ID); ok && x.Made.IsZero() {
			out = append(out, unmarked(c.Head, d.v.S.ID)+" "+chat.OneLine(c.Title))
		}
	}
	if n := d.v.S.OpenEntries(); n > 0 {
		out = append(out, d.t("close.entries", "count", n))
	}
	for _, n := range d.v.S.Notices {
		if n.State == incident.NoticeFailed || n.State == incident.NoticeUnconfirmed {
			out = append(out, n.ID+" "+d.dest(n.Dest)+": "+d.t("notice.state."+string(n.State)))
		}
	}
	for _, h := range d.v.S.Handovers {
		if words := chat.OneLine(d.v.Text(h.Seq)["text"]); words != "" && h.Accepted.IsZero() {
			out = append(out, words)
		}
	}
	return out
}

// reachLines is who has which role, and how to reach them by phone.
func (d *desk) reachLines() []string {
	key := []string{"lead", "ciso", "liaison", "ops", "it"} // named even where nobody was chosen yet
	var out []string
	for _, role := range d.v.Site.Directory.Roles {
		h := d.v.S.Roles[role.ID].Person
		if all := d.v.Site.Directory.Holders(role.ID); h == "" && len(all) > 0 && slices.Contains(key, role.ID) {
			h = all[0].ID
		}
		if h == "" {
			continue
		}
		line := d.v.Role(role.ID, string(d.lang)) + ": " + d.person(h)
		if p, ok := d.v.Site.Directory.Person(h); ok {
			for _, a := range p.Reach {
				if a.Means == "phone" {
					line += " " + a.To
				}
			}
		}
		out = append(out, line)
	}
	if d.v.Site.Phone != "" {
		out = append(out, d.t("label.duty")+" "+d.v.Site.Phone)
	}
	return out
}
