package slackbot

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// sent is a form a person sent.
type sent struct {
	*deed
	n    note
	in   values
	view slack.View
	at   time.Time         // stated moment
	bad  map[string]string // what is wrong, by input
}

// onSubmit works on a form that was sent: commit first, then the form closes.
// Where something is wrong or nothing was recorded the form stays open, with
// everything that was typed.
func (b *Bot) onSubmit(ctx context.Context, in inbound) answer {
	p := in.press
	s := &sent{view: p.View, in: valuesOf(p.View), bad: map[string]string{}}
	if json.Unmarshal([]byte(p.View.PrivateMetadata), &s.n) != nil {
		return answer{}
	}
	s.deed = &deed{b: b, who: b.people.who(p.User.ID, pick(p.User.Profile.DisplayName, p.User.Name)), request: in.key(), id: s.n.Incident, channel: s.n.Channel, thread: s.n.Thread}
	switch s.n.Form {
	case "show":
		return answer{}
	case "drill":
		return s.drilled(ctx)
	case "declare":
		return s.declared(ctx)
	case "record":
		return s.record(ctx)
	case "approve":
		return s.approve(ctx)
	case "evidence.add":
		return s.evidence(ctx)
	case "notice.edit":
		return s.edited(ctx)
	case "notice.new":
		return s.drafted(ctx)
	case "timeline.export":
		return s.exported(ctx)
	}
	cmd, err := s.command(), error(nil)
	if ofChat(s.n.Form) {
		if cmd, err = s.chatCommand(ctx); err != nil {
			s.bad[s.first()] = s.trouble(err).text
		}
	}
	if len(s.bad) > 0 {
		return s.errors()
	}
	if cmd == nil {
		return answer{}
	}
	act := s.who.act(s.key())
	act.At = s.at
	res, ok, say := s.doAct(ctx, act, cmd)
	return s.close(ctx, res, ok, say)
}

// close ends a form: closed where it was recorded, else open with the reason.
func (s *sent) close(_ context.Context, res incident.Result, ok bool, say saying) answer {
	if !ok {
		s.bad[pick(s.inputOf(s.refusal), s.first())] = say.text
		ans := s.errors()
		ans.failed = s.failed
		if len(say.actions) > 0 { // a form shows words only; the button that tells somebody comes beside it
			ans.after = s.tellHere(say)
		}
		return ans
	}
	if res.Outcome.Code == "" || quiet(res.Outcome.Code) {
		return answer{}
	}
	return answer{after: s.tellHere(say)}
}

// quiet are outcomes that the changed card says already.
func quiet(code string) bool {
	switch code {
	case "dec.made", "step.blocked", "escalation.acked", "report.made", "role.set":
		return true
	}
	return false
}

// tellHere shows something to the person where they are.
func (d *deed) tellHere(say saying) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if d.channel != "" && d.channel[0] != 'D' {
			return d.b.whisper(ctx, d.channel, d.who.slack, say)
		}
		return d.b.direct(ctx, d.who.slack, say)
	}
}

// first is the input under which a general error is shown.
func (s *sent) first() string {
	if all := s.inputs(); len(all) > 0 {
		return all[0]
	}
	return ""
}

// inputs are the ids of the inputs of the form, in order.
func (s *sent) inputs() []string {
	var out []string
	for _, x := range s.view.Blocks.BlockSet {
		if in, ok := x.(*slack.InputBlock); ok {
			out = append(out, in.BlockID)
		}
	}
	return out
}

// errors keeps the form open; without an input to show them at, the form shows
// them as its text.
func (s *sent) errors() answer {
	var words []string
	for id, e := range s.bad {
		s.bad[id] = cut(e, 1500)
		words = append(words, e)
		if id == "" {
			f := chat.Form{Title: "irbot", Cancel: s.t("slk.shut"), Body: []chat.Block{{Kind: chat.Warn, Text: strings.Join(words, "\n")}}}
			v := modal(f, note{Form: "show"})
			return answer{payload: slack.NewUpdateViewSubmissionResponse(&v)}
		}
	}
	return answer{payload: slack.NewErrorsViewSubmissionResponse(s.bad)}
}

// moment reads a typed time; ahead looks forward.
func (s *sent) moment(id string, ahead bool) time.Time {
	words := s.in.text(id)
	if words == "" {
		return time.Time{}
	}
	read := chat.ParseTime
	if ahead {
		read = chat.ParseDeadline
	}
	at, err := read(words, s.b.svc.Now(), s.b.svc.Site().Zone)
	if err != nil {
		s.bad[id] = s.t("cmd.badtime", "word", words)
	}
	return at
}

// reasoned joins a preset and what was typed beside it.
func (s *sent) reasoned() string {
	preset, text := s.in["preset"].SelectedOption, s.in.text("text")
	if preset.Value == "other" || preset.Value == "" {
		if text == "" {
			s.bad["text"] = s.b.o.Words.Refusal(s.who.lang, "input.missing", map[string]string{"field": "reason"})
		}
		return text
	}
	word := ""
	if preset.Text != nil {
		word = preset.Text.Text
	}
	return strings.TrimSpace(strings.Join([]string{word, text}, " "))
}

