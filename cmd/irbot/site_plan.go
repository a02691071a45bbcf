package main

import (
	"irbot/internal/config"
	"irbot/internal/incident"
)

// planOf turns the continuity section into what the rules see; nil where
// nothing is planned.
func planOf(c config.Continuity) *incident.Plan {
	p := &incident.Plan{
		Terminals: namedOf(c.Terminals), Criteria: namedOf(c.Criteria), ETAWarn: c.ETAWarn,
		BCPRunbook: c.BCPRunbook, ManualRunbook: c.ManualRunbook, Restored: c.Restored, Clean: c.Clean,
	}
	for _, f := range c.Functions {
		x := incident.FunctionPlan{Named: incident.Named(f.Named), Impact: f.Impact, Decider: f.Decider, Ask: f.Ask, Outage: f.Outage, Figures: f.Figures}
		for _, o := range f.Levels {
			x.Levels = append(x.Levels, incident.Objective(o))
		}
		p.Functions = append(p.Functions, x)
	}
	return p
}

func namedOf(list []config.Named) []incident.Named {
	var out []incident.Named
	for _, x := range list {
		out = append(out, incident.Named(x))
	}
	return out
}
