package slackbot

import (
	"context"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// announcement tells a card for everybody from one of the incident's channel.
func announcement(card string) bool { return strings.HasPrefix(card, "announce/") }

// wayIn adds the way into the incident's channel.
func (b *Bot) wayIn(ctx context.Context, v *incident.View, c *chat.Card) {
	me, err := b.self(ctx)
	channel := v.S.Channels[surface]
	if err != nil || me.URL == "" || channel == "" || b.o.Private {
		return
	}
	room := chat.Action{Label: b.o.Words.T(b.lang(), "announce.room"), URL: strings.TrimRight(me.URL, "/") + "/archives/" + channel}
	c.Actions = append([]chat.Action{room}, c.Actions...)
}
