package cacao

import (
	"fmt"
	"strings"

	"irbot/internal/runbook"
)

// builder lays the steps of a runbook out as a workflow.
type builder struct {
	rb        *runbook.Runbook
	ns        string // what the ids of this playbook are derived from
	startID   string
	workflow  object
	agents    object
	variables object
}

func newBuilder(rb *runbook.Runbook, o Options) *builder {
	return &builder{rb: rb, ns: o.Site + "/" + rb.ID, workflow: object{}, agents: object{}, variables: object{}}
}

func (b *builder) id(kind, name string) string { return kind + "--" + uuid(b.ns, kind, name) }

// flow builds start, phases and end; false if no step is left.
func (b *builder) flow() bool {
	var groups [][]*runbook.Phase
	for i := range b.rb.Phases {
		p := &b.rb.Phases[i]
		if p.Kind == prepare || len(p.Steps) == 0 {
			continue
		}
		if p.Parallel && len(groups) > 0 {
			groups[len(groups)-1] = append(groups[len(groups)-1], p)
			continue
		}
		groups = append(groups, []*runbook.Phase{p})
	}
	if len(groups) == 0 {
		return false
	}
	end := b.end("")
	next := end
	for i := len(groups) - 1; i >= 0; i-- {
		next = b.group(i, groups[i], next)
	}
	b.startID = b.id("start", "")
	b.workflow[b.startID] = object{"type": "start", "on_completion": next}
	return true
}

func (b *builder) end(name string) string {
	id := b.id("end", name)
	b.workflow[id] = object{"type": "end"}
	return id
}

// group is one phase, or several that run beside each other.
func (b *builder) group(no int, lanes []*runbook.Phase, next string) string {
	if len(lanes) == 1 {
		return b.chain(lanes[0], next)
	}
	var heads []string
	for _, p := range lanes {
		heads = append(heads, b.chain(p, b.end(fmt.Sprintf("lane %d", p.No))))
	}
	id := b.id("parallel", fmt.Sprint(no))
	b.workflow[id] = object{"type": "parallel", "next_steps": heads, "on_completion": next}
	return id
}

// chain lays out the steps of a phase from the last to the first.
func (b *builder) chain(p *runbook.Phase, next string) string {
	for j := len(p.Steps) - 1; j >= 0; j-- {
		next = b.step(&p.Steps[j], p.No, next)
	}
	return next
}

// entry is the node by which a step is reached.
func (b *builder) entry(st *runbook.Step) string {
	if st.Condition != "" && st.Decision == nil {
		return b.id("action", st.Key+"/applies")
	}
	return b.id("action", st.Key)
}

func (b *builder) step(st *runbook.Step, phase int, next string) string {
	if to := b.target(st.Next); to != "" {
		next = to
	}
	x := extensionOf(st, phase)
	id := b.id("action", st.Key)
	if st.Decision != nil {
		x.Form = "decision"
		sw := b.choose(st, &x, next)
		node := b.action(st, x, sw)
		name := variable("answer", st.Key)
		node["out_args"] = []string{name}
		b.workflow[id] = node
		return id
	}
	b.workflow[id] = b.action(st, x, next)
	if st.Condition == "" {
		return id
	}
	return b.condition(st, phase, id, next)
}

// condition asks whether a step applies at all.
func (b *builder) condition(st *runbook.Step, phase int, then, next string) string {
	name := variable("applies", st.Key)
	b.declare(name, st.Condition)
	id, ask := b.id("if-condition", st.Key), b.entry(st)
	b.workflow[id] = object{"type": "if-condition", "condition": name + ":value = 'true'", "on_true": then, "on_false": next}
	x := stepExt{Key: st.Key, Form: "condition", Phase: phase}
	b.workflow[ask] = object{
		"type": "action", "name": st.Condition, "on_completion": id, "agent": b.agent(st.Owner), "out_args": []string{name},
		"commands": []object{manual(st.Condition)}, "step_extensions": object{extensionID: x},
	}
	return ask
}

