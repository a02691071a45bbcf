package incident

import (
	"time"

	"irbot/internal/timeline"
)

// The kinds of entry about what is learned from an incident. They are written
// while it runs and after it was closed; near misses and the self-audit stand
// in the SITE log where they belong to no incident.
const (
	KindRemark         timeline.Kind = "review.remark"
	KindActionAdded    timeline.Kind = "review.action"
	KindActionMoved    timeline.Kind = "review.moved"
	KindActionDone     timeline.Kind = "review.done"
	KindActionDropped  timeline.Kind = "review.dropped"
	KindActionReminded timeline.Kind = "review.reminded"
	KindChangeProposed timeline.Kind = "review.change"
	KindChangeSettled  timeline.Kind = "review.settled"
	KindLesson         timeline.Kind = "review.lesson"
	KindReviewAsked    timeline.Kind = "review.asked"
	KindAudit          timeline.Kind = "review.audit"
)

// closedFacts are the facts of a closing entry. Entries written before there
// were reviews have no ask_s, so nobody is asked about them.
type closedFacts struct {
	Override bool     `json:"override,omitempty"`
	Left     []string `json:"left,omitempty"`
	AskS     int64    `json:"ask_s,omitempty"` // how long after closing the three questions are put
}

func (f closedFacts) ask(closed time.Time) time.Time {
	if f.AskS <= 0 {
		return time.Time{}
	}
	return closed.Add(time.Duration(f.AskS) * time.Second)
}

type remarkFacts struct {
	Remark   string `json:"remark"`
	Question string `json:"question"`
}

type actionFacts struct {
	Action string   `json:"action"`
	Owner  string   `json:"owner,omitempty"`
	Due    micros   `json:"due_us,omitempty"`
	Remark string   `json:"remark,omitempty"`
	Late   int64    `json:"late_s,omitempty"`
	Means  []string `json:"means,omitempty"`
}

type changeFacts struct {
	Change string `json:"change"`
	Run    string `json:"run,omitempty"`
	Book   string `json:"book,omitempty"` // SHA-256 of the pinned file
	From   int    `json:"from,omitempty"` // first line, from 1
	To     int    `json:"to_line,omitempty"`
	Taken  bool   `json:"taken,omitempty"`
}

type lessonFacts struct {
	Lesson string `json:"lesson"`
	Near   bool   `json:"near,omitempty"`
	TLP    string `json:"tlp"`
}

type reviewAskedFacts struct {
	Late int64       `json:"late_s,omitempty"`
	Ask  []askedWhom `json:"ask,omitempty"`
}

type askedWhom struct {
	Person string   `json:"person"`
	Means  []string `json:"means"`
}

type auditFacts struct {
	Item  string `json:"item"`
	State string `json:"state"`
	Link  string `json:"link,omitempty"`
}
