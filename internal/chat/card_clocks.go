package chat

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"irbot/internal/incident"
	"irbot/internal/report"
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

	Level      string // law, guideline, contract … in words
	Owner      string // the role that sees to it
	Confidence string // how far the source was checked
	Check      string // what decides whether it applies, while that is open
	Proof      string // what was said to prove it
	Expect     string // what would prove it, while it is open
	Note       string
	Version    string // first day the rule was in force
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
		if a.Due.IsZero() && a.Level.Binding() != b.Level.Binding() {
			return a.Level.Binding()
		}
		return a.Due.Before(b.Due)
	})
	var out []ClockRow
	for i, x := range duties {
		out = append(out, p.clockRow(i+1, x))
	}
	return out
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
	case p.s.Duty(first.Duty).State == incident.DutyOpen && p.drafted(p.s.Duty(first.Duty)):
		dest := p.s.Duty(first.Duty).Dest
		a := p.action("notice.draft", "step.prepare", "#"+dest)
		a.Label = p.t("step.prepare", "dest", p.dest(dest))
		c.Actions = append(c.Actions, a)
	}
	c.Actions = append(c.Actions, p.ask("moment.set", "clk.moment.button", p.momentWanted()), p.ask("clocks.basis", "clk.basis", ""), p.ask("notice.new", "clk.add", ""))
	return c, true
}

// duty says that a deadline has passed.
func (p *pen) duty(id string) (Card, bool) {
	x := p.s.Duty(id)
	if x == nil {
		return Card{}, false
	}
	c := Card{Head: p.mark(p.t("clk.over", "what", p.dutyName(x), "time", p.deadline(x.Due))), Title: p.basis(x), Tone: ToneBlocked}
	if !x.Passed && x.Due.After(p.v.Now) {
		c.Head, c.Tone = p.mark(p.t("clk.warn", "what", p.dutyName(x), "left", p.duration(x.Due.Sub(p.v.Now)), "time", p.deadline(x.Due))), ToneLate
	}
	if x.State != "open" {
		state, tone := p.dutyState(x, p.noticeFor(x))
		c.Tone, c.Fields = tone, []Field{{Label: p.t("apr.state"), Value: state}}
		return c, true
	}
	if x.Check {
		c.Actions = append(c.Actions, primary(p.ask("duty.confirm", "clk.confirm.button", x.ID)))
	}
	if n := p.noticeFor(x); n != nil {
		a := p.ask("notice.open", "step.openform", n.ID)
		a.Label = p.t("step.openform", "id", n.ID)
		c.Actions = append(c.Actions, primary(a))
	} else if p.drafted(x) {
		a := p.action("notice.draft", "step.prepare", "#"+x.Dest)
		a.Label = p.t("step.prepare", "dest", p.dest(x.Dest))
		c.Actions = append(c.Actions, primary(a))
	}
	if x.Plan != nil && x.MetBy != report.ByNotice {
		c.Actions = append(c.Actions, p.ask("duty.done", "clk.done.button", x.ID))
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
