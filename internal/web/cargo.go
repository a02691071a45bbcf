package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/incident"
)

func (s *Server) cargoRoutes() {
	s.get("/i/{id}/cargo", s.cargo)
	s.get("/systems", s.systems)
	s.guestRoutes()
}

// cargoData is the board of cargo and continuity (UX 3.5a).
type cargoData struct {
	BCP        string
	Manual     []string
	Level      string
	Rows       []cargoRow
	Loose      []cargoFigure // figures that belong to no row
	Objectives []objectiveRow
	Terminals  []string
	Miles      []mileRow
	Gates      []gateRow
	ETAs       []chat.ETARow
	Slips      int
	Partners   []partnerRow
	ETA        *deedForm
	SetLevel   *deedForm
	SetPlace   *deedForm
	Figure     *deedForm
	Reach      *deedForm
	Lose       *deedForm
	Start      []deedForm           // continuity plan and handling by hand
	Again      map[string]*deedForm // by estimate
	Tell, Drop map[string]*deedForm
}

// cargoRow is one place of work: a function at a terminal.
type cargoRow struct {
	Where, State, StateID, Capacity, By string
	Tone                                chat.Tone
	Figures                             []cargoFigure
	At                                  time.Time
	Old                                 bool
}

// cargoFigure is a figure with its age.
type cargoFigure struct {
	Item, Place, Word string
	N                 int64
	Set, Old          bool
	At                time.Time
	By                string
}

// objectiveRow is one line of the objective table.
type objectiveRow struct {
	Function string
	Out      time.Time // beginning of the outage
	Now      string
	Cells    []objectiveCell
	Ask      time.Time // when the decision is asked for
	Limit    time.Time // end of the maximum tolerable outage
	Over     bool
}

type objectiveCell struct {
	Level int
	Due   time.Time
	State string
	Tone  chat.Tone
}

// mileRow is one milestone at every terminal.
type mileRow struct {
	Word  string
	Cells []time.Time
}

// gateRow is one of the two signatures.
type gateRow struct {
	ID, Word, Line string
	Form           *deedForm
}

type partnerRow struct {
	Name string
	At   time.Time
}

func (s *Server) cargo(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	s.show(w, r, view{name: "cargo", title: "cargo.page", active: "room", tab: "cargo", in: d.v, data: d.cargoPage()})
}

func (d *desk) cargoPage() cargoData {
	k := &d.v.S.Continuity
	data := cargoData{ETAs: d.draw.ETAs(d.v), Slips: k.Slips(), Again: map[string]*deedForm{}, Tell: map[string]*deedForm{}, Drop: map[string]*deedForm{}}
	if !k.BCP.At.IsZero() {
		data.BCP = d.t("bcp.line", "person", d.person(k.BCP.By), "time", d.near(k.BCP.At), "criterion", d.criterion(k.BCP.Criterion))
	}
	for _, m := range k.Manual {
		key := "manual.wait"
		if m.Go {
			key = "manual.yes"
		}
		data.Manual = append(data.Manual, d.near(m.At)+" "+d.t("manual.field")+": "+d.t(key)+" ("+d.criterion(m.Criterion)+") "+d.person(m.By))
	}
	if x, ok := k.Level("", ""); ok {
		data.Level = d.levelLine(x)
	}
	data.Rows, data.Loose = d.cargoRows()
	data.Objectives, data.Gates, data.Partners = d.objectives(), d.gates(), d.partners()
	data.Terminals, data.Miles = d.miles()
	if !d.closed() {
		d.cargoForms(&data)
	}
	return data
}

func (d *desk) levelLine(x incident.LevelSet) string {
	return d.t("level.line", "level", x.Level, "words", d.t(fmt.Sprintf("level.%d", x.Level)), "person", d.person(x.By), "time", d.near(x.At))
}

func (d *desk) criterion(id string) string {
	if d.s.has("criterion." + id) {
		return d.t("criterion." + id)
	}
	return d.v.Criterion(id, string(d.lang))
}

