package incident

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/runbook"
	"irbot/internal/tally"
	"irbot/internal/timeline"
)

// Take puts somebody on a step (担当する). Person "" is the one who acts.
type Take struct {
	Step   string `json:"step"`
	Person string `json:"person,omitempty"`
}

// Done completes a step (完了), with what was seen where the runbook asks.
type Done struct {
	Step  string `json:"step"`
	Value string `json:"value,omitempty"`

	Paper  bool   `json:"paper,omitempty"`  // typed in from paper
	Writer string `json:"writer,omitempty"` // whose name stands on the paper
	Sheet  string `json:"sheet,omitempty"`  // evidence that shows the paper, E3

	Photos []Photo `json:"photos,omitempty"` // kept with the step before it is completed, all or none
}

// Photo is a picture or another file that shows how a step was left.
type Photo struct {
	File string `json:"file"`
	Data []byte `json:"data"`
	Type string `json:"type,omitempty"`
}

// Confirm is the second person of a two-person step (確認した 2人目).
type Confirm struct {
	Step  string `json:"step"`
	Value string `json:"value,omitempty"`
}

// Block marks a step as blocked (支障あり); the reason is required.
type Block struct {
	Step   string `json:"step"`
	Reason string `json:"reason"`
}

// Unblock lifts the block (支障を解消).
type Unblock struct {
	Step string `json:"step"`
	Note string `json:"note,omitempty"`
}

// Skip passes a step over (見送り); a reason or preset is required.
type Skip struct {
	Step   string `json:"step"`
	Reason string `json:"reason,omitempty"`
	Preset string `json:"preset,omitempty"` // condition, otherway, resources, later
}

// Reopen opens a closed step again; the first closing stays in the record.
type Reopen struct {
	Step   string `json:"step"`
	Reason string `json:"reason"`
}

// NotApplicable says that the condition of a step does not hold.
type NotApplicable struct {
	Step   string `json:"step"`
	Reason string `json:"reason,omitempty"`
}

// Extend moves the limit of a step.
type Extend struct {
	Step   string        `json:"step"`
	By     time.Duration `json:"by"`
	Reason string        `json:"reason,omitempty"`
}

// AddStep adds a step on the spot, at the end of a phase.
type AddStep struct {
	Run   string `json:"run"`
	Phase int    `json:"phase"`
	Title string `json:"title"`
}

// Name implements Command.
func (Take) Name() string { return "step.take" }
func (Take) class() Class { return MayRespond }

// Name implements Command.
func (Done) Name() string { return "step.done" }
func (Done) class() Class { return MayRespond }

// Name implements Command.
func (Confirm) Name() string { return "step.confirm" }
func (Confirm) class() Class { return MayRespond }

// Name implements Command.
func (Block) Name() string { return "step.block" }
func (Block) class() Class { return MayRespond }

// Name implements Command.
func (Unblock) Name() string { return "step.unblock" }
func (Unblock) class() Class { return MayRespond }

// Name implements Command.
func (Skip) Name() string { return "step.skip" }
func (Skip) class() Class { return MayRespond }

// Name implements Command.
func (Reopen) Name() string { return "step.reopen" }
func (Reopen) class() Class { return MayRespond }

// Name implements Command.
func (NotApplicable) Name() string { return "step.na" }
func (NotApplicable) class() Class { return MayRespond }

// Name implements Command.
func (Extend) Name() string { return "step.extend" }
func (Extend) class() Class { return MayRespond }

// Name implements Command.
func (AddStep) Name() string { return "step.add" }
func (AddStep) class() Class { return MayLead }

// SkipPresets are the reasons offered for passing a step over (UX 2.4).
func SkipPresets() []string { return []string{"condition", "otherway", "resources", "later"} }

func (x Take) decide(c *call) (Change, error) {
	st, err := c.step(x.Step)
	if err != nil {
		return Change{}, err
	}
	if st.Closed() {
		return c.late(st, x.Name(), ""), nil
	}
	person := x.Person
	if person == "" {
		person = c.act.Person
	}
	if _, ok := c.site.Directory.Person(person); !ok && person != c.act.Person {
		return Change{}, refuse("person.unknown", "person", person)
	}
	if st.Holder == person {
		return Change{Outcome: Outcome{Code: "step.yours", Args: map[string]string{"n": fmt.Sprint(st.N)}}}, nil
	}
	f := stepFacts{Step: st.Ref, Person: person}
	ch := one(c.draft(KindStepTaken, f, "person_name", c.name(person), "before", c.holder(st)))
	if st.Holder != "" {
		ch.Outcome = Outcome{Code: "step.taken_over", Args: map[string]string{"who": c.name(st.Holder), "n": fmt.Sprint(st.N)}}
	}
	return ch, nil
}

