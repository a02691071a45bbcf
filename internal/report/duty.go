package report

import (
	"slices"
	"time"

	"irbot/internal/calendar"
)

// Moments from which a clock can run. Occurred, detected and declared follow
// from the record; recognised, judged and paid are set by a person who says
// why. A clock that starts when another duty is met names it as met:<duty>.
const (
	Occurred   = "occurred"
	Detected   = "detected"
	Recognised = "recognised"
	Declared   = "declared"
	Judged     = "judged" // the event was judged material to investors
	Paid       = "paid"   // a ransom was paid
)

// AfterMet is the prefix of a moment that is the meeting of another duty.
const AfterMet = "met:"

// Moments lists the moments a clock can start from, AfterMet ones apart.
func Moments() []string { return []string{Occurred, Detected, Recognised, Declared, Judged, Paid} }

// Level says what makes somebody report: it decides how a clock is shown and
// whether it must be closed before the incident is.
type Level string

// The levels.
const (
	Law       Level = "law"
	Guideline Level = "guideline"
	Contract  Level = "contract"
	Exchange  Level = "exchange" // rule of a stock exchange
	Practice  Level = "practice"
	Voluntary Level = "voluntary"
	Own       Level = "own" // only the operator's own target
)

// Levels lists the levels a rule file may name.
func Levels() []Level { return []Level{Law, Guideline, Contract, Exchange, Practice, Voluntary, Own} }

// Binding says whether an incident may not be closed while the clock is open.
func (l Level) Binding() bool { return l != Voluntary && l != Practice }

// Ways in which a duty can be met.
const (
	ByNotice = "notice" // a notice to the destination that was delivered or read out
	ByAck    = "ack"    // the holder of the role it is owed to acknowledged a page
	ByHand   = "manual" // a person says so and names the proof
)

// Rule is one version of one duty to report, as a rule file has it.
type Rule struct {
	ID, Title, TitleEN   string
	To, ToName, ToNameEN string // destination in the directory; the name is used where it has none
	Level                Level
	When                 []string // flags of the operator's profile, all of which must hold
	Check                bool     // whether it applies depends on the incident: a person confirms it
	CheckIf, CheckIfEN   string
	InsteadOf            string // confirming this one dismisses that one
	Start                string
	Deadline             Deadline
	Warn                 []int // percent of the time gone
	Owner                string
	MetBy                string
	Proof, ProofEN       string // what shows that it was done
	Source, SourceEN     string
	From, Until          calendar.Date // in force, both inclusive; zero: open
	Pending              bool          // announced, not in force: shown and never started
	Checked              calendar.Date
	Confidence           string // V, V2, MLIT, G or P
	Note, NoteEN         string

	File string // where it stands
	Line int
}

// Deadline is what the source says about time: Promptly without a number, or
// exactly one of the lengths.
type Deadline struct {
	Promptly     bool
	Hours        int
	Days         int
	DaysTo       int // the far end of "about 3 to 5 days"; the clock keeps Days
	BusinessDays int
	Months       int
	Calendar     calendar.Base
	First        calendar.FirstDay
	Roll         bool   // a last day that is closed moves to the next open one
	Zone         string // "" is the zone of the site
}

// Guide says that the source gives a rough measure and no limit.
func (d Deadline) Guide() bool { return d.DaysTo > 0 }

// InForce says whether the rule applies to an incident of that day.
func (r Rule) InForce(on calendar.Date) bool {
	switch {
	case r.Pending, !r.From.IsZero() && on.Before(r.From), !r.Until.IsZero() && on.After(r.Until):
		return false
	}
	return true
}

// Flags of the operator's profile that the shipped rules ask for.
func Flags() []string {
	return []string{
		"critical-infrastructure", "special-infrastructure", "personal-data", "listed", "us-listed",
		"eu-entity", "us-critical", "us-maritime", "insured", "bonded",
	}
}

// Profile is what the operator is and has set for itself.
type Profile struct {
	Flags    []string
	Own      []OwnTarget
	Calendar calendar.Options // days the site is closed or works beyond the base
	Zone     string           // IANA name of the site's zone
}

// OwnTarget is the operator's own limit for a duty: never a law's.
type OwnTarget struct {
	Duty           string
	From           string // moment; "" is the rule's own
	Within         time.Duration
	Basis, BasisEN string
	Checked        calendar.Date
	Quiet          bool // nobody is paged before or after it
}

// Has says whether the operator has all the flags.
func (p Profile) Has(flags []string) bool {
	for _, f := range flags {
		if !slices.Contains(p.Flags, f) {
			return false
		}
	}
	return true
}

func (p Profile) own(duty string) (OwnTarget, bool) {
	for _, o := range p.Own {
		if o.Duty == duty {
			return o, true
		}
	}
	return OwnTarget{}, false
}
