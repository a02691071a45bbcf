package incident

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/review"
	"irbot/internal/timeline"
)

// SayReview answers one of the three questions of a retrospective.
type SayReview struct {
	Question string `json:"question"` // well, hard, line
	Text     string `json:"text"`
}

// AddAction gives somebody something to do until a day. Its owner is reminded
// once the incident is closed.
type AddAction struct {
	Text   string    `json:"text"`
	Owner  string    `json:"owner"` // person
	Due    time.Time `json:"due"`
	Remark string    `json:"remark,omitempty"`
}

// MoveAction changes owner or due time, with a reason.
type MoveAction struct {
	Action string    `json:"action"`
	Owner  string    `json:"owner,omitempty"` // "" keeps it
	Due    time.Time `json:"due"`             // zero keeps it
	Reason string    `json:"reason"`
}

// SettleAction ends an action: done, with the result, or dropped, with the reason.
type SettleAction struct {
	Action string `json:"action"`
	Drop   bool   `json:"drop,omitempty"`
	Words  string `json:"words"`
}

// ProposeChange proposes other words for lines of the runbook as it was followed.
type ProposeChange struct {
	Run    string `json:"run"`
	From   int    `json:"from"` // first line, from 1
	To     int    `json:"to"`   // last line
	New    string `json:"new"`  // "" takes the lines out
	Reason string `json:"reason,omitempty"`
}

