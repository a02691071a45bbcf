package web

import (
	"net/url"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// ask is a button of a card as the console shows it: a link, a button that acts
// at once, or a fold with a small form.
type ask struct {
	chat.Action
	Path   string // opened instead of acting
	Do     string // address of the form
	Value  string
	Drawn  string
	Fields []chat.Input
	Body   []chat.Block // shown in the fold above the inputs
	File   bool
	Submit string
}

// Asks are the buttons of a card.
func (p *page) Asks(actions []chat.Action) []ask {
	out := make([]ask, 0, len(actions))
	for _, a := range actions {
		if x, ok := p.ask(a); ok {
			out = append(out, x)
		}
	}
	return out
}

// ask decides what a button of a card becomes here; ok is false for one that
// makes no sense in the console, such as a link to the page one is on.
func (p *page) ask(a chat.Action) (ask, bool) {
	x := ask{Action: a, Submit: a.Label}
	if a.URL != "" {
		return x, false
	}
	v, err := chat.DecodeValue(a.Value)
	if err != nil {
		return x, false
	}
	base := "/i/" + v.Incident
	x.Do, x.Value = base+"/do/"+a.ID, a.Value
	if path := p.pathOf(a.ID, base, v.Ref); path != "" {
		x.Path = path
		return x, true
	}
	if p.View != nil {
		if st := p.View.S.Step(v.Ref); st != nil {
			x.Drawn = p.Drawn(st)
		}
	}
	if a.Form != "" {
		x.Fields, x.File = p.inputs(a.ID, v.Ref), a.ID == "evidence.add"
	}
	return x, true
}

// pathOf is the page an action leads to, "" for one that is done in place.
func (p *page) pathOf(id, base, ref string) string {
	thing, rest, _ := strings.Cut(ref, "#")
	switch id {
	case "step.full", "step.show":
		if st := p.step(ref); st != nil {
			return stepPath(p.View.S.ID, st)
		}
	case "decision.make", "decision.ask", "decision.object", "decision.open":
		if st := p.step(thing); st != nil {
			return stepPath(p.View.S.ID, st) + "/decide?choice=" + rest
		}
		thing, _, _ = strings.Cut(thing, "/")
		return base + "/d/" + thing
	case "notice.open", "notice.edit", "notice.script", "notice.phoned", "notice.receipt", "notice.return", "notice.submit", "message.resolve":
		return base + "/n/" + thing
	case "notice.draft", "notice.new":
		to := base + "/n?dest=" + url.QueryEscape(rest)
		if st := p.step(thing); st != nil {
			to += "&step=" + url.QueryEscape(st.Ref)
		}
		return to
	case "report.make":
		return base + "/report"
	case "clocks.basis", "duty.dismiss", "duty.done", "duty.confirm", "duty.reopen", "moment.set":
		return base + "/clocks"
	case "role.assign":
		return base + "#roles"
	case "handover.accept", "handover.offer":
		return base + "/handover"
	case "timeline.export":
		return base + "/export"
	case "incident.close", "incident.force":
		return base + "/close"
	}
	return ""
}

func (p *page) step(ref string) *incident.Step {
	if p.View == nil {
		return nil
	}
	return p.View.S.Step(ref)
}

// valueNeeded reports that a step cannot be completed without words: none were
// kept or counted in their place, or the runbook asks for a figure.
func (p *page) valueNeeded(ref string) bool {
	st := p.step(ref)
	if st == nil || !st.Value {
		return false
	}
	_, value := p.View.Wants(st)
	return value || len(st.Kept) == 0 && st.Counted == 0
}

func (p *page) options(prefix string, ids ...string) []chat.Option {
	out := make([]chat.Option, 0, len(ids))
	for _, id := range ids {
		out = append(out, chat.Option{ID: id, Label: p.T(prefix + id)})
	}
	return out
}

// inputs are the fields of the small form behind a button.
func (p *page) inputs(id, ref string) []chat.Input {
	in := func(name, label string, kind chat.InputKind, required bool) chat.Input {
		return chat.Input{ID: name, Label: p.T(label), Kind: kind, Required: required}
	}
	when := in("at", "step.when", chat.InputTime, false)
	when.Hint = p.T("step.when.hint")
	switch id {
	case "step.done", "step.confirm":
		value := in("value", "step.expect", chat.InputLines, id == "step.done" && p.valueNeeded(ref))
		return []chat.Input{value, when}
	case "step.block":
		preset := in("preset", "f.preset", chat.InputChoice, false) // or the words below it
		preset.Options = p.options("step.preset.", "nokey", "noperson", "nocontact", "broken")
		return []chat.Input{preset, in("reason", "f.otherreason", chat.InputLines, false)}
	case "step.skip":
		preset := in("preset", "f.preset", chat.InputChoice, false) // or the words below it
		preset.Options = []chat.Option{
			{ID: "condition", Label: p.T("step.preset.notmet")}, {ID: "otherway", Label: p.T("step.preset.otherway")},
			{ID: "resources", Label: p.T("step.preset.noresource")}, {ID: "later", Label: p.T("step.preset.later")},
		}
		return []chat.Input{preset, in("reason", "f.otherreason", chat.InputLines, false)}
	case "step.unblock":
		return []chat.Input{in("note", "f.note", chat.InputLines, false)}
	case "step.na":
		return []chat.Input{in("reason", "step.reason.na", chat.InputLines, false)}
	case "step.reopen":
		return []chat.Input{in("reason", "step.reason.reopen", chat.InputLines, true)}
	case "step.extend":
		minutes := in("minutes", "step.minutes", chat.InputText, true)
		minutes.Value = "15"
		return []chat.Input{minutes, in("reason", "label.reason", chat.InputText, false)}
	case "step.assign":
		return []chat.Input{in("person", "step.person", chat.InputPerson, true)}
	case "note.add":
		return []chat.Input{in("text", "label.text", chat.InputLines, true), when}
	case "evidence.add":
		return []chat.Input{in("words", "f.words", chat.InputText, false), in("where", "f.where", chat.InputText, false)}
	case "escalation.ack":
		return []chat.Input{in("words", "f.words", chat.InputText, false)}
	}
	return nil
}
