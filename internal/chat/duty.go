package chat

import (
	"strings"
	"time"

	"irbot/internal/incident"
	"irbot/internal/report"
)

// dutyText is a text of the rule a clock began under, in the reader's language.
func (p *pen) dutyText(x *incident.Duty, key string) string {
	t := p.v.Text(x.Seq)
	if p.Lang == EN && t[key+"_en"] != "" {
		return OneLine(t[key+"_en"])
	}
	return OneLine(t[key])
}

func (p *pen) dutyName(x *incident.Duty) string {
	if name := p.dutyText(x, "name"); name != "" {
		return name
	}
	return p.dutyDest(x)
}

// dutyDest names whom a clock is owed to: as the directory has it, else as the
// rule says it.
func (p *pen) dutyDest(x *incident.Duty) string {
	if _, ok := p.v.Site.Directory.Destination(x.Dest); ok {
		return p.dest(x.Dest)
	}
	if name := p.dutyText(x, "dest_name"); name != "" {
		return name
	}
	return p.dest(x.Dest)
}

// drafted says whether a notice to whom it is owed can be written here.
func (p *pen) drafted(x *incident.Duty) bool {
	_, ok := p.v.Site.Directory.Destination(x.Dest)
	return ok
}

func (p *pen) clockRow(n int, x *incident.Duty) ClockRow {
	r := ClockRow{N: n, Duty: x.ID, Name: p.dutyName(x), Due: x.Due, Basis: p.basis(x), Version: x.Version, Note: p.dutyText(x, "note")}
	notice := p.noticeFor(x)
	r.State, r.Tone = p.dutyState(x, notice)
	r.When = p.dutyWhen(x)
	if x.Owner != "" {
		r.Owner = p.role(x.Owner)
		r.Who = r.Owner
	}
	if notice != nil {
		r.Notice, r.Who = notice.ID, p.person(notice.Author)
	}
	r.Means = p.destMeans(x.Dest)
	if x.Level != "" {
		r.Level = p.Words.Or(p.Lang, "dutylevel."+string(x.Level), string(x.Level))
	}
	if c := p.v.Text(x.Seq)["confidence"]; c != "" {
		r.Confidence = p.Words.Or(p.Lang, "clk.conf."+c, c)
	}
	if x.Check && x.State == incident.DutyOpen {
		r.Check = p.dutyText(x, "check_if")
	}
	switch x.State {
	case incident.DutyMet:
		r.Proof = OneLine(p.v.Text(x.MetSeq)["proof"])
	case incident.DutyOpen:
		r.Expect = p.dutyText(x, "proof")
	}
	return r
}

// momentWord names a moment a clock starts from.
func (p *pen) momentWord(id string) string {
	if met, ok := strings.CutPrefix(id, report.AfterMet); ok {
		if d := p.s.Duty(met); d != nil {
			return p.t("moment.met", "what", p.dutyName(d))
		}
	}
	return p.Words.Or(p.Lang, "moment."+id, id)
}

// basis says from when a clock counts and on what rule it rests.
func (p *pen) basis(x *incident.Duty) string {
	own := ""
	if rule := p.dutyText(x, "own"); rule != "" && x.Plan != nil {
		own = p.t("clk.own.basis", "rule", rule, "event", p.momentWord(x.Plan.TargetFrom))
	}
	if x.Base.IsZero() && x.Due.IsZero() {
		rule := p.dutyText(x, "basis")
		if x.Plan == nil || rule == "" {
			return p.t("clk.nobase")
		}
		return joinNonEmpty(" / ", p.t("clk.nobase")+" ("+p.momentWord(x.From)+")", rule, own)
	}
	checked := p.v.Text(x.Seq)["checked"]
	if checked == "" {
		return joinNonEmpty(" / ", p.t("clk.base.unchecked", "time", p.clock(x.Base), "event", p.momentWord(x.From), "rule", p.dutyText(x, "basis")), own)
	}
	return joinNonEmpty(" / ", p.t("clk.base", "time", p.clock(x.Base), "event", p.momentWord(x.From), "rule", p.dutyText(x, "basis"), "checked", checked), own)
}

