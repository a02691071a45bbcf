package slackbot

import (
	"context"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// entries reads entries for cards about single ones. What cannot be read is
// left out of the card, never out of the record.
func (b *Bot) entries(ctx context.Context, id string) func(from, to int64) []timeline.Entry {
	return func(from, to int64) []timeline.Entry {
		list, err := b.svc.Entries(ctx, id, from, to)
		if err != nil {
			b.log.Warn("read entries for a card", "incident", id, "err", err)
		}
		return list
	}
}

// card draws a card of an incident.
func (b *Bot) card(ctx context.Context, v *incident.View, key string, lang chat.Lang) (chat.Card, bool) {
	c, ok := b.drawer(ctx, v.S.ID, lang).Draw(v, key)
	if ok && announcement(key) {
		b.wayIn(ctx, v, &c)
	}
	return c, ok
}

// lay lays a card out for the place it is shown in.
func (b *Bot) lay(v *incident.View, key string, c chat.Card) drawn {
	d := draw(c)
	if b.o.Broadcast && callsAll(key, v.S) {
		return broadcast(d)
	}
	return d
}

// at gives the view as it would have been drawn at another moment, to tell
// what the clock alone has changed.
func at(v *incident.View, now time.Time) *incident.View {
	x := *v
	x.Now = now
	return &x
}
