package chat

import (
	"strings"
	"time"

	"irbot/internal/incident"
	"irbot/internal/report"
)

// clockStart reads 期限 認知 0712 渡辺さん ログで持ち出しを確認: the moment a clock
// starts from, when it was, who judged it and on what grounds. Without a moment
// the deadlines are only shown.
func (p *parser) clockStart() {
	p.sub("occurred 発生 起きた", "detected 検知 発見 discovered", "recognised 認知 認識 recognized", "judged 重要性の判断 判断", "paid 支払い 支払 身代金の支払い")
	if p.cmd.Sub == "" {
		p.cmd.Text = p.text()
		return
	}
	if word, ok := p.peek(); ok && p.cmd.At.IsZero() {
		if at, err := ParseTime(word, p.ctx.Now, p.zone()); err == nil {
			p.next()
			p.cmd.At = at
		}
	}
	p.person()
	p.cmd.Reason = p.text()
	p.need(p.cmd.Reason, "reason")
}

// MomentCommand is what a typed start of a clock asks of the rules; nil where
// the moment, its time or its grounds are still to be asked for.
func MomentCommand(c Command) incident.Command {
	if c.Verb != VerbClocks || c.Sub == "" || c.At.IsZero() || c.Reason == "" {
		return nil
	}
	return incident.SetMoment{Moment: c.Sub, At: c.At, Who: c.Person, Why: c.Reason}
}

// momentLayout is how a moment stands in an input before anybody changes it.
const momentLayout = "2006-01-02 15:04"

// Fill is what a typed command already said, under the names of the inputs of
// the form it opens.
func Fill(c Command, zone *time.Location) map[string]string {
	fill := map[string]string{"value": c.Value, "reason": c.Reason, "text": c.Text, "words": c.Text, "question": c.Text, "item2": c.Text, "person": c.Person}
	if c.Verb != VerbClocks {
		return fill
	}
	fill = map[string]string{"moment": c.Sub, "who": c.Person, "reason": c.Reason}
	if !c.At.IsZero() {
		fill["moment_at"] = c.At.In(zone).Format(momentLayout)
	}
	return fill
}

// momentWanted is the first moment that a clock waits for, "" where none does.
func (p *pen) momentWanted() string {
	for _, d := range p.s.Duties {
		if d.State == incident.DutyOpen && d.Base.IsZero() && d.Plan != nil && d.Plan.Numbered() && !strings.HasPrefix(d.From, report.AfterMet) {
			return d.From
		}
	}
	return ""
}