// noticeFor is the notice that answers a duty. One that only a person can call
// met is never answered by whatever else was sent to the same body.
func (p *pen) noticeFor(x *incident.Duty) *incident.Notice {
	if n := p.s.Notice(x.Ref); n != nil {
		return n
	}
	if x.Plan != nil && x.MetBy != report.ByNotice {
		return nil
	}
	var last *incident.Notice
	for _, n := range p.s.Notices {
		if n.Dest == x.Dest && n.State != incident.NoticeWithdrawn && (last == nil || underWay(n) || !underWay(last)) {
			last = n
		}
	}
	return last
}

// underWay reports whether a notice is further than a draft begun after it, and
// so the one that people are waiting for.
func underWay(n *incident.Notice) bool {
	return n.State == incident.NoticeSubmitted || n.State == incident.NoticeApproved
}

func (p *pen) dutyState(x *incident.Duty, n *incident.Notice) (string, Tone) {
	switch {
	case x.State == incident.DutyNA:
		t := p.v.Text(x.NASeq)
		return p.t("clk.na", "reason", OneLine(t["reason"]), "who", OneLine(t["actor_name"])), ToneMuted
	case x.State == incident.DutyMet && n != nil && len(n.Receipts) > 0:
		return p.t("clk.state.received"), ToneDone
	case x.State == incident.DutyMet:
		return p.t("clk.state.met"), ToneDone
	case !x.Due.IsZero() && x.Due.Before(p.v.Now):
		return p.t("clk.state.passed"), ToneBlocked
	case x.Check:
		return p.t("clk.state.check"), ToneWaiting
	case x.Due.IsZero() && (x.Base.IsZero() || x.Plan == nil):
		return p.t("clk.state.nobase"), ToneMuted
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
	case x.State == incident.DutyMet:
		return p.t("clk.row.done", "time", p.clock(x.Done))
	case x.State == incident.DutyNA:
		return ""
	case x.Due.IsZero():
		return p.noNumber(x)
	}
	when := p.t("clk.left", "time", p.clock(x.Due), "left", p.duration(x.Due.Sub(p.v.Now)))
	if x.Due.Before(p.v.Now) {
		when = p.t("clk.late", "time", p.clock(x.Due), "left", p.duration(p.v.Now.Sub(x.Due)))
	}
	switch {
	case x.Own && !x.Law.IsZero():
		return p.t("clk.own.law", "when", when, "law", p.clock(x.Law))
	case x.Own:
		return p.t("clk.own", "when", when)
	case x.Guide:
		return p.t("clk.guide", "when", when)
	}
	return when
}

// noNumber is what stands where a clock has no end: 速やかに, with the time since
// the start, or nothing while a start is missing that would give a number.
func (p *pen) noNumber(x *incident.Duty) string {
	switch {
	case x.Check && x.Plan != nil && x.Plan.Numbered() && x.Base.IsZero():
		return p.t("clk.nobase") // the state says that it has to be checked
	case x.Plan == nil || x.Plan.Numbered() || x.Plan.TargetS > 0:
		return ""
	case x.Base.IsZero():
		return p.t("clk.prompt")
	}
	return p.t("clk.prompt.since", "time", p.duration(p.v.Now.Sub(x.Base)))
}

// dutyFirst puts the duty a page is about, and its deadline in full, before who
// is to answer until when: a subject line or the first line of an SMS is all
// that is read at first.
func (p *pen) dutyFirst(e *incident.Escalation, need string) string {
	x := p.s.Duty(e.Ref)
	if e.Reason != "duty" || x == nil {
		return need
	}
	key := "esc.duty.first"
	if x.Passed {
		key = "esc.duty.over"
	}
	return p.t(key, "what", p.dutyName(x), "time", p.deadline(x.Due), "need", need)
}

// deadline is a moment in full: day, time and zone.
func (p *pen) deadline(t time.Time) string { return Stamp(t, p.zone, p.Lang) }

