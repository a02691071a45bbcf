package chat

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"irbot/internal/incident"
)

// ClockRow is one deadline (期限) for a card or table.
type ClockRow struct {
	N      int // position in the list, from 1
	Duty   string
	Name   string
	Due    time.Time // zero: the start is not established
	When   string    // absolute first, remaining second
	State  string
	Tone   Tone
	Who    string
	Means  string
	Basis  string // 起点 and 根拠
	Notice string // the notice that meets or will meet it, "" if none
}

// Clocks lists the deadlines, the least time left first, done ones last.
func (d Drawer) Clocks(v *incident.View) []ClockRow { return d.pen(v).clockRows() }

func (p *pen) clockRows() []ClockRow {
	duties := append([]*incident.Duty(nil), p.s.Duties...)
	sort.SliceStable(duties, func(i, j int) bool {
		a, b := duties[i], duties[j]
		if (a.State == "open") != (b.State == "open") {
			return a.State == "open"
		}
		if a.Due.IsZero() != b.Due.IsZero() {
			return !a.Due.IsZero()
		}
		return a.Due.Before(b.Due)
	})
	var out []ClockRow
	for i, x := range duties {
		r := ClockRow{N: i + 1, Duty: x.ID, Name: p.dutyName(x), Due: x.Due, Basis: p.basis(x)}
		n := p.noticeFor(x)
		r.State, r.Tone = p.dutyState(x, n)
		r.When = p.dutyWhen(x)
		if n != nil {
			r.Notice, r.Who = n.ID, p.person(n.Author)
		}
		r.Means = p.destMeans(x.Dest)
		out = append(out, r)
	}
	return out
}

func (p *pen) dutyName(x *incident.Duty) string {
	t := p.v.Text(x.Seq)
	name := t["name"]
	if p.Lang == EN && t["name_en"] != "" {
		name = t["name_en"]
	}
	if name == "" {
		name = p.dest(x.Dest)
	}
	return OneLine(name)
}

// basis says from when a clock counts and on what rule it rests.
func (p *pen) basis(x *incident.Duty) string {
	if x.Base.IsZero() {
		return p.t("clk.nobase")
	}
	t := p.v.Text(x.Seq)
	rule := t["basis"]
	if p.Lang == EN && t["basis_en"] != "" {
		rule = t["basis_en"]
	}
	event := p.Words.Or(p.Lang, "moment."+x.From, x.From)
	if t["checked"] == "" {
		return p.t("clk.base.unchecked", "time", p.clock(x.Base), "event", event, "rule", OneLine(rule))
	}
	return p.t("clk.base", "time", p.clock(x.Base), "event", event, "rule", OneLine(rule), "checked", t["checked"])
}

// noticeFor is the notice that answers a duty.
func (p *pen) noticeFor(x *incident.Duty) *incident.Notice {
	if n := p.s.Notice(x.Ref); n != nil {
		return n
	}
	var last *incident.Notice
	for _, n := range p.s.Notices {
		if n.Dest == x.Dest && n.State != incident.NoticeWithdrawn {
			last = n
		}
	}
	return last
}

func (p *pen) dutyState(x *incident.Duty, n *incident.Notice) (string, Tone) {
	switch {
	case x.State == "na":
		t := p.v.Text(x.NASeq)
		return p.t("clk.na", "reason", OneLine(t["reason"]), "who", OneLine(t["actor_name"])), ToneMuted
	case x.State == "met" && n != nil && len(n.Receipts) > 0:
		return p.t("clk.state.received"), ToneDone
	case x.State == "met":
		return p.t("clk.state.met"), ToneDone
	case x.Due.IsZero():
		return p.t("clk.state.nobase"), ToneMuted
	case x.Due.Before(p.v.Now):
		return p.t("clk.state.passed"), ToneBlocked
	case n == nil:
		return p.t("clk.state.open"), ToneFree
	case n.State == incident.NoticeSubmitted:
		return p.t("clk.state.approval"), ToneWaiting
	case n.State == incident.NoticeDraft:
		return p.t("clk.state.draft"), ToneCurrent
	}
	return p.t("notice.state." + string(n.State)), noticeTone(n.State)
}