// terminal is a terminal's name; "" and all are all of them.
func (d *desk) terminal(id string) string {
	if id == "" || id == incident.AllTerminals {
		return d.t("terminal.all")
	}
	return d.v.Terminal(id, string(d.lang))
}

func (d *desk) function(id string) string { return d.v.Function(id, string(d.lang)) }

func (d *desk) formOf(action, ref string) *deedForm {
	if f, ok := d.form(action, ref); ok {
		return &f
	}
	return nil
}

func (d *desk) cargoForms(data *cargoData) {
	data.ETA, data.Figure, data.SetPlace = d.formOf("eta.set", ""), d.formOf("figure.set", ""), d.formOf("cargo.set", "")
	for _, r := range data.ETAs {
		if ref := r.Milestone + "/" + r.Terminal; r.State == "open" || r.State == "late" {
			if again := d.formOf("eta.set", ref); again != nil {
				again.Title = d.t("eta.again")
				data.Again[ref] = again
			}
			data.Tell[ref], data.Drop[ref] = d.formOf("eta.tell", ref), d.formOf("eta.drop", ref)
		}
	}
	if d.may(incident.MayDecide) {
		data.SetLevel, data.Reach = d.formOf("level.set", ""), d.formOf("milestone.reach", "")
		if data.BCP == "" {
			data.Start = append(data.Start, *d.formOf("bcp.activate", ""))
		} else {
			data.Start = append(data.Start, *d.formOf("bcp.end", ""))
		}
		data.Start = append(data.Start, *d.formOf("manual.decide", ""))
	}
	if len(d.v.S.Continuity.Reached) > 0 {
		data.Lose = d.formOf("milestone.lose", "")
	}
}

func placeTone(state string) chat.Tone {
	return map[string]chat.Tone{"normal": chat.ToneDone, "limited": chat.ToneLate, "manual": chat.ToneCurrent, "stopped": chat.ToneBlocked}[state]
}

// cargoRows are the places of work, terminal by terminal, each with its
// figures; what was counted elsewhere stands apart.
func (d *desk) cargoRows() (rows []cargoRow, loose []cargoFigure) {
	k, used := &d.v.S.Continuity, map[string]bool{}
	places := append([]string{incident.AllTerminals}, k.Terminals...)
	for _, t := range places {
		for _, f := range k.Functions {
			place, set := k.Places[t+"/"+f.ID]
			row := cargoRow{Where: d.terminal(t) + " " + d.function(f.ID), StateID: place.State, State: d.t("place.unknown"), Tone: chat.ToneMuted}
			if set {
				row.State, row.Tone, row.At, row.By = d.t("place."+place.State), placeTone(place.State), place.At, d.person(place.By)
				row.Old = d.v.Now.Sub(place.At) > old
				row.Capacity = chat.OneLine(d.v.Text(place.CapSeq)["capacity"])
			}
			for _, item := range d.v.Site.Plan.Figures(f.ID) {
				fig := d.figure(t, item)
				used[figureKey(t, item)] = true
				if fig.Set || t != incident.AllTerminals {
					row.Figures = append(row.Figures, fig)
				}
			}
			if t == incident.AllTerminals && !set && len(row.Figures) == 0 {
				continue
			}
			rows = append(rows, row)
		}
	}
	for key := range d.v.S.Figures {
		if !used[key] {
			place, item, found := strings.Cut(key, "/")
			if !found {
				place, item = incident.AllTerminals, key
			}
			loose = append(loose, d.figure(place, item))
		}
	}
	slices.SortFunc(loose, func(a, b cargoFigure) int { return strings.Compare(a.Place+a.Item, b.Place+b.Item) })
	return rows, loose
}

func figureKey(place, item string) string {
	if place == "" || place == incident.AllTerminals {
		return item
	}
	return place + "/" + item
}

