package incident

import (
	"fmt"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/runbook"
	"irbot/internal/tally"
	"irbot/internal/timeline"
)

// StartRun starts another runbook in the incident: a small pack that became
// necessary, or the plan a decision leads to.
type StartRun struct {
	Runbook string `json:"runbook"`           // id, file name or title
	Prepare bool   `json:"prepare,omitempty"` // with its phases of preparation
	Step    string `json:"step,omitempty"`    // the step that links to it
}

// Name implements Command.
func (StartRun) Name() string { return "run.start" }
func (StartRun) class() Class { return MayLead }

func (x StartRun) decide(c *call) (Change, error) {
	b := c.linked(x.Runbook)
	if b == nil {
		return Change{}, refuse("runbook.unknown", "runbook", x.Runbook)
	}
	if r := c.running(b); r != nil {
		return Change{}, refuse("run.already", "runbook", x.Runbook, "run", r.ID)
	}
	by := ""
	if st := c.s.FindStep(x.Step); st != nil && x.Step != "" {
		by = st.Ref
	}
	ch, err := c.startBook(b, x.Prepare, by)
	if err != nil {
		return Change{}, err
	}
	ch.Entries[0].Actor, ch.Entries[0].HappenedAt = c.act.Person, c.act.At
	ch.Outcome = Outcome{Ref: fmt.Sprintf("r%d", len(c.s.Runs)+1)}
	return ch, nil
}

// running finds the run of a runbook that is under way.
func (c *call) running(b *runbook.Runbook) *Run {
	for _, r := range c.s.Runs {
		if r.Runbook == asciiID(b.ID, b.Hash) && !r.Ended {
			return r
		}
	}
	return nil
}

// linked finds the runbook that an id, a link to a file, or a title means.
func (c *call) linked(name string) *runbook.Runbook { return c.site.Linked(name) }

// Linked finds the runbook that an id, a link to a file, or a title means; nil
// if there is none.
func (s *Site) Linked(name string) *runbook.Runbook {
	if name == "" || s.Runbook == nil {
		return nil
	}
	for _, id := range []string{name, runbookID(name)} {
		if b, ok := s.Runbook(id); ok {
			return b
		}
	}
	if s.Runbooks == nil {
		return nil
	}
	base := runbookID(name)
	for _, id := range s.Runbooks() {
		if b, ok := s.Runbook(id); ok && (runbookID(b.File) == base || b.Title == name) {
			return b
		}
	}
	return nil
}

// startBook pins a runbook and gives the entries that start it: its structure,
// and what it forbids throughout as standing cautions.
func (c *call) startBook(b *runbook.Runbook, prepare bool, by string) (Change, error) {
	if b.Reference {
		return Change{}, refuse("runbook.reference", "runbook", b.ID)
	}
	f := runFacts{Run: fmt.Sprintf("r%d", len(c.s.Runs)+1), Runbook: asciiID(b.ID, b.Hash), Hash: b.Hash, First: c.s.NextStep, By: by}
	n := f.First
	f.Phases = c.phases(b, prepare, func(*runbook.Step) int { n++; return n - 1 })
	f.Off, f.ZoneS, f.Days = c.calendar(f.Phases)
	d := c.draft(KindRunStarted, f, "title", b.Title, "version", b.Version, "file", b.File)
	d.HappenedAt = time.Time{}
	ch := Change{Entries: []timeline.Draft{d}, Blobs: []Blob{{Hash: b.Hash, Data: b.Source}}}
	ch.Entries = append(ch.Entries, c.bookCautions(b, len(c.s.Cautions))...)
	return ch, nil
}

// bookCautions are the prohibitions of the document and of its phases: they
// belong to no step and so hold from the start (RUNBOOKS 4.3, rule 15).
func (c *call) bookCautions(b *runbook.Runbook, n int) []timeline.Draft {
	var out []timeline.Draft
	add := func(notes []runbook.Note) {
		for _, x := range notes {
			if words := Clean(x.Text); x.Kind == "prohibition" && words != "" && len(out) < maxBookCautions {
				n++
				out = append(out, c.machine(KindCautionAdded, cautionFacts{Caution: n}, "text", words))
			}
		}
	}
	add(b.Notes)
	for i := range b.Phases {
		if b.Phases[i].Kind != "prepare" {
			add(b.Phases[i].Notes)
		}
	}
	return out
}

// maxBookCautions keeps the list of standing cautions readable; the rest stays
// in the runbook's text.
const maxBookCautions = 8

// phases lays out what the fold needs of a runbook; number gives each step its
// printed number.
func (c *call) phases(b *runbook.Runbook, prepare bool, number func(*runbook.Step) int) []phaseFacts {
	var out []phaseFacts
	l := layout{c: c, b: b, number: number}
	for i := range b.Phases {
		p := &b.Phases[i]
		if p.Kind == "prepare" && !prepare {
			continue
		}
		pf := phaseFacts{No: p.No, Parallel: p.Parallel, PhaseClock: c.phaseTimes(p)}
		for j := range p.Steps {
			pf.Steps = append(pf.Steps, l.steps(p, &p.Steps[j])...)
		}
		out = append(out, pf)
	}
	return out
}