func (p *pen) dutyWhen(x *incident.Duty) string {
	switch {
	case x.State == "met":
		return p.t("clk.row.done", "time", p.clock(x.Done))
	case x.State == "na", x.Due.IsZero():
		return ""
	case x.Due.Before(p.v.Now):
		return p.t("clk.late", "time", p.clock(x.Due), "left", p.duration(p.v.Now.Sub(x.Due)))
	}
	return p.t("clk.left", "time", p.clock(x.Due), "left", p.duration(x.Due.Sub(p.v.Now)))
}

func (p *pen) destMeans(id string) string {
	d, ok := p.v.Site.Directory.Destination(id)
	if !ok {
		return ""
	}
	var out []string
	for _, a := range d.Reach {
		out = append(out, p.Words.Or(p.Lang, "means."+string(a.Means), string(a.Means)))
	}
	return strings.Join(out, " + ")
}

// clocks is the deadline card (UX 2.8).
func (p *pen) clocks(string) (Card, bool) {
	c := Card{Head: p.mark(p.t("clk.title", "now", p.now()))}
	rows := p.clockRows()
	if len(rows) == 0 {
		c.Body = []Block{{Kind: Para, Text: p.t("empty.clocks")}}
		return c, true
	}
	for _, r := range rows {
		value := joinNonEmpty("  ", r.When, r.State, r.Who, r.Means)
		c.Fields = append(c.Fields, Field{Label: fmt.Sprintf("%d %s", r.N, r.Name), Value: value, Tone: r.Tone})
		if r.Tone == ToneBlocked {
			c.Tone = ToneBlocked
		}
	}
	first := rows[0]
	switch {
	case first.Notice != "":
		a := p.ask("notice.open", "clk.view", first.Notice)
		a.Label = p.t("clk.view", "n", first.N)
		c.Actions = append(c.Actions, a)
	case p.s.Duty(first.Duty).State == "open":
		dest := p.s.Duty(first.Duty).Dest
		a := p.action("notice.draft", "step.prepare", "#"+dest)
		a.Label = p.t("step.prepare", "dest", p.dest(dest))
		c.Actions = append(c.Actions, a)
	}
	c.Actions = append(c.Actions, p.ask("clocks.basis", "clk.basis", ""), p.ask("notice.new", "clk.add", ""))
	return c, true
}

// duty says that a deadline has passed.
func (p *pen) duty(id string) (Card, bool) {
	x := p.s.Duty(id)
	if x == nil {
		return Card{}, false
	}
	c := Card{Head: p.mark(p.t("clk.over", "what", p.dutyName(x), "time", p.clock(x.Due))), Title: p.basis(x), Tone: ToneBlocked}
	if x.State != "open" {
		state, tone := p.dutyState(x, p.noticeFor(x))
		c.Tone, c.Fields = tone, []Field{{Label: p.t("apr.state"), Value: state}}
		return c, true
	}
	if n := p.noticeFor(x); n != nil {
		a := p.ask("notice.open", "step.openform", n.ID)
		a.Label = p.t("step.openform", "id", n.ID)
		c.Actions = append(c.Actions, primary(a))
	} else {
		a := p.action("notice.draft", "step.prepare", "#"+x.Dest)
		a.Label = p.t("step.prepare", "dest", p.dest(x.Dest))
		c.Actions = append(c.Actions, primary(a))
	}
	c.Actions = append(c.Actions, p.ask("note.add", "step.note", ""), p.ask("duty.dismiss", "clk.na.button", x.ID))
	return c, true
}

func joinNonEmpty(sep string, parts ...string) string {
	var out []string
	for _, s := range parts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, sep)
}
