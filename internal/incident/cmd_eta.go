package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/escalation"
)

// etaWarn is how long before an estimate lapses its owner is warned, where the
// site says nothing.
const etaWarn = 30 * time.Minute

// etaGrace is how long an estimate holds beyond its time: who says 18:00 means
// the whole minute, and a new estimate at 18:00 is in time.
const etaGrace = time.Minute

// SetETA says when a milestone will be reached. A time without confidence and
// basis is refused: in Nagoya four such times were not kept (DOMAIN 1.5).
type SetETA struct {
	Milestone  string    `json:"milestone"`          // system, data or gate
	Terminal   string    `json:"terminal,omitempty"` // "" is all
	From       time.Time `json:"from,omitzero"`      // beginning of a range
	To         time.Time `json:"to"`
	Confidence string    `json:"confidence"` // high, medium, low
	Basis      string    `json:"basis"`
	Reason     string    `json:"reason,omitempty"` // why it changed
	Told       []string  `json:"told,omitempty"`   // ids of destinations, roles or people
	ToldWords  string    `json:"told_words,omitempty"`
}

// TellETA records who else was told the estimate that holds.
type TellETA struct {
	Milestone string   `json:"milestone"`
	Terminal  string   `json:"terminal,omitempty"`
	Told      []string `json:"told,omitempty"`
	ToldWords string   `json:"told_words,omitempty"`
}

// DropETA withdraws an estimate: there is no outlook (見通しなし).
type DropETA struct {
	Milestone string `json:"milestone"`
	Terminal  string `json:"terminal,omitempty"`
	Reason    string `json:"reason"`
}

// Name implements Command.
func (SetETA) Name() string { return "eta.set" }
func (SetETA) class() Class { return MayRespond }

// Name implements Command.
func (TellETA) Name() string { return "eta.tell" }
func (TellETA) class() Class { return MayRespond }

// Name implements Command.
func (DropETA) Name() string { return "eta.drop" }
func (DropETA) class() Class { return MayRespond }

