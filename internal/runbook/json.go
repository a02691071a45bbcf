package runbook

import "time"

// JSON gives the runbook as the value `irbot runbook show --json` prints: maps
// and lists with snake_case names, made to be marshalled by encoding/json.
// Durations are whole seconds, lines and columns count from 1. The names are an
// outside contract: they may be added to, never changed.
func JSON(rb *Runbook) any {
	out := map[string]any{
		"file": rb.File, "id": rb.ID, "title": rb.Title, "owner": rb.Owner, "version": rb.Version, "severity": rb.Severity,
		"trigger": rb.Trigger, "reviewed": rb.Reviewed, "review_by": rb.ReviewBy, "time_zone": rb.Zone, "language": rb.Language,
		"strict": rb.Strict, "hash": rb.Hash, "encoding": rb.Encoding, "reference": rb.Reference,
		"owners": list(rb.Roles), "facts": factsJSON(rb.Facts), "notes": notesJSON(rb.Notes),
	}
	phases := make([]any, 0, len(rb.Phases))
	decisions := []any{}
	for i := range rb.Phases {
		p := &rb.Phases[i]
		phases = append(phases, phaseJSON(p))
		for _, d := range p.Choices {
			decisions = append(decisions, decisionJSON(&d, "", p.Line, false))
		}
		for j := range p.Steps {
			decisions = append(decisions, stepDecisions(&p.Steps[j], p.Line)...)
		}
	}
	for i := range rb.Choices {
		decisions = append(decisions, decisionJSON(&rb.Choices[i], "", 0, false))
	}
	contexts := make([]any, 0, len(rb.Contexts))
	for _, c := range rb.Contexts {
		contexts = append(contexts, map[string]any{"title": c.Title, "level": c.Level, "line": c.Line, "end_line": c.EndLine, "body": c.Body})
	}
	wordings := make([]any, 0, len(rb.Wordings))
	for _, w := range rb.Wordings {
		wordings = append(wordings, map[string]any{"slug": w.Slug, "title": w.Title, "line": w.Line, "text": w.Text, "variables": list(w.Variables), "blanks": list(w.Blanks)})
	}
	out["phases"], out["decisions"], out["contexts"], out["wordings"] = phases, decisions, contexts, wordings
	out["findings"] = FindingsJSON(rb.Findings)
	return out
}

// FindingsJSON gives findings as a list for encoding/json: id, severity, line,
// col, message and fix in Japanese, message_en and fix_en in English.
func FindingsJSON(fs []Finding) []any {
	out := make([]any, 0, len(fs))
	for _, f := range fs {
		out = append(out, map[string]any{"id": f.ID, "severity": string(f.Severity), "line": f.Line, "col": f.Col,
			"message": f.Message, "message_en": f.MessageEN, "fix": f.Fix, "fix_en": f.FixEN})
	}
	return out
}

func phaseJSON(p *Phase) map[string]any {
	steps := make([]any, 0, len(p.Steps))
	for i := range p.Steps {
		steps = append(steps, stepJSON(&p.Steps[i], p))
	}
	m := map[string]any{
		"no": p.No, "number": p.Number, "title": p.Title, "line": p.Line, "start_line": p.Line, "end_line": p.EndLine, "kind": p.Kind,
		"lane": p.Lane, "parallel": p.Parallel, "purpose": p.Purpose, "owners": list(p.Owner), "approvers": list(p.Approver),
		"due": limitJSON(p.Due), "window": nil, "notes": notesJSON(p.Notes), "timers": timersJSON(p.Timers), "escalate": chainJSON(p.Escalate),
		"notify": notifyJSON(p.Notify), "facts": factsJSON(p.Facts), "steps": steps,
	}
	if w := p.Window; w != nil {
		m["window"] = map[string]any{"written": w.Written, "from_seconds": seconds(w.From), "to_seconds": seconds(w.To), "anchor": string(w.Anchor), "line": w.Line}
	}
	return m
}

