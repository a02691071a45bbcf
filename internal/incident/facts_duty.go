package incident

import "irbot/internal/report"

type momentFacts struct {
	Moment   string `json:"moment"`
	At       micros `json:"at_us"`
	Corrects int64  `json:"corrects,omitempty"` // the entry that set it before
}

// dutyFacts tell of one clock. A clock of the first versions has Within and no
// Plan: the fold itself adds the one to the start. A clock with a Plan carries
// every moment worked out, so that the fold asks no calendar.
type dutyFacts struct {
	Duty   string `json:"duty,omitempty"`
	Dest   string `json:"dest,omitempty"`
	From   string `json:"from,omitempty"`
	Base   micros `json:"base_us,omitempty"`
	Within int64  `json:"within_s,omitempty"`
	Due    micros `json:"due_us,omitempty"`
	Ref    string `json:"ref,omitempty"`
	Late   int64  `json:"late_s,omitempty"`

	Plan      *report.Plan `json:"plan,omitempty"`
	Level     string       `json:"level,omitempty"`
	Owner     string       `json:"owner,omitempty"` // role
	MetBy     string       `json:"met_by,omitempty"`
	Version   string       `json:"version,omitempty"` // first day the rule was in force
	Rules     string       `json:"rules,omitempty"`   // hash of the rules pinned in this incident
	InsteadOf string       `json:"instead_of,omitempty"`
	Check     bool         `json:"check,omitempty"`    // whether it applies is not settled
	Since     micros       `json:"since_us,omitempty"` // the moment Due counts from
	Law       micros       `json:"law_us,omitempty"`   // by the source, where Due is the operator's own target
	Own       bool         `json:"own,omitempty"`      // Due is the operator's own target
	Guide     bool         `json:"guide,omitempty"`    // the source gives a rough measure
	Quiet     bool         `json:"quiet,omitempty"`    // nobody is paged
	Warn      []warnFacts  `json:"warn,omitempty"`
	Percent   int          `json:"percent,omitempty"`

	Attachment string `json:"attachment,omitempty"` // the pinned rules as a kept file
	Count      int    `json:"count,omitempty"`
}

type warnFacts struct {
	Percent int    `json:"percent"`
	At      micros `json:"at_us"`
}
