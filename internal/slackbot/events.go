package slackbot

import (
	"cmp"
	"context"
	"regexp"
	"strings"

	"irbot/internal/chat"
)

// pin is the reaction that puts a message into the timeline.
const pin = "pushpin"

// onEvent works on an event. Own messages and those of other bots are nobody's
// act.
func (b *Bot) onEvent(ctx context.Context, in inbound) answer {
	e := &in.event.Inner
	switch e.Type {
	case "reaction_added", "reaction_removed":
		if e.Reaction == pin && e.Item.Type == "message" {
			return b.onPin(ctx, in, e.Type == "reaction_added")
		}
	case "app_home_opened":
		if e.Tab == "home" || e.Tab == "" {
			member := e.User
			return answer{after: func(ctx context.Context) error { return b.openHome(ctx, member) }}
		}
	case "app_mention":
		return b.onMention(ctx, in)
	case "message":
		return b.onMessage(ctx, in)
	case "member_joined_channel", "channel_archive", "channel_rename":
	}
	return answer{}
}

// onMessage listens to messages: commands behind a full-width slash, what is
// written to the bot, edits of what was kept.
func (b *Bot) onMessage(ctx context.Context, in inbound) answer {
	e := &in.event.Inner
	if e.Subtype == "message_changed" {
		return b.onEdit(ctx, in)
	}
	plain := e.Subtype == "" || e.Subtype == "file_share" || e.Subtype == "thread_broadcast"
	if !plain || e.User == "" || e.BotID != "" {
		return answer{}
	}
	b.said.put(message{channel: e.Channel, ts: e.TS, thread: e.ThreadTS, user: e.User, text: e.Text, files: e.Files})
	if strings.HasPrefix(e.Channel, "D") {
		return b.typedTo(ctx, in, e.Text)
	}
	site := b.svc.Site()
	r := chat.Parse(typed(e.Text), chat.Context{Incident: b.incidentOf(ctx, e.Channel), Now: b.svc.Now(), Zone: site.Zone, Roots: []string{strings.TrimPrefix(b.o.Command, "/"), "irbot"}})
	if r.Kind != chat.Answer {
		return answer{}
	}
	d := b.deedOf(ctx, in)
	s := d.answer(r.Reply)
	s.channel, s.thread = e.Channel, e.ThreadTS
	return answer{say: &s}
}

func (b *Bot) deedOf(ctx context.Context, in inbound) *deed {
	e := &in.event.Inner
	channel := cmp.Or(e.Channel, e.Item.Channel)
	return &deed{b: b, who: b.people.who(e.User, b.people.name(e.User)), request: in.key(), channel: channel, thread: e.ThreadTS, id: b.incidentOf(ctx, channel)}
}

var leading = regexp.MustCompile(`^\s*<@[A-Z0-9]+(?:\|[^>]*)?>[\s:、,]*`)

// onMention reads what follows @irbot as a command.
func (b *Bot) onMention(ctx context.Context, in inbound) answer {
	text := in.event.Inner.Text
	if !leading.MatchString(text) {
		return answer{} // spoken of, not to
	}
	return b.typedTo(ctx, in, leading.ReplaceAllString(text, ""))
}

// typedTo does what was written to the bot, with the files that came along.
func (b *Bot) typedTo(ctx context.Context, in inbound, text string) answer {
	e := &in.event.Inner
	d := b.deedOf(ctx, in)
	s := saying{}
	verb, rest := firstWord(typed(text))
	switch {
	case len(e.Files) > 0 && isEvidence(verb) && d.id != "":
		s = d.attachAll(ctx, e.Files, rest, e.TS)
	case len(e.Files) > 0 && d.id == "" && !isVerb(verb):
		s = d.fileSent(ctx, e.Files, typed(text), e.TS)
	case len(e.Files) > 0 && d.id == "" && isEvidence(verb):
		s = d.fileSent(ctx, e.Files, rest, e.TS)
	default:
		s, _ = d.run(ctx, typed(text))
	}
	s.channel, s.thread = e.Channel, e.ThreadTS
	return answer{say: &s, failed: d.failed, unheard: d.failed}
}

func firstWord(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	for i, r := range s {
		if r == ' ' || r == '\u3000' || r == '\n' {
			return s[:i], strings.TrimSpace(s[i:])
		}
	}
	return s, ""
}

func isEvidence(word string) bool {
	for _, w := range chat.VerbEvidence.Words() {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
