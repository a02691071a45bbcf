package incident

import (
	"encoding/json"
	"time"

	"irbot/internal/timeline"
)

// The kinds of entry. A new meaning is a new name; none is ever removed.
const (
	KindReported   timeline.Kind = "incident.reported"
	KindDeclared   timeline.Kind = "incident.declared"
	KindRetitled   timeline.Kind = "incident.retitled"
	KindClosed     timeline.Kind = "incident.closed"
	KindLinked     timeline.Kind = "incident.linked"
	KindSeverity   timeline.Kind = "severity.set"
	KindRole       timeline.Kind = "role.assigned"
	KindMoment     timeline.Kind = "moment.set"
	KindRunStarted timeline.Kind = "run.started"
	KindPhaseEnd   timeline.Kind = "phase.completed"

	KindStepTaken    timeline.Kind = "step.taken"
	KindStepDone     timeline.Kind = "step.done"
	KindStepSecond   timeline.Kind = "step.confirmed"
	KindStepBlocked  timeline.Kind = "step.blocked"
	KindStepFreed    timeline.Kind = "step.unblocked"
	KindStepSkipped  timeline.Kind = "step.skipped"
	KindStepNA       timeline.Kind = "step.inapplicable"
	KindStepReopened timeline.Kind = "step.reopened"
	KindStepOverdue  timeline.Kind = "step.overdue"
	KindStepExtended timeline.Kind = "step.extended"
	KindStepReminded timeline.Kind = "step.reminded"
	KindStepAdded    timeline.Kind = "step.added"

	KindCautionAdded  timeline.Kind = "caution.added"
	KindCautionLifted timeline.Kind = "caution.lifted"

	KindDecisionOpened   timeline.Kind = "decision.opened"
	KindDecisionMade     timeline.Kind = "decision.made"
	KindDecisionObjected timeline.Kind = "decision.objected"
	KindDecisionAsked    timeline.Kind = "decision.asked"
	KindDecisionReview   timeline.Kind = "decision.reviewed"

	KindNote     timeline.Kind = "note.added"
	KindStruck   timeline.Kind = "entry.struck"
	KindAnswered timeline.Kind = "entry.answered"
	KindUndone   timeline.Kind = "entry.undone"
	KindEvidence timeline.Kind = "evidence.added"
	KindFigure   timeline.Kind = "figure.reported"

	KindEscStarted   timeline.Kind = "escalation.started"
	KindEscPaged     timeline.Kind = "escalation.paged"
	KindEscAcked     timeline.Kind = "escalation.acknowledged"
	KindEscDelegated timeline.Kind = "escalation.delegated"
	KindEscCall      timeline.Kind = "escalation.called"
	KindEscExhausted timeline.Kind = "escalation.exhausted"
	KindEscEnded     timeline.Kind = "escalation.ended"
	KindEscReplanned timeline.Kind = "escalation.replanned" // the severity changed the waits
	KindEscJumped    timeline.Kind = "escalation.jumped"    // to a level somebody named
	KindEscResumed   timeline.Kind = "escalation.resumed"   // climbed on after an answer
	KindEscExpired   timeline.Kind = "escalation.expired"   // no sign of life since the answer

	KindMsgAttempted   timeline.Kind = "message.attempted"
	KindMsgAccepted    timeline.Kind = "message.accepted"
	KindMsgRetrying    timeline.Kind = "message.retrying"
	KindMsgFailed      timeline.Kind = "message.failed"
	KindMsgUnconfirmed timeline.Kind = "message.unconfirmed"
	KindMsgResolved    timeline.Kind = "message.resolved"

	KindNoticeDrafted   timeline.Kind = "notice.drafted"
	KindNoticeEdited    timeline.Kind = "notice.edited"
	KindNoticeSubmitted timeline.Kind = "notice.submitted"
	KindNoticeEndorsed  timeline.Kind = "notice.endorsed" // the first of two approvals
	KindNoticeApproved  timeline.Kind = "notice.approved"
	KindNoticeReturned  timeline.Kind = "notice.returned"
	KindNoticeWithdrawn timeline.Kind = "notice.withdrawn"
	KindNoticePhoned    timeline.Kind = "notice.phoned"
	KindNoticeReceipt   timeline.Kind = "notice.receipted"

	KindDutyStarted   timeline.Kind = "duty.started"
	KindDutyMet       timeline.Kind = "duty.met"
	KindDutyPassed    timeline.Kind = "duty.passed"
	KindDutyDismissed timeline.Kind = "duty.dismissed"
	KindDutyPinned    timeline.Kind = "duty.pinned" // the rules that apply, kept whole
	KindDutyPlanned   timeline.Kind = "duty.planned"
	KindDutyWarned    timeline.Kind = "duty.warned"
	KindDutyConfirmed timeline.Kind = "duty.confirmed"
	KindDutyReopened  timeline.Kind = "duty.reopened"

	KindReport         timeline.Kind = "report.made"
	KindReportSnoozed  timeline.Kind = "report.snoozed"
	KindReportWarned   timeline.Kind = "report.warned"
	KindReportOverdue  timeline.Kind = "report.overdue"
	KindHandoverOffer  timeline.Kind = "handover.offered"
	KindHandoverAccept timeline.Kind = "handover.accepted"

	KindSurfaceLost     timeline.Kind = "surface.lost"
	KindSurfaceRestored timeline.Kind = "surface.restored"
	KindRefused         timeline.Kind = "command.refused"
	KindExported        timeline.Kind = "timeline.exported"
	KindClockStepped    timeline.Kind = "clock.stepped"
	KindErased          timeline.Kind = "text.erased"
	KindInject          timeline.Kind = "inject.given"
)

