package incident

import (
	"slices"
	"strings"
)

// ReachMilestone says that a milestone is reached at a terminal, or at all.
type ReachMilestone struct {
	Milestone string `json:"milestone"`
	Terminal  string `json:"terminal,omitempty"`
	Words     string `json:"words,omitempty"`    // how it was checked
	Override  bool   `json:"override,omitempty"` // out of order, with Words as the reason
}

// LoseMilestone takes a milestone back: it is down again.
type LoseMilestone struct {
	Milestone string `json:"milestone"`
	Terminal  string `json:"terminal,omitempty"`
	Reason    string `json:"reason"`
}

// SignGate signs one of the two gates before a system counts as restored. The
// second is signed by another person in another role: in Nagoya what was
// restored was not clean (DOMAIN 1.5, RB-10).
type SignGate struct {
	Gate  string `json:"gate"` // restored or clean
	Words string `json:"words"`
}

// RevokeGate takes a signature back, e.g. after a new finding.
type RevokeGate struct {
	Gate   string `json:"gate"`
	Reason string `json:"reason"`
}

// Name implements Command.
func (ReachMilestone) Name() string { return "milestone.reach" }
func (ReachMilestone) class() Class { return MayDecide }

// Name implements Command.
func (LoseMilestone) Name() string { return "milestone.lose" }
func (LoseMilestone) class() Class { return MayRespond }

// Name implements Command.
func (SignGate) Name() string { return "gate.sign" }
func (SignGate) class() Class { return MayRespond }

// Name implements Command.
func (RevokeGate) Name() string { return "gate.revoke" }
func (RevokeGate) class() Class { return MayRespond }

func (x ReachMilestone) decide(c *call) (Change, error) {
	f, err := c.etaFacts(x.Milestone, x.Terminal)
	if err != nil {
		return Change{}, err
	}
	k := &c.s.Continuity
	if at := k.At(f.Milestone, f.Terminal); !at.IsZero() {
		return Change{Outcome: Outcome{Code: "milestone.already", Args: map[string]string{"at": c.clock(at)}}}, nil
	}
	words, out := Clean(x.Words), milestoneFacts{Milestone: f.Milestone, Terminal: f.Terminal}
	if err := c.before(f.Milestone, f.Terminal); err != nil {
		if !x.Override || words == "" {
			return Change{}, err
		}
		out.Override = true
	}
	ch := one(c.draft(KindMilestone, out, "text", words))
	ch.Outcome = Outcome{Code: "milestone.reached." + f.Milestone}
	return ch, nil
}

// before says what has to come first: both signatures before "system
// restored", and every milestone after the one before it.
func (c *call) before(milestone, terminal string) error {
	k := &c.s.Continuity
	if milestone == MilestoneSystem {
		for _, g := range []string{GateRestored, GateClean} {
			if _, ok := k.Signs[g]; !ok {
				return refuse("milestone.gates", "gate", g)
			}
		}
		return nil
	}
	i := slices.Index(Milestones(), milestone)
	first := Milestones()[i-1]
	if k.At(first, terminal).IsZero() {
		return refuse("milestone.order", "milestone", milestone, "first", first)
	}
	return nil
}

func (x LoseMilestone) decide(c *call) (Change, error) {
	f, err := c.etaFacts(x.Milestone, x.Terminal)
	if err != nil {
		return Change{}, err
	}
	if c.s.Continuity.At(f.Milestone, f.Terminal).IsZero() {
		return Change{}, refuse("milestone.not", "milestone", f.Milestone)
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return one(c.draft(KindMilestoneLost, milestoneFacts{Milestone: f.Milestone, Terminal: f.Terminal}, "reason", reason)), nil
}

func (x SignGate) decide(c *call) (Change, error) {
	if x.Gate != GateRestored && x.Gate != GateClean {
		return Change{}, refuse("gate.unknown", "gate", x.Gate)
	}
	k := &c.s.Continuity
	if s, ok := k.Signs[x.Gate]; ok {
		return Change{Outcome: Outcome{Code: "gate.already", Args: map[string]string{"who": c.name(s.By), "at": c.clock(s.At)}}}, nil
	}
	first, restored := k.Signs[GateRestored]
	if x.Gate == GateClean && !restored {
		return Change{}, refuse("gate.first")
	}
	if x.Gate == GateClean && first.By == c.act.Person {
		return Change{}, refuse("gate.same", "who", c.name(first.By))
	}
	role, err := c.signs(x.Gate, first.Role)
	if err != nil {
		return Change{}, err
	}
	words := Clean(x.Words)
	if words == "" {
		return Change{}, refuse("gate.words")
	}
	ch := one(c.draft(KindGateSigned, gateFacts{Gate: x.Gate, Role: role}, "text", words))
	ch.Outcome = Outcome{Code: "gate.signed." + x.Gate}
	return ch, nil
}

// signs finds the role in which this person may sign a gate, other than the one
// in which the first was signed.
func (c *call) signs(gate, taken string) (string, error) {
	allowed := c.site.Plan.signers(gate)
	for _, r := range c.site.RolesOf(c.act.Person, c.s) {
		if slices.Contains(allowed, r) && (gate == GateRestored || r != taken) {
			return r, nil
		}
	}
	var names []string
	for _, r := range allowed {
		name := r
		if x, ok := c.site.Directory.Role(strings.TrimSuffix(r, "-deputy")); ok {
			name = x.Name
		}
		names = appendOnce(names, name)
	}
	return "", refuse("gate.role", "roles", strings.Join(names, "、"))
}

func (x RevokeGate) decide(c *call) (Change, error) {
	if _, ok := c.s.Continuity.Signs[x.Gate]; !ok {
		return Change{}, refuse("gate.not", "gate", x.Gate)
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return one(c.draft(KindGateRevoked, gateFacts{Gate: x.Gate}, "reason", reason)), nil
}
