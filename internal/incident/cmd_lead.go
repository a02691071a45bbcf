package incident

import (
	"fmt"
	"strings"
	"time"

	"irbot/internal/timeline"
)

// AssignRole names who has a role in this incident; Person "" empties it.
type AssignRole struct {
	Role   string `json:"role"`
	Person string `json:"person"`
}

// SetSeverity sets 重大度 1 to 4; 0 is 未定.
type SetSeverity struct {
	Level  int    `json:"level"`
	Reason string `json:"reason,omitempty"`
}

// Close closes the incident. What is left open must be accepted by a person who
// may approve (Override).
type Close struct {
	Reason   string `json:"reason"`
	Override bool   `json:"override,omitempty"`

	Stays map[string]string `json:"stays,omitempty"` // why a thing stays open, by Leftover.Key; the rest share Reason
}

// Link ties this incident to another one, e.g. a drill that became real.
type Link struct {
	To string `json:"to"`
}

// Exported records that the timeline was taken out.
type Exported struct {
	Format string `json:"format"`
	Size   int64  `json:"size"`
	Head   string `json:"head"`
	SHA256 string `json:"sha256"`

	Audience string `json:"audience,omitempty"` // id of the preset it was made for
	Ceiling  string `json:"ceiling,omitempty"`  // TLP label above which texts were withheld
	Withheld int64  `json:"withheld,omitempty"` // how many texts were left out by choice
}

// GiveInject says that the next situation of a drill was given (状況付与).
type GiveInject struct {
	Scenario string `json:"scenario"`
	Inject   int    `json:"inject"`
	Title    string `json:"title"`
}

// Name implements Command.
func (GiveInject) Name() string { return "drill.inject" }
func (GiveInject) class() Class { return MayRespond }

func (x GiveInject) decide(c *call) (Change, error) {
	if !c.s.Drill {
		return Change{}, refuse("drill.only")
	}
	if x.Inject != c.s.Injects+1 && !(x.Inject == 0 && c.s.Scenario == "") {
		return Change{Outcome: Outcome{Code: "drill.given"}}, nil
	}
	return one(c.draft(KindInject, injectFacts{Scenario: x.Scenario, Inject: x.Inject}, "title", Clean(x.Title))), nil
}

// Name implements Command.
func (AssignRole) Name() string { return "role.assign" }
func (AssignRole) class() Class { return MayLead }

// Name implements Command.
func (SetSeverity) Name() string { return "severity.set" }
func (SetSeverity) class() Class { return MayLead }

// Name implements Command.
func (Close) Name() string { return "incident.close" }
func (Close) class() Class { return MayClose }

// Name implements Command.
func (Link) Name() string { return "incident.link" }
func (Link) class() Class { return MayLead }

// Name implements Command.
func (Exported) Name() string { return "timeline.exported" }
func (Exported) class() Class { return MayRespond }

func (x AssignRole) decide(c *call) (Change, error) {
	role, ok := c.role(x.Role)
	if !ok {
		return Change{}, refuse("role.unknown", "role", x.Role)
	}
	x.Role = role.ID
	if x.Person != "" {
		who, ok := c.known(x.Person)
		if !ok {
			return Change{}, refuse("person.unknown", "person", x.Person)
		}
		x.Person = who.ID
	}
	if c.s.Roles[x.Role].Person == x.Person {
		return Change{Outcome: Outcome{Code: "role.same"}}, nil
	}
	if err := c.mayGrant(x.Role); err != nil {
		return Change{}, err
	}
	ch := one(c.draft(KindRole, roleFacts{Role: x.Role, Person: x.Person}, "person_name", c.name(x.Person), "role_name", role.Name))
	ch.Outcome = Outcome{Code: "role.set", Args: map[string]string{"role": role.Name, "who": c.name(x.Person)}}
	return ch, nil
}

// mayGrant keeps the second pair of eyes: nobody makes an approver of outside
// notices, of himself or of somebody else, who is none.
func (c *call) mayGrant(role string) error {
	if contains(c.site.Permissions[MayApprove], role) && !c.site.Allowed(c.act.Person, MayApprove, c.s) {
		return c.denied(MayApprove)
	}
	return nil
}

func (x SetSeverity) decide(c *call) (Change, error) {
	if x.Level < 0 || x.Level > 4 {
		return Change{}, refuse("severity.range")
	}
	ch := one(c.draft(KindSeverity, severityFacts{Level: x.Level}, "reason", Clean(x.Reason)))
	ch.Entries = append(ch.Entries, c.replan(x.Level)...)
	return ch, nil
}

// Left counts what is still open before closing (UX 2.12).
type Left struct {
	Steps       int
	Notices     int
	Unconfirmed int
	Duties      int
	Cautions    int
	Escalations int
	Entries     int
}

// Any reports whether something is left that blocks closing.
func (l Left) Any() bool {
	return l.Steps+l.Notices+l.Unconfirmed+l.Duties+l.Escalations+l.Entries > 0
}

