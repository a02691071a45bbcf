package incident

import "irbot/internal/timeline"

// The kinds of entry about the cargo and the continuity of the business.
const (
	KindPlanned   timeline.Kind = "continuity.planned" // the objectives that hold for this incident, frozen
	KindOutage    timeline.Kind = "outage.reached"     // the planned hour has come at which somebody has to decide
	KindObjective timeline.Kind = "objective.missed"

	KindETASet       timeline.Kind = "eta.set"
	KindETATold      timeline.Kind = "eta.told"
	KindETAWarned    timeline.Kind = "eta.warned"
	KindETALapsed    timeline.Kind = "eta.lapsed"
	KindETAWithdrawn timeline.Kind = "eta.withdrawn"

	KindMilestone     timeline.Kind = "milestone.reached"
	KindMilestoneLost timeline.Kind = "milestone.lost"
	KindGateSigned    timeline.Kind = "gate.signed"
	KindGateRevoked   timeline.Kind = "gate.revoked"

	KindLevel  timeline.Kind = "level.set"
	KindPlace  timeline.Kind = "cargo.set"
	KindBCP    timeline.Kind = "bcp.activated"
	KindBCPEnd timeline.Kind = "bcp.ended"
	KindManual timeline.Kind = "manual.decided"

	KindShared       timeline.Kind = "share.agreed"
	KindShareEnded   timeline.Kind = "share.ended"
	KindGuestInvited timeline.Kind = "guest.invited"
	KindGuestOpened  timeline.Kind = "guest.opened"
	KindGuestRevoked timeline.Kind = "guest.revoked"
)

// planFacts freeze the objectives, so that an alarm is a function of the record
// and a changed configuration does not rewrite what was aimed at.
type planFacts struct {
	Terminals []string        `json:"terminals,omitempty"`
	Functions []FunctionFacts `json:"functions,omitempty"`
}

// FunctionFacts is one function of the port as the plan had it.
type FunctionFacts struct {
	ID      string           `json:"id"`
	Impact  string           `json:"impact,omitempty"`   // gate, vessel or yard: which impact stops it
	Decider string           `json:"decider,omitempty"`  // role that decides when the hour has come
	AskS    int64            `json:"ask_s,omitempty"`    // outage after which the decision is asked for; 0: never
	OutageS int64            `json:"outage_s,omitempty"` // maximum tolerable outage
	Levels  []ObjectiveFacts `json:"levels,omitempty"`
}

// ObjectiveFacts is one line of the objective table: a level by a time.
type ObjectiveFacts struct {
	Level   int   `json:"level"`
	WithinS int64 `json:"within_s"` // counted from the beginning of the outage
}

type outageFacts struct {
	Function string `json:"function"`
	Decision string `json:"decision,omitempty"`
	Level    int    `json:"level,omitempty"`
	Since    micros `json:"since_us,omitempty"`
	Late     int64  `json:"late_s,omitempty"`
}

type etaFacts struct {
	Milestone  string   `json:"milestone"`
	Terminal   string   `json:"terminal"`
	No         int      `json:"no,omitempty"`
	From       micros   `json:"from_us,omitempty"`
	To         micros   `json:"to_us,omitempty"`
	Confidence string   `json:"confidence,omitempty"`
	WarnS      int64    `json:"warn_s,omitempty"`
	Told       []string `json:"told,omitempty"`
	Late       int64    `json:"late_s,omitempty"`
}

type milestoneFacts struct {
	Milestone string `json:"milestone"`
	Terminal  string `json:"terminal"`
	Override  bool   `json:"override,omitempty"` // out of the usual order, with a reason in the text
}

type gateFacts struct {
	Gate string `json:"gate"`
	Role string `json:"role,omitempty"`
}

type levelFacts struct {
	Level    int    `json:"level"`
	Function string `json:"function,omitempty"`
	Terminal string `json:"terminal,omitempty"`
}

type placeFacts struct {
	Terminal string `json:"terminal"`
	Function string `json:"function"`
	State    string `json:"state"`
	Capacity bool   `json:"capacity,omitempty"` // the text says how much can be done by hand
}

type bcpFacts struct {
	Criterion string `json:"criterion,omitempty"`
	Decision  string `json:"decision,omitempty"`
	Go        bool   `json:"go,omitempty"`
	Level     int    `json:"level,omitempty"`
}

type shareFacts struct {
	Share string `json:"share"`
	TLP   string `json:"tlp,omitempty"`
	Port  bool   `json:"port,omitempty"` // may stand on the page of another terminal's incident too
}

type guestFacts struct {
	Guest   string   `json:"guest"`
	Digest  string   `json:"digest,omitempty"` // SHA-256 of the token, hex; the token itself is kept nowhere
	TLP     string   `json:"tlp,omitempty"`
	Dest    string   `json:"dest,omitempty"`
	With    []string `json:"with,omitempty"`
	Expires micros   `json:"expires_us,omitempty"`
}
