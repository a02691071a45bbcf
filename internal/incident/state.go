package incident

import (
	"time"

	"irbot/internal/escalation"
	"irbot/internal/report"
)

// Status is where an incident stands.
type Status string

// The statuses of an incident.
const (
	Reported Status = "reported" // a finder told us; nobody has taken charge
	Open     Status = "open"     // declared
	Closed   Status = "closed"
)

// Incident is the folded state. It holds nothing personal: names and words are
// in the texts of the entries whose numbers it keeps.
type Incident struct {
	ID         string
	Seq        int64 // last entry folded
	Drill      bool
	Status     Status
	Finder     string // what was seen: frozen, ransom, mail, network, equipment, unknown
	TitleSeq   int64  // entry whose text holds the title
	ReportSeq  int64  // entry of the finder's report, 0 if declared directly
	DeclareSeq int64
	Severity   int               // 1 to 4; 0 is 未定
	Surfaces   []string          // chat surfaces this incident is shown on, e.g. slack
	Askings    []Asking          // who let whom know that an act is wanted
	Announce   []string          // of these, where it is also announced to everybody
	Channels   map[string]string // surface → channel id
	Times      Times
	Impact     []string // gate, vessel, yard, none, unknown

	Roles       map[string]Holder
	Runs        []*Run
	NextStep    int // next printed step number
	Cautions    []*Caution
	Decisions   []*Decision
	Escalations []*Escalation
	Notices     []*Notice
	Facts       map[string]Fact // the twenty fields, by id
	Consents    []Consent
	Duties      []*Duty
	DutyRules   string      // hash of the rules pinned at declaration
	MomentSets  []MomentSet // moments fixed by people, in order
	Reports     []*StatusReport
	Cadence     Cadence
	Handovers   []*Handover
	Messages    []*Message
	Posts       map[string]Post      // card key → where it hangs
	Kept        map[string]int64     // source of a kept message → entry
	Marks       Marks                // entries that are important, open, struck or corrected
	Lost        map[string]time.Time // surfaces that are down, since when
	LostSeq     map[string]int64
	Figures     map[string]Figure
	Last        map[string]Undoable // person → last act that can be withdrawn
	Evidence    []Evidence
	Files       map[int64]string // hash of the file that an entry keeps, by entry; one that was erased is not here
	Linked      []string
	Rows        []Counted // counted by hand; only ever appended to
	LastRow     int
	Lists       []TOSList
	Erasures    []*Erasure
	Erased      []int64 // entries whose text was erased
	CloseSeq    int64
	Custody     []*Transfer // hand-overs of evidence, oldest first
	Review      Review      // what is learned from it
	Exports     int
	Scenario    string // drill: the scenario being played
	Injects     int    // drill: how many of its injects were given
	Continuity  Continuity
	Phase       string               // run/phase of the last completed phase
	Alerts      map[string]AlertSeen // by AlertKey
	Standing    Standing             // SITE log: what it knows of the duty roster
	People      map[string]int64     // who has acted → their first entry, whose text has the name as it was
}

// Times are the moments clocks start from; zero where not established.
type Times struct {
	Occurred   time.Time
	Detected   time.Time
	Recognised time.Time
	Reported   time.Time
	Declared   time.Time
	Closed     time.Time
}

// Holder is who has a role in this incident.
type Holder struct {
	Person string
	Seq    int64
	At     time.Time
	For    string // whose duty a deputy carries until it is handed back; "" for nobody's
	Given  bool   // For had it by word of somebody in this incident, not by the directory
}

// Run is one runbook being worked through.
type Run struct {
	ID      string // r1
	Runbook string
	Hash    string
	Seq     int64
	At      time.Time
	Phases  []Phase
	Steps   []*Step
	Ended   bool

	Calendar Calendar
	Versions []Version // files followed before, oldest first
	Kept     string    // hash of a changed file that was looked at and not adopted
	KeptSeq  int64
}

