package incident

import (
	"maps"
	"slices"
	"time"
)

// AllTerminals stands for every terminal of the site at once.
const AllTerminals = "all"

// The three milestones of a recovery (DOMAIN 1.5): a system that is up is not
// yet a gate that is open.
const (
	MilestoneSystem = "system" // system restored
	MilestoneData   = "data"   // data reconciled with what stands in the yard
	MilestoneGate   = "gate"   // gate open
)

// Milestones lists the milestones in the order in which they are reached.
func Milestones() []string { return []string{MilestoneSystem, MilestoneData, MilestoneGate} }

// The two gates that are signed by two roles before a system counts as restored.
const (
	GateRestored = "restored"
	GateClean    = "clean"
)

// PlaceStates are the four fixed words of the cargo board (UX 3.5a).
func PlaceStates() []string { return []string{"normal", "limited", "manual", "stopped"} }

// Confidences are how sure an estimate is, the surest first.
func Confidences() []string { return []string{"high", "medium", "low"} }

// MaxLevel is the highest service level, L6 normal (DOMAIN 5.4).
const MaxLevel = 6

// Continuity is the part of the state about cargo and recovery.
type Continuity struct {
	PlanSeq   int64
	Terminals []string
	Functions []*Function
	ETAs      []*ETA
	Reached   map[string]Reached // milestone/terminal
	Signs     map[string]Signed  // gate → signature in force
	Levels    []LevelSet         // oldest first
	Places    map[string]Place   // terminal/function
	BCP       BCP
	Manual    []Manual
	Shares    []*Share
	Guests    []*Guest
}

// Function is one function of the port and how long it has been out.
type Function struct {
	FunctionFacts
	Since  time.Time // beginning of the outage; zero: it works
	Start  bool      // Since is the moment of detection and moves with it
	Asked  string    // decision that the planned hour asked for
	Missed int       // highest level whose hour passed unreached, plus one; 0: none
}

// ETA is what was said about when a milestone will be reached, with its history.
type ETA struct {
	Milestone string
	Terminal  string
	Said      []ETASaid // oldest first, never empty
	Warned    bool      // of the present one
	Met       time.Time
	Dropped   time.Time // withdrawn: there is no outlook
	DropSeq   int64
}

// ETASaid is one statement of an ETA.
type ETASaid struct {
	No         int
	Seq        int64
	At         time.Time
	By         string
	From       time.Time // zero: a moment, not a range
	To         time.Time
	Confidence string
	Warn       time.Duration // how long before To its owner is warned
	Told       []string      // who was told, by id
	TellSeqs   []int64       // entries with those who are not in the directory
	Lapsed     time.Time     // To passed unreached
	Broken     bool          // not kept: lapsed, or replaced by a later one
}

// Reached is a milestone that was reached.
type Reached struct {
	By  string
	At  time.Time
	Seq int64
}

// Signed is a signature under one of the two gates.
type Signed struct {
	By   string
	Role string
	At   time.Time
	Seq  int64
}

// LevelSet is one setting of the service level.
type LevelSet struct {
	Level    int
	Function string // "": all
	Terminal string // "": all
	By       string
	At       time.Time
	Seq      int64
}

// Place is one line of the cargo board.
type Place struct {
	State  string
	By     string
	At     time.Time
	Seq    int64
	CapSeq int64 // entry whose text says how much is done by hand
}

// BCP is whether the business continuity plan runs.
type BCP struct {
	At        time.Time // zero: it does not
	By        string
	Criterion string
	Decision  string
	Seq       int64
}

// Manual is one decision about handling cargo by hand.
type Manual struct {
	Go        bool
	Level     int
	Criterion string
	Decision  string
	By        string
	At        time.Time
	Seq       int64
}

// Share is a sentence that was agreed for people outside.
type Share struct {
	ID    string // s1
	TLP   string
	Port  bool
	By    string
	At    time.Time
	Seq   int64
	Ended time.Time
}

// Guest is somebody without an account who has a page by a link.
type Guest struct {
	ID      string // g1
	Digest  string
	TLP     string
	Dest    string
	With    []string
	By      string
	At      time.Time
	Seq     int64
	Expires time.Time
	Revoked time.Time
	Opened  int // times it was opened
	Last    time.Time
}