// SettleChange says whether the owner of the runbook takes a change over.
type SettleChange struct {
	Change string `json:"change"`
	Taken  bool   `json:"taken,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// AddLesson puts a lesson or a near miss into the register, with the words that
// may be shared under its label.
type AddLesson struct {
	Near  bool   `json:"near,omitempty"`
	Text  string `json:"text"`
	Share string `json:"share,omitempty"`
	TLP   string `json:"tlp,omitempty"` // of what may be shared; "" is AMBER
}

// AnswerAudit answers an item of the self-audit of the site.
type AnswerAudit struct {
	Item  string `json:"item"`
	State string `json:"state"`          // yes, partly, no, na
	Note  string `json:"note,omitempty"` // needed where it is not yes
	Link  string `json:"link,omitempty"` // entry IR-12#41, runbook RB-03, page /systems …
}

// Name implements Command.
func (SayReview) Name() string { return "review.say" }
func (SayReview) class() Class { return MayRespond }

// Name implements Command.
func (AddAction) Name() string { return "review.action" }
func (AddAction) class() Class { return MayRespond }

// Name implements Command.
func (MoveAction) Name() string { return "review.move" }
func (MoveAction) class() Class { return MayRespond }

// Name implements Command.
func (SettleAction) Name() string { return "review.settle" }
func (SettleAction) class() Class { return MayRespond }

// Name implements Command.
func (ProposeChange) Name() string { return "review.change" }
func (ProposeChange) class() Class { return MayRespond }

// Name implements Command.
func (SettleChange) Name() string { return "review.decide" }
func (SettleChange) class() Class { return MayLead }

// Name implements Command.
func (AddLesson) Name() string { return "review.lesson" }
func (AddLesson) class() Class { return MayRespond }

// Name implements Command.
func (AnswerAudit) Name() string { return "review.audit" }
func (AnswerAudit) class() Class { return MayLead }
func (AnswerAudit) standing()    {}

func (x SayReview) decide(c *call) (Change, error) {
	if !slices.Contains(Questions(), x.Question) {
		return Change{}, refuse("review.question", "question", x.Question)
	}
	text := Clean(x.Text)
	if text == "" {
		return Change{}, refuse("input.missing", "field", "text")
	}
	f := remarkFacts{Remark: fmt.Sprintf("Q%d", len(c.s.Review.Remarks)+1), Question: x.Question}
	return keptAs(c.draft(KindRemark, f, "text", text), f.Remark), nil
}

// keptAs is a change whose outcome names what was made.
func keptAs(d timeline.Draft, ref string) Change {
	ch := one(d)
	ch.Outcome = Outcome{Code: "review.kept", Args: map[string]string{"ref": ref}, Ref: ref}
	return ch
}

func (x AddAction) decide(c *call) (Change, error) {
	text := Clean(x.Text)
	if text == "" {
		return Change{}, refuse("input.missing", "field", "text")
	}
	if err := c.ownerAndDue(x.Owner, x.Due); err != nil {
		return Change{}, err
	}
	if x.Remark != "" && !slices.ContainsFunc(c.s.Review.Remarks, func(r Remark) bool { return r.ID == x.Remark }) {
		return Change{}, refuse("review.unknown", "ref", x.Remark)
	}
	f := actionFacts{Action: fmt.Sprintf("A%d", len(c.s.Review.Actions)+1), Owner: x.Owner, Due: us(x.Due.UTC().Truncate(time.Microsecond)), Remark: x.Remark}
	return keptAs(c.draft(KindActionAdded, f, "text", text, "person_name", c.name(x.Owner)), f.Action), nil
}

func (c *call) ownerAndDue(owner string, due time.Time) error {
	if _, ok := c.site.Directory.Person(owner); !ok {
		return refuse("review.owner", "person", owner)
	}
	if !due.After(c.now) {
		return refuse("review.due")
	}
	return nil
}

// action finds an action that is not ended.
func (c *call) action(id string) (*Action, error) {
	a := c.s.Review.Action(id)
	switch {
	case a == nil:
		return nil, refuse("review.unknown", "ref", id)
	case a.State != ActionOpen:
		return nil, refuse("review.over", "ref", a.ID)
	}
	return a, nil
}

func (x MoveAction) decide(c *call) (Change, error) {
	a, err := c.action(x.Action)
	if err != nil {
		return Change{}, err
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	owner, due := x.Owner, x.Due
	if owner == "" {
		owner = a.Owner
	}
	if due.IsZero() && x.Owner != "" && !a.Due.After(c.now) {
		return Change{}, refuse("review.due")
	}
	if due.IsZero() {
		due = a.Due
	}
	if err := c.ownerAndDue(owner, due); err != nil {
		return Change{}, err
	}
	f := actionFacts{Action: a.ID, Owner: owner, Due: us(due.UTC().Truncate(time.Microsecond))}
	return keptAs(c.draft(KindActionMoved, f, "reason", reason, "person_name", c.name(owner)), a.ID), nil
}

func (x SettleAction) decide(c *call) (Change, error) {
	a, err := c.action(x.Action)
	if err != nil {
		return Change{}, err
	}
	words := Clean(x.Words)
	if words == "" {
		return Change{}, refuse("input.missing", "field", map[bool]string{false: "result", true: "reason"}[x.Drop])
	}
	if x.Drop {
		return keptAs(c.draft(KindActionDropped, actionFacts{Action: a.ID}, "reason", words), a.ID), nil
	}
	return keptAs(c.draft(KindActionDone, actionFacts{Action: a.ID}, "result", words), a.ID), nil
}

func (x ProposeChange) decide(c *call) (Change, error) {
	r := c.s.Run(x.Run)
	if r == nil {
		return Change{}, refuse("review.unknown", "ref", x.Run)
	}
	b := c.book(r.Hash)
	if b == nil || !bytes.Equal(b.Source, []byte(b.Text)) {
		return Change{}, refuse("review.nobook", "runbook", r.Runbook)
	}
	old, ok := review.Lines(b.Text, x.From, x.To)
	if !ok {
		return Change{}, refuse("review.lines", "from", fmt.Sprint(x.From), "to", fmt.Sprint(x.To))
	}
	now := strings.TrimRight(strings.ReplaceAll(x.New, "\r\n", "\n"), "\n")
	if now == strings.TrimRight(old, "\n") {
		return Change{}, refuse("review.same")
	}
	f := changeFacts{Change: fmt.Sprintf("C%d", len(c.s.Review.Changes)+1), Run: r.ID, Book: r.Hash, From: x.From, To: x.To}
	d := c.draft(KindChangeProposed, f, "old", old, "new", now, "reason", Clean(x.Reason), "name", r.Runbook)
	return keptAs(d, f.Change), nil
}

func (x SettleChange) decide(c *call) (Change, error) {
	ch := c.s.Review.Change(x.Change)
	switch {
	case ch == nil:
		return Change{}, refuse("review.unknown", "ref", x.Change)
	case ch.State != ChangeOpen:
		return Change{}, refuse("review.over", "ref", ch.ID)
	}
	reason := Clean(x.Reason)
	if reason == "" && !x.Taken {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return keptAs(c.draft(KindChangeSettled, changeFacts{Change: ch.ID, Taken: x.Taken}, "reason", reason), ch.ID), nil
}

// labelOf is a TLP label in the form facts have, "" for none; ok is false for
// what is no label.
func labelOf(s string) (label string, ok bool) {
	s = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "TLP:")
	return s, s == "" || slices.Contains(TLPs(), s)
}

func (x AddLesson) decide(c *call) (Change, error) {
	text, share := Clean(x.Text), Clean(x.Share)
	if text == "" {
		return Change{}, refuse("input.missing", "field", "text")
	}
	label, ok := labelOf(x.TLP)
	if !ok {
		return Change{}, refuse("review.tlp", "tlp", x.TLP)
	}
	if label == "" {
		label = "AMBER"
	}
	if label == "CLEAR" || label == "GREEN" {
		if found := review.Telling(share, c.secrets()); len(found) > 0 {
			return Change{}, refuse("review.telling", "tlp", label, "found", strings.Join(found, "、"))
		}
	}
	f := lessonFacts{Lesson: fmt.Sprintf("L%d", len(c.s.Review.Lessons)+1), Near: x.Near, TLP: label}
	return keptAs(c.draft(KindLesson, f, "text", text, "share", share), f.Lesson), nil
}

// secrets are the names that a text for the whole sector must not hold: those
// of the operator, its people, and the bodies and vendors it works with.
func (c *call) secrets() []string {
	out := []string{c.site.Name, c.site.NameEN, c.site.Phone}
	for _, p := range c.site.Directory.People {
		out = append(out, p.Name, p.NameEN)
	}
	if c.site.Systems != nil {
		for _, x := range c.site.Systems.Vendors {
			out = append(out, x.Label("ja"), x.Label("en"))
		}
	}
	return out
}

func (x AnswerAudit) decide(c *call) (Change, error) {
	if _, ok := review.Item(x.Item); !ok {
		return Change{}, refuse("review.unknown", "ref", x.Item)
	}
	if !slices.Contains(review.States(), x.State) {
		return Change{}, refuse("review.state", "state", x.State)
	}
	note := Clean(x.Note)
	if note == "" && x.State != "yes" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	link := strings.TrimSpace(x.Link)
	if link != "" && !review.Link(link) {
		return Change{}, refuse("review.link", "link", link)
	}
	return keptAs(c.draft(KindAudit, auditFacts{Item: x.Item, State: x.State, Link: strings.TrimPrefix(link, "/")}, "text", note), x.Item), nil
}

// askReview puts the three questions to everybody who took part and can be
// reached.
func (c *call) askReview(late int64) Change {
	f := reviewAskedFacts{Late: late}
	var names []string
	for id := range c.s.People {
		if _, ok := c.site.Directory.Person(id); ok && len(c.site.Means(id)) > 0 {
			f.Ask = append(f.Ask, askedWhom{Person: id, Means: c.site.Means(id)})
		}
	}
	slices.SortFunc(f.Ask, func(a, b askedWhom) int { return strings.Compare(a.Person, b.Person) })
	for _, w := range f.Ask {
		names = append(names, c.name(w.Person))
	}
	return one(c.machine(KindReviewAsked, f, "names", strings.Join(names, "、")))
}

func (c *call) remindAction(id string, late int64) Change {
	a := c.s.Review.Action(id)
	return one(c.machine(KindActionReminded, actionFacts{Action: a.ID, Owner: a.Owner, Late: late, Means: c.site.Means(a.Owner)}, "person_name", c.name(a.Owner)))
}
