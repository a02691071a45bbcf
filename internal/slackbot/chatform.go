package slackbot

import (
	"context"
	"errors"
	"slices"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// noOption stands for the option with the empty id (all functions): Slack takes
// no empty value.
const noOption = "-"

// chatForm is a form that every surface shares, laid out as chat makes it; ok
// is false where there is none of that name.
func (a *asked) chatForm(ctx context.Context, name string) (chat.Form, bool) {
	draw := a.d.b.drawer(ctx, a.d.id, a.d.who.lang)
	f, ok := draw.Form(a.v, name, chat.Value{Incident: a.d.id, Ref: a.ref, Seq: a.v.S.Seq})
	if name == "moment.set" {
		fill := chat.MomentFill(a.cmd, a.v.Site.Zone)
		for i := range f.Inputs {
			f.Inputs[i].Value = pick(fill[f.Inputs[i].ID], f.Inputs[i].Value)
		}
	}
	return f, ok
}

// ofChat tells whether a form was made by chat, which then reads it, too.
func ofChat(name string) bool { return builders()[name] == nil }

// chatCommand reads a form of chat the way the console reads it. What cannot be
// read is said at its input.
func (s *sent) chatCommand(ctx context.Context) (incident.Command, error) {
	v, err := s.deed.view(ctx)
	if err != nil {
		return nil, err
	}
	draw := s.b.drawer(ctx, s.id, s.who.lang)
	x, err := draw.Deed(v, s.n.Form, chat.Value{Incident: s.id, Ref: s.n.Ref, Seq: s.n.Seq}, s.in.flat())
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
	for _, id := range []string{r.Args["field"], word, map[string]string{"past": "to", "time": "to", "far": "to", "range": "from", "nobody": "told_words", "unknown": "level", "state": "state"}[word]} {
		if id != "" && slices.Contains(s.inputs(), id) {
			return id
		}
	}
	return ""
}