// micros is a moment in facts: microseconds since 1970 UTC, 0 for none.
type micros int64

func us(t time.Time) micros {
	if t.IsZero() {
		return 0
	}
	return micros(t.UnixMicro())
}

func (m micros) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(m)).UTC()
}

// decode reads facts into a struct. What does not fit stays zero: the fold
// never rejects history.
func decode[T any](e *timeline.Entry) T {
	var f T
	_ = json.Unmarshal(e.Facts, &f)
	return f
}

type declaredFacts struct {
	Finder   string   `json:"finder,omitempty"`
	Place    bool     `json:"place,omitempty"`
	Impact   []string `json:"impact,omitempty"`
	Surfaces []string `json:"surfaces,omitempty"`
	Announce []string `json:"announce,omitempty"` // surfaces on which it is announced to everybody
	Detected micros   `json:"detected_us,omitempty"`
	First    int64    `json:"report_first_s,omitempty"`
	Every    int64    `json:"report_every_s,omitempty"`
	Later    int64    `json:"report_later_s,omitempty"`
	Similar  string   `json:"similar,omitempty"`
}

type severityFacts struct {
	Level int `json:"level"`
}

type roleFacts struct {
	Role   string `json:"role"`
	Person string `json:"person"`
	Reason string `json:"reason,omitempty"` // succession, returned
	From   string `json:"held_by,omitempty"`
	Esc    string `json:"esc,omitempty"`
}

type runFacts struct {
	Run     string       `json:"run"`
	Runbook string       `json:"runbook"`
	Hash    string       `json:"hash"`
	First   int          `json:"first"`
	Phases  []phaseFacts `json:"phases"`
	Off     []int64      `json:"off,omitempty"`      // days that are none of business
	ZoneS   int64        `json:"zone_s,omitempty"`   // seconds east of UTC
	Days    bool         `json:"calendar,omitempty"` // the site has a calendar
	By      string       `json:"by,omitempty"`       // step or decision that started it
}

type phaseFacts struct {
	No       int         `json:"no"`
	Parallel bool        `json:"parallel,omitempty"`
	Steps    []StepFacts `json:"steps"`
	PhaseClock
}

