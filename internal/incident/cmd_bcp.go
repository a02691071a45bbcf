package incident

import (
	"fmt"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/timeline"
)

// ActivateBCP puts the continuity plan into force: by which criterion, by whom,
// and when it is looked at again. It is a made decision like any other, and the
// contingency plan hands over to the continuity plan by it.
type ActivateBCP struct {
	Criterion string    `json:"criterion"` // id of the plan, or other
	Basis     string    `json:"basis"`
	Review    time.Time `json:"review"`
}

// EndBCP ends the continuity plan.
type EndBCP struct {
	Reason string `json:"reason"`
}

// DecideManual decides whether cargo is handled by hand, and to which level.
type DecideManual struct {
	Go        bool      `json:"go"`
	Level     int       `json:"level,omitempty"` // L1 to L4 where Go
	Criterion string    `json:"criterion"`
	Basis     string    `json:"basis"`
	Review    time.Time `json:"review"`
}

// Name implements Command.
func (ActivateBCP) Name() string { return "bcp.activate" }
func (ActivateBCP) class() Class { return MayDecide }

// Name implements Command.
func (EndBCP) Name() string { return "bcp.end" }
func (EndBCP) class() Class { return MayDecide }

// Name implements Command.
func (DecideManual) Name() string { return "manual.decide" }
func (DecideManual) class() Class { return MayDecide }

// The answers of the decision that the planned hour asks for.
const (
	outageBCP    = "a"
	outageManual = "b"
	outageWait   = "c"
)

// CriterionOther is a criterion that is not in the plan; the basis says which.
const CriterionOther = "other"

// criterionOutage is the criterion of a decision that the planned hour asked for.
const criterionOutage = "outage"

func (x ActivateBCP) decide(c *call) (Change, error) {
	if !c.s.Continuity.BCP.At.IsZero() {
		b := c.s.Continuity.BCP
		return Change{}, refuse("bcp.already", "who", c.name(b.By), "at", c.clock(b.At))
	}
	if err := c.criterion(x.Criterion); err != nil {
		return Change{}, err
	}
	ch, f, err := c.settled(outageBCP, x.Basis, x.Review)
	if err != nil {
		return Change{}, err
	}
	f.Criterion = x.Criterion
	ch.Outcome = Outcome{Code: "bcp.on", Ref: f.Decision}
	return c.withBCP(ch, f), nil
}

// criterion checks that somebody says by which rule it is decided.
func (c *call) criterion(id string) error {
	if id == CriterionOther || id == criterionOutage {
		return nil
	}
	list := CriterionOther
	if c.site.Plan != nil {
		for _, x := range c.site.Plan.Criteria {
			if x.ID == id {
				return nil
			}
			list += ", " + x.ID
		}
	}
	return refuse("bcp.criterion", "criterion", id, "list", list)
}

// settled makes the decision under which a continuity measure stands: the one
// that the planned hour opened, where this person may make it, else a new one.
func (c *call) settled(choice, basis string, review time.Time) (Change, bcpFacts, error) {
	basis = Clean(basis)
	if basis == "" || review.IsZero() {
		return Change{}, bcpFacts{}, refuse("decision.need_basis")
	}
	if !review.After(c.now) {
		return Change{}, bcpFacts{}, refuse("decision.review_past", "at", c.clock(review))
	}
	f := decisionFacts{Decision: c.nextDecision(), Choice: choice, Review: us(review), Options: []string{outageBCP, outageManual, outageWait}}
	question := "事業継続計画（BCP）と手作業荷役 / Continuity plan and handling by hand"
	if d := c.s.askedOutage(); d != nil {
		if err := c.decider(d.Decider); err != nil {
			return Change{}, bcpFacts{}, err
		}
		f.Decision, f.Options, question = d.ID, nil, c.text(d.Seq)["question"]
	}
	d := c.draft(KindDecisionMade, f, "question", question, "choice", outageChoice(choice), "basis", basis)
	if f.Options != nil { // nobody asked before, so only this entry can say what else could have been chosen
		d.Text["option_a"], d.Text["option_b"], d.Text["option_c"] = outageChoice(outageBCP), outageChoice(outageManual), outageChoice(outageWait)
	}
	return one(d), bcpFacts{Decision: f.Decision}, nil
}

