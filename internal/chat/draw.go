package chat

import (
	"strconv"
	"strings"
	"time"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// Drawer turns the state of an incident into cards in one language.
type Drawer struct {
	Words *Words
	Lang  Lang
	URL   string // base address of the console, without a slash at the end; "" = no links

	// Entries reads entries from..to of the incident that is drawn. Cards about
	// single entries (overdue, catch-up …) need it; without it they are not drawn.
	Entries func(from, to int64) []timeline.Entry
}

// Draw draws the card with the given key, as messages of the rules name them:
// status, step/r1/2.3, decision/D3, notice/N2, page/e1/person, clocks and so
// on. ok is false for a key that is not known or whose subject is not there.
func (d Drawer) Draw(v *incident.View, key string) (c Card, ok bool) {
	p := d.pen(v)
	kind, ref, _ := strings.Cut(key, "/")
	if draw := p.drawers()[kind]; draw != nil {
		c, ok = draw(ref)
	}
	if !ok {
		return Card{}, false
	}
	c.Key, c.Incident, c.Seq, c.Drill = key, v.S.ID, v.S.Seq, v.S.Drill
	if v.S.Status == incident.Closed {
		c.Actions = afterClose(v.S, c.Actions)
	}
	if c.Fallback == "" {
		c.Fallback = OneLine(strings.Join([]string{c.Head, c.Title}, " "))
	}
	return c, true
}

// afterClose keeps what can still be done when the incident is closed, so that
// no button looks alive and is refused.
func afterClose(st *incident.Incident, in []Action) []Action {
	var out []Action
	for _, a := range in {
		switch a.ID {
		case "", "note.add", "evidence.add", "notice.phoned", "notice.receipt", "notice.script", "message.resolve", "timeline.export", "clocks.basis":
			out = append(out, a)
		case "notice.open", "notice.show":
			out = append(out, a)
		default:
			if a.ID != "notice.draft" && st.TakesAfterClose(a.ID) {
				out = append(out, a)
			}
		}
	}
	return out
}

func (p *pen) drawers() map[string]func(ref string) (Card, bool) {
	return map[string]func(string) (Card, bool){
		"status": p.status, "step": p.step, "phase": p.phase, "blocked": p.blocked,
		"overdue": p.overdue, "remind": p.remind,
		"opened": p.phaseNews, "late": p.phaseNews, "round": p.phaseNews, "adopted": p.adopted, "inform": p.informed,
		"decision": p.decision, "review": p.review,
		"notice": p.notice, "clocks": p.clocks, "duty": p.duty,
		"page": p.page, "standdown": p.standdown, "climb": p.climb, "acting": p.acting, "call": p.called, "exhausted": p.exhausted,
		"report": p.report, "cadence": p.cadence, "handover": p.handover,
		"catchup": p.catchup, "close": p.closing, "closed": p.closed, "steps": p.checklist, "received": p.received,
		"eta": p.eta, "cargo": p.cargo,
		"announce": p.announce, "asked": p.asked, "lookback": p.reviewNews, "roster": p.rosterNews, "ring": p.ring,
	}
}

// pen is a Drawer at work on one view.
type pen struct {
	Drawer
	v    *incident.View
	s    *incident.Incident
	zone *time.Location
}

func (d Drawer) pen(v *incident.View) *pen {
	if d.Lang != EN {
		d.Lang = JA
	}
	return &pen{Drawer: d, v: v, s: v.S, zone: v.Site.Zone}
}

func (p *pen) t(key string, args ...any) string { return p.Words.T(p.Lang, key, args...) }

func (p *pen) person(id string) string {
	if id == "" {
		return p.t("role.unset")
	}
	if id == timeline.System {
		return p.t("label.system")
	}
	return p.v.Person(id, string(p.Lang))
}

// people lists names.
func (p *pen) people(ids []string) string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, p.person(id))
	}
	return strings.Join(names, p.t("label.and"))
}

func (p *pen) role(id string) string { return p.v.Role(id, string(p.Lang)) }
func (p *pen) dest(id string) string { return p.v.Dest(id, string(p.Lang)) }

// clock is a moment as it is shown on cards: with the date where it is not today.
func (p *pen) clock(t time.Time) string { return Near(t, p.v.Now, p.zone) }
func (p *pen) now() string              { return Clock(p.v.Now, p.zone) }

func (p *pen) duration(d time.Duration) string { return Duration(d, p.Lang) }

// minutes is a length in full minutes, at least 1.
func minutes(d time.Duration) int { return max(1, int(d/time.Minute)) }

// head is the line that says live or drill in words.
func (p *pen) head() string {
	return p.t(markKey("inc.head", p.s.Drill), "incident", p.s.ID, "title", p.title())
}

func markKey(key string, drill bool) string {
	if drill {
		return key + ".drill"
	}
	return key + ".real"
}

func (p *pen) title() string {
	if t := OneLine(p.v.Title()); t != "" {
		return t
	}
	return p.t("inc.notitle")
}

// mark puts 【実事案】IR-12 or 【訓練】DR-4 before a line that stands alone.
func (p *pen) mark(line string) string {
	return strings.TrimSuffix(p.t(markKey("inc.head", p.s.Drill), "incident", p.s.ID, "title", ""), " ") + "  " + line
}

// action makes a button that acts at once.
func (p *pen) action(id, label, ref string) Action {
	return Action{ID: id, Label: p.t(label), Value: EncodeValue(Value{Incident: p.s.ID, Ref: ref, Seq: p.s.Seq})}
}

// ask makes a button that opens the form of the same name.
func (p *pen) ask(id, label, ref string) Action {
	a := p.action(id, label, ref)
	a.Form = id
	return a
}

// link makes a link into the console; ok is false without a console address.
func (p *pen) link(label, path string) (Action, bool) {
	if p.URL == "" {
		return Action{}, false
	}
	return Action{Label: p.t(label), URL: p.URL + "/i/" + p.s.ID + path}, true
}

func primary(a Action) Action { a.Style = Primary; return a }
func danger(a Action) Action  { a.Style = Danger; return a }
func inMenu(a Action) Action  { a.Menu = true; return a }

// entry reads one entry.
func (p *pen) entry(seq string) (timeline.Entry, bool) {
	n, err := strconv.ParseInt(seq, 10, 64)
	if err != nil || n < 1 || p.Entries == nil {
		return timeline.Entry{}, false
	}
	for _, e := range p.Entries(n, n) {
		if e.Seq == n {
			return e, true
		}
	}
	return timeline.Entry{}, false
}

// commander is who is in command: the holder in this incident.
func (p *pen) commander() string { return p.s.Roles["lead"].Person }

// holder is who has a role: in this incident, else by the directory.
func (p *pen) holder(role string) string {
	if h := p.s.Roles[role]; h.Person != "" {
		return h.Person
	}
	if all := p.v.Site.Directory.Holders(role); len(all) > 0 {
		return all[0].ID
	}
	return ""
}

// until writes a limit with what is left or over at the time of drawing.
func (p *pen) until(due time.Time) string {
	key := "step.until.short"
	if due.Before(p.v.Now) {
		key = "step.until.over"
	}
	return p.t(key, "time", p.clock(due), "left", p.duration(due.Sub(p.v.Now)), "now", p.now())
}