func (c *call) phaseTimes(p *runbook.Phase) PhaseClock {
	var f PhaseClock
	if w := p.Window; w != nil {
		f.Anchor, f.OpenS, f.LimitS = string(w.Anchor), int64(w.From/time.Second), int64(w.To/time.Second)
	}
	if l := p.Due; l != nil {
		f.Anchor, f.LimitS, f.Days = string(l.Anchor), int64(l.After/time.Second), l.Business
		switch {
		case l.Immediate:
			f.LimitS = immediateS
		case l.Anchor == runbook.AtClock:
			f.Limit = us(clockTime(l.Clock, c.now.In(c.site.Zone)))
		case l.Anchor == runbook.FromStep || l.Anchor == runbook.FromCurrent:
			f.Anchor = string(runbook.FromPhase)
		}
	}
	for _, t := range p.Timers {
		f.Timers = append(f.Timers, timerFacts(t)...)
	}
	f.Chain = c.chain(p.Escalate)
	f.Notify, f.Tell = c.addressees(p.Notify)
	return f
}

// immediateS is when 直ちに reminds, in seconds (RUNBOOKS 4.5).
const immediateS = 300

func timerFacts(t runbook.Repeat) []TimerFacts {
	switch {
	case t.Every > 0:
		return []TimerFacts{{EveryS: int64(t.Every / time.Second)}}
	case t.At != "":
		return []TimerFacts{{At: t.At}}
	}
	return nil
}

func (c *call) addressees(points []runbook.NotifyPoint) (dests, tell []string) {
	dests, tell, _ = c.site.Addressees(points)
	return dests, tell
}

// Addressees are the destinations outside, the people of our own (role:id,
// person:id) and what nobody of the directory is called, that a label 通知 names.
func (s *Site) Addressees(points []runbook.NotifyPoint) (dests, tell, unknown []string) {
	for _, to := range points {
		if id := s.DestOf(to.To); id != "" {
			dests = appendOnce(dests, id)
			continue
		}
		if id := s.RoleOf(to.To); id != "" {
			tell = appendOnce(tell, "role:"+id)
			continue
		}
		known := false
		for _, p := range s.Directory.People {
			if p.Name == to.To || p.ID == to.To || p.NameEN != "" && p.NameEN == to.To {
				tell, known = appendOnce(tell, "person:"+p.ID), true
			}
		}
		if !known {
			unknown = appendOnce(unknown, to.To)
		}
	}
	return dests, tell, unknown
}

// calendar freezes the days that are none of business, where a limit of the run
// counts business days.
func (c *call) calendar(phases []phaseFacts) (off []int64, zoneS int64, known bool) {
	_, east := c.now.In(c.site.Zone).Zone()
	days := 0
	for _, p := range phases {
		days = max(days, p.Days)
		for _, st := range p.Steps {
			days = max(days, st.Days)
		}
	}
	if days == 0 || c.site.Business == nil {
		return nil, int64(east), c.site.Business != nil && days > 0
	}
	first := (c.now.Unix() + int64(east)) / daySeconds
	for i := range int64(days*2 + 60) { // an incident that lasts longer counts weekends only
		day := time.Unix((first+i)*daySeconds, 0).UTC()
		noon := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, c.site.Zone)
		if !c.site.Business(noon) {
			off = append(off, first+i)
		}
	}
	return off, int64(east), true
}

// layout turns steps of a runbook into facts.
type layout struct {
	c      *call
	b      *runbook.Runbook
	number func(*runbook.Step) int
}

// steps gives a step and, behind a decision, the steps of its answers: they
// apply only if that answer is chosen (RUNBOOKS 4.6).
func (l layout) steps(p *runbook.Phase, st *runbook.Step) []StepFacts {
	f := l.c.stepFacts(p, st)
	f.After = stepKey(l.b, p.No, f.After, st)
	f.N = l.number(st)
	if st.Next != nil {
		f.Next = jumpFacts(l.b, st.Next)
	}
	out := []StepFacts{f}
	if st.Decision == nil {
		return out
	}
	for i, br := range st.Decision.Branches {
		if back(l.b, st, br.To) { // what stands under a way back is read, not ticked
			continue
		}
		for j := range br.Subs {
			sub := runbook.Step{Key: SubKey(st.Key, i, j), Title: br.Subs[j].Title, Owner: br.Subs[j].Owner}
			if len(sub.Owner) == 0 {
				sub.Owner = st.Owner
			}
			sf := l.c.stepFacts(p, &sub)
			sf.N, sf.Of = l.number(&sub), st.Key+"#"+branchKey(i)
			out = append(out, sf)
		}
	}
	return out
}

