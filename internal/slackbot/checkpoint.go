package slackbot

import (
	"context"

	"github.com/slack-go/slack"
)

// Say posts preformatted text into a channel once; id makes the message
// recognisable, so that one which may have arrived is not posted again. The
// text must hold nothing that somebody else wrote.
func (b *Bot) Say(ctx context.Context, channel, id, text string) error {
	if ts, err := b.findByID(ctx, channel, id); err == nil && ts != "" {
		return nil
	}
	block := slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, "```\n"+text+"```", false, true), nil, nil)
	_, _, err := b.postCard(ctx, channel, drawn{text: text, blocks: []slack.Block{block}}, id)
	return err
}
