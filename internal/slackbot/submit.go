package slackbot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
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
	s.deed = &deed{b: b, who: b.people.who(p.User.ID, cmp.Or(p.User.Profile.DisplayName, p.User.Name)), request: in.key(), id: s.n.Incident, channel: s.n.Channel, thread: s.n.Thread}
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
	case "step.done":
		if len(s.in["file"].Files) > 0 {
			return s.photoDone(ctx)
		}
	case "notice.edit":
		return s.edited(ctx)
	case "notice.new":
		return s.drafted(ctx)
	case "timeline.export":
		return s.exported(ctx)
	case "incident.close", "incident.force":
		if !s.mayClose(ctx) {
			return s.errors()
		}
	}
	cmd, err := s.command(ctx)
	if err != nil {
		s.bad[s.first()] = s.trouble(err).text
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
		s.bad[cmp.Or(s.inputOf(s.refusal), s.first())] = say.text
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

// command reads a form the way every surface reads it. What cannot be read is
// said at its input.
func (s *sent) command(ctx context.Context) (incident.Command, error) {
	v, err := s.deed.view(ctx)
	if err != nil {
		return nil, err
	}
	draw := s.b.drawer(ctx, s.id, s.who.lang)
	val := chat.Value{Incident: s.id, Ref: s.n.Ref, Seq: s.n.Seq}
	in := s.in.flat()
	if f, ok := draw.Form(v, s.n.Form, val); ok {
		whole(f, in)
	}
	x, err := draw.Deed(v, s.n.Form, val, in)
	var bad *chat.InputError
	switch {
	case errors.As(err, &bad):
		s.bad[bad.Input] = s.t(bad.Key, bad.Args...)
		return nil, nil
	case errors.Is(err, chat.ErrNoDeed):
		return nil, nil
	}
	s.at = x.At
	return x.Command, err
}

// whole puts back what had to be cut for its input, where nobody touched it.
func whole(f chat.Form, in map[string]string) {
	for _, x := range f.Inputs {
		most := maxInput
		if x.Max > 0 {
			most = min(most, x.Max)
		}
		if text := in[x.ID]; text != "" && text == strings.TrimSpace(cut(x.Value, most)) {
			in[x.ID] = x.Value
		}
	}
}

// flat is what was filled in, as chat reads it: one text an input, several
// choices joined by commas.
func (v values) flat() map[string]string {
	out := map[string]string{}
	for id := range v {
		text := v.text(id)
		if v[id].SelectedOption.Value == noOption {
			text = ""
		}
		if many := v.many(id); len(many) > 0 {
			text = strings.Join(many, ",")
		}
		if at := v.moment(id); !at.IsZero() {
			text = at.Format(time.RFC3339)
		}
		out[id] = text
	}
	return out
}

// inputOf is the input a refusal is about, where its code names one: the
// sentence then stands where the person has to type.
func (s *sent) inputOf(r *incident.Refusal) string {
	if r == nil {
		return ""
	}
	_, word, _ := strings.Cut(r.Code, ".")
	for _, id := range []string{r.Args["field"], word, map[string]string{"past": "to", "time": "to", "far": "to", "range": "from", "nobody": "told_words", "unknown": "level", "state": "state", "need_reason": "reason", "need_value": "value", "need_kept": "file", "need_basis": "basis", "proof": "proof"}[word]} {
		if id != "" && slices.Contains(s.inputs(), id) {
			return id
		}
	}
	return ""
}

// noOption stands for the option with the empty id (all functions): Slack takes
// no empty value.
const noOption = "-"