// StepFacts is what the fold needs to know of a step of a runbook.
type StepFacts struct {
	Key      string        `json:"key"`
	N        int           `json:"n"` // printed number, never reused in an incident
	Phase    int           `json:"phase"`
	Owner    []string      `json:"owner,omitempty"`    // role ids
	Approver []string      `json:"approver,omitempty"` // roles who alone may close it
	LimitS   int64         `json:"limit_s,omitempty"`
	Anchor   string        `json:"anchor,omitempty"`
	AnchorAt micros        `json:"anchor_us,omitempty"` // absolute limit of a wall-clock anchor
	After    string        `json:"after,omitempty"`     // step whose completion is the anchor
	Two      bool          `json:"two,omitempty"`
	Optional bool          `json:"optional,omitempty"`
	Value    bool          `json:"value,omitempty"`    // closing asks for what is seen
	Evidence bool          `json:"evidence,omitempty"` // closing asks for evidence or a value
	Cond     bool          `json:"cond,omitempty"`
	Caution  bool          `json:"caution,omitempty"`
	Parallel bool          `json:"parallel,omitempty"`
	Branches []BranchFacts `json:"branches,omitempty"`
	Notify   []string      `json:"notify,omitempty"` // destination ids
	Chain    []LevelFacts  `json:"chain,omitempty"`
	EveryS   int64         `json:"every_s,omitempty"`
	Days     int           `json:"days,omitempty"`   // limit in business days
	Timers   []TimerFacts  `json:"timers,omitempty"` // further timers
	Tell     []string      `json:"tell,omitempty"`   // people and roles of our own to be told, kind:id
	Next     *JumpFacts    `json:"next,omitempty"`
	Of       string        `json:"of,omitempty"`   // key#answer of the decision it belongs to
	Was      string        `json:"was,omitempty"`  // reference it had before the file changed
	Rows     []string      `json:"rows,omitempty"` // row types that are counted here
}

// BranchFacts is one answer of a decision step.
type BranchFacts struct {
	Key     string `json:"key"` // a, b, c
	To      string `json:"to,omitempty"`
	End     bool   `json:"end,omitempty"`
	Runbook string `json:"runbook,omitempty"`
}

// LevelFacts is one frozen level of an escalation.
type LevelFacts struct {
	WaitS      int64    `json:"wait_s"`
	To         []string `json:"to"` // kind:id, e.g. role:ciso
	By         []int64  `json:"by_severity_s,omitempty"`
	Need       int      `json:"need,omitempty"`        // answers wanted: 0 one, -1 every one, else so many
	None       bool     `json:"nobody,omitempty"`      // written in a runbook for a role we do not have
	AfterS     int64    `json:"after_s,omitempty"`     // in a ladder of a runbook: the wait after this level, where a policy sets it
	Rounds     int      `json:"rounds,omitempty"`      // on the first level of a ladder of a runbook: how often the policy climbs it
	HoldsS     int64    `json:"ack_holds_s,omitempty"` // the same: how long an answer holds
	Succession string   `json:"succession,omitempty"`  // the same: the role that passes to a deputy who answers
}

type stepFacts struct {
	Step   string `json:"step"`
	Person string `json:"person,omitempty"`
	Value  bool   `json:"value,omitempty"`
	Preset string `json:"preset,omitempty"`
	Due    micros `json:"due_us,omitempty"`
	Late   int64  `json:"late_s,omitempty"`
	N      int    `json:"n,omitempty"`
	Run    string `json:"run,omitempty"`
	Phase  int    `json:"phase,omitempty"`
	Timer  int    `json:"timer,omitempty"` // which of the further timers, from 1
	Paper  bool   `json:"late,omitempty"`  // typed in afterwards, from paper
	Sheet  string `json:"sheet,omitempty"` // evidence that shows the paper
}

type phaseEndFacts struct {
	Run      string `json:"run"`
	Phase    int    `json:"phase"`
	Done     int    `json:"done"`
	Skipped  int    `json:"skipped"`
	NA       int    `json:"na"`
	Deferred int    `json:"deferred"`
}