// Version is a file a run followed until another one was adopted.
type Version struct {
	Hash string
	Seq  int64 // entry that adopted its successor
}

// Phase is a phase of a run.
type Phase struct {
	No       int
	Parallel bool // runs beside the phase before
	Ended    bool
	Started  time.Time

	PhaseClock
	Opens    time.Time // planned opening; zero: with the end of the phase before
	Due      time.Time // zero: no limit
	Opened   bool      // the opening was announced
	Forced   bool      // started by hand beside the phase before
	Overdue  bool
	Climbing bool
	Nags     []time.Time // last reminder of each timer; replaced, never changed
	Informed []string    // people of our own who were told; appended to a clipped list
}

// StepState is where a step stands.
type StepState string

// The states of a step.
const (
	StepOpen    StepState = "open"
	StepTaken   StepState = "taken"
	StepSecond  StepState = "second" // done by one, waiting for the second person
	StepBlocked StepState = "blocked"
	StepDone    StepState = "done"
	StepSkipped StepState = "skipped"
	StepNA      StepState = "na" // not applicable by branch or condition
)

// Step is one step of a run and how far it is.
type Step struct {
	StepFacts
	Ref   string // r1/2.3
	State StepState

	Holder    string // who took it
	TakenAt   time.Time
	By        string    // who closed it
	ClosedAt  time.Time // when it happened
	CloseSeq  int64
	Sealed    int64     // entry of the second of two people, where two closed it
	BlockSeq  int64     // entry with the reason while blocked
	BlockedAt time.Time // zero: not blocked
	First     string    // first person of two
	Kept      []int64   // entries with evidence for it
	CurrentAt time.Time // zero: has not become current yet
	Due       time.Time // zero: no limit
	Overdue   bool
	Nagged    time.Time   // last reminder of a repeating timer
	Round     int         // how often it was reopened
	Climbing  bool        // its written escalation has started
	Added     int64       // entry that added it on the spot; 0: from the runbook
	Extended  bool        // its limit was moved by hand
	Nags      []time.Time // last reminders of the further timers; replaced, never changed
	Book      string      // hash of the file it stands in; "" is the one the run follows
	Armed     int         // which decision stated in prose was armed, from 1
	Informed  []string    // people of our own who were told
	Counted   int         // rows counted for it
}

// Caution is a standing caution 継続注意.
type Caution struct {
	N      int
	Seq    int64
	Step   string // the step whose prohibition it is, "" if typed
	By     string
	At     time.Time
	Lifted time.Time
	LiftBy string
}

// Decision is a question put to somebody, or answered.
type Decision struct {
	ID       string // D3
	Step     string // the decision step, "" if free
	Decider  string // role, "" if anyone who may decide
	Options  []string
	Seq      int64
	At       time.Time
	Due      time.Time
	Objects  time.Time // objections until
	Made     time.Time
	Choice   string
	By       string
	MadeSeq  int64
	Review   time.Time
	Reviewed bool
	Objected []int64
	Asked    []int64
}

// Escalation is a ladder being climbed.
type Escalation struct {
	ID        string // e1
	Policy    string
	Reason    string // report, declare, step, duty, manual
	Ref       string
	Seq       int64
	Levels    []LevelFacts
	Rounds    int
	Round     int       // from 1
	Level     int       // level last paged, -1 before the first
	Due       time.Time // when the next level is paged
	Paged     []Paging
	Acked     time.Time
	AckBy     string // who answered
	AckVia    string // surface, or phone
	AckFor    string // who entered it, when not the person
	AckSeq    int64
	Ended     string   // "", "acked", "superseded"
	Exhausted int      // how often the whole ladder was climbed in vain
	Asked     []string // people who asked for a call

	Holds      time.Duration // how long an answer holds without a sign of life; 0: for ever
	Succession string        // role whose duty passes to a deputy who answers
	Holder     string        // who had that role when the ladder began; "" for nobody
	Acks       []string      // who answered, in order; several while more answers are wanted
	AckSeqs    []int64       // their entries
	Excused    []string      // who answered before it was climbed on
	Alive      time.Time     // last sign of life of who answered
	Resumed    int64         // entry since which it is climbed again; 0: from the start
	Dials      []Dial        // who has to be rung by hand
}

