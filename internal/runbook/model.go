// Package runbook reads Markdown runbooks as people write them. It guarantees
// that nothing of the file is lost, that the same bytes give the same model,
// and that a guess never produces an action.
package runbook

import "time"

// Runbook is what irbot understood of one Markdown file.
type Runbook struct {
	ID        string // document fact ID, else the file's base name
	File      string // as given by the caller
	Title     string
	Owner     string
	Version   string
	Severity  string
	Trigger   string
	Reviewed  string
	ReviewBy  string
	Zone      string
	Language  string // "ja" or "en": the prevailing one
	Strict    bool   // 点検: 厳格 / Lint: strict
	Hash      string // SHA-256 of the file's bytes, hex
	Source    []byte // the bytes as read
	Text      string // decoded UTF-8, line ends normalised
	Encoding  string
	Phases    []Phase
	Contexts  []Context
	Wordings  []Wording
	Notes     []Note
	Findings  []Finding
	Facts     []Fact     // document facts as written, in order
	Reference bool       // no steps: can be opened and pinned, not stepped through
	Roles     []string   // roles named as doers anywhere, in order of appearance
	Choices   []Decision // decisions stated outside any step: shown, never armed
}

// Phase is a heading (or a bold line used as one) under which something is done.
type Phase struct {
	No       int
	Title    string // without number and time window
	Line     int
	EndLine  int
	HeadEnd  int    // last line before the first step
	Kind     string // action, prepare, recover
	Lane     string
	Window   *Window
	Owner    []string // default for the steps
	Approver []string // default for the steps
	Due      *Limit   // default or limit of the phase
	Purpose  string
	Notes    []Note
	Timers   []Repeat
	Escalate *Chain
	Notify   []NotifyPoint
	Facts    []Fact // labels under the heading, as written
	Steps    []Step
	Parallel bool       // runs beside the phase before
	Choices  []Decision // stated in the text only: shown, never armed
	Number   string     // as written in the heading, "" if none
}

// Step is the outermost thing one would tick.
type Step struct {
	Key       string // position: "2.3" = third step of phase 2
	StableID  string // explicit id, else h-xxxxxxxxxx (RUNBOOKS 4.7)
	ID        string // explicit id or ""
	Number    string // as written in the source, "" if none
	Title     string
	Body      string // verbatim Markdown of the step
	Line      int    // first line, from 1
	Col       int
	EndLine   int
	Level     int
	Form      string // item, task, heading, row, prose, code
	Owner     []string
	OwnerFrom string // label, column, heading, inline, default
	Approver  []string
	Due       *Limit
	Estimate  *Limit
	Evidence  []string
	DoneWhen  string
	Forbidden []string
	Forms     []string // row types that are counted in this step, as written
	TwoPerson bool
	Optional  bool
	Parallel  bool
	Condition string // a lone "If …": buttons applies / does not apply
	SubSteps  []SubStep
	Commands  []Command
	Notes     []Note
	Links     []Link
	Figures   []string
	Decision  *Decision  // armed: buttons for the answers
	Choices   []Decision // stated in the text only: shown, never armed
	Notify    []NotifyPoint
	Message   string // id of the wording, or text
	Escalate  *Chain
	Timers    []Repeat
	Next      *Ref
	Facts     []Fact // labels as written, known and unknown
}

// SubStep is a nested item; two levels are kept, deeper ones stay in the body.
type SubStep struct {
	Title    string
	Line     int
	Owner    []string
	Task     bool
	Decision *Decision
	Subs     []SubStep
}

// Command is code shown with a copy button and never run.
type Command struct {
	Lang string
	Text string
	Line int
}

// Note is a remark, warning or prohibition near a step, phase or document.
type Note struct {
	Kind string // note, warning, prohibition
	Text string
	Line int
}

// Link is a reference out of a step.
type Link struct {
	Text    string
	URL     string
	Line    int
	Runbook bool // another Markdown file that may be a runbook
}

