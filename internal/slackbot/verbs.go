package slackbot

import (
	"context"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// exec does what a command says. opened is true where a form stands on the
// screen instead of an answer.
func (d *deed) exec(ctx context.Context, c chat.Command) (s saying, opened bool) {
	if c.Incident != "" {
		d.id = c.Incident
	}
	switch c.Verb {
	case chat.VerbHelp:
		return d.help(c), false
	case chat.VerbList:
		return d.list(ctx, c.All), false
	case chat.VerbHome:
		return d.home(ctx), false
	case chat.VerbDeclare:
		return d.declare(ctx, c.Text)
	case chat.VerbDrill:
		return d.drill(ctx, c), false
	case chat.VerbDuty:
		return d.duty(ctx, c), false
	}
	if d.id == "" {
		s := d.list(ctx, false)
		s.text = d.t("cmd.whichincident")
		return s, false
	}
	if form, ref := formOf(c); form != "" && d.trigger != "" {
		return d.form(ctx, form, d.refOf(ctx, c, ref), c)
	}
	if cmd := d.command(ctx, c); cmd != nil {
		return d.give(ctx, c, cmd)
	}
	return d.look(ctx, c)
}

// give carries out a command; where the rules ask for more, the form opens.
func (d *deed) give(ctx context.Context, c chat.Command, cmd incident.Command) (saying, bool) {
	act := d.who.act(d.key())
	act.At = c.At
	switch n := cmd.(type) {
	case incident.AddNote:
		if c.Line.HasTime && n.Text != "" {
			act.At = c.Line.At
		}
	case incident.SetMoment:
		act.At = time.Time{} // the moment is what is stated; it is stated now
	case incident.SetFact:
		if c.Line.HasTime {
			act.At = c.Line.At
		}
	}
	res, ok, s := d.doAct(ctx, act, cmd)
	if form := d.wants(c.Verb); form != "" && d.trigger != "" {
		return d.form(ctx, form, d.current(ctx, c.Step), c)
	}
	if ok && c.Verb == chat.VerbNotify {
		return d.form(ctx, "notice.edit", res.Outcome.Ref, c)
	}
	if ok && c.Verb == chat.VerbUndo {
		s.text = d.t("undo.done")
	}
	return s, false
}

// wants tells which form asks for what the rules found missing.
func (d *deed) wants(verb chat.Verb) string {
	if d.refusal == nil || verb != chat.VerbDone {
		return ""
	}
	switch d.refusal.Code {
	case "step.need_value", "step.need_kept":
		return "step.done"
	case "step.decide":
		return "decision.make"
	}
	return ""
}

// formOf tells which form a command opens because something is still to be
// said, and what it is about.
func formOf(c chat.Command) (form, ref string) {
	switch c.Verb {
	case chat.VerbSkip:
		return missing(c, "step.skip")
	case chat.VerbBlock:
		return missing(c, "step.block")
	case chat.VerbReopen:
		return missing(c, "step.reopen")
	case chat.VerbNote:
		return missing(c, "note.add")
	case chat.VerbEvidence:
		return "evidence.add", c.Step
	case chat.VerbDecide:
		return "decision.open", ""
	case chat.VerbUpdate:
		if c.Sub != "nochange" {
			return "report.make", ""
		}
	case chat.VerbRole:
		if c.Person == "" && c.Role != "" && c.Sub == "" {
			return "role.assign", c.Role
		}
	case chat.VerbHandover:
		if c.Person == "" || c.Role == "" {
			return "handover.offer", c.Role
		}
	case chat.VerbEscalate:
		if c.Number > 0 || c.Sub == "further" && c.Reason != "" {
			return "", ""
		}
		if c.Sub == "further" {
			return "escalation.further", ""
		}
		if c.Role == "" || c.Reason == "" {
			return "escalation.start", c.Role
		}
	case chat.VerbNotify:
		if c.Target == "" {
			return "notice.new", ""
		}
	case chat.VerbCaution:
		if c.Sub != "lift" && c.Missing != "" {
			return "caution.add", ""
		}
	case chat.VerbETA:
		return "eta.set", c.Target
	case chat.VerbClocks:
		if c.Sub != "" && chat.MomentCommand(c) == nil {
			return "moment.set", c.Sub
		}
	case chat.VerbLevel:
		if !c.HasLevel {
			return "level.set", ""
		}
	case chat.VerbSeverity:
		if !c.HasLevel {
			return "severity.set", ""
		}
	case chat.VerbFact:
		if field, all := chat.FactAsked(c.Text); field != "" || all {
			return "fact.set", field
		}
	case chat.VerbExport:
		if c.Sub == "" {
			return "timeline.export", ""
		}
	}
	return "", ""
}

func missing(c chat.Command, form string) (string, string) {
	if c.Missing == "" {
		return "", ""
	}
	return form, c.Step
}

// refOf is the step a form is about, where it is about one.
func (d *deed) refOf(ctx context.Context, c chat.Command, ref string) string {
	switch c.Verb {
	case chat.VerbSkip, chat.VerbBlock, chat.VerbEvidence:
		return d.stepRef(ctx, d.current(ctx, ref))
	case chat.VerbReopen:
		return d.stepRef(ctx, ref)
	case chat.VerbFact:
		field, _ := d.b.svc.Site().Forms.FieldNamed(ref)
		return field.ID
	}
	return ref
}

// stepRef turns a printed number into a reference.
func (d *deed) stepRef(ctx context.Context, ref string) string {
	v, err := d.view(ctx)
	if err != nil {
		return ref
	}
	if st := v.S.FindStep(ref); st != nil {
		return st.Ref
	}
	return ref
}

// unled reports whether nobody leads the incident yet and whoever types may not
// give roles: he may take charge all the same.
func (d *deed) unled(ctx context.Context) bool {
	v, err := d.view(ctx)
	return err == nil && v.S.Status == incident.Open && v.S.Roles["lead"].Person == "" && !v.Site.Allowed(d.who.person, incident.MayLead, v.S)
}

// command makes the rule's command of what was typed; nil for what only looks.
func (d *deed) command(ctx context.Context, c chat.Command) incident.Command {
	if cmd := d.stepCommand(ctx, c); cmd != nil {
		return cmd
	}
	switch c.Verb {
	case chat.VerbCharge:
		return incident.TakeCharge{}
	case chat.VerbRun:
		return incident.StartRun{Runbook: c.Text}
	case chat.VerbFact:
		return chat.FactCommand(c.Text)
	case chat.VerbClocks:
		return chat.MomentCommand(c)
	case chat.VerbNote:
		if cmd, ok := chat.FactNote(c.Line.Text); ok {
			return cmd
		}
		return incident.AddNote{From: c.Line.From, To: c.Line.To, Text: c.Line.Text, Important: c.Line.Important, Open: c.Line.Open}
	case chat.VerbUpdate:
		if c.Sub == "nochange" {
			return incident.MakeReport{Same: true}
		}
		items := make([]string, incident.ReportItems)
		items[1] = c.Text
		return incident.MakeReport{Items: items}
	case chat.VerbRole:
		if c.Sub == "return" {
			return incident.ReturnRole{Role: c.Role, Reason: c.Text}
		}
		if c.Role == "lead" && c.Person == d.who.person && d.unled(ctx) {
			return incident.TakeCharge{} // whoever is there may lead where nobody does
		}
		if c.Role != "" && c.Person != "" {
			return incident.AssignRole{Role: c.Role, Person: c.Person}
		}
	case chat.VerbEscalate:
		switch {
		case c.Sub == "further":
			return incident.Further{Esc: c.Target, Reason: c.Reason}
		case c.Number > 0:
			return incident.Jump{Esc: c.Target, Level: c.Number, Reason: c.Reason}
		}
		return incident.Escalate{Role: c.Role, Reason: c.Reason}
	case chat.VerbAck:
		if c.Step != "" {
			return incident.Confirm{Step: c.Step}
		}
		return incident.Ack{Esc: c.Target, Person: c.Person, Words: c.Text}
	case chat.VerbNotify:
		return incident.DraftNotice{Dest: d.dest(c.Target)}
	case chat.VerbCaution:
		if c.Sub == "lift" {
			return incident.LiftCaution{N: c.Number, Reason: c.Reason}
		}
		return incident.AddCaution{Text: c.Text}
	case chat.VerbHandover:
		return incident.OfferHandover{Role: c.Role, To: c.Person, Words: c.Text}
	case chat.VerbLevel:
		return incident.SetLevel{Level: c.Level, Reason: c.Reason}
	case chat.VerbSeverity:
		return incident.SetSeverity{Level: c.Level, Reason: c.Reason}
	case chat.VerbUndo:
		return incident.Undo{}
	}
	return nil
}

func (d *deed) stepCommand(ctx context.Context, c chat.Command) incident.Command {
	switch c.Verb {
	case chat.VerbTake:
		return incident.Take{Step: d.current(ctx, c.Step), Person: c.Person}
	case chat.VerbDone:
		return incident.Done{Step: d.current(ctx, c.Step), Value: c.Value}
	case chat.VerbSkip:
		return incident.Skip{Step: d.current(ctx, c.Step), Reason: c.Reason}
	case chat.VerbBlock:
		return incident.Block{Step: d.current(ctx, c.Step), Reason: c.Reason}
	case chat.VerbUnblock:
		return incident.Unblock{Step: d.blockedOr(ctx, c.Step), Note: c.Text}
	case chat.VerbReopen:
		return incident.Reopen{Step: c.Step, Reason: c.Reason}
	case chat.VerbExtend:
		by := c.For
		if by == 0 {
			by = chat.Extension
		}
		return incident.Extend{Step: d.current(ctx, c.Step), By: by, Reason: c.Reason}
	}
	return nil
}

// blockedOr is the step named, else the first blocked one.
func (d *deed) blockedOr(ctx context.Context, ref string) string {
	if v, err := d.view(ctx); err == nil && ref == "" {
		for _, r := range v.S.Runs {
			for _, st := range r.Steps {
				if st.State == incident.StepBlocked {
					return st.Ref
				}
			}
		}
	}
	return d.current(ctx, ref)
}

// dest finds a destination by any of its names; a name that is nobody's is
// passed on, so that the rules can say so.
func (d *deed) dest(words string) string {
	if x, ok := d.b.svc.Site().Directory.DestinationNamed(words); ok {
		return x.ID
	}
	return words
}