// Left counts what is still open.
func (s *Incident) Left() Left {
	var l Left
	for _, r := range s.Runs {
		for _, st := range r.Steps {
			if !st.Closed() && !st.Optional {
				l.Steps++
			}
		}
	}
	for _, n := range s.Notices {
		switch n.State {
		case NoticeUnconfirmed:
			l.Unconfirmed++
		case NoticeDraft, NoticeSubmitted, NoticeApproved, NoticeFailed, NoticeReturned:
			l.Notices++
		case NoticeSent, NoticeWithdrawn:
		}
	}
	for _, d := range s.Duties {
		if d.State == DutyOpen && d.Level.Binding() {
			l.Duties++
		}
	}
	for _, k := range s.Cautions {
		if k.Lifted.IsZero() {
			l.Cautions++
		}
	}
	for _, e := range s.Escalations {
		if e.Ended == "" {
			l.Escalations++
		}
	}
	l.Entries = s.OpenEntries()
	return l
}

func (x Close) decide(c *call) (Change, error) {
	if c.s.Status == Closed {
		return Change{Outcome: Outcome{Code: "incident.closed"}}, nil
	}
	left := c.s.Left()
	if left.Any() {
		if !x.Override {
			return Change{}, refuse("close.block", "steps", fmt.Sprint(left.Steps), "notices", fmt.Sprint(left.Notices+left.Unconfirmed), "duties", fmt.Sprint(left.Duties), "escalations", fmt.Sprint(left.Escalations), "entries", fmt.Sprint(left.Entries))
		}
		// A drill is ended by whoever leads it: nothing is left open in earnest.
		if !c.s.Drill && !c.site.Allowed(c.act.Person, MayApprove, c.s) {
			return Change{}, c.denied(MayApprove)
		}
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	var ch Change
	for _, k := range c.s.Cautions {
		if k.Lifted.IsZero() {
			ch.Entries = append(ch.Entries, c.draft(KindCautionLifted, cautionFacts{Caution: k.N}, "reason", "終結 / closed"))
		}
	}
	f := closedFacts{Override: x.Override, AskS: int64(c.site.askAfter() / time.Second)}
	var words string
	f.Left, words = x.stays(c.s, reason)
	ch.Entries = append(ch.Entries, c.draft(KindClosed, f, "reason", reason, "stays", words))
	ch.Outcome = Outcome{Code: "close.ok"}
	return ch, nil
}

func (x Link) decide(c *call) (Change, error) {
	if asciiID(x.To, "000000000000") != x.To || x.To == c.s.ID {
		return Change{}, refuse("incident.unknown", "incident", x.To)
	}
	return one(c.draft(KindLinked, linkedFacts{To: x.To})), nil
}

func (x Exported) decide(c *call) (Change, error) {
	return one(c.draft(KindExported, exportedFacts(x))), nil
}

// OpenDecision puts a question to whoever has to decide it.
type OpenDecision struct {
	Question string        `json:"question"`
	Options  []Option      `json:"options"`
	Decider  string        `json:"decider,omitempty"` // role
	Within   time.Duration `json:"within,omitempty"`
	Objects  time.Duration `json:"objects,omitempty"` // window for objections
	Known    string        `json:"known,omitempty"`
	Unknown  string        `json:"unknown,omitempty"`
}

// Option is one choice of a decision.
type Option struct {
	Text string `json:"text"`
	Note string `json:"note,omitempty"`
}

// Decide makes a decision: of an opened question or of a decision step.
type Decide struct {
	Decision string    `json:"decision,omitempty"`
	Step     string    `json:"step,omitempty"`
	Choice   string    `json:"choice"` // key a, b, c
	Basis    string    `json:"basis"`
	Review   time.Time `json:"review"` // when it is looked at again
}

// Object speaks against a decision.
type Object struct {
	Decision string `json:"decision"`
	Why      string `json:"why"`
}

// AskInfo says that more is needed before deciding.
type AskInfo struct {
	Decision string `json:"decision"`
	What     string `json:"what"`
}

// Name implements Command.
func (OpenDecision) Name() string { return "decision.open" }
func (OpenDecision) class() Class { return MayRespond }

// Name implements Command.
func (Decide) Name() string { return "decision.make" }
func (Decide) class() Class { return MayDecide }

// Name implements Command.
func (Object) Name() string { return "decision.object" }
func (Object) class() Class { return MayRespond }

// Name implements Command.
func (AskInfo) Name() string { return "decision.ask" }
func (AskInfo) class() Class { return MayRespond }

func (c *call) nextDecision() string { return fmt.Sprintf("D%d", len(c.s.Decisions)+1) }

func (x OpenDecision) decide(c *call) (Change, error) {
	q := Clean(x.Question)
	if q == "" || len(x.Options) < 2 {
		return Change{}, refuse("decision.empty")
	}
	if len(x.Options) > 8 {
		return Change{}, refuse("decision.many")
	}
	f := decisionFacts{Decision: c.nextDecision(), Decider: x.Decider}
	if _, ok := c.site.Directory.Role(x.Decider); x.Decider != "" && !ok {
		return Change{}, refuse("role.unknown", "role", x.Decider)
	}
	if x.Within > 0 {
		f.Due = us(c.now.Add(x.Within))
	}
	if x.Objects > 0 {
		f.Objects = us(c.now.Add(x.Objects))
	}
	kv := []string{"question", q, "known", Clean(x.Known), "unknown", Clean(x.Unknown)}
	for i, o := range x.Options {
		k := branchKey(i)
		f.Options = append(f.Options, k)
		kv = append(kv, "option_"+k, Clean(o.Text), "note_"+k, Clean(o.Note))
	}
	ch := one(c.draft(KindDecisionOpened, f, kv...))
	ch.Outcome = Outcome{Ref: f.Decision}
	return ch, nil
}

func (x Decide) decide(c *call) (Change, error) {
	f := decisionFacts{Choice: x.Choice, Review: us(x.Review)}
	var words timeline.Text
	st, d, err := c.question(x)
	if err != nil {
		return Change{}, err
	}
	basis := Clean(x.Basis)
	if basis == "" || x.Review.IsZero() {
		return Change{}, refuse("decision.need_basis")
	}
	if !x.Review.After(c.now) {
		return Change{}, refuse("decision.review_past", "at", c.clock(x.Review))
	}
	var options []string
	if d != nil {
		f.Decision, f.Step, options = d.ID, d.Step, d.Options
		words = c.text(d.Seq)
	} else {
		f.Decision, f.Step = c.nextDecision(), st.Ref
		for _, b := range st.Branches {
			options = append(options, b.Key)
		}
		words = c.branchWords(st)
	}
	if !contains(options, x.Choice) {
		return Change{}, refuse("decision.choice", "choice", x.Choice)
	}
	ch := one(c.draft(KindDecisionMade, f, "question", words["question"], "choice", words["option_"+x.Choice], "basis", basis))
	ch.Outcome = Outcome{Code: "dec.made", Ref: f.Decision, Args: map[string]string{"choice": words["option_"+x.Choice], "review": c.clock(x.Review)}}
	if st != nil {
		ch = c.closing(ch, st)
		next, err := c.follow(st, x.Choice)
		if err != nil {
			return Change{}, err
		}
		ch.Entries, ch.Blobs = append(ch.Entries, next.Entries...), append(ch.Blobs, next.Blobs...)
	}
	return c.afterOutage(ch, f), nil
}

// question finds what is being decided and whether this person may decide it.
func (c *call) question(x Decide) (*Step, *Decision, error) {
	if x.Decision != "" {
		d := c.s.Decision(x.Decision)
		if d == nil {
			return nil, nil, refuse("decision.unknown", "decision", x.Decision)
		}
		if !d.Made.IsZero() {
			return nil, nil, refuse("decision.made", "who", c.name(d.By), "at", c.clock(d.Made))
		}
		if c.now.Before(d.Objects) && len(d.Objected) > 0 {
			return nil, nil, refuse("decision.objected", "at", c.clock(d.Objects))
		}
		return c.s.Step(d.Step), d, c.decider(d.Decider)
	}
	st, err := c.step(x.Step)
	if err != nil {
		return nil, nil, err
	}
	if len(st.Branches) == 0 {
		return nil, nil, refuse("decision.none", "n", fmt.Sprint(st.N))
	}
	if st.Closed() {
		return nil, nil, refuse("decision.made", "who", c.name(st.By), "at", c.clock(st.ClosedAt))
	}
	return st, nil, c.reserved(st)
}

func (c *call) decider(role string) error {
	if role == "" {
		return nil
	}
	roles := c.site.RolesOf(c.act.Person, c.s)
	if contains(roles, role) || contains(roles, role+"-deputy") {
		return nil
	}
	name := role
	if r, ok := c.site.Directory.Role(role); ok {
		name = r.Name
	}
	who := c.holding(role)
	return refuse("decision.not_yours", "role", name, "who", c.namesOf(who), "ask", strings.Join(who, ","))
}

// branchWords are the question and answers of a decision step, from the pinned
// runbook.
func (c *call) branchWords(st *Step) timeline.Text {
	t := timeline.Text{}
	if x := c.source(st); x != nil && x.Decision != nil {
		t["question"] = x.Decision.Question
		for i, br := range x.Decision.Branches {
			t["option_"+branchKey(i)], t["note_"+branchKey(i)] = br.Label, br.Text
		}
	}
	return t
}

func (x Object) decide(c *call) (Change, error) {
	d := c.s.Decision(x.Decision)
	if d == nil {
		return Change{}, refuse("decision.unknown", "decision", x.Decision)
	}
	why := Clean(x.Why)
	if why == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return one(c.draft(KindDecisionObjected, decisionFacts{Decision: d.ID}, "text", why)), nil
}

func (x AskInfo) decide(c *call) (Change, error) {
	d := c.s.Decision(x.Decision)
	if d == nil {
		return Change{}, refuse("decision.unknown", "decision", x.Decision)
	}
	what := Clean(x.What)
	if what == "" {
		return Change{}, refuse("input.missing", "field", "text")
	}
	return one(c.draft(KindDecisionAsked, decisionFacts{Decision: d.ID}, "text", what)), nil
}

func contains(list []string, v string) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}