type cautionFacts struct {
	Caution int    `json:"caution"`
	Step    string `json:"step,omitempty"`
}

type decisionFacts struct {
	Decision string   `json:"decision"`
	Step     string   `json:"step,omitempty"`
	Decider  string   `json:"decider,omitempty"`
	Options  []string `json:"options,omitempty"`
	Due      micros   `json:"due_us,omitempty"`
	Objects  micros   `json:"objects_us,omitempty"`
	Choice   string   `json:"choice,omitempty"`
	Review   micros   `json:"review_us,omitempty"`
	Deputy   bool     `json:"deputy,omitempty"`
}

type noteFacts struct {
	Important bool   `json:"important,omitempty"`
	Open      bool   `json:"open,omitempty"`
	Corrects  int64  `json:"corrects,omitempty"`
	Source    string `json:"source,omitempty"` // slack:C1:1732.1
	Step      string `json:"step,omitempty"`
	Kept      string `json:"kept,omitempty"`  // the act a late press wanted
	Late      bool   `json:"late,omitempty"`  // typed in afterwards
	Sheet     string `json:"sheet,omitempty"` // evidence that shows the paper
	Entry     int64  `json:"entry,omitempty"`
	Conf      string `json:"conf,omitempty"` // confirmed, estimated, unknown
}

type entryFacts struct {
	Entry  int64  `json:"entry"`
	Reason string `json:"reason,omitempty"`
	Step   string `json:"step,omitempty"`
}

type evidenceFacts struct {
	ID         string `json:"id"`
	Attachment string `json:"attachment,omitempty"`
	Evidence   string `json:"evidence_sha256,omitempty"`
	Size       int64  `json:"size,omitempty"`
	Step       string `json:"step,omitempty"`
	Source     string `json:"source,omitempty"`
	TLP        string `json:"tlp,omitempty"`
}

type figureFacts struct {
	Item  string `json:"item"`
	N     int64  `json:"n"`
	Place string `json:"place,omitempty"` // terminal; "" is the whole site
}

// key names a figure in the state: the item, behind its terminal if it has one.
func (f figureFacts) key() string {
	if f.Place == "" {
		return f.Item
	}
	return f.Place + "/" + f.Item
}

type escFacts struct {
	Esc    string       `json:"esc"`
	Policy string       `json:"policy,omitempty"`
	Reason string       `json:"reason,omitempty"`
	Ref    string       `json:"ref,omitempty"`
	Levels []LevelFacts `json:"levels,omitempty"`
	Rounds int          `json:"rounds,omitempty"`
	Person string       `json:"person,omitempty"`
	Via    string       `json:"via,omitempty"`
	For    bool         `json:"for,omitempty"` // entered by somebody else for the person

	HoldsS     int64  `json:"ack_holds_s,omitempty"`
	Succession string `json:"succession,omitempty"`
	Holder     string `json:"holder,omitempty"`  // who has the role of succession at the start
	Partial    bool   `json:"partial,omitempty"` // more answers are wanted
	Have       int    `json:"have,omitempty"`
	Want       int    `json:"want,omitempty"`
	Level      int    `json:"level,omitempty"` // of a jump, from 1
	Severity   int    `json:"severity,omitempty"`
	Due        micros `json:"due_us,omitempty"`
}

type pageFacts struct {
	Esc   string   `json:"esc"`
	Level int      `json:"level"`
	Round int      `json:"round"`
	To    []pageTo `json:"to"`
	Due   micros   `json:"due_us"`
	Late  int64    `json:"late_s,omitempty"`
	Wait  int64    `json:"wait_s"`
	None  bool     `json:"nobody,omitempty"` // the level reaches nobody
	Quiet []string `json:"quiet,omitempty"`  // left asleep by a quiet rule
	Also  bool     `json:"also,omitempty"`   // besides what the ladder does: it stands where it stood
	Cause string   `json:"cause,omitempty"`  // undeliverable: nobody of the level before was reached
	Dial  []string `json:"dial,omitempty"`   // whom irbot cannot reach: to be rung by hand
	Ask   []pageTo `json:"ask,omitempty"`    // who is asked to ring
}