func (c *call) stepFacts(p *runbook.Phase, st *runbook.Step) StepFacts {
	f := StepFacts{
		Key: st.Key, Two: st.TwoPerson, Optional: st.Optional, Cond: st.Condition != "" && st.Decision == nil,
		Caution: len(st.Forbidden) > 0, Parallel: st.Parallel,
		Evidence: len(st.Evidence) > 0, Value: len(st.Evidence) > 0 || st.DoneWhen != "",
	}
	owner := st.Owner
	if len(owner) == 0 {
		owner = p.Owner
	}
	f.Owner, f.Approver = c.roles(owner), c.roles(st.Approver)
	f.Notify, f.Tell = c.addressees(st.Notify)
	c.limitFacts(&f, st)
	f.Chain = c.chain(st.Escalate)
	if st.Decision != nil {
		f.Branches = c.branches(st.Decision)
		f.Value, f.Evidence = false, false
	}
	for _, w := range st.Forms {
		if ty, ok := tally.Find(w); ok {
			f.Rows = appendOnce(f.Rows, ty.ID)
		}
	}
	for _, t := range st.Timers {
		if t.Every > 0 && f.EveryS == 0 {
			f.EveryS = int64(t.Every / time.Second)
			continue
		}
		f.Timers = append(f.Timers, timerFacts(t)...)
	}
	return f
}

// source is what the pinned runbook says of a step; nil if it is not in it.
func (c *call) source(st *Step) *runbook.Step {
	r := c.s.runOf(st.Ref)
	if r == nil {
		return nil
	}
	hash := r.Hash
	if st.Book != "" {
		hash = st.Book
	}
	b := c.book(hash)
	if b == nil {
		return nil
	}
	return sourceIn(b, st)
}

// sourceIn finds a step in its runbook: as written, as the sub-item of an
// answer, or with the decision that was armed on it.
func sourceIn(b *runbook.Runbook, st *Step) *runbook.Step {
	x, ok := b.Step(st.Key)
	if !ok {
		if sub, is := SubOf(b, st.Key); is {
			out := &runbook.Step{Key: st.Key, Title: sub.Title, Line: sub.Line, Owner: sub.Owner, SubSteps: sub.Subs}
			return out
		}
		if ch := phaseChoice(b, st); ch != nil {
			return &runbook.Step{Key: st.Key, Title: ch.Question, Line: ch.Line, Decision: ch}
		}
		return nil
	}
	if st.Armed > 0 && st.Armed <= len(x.Choices) {
		out := *x
		out.Decision = answered(&x.Choices[st.Armed-1], x.Title)
		return &out
	}
	return x
}

func (c *call) roles(words []string) []string {
	var out []string
	for _, w := range words {
		if id := c.site.RoleOf(w); id != "" {
			out = appendOnce(out, id)
		}
	}
	return out
}

func (c *call) limitFacts(f *StepFacts, st *runbook.Step) {
	l := st.Due
	if l == nil {
		return
	}
	f.Anchor = string(l.Anchor)
	f.LimitS = int64(l.After / time.Second)
	switch {
	case l.Immediate:
		f.LimitS = immediateS
	case l.Business > 0:
		f.Days = l.Business
	case l.Anchor == runbook.AtClock:
		f.AnchorAt = us(clockTime(l.Clock, c.now.In(c.site.Zone)))
	}
	if l.Anchor == runbook.FromStep {
		f.After = l.Ref
		if f.After == "" {
			f.After = previousKey(st.Key)
		}
	}
}

// chain freezes an escalation written in a runbook: levels of its own, or those
// of a policy named by id or name.
func (c *call) chain(w *runbook.Chain) []LevelFacts {
	if w == nil {
		return nil
	}
	if w.Policy != "" {
		for _, p := range c.site.Policies {
			if p.ID == w.Policy || p.Name == w.Policy {
				return written(p)
			}
		}
	}
	var out []LevelFacts
	for _, l := range w.Levels {
		x := LevelFacts{WaitS: int64(l.After / time.Second), None: true} // kept: that nobody holds it is said when its time comes
		if to := c.target(l.To); to != "" {
			x.To, x.None = []string{to}, false
		}
		out = append(out, x)
	}
	return out
}

// written brings a policy to the form of a ladder written in a runbook, where
// the wait stands before a level: it is climbed at once, and what the policy
// waits after each level is kept, and so are its rounds and how its answers hold.
func written(p escalation.Policy) []LevelFacts {
	levels := freeze(p)
	for i := range levels {
		levels[i].WaitS, levels[i].AfterS = 0, levels[i].WaitS
	}
	if len(levels) > 0 {
		levels[0].Rounds, levels[0].HoldsS, levels[0].Succession = p.Rounds, int64(p.AckFor/time.Second), p.Succession
	}
	return levels
}

// target is the role or person of our own that words mean, as kind:id.
func (c *call) target(words string) string {
	if role := c.site.RoleOf(words); role != "" {
		return "role:" + role
	}
	if p, ok := c.site.Directory.PersonNamed(words); ok {
		return "person:" + p.ID
	}
	return ""
}
