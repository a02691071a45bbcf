package chat

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"irbot/internal/incident"
)

// Extension is by how much a target is extended where no length was given.
const Extension = 15 * time.Minute

// Deed is what a press or a form asks of the rules.
type Deed struct {
	Command incident.Command
	At      time.Time // when it happened, if stated; zero: now
}

// InputError says which input of a form cannot be used, as a key of the
// catalogue.
type InputError struct {
	Input string
	Key   string
	Args  []any
}

// Error is the key, for logs; surfaces show the wording beside the input.
func (e *InputError) Error() string { return e.Input + ": " + e.Key }

// ErrNoDeed says that an action only shows something and asks nothing of the
// rules (step.show, notice.open, …), or is not known.
var ErrNoDeed = errors.New("the action does nothing by itself")

// Deed turns a press (action id, button value) and the inputs of its form into
// a command of the rules, the same on every surface. Choices of more than one
// are joined by commas. Approving is not among them: surfaces that show the
// full text build incident.ApproveNotice themselves. The error is an
// *InputError or wraps ErrNoDeed.
func (d Drawer) Deed(v *incident.View, action string, val Value, in map[string]string) (Deed, error) {
	p := d.pen(v)
	x := deed{p: p, ref: val.Ref, in: in}
	for _, group := range []func(string) incident.Command{x.step, x.entry, x.decision, x.notice, x.duty, x.roster, x.lead, x.cargo, x.fact, x.plan} {
		cmd := group(action)
		if x.err != nil {
			return Deed{}, x.err
		}
		if cmd == nil {
			continue
		}
		at := x.past("when")
		if x.err != nil {
			return Deed{}, x.err
		}
		if x.at.IsZero() {
			x.at = at
		}
		return Deed{Command: cmd, At: x.at}, nil
	}
	return Deed{}, fmt.Errorf("do %s: %w", action, ErrNoDeed)
}

// deed reads the inputs of one form.
type deed struct {
	p   *pen
	ref string
	in  map[string]string
	at  time.Time
	err error
}

// past reads a time that has been; empty is zero.
func (x *deed) past(id string) time.Time { return x.moment(id, ParseTime) }

// ahead reads a time to come; empty is zero.
func (x *deed) ahead(id string) time.Time { return x.moment(id, ParseDeadline) }

func (x *deed) moment(id string, parse func(string, time.Time, *time.Location) (time.Time, error)) time.Time {
	s := strings.TrimSpace(x.in[id])
	if s == "" {
		return time.Time{}
	}
	t, err := parse(s, x.p.v.Now, x.p.zone)
	if err != nil && x.err == nil {
		x.err = &InputError{Input: id, Key: "cmd.badtime", Args: []any{"word", Truncate(OneLine(s), 40)}}
	}
	return t
}

// minutes reads a length in minutes; empty is 15.
func (x *deed) minutes(id string) time.Duration {
	s := fold(strings.TrimSpace(x.in[id]))
	if s == "" {
		return Extension
	}
	g := reMinutes.FindStringSubmatch(s)
	if g == nil {
		x.err = &InputError{Input: id, Key: "cmd.badtime", Args: []any{"word", Truncate(OneLine(s), 40)}}
		return 0
	}
	return time.Duration(atoi(g[1])) * time.Minute
}

// reason is the typed reason, with the words of a preset where one was tapped.
func (x *deed) reason() string {
	preset := x.preset()
	if preset == "" {
		return x.in["reason"]
	}
	return joinNonEmpty(": ", x.p.Words.Or(x.p.Lang, "step.preset."+preset, preset), x.in["reason"])
}

// preset is the reason that was tapped; "" where it was the one in words, which
// then have to be there.
func (x *deed) preset() string {
	preset := x.in["preset"]
	if preset != otherReason {
		return preset
	}
	if strings.TrimSpace(x.in["reason"]) == "" && x.err == nil {
		x.err = &InputError{Input: "reason", Key: "err.input.missing", Args: []any{"field", x.p.t("field.reason")}}
	}
	return ""
}

