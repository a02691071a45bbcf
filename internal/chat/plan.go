package chat

import (
	"strconv"
	"time"

	"irbot/internal/incident"
)

// Plan is what a typed command comes to in an incident: something to do, a card
// to show to the person who typed it, or a form to open. Exactly one is set.
type Plan struct {
	Deed *Deed
	Show string // key for Draw
	Form string // name for Form
	Ref  string // what the form is about

	// Fill is what was typed already, by input, so that nothing is lost.
	Fill map[string]string
}

// extension is how much a target is extended where no length was given.
const extension = 15 * time.Minute

// Plan turns a typed command into what is to be done with it. ok is false for
// verbs that are about no single incident (declare, list, drill, help, home) or
// that surfaces carry out themselves (evidence with its file, export,
// timeline). A step that is not named is the person's own current one, else the
// first current one.
func (d Drawer) Plan(v *incident.View, c Command, person string) (plan Plan, ok bool) {
	p := d.pen(v)
	ref := p.meant(c.Step, person)
	if c.Verb == VerbClocks && c.Sub != "" {
		return p.planMoment(c), true
	}
	if show, found := showing(c, ref); found {
		return Plan{Show: show}, true
	}
	if form, subject := p.asking(c, ref); form != "" {
		return Plan{Form: form, Ref: subject, Fill: typed(c)}, true
	}
	cmd := p.command(c, ref)
	if cmd == nil {
		return Plan{}, false
	}
	deed := Deed{Command: cmd, At: c.At}
	if c.Verb == VerbNote && c.Line.HasTime {
		deed.At = c.Line.At
	}
	return Plan{Deed: &deed}, true
}

// meant finds the step a command is about.
func (p *pen) meant(step, person string) string {
	if step != "" {
		for _, try := range []string{step, "r1/" + step} {
			if st := p.s.FindStep(try); st != nil {
				return st.Ref
			}
		}
		return step // the rules say that there is none
	}
	cur := p.s.Currents()
	for _, st := range cur {
		if st.Holder == person && person != "" {
			return st.Ref
		}
	}
	if len(cur) > 0 {
		return cur[0].Ref
	}
	return ""
}

// showing lists the verbs that only show something.
func showing(c Command, ref string) (string, bool) {
	switch c.Verb {
	case VerbStatus:
		return "status", true
	case VerbSteps:
		if c.Step != "" {
			return "step/" + ref, true
		}
		return "steps", true
	case VerbClocks:
		return "clocks", true
	case VerbClose:
		return "close", true
	case VerbCargo:
		return "cargo", true
	default:
		return "", false
	}
}

// asking is the form a command needs before it can be carried out.
func (p *pen) asking(c Command, ref string) (form, subject string) {
	switch {
	case c.Verb == VerbDone && c.Value == "":
		st := p.s.Step(ref)
		if st != nil && st.Value && len(st.Kept) == 0 && st.State != incident.StepSecond && !st.Closed() {
			return "step.done", ref
		}
	case c.Verb == VerbSkip && c.Reason == "":
		return "step.skip", ref
	case c.Verb == VerbBlock && c.Reason == "":
		return "step.block", ref
	case c.Verb == VerbReopen && c.Reason == "":
		return "step.reopen", ref
	case c.Verb == VerbNote && c.Text == "":
		return "note.add", ""
	case c.Verb == VerbUpdate && c.Sub == "":
		return "report.make", ""
	case c.Verb == VerbDecide:
		return "decision.open", ""
	case c.Verb == VerbRole && c.Sub == "return":
		return "", ""
	case c.Verb == VerbEscalate && c.Sub == "further" && c.Reason == "":
		return "escalation.further", ""
	case c.Verb == VerbEscalate && (c.Sub != "" || c.Number > 0):
		return "", ""
	case c.Verb == VerbRole && (c.Role == "" || c.Person == ""):
		return "role.assign", c.Role
	case c.Verb == VerbHandover && (c.Role == "" || c.Person == ""):
		return "handover.offer", c.Role
	case c.Verb == VerbEscalate && (c.Role == "" || c.Reason == ""):
		return "escalation.start", c.Role
	case c.Verb == VerbETA:
		return "eta.set", c.Target
	case c.Verb == VerbLevel && !c.HasLevel:
		return "level.set", ""
	case c.Verb == VerbSeverity && !c.HasLevel:
		return "severity.set", ""
	case c.Verb == VerbCaution && c.Sub == "lift" && (c.Reason == "" || c.Number == 0):
		return "caution.lift", p.firstCaution(c.Number)
	case c.Verb == VerbCaution && c.Sub == "" && c.Text == "":
		return "caution.add", ""
	case c.Verb == VerbFact && !p.completeFact(c.Text):
		field, _, _ := splitFact(c.Text)
		f, _ := p.v.Site.Forms.FieldNamed(field)
		return "fact.set", f.ID
	case c.Verb == VerbNotify && p.destination(c.Target) == "":
		return "notice.new", ""
	}
	return "", ""
}

