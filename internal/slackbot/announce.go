package slackbot

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// announcement tells a card for everybody from one of the incident's channel.
func announcement(card string) bool { return strings.HasPrefix(card, "announce/") }

// callsAll tells that a card is the news of a real incident of severity 1. Its
// end is news too, but nobody has to come for that.
func callsAll(card string, s *incident.Incident) bool {
	return announcement(card) && s.Severity == 1 && !s.Drill && !strings.HasPrefix(card, "announce/closed/")
}

// broadcast calls everybody who is at their desk. Slack asks programs to do so
// only where the operator has said that they may.
func broadcast(d drawn) drawn {
	d.blocks = append([]slack.Block{slack.NewSectionBlock(mrk("<!here>"), nil, nil)}, d.blocks...)
	return d
}

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
