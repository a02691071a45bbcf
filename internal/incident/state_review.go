package incident

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/review"
)

// ReviewPlan is what a site aims at and asks after an incident.
type ReviewPlan struct {
	Targets  map[string]time.Duration // by id of review.Measures; missing ones take the shipped target
	AskAfter time.Duration            // when the three questions are put after closing; 0 is a day, below 0 never
}

const (
	askAfterClosing = 24 * time.Hour
	actionEarly     = 24 * time.Hour     // an owner is reminded this long before the due time
	actionAgain     = 7 * 24 * time.Hour // and this often after it
)

func (s *Site) askAfter() time.Duration {
	if s.Review.AskAfter == 0 {
		return askAfterClosing
	}
	return s.Review.AskAfter
}

// The questions of a retrospective (UX 2.12).
const (
	WentWell = "well" // うまくいったこと
	WasHard  = "hard" // 困ったこと
	FixLine  = "line" // 手順書で直したい一行
)

// Questions lists the three questions in their order.
func Questions() []string { return []string{WentWell, WasHard, FixLine} }

// The states of an action of a review.
const (
	ActionOpen    = "open"
	ActionDone    = "done"
	ActionDropped = "dropped"
)

// The states of a proposed change of a runbook.
const (
	ChangeOpen  = "open"
	ChangeTaken = "taken"
	ChangeLeft  = "left"
)

// Review is what was said and planned about an incident.
type Review struct {
	Ask     time.Time // when the three questions are put; zero: not, or done
	Asked   time.Time
	Remarks []Remark
	Actions []*Action
	Changes []*LineChange
	Lessons []Lesson
	Audit   map[string]Audited // SITE log: item → newest answer
}

// Remark is an answer to one of the three questions.
type Remark struct {
	ID       string // Q1
	Question string
	By       string
	At       time.Time
	Seq      int64
}

// Action is something to be done by somebody until a day.
type Action struct {
	ID       string // A1
	Owner    string
	Due      time.Time
	Remark   string // the remark it came from, or ""
	By       string
	At       time.Time
	Seq      int64
	State    string
	Ended    time.Time
	EndSeq   int64
	Reminded time.Time
}

// LineChange is a proposed change of lines of a runbook as it was followed.
type LineChange struct {
	ID       string // C1
	Run      string
	Book     string // SHA-256 of the pinned file
	From, To int    // lines it replaces, from 1, both included
	By       string
	At       time.Time
	Seq      int64
	State    string
	EndSeq   int64
}

// Lesson is a line of the register of lessons and near misses.
type Lesson struct {
	ID   string // L1
	Near bool   // a near miss (ヒヤリハット)
	TLP  string
	By   string
	At   time.Time
	Seq  int64
}

// Audited is the newest answer to an item of the self-audit.
type Audited struct {
	Item, State, Link string
	By                string
	At                time.Time
	Seq               int64
}

func (r *Review) clone() Review {
	c := *r
	c.Remarks, c.Lessons, c.Audit = slices.Clip(r.Remarks), slices.Clip(r.Lessons), maps.Clone(r.Audit)
	c.Actions, c.Changes = copies(r.Actions), copies(r.Changes)
	return c
}

func (r *Review) refs() []int64 {
	var out []int64
	for _, x := range r.Remarks {
		out = append(out, x.Seq)
	}
	for _, x := range r.Actions {
		out = append(out, x.Seq, x.EndSeq)
	}
	for _, x := range r.Changes {
		out = append(out, x.Seq, x.EndSeq)
	}
	for _, x := range r.Lessons {
		out = append(out, x.Seq)
	}
	for _, x := range r.Audit {
		out = append(out, x.Seq)
	}
	return out
}

// Action finds an action by id; nil if there is none.
func (r *Review) Action(id string) *Action {
	for _, x := range r.Actions {
		if strings.EqualFold(x.ID, id) {
			return x
		}
	}
	return nil
}

// Change finds a proposed change by id; nil if there is none.
func (r *Review) Change(id string) *LineChange {
	for _, x := range r.Changes {
		if strings.EqualFold(x.ID, id) {
			return x
		}
	}
	return nil
}

// next is when the owner is reminded: a day before, at the due time, and every
// week after it.
func (a *Action) next() time.Time {
	early := a.Due.Add(-actionEarly)
	switch {
	case a.State != ActionOpen:
		return time.Time{}
	case a.Reminded.IsZero() && early.After(a.At):
		return early
	case a.Reminded.Before(a.Due):
		return a.Due
	}
	return a.Reminded.Add(actionAgain)
}

// reviewTimers are the alarms of a closed incident.
func (s *Incident) reviewTimers(out []escalation.Timer) []escalation.Timer {
	if s.Status != Closed {
		return out
	}
	if !s.Review.Ask.IsZero() && s.Review.Asked.IsZero() {
		out = append(out, s.timer("review/ask", "review-ask", "", s.Review.Ask))
	}
	for _, a := range s.Review.Actions {
		if at := a.next(); !at.IsZero() {
			out = append(out, s.timer(fmt.Sprintf("review/%s.%d", a.ID, at.Unix()), "action", a.ID, at))
		}
	}
	return out
}

// ReviewMoments gives the moments that are measured after an incident, as the
// record has them. What did not happen is zero.
func (v *View) ReviewMoments() review.Moments {
	s := v.S
	m := review.Moments{
		Detected: s.Times.Detected, Declared: s.Times.Declared,
		Restored: s.Continuity.At(MilestoneSystem, AllTerminals), Gate: s.Continuity.At(MilestoneGate, AllTerminals),
	}
	if m.Detected.IsZero() {
		m.Detected = s.Times.Reported
	}
	for _, e := range s.Escalations {
		if e.Reason == "declare" {
			m.Acked = earliest(m.Acked, e.Acked)
		}
	}
	for _, d := range s.Decisions {
		m.Decided = earliest(m.Decided, d.Made)
	}
	for _, n := range s.Notices {
		if n.State != NoticeSent {
			continue
		}
		d, _ := v.Site.Directory.Destination(n.Dest)
		switch {
		case n.Dest == "mlit" || strings.HasPrefix(n.Dest, "mlit-"):
			m.MLIT = earliest(m.MLIT, n.Done)
		case d.Kind == "expert":
			m.Expert = earliest(m.Expert, n.Done)
		case d.Kind == "public":
			m.Public = earliest(m.Public, n.Done)
		}
	}
	for _, x := range s.Continuity.Shares {
		if x.TLP == "CLEAR" || x.TLP == "TLP:CLEAR" {
			m.Public = earliest(m.Public, x.At)
		}
	}
	return m
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// ReviewRow puts the measures of an incident together.
func (v *View) ReviewRow() review.Row {
	return review.Row{Incident: v.S.ID, Drill: v.S.Drill, Title: v.Title(), At: v.S.Times.Declared, Spans: v.ReviewMoments().Spans()}
}
