package incident

import "time"

// Plan is what the site aims at when the systems are down: terminals, functions
// with their objectives, and who decides what (DOMAIN 5.4).
type Plan struct {
	Terminals []Named
	Functions []FunctionPlan
	Criteria  []Named // for activating the continuity plan and for handling cargo by hand

	ETAWarn time.Duration // how long before an estimate lapses people are warned; 0 is half an hour

	BCPRunbook    string // started when the continuity plan is activated; "" is none
	ManualRunbook string // started when cargo is to be handled by hand; "" is none

	Restored []string // roles that may sign "restored"
	Clean    []string // roles that may sign "clean"
}

// Named is something with an ASCII id and a name in both languages.
type Named struct {
	ID     string
	Name   string
	NameEN string
}

// FunctionPlan is a function of the port and what is aimed at when it is out.
type FunctionPlan struct {
	Named
	Impact  string        // gate, vessel, yard: which impact stops it; "" any
	Decider string        // role that decides when the hour has come
	Ask     time.Duration // outage after which the decision is asked for; 0: never
	Outage  time.Duration // maximum tolerable outage
	Figures []string      // items counted there, e.g. trucks
	Levels  []Objective
}

// Objective is a level to be reached within a time from the beginning of the outage.
type Objective struct {
	Level  int
	Within time.Duration
}

// label is a name in the wanted language.
func (n Named) label(lang string) string {
	if lang == "en" && n.NameEN != "" {
		return n.NameEN
	}
	return n.Name
}

// Terminal is the name of a terminal in the wanted language; ids without a name
// stand for themselves.
func (v *View) Terminal(id, lang string) string {
	if v.Site.Plan != nil {
		return named(v.Site.Plan.Terminals, id, lang)
	}
	return id
}

// Function is the name of a function in the wanted language.
func (v *View) Function(id, lang string) string {
	if v.Site.Plan == nil {
		return id
	}
	for _, f := range v.Site.Plan.Functions {
		if f.ID == id {
			return f.label(lang)
		}
	}
	return id
}

// Criterion is the wording of a criterion in the wanted language.
func (v *View) Criterion(id, lang string) string {
	if v.Site.Plan == nil {
		return id
	}
	return named(v.Site.Plan.Criteria, id, lang)
}

func named(list []Named, id, lang string) string {
	for _, x := range list {
		if x.ID == id {
			return x.label(lang)
		}
	}
	return id
}

// Figures are the items counted for a function, in their order.
func (p *Plan) Figures(function string) []string {
	if p == nil {
		return nil
	}
	for _, f := range p.Functions {
		if f.ID == function {
			return f.Figures
		}
	}
	return nil
}

// freeze makes the entry that pins the plan in the record; ok is false where
// the site has none.
func (c *call) planned() (f planFacts, ok bool) {
	p := c.site.Plan
	if p == nil || len(p.Terminals)+len(p.Functions) == 0 {
		return planFacts{}, false
	}
	for _, t := range p.Terminals {
		f.Terminals = append(f.Terminals, t.ID)
	}
	for _, x := range p.Functions {
		out := FunctionFacts{ID: x.ID, Impact: x.Impact, Decider: x.Decider, AskS: int64(x.Ask / time.Second), OutageS: int64(x.Outage / time.Second)}
		for _, o := range x.Levels {
			out.Levels = append(out.Levels, ObjectiveFacts{Level: o.Level, WithinS: int64(o.Within / time.Second)})
		}
		f.Functions = append(f.Functions, out)
	}
	return f, true
}

// signers are the roles that may sign a gate.
func (p *Plan) signers(gate string) []string {
	switch {
	case gate == GateClean && p != nil && len(p.Clean) > 0:
		return p.Clean
	case gate == GateClean:
		return []string{"ciso", "ciso-deputy"}
	case p != nil && len(p.Restored) > 0:
		return p.Restored
	}
	return []string{"it", "it-deputy"}
}