func (x *deed) step(action string) incident.Command {
	switch action {
	case "step.take":
		return incident.Take{Step: x.ref}
	case "step.assign":
		if x.in["person"] == "" && x.err == nil { // nobody chosen is not oneself
			x.err = &InputError{Input: "person", Key: "err.input.missing", Args: []any{"field", x.p.t("field.person")}}
		}
		return incident.Take{Step: x.ref, Person: x.in["person"]}
	case "step.done":
		return incident.Done{Step: x.ref, Value: x.in["value"]}
	case "step.confirm":
		return incident.Confirm{Step: x.ref, Value: x.in["value"]}
	case "step.block":
		return incident.Block{Step: x.ref, Reason: x.reason()}
	case "step.unblock":
		return incident.Unblock{Step: x.ref, Note: x.in["note"]}
	case "step.skip":
		return incident.Skip{Step: x.ref, Preset: x.preset(), Reason: x.in["reason"]}
	case "step.na":
		return incident.NotApplicable{Step: x.ref, Reason: x.in["reason"]}
	case "step.reopen":
		return incident.Reopen{Step: x.ref, Reason: x.in["reason"]}
	case "step.arm":
		step, n, _ := strings.Cut(x.ref, "#")
		return incident.ArmAt(step, atoi(n))
	case "step.inform":
		return incident.InformAt(x.ref)
	case "phase.start":
		run, no, _ := incident.ParsePhase(x.ref)
		return incident.StartPhase{Run: run, Phase: no}
	case "run.start":
		step, book, _ := strings.Cut(x.ref, "#")
		return incident.StartRun{Step: step, Runbook: book}
	case "step.extend":
		return incident.Extend{Step: x.ref, By: x.minutes("minutes"), Reason: x.in["reason"]}
	}
	return nil
}

func (x *deed) entry(action string) incident.Command {
	switch action {
	case "note.add":
		return x.note()
	case "evidence.add":
		return incident.AddEvidence{File: x.in["file"], Hash: x.in["hash"], Words: x.in["words"], Where: x.in["where"], Step: x.ref}
	case "caution.add":
		return incident.AddCaution{Text: x.in["text"]}
	case "caution.lift":
		return incident.LiftCaution{N: atoi(x.ref), Reason: x.in["reason"]}
	case "entry.undo":
		return incident.Undo{}
	case "entry.strike":
		return incident.Strike{Entry: int64(atoi(x.ref)), Reason: x.in["reason"]}
	case "entry.answer":
		return incident.Answer{Entry: int64(atoi(x.ref)), Result: x.in["result"]}
	case "report.make":
		return x.report()
	case "report.same":
		return incident.MakeReport{Same: true}
	case "report.snooze":
		return incident.SnoozeReport{By: Extension}
	}
	return nil
}

// note reads a row of the timeline: its fields, or a text in the form of a
// typed row.
func (x *deed) note() incident.Command {
	l := Line{Text: x.in["text"], From: x.in["from"], To: x.in["to"]}
	if l.From == "" && l.To == "" && strings.TrimSpace(x.in["when"]) == "" {
		l = ParseLine(l.Text, x.p.v.Now, x.p.zone)
	}
	if l.HasTime {
		x.at = l.At
	}
	marks := x.in["marks"]
	return incident.AddNote{From: l.From, To: l.To, Text: l.Text, Step: x.ref,
		Important: l.Important || strings.Contains(marks, "important"), Open: l.Open || strings.Contains(marks, "open"), Origin: x.in["origin"], Conf: x.in["conf"]}
}

func (x *deed) report() incident.Command {
	last := x.p.v.Text(x.p.s.LastReport())
	var r incident.MakeReport
	for i := range reportItems() {
		id := fmt.Sprintf("item%d", i+1)
		value := x.in[id]
		if contains(strings.ReplaceAll(x.in["same"], ",", " "), id) {
			value = last[id]
		}
		r.Items = append(r.Items, value)
	}
	r.Next = x.ahead("next")
	return r
}