func (c *call) holder(st *Step) string {
	if st.Holder == "" {
		return ""
	}
	return c.name(st.Holder)
}

func (x Done) decide(c *call) (Change, error) {
	st, err := c.step(x.Step)
	if err != nil {
		return Change{}, err
	}
	value := Clean(x.Value)
	if st.Closed() {
		return c.late(st, x.Name(), value), nil
	}
	if st.First != "" { // also while it is blocked: one person is never two
		if st.First == c.act.Person {
			return Change{}, refuse("step.second_same", "n", fmt.Sprint(st.N))
		}
		return Confirm{Step: st.Ref, Value: value}.decide(c)
	}
	if err := c.reserved(st); err != nil {
		return Change{}, err
	}
	if len(st.Branches) > 0 {
		return Change{}, refuse("step.decide", "n", fmt.Sprint(st.N))
	}
	kept := len(st.Kept) + len(x.Photos)
	if st.Value && value == "" && kept == 0 && st.Counted == 0 {
		return Change{}, refuse("step.need_value", "n", fmt.Sprint(st.N))
	}
	if err := c.demanded(st, value, kept); err != nil {
		return Change{}, err
	}
	shown, err := c.photos(st, x.Photos)
	if err != nil {
		return Change{}, err
	}
	if x.Sheet != "" && !c.evident(x.Sheet) {
		return Change{}, refuse("row.sheet", "id", x.Sheet)
	}
	d := c.draft(KindStepDone, stepFacts{Step: st.Ref, Value: value != "", Paper: x.Paper, Sheet: x.Sheet}, "value", value, "writer", Clean(x.Writer))
	ch := Change{Entries: append(shown.Entries, d), Blobs: shown.Blobs}
	if st.Two {
		ch.Outcome = Outcome{Code: "step.second_wanted", Args: map[string]string{"n": fmt.Sprint(st.N)}}
		return ch, nil
	}
	return c.early(c.closing(ch, st), st), nil
}

// photos keeps what was sent together with the completion of a step.
func (c *call) photos(st *Step, list []Photo) (Change, error) {
	var out Change
	for i, p := range list {
		ch, err := AddEvidence{File: p.File, Data: p.Data, Type: p.Type, Step: st.Ref}.nth(c, len(c.s.Evidence)+1+i)
		if err != nil {
			return Change{}, err
		}
		out.Entries, out.Blobs = append(out.Entries, ch.Entries...), append(out.Blobs, ch.Blobs...)
	}
	return out, nil
}

// demanded checks a value and the number of kept files against what the evidence
// labels of the runbook ask for: a kept photo, a number within bounds, a form, a
// check digit.
func (c *call) demanded(st *Step, value string, kept int) error {
	src := c.source(st)
	if src == nil {
		return nil
	}
	for _, d := range runbook.Demands(src.Evidence) {
		if fault := d.Fault(value, kept); fault != "" {
			return refuse("step.need_"+fault, "n", fmt.Sprint(st.N), "what", d.Written, "range", d.Range(), "shape", d.Pattern, "value", value, "unit", d.Unit)
		}
		if !d.Container {
			continue
		}
		box, err := tally.ParseContainer(value)
		switch {
		case errors.Is(err, tally.ErrCheckDigit), errors.Is(err, tally.ErrNoCheckDigit):
			return refuse("step.need_digit", "n", fmt.Sprint(st.N), "value", box.Number, "right", box.Right)
		case err != nil:
			return refuse("step.need_container", "n", fmt.Sprint(st.N), "value", value)
		}
	}
	return nil
}

func (x Confirm) decide(c *call) (Change, error) {
	st, err := c.step(x.Step)
	if err != nil {
		return Change{}, err
	}
	if st.Closed() {
		return c.late(st, x.Name(), Clean(x.Value)), nil
	}
	if st.First == "" {
		return Change{}, refuse("step.first_missing", "n", fmt.Sprint(st.N))
	}
	if st.First == c.act.Person {
		return Change{}, refuse("step.second_same", "n", fmt.Sprint(st.N))
	}
	ch := one(c.draft(KindStepSecond, stepFacts{Step: st.Ref}, "value", Clean(x.Value), "first", c.name(st.First)))
	return c.early(c.closing(ch, st), st), nil
}