func outageChoice(choice string) string {
	return map[string]string{
		outageBCP: "BCPを発動する / Activate the continuity plan", outageManual: "手作業荷役だけを行う / Only handle cargo by hand",
		outageWait: "待つ（見直しの時刻まで） / Wait until the review",
	}[choice]
}

// askedOutage is the decision that a planned hour asked for and nobody made yet.
func (s *Incident) askedOutage() *Decision {
	for _, f := range s.Continuity.Functions {
		if d := s.Decision(f.Asked); d != nil && d.Made.IsZero() {
			return d
		}
	}
	return nil
}

// isOutage tells whether a decision was asked for by a planned hour.
func (s *Incident) isOutage(decision string) bool {
	for _, f := range s.Continuity.Functions {
		if decision != "" && f.Asked == decision {
			return true
		}
	}
	return false
}

// withBCP adds the activation, and starts the runbook the plan names.
func (c *call) withBCP(ch Change, f bcpFacts) Change {
	ch.Entries = append(ch.Entries, c.draft(KindBCP, f))
	if c.site.Plan != nil {
		ch = c.alsoRun(ch, c.site.Plan.BCPRunbook)
	}
	return ch
}

// alsoRun starts a runbook unless it runs already; one that is not there stops
// no decision.
func (c *call) alsoRun(ch Change, book string) Change {
	b := c.linked(book)
	if b == nil || c.running(b) != nil {
		return ch
	}
	run, err := c.startBook(b, false, "")
	if err != nil {
		return ch
	}
	run.Entries[0].Actor = c.act.Person
	ch.Entries, ch.Blobs = append(ch.Entries, run.Entries...), append(ch.Blobs, run.Blobs...)
	return ch
}

func (x DecideManual) decide(c *call) (Change, error) {
	if x.Go && (x.Level < 1 || x.Level > 4) {
		return Change{}, refuse("manual.level")
	}
	if err := c.criterion(x.Criterion); err != nil {
		return Change{}, err
	}
	choice := outageManual
	if !x.Go {
		choice = outageWait
	}
	ch, f, err := c.settled(choice, x.Basis, x.Review)
	if err != nil {
		return Change{}, err
	}
	f.Criterion, f.Go = x.Criterion, x.Go
	if x.Go {
		f.Level = x.Level
	}
	return c.withManual(ch, f), nil
}

// withManual adds the decision to work by hand, the level it aims at, and the
// runbook for it.
func (c *call) withManual(ch Change, f bcpFacts) Change {
	ch.Entries = append(ch.Entries, c.draft(KindManual, f))
	if !f.Go {
		ch.Outcome = Outcome{Code: "manual.no", Ref: f.Decision}
		return ch
	}
	if f.Level > 0 {
		ch.Entries = append(ch.Entries, c.draft(KindLevel, levelFacts{Level: f.Level}))
	}
	ch.Outcome = Outcome{Code: "manual.go", Ref: f.Decision, Args: map[string]string{"level": fmt.Sprint(f.Level)}}
	if c.site.Plan != nil {
		ch = c.alsoRun(ch, c.site.Plan.ManualRunbook)
	}
	return ch
}