// Paging is one level that was paged.
type Paging struct {
	Level  int
	Round  int
	At     time.Time
	Late   time.Duration
	People []string
	Quiet  []string // left asleep
	Also   bool     // besides the ladder
	Seq    int64
}

// Notice is a message to an outside body, from draft to proof.
type Notice struct {
	ID         string // N2
	Dest       string
	No         int // 第N報 to this destination
	Means      []string
	TLP        string
	Template   string
	Digest     string // of what would leave, at the last edit
	Seq        int64  // entry whose text holds the present wording
	Author     string // who wrote or last edited it
	Authors    []string
	State      NoticeState
	AskedBy    string
	First      string // who gave the first of two approvals
	Approver   string
	Approved   time.Time
	ApproveSeq int64
	Sole       bool // 単独承認
	Due        time.Time
	DoneSeq    int64 // entry with the proof
	Done       time.Time
	Phoned     []int64
	Receipts   []int64
	Messages   []string

	Form       string    // form of the report, "" for a free text
	Report     string    // first, update, final
	Forms      string    // SHA-256 of the form it was made with
	Head       int64     // last entry it was made from, 0 for a free text
	Made       time.Time // when the form was filled last; editing by hand keeps it
	Promise    time.Time // next report named in the text it was made with
	Rendered   string    // SHA-256 of subject and body as the form gave them
	Held       []string
	Over       []string
	Allowed    []Allowance
	Recalls    string   // notice it corrects or takes back
	RecalledBy string   // notice that was sent to correct this one
	Attach     []string // format:SHA-256
}

// NoticeState is where a notice stands.
type NoticeState string

// The states of a notice.
const (
	NoticeDraft       NoticeState = "draft"
	NoticeSubmitted   NoticeState = "submitted"
	NoticeReturned    NoticeState = "returned"
	NoticeApproved    NoticeState = "approved" // on its way
	NoticeSent        NoticeState = "sent"
	NoticeFailed      NoticeState = "failed"
	NoticeUnconfirmed NoticeState = "unconfirmed"
	NoticeWithdrawn   NoticeState = "withdrawn"
)

// The states of a reporting clock.
const (
	DutyOpen = "open"
	DutyMet  = "met"
	DutyNA   = "na"
)

// Duty is a reporting clock.
type Duty struct {
	ID     string
	Dest   string
	From   string    // moment it starts from, see Moment
	Base   time.Time // zero: 起点が未確定
	Within time.Duration
	Due    time.Time // zero: the start is not established, or the source has no number
	Seq    int64
	State  string // DutyOpen, DutyMet, DutyNA
	Passed bool
	Done   time.Time
	Ref    string // notice that met it
	NASeq  int64
	Basis  string // id of the rule in the configuration

	Plan      *report.Plan // nil for a clock of the first versions; never changed
	Level     report.Level
	Owner     string    // role
	MetBy     string    // "" is report.ByNotice
	Version   string    // first day the rule was in force
	Rules     string    // hash of the pinned rules
	InsteadOf string    // the duty this one replaces when it is confirmed
	Check     bool      // 対象か確認: whether it applies is not settled
	CheckSeq  int64     // entry that settled it
	Since     time.Time // the moment Due counts from
	Law       time.Time // limit of the source, where there is one
	Own       bool      // Due is the operator's own target
	Guide     bool      // the source gives a rough measure (目安)
	Quiet     bool      // nobody is paged before or after its end
	Warns     []report.Warning
	Warned    int   // percent last warned at
	MetSeq    int64 // entry with the proof
}

