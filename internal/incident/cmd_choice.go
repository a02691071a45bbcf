package incident

import (
	"fmt"
	"strings"
	"unicode"

	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// ArmChoice turns a decision that the runbook states only in its prose into one
// that is made with buttons. A person presses: the reader never guesses.
type ArmChoice struct {
	Step   string `json:"step,omitempty"`   // the step whose text states it
	Run    string `json:"run,omitempty"`    // or: the run …
	Phase  int    `json:"phase,omitempty"`  // … and the phase whose text states it, 0 for the document
	Choice int    `json:"choice,omitempty"` // which one, from 1; 0 is the first
}

// StartPhase starts a phase beside the one before it, e.g. when its opening
// time has come and one step of the phase before is still held up.
type StartPhase struct {
	Run   string `json:"run"`
	Phase int    `json:"phase"`
}

// Name implements Command.
func (ArmChoice) Name() string { return "step.arm" }
func (ArmChoice) class() Class { return MayRespond }

// Name implements Command.
func (StartPhase) Name() string { return "phase.start" }
func (StartPhase) class() Class { return MayLead }

func (x ArmChoice) decide(c *call) (Change, error) {
	n := max(x.Choice, 1)
	if x.Step == "" {
		return x.inPhase(c, n)
	}
	st, err := c.step(x.Step)
	if err != nil {
		return Change{}, err
	}
	if st.Closed() {
		return c.late(st, x.Name(), ""), nil
	}
	src := c.source(st)
	if len(st.Branches) > 0 || src == nil || n > len(src.Choices) {
		return Change{}, refuse("step.no_choice", "n", fmt.Sprint(st.N))
	}
	d := answered(&src.Choices[n-1], src.Title)
	f := armedFacts{Step: st.Ref, Choice: n, Branches: c.armed(st.Ref, d)}
	ch := one(c.draft(KindStepArmed, f, "question", Clean(d.Question)))
	ch.Outcome = Outcome{Code: "step.armed", Ref: st.Ref, Args: map[string]string{"n": fmt.Sprint(st.N)}}
	return ch, nil
}

// inPhase arms a decision that stands outside any step: it becomes a step of
// its own at the end of the phase.
func (x ArmChoice) inPhase(c *call, n int) (Change, error) {
	r := c.s.Run(x.Run)
	if r == nil || len(r.Phases) == 0 {
		return Change{}, refuse("run.unknown", "run", x.Run)
	}
	b := c.book(r.Hash)
	if b == nil {
		return Change{}, refuse("run.unknown", "run", x.Run)
	}
	list, phase := choicesOf(b, x.Phase), x.Phase
	if n > len(list) {
		return Change{}, refuse("step.no_choice", "n", fmt.Sprint(x.Phase))
	}
	key := choiceKey(x.Phase, n)
	if r.index(key) >= 0 {
		return Change{}, refuse("step.no_choice", "n", fmt.Sprint(r.Steps[r.index(key)].N))
	}
	if r.phase(phase) == nil {
		phase = r.Phases[len(r.Phases)-1].No
		if cur := r.Currents(); len(cur) > 0 {
			phase = cur[0].Phase
		}
	}
	d := answered(&list[n-1], titleOf(b, x.Phase))
	f := armedFacts{Step: r.ID + "/" + key, Run: r.ID, Phase: phase, N: c.s.NextStep, Choice: n, Branches: c.armed(r.ID+"/", d)}
	ch := one(c.draft(KindStepArmed, f, "question", Clean(d.Question)))
	ch.Outcome = Outcome{Code: "step.armed", Ref: f.Step, Args: map[string]string{"n": fmt.Sprint(f.N)}}
	return ch, nil
}

// choicesOf are the decisions stated in the text of a phase, or of the document
// outside its phases (0).
func choicesOf(b *runbook.Runbook, phase int) []runbook.Decision {
	if phase == 0 {
		return b.Choices
	}
	if p := b.Phase(phase); p != nil {
		return p.Choices
	}
	return nil
}

// choiceKey is the key of the step that a decision of a phase's text becomes.
func choiceKey(phase, n int) string { return fmt.Sprintf("%d.d%d", phase, n) }

// OpenChoice is a decision that stands only in the prose of a phase or document
// and that nobody has opened.
type OpenChoice struct {
	N        int // from 1
	Decision *runbook.Decision
}

// OpenChoices are the decisions in the prose of a phase of a run, or of the
// document outside its phases (0), that can still be opened.
func (v *View) OpenChoices(run string, phase int) []OpenChoice {
	r, b := v.S.Run(run), v.Book(run)
	if r == nil || b == nil {
		return nil
	}
	if p := r.phase(phase); p != nil && p.Ended {
		return nil
	}
	var out []OpenChoice
	for i, list := 0, choicesOf(b, phase); i < len(list); i++ {
		if r.index(choiceKey(phase, i+1)) < 0 {
			out = append(out, OpenChoice{N: i + 1, Decision: &list[i]})
		}
	}
	return out
}

// phaseChoice is the decision of a step that was armed from a phase's text.
func phaseChoice(b *runbook.Runbook, st *Step) *runbook.Decision {
	var phase, n int
	if _, err := fmt.Sscanf(st.Key, "%d.d%d", &phase, &n); err != nil || n < 1 {
		return nil
	}
	if list := choicesOf(b, phase); n <= len(list) {
		return answered(&list[n-1], titleOf(b, phase))
	}
	return nil
}

// titleOf is what a phase, or the document (0), is called.
func titleOf(b *runbook.Runbook, phase int) string {
	if p := b.Phase(phase); p != nil {
		return p.Title
	}
	return b.Title
}

// answered is a decision that can be made: the cases its text tells apart are
// the answers; where it tells none apart it is answered with yes or no, as
// RUNBOOKS 4.6 has it for a decision with fewer than two answers. One drawn as
// a figure asks what it stands in.
func answered(d *runbook.Decision, title string) *runbook.Decision {
	if len(d.Branches) > 1 && d.Question != "" {
		return d
	}
	out := *d
	if out.Question == "" {
		out.Question = title
	}
	if len(out.Branches) == 0 {
		out.Branches = runbook.Cases(d.Question, d.Line)
	}
	if len(out.Branches) < 2 {
		yes, no := "はい", "いいえ"
		if !japanese(out.Question) {
			yes, no = "Yes", "No"
		}
		out.Branches = []runbook.Branch{{Label: yes, Line: d.Line}, {Label: no, Line: d.Line}}
		if len(d.Branches) == 1 {
			out.Branches[0] = d.Branches[0]
		}
	}
	return &out
}

// japanese reports whether a text has a Japanese letter.
func japanese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) })
}