func (x EndBCP) decide(c *call) (Change, error) {
	if c.s.Continuity.BCP.At.IsZero() {
		return Change{}, refuse("bcp.not")
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return one(c.draft(KindBCPEnd, bcpFacts{Decision: c.s.Continuity.BCP.Decision}, "reason", reason)), nil
}

// afterOutage lets a decision that the planned hour asked for take effect when
// it is made on its card.
func (c *call) afterOutage(ch Change, f decisionFacts) Change {
	if !c.s.isOutage(f.Decision) {
		return ch
	}
	out, kept := bcpFacts{Criterion: criterionOutage, Decision: f.Decision}, ch.Outcome
	switch {
	case f.Choice == outageBCP && c.s.Continuity.BCP.At.IsZero():
		ch = c.withBCP(ch, out)
	case f.Choice == outageManual:
		out.Go = true
		ch = c.withManual(ch, out)
	case f.Choice == outageWait:
		ch = c.withManual(ch, out)
	}
	ch.Outcome = kept
	return ch
}

// outageTimers are the alarms at the planned hours of an outage.
func (s *Incident) outageTimers(out []escalation.Timer) []escalation.Timer {
	if s.Status != Open {
		return out
	}
	k := &s.Continuity
	for _, f := range k.Functions {
		if f.Since.IsZero() {
			continue
		}
		if f.AskS > 0 && f.Asked == "" && k.BCP.At.IsZero() && len(k.Manual) == 0 {
			out = append(out, s.timer("outage/"+f.ID, "outage", f.ID, f.Since.Add(time.Duration(f.AskS)*time.Second)))
		}
		now, set := k.Level(f.ID, "")
		for _, o := range f.Levels {
			if o.Level < f.Missed || set && now.Level >= o.Level {
				continue
			}
			due := f.Since.Add(time.Duration(o.WithinS) * time.Second)
			out = append(out, s.timer(fmt.Sprintf("objective/%s.%d", f.ID, o.Level), "objective", fmt.Sprintf("%s/%d", f.ID, o.Level), due))
		}
	}
	return out
}

// ringOutage opens the decision of a planned hour and calls whoever has to make
// it: the plan named the hour so that nobody has to think of it.
func (c *call) ringOutage(ref string, late int64) Change {
	fn := c.s.Continuity.Function(ref)
	if fn == nil {
		return Change{}
	}
	d := c.s.askedOutage() // one decision for all functions whose hour has come
	f := outageFacts{Function: ref, Since: us(fn.Since), Late: late}
	if d != nil {
		f.Decision = d.ID
		return one(c.machine(KindOutage, f))
	}
	f.Decision = c.nextDecision()
	ch := one(c.machine(KindOutage, f))
	name, hours := c.functionName(ref), fmt.Sprintf("%.1f", time.Duration(fn.AskS*int64(time.Second)).Hours())
	q := fmt.Sprintf("%sの停止が%s時間になった。BCPを発動するか、手作業荷役を行うか / %s has been out for %s h: activate the continuity plan, or handle cargo by hand?", name[0], hours, name[1], hours)
	known := fmt.Sprintf("最大許容停止時間 %.1f時間（停止 %s から） / maximum tolerable outage %.1f h, out since %s",
		time.Duration(fn.OutageS*int64(time.Second)).Hours(), c.sight().longTime(fn.Since), time.Duration(fn.OutageS*int64(time.Second)).Hours(), c.clock(fn.Since))
	df := decisionFacts{Decision: f.Decision, Decider: fn.Decider, Options: []string{outageBCP, outageManual, outageWait}}
	if fn.OutageS > 0 {
		df.Due = us(fn.Since.Add(time.Duration(fn.OutageS) * time.Second))
	}
	ch.Entries = append(ch.Entries, c.machine(KindDecisionOpened, df, "question", q, "known", known,
		"option_a", outageChoice(outageBCP), "option_b", outageChoice(outageManual), "option_c", outageChoice(outageWait)))
	esc := escFacts{Policy: "outage", Reason: "outage", Ref: f.Decision, Rounds: escalationRounds, Levels: c.reachable(fn.Decider, "lead", "ciso")}
	if len(esc.Levels) > 0 {
		ch.Entries = append(ch.Entries, c.climbFrom(esc, "最大許容停止時間")...)
	}
	return ch
}

// functionName is the name in Japanese and in English.
func (c *call) functionName(id string) [2]string {
	if c.site.Plan != nil {
		for _, f := range c.site.Plan.Functions {
			if f.ID == id {
				return [2]string{f.Name, f.label("en")}
			}
		}
	}
	return [2]string{id, id}
}

// ringContinuity answers the alarms of this part; ok is false for others.
func (c *call) ringContinuity(kind, ref string, late int64) Change {
	switch kind {
	case "eta-warn", "eta-lapse":
		return c.ringETA(kind, ref, late)
	case "outage":
		return c.ringOutage(ref, late)
	case "objective":
		fn, level := cutLevel(ref)
		return one(c.machine(KindObjective, outageFacts{Function: fn, Level: level, Late: late}))
	}
	return Change{}
}

func cutLevel(ref string) (string, int) {
	for i := len(ref) - 1; i > 0; i-- {
		if ref[i] == '/' {
			return ref[:i], int(ref[len(ref)-1] - '0')
		}
	}
	return ref, 0
}

// planEntry freezes the plan behind a declaration.
func (c *call) planEntry() []timeline.Draft {
	f, ok := c.planned()
	if !ok {
		return nil
	}
	return []timeline.Draft{c.machine(KindPlanned, f)}
}