// closing adds what follows from a step being closed: its prohibition becomes a
// standing caution, its ladder stops, its phase may be complete.
func (c *call) closing(ch Change, st *Step) Change {
	if st.Caution && closingState(ch, st) != StepNA && !c.cautioned(st) {
		if words := c.forbidden(st); words != "" {
			n := len(c.s.Cautions) + 1
			ch.Entries = append(ch.Entries, c.machine(KindCautionAdded, cautionFacts{Caution: n, Step: st.Ref}, "text", words))
		}
	}
	for _, esc := range c.s.Escalations {
		if esc.Ref == st.Ref && esc.Reason == "step" && esc.Ended == "" {
			ch.Entries = append(ch.Entries, c.machine(KindEscEnded, escFacts{Esc: esc.ID}))
		}
	}
	return c.phaseEnd(ch, st)
}

// cautioned reports whether the prohibition of a step is in view already, from
// an earlier pass.
func (c *call) cautioned(st *Step) bool {
	return slices.ContainsFunc(c.s.Cautions, func(k *Caution) bool { return k.Step == st.Ref && k.Lifted.IsZero() })
}

func (c *call) forbidden(st *Step) string {
	if x := c.source(st); x != nil {
		return strings.Join(x.Forbidden, "、")
	}
	return ""
}

// phaseEnd announces the completion of every phase (UX 2.4) in which nothing is
// left once the entries so far are folded: an answer may end more than one.
func (c *call) phaseEnd(ch Change, st *Step) Change {
	after := c.after(ch)
	for i, r := range after.Runs {
		for j := range r.Phases {
			p := &r.Phases[j]
			if p.Ended || !r.nothingLeft(p.No) || i < len(c.s.Runs) && c.s.Runs[i].nothingLeft(p.No) && r.ID != c.s.runOf(st.Ref).ID {
				continue
			}
			ch.Entries = append(ch.Entries, c.machine(KindPhaseEnd, r.counts(p.No)))
			for _, esc := range after.Escalations {
				if esc.Ref == fmt.Sprintf("%s/p%d", r.ID, p.No) && esc.Ended == "" {
					ch.Entries = append(ch.Entries, c.machine(KindEscEnded, escFacts{Esc: esc.ID}))
				}
			}
		}
	}
	return ch
}

// after is the state as it will be once a change is recorded.
func (c *call) after(ch Change) *Incident {
	s := c.s.Clone()
	for i, d := range ch.Entries {
		facts, err := json.Marshal(d.Facts)
		if err != nil {
			continue
		}
		e := timeline.Entry{Seq: c.s.Seq + int64(i) + 1, Kind: d.Kind, Actor: d.Actor, RecordedAt: c.now, HappenedAt: c.now, Facts: facts}
		if !d.HappenedAt.IsZero() {
			e.HappenedAt = d.HappenedAt
		}
		Apply(s, &e)
	}
	return s
}

// counts says how the steps of a phase were closed.
func (r *Run) counts(phase int) phaseEndFacts {
	f := phaseEndFacts{Run: r.ID, Phase: phase}
	for _, x := range r.Steps {
		if x.Phase != phase {
			continue
		}
		switch x.State {
		case StepDone:
			f.Done++
		case StepSkipped:
			f.Skipped++
		case StepNA:
			f.NA++
		case StepOpen, StepTaken, StepSecond, StepBlocked:
		}
	}
	return f
}

func closingState(ch Change, st *Step) StepState {
	for _, d := range ch.Entries {
		switch d.Kind {
		case KindStepSkipped:
			return StepSkipped
		case KindStepNA:
			return StepNA
		case KindStepDone, KindStepSecond, KindDecisionMade:
			return StepDone
		}
	}
	return st.State
}