func (d *desk) figure(place, item string) cargoFigure {
	f, ok := d.v.S.Figures[figureKey(place, item)]
	out := cargoFigure{Item: item, Place: place, Word: d.figureWord(item), N: f.N, Set: ok}
	if ok {
		out.At, out.By, out.Old = f.At, d.person(f.By), d.v.Now.Sub(f.At) > old
	}
	return out
}

func (d *desk) figureWord(item string) string {
	if d.s.has("figure." + item) {
		return d.t("figure." + item)
	}
	return item
}

// objectives are the levels aimed at beside what is.
func (d *desk) objectives() []objectiveRow {
	k := &d.v.S.Continuity
	var out []objectiveRow
	for _, f := range k.Functions {
		row := objectiveRow{Function: d.function(f.ID), Out: f.Since, Now: d.t("label.unset")}
		now, set := k.Level(f.ID, "")
		if set {
			row.Now = fmt.Sprintf("L%d %s", now.Level, d.t(fmt.Sprintf("level.%d", now.Level)))
		}
		if f.AskS > 0 && !f.Since.IsZero() {
			row.Ask = f.Since.Add(time.Duration(f.AskS) * time.Second)
		}
		if f.OutageS > 0 && !f.Since.IsZero() {
			row.Limit = f.Since.Add(time.Duration(f.OutageS) * time.Second)
			row.Over = row.Limit.Before(d.v.Now)
		}
		for _, o := range f.Levels {
			c := objectiveCell{Level: o.Level, State: d.t("objective.open"), Tone: chat.ToneMuted}
			if !f.Since.IsZero() {
				c.Due = f.Since.Add(time.Duration(o.WithinS) * time.Second)
			}
			switch {
			case set && now.Level >= o.Level && f.Missed > o.Level:
				c.State, c.Tone = d.t("objective.metlate"), chat.ToneLate
			case set && now.Level >= o.Level:
				c.State, c.Tone = d.t("objective.met"), chat.ToneDone
			case !c.Due.IsZero() && c.Due.Before(d.v.Now):
				c.State, c.Tone = d.t("objective.late"), chat.ToneBlocked
			}
			row.Cells = append(row.Cells, c)
		}
		out = append(out, row)
	}
	return out
}

func (d *desk) gates() []gateRow {
	var out []gateRow
	for _, g := range []string{incident.GateRestored, incident.GateClean} {
		row := gateRow{ID: g, Word: d.t("gate." + g)}
		x, ok := d.v.S.Continuity.Signs[g]
		if ok {
			row.Line = d.t("gate.line", "person", d.person(x.By), "role", d.v.Role(strings.TrimSuffix(x.Role, "-deputy"), string(d.lang)), "time", d.near(x.At)) +
				" " + chat.OneLine(d.v.Text(x.Seq)["text"])
		}
		if !d.closed() {
			row.Form = d.formOf(map[bool]string{true: "gate.revoke", false: "gate.sign"}[ok], g)
		}
		out = append(out, row)
	}
	return out
}

func (d *desk) miles() (terminals []string, rows []mileRow) {
	k := &d.v.S.Continuity
	ids := k.Terminals
	if len(ids) == 0 {
		ids = []string{incident.AllTerminals}
	}
	for _, id := range ids {
		terminals = append(terminals, d.terminal(id))
	}
	for _, m := range incident.Milestones() {
		row := mileRow{Word: d.t("milestone." + m)}
		for _, id := range ids {
			row.Cells = append(row.Cells, k.At(m, id))
		}
		rows = append(rows, row)
	}
	return terminals, rows
}

// partners are those who wait for news, and when they last had some.
func (d *desk) partners() []partnerRow {
	var out []partnerRow
	for _, x := range d.v.Site.Directory.Destinations {
		if x.Kind != directory.KindPartner {
			continue
		}
		row := partnerRow{Name: d.dest(x.ID)}
		for _, n := range d.v.S.Notices {
			if n.Dest == x.ID && n.State == incident.NoticeSent && n.Done.After(row.At) {
				row.At = n.Done
			}
		}
		out = append(out, row)
	}
	return out
}