// typed is what a command already said, under the names of the form's inputs.
func typed(c Command) map[string]string {
	fill := map[string]string{}
	for id, v := range map[string]string{"reason": c.Reason, "role": c.Role, "person": c.Person, "dest": c.Target, "words": c.Text} {
		if v != "" {
			fill[id] = v
		}
	}
	switch c.Verb {
	case VerbUpdate:
		fill = map[string]string{"item2": c.Text}
	case VerbDecide:
		fill = map[string]string{"question": c.Text}
	default: // the names of the fields are those of the inputs
	}
	return fill
}

func (p *pen) firstCaution(n int) string {
	for _, k := range p.s.Cautions {
		if k.Lifted.IsZero() && (n == 0 || k.N == n) {
			return strconv.Itoa(k.N)
		}
	}
	return strconv.Itoa(n)
}

// destination is the id of a destination by id, name or the words of runbooks.
func (p *pen) destination(word string) string {
	key := nameKey(word)
	if key == "" {
		return ""
	}
	for _, x := range p.v.Site.Directory.Destinations {
		for _, n := range append([]string{x.ID, x.Name, x.NameEN}, x.Aliases...) {
			if nameKey(n) == key {
				return x.ID
			}
		}
	}
	if p.v.Site.DestOf != nil {
		return p.v.Site.DestOf(word)
	}
	return ""
}

// command is what the rules are asked to do.
func (p *pen) command(c Command, ref string) incident.Command {
	switch c.Verb {
	case VerbTake:
		return incident.Take{Step: ref, Person: c.Person}
	case VerbDone:
		return incident.Done{Step: ref, Value: c.Value}
	case VerbSkip:
		return incident.Skip{Step: ref, Reason: c.Reason}
	case VerbBlock:
		return incident.Block{Step: ref, Reason: c.Reason}
	case VerbUnblock:
		return incident.Unblock{Step: ref, Note: c.Text}
	case VerbReopen:
		return incident.Reopen{Step: ref, Reason: c.Reason}
	case VerbExtend:
		by := c.For
		if by == 0 {
			by = extension
		}
		return incident.Extend{Step: ref, By: by, Reason: c.Reason}
	case VerbNote:
		if cmd, ok := FactNote(c.Line.Text); ok {
			return cmd
		}
		return incident.AddNote{From: c.Line.From, To: c.Line.To, Text: c.Line.Text, Important: c.Line.Important, Open: c.Line.Open}
	default:
		return p.leadCommand(c)
	}
}

func (p *pen) leadCommand(c Command) incident.Command {
	switch c.Verb {
	case VerbCharge:
		return incident.TakeCharge{}
	case VerbUpdate:
		return incident.MakeReport{Same: true}
	case VerbRole:
		if c.Sub == "return" {
			return incident.ReturnRole{Role: c.Role, Reason: c.Text}
		}
		return incident.AssignRole{Role: c.Role, Person: c.Person}
	case VerbHandover:
		return incident.OfferHandover{Role: c.Role, To: c.Person, Words: c.Text}
	case VerbEscalate:
		switch {
		case c.Sub == "further":
			return incident.Further{Esc: c.Target, Reason: c.Reason}
		case c.Number > 0:
			return incident.Jump{Esc: c.Target, Level: c.Number, Reason: c.Reason}
		}
		return incident.Escalate{Role: c.Role, Reason: c.Reason}
	case VerbAck:
		return incident.Ack{Esc: c.Target, Person: c.Person, Words: c.Text}
	case VerbLevel:
		return incident.SetLevel{Level: c.Level, Reason: c.Reason}
	case VerbSeverity:
		return incident.SetSeverity{Level: c.Level, Reason: c.Reason}
	case VerbCaution:
		if c.Sub == "lift" {
			return incident.LiftCaution{N: c.Number, Reason: c.Reason}
		}
		return incident.AddCaution{Text: c.Text}
	case VerbNotify:
		return incident.DraftNotice{Dest: p.destination(c.Target)}
	case VerbRun:
		return incident.StartRun{Runbook: c.Text}
	case VerbFact:
		return FactCommand(c.Text)
	case VerbUndo:
		return incident.Undo{}
	default:
		return nil
	}
}
