package web

import (
	"net/url"
	"slices"
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
	Photo  bool // one of its fields takes files
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
		x.Fields, x.Body = p.fold(a, v)
		x.File = a.ID == "evidence.add"
		x.Photo = slices.ContainsFunc(x.Fields, func(in chat.Input) bool { return in.Kind == chat.InputFile })
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

// fold is what stands in the fold of a button: the form of the catalogue, less
// what the page around it says or draws itself.
func (p *page) fold(a chat.Action, v chat.Value) (fields []chat.Input, body []chat.Block) {
	if p.View == nil {
		return nil, nil
	}
	f, ok := (chat.Drawer{Words: p.srv.o.Words, Lang: p.Lang}).Form(p.View, a.Form, v)
	if !ok {
		return nil, nil
	}
	for _, in := range f.Inputs {
		if a.ID != "evidence.add" || in.Kind != chat.InputFile && in.ID != "hash" {
			fields = append(fields, in)
		}
	}
	if p.View.S.Drill && len(f.Body) > 0 {
		f.Body = f.Body[1:] // the band at the top says it already
	}
	if p.View.S.FindStep(v.Ref) != nil {
		return fields, nil // the card of the step is all around
	}
	return fields, f.Body
}