// StatusReport is a status report.
type StatusReport struct {
	N    int
	Seq  int64
	At   time.Time
	By   string
	Same bool // 変化なし
	Next time.Time
}

// Cadence is the rhythm of status reports.
type Cadence struct {
	Every   time.Duration
	Later   time.Duration // after two hours
	Next    time.Time     // zero: off
	Warned  bool
	Overdue bool
}

// Handover is a role on its way from one person to another.
type Handover struct {
	ID       string
	Role     string
	From     string
	To       string
	Seq      int64
	At       time.Time
	Accepted time.Time
}

// Message is one thing to carry out: a page, a notice, a post.
type Message struct {
	ID     string // IR-12/n17/watanabe
	Kind   string // page, standdown, inform, notice, post, open
	Seq    int64  // the entry that caused it
	Esc    string
	Notice string
	Person string
	Dest   string
	Card   string
	Means  []string
	Index  int // means being tried
	Try    int // tries by this means
	State  MessageState
	Next   time.Time // not before
	Repeat bool      // an earlier attempt may have arrived
	Since  time.Time // of the present state
	Asked  time.Time // when it was put into the outbox; the date of every attempt
	Proof  int64     // entry of the outcome
	With   string    // message it left together with, "" for one by itself
	Heard  []string  // what carriers reported, means:as
	Hook   bool      // by a webhook it rings a machine, which is told the end
}

// MessageState is where a message stands.
type MessageState string

// The states of a message.
const (
	Queued      MessageState = "queued"
	Sending     MessageState = "sending"
	Accepted    MessageState = "accepted"  // by the provider
	Delivered   MessageState = "delivered" // so its carrier reports
	Read        MessageState = "read"      // so its carrier reports
	Failed      MessageState = "failed"
	Unconfirmed MessageState = "unconfirmed"
	Cancelled   MessageState = "cancelled"
)

// Post is where a card hangs on a chat surface.
type Post struct {
	Surface string
	Channel string
	TS      string
	Seq     int64
}

// Mark is what is known about an entry beyond its own facts.
type Mark struct {
	Important bool
	Open      bool  // 未対応
	Struck    int64 // entry that struck it
	Corrected int64 // entry that corrects it
	Corrects  int64
	Answered  int64
}

// Figure is a cargo number with its age.
type Figure struct {
	N   int64
	At  time.Time
	By  string
	Seq int64
}

// Evidence is an item of the register.
type Evidence struct {
	ID   string // E2
	Hash string
	Size int64
	Step string
	Seq  int64
	Kept bool      // the file is here, not only its hash
	Gone int64     // entry that erased the file; 0: it was not
	TLP  string    // "" is that of its kind
	By   string    // who added it, and so held it first
	At   time.Time // when it was taken
}

// Undoable is an act its author can withdraw for two minutes.
type Undoable struct {
	Seq  int64
	At   time.Time
	Step string
	Kind string
}

// New is the state before the first entry.
func New(id string) *Incident {
	return &Incident{
		ID: id, Drill: len(id) > 2 && id[:3] == "DR-", NextStep: 1,
		Channels: map[string]string{}, Roles: map[string]Holder{}, Posts: map[string]Post{},
		Files: map[int64]string{}, Kept: map[string]int64{}, Lost: map[string]time.Time{},
		LostSeq: map[string]int64{}, Figures: map[string]Figure{}, Last: map[string]Undoable{},
		People: map[string]int64{}, Continuity: newContinuity(), Facts: map[string]Fact{}, Alerts: map[string]AlertSeen{},
	}
}

// timer builds a timer of this incident.
func (s *Incident) timer(suffix, kind, ref string, due time.Time) escalation.Timer {
	return escalation.Timer{ID: s.ID + "/" + suffix, Incident: s.ID, Kind: kind, Ref: ref, Due: due}
}
