package slackbot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

// patience is how long a message to a person may hang before the next means is tried.
const patience = 8 * time.Second

const (
	burst      = 3  // messages to one channel without a pause
	lookBack   = 50 // messages looked through for one that may have arrived before
	eventName  = "irbot_envelope"
	payloadKey = "id"
)

var (
	errAway    = errors.New("slack is away")
	errNoRoom  = errors.New("the incident has no channel yet")
	errNoCard  = errors.New("there is no such card")
	errNotHere = errors.New("notices do not go by Slack")
)

// Send implements notify.Sender for what goes to Slack: the channel of an
// incident, posts in it, and messages to people. The receipt is
// CHANNEL:TIMESTAMP.
func (b *Bot) Send(ctx context.Context, e notify.Envelope) (notify.Receipt, error) {
	switch e.Kind {
	case notify.KindOpen, notify.KindPost:
		// No RetryAfter here and below: the outbox would hold pages back, too.
		if !b.state.ready(ctx) {
			b.missed(ctx, e)
			return notify.Receipt{}, &notify.Failure{Class: notify.Temporary, Err: errAway}
		}
	case notify.KindNotice:
		return notify.Receipt{}, &notify.Failure{Class: notify.Permanent, Err: errNotHere}
	}
	v, err := b.svc.View(ctx, e.Incident)
	if err != nil {
		return notify.Receipt{}, &notify.Failure{Class: notify.Temporary, Err: err}
	}
	if e.Kind == notify.KindPost && !v.S.Lost[surface].IsZero() {
		return notify.Receipt{}, &notify.Failure{Class: notify.Temporary, Err: errAway}
	}
	if e.Kind == notify.KindOpen {
		return b.openRoom(ctx, v, e)
	}
	to := e.To
	if e.Kind == notify.KindPost {
		if announcement(e.Card) {
			to = e.To
		} else if to = cmp.Or(v.S.Channels[surface], e.To); to == "" {
			return notify.Receipt{}, &notify.Failure{Class: notify.Temporary, Err: errNoRoom}
		}
	}
	if e.Kind != notify.KindPost {
		// Whoever has another means must not wait for a Slack that does not answer.
		var done context.CancelFunc
		ctx, done = context.WithTimeout(ctx, patience)
		defer done()
	}
	return b.sendCard(ctx, v, e, to)
}

// missed records on an incident that was opened while Slack is away that it is:
// its posts then wait until Slack is back, and are not tried again and again.
func (b *Bot) missed(ctx context.Context, e notify.Envelope) {
	up, since := b.Up()
	if up {
		return
	}
	if e.At.After(since) {
		since = e.At
	}
	if err := b.svc.Surface(ctx, []string{e.Incident}, surface, false, since); err != nil {
		b.log.Error("record that Slack is away", "incident", e.Incident, "err", err)
	}
}

// sendCard draws and posts one card.
func (b *Bot) sendCard(ctx context.Context, v *incident.View, e notify.Envelope, to string) (notify.Receipt, error) {
	lang := b.lang()
	if e.Kind != notify.KindPost {
		lang = b.langOfMember(to)
	}
	c, ok := b.card(ctx, v, e.Card, lang)
	if !ok {
		return notify.Receipt{}, &notify.Failure{Class: notify.Permanent, Err: fmt.Errorf("draw %q: %w", e.Card, errNoCard)}
	}
	if e.Repeat {
		if r, found := b.alreadyThere(ctx, to, e); found {
			return r, nil
		}
		if e.Kind == notify.KindPage {
			c.Footer = b.o.Words.T(lang, "esc.repeat") + " " + c.Footer
		}
	}
	old, had := v.S.Posts[e.Card]
	d := b.lay(v, e.Card, c)
	ch, ts, err := b.postCard(ctx, to, d, e.ID)
	if err != nil {
		return notify.Receipt{}, failure(err)
	}
	b.sync.sent(v.S.ID, e.Card, ts, d, v.Now)
	if had && old.TS != ts {
		b.sync.retire(v.S.ID, e.Card, extraPost{channel: old.Channel, ts: old.TS, lang: lang})
	}
	return notify.Receipt{ID: ch + ":" + ts}, nil
}

func (b *Bot) langOfMember(member string) chat.Lang {
	if p, ok := b.o.Person(member); ok {
		return b.langOf(p)
	}
	return b.lang()
}

// postCard posts a card, recognisable by the id of its envelope.
func (b *Bot) postCard(ctx context.Context, to string, d drawn, id string) (ch, ts string, err error) {
	if err := wait(ctx, b.gates.take("post "+to, burst, time.Second)); err != nil {
		return "", "", &notify.Failure{Class: notify.Temporary, Err: err}
	}
	err = b.call(ctx, "chat.postMessage", func(ctx context.Context) error {
		ch, ts, err = b.api.PostMessageContext(ctx, to,
			slack.MsgOptionText(d.text, false), slack.MsgOptionBlocks(d.blocks...),
			slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
			slack.MsgOptionMetadata(slack.SlackMetadata{EventType: eventName, EventPayload: map[string]any{payloadKey: id}}))
		return err
	})
	return ch, ts, err
}

// alreadyThere looks for a message whose sending ended without an answer.
func (b *Bot) alreadyThere(ctx context.Context, to string, e notify.Envelope) (notify.Receipt, bool) {
	channel := to
	if to != "" && (to[0] == 'U' || to[0] == 'W') {
		id, err := b.dm(ctx, to)
		if err != nil {
			b.log.Warn("open the DM to look for a message", "err", err)
			return notify.Receipt{}, false
		}
		channel = id
	}
	ts, err := b.findByID(ctx, channel, e.ID)
	if err != nil {
		b.log.Warn("look for a message that may have arrived", "id", e.ID, "err", err)
	}
	if ts == "" {
		return notify.Receipt{}, false
	}
	return notify.Receipt{ID: channel + ":" + ts, Note: "found after a lost answer"}, true
}

// findByID is the timestamp of the message with an envelope's id; "" if it is
// not among the last ones.
func (b *Bot) findByID(ctx context.Context, channel, id string) (string, error) {
	var list []slack.Message
	err := b.call(ctx, "conversations.history", func(ctx context.Context) error {
		h, err := b.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: channel, Limit: lookBack, IncludeAllMetadata: true})
		if err == nil {
			list = h.Messages
		}
		return err
	})
	if err != nil {
		return "", err
	}
	for _, m := range list {
		if m.Metadata.EventType == eventName && m.Metadata.EventPayload[payloadKey] == id {
			return m.Timestamp, nil
		}
	}
	return "", nil
}