func stepJSON(s *Step, p *Phase) map[string]any {
	commands := make([]any, 0, len(s.Commands))
	for _, c := range s.Commands {
		commands = append(commands, map[string]any{"lang": c.Lang, "text": c.Text, "line": c.Line})
	}
	links := make([]any, 0, len(s.Links))
	for _, l := range s.Links {
		links = append(links, map[string]any{"text": l.Text, "url": l.URL, "line": l.Line, "runbook": l.Runbook})
	}
	return map[string]any{
		"key": s.Key, "stable_id": s.StableID, "id": s.ID, "number": s.Number, "title": s.Title, "body": s.Body,
		"line": s.Line, "col": s.Col, "start_line": s.Line, "end_line": s.EndLine, "level": s.Level, "form": s.Form,
		"phase": p.No, "phase_line": p.Line, "phase_title": p.Title,
		"owners": list(s.Owner), "owner_from": s.OwnerFrom, "approvers": list(s.Approver),
		"due": limitJSON(s.Due), "estimate": limitJSON(s.Estimate), "evidence": list(s.Evidence), "done_when": s.DoneWhen,
		"forbidden": list(s.Forbidden), "two_person": s.TwoPerson, "optional": s.Optional, "parallel": s.Parallel, "condition": s.Condition,
		"sub_steps": subsJSON(s.SubSteps), "commands": commands, "notes": notesJSON(s.Notes), "links": links, "figures": list(s.Figures),
		"decision": decisionJSON(s.Decision, s.Key, p.Line, true), "notify": notifyJSON(s.Notify), "message": s.Message,
		"escalate": chainJSON(s.Escalate), "timers": timersJSON(s.Timers), "next": refJSON(s.Next), "facts": factsJSON(s.Facts),
	}
}

// stepDecisions lists the armed decision of a step, those of its sub-steps and
// those only stated in its text.
func stepDecisions(s *Step, phaseLine int) []any {
	var out []any
	if s.Decision != nil {
		out = append(out, decisionJSON(s.Decision, s.Key, phaseLine, true))
	}
	for i := range s.SubSteps {
		if d := s.SubSteps[i].Decision; d != nil && d != s.Decision {
			out = append(out, decisionJSON(d, s.Key, phaseLine, true))
		}
	}
	for i := range s.Choices {
		out = append(out, decisionJSON(&s.Choices[i], s.Key, phaseLine, false))
	}
	return out
}

func decisionJSON(d *Decision, step string, phaseLine int, armed bool) any {
	if d == nil {
		return nil
	}
	branches := make([]any, 0, len(d.Branches))
	for _, b := range d.Branches {
		branches = append(branches, map[string]any{"label": b.Label, "text": b.Text, "line": b.Line, "to": refJSON(b.To), "sub_steps": subsJSON(b.Subs)})
	}
	return map[string]any{"question": d.Question, "line": d.Line, "start_line": d.Line, "end_line": max(d.EndLine, d.Line), "form": d.Form,
		"armed": armed, "step": step, "phase_line": phaseLine, "branches": branches}
}

func refJSON(r *Ref) any {
	if r == nil {
		return nil
	}
	return map[string]any{"written": r.Written, "step": r.Step, "phase": r.Phase, "runbook": r.Runbook, "end": r.End, "line": r.Line}
}

func subsJSON(subs []SubStep) []any {
	out := make([]any, 0, len(subs))
	for i := range subs {
		s := &subs[i]
		out = append(out, map[string]any{"title": s.Title, "line": s.Line, "level": 2, "task": s.Task, "owners": list(s.Owner),
			"decision": decisionJSON(s.Decision, "", 0, true), "sub_steps": subsJSON(s.Subs)})
	}
	return out
}

func limitJSON(l *Limit) any {
	if l == nil {
		return nil
	}
	return map[string]any{"written": l.Written, "anchor": string(l.Anchor), "after_seconds": seconds(l.After), "business_days": l.Business,
		"clock": l.Clock, "step": l.Ref, "immediate": l.Immediate, "line": l.Line}
}

func chainJSON(c *Chain) any {
	if c == nil {
		return nil
	}
	levels := make([]any, 0, len(c.Levels))
	for _, l := range c.Levels {
		levels = append(levels, map[string]any{"after_seconds": seconds(l.After), "to": l.To})
	}
	return map[string]any{"written": c.Written, "policy": c.Policy, "levels": levels, "line": c.Line}
}

func timersJSON(ts []Repeat) []any {
	out := make([]any, 0, len(ts))
	for _, t := range ts {
		out = append(out, map[string]any{"written": t.Written, "every_seconds": seconds(t.Every), "at": t.At, "text": t.Text, "line": t.Line})
	}
	return out
}

func notifyJSON(ns []NotifyPoint) []any {
	out := make([]any, 0, len(ns))
	for _, n := range ns {
		out = append(out, map[string]any{"to": n.To, "channel": n.Channel, "line": n.Line})
	}
	return out
}

func notesJSON(ns []Note) []any {
	out := make([]any, 0, len(ns))
	for _, n := range ns {
		out = append(out, map[string]any{"kind": n.Kind, "text": n.Text, "line": n.Line})
	}
	return out
}

func factsJSON(fs []Fact) []any {
	out := make([]any, 0, len(fs))
	for _, f := range fs {
		out = append(out, map[string]any{"key": f.Key, "name": f.Name, "value": f.Value, "line": f.Line, "col": f.Col})
	}
	return out
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// list gives an empty list rather than null.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
