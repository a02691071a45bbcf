package main

import "irbot/internal/config"

// slackWord says in a word how Slack is connected.
func (n *node) slackWord(c *cli) string {
	switch n.cfg.SlackMode() {
	case config.SlackSocket:
		return c.say("Socket Mode でつなぎます", "by Socket Mode")
	case config.SlackHTTP:
		return c.say("署名つきHTTPで受けます "+n.cfg.Slack.Listen, "by signed HTTP on "+n.cfg.Slack.Listen)
	case config.SlackOff:
	}
	return c.say("使っていません（コンソールだけで動きます。つなぐには irbot slack manifest）", "not used: the console does it all. To connect: irbot slack manifest")
}