// clone copies what Apply changes.
func (k *Continuity) clone() Continuity {
	c := *k
	c.Terminals, c.Levels, c.Manual = slices.Clip(c.Terminals), slices.Clip(c.Levels), slices.Clip(c.Manual)
	c.Reached, c.Signs, c.Places = maps.Clone(c.Reached), maps.Clone(c.Signs), maps.Clone(c.Places)
	c.Functions, c.ETAs, c.Shares, c.Guests = copies(c.Functions), copies(c.ETAs), copies(c.Shares), copies(c.Guests)
	for _, e := range c.ETAs {
		e.Said = slices.Clone(e.Said)
		for i := range e.Said {
			e.Said[i].Told, e.Said[i].TellSeqs = slices.Clip(e.Said[i].Told), slices.Clip(e.Said[i].TellSeqs)
		}
	}
	return c
}

func newContinuity() Continuity {
	return Continuity{Reached: map[string]Reached{}, Signs: map[string]Signed{}, Places: map[string]Place{}}
}

// refs are the entries whose words the cargo pages show.
func (k *Continuity) refs() []int64 {
	out := []int64{k.PlanSeq, k.BCP.Seq}
	for _, e := range k.ETAs {
		out = append(out, e.DropSeq)
		for i := range e.Said {
			out = append(append(out, e.Said[i].Seq), e.Said[i].TellSeqs...)
		}
	}
	for _, x := range k.Reached {
		out = append(out, x.Seq)
	}
	for _, x := range k.Signs {
		out = append(out, x.Seq)
	}
	for _, x := range k.Levels {
		out = append(out, x.Seq)
	}
	for _, x := range k.Places {
		out = append(out, x.Seq, x.CapSeq)
	}
	for _, x := range k.Manual {
		out = append(out, x.Seq)
	}
	for _, x := range k.Shares {
		out = append(out, x.Seq)
	}
	for _, x := range k.Guests {
		out = append(out, x.Seq)
	}
	return out
}

// Function finds a function of the plan; nil if the plan has none.
func (k *Continuity) Function(id string) *Function {
	for _, f := range k.Functions {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// ETA finds what was said about a milestone; nil if nothing was.
func (k *Continuity) ETA(milestone, terminal string) *ETA {
	for _, e := range k.ETAs {
		if e.Milestone == milestone && e.Terminal == terminal {
			return e
		}
	}
	return nil
}

// Guest finds a guest by id.
func (k *Continuity) Guest(id string) *Guest {
	for _, g := range k.Guests {
		if g.ID == id {
			return g
		}
	}
	return nil
}

// Now is the statement that holds, or the last one that did.
func (e *ETA) Now() *ETASaid { return &e.Said[len(e.Said)-1] }

// Slips counts the statements that were not kept: replaced by a later time, or
// lapsed with nothing said in time.
func (e *ETA) Slips() int {
	n := 0
	for i := range e.Said {
		if e.Said[i].Broken {
			n++
		}
	}
	return n
}

// Open reports whether people wait for what was said.
func (e *ETA) Open() bool { return e.Met.IsZero() && e.Dropped.IsZero() }

// At is when a milestone was reached at a terminal; zero if it was not. What
// was reached for all terminals was reached for each, and the other way round.
func (k *Continuity) At(milestone, terminal string) time.Time {
	if r, ok := k.Reached[milestone+"/"+AllTerminals]; ok {
		return r.At
	}
	if terminal != AllTerminals {
		return k.Reached[milestone+"/"+terminal].At
	}
	var last time.Time
	for _, t := range k.Terminals {
		r, ok := k.Reached[milestone+"/"+t]
		if !ok {
			return time.Time{}
		}
		if r.At.After(last) {
			last = r.At
		}
	}
	return last
}

// Level is the service level that holds for a function at a terminal; "" asks
// for all of them, of which the lowest counts. ok is false where none was set.
func (k *Continuity) Level(function, terminal string) (set LevelSet, ok bool) {
	if function == "" && len(k.Functions) > 0 {
		return k.lowest(terminal)
	}
	for i := len(k.Levels) - 1; i >= 0; i-- {
		x := k.Levels[i]
		if (x.Function == "" || x.Function == function) && (x.Terminal == "" || terminal == "" || x.Terminal == terminal) {
			return x, true
		}
	}
	return LevelSet{}, false
}

func (k *Continuity) lowest(terminal string) (set LevelSet, ok bool) {
	for _, f := range k.Functions {
		x, found := k.Level(f.ID, terminal)
		if found && (!ok || x.Level < set.Level) {
			set, ok = x, true
		}
	}
	return set, ok
}

// Slips counts every promise about the recovery that was not kept.
func (k *Continuity) Slips() int {
	n := 0
	for _, e := range k.ETAs {
		n += e.Slips()
	}
	return n
}