func (x SetETA) decide(c *call) (Change, error) {
	f, err := c.etaFacts(x.Milestone, x.Terminal)
	if err != nil {
		return Change{}, err
	}
	if err := x.check(c); err != nil {
		return Change{}, err
	}
	if f.Told, err = c.told(x.Told); err != nil {
		return Change{}, err
	}
	if at := c.s.Continuity.At(f.Milestone, f.Terminal); !at.IsZero() {
		return Change{}, refuse("eta.reached", "milestone", f.Milestone, "at", c.clock(at))
	}
	reason, code, args := Clean(x.Reason), "eta.set", map[string]string{}
	f.No = 1
	if old := c.s.Continuity.ETA(f.Milestone, f.Terminal); old != nil {
		f.No = len(old.Said) + 1
		later := x.To.After(old.Now().To)
		if later && reason == "" {
			return Change{}, refuse("eta.reason", "was", c.clock(old.Now().To))
		}
		if later {
			code = "eta.slipped"
			args["n"] = fmt.Sprint(old.Slips() + bit(!old.Now().Broken))
		}
		if left := c.untold(old.Now(), f.Told); left != "" {
			code, args["who"] = code+".untold", left
		}
	}
	f.From, f.To, f.Confidence = us(x.From), us(x.To), x.Confidence
	f.WarnS = int64(c.warning(x.To) / time.Second)
	d := c.draft(KindETASet, f, "basis", Clean(x.Basis), "reason", reason, "told", Clean(x.ToldWords), "told_names", c.toldNames(f.Told))
	ch := one(d)
	ch.Outcome = Outcome{Code: code, Args: args, Ref: etaRef(f.Milestone, f.Terminal)}
	return ch, nil
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (x SetETA) check(c *call) error {
	switch {
	case x.To.IsZero():
		return refuse("eta.time")
	case !x.To.After(c.now) || !c.act.At.IsZero() && !x.To.After(c.act.At):
		return refuse("eta.past", "at", c.clock(x.To))
	case !x.From.IsZero() && x.From.After(x.To):
		return refuse("eta.range")
	case x.To.After(c.now.AddDate(1, 0, 0)):
		return refuse("eta.far")
	case !slices.Contains(Confidences(), x.Confidence):
		return refuse("eta.confidence")
	case Clean(x.Basis) == "":
		return refuse("eta.basis")
	}
	return nil
}

// warning is how long before the end people are warned: as the site says, and
// at most half of what is left.
func (c *call) warning(to time.Time) time.Duration {
	warn := etaWarn
	if c.site.Plan != nil && c.site.Plan.ETAWarn > 0 {
		warn = c.site.Plan.ETAWarn
	}
	return min(warn, to.Sub(c.now)/2)
}

// etaFacts checks milestone and terminal.
func (c *call) etaFacts(milestone, terminal string) (etaFacts, error) {
	if !slices.Contains(Milestones(), milestone) {
		return etaFacts{}, refuse("milestone.unknown", "milestone", milestone)
	}
	terminal, err := c.terminal(terminal)
	return etaFacts{Milestone: milestone, Terminal: terminal}, err
}

// terminal checks the id of a terminal; "" is all of them.
func (c *call) terminal(id string) (string, error) {
	if id == "" || id == AllTerminals {
		return AllTerminals, nil
	}
	if slices.Contains(c.s.Continuity.Terminals, id) {
		return id, nil
	}
	list := strings.Join(c.s.Continuity.Terminals, ", ")
	if list == "" {
		list = AllTerminals
	}
	return "", refuse("terminal.unknown", "terminal", id, "list", list)
}

// told checks who is said to have been told: destinations, roles or people.
func (c *call) told(ids []string) ([]string, error) {
	var out []string
	for _, id := range ids {
		if id = strings.TrimSpace(id); id == "" {
			continue
		}
		if c.toldName(id) == "" {
			return nil, refuse("eta.told", "who", id)
		}
		out = appendOnce(out, id)
	}
	return out, nil
}

func (c *call) toldName(id string) string {
	if d, ok := c.site.Directory.Destination(id); ok {
		return d.Name
	}
	if r, ok := c.site.Directory.Role(id); ok {
		return r.Name
	}
	if p, ok := c.site.Directory.Person(id); ok {
		return p.Name
	}
	return ""
}

func (c *call) toldNames(ids []string) string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, c.toldName(id))
	}
	return strings.Join(names, "、")
}

// untold names those who know the old time and not the new one.
func (c *call) untold(old *ETASaid, now []string) string {
	var left []string
	for _, id := range old.Told {
		if !slices.Contains(now, id) {
			left = append(left, c.toldName(id))
		}
	}
	return strings.Join(left, "、")
}

func (x TellETA) decide(c *call) (Change, error) {
	e, err := c.openETA(x.Milestone, x.Terminal)
	if err != nil {
		return Change{}, err
	}
	f := etaFacts{Milestone: e.Milestone, Terminal: e.Terminal, No: e.Now().No}
	if f.Told, err = c.told(x.Told); err != nil {
		return Change{}, err
	}
	words := Clean(x.ToldWords)
	if len(f.Told) == 0 && words == "" {
		return Change{}, refuse("eta.nobody")
	}
	return one(c.draft(KindETATold, f, "told", words, "told_names", c.toldNames(f.Told))), nil
}