// command makes the rule's command of a form; nil where there is none.
func (s *sent) command() incident.Command {
	group, _, _ := strings.Cut(s.n.Form, ".")
	switch group {
	case "step":
		return s.stepCommand()
	case "notice", "message":
		return s.noticeCommand()
	case "decision":
		return s.decisionCommand()
	}
	text := s.in.text("text")
	switch s.n.Form {
	case "note.add":
		s.at = s.moment("at", false)
		marks := s.in.many("marks")
		return incident.AddNote{From: s.in.text("from"), To: s.in.text("to"), Text: text, Step: s.n.Ref,
			Important: contains(marks, "important"), Open: contains(marks, "open"), Origin: s.in.text("origin"), Conf: s.in.text("conf")}
	case "caution.add":
		return incident.AddCaution{Text: text}
	case "escalation.phoneack":
		return incident.Ack{Esc: s.n.Ref, Person: s.in.text("person"), Words: text}
	case "escalation.start":
		return incident.Escalate{Role: s.in.text("role"), Reason: text}
	case "report.make":
		return s.report()
	case "role.assign":
		return incident.AssignRole{Role: s.in.text("role"), Person: s.in.text("person")}
	case "handover.offer":
		return incident.OfferHandover{Role: s.in.text("role"), To: s.in.text("person"), Words: text}
	case "duty.dismiss":
		return incident.DismissDuty{Duty: s.n.Ref, Why: text}
	case "duty.done":
		return incident.MeetDuty{Duty: s.n.Ref, Proof: text}
	case "duty.confirm":
		return incident.ConfirmDuty{Duty: s.n.Ref, Why: text}
	case "incident.close":
		return incident.Close{Reason: text}
	case "incident.force":
		return incident.Close{Reason: text, Override: true}
	}
	return nil
}

func (s *sent) stepCommand() incident.Command {
	ref, text := s.n.Ref, s.in.text("text")
	switch s.n.Form {
	case "step.done":
		s.at = s.moment("at", false)
		return incident.Done{Step: ref, Value: s.in.text("value")}
	case "step.confirm":
		s.at = s.moment("at", false)
		return incident.Confirm{Step: ref, Value: s.in.text("value")}
	case "step.block":
		return incident.Block{Step: ref, Reason: s.reasoned()}
	case "step.skip":
		return incident.Skip{Step: ref, Reason: s.reasoned(), Preset: s.in.text("preset")}
	case "step.reopen":
		return incident.Reopen{Step: ref, Reason: text}
	case "step.na":
		return incident.NotApplicable{Step: ref, Reason: text}
	case "step.assign":
		return incident.Take{Step: ref, Person: s.in.text("person")}
	case "step.extend":
		by, err := time.ParseDuration(s.in.text("minutes") + "m")
		if err != nil {
			by = chat.Extension
		}
		return incident.Extend{Step: ref, By: by, Reason: text}
	}
	return nil
}

func (s *sent) noticeCommand() incident.Command {
	ref, text := s.n.Ref, s.in.text("text")
	switch s.n.Form {
	case "notice.return":
		return incident.ReturnNotice{Notice: ref, Why: text}
	case "notice.phoned":
		s.at = s.moment("at", false)
		return incident.PhonedNotice{Notice: ref, Who: s.in.text("who"), Reply: text, Receipt: s.in.text("receipt")}
	case "notice.receipt":
		return incident.ReceiptNotice{Notice: ref, Receipt: text}
	case "message.resolve":
		msg, as, _ := strings.Cut(ref, "#")
		return incident.ResolveMessage{Msg: msg, As: as, Why: text}
	}
	return nil
}

func (s *sent) decisionCommand() incident.Command {
	ref, _, _ := strings.Cut(s.n.Ref, "#")
	switch s.n.Form {
	case "decision.make":
		d := incident.Decide{Choice: s.in.text("choice"), Basis: s.in.text("basis"), Review: s.in.moment("review")}
		if strings.HasPrefix(ref, "D") {
			d.Decision = ref
		} else {
			d.Step = ref
		}
		return d
	case "decision.ask":
		return incident.AskInfo{Decision: ref, What: s.in.text("text")}
	case "decision.object":
		return incident.Object{Decision: ref, Why: s.in.text("text")}
	case "decision.open":
		d := incident.OpenDecision{Question: s.in.text("question"), Decider: s.in.text("decider"), Known: s.in.text("known"), Unknown: s.in.text("unknown")}
		for line := range strings.Lines(s.in.text("options")) {
			if line = strings.TrimSpace(line); line != "" {
				d.Options = append(d.Options, incident.Option{Text: line})
			}
		}
		if due := s.moment("within", true); !due.IsZero() {
			d.Within = max(time.Minute, due.Sub(s.b.svc.Now()))
		}
		return d
	}
	return nil
}

// report reads a status report. A text too long for its input comes back cut;
// where nobody touched it, the whole of it stays.
func (s *sent) report() incident.Command {
	r := incident.MakeReport{Next: s.moment("next", true)}
	v, err := s.deed.view(context.Background())
	for i := range itemKeys() {
		id := "item" + string(rune('1'+i))
		text := s.in.text(id)
		if err == nil {
			if last := v.Text(v.S.LastReport())[id]; contains(s.in.many("same"), id) || text != "" && text == strings.TrimSpace(cut(last, maxInput)) {
				text = last
			}
		}
		r.Items = append(r.Items, text)
	}
	return r
}