// choose makes the switch after a question.
func (b *builder) choose(st *runbook.Step, x *stepExt, next string) string {
	name := variable("answer", st.Key)
	b.declare(name, st.Decision.Question)
	cases := object{}
	for k := range st.Decision.Branches {
		br := &st.Decision.Branches[k]
		key := string(rune('a' + k%26))
		if k >= 26 {
			key += fmt.Sprint(k / 26)
		}
		e := branchExt{Case: key, Label: br.Label, Text: br.Text}
		cases[key] = b.branch(st, &e, br, next)
		x.Branches = append(x.Branches, e)
	}
	id := b.id("switch-condition", st.Key)
	b.workflow[id] = object{"type": "switch-condition", "switch": name + ":value", "cases": cases}
	return id
}

// branch gives where an answer leads: over its own sub-steps to its target.
func (b *builder) branch(st *runbook.Step, e *branchExt, br *runbook.Branch, next string) string {
	to := next
	if br.To != nil && br.To.Runbook != "" {
		e.Runbook = br.To.Runbook
		to = b.id("playbook-action", st.Key+"/"+e.Case)
		b.workflow[to] = object{
			"type": "playbook-action", "name": br.To.Runbook, "on_completion": next,
			"playbook_id": "playbook--" + uuid(strings.SplitN(b.ns, "/", 2)[0], bookID(br.To.Runbook)),
		}
	} else if t := b.target(br.To); t != "" {
		to = t
	}
	for i := len(br.Subs) - 1; i >= 0; i-- {
		sub := br.Subs[i]
		id := b.id("action", fmt.Sprintf("%s/%s/%d", st.Key, e.Case, i))
		owner := sub.Owner
		if len(owner) == 0 {
			owner = st.Owner
		}
		b.workflow[id] = object{
			"type": "action", "name": sub.Title, "on_completion": to, "agent": b.agent(owner),
			"commands": []object{manual(sub.Title)}, "step_extensions": object{extensionID: stepExt{Key: st.Key, Form: "branch"}},
		}
		e.Subs = append([]string{sub.Title}, e.Subs...)
		to = id
	}
	return to
}

func bookID(file string) string {
	return strings.TrimSuffix(strings.TrimSuffix(file[strings.LastIndex(file, "/")+1:], ".md"), ".en")
}

// target is the node a jump leads to; "" where it leads nowhere known.
func (b *builder) target(r *runbook.Ref) string {
	switch {
	case r == nil:
		return ""
	case r.End:
		return b.end("")
	case r.Step != "":
		for i := range b.rb.Phases {
			p := &b.rb.Phases[i]
			for j := range p.Steps { // steps of quiet times are not in the workflow
				if p.Steps[j].Key == r.Step && p.Kind != prepare {
					return b.entry(&p.Steps[j])
				}
			}
		}
	case r.Phase > 0:
		for i := range b.rb.Phases {
			if p := &b.rb.Phases[i]; p.No == r.Phase && len(p.Steps) > 0 && p.Kind != prepare {
				return b.entry(&p.Steps[0])
			}
		}
	}
	return ""
}

func (b *builder) action(st *runbook.Step, x stepExt, next string) object {
	node := object{
		"type": "action", "name": st.Title, "on_completion": next, "agent": b.agent(st.Owner),
		"commands": []object{manual(command(st))}, "step_extensions": object{extensionID: x},
	}
	if ms := timeout(st.Due); ms > 0 {
		node["timeout"] = ms
	}
	if body := strings.TrimSpace(st.Body); body != "" && body != st.Title {
		node["description"] = body
	}
	return node
}

// command is what a person reads: the step, its parts and the answers.
func command(st *runbook.Step) string {
	lines := []string{st.Title}
	for _, s := range st.SubSteps {
		lines = append(lines, "- "+s.Title)
	}
	if st.Decision != nil {
		for k, br := range st.Decision.Branches {
			line := fmt.Sprintf("%c: %s", 'a'+rune(k%26), br.Label)
			if br.Text != "" {
				line += " (" + br.Text + ")"
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func manual(text string) object { return object{"type": "manual", "command": text} }

// agent is the group that does a step. CACAO asks for one, so a step that names
// nobody is given to the team.
func (b *builder) agent(owners []string) string {
	name := strings.Join(owners, "、")
	if name == "" {
		name = "対応チーム / response team"
	}
	id := b.id("group", name)
	b.agents[id] = object{"type": "group", "name": name}
	return id
}

func variable(kind, key string) string {
	return "__" + kind + "_" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, key) + "__"
}

func (b *builder) declare(name, text string) {
	b.variables[name] = object{"type": "string", "description": text, "constant": false, "external": false}
}