// dutyRequest is what a page about a clock asks for.
func (p *pen) dutyRequest(id string) string {
	x := p.s.Duty(id)
	switch {
	case x == nil:
		return p.t("esc.ask.read")
	case x.Passed:
		return p.t("esc.ask.duty.over", "what", p.dutyName(x), "time", p.clock(x.Due))
	}
	return p.t("esc.ask.duty", "what", p.dutyName(x), "time", p.clock(x.Due))
}

func (p *pen) formDutyDone(ref string) (Form, bool) {
	x := p.s.Duty(ref)
	if x == nil {
		return Form{}, false
	}
	notice := p.in("notice", "clk.done.notice", InputChoice)
	for _, n := range p.s.Notices {
		if n.Dest == x.Dest && (n.State == incident.NoticeSent || len(n.Phoned) > 0) {
			notice.Options = append(notice.Options, Option{ID: n.ID, Label: n.ID + " " + OneLine(p.v.Text(n.Seq)["subject"])})
		}
	}
	f := p.form("clk.done.button", "clk.done.button", notice, p.in("proof", "clk.done.proof", InputLines), p.when())
	if len(notice.Options) == 0 {
		f.Inputs = f.Inputs[1:]
	}
	f.Body = p.aboutDuty(x)
	if proof := p.dutyText(x, "proof"); proof != "" {
		f.Body = append(f.Body, Block{Kind: Para, Text: p.t("clk.done.expect", "proof", proof)})
	}
	return f, true
}

func (p *pen) aboutDuty(x *incident.Duty) []Block {
	return []Block{{Kind: Para, Text: p.dutyName(x)}}
}

func (p *pen) formDutyConfirm(ref string) (Form, bool) {
	x := p.s.Duty(ref)
	if x == nil {
		return Form{}, false
	}
	f := p.form("clk.confirm.button", "clk.confirm.button", need(p.in("reason", "clk.confirm.reason", InputLines)))
	f.Body = p.aboutDuty(x)
	if ask := p.dutyText(x, "check_if"); ask != "" {
		f.Body = append(f.Body, Block{Kind: Para, Text: ask})
	}
	if o := p.s.Duty(x.InsteadOf); o != nil {
		f.Body = append(f.Body, Block{Kind: Warn, Text: p.t("clk.confirm.instead", "what", p.dutyName(o))})
	}
	return f, true
}

func (p *pen) formDutyReopen(ref string) (Form, bool) {
	x := p.s.Duty(ref)
	if x == nil {
		return Form{}, false
	}
	f := p.form("clk.reopen.button", "clk.reopen.button", need(p.in("reason", "clk.reopen.reason", InputLines)))
	f.Body = p.aboutDuty(x)
	return f, true
}

func (p *pen) formMoment(ref string) (Form, bool) {
	which := need(p.in("moment", "clk.moment.which", InputChoice))
	which.Value = ref
	for _, id := range incident.SettableMoments() {
		which.Options = append(which.Options, Option{ID: id, Label: p.momentWord(id)})
	}
	when := need(p.in("moment_at", "clk.moment.at", InputTime))
	when.Hint = p.t("step.when.hint")
	return p.form("clk.moment.button", "clk.moment.button", which, when, p.in("who", "clk.moment.who", InputText), need(p.in("reason", "clk.moment.why", InputLines))), true
}

func (x *deed) duty(action string) incident.Command {
	switch action {
	case "duty.dismiss":
		return incident.DismissDuty{Duty: x.ref, Why: x.in["reason"]}
	case "duty.done":
		return incident.MeetDuty{Duty: x.ref, Notice: x.in["notice"], Proof: x.in["proof"]}
	case "duty.confirm":
		return incident.ConfirmDuty{Duty: x.ref, Why: x.in["reason"]}
	case "duty.reopen":
		return incident.ReopenDuty{Duty: x.ref, Why: x.in["reason"]}
	case "moment.set":
		return incident.SetMoment{Moment: x.in["moment"], At: x.past("moment_at"), Who: x.in["who"], Why: x.in["reason"]}
	}
	return nil
}