func (x DropETA) decide(c *call) (Change, error) {
	e, err := c.openETA(x.Milestone, x.Terminal)
	if err != nil {
		return Change{}, err
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	f := etaFacts{Milestone: e.Milestone, Terminal: e.Terminal, No: e.Now().No}
	return one(c.draft(KindETAWithdrawn, f, "reason", reason)), nil
}

func (c *call) openETA(milestone, terminal string) (*ETA, error) {
	f, err := c.etaFacts(milestone, terminal)
	if err != nil {
		return nil, err
	}
	e := c.s.Continuity.ETA(f.Milestone, f.Terminal)
	if e == nil || !e.Open() {
		return nil, refuse("eta.none", "milestone", f.Milestone)
	}
	return e, nil
}

// etaTimers are the alarms before an estimate lapses and when it does.
func (s *Incident) etaTimers(out []escalation.Timer) []escalation.Timer {
	for _, e := range s.Continuity.ETAs {
		now := e.Now()
		if !e.Open() || !now.Lapsed.IsZero() {
			continue
		}
		ref := etaRef(e.Milestone, e.Terminal)
		at := fmt.Sprintf("eta/%s.%d", ref, now.No)
		if !e.Warned && now.Warn > 0 {
			out = append(out, s.timer(at+"/soon", "eta-warn", ref, now.To.Add(-now.Warn)))
		}
		out = append(out, s.timer(at+"/lapse", "eta-lapse", ref, now.To.Add(etaGrace)))
	}
	return out
}

// ringETA warns, and when the time has passed calls somebody: silence after a
// missed promise is what drivers waited in (DOMAIN 1.5).
func (c *call) ringETA(kind, ref string, late int64) Change {
	milestone, terminal, _ := strings.Cut(ref, "/")
	e := c.s.Continuity.ETA(milestone, terminal)
	if e == nil {
		return Change{}
	}
	f := etaFacts{Milestone: milestone, Terminal: terminal, No: e.Now().No, Late: late}
	if kind == "eta-warn" {
		return one(c.machine(KindETAWarned, f))
	}
	d := c.machine(KindETALapsed, f)
	d.HappenedAt = e.Now().To
	ch := one(d)
	esc := escFacts{Policy: "eta", Reason: "eta", Ref: ref, Rounds: escalationRounds, Levels: c.reachable("lead", "pr", "ciso")}
	if len(esc.Levels) > 0 {
		ch.Entries = append(ch.Entries, c.climbFrom(esc, "見込みの超過")...)
	}
	return ch
}

// reachable makes a ladder of the roles that somebody holds.
func (c *call) reachable(roles ...string) []LevelFacts {
	var out []LevelFacts
	for _, r := range roles {
		if r == "" {
			continue
		}
		to := "role:" + r
		if len(c.site.people([]string{to}, c.s, c.now)) > 0 {
			out = append(out, LevelFacts{WaitS: 600, To: []string{to}})
		}
	}
	return out
}

// etaWords are the estimates that hold, for a letter: never a time without its
// confidence and basis, and what has slipped past is not repeated as if it held.
func (x sight) etaWords() string {
	var out []string
	for _, e := range x.s.Continuity.ETAs {
		now := e.Now()
		what := x.milestone(e.Milestone)
		if e.Terminal != AllTerminals {
			what += fmt.Sprintf(x.say("（%s）", " (%s)"), x.terminalName(e.Terminal))
		}
		switch {
		case !e.Met.IsZero():
			out = append(out, what+" "+x.longTime(e.Met)+x.say(" 達成", " reached"))
		case !e.Dropped.IsZero():
			out = append(out, what+x.say(" 見通しなし", ": no outlook"))
		case now.To.After(x.now):
			when := x.longTime(now.To)
			if !now.From.IsZero() && !now.From.Equal(now.To) {
				when = fmt.Sprintf(x.say("%sから%sの間", "between %s and %s"), x.longTime(now.From), when)
			}
			out = append(out, fmt.Sprintf(x.say("%s %s（確度%s。根拠: %s）", "%s %s (confidence %s; basis: %s)"), what, when, x.sure(now.Confidence), x.text(now.Seq)["basis"]))
		default:
			out = append(out, what+x.say(" 見込みの時刻を過ぎ、再検討中", ": the estimate has passed and is being looked at again"))
		}
	}
	return strings.Join(out, x.say("、", "; "))
}

func (x sight) milestone(id string) string {
	switch id {
	case MilestoneSystem:
		return x.say("システム復旧", "System restored")
	case MilestoneData:
		return x.say("データ整合", "Data reconciled")
	case MilestoneGate:
		return x.say("ゲート再開", "Gate open")
	}
	return ""
}

func (x sight) sure(level string) string {
	switch level {
	case "high":
		return x.say("高", "high")
	case "medium":
		return x.say("中", "medium")
	case "low":
		return x.say("低", "low")
	}
	return ""
}

// terminalName is the name of a terminal in the letter's language.
func (x sight) terminalName(id string) string {
	if x.site.Plan != nil {
		return named(x.site.Plan.Terminals, id, x.say("ja", "en"))
	}
	return id
}