func (x Block) decide(c *call) (Change, error) {
	st, err := c.step(x.Step)
	if err != nil {
		return Change{}, err
	}
	reason := Clean(x.Reason)
	if st.Closed() {
		return c.late(st, x.Name(), reason), nil
	}
	if reason == "" {
		return Change{}, refuse("step.need_reason", "n", fmt.Sprint(st.N))
	}
	ch := one(c.draft(KindStepBlocked, stepFacts{Step: st.Ref}, "reason", reason))
	ch.Outcome = Outcome{Code: "step.blocked", Args: map[string]string{"n": fmt.Sprint(st.N), "reason": reason}}
	return ch, nil
}

func (x Unblock) decide(c *call) (Change, error) {
	st, err := c.step(x.Step)
	if err != nil {
		return Change{}, err
	}
	if st.State != StepBlocked {
		return Change{}, refuse("step.not_blocked", "n", fmt.Sprint(st.N))
	}
	return one(c.draft(KindStepFreed, stepFacts{Step: st.Ref}, "note", Clean(x.Note))), nil
}

func (x Skip) decide(c *call) (Change, error) {
	st, err := c.step(x.Step)
	if err != nil {
		return Change{}, err
	}
	reason := Clean(x.Reason)
	if st.Closed() {
		return c.late(st, x.Name(), reason), nil
	}
	preset := x.Preset
	if !slices.Contains(SkipPresets(), preset) {
		preset = ""
	}
	if reason == "" && preset == "" {
		return Change{}, refuse("step.need_reason", "n", fmt.Sprint(st.N))
	}
	if err := c.reserved(st); err != nil {
		return Change{}, err
	}
	return c.closing(one(c.draft(KindStepSkipped, stepFacts{Step: st.Ref, Preset: preset}, "reason", reason)), st), nil
}

func (x Reopen) decide(c *call) (Change, error) {
	st, err := c.step(x.Step)
	if err != nil {
		return Change{}, err
	}
	if !st.Closed() && st.State != StepSecond {
		return Change{}, refuse("step.not_closed", "n", fmt.Sprint(st.N))
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("step.need_reason", "n", fmt.Sprint(st.N))
	}
	return one(c.draft(KindStepReopened, stepFacts{Step: st.Ref}, "reason", reason)), nil
}

func (x NotApplicable) decide(c *call) (Change, error) {
	st, err := c.step(x.Step)
	if err != nil {
		return Change{}, err
	}
	if st.Closed() {
		return c.late(st, x.Name(), Clean(x.Reason)), nil
	}
	if !st.Cond && !st.Optional {
		return Change{}, refuse("step.not_conditional", "n", fmt.Sprint(st.N))
	}
	if err := c.reserved(st); err != nil {
		return Change{}, err
	}
	return c.closing(one(c.draft(KindStepNA, stepFacts{Step: st.Ref}, "reason", Clean(x.Reason))), st), nil
}

func (x Extend) decide(c *call) (Change, error) {
	st, err := c.step(x.Step)
	if err != nil {
		return Change{}, err
	}
	if st.Closed() || x.By <= 0 || x.By > 366*24*time.Hour {
		return Change{}, refuse("step.no_extend", "n", fmt.Sprint(st.N))
	}
	from := st.Due
	if from.Before(c.now) {
		from = c.now
	}
	return one(c.draft(KindStepExtended, stepFacts{Step: st.Ref, Due: us(from.Add(x.By))}, "reason", Clean(x.Reason))), nil
}

func (x AddStep) decide(c *call) (Change, error) {
	r := c.s.Run(x.Run)
	if r == nil && len(c.s.Runs) > 0 && x.Run == "" {
		r = c.s.Runs[len(c.s.Runs)-1]
	}
	if r == nil || len(r.Phases) == 0 {
		return Change{}, refuse("run.unknown", "run", x.Run)
	}
	phase := x.Phase
	if r.phase(phase) == nil {
		phase = r.Phases[len(r.Phases)-1].No
		if cur := r.Currents(); len(cur) > 0 {
			phase = cur[0].Phase
		}
	}
	title := Clean(x.Title)
	if title == "" {
		return Change{}, refuse("input.missing", "field", "title")
	}
	key := fmt.Sprintf("%s/%d.x%d", r.ID, phase, c.s.NextStep)
	ch := one(c.draft(KindStepAdded, stepFacts{Step: key, Run: r.ID, Phase: phase, N: c.s.NextStep}, "title", title))
	ch.Outcome = Outcome{Ref: key}
	return ch, nil
}

// undoWindow is how long one's own last act can be withdrawn (UX, decided c).
const undoWindow = 2 * time.Minute
