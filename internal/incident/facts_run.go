package incident

import (
	"time"

	"irbot/internal/timeline"
)

// The kinds of entry about runs and phases that came with the complete engine.
const (
	KindPhaseOpened   timeline.Kind = "phase.opened"   // the opening time of a phase came
	KindPhaseStarted  timeline.Kind = "phase.started"  // somebody started it beside the one before
	KindPhaseOverdue  timeline.Kind = "phase.overdue"  // its limit passed
	KindPhaseReminded timeline.Kind = "phase.reminded" // a repeating timer of the phase
	KindStepArmed     timeline.Kind = "step.armed"     // a decision stated in prose became one to be made
	KindStepInformed  timeline.Kind = "step.informed"  // people of our own were told
	KindRunAdopted    timeline.Kind = "run.adopted"    // the changed file is followed from now on
	KindRunKept       timeline.Kind = "run.kept"       // the changed file is not followed
)

// TimerFacts is one repeating timer: an interval, or a time of day.
type TimerFacts struct {
	EveryS int64  `json:"every_s,omitempty"`
	At     string `json:"at,omitempty"` // 17:00, by the run's zone
}

// JumpFacts says where a run goes on after a step that does not ask.
type JumpFacts struct {
	To  string `json:"to,omitempty"`
	End bool   `json:"end,omitempty"`
}

// PhaseClock is the times of a phase as the runbook gives them.
type PhaseClock struct {
	Anchor string       `json:"anchor,omitempty"` // declared, detected, recognised, phase, clock
	OpenS  int64        `json:"open_s,omitempty"` // opens so long after the anchor
	LimitS int64        `json:"limit_s,omitempty"`
	Limit  micros       `json:"limit_us,omitempty"` // absolute limit of a wall-clock anchor
	Days   int          `json:"days,omitempty"`     // limit in business days
	Timers []TimerFacts `json:"timers,omitempty"`
	Chain  []LevelFacts `json:"chain,omitempty"`
	Notify []string     `json:"notify,omitempty"`
	Tell   []string     `json:"tell,omitempty"`
}

type phaseActFacts struct {
	Run   string `json:"run"`
	Phase int    `json:"phase"`
	Timer int    `json:"timer,omitempty"` // from 1
	Late  int64  `json:"late_s,omitempty"`
}

type armedFacts struct {
	Step     string        `json:"step"`
	Run      string        `json:"run,omitempty"` // with Phase, where it stands outside any step
	Phase    int           `json:"phase,omitempty"`
	N        int           `json:"n,omitempty"`
	Choice   int           `json:"choice"` // which of the decisions stated there, from 1
	Branches []BranchFacts `json:"branches"`
}

type informedFacts struct {
	Step  string   `json:"step,omitempty"`
	Run   string   `json:"run,omitempty"` // with Phase, where the phase as a whole names them
	Phase int      `json:"phase,omitempty"`
	To    []pageTo `json:"to"`
}

// adoptFacts is the new shape of a run. A step that was there before names its
// reference in Was and keeps its printed number.
type adoptFacts struct {
	Run    string       `json:"run"`
	Hash   string       `json:"hash"`
	From   string       `json:"from"` // hash followed until now
	Phases []phaseFacts `json:"phases"`
	Off    []int64      `json:"off,omitempty"`
	ZoneS  int64        `json:"zone_s,omitempty"`
	Days   bool         `json:"calendar,omitempty"`
	Keep   []string     `json:"keep,omitempty"` // opened decisions that are still stated
}

type keptFacts struct {
	Run  string `json:"run"`
	Hash string `json:"hash"`
}

// Calendar is what a run froze of the site's calendar, so that a refold counts
// business days the same for ever.
type Calendar struct {
	Known bool    // the site has a calendar; without one a business day is 24 hours
	ZoneS int64   // seconds east of UTC at the start of the run
	Off   []int64 // days that are no business days, counted from 1970-01-01
}

const daySeconds = 86400

// after gives the moment n business days after t, at the same time of day.
func (c Calendar) after(t time.Time, n int) time.Time {
	if !c.Known {
		return t.AddDate(0, 0, n)
	}
	day := (t.Unix() + c.ZoneS) / daySeconds
	last := int64(0)
	if len(c.Off) > 0 {
		last = c.Off[len(c.Off)-1]
	}
	for moved := int64(1); ; moved++ {
		if !c.off(day+moved, last) {
			n--
		}
		if n <= 0 {
			return t.Add(time.Duration(moved) * 24 * time.Hour)
		}
	}
}

// off reports whether a day is none of business. Behind the frozen days only
// the weekends are known.
func (c Calendar) off(day, last int64) bool {
	if day > last {
		w := (day + 4) % 7 // 1970-01-01 was a Thursday
		return w == 0 || w == 6
	}
	for _, x := range c.Off {
		if x == day {
			return true
		}
	}
	return false
}

// next gives the first time of day hh:mm after t.
func (c Calendar) next(t time.Time, clock string) time.Time {
	at, err := time.Parse("15:04", clock)
	if err != nil {
		return time.Time{}
	}
	local := t.Unix() + c.ZoneS
	day := local - local%daySeconds
	wanted := day + int64(at.Hour())*3600 + int64(at.Minute())*60
	for wanted <= local {
		wanted += daySeconds
	}
	return time.Unix(wanted-c.ZoneS, 0).UTC()
}