type pageTo struct {
	Person string   `json:"person"`
	Means  []string `json:"means"`
	Hook   bool     `json:"hook,omitempty"` // a machine may be rung for them: it is told the end, whoever answers
}

type msgFacts struct {
	Msg     string `json:"msg"`
	Means   string `json:"means,omitempty"`
	Try     int    `json:"try,omitempty"`
	Next    micros `json:"next_us,omitempty"`
	Final   bool   `json:"final,omitempty"`  // this means is given up
	Repeat  bool   `json:"repeat,omitempty"` // may have arrived before
	Channel string `json:"channel,omitempty"`
	TS      string `json:"ts,omitempty"`
	As      string `json:"as,omitempty"`
	With    string `json:"with,omitempty"` // message it left together with
	// Carries are the messages that left together with this one.
	Carries []string `json:"carries,omitempty"`

	Dial []string `json:"dial,omitempty"` // to be rung by hand, for the page does not arrive
	Ask  []pageTo `json:"ask,omitempty"`  // who is asked to ring
}

type noticeFacts struct {
	Notice   string   `json:"notice"`
	Dest     string   `json:"dest,omitempty"`
	No       int      `json:"no,omitempty"`
	Means    []string `json:"means,omitempty"`
	TLP      string   `json:"tlp,omitempty"`
	Template string   `json:"template,omitempty"`
	Digest   string   `json:"digest,omitempty"`
	Due      micros   `json:"due_us,omitempty"`
	Sole     bool     `json:"sole,omitempty"`
	Unknown  int      `json:"unknown,omitempty"`

	Form     string   `json:"form,omitempty"`       // form of the report
	Report   string   `json:"report,omitempty"`     // first, update, final
	Forms    string   `json:"forms,omitempty"`      // SHA-256 of the form
	Head     int64    `json:"head,omitempty"`       // last entry it was made from
	Promise  micros   `json:"promise_us,omitempty"` // next report named in the text
	Rendered string   `json:"rendered,omitempty"`   // SHA-256 of subject and body as the form gave them
	Held     []string `json:"held,omitempty"`       // fields left out for their TLP
	Over     []string `json:"over,omitempty"`       // fields above the TLP, let through by name
	Recalls  string   `json:"recalls,omitempty"`    // the notice it corrects or takes back
	Attach   []string `json:"attach,omitempty"`     // format:SHA-256 of each file that goes with it
	Numbered bool     `json:"numbered,omitempty"`   // No and Report are settled anew; without it a later entry changes neither
}

type reportFacts struct {
	Report int    `json:"report,omitempty"`
	Same   bool   `json:"same,omitempty"`
	Next   micros `json:"next_us,omitempty"`
	Late   int64  `json:"late_s,omitempty"`
}

type handoverFacts struct {
	Handover string `json:"handover"`
	Role     string `json:"role,omitempty"`
	To       string `json:"to,omitempty"`
}

type surfaceFacts struct {
	Surface string `json:"surface"`
	From    int64  `json:"from,omitempty"`
	Count   int    `json:"count,omitempty"`
}

type refusedFacts struct {
	Command string `json:"command"`
	Code    string `json:"code"`
	Ref     string `json:"ref,omitempty"`
	Surface string `json:"surface,omitempty"`
}

type exportedFacts struct {
	Format string `json:"format"`
	Size   int64  `json:"size"`
	Head   string `json:"head,omitempty"`
	SHA256 string `json:"sha256,omitempty"`

	Audience string `json:"audience,omitempty"`
	Ceiling  string `json:"ceiling,omitempty"`
	Withheld int64  `json:"withheld,omitempty"`
}

type steppedFacts struct {
	By int64 `json:"by_us"`
}

type injectFacts struct {
	Scenario string `json:"scenario"`
	Inject   int    `json:"inject"`
}

type linkedFacts struct {
	To string `json:"to"`
}