// armed are the answers of a prose decision. Where the text names a place that
// is not in this run, a person goes on by hand.
func (c *call) armed(ref string, d *runbook.Decision) []BranchFacts {
	out := c.branches(d)
	r := c.s.runOf(ref)
	for i := range out {
		if r == nil || out[i].To != "" && r.index(out[i].To) < 0 {
			out[i].To = ""
		}
	}
	return out
}

func (x StartPhase) decide(c *call) (Change, error) {
	r := c.s.Run(x.Run)
	if r == nil || r.phase(x.Phase) == nil {
		return Change{}, refuse("run.unknown", "run", x.Run)
	}
	p := r.phase(x.Phase)
	if p.Ended || !p.Started.IsZero() {
		return Change{}, refuse("phase.started", "phase", fmt.Sprint(x.Phase))
	}
	return one(c.draft(KindPhaseStarted, phaseActFacts{Run: r.ID, Phase: x.Phase})), nil
}

// ringPhase is an alarm of a phase going off; ref is r1/p2 or r1/p2#1.
func (c *call) ringPhase(kind, ref string, late int64) Change {
	f := phaseActFacts{Late: late}
	run, rest, _ := strings.Cut(ref, "/p")
	f.Run = run
	if n, _ := fmt.Sscanf(rest, "%d#%d", &f.Phase, &f.Timer); n == 0 {
		return Change{}
	}
	kinds := map[string]timeline.Kind{"phase-open": KindPhaseOpened, "phase-due": KindPhaseOverdue, "phase-repeat": KindPhaseReminded}
	if kind != "phase-chain" {
		return one(c.machine(kinds[kind], f))
	}
	p := c.s.Run(run).phase(f.Phase)
	return Change{Entries: c.climbWritten(p.Chain, fmt.Sprintf("%s/p%d", run, f.Phase))}
}

// climbWritten starts the ladder a runbook writes out.
func (c *call) climbWritten(chain []LevelFacts, ref string) []timeline.Draft {
	f := escFacts{Policy: "step", Reason: "step", Ref: ref, Rounds: escalationRounds}
	if len(chain) > 0 {
		f.HoldsS, f.Succession = chain[0].HoldsS, chain[0].Succession
		if chain[0].Rounds > 0 {
			f.Rounds = chain[0].Rounds
		}
	}
	for i, l := range chain {
		wait := int64(600)
		if i+1 < len(chain) {
			wait = chain[i+1].WaitS
		}
		if l.AfterS > 0 {
			wait = l.AfterS
		}
		if len(l.To) > 0 || l.None {
			f.Levels = append(f.Levels, LevelFacts{WaitS: wait, To: l.To, By: l.By, Need: l.Need, None: l.None})
		}
	}
	return c.climbFrom(f, "手順書の上申")
}