func (x *deed) decision(action string) incident.Command {
	id, choice, _ := strings.Cut(x.ref, "#")
	switch action {
	case "decision.make":
		if chosen := x.in["choice"]; chosen != "" {
			choice = chosen
		}
		c := incident.Decide{Choice: choice, Basis: x.in["basis"], Review: x.ahead("review")}
		if x.p.s.Decision(id) != nil {
			c.Decision = id
		} else {
			c.Step = id
		}
		return c
	case "decision.ask":
		return incident.AskInfo{Decision: id, What: x.in["text"]}
	case "decision.object":
		return incident.Object{Decision: id, Why: x.in["reason"]}
	case "decision.open":
		c := incident.OpenDecision{Question: x.in["question"], Decider: x.in["decider"], Known: x.in["known"], Unknown: x.in["unknown"], Objects: objectionWindow}
		for _, line := range strings.Split(x.in["options"], "\n") {
			if text, note, _ := strings.Cut(strings.TrimSpace(line), " / "); text != "" {
				c.Options = append(c.Options, incident.Option{Text: text, Note: note})
			}
		}
		if until := x.ahead("until"); !until.IsZero() {
			c.Within = until.Sub(x.p.v.Now)
		}
		return c
	}
	return nil
}

// objectionWindow is how long strong objections are heard (UX 1.2, 07:02).
const objectionWindow = 3 * time.Minute

func (x *deed) notice(action string) incident.Command {
	id, arg, _ := strings.Cut(x.ref, "#")
	switch action {
	case "notice.draft":
		return incident.DraftNotice{Dest: arg, Step: id}
	case "notice.new":
		return incident.DraftNotice{Dest: x.in["dest"]}
	case "notice.edit":
		return incident.EditNotice{Notice: id, Subject: x.in["subject"], Body: x.in["body"], TLP: x.in["tlp"]}
	case "notice.submit":
		return incident.SubmitNotice{Notice: id}
	case "notice.return":
		return incident.ReturnNotice{Notice: id, Why: x.in["reason"]}
	case "notice.withdraw":
		return incident.WithdrawNotice{Notice: id, Why: x.in["reason"]}
	case "notice.phoned":
		return incident.PhonedNotice{Notice: id, Who: x.in["who"], Reply: x.in["reply"], Receipt: x.in["receipt"]}
	case "notice.receipt":
		return incident.ReceiptNotice{Notice: id, Receipt: x.in["receipt"]}
	case "message.resolve":
		return incident.ResolveMessage{Msg: id, As: arg, Why: x.in["reason"]}
	}
	return nil
}

func (x *deed) lead(action string) incident.Command {
	switch action {
	case "incident.take":
		return incident.TakeCharge{Runbook: x.in["runbook"]}
	case "escalation.ack":
		return incident.Ack{Esc: x.ref}
	case "escalation.phoneack":
		return incident.Ack{Esc: x.ref, Person: x.in["person"], Words: x.in["words"]}
	case "escalation.delegate":
		return incident.Delegate{Esc: x.ref}
	case "escalation.call":
		return incident.CallMe{Esc: x.ref}
	case "escalation.jump":
		esc, level, _ := strings.Cut(x.ref, "#")
		if level == "" {
			level = x.in["level"]
		}
		return incident.Jump{Esc: esc, Level: atoi(level), Reason: x.in["reason"]}
	case "escalation.further":
		return incident.Further{Esc: x.ref, Reason: x.in["reason"]}
	case "escalation.rang":
		esc, person, _ := strings.Cut(x.ref, "#")
		return incident.Rang{Esc: esc, Person: person, Words: x.in["words"]}
	case "role.return":
		return incident.ReturnRole{Role: x.ref, Reason: x.in["reason"]}
	case "escalation.start":
		return incident.Escalate{Role: x.in["role"], Reason: x.in["reason"]}
	case "role.assign":
		return incident.AssignRole{Role: x.in["role"], Person: x.in["person"]}
	case "severity.set":
		return incident.SetSeverity{Level: atoi(x.in["level"]), Reason: x.in["reason"]}
	case "handover.offer":
		return incident.OfferHandover{Role: x.in["role"], To: x.in["person"], Words: x.in["words"]}
	case "handover.accept":
		return incident.AcceptHandover{Handover: x.ref}
	case "incident.close":
		return incident.Close{Reason: x.in["reason"]}
	case "incident.force":
		return incident.Close{Reason: x.in["reason"], Override: true}
	}
	return nil
}