// Fact is one KEY: value as written.
type Fact struct {
	Key   string // as written
	Name  string // canonical name of table 4.4, "" if unknown
	Value string
	Line  int
	Col   int
}

// Anchor says from when a limit counts.
type Anchor string

// The anchors of RUNBOOKS 4.5.
const (
	FromCurrent    Anchor = "current" // the moment the step becomes current
	FromPhase      Anchor = "phase"
	FromDeclared   Anchor = "declared"
	FromDetected   Anchor = "detected"
	FromRecognised Anchor = "recognised"
	FromStep       Anchor = "step" // completion of a step (Ref; "" = the one before)
	AtClock        Anchor = "clock"
)

// Limit is a time limit or an estimate, with the words it was written in.
type Limit struct {
	Written   string
	Anchor    Anchor
	After     time.Duration
	Business  int    // business days, 0 if none
	Clock     string // "17:30" or "2026-12-01 17:00" for AtClock
	Ref       string // step for FromStep
	Immediate bool   // 直ちに: limit 0, reminder by policy
	Line      int
}

// Window is when a phase opens and is due, counted from declaration.
type Window struct {
	Written string
	From    time.Duration
	To      time.Duration // 0: no limit
	Anchor  Anchor
	Line    int
}

// Decision is a question with at least two answers.
type Decision struct {
	Question string
	Line     int
	EndLine  int
	Form     string // answers, headings, table, prose
	Branches []Branch
}

// Branch is one answer.
type Branch struct {
	Label string // はい
	Text  string // the words after the separator
	Line  int
	To    *Ref // nil: go on with the next step
	Subs  []SubStep
}

// Ref is where a jump leads.
type Ref struct {
	Written string
	Step    string // key of a step in this runbook, "" if not resolved
	Phase   int
	Runbook string // another runbook's file or id
	End     bool
	Line    int
}

// NotifyPoint is a place where somebody is to be told.
type NotifyPoint struct {
	To      string // as written
	Channel string // words in brackets: 電話
	Line    int
}

// Chain is an escalation rule written in the runbook, or the name of a policy.
type Chain struct {
	Written string
	Policy  string
	Levels  []ChainLevel
	Line    int
}

// ChainLevel is one rung of a written chain.
type ChainLevel struct {
	After time.Duration
	To    string
}

// Repeat is a repeating or clock timer.
type Repeat struct {
	Written string
	Every   time.Duration
	At      string // wall clock "17:00"
	Text    string
	Line    int
}

// Context is a section kept verbatim (purpose, contacts, template …).
type Context struct {
	Title   string
	Level   int
	Line    int
	EndLine int
	Body    string
}

// Wording is a message text under a heading.
type Wording struct {
	Slug      string // GitHub's anchor of the heading
	Title     string
	Text      string
	Line      int
	Variables []string
	Blanks    []string
}

// Severity of a finding.
type Severity string

// The severities, silent ones are not reported.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Finding is one thing the linter says about the file.
type Finding struct {
	ID        string // RB012
	Severity  Severity
	Line      int
	Col       int    // characters from 1
	Message   string // Japanese
	MessageEN string
	Fix       string // remedy, Japanese
	FixEN     string
}

// Step finds a step by key.
func (rb *Runbook) Step(key string) (*Step, bool) {
	for i := range rb.Phases {
		for j := range rb.Phases[i].Steps {
			if rb.Phases[i].Steps[j].Key == key {
				return &rb.Phases[i].Steps[j], true
			}
		}
	}
	return nil, false
}

// Phase finds a phase by its number; nil where there is none, or no runbook.
func (rb *Runbook) Phase(no int) *Phase {
	if rb == nil {
		return nil
	}
	for i := range rb.Phases {
		if rb.Phases[i].No == no {
			return &rb.Phases[i]
		}
	}
	return nil
}
