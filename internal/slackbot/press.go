package slackbot

import (
	"cmp"
	"context"
	"strings"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// onPress works on a button or menu.
func (b *Bot) onPress(ctx context.Context, in inbound) answer {
	p := in.press
	if len(p.ActionCallback.BlockActions) == 0 {
		return answer{}
	}
	x, ok := readPress(p.ActionCallback.BlockActions[0])
	if !ok {
		return answer{}
	}
	channel := cmp.Or(p.Channel.ID, p.Container.ChannelID)
	d := &deed{b: b, who: b.people.who(p.User.ID, cmp.Or(p.User.Profile.DisplayName, p.User.Name)), request: in.key(), trigger: p.TriggerID, channel: channel}
	if x.id == "run" {
		return d.rerun(ctx, p, x.value)
	}
	v, err := chat.DecodeValue(x.value)
	if err != nil {
		b.log.Warn("button value", "value", x.value, "err", err)
		return answer{say: &saying{text: d.t("stale.card")}}
	}
	if v.Incident != "-" {
		d.id = v.Incident
	}
	ans := d.pressed(ctx, x, v)
	if d.id != "" {
		b.sync.redraw(d.id, channel, p.Container.MessageTs)
	}
	if ans.say != nil && p.Container.IsEphemeral {
		ans.say.replace = replaces(x)
	}
	ans.failed = d.failed
	return ans
}

// replaces tells whether the answer takes the place of the message that only
// the person saw: after an act, not where something is looked up.
func replaces(x pressed) bool {
	return !x.ask && x.id != "help.more"
}

// rerun runs a command that was offered on a button.
func (d *deed) rerun(ctx context.Context, p *slack.InteractionCallback, value string) answer {
	id, command, _ := strings.Cut(value, "|")
	if id != "-" {
		d.id = id
	}
	s, opened := d.run(ctx, command)
	if opened {
		return answer{}
	}
	s.replace = p.Container.IsEphemeral
	return answer{say: &s, failed: d.failed}
}

// pressed does what a button stands for.
func (d *deed) pressed(ctx context.Context, x pressed, v chat.Value) answer {
	if x.ask {
		return d.ask(ctx, x, v)
	}
	switch x.id {
	case "help.more":
		return answer{say: &saying{cards: []chat.Card{chat.Help(d.b.o.Words, d.who.lang, chat.VerbHome, true)}}}
	case "drill.start":
		return d.opened(d.openDrill(ctx))
	case "declare":
		return d.opened(d.openDeclare(ctx, ""))
	case "incident.show":
		s := d.home(ctx)
		return answer{say: &s}
	case "file.keep":
		return d.keepFiles(ctx, v.Ref)
	case "step.show":
		return d.showStep(ctx, v.Ref)
	}
	cmd, stop := d.atOnce(ctx, x, v)
	if stop != nil {
		return answer{say: stop}
	}
	if cmd == nil {
		return answer{say: &saying{text: d.t("stale.card")}}
	}
	res, ok, say := d.do(ctx, cmd)
	switch {
	case !ok && d.wants(chat.VerbDone) == "step.done":
		return d.ask(ctx, pressed{ask: true, id: x.id}, v)
	case !ok:
		return answer{say: &say}
	case x.id == "notice.draft":
		s, opened := d.form(ctx, "notice.edit", res.Outcome.Ref, chat.Command{})
		if opened {
			return answer{}
		}
		return answer{say: &s}
	case res.Outcome.Code == "" || quiet(res.Outcome.Code):
		return answer{}
	}
	return answer{say: &say}
}

// ask opens the form of a button.
func (d *deed) ask(ctx context.Context, x pressed, v chat.Value) answer {
	switch x.id {
	case "declare":
		return d.opened(d.openDeclare(ctx, ""))
	case "drill.start":
		return d.opened(d.openDrill(ctx))
	}
	if stop := d.stale(ctx, x, v); stop != nil {
		return answer{say: stop}
	}
	s, opened := d.form(ctx, x.id, v.Ref, chat.Command{})
	if opened {
		return answer{}
	}
	return answer{say: &s}
}

// showStep shows the current step card, with a link to where it hangs.
func (d *deed) showStep(ctx context.Context, ref string) answer {
	v, err := d.view(ctx)
	if err != nil {
		s := d.trouble(err)
		return answer{say: &s}
	}
	if cur := v.S.Currents(); v.S.Step(ref) == nil || v.S.Step(ref).Closed() {
		if len(cur) > 0 {
			ref = cur[0].Ref
		}
	}
	s := d.show(ctx, v, "step/"+ref)
	if post, ok := v.S.Posts["step/"+ref]; ok && len(s.cards) > 0 {
		if link := d.b.permalink(ctx, post.Channel, post.TS, ""); link != "" {
			s.cards[0].Actions = append(s.cards[0].Actions, chat.Action{Label: d.t("inc.tostep"), URL: link})
		}
	}
	return answer{say: &s}
}

// atOnce makes the command of a button that needs no form; stop says why not.
func (d *deed) atOnce(ctx context.Context, x pressed, v chat.Value) (cmd incident.Command, stop *saying) {
	if stop = d.stale(ctx, x, v); stop != nil {
		return nil, stop
	}
	switch x.id {
	case "incident.take":
		return incident.TakeCharge{}, nil
	case "perm.tell":
		person, class, _ := strings.Cut(v.Ref, "#")
		return incident.AskPerson{Person: person, Class: incident.Class(class)}, nil
	case "step.take":
		return incident.Take{Step: v.Ref}, nil
	case "step.done":
		return incident.Done{Step: v.Ref}, nil
	case "step.confirm":
		return incident.Confirm{Step: v.Ref}, nil
	case "step.unblock":
		return incident.Unblock{Step: v.Ref}, nil
	case "notice.draft":
		step, dest, _ := strings.Cut(v.Ref, "#")
		return incident.DraftNotice{Dest: dest, Step: step}, nil
	case "notice.submit":
		return incident.SubmitNotice{Notice: v.Ref}, nil
	case "escalation.ack":
		return incident.Ack{Esc: v.Ref}, nil
	case "escalation.delegate":
		return incident.Delegate{Esc: v.Ref}, nil
	case "escalation.call":
		return incident.CallMe{Esc: v.Ref}, nil
	case "report.same":
		return incident.MakeReport{Same: true}, nil
	case "report.snooze":
		return incident.SnoozeReport{}, nil
	case "handover.accept":
		return incident.AcceptHandover{Handover: v.Ref}, nil
	case "role.return":
		return incident.ReturnRole{Role: v.Ref}, nil
	case "escalation.rang":
		esc, person, _ := strings.Cut(v.Ref, "#")
		return incident.Rang{Esc: esc, Person: person}, nil
	case "roster.agree", "roster.refuse":
		return incident.AgreeDuty{ID: v.Ref, No: x.id == "roster.refuse"}, nil
	case "roster.accept":
		return incident.AcceptDuty{ID: v.Ref}, nil
	}
	return d.shared(ctx, x, v), nil
}

// shared is the command of a button that means the same on every surface; nil
// for one that means nothing, or asks for something to be filled in.
func (d *deed) shared(ctx context.Context, x pressed, v chat.Value) incident.Command {
	switch x.id {
	case "step.arm", "step.inform", "phase.start", "run.start":
	default:
		return nil
	}
	view, err := d.view(ctx)
	if err != nil {
		return nil
	}
	did, err := d.b.drawer(ctx, d.id, d.who.lang).Deed(view, x.id, v, nil)
	if err != nil {
		return nil
	}
	return did.Command
}
