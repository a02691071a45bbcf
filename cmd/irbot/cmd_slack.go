package main

import (
	"context"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/config"
	"irbot/internal/slackbot"
)

func (c *cli) slackCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "slack", Short: c.say("Slackにつなぐ準備", "prepare the connection to Slack"), Example: "  irbot slack manifest > manifest.yaml\n  irbot slack check"}
	var overHTTP bool
	manifest := &cobra.Command{
		Use: "manifest", Short: c.say("Slackアプリの設定（manifest）を表示する", "print the app manifest"), Args: c.args(0, 0),
		Long: c.say("api.slack.com/apps の「From a manifest」に貼ります。Socket Mode なら外からのポートは要りません。",
			"Paste it at api.slack.com/apps, From a manifest. With Socket Mode no port has to be open."),
		Example: "  irbot slack manifest > manifest.yaml\n  irbot slack manifest --http",
		RunE:    func(*cobra.Command, []string) error { return c.slackManifest(overHTTP) },
	}
	manifest.Flags().BoolVar(&overHTTP, "http", false, c.say("署名つきHTTP用", "for signed HTTP"))
	check := &cobra.Command{
		Use: "check", Short: c.say("トークンをSlackに確かめる", "ask Slack whether the tokens are good"), Args: c.args(0, 0),
		Example: "  irbot slack check",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.slackCheck(cmd.Context()) },
	}
	cmd.AddCommand(manifest, check)
	return cmd
}

// slackManifest prints YAML: for Socket Mode unless signed HTTP is wanted or
// configured.
func (c *cli) slackManifest(overHTTP bool) error {
	command, mode := "/incident", slackbot.ModeSocket
	if cfg, err := c.loadOrSample(); err == nil {
		if cfg.Slack.Command != "" {
			command = cfg.Slack.Command
		}
		overHTTP = overHTTP || cfg.SlackMode() == config.SlackHTTP
	}
	if overHTTP {
		mode = slackbot.ModeHTTP
	}
	out, err := slackbot.Manifest(command, mode)
	if err != nil {
		return err
	}
	return c.answer("slack.manifest", map[string]string{"manifest": string(out), "mode": mode}, func() { c.printf("%s", out) })
}

func (c *cli) slackCheck(ctx context.Context) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if cfg.SlackMode() == config.SlackOff {
		return &problem{exit: exitFound, code: "slack.off", what: c.say("Slackは設定されていません", "Slack is not configured"),
			why: c.say("トークンがありません", "there is no token"), fix: "export IRBOT_SLACK_BOT_TOKEN=xoxb-… IRBOT_SLACK_APP_TOKEN=xapp-…"}
	}
	client := &http.Client{Timeout: 15 * time.Second}
	who, err := slackbot.Check(ctx, cfg.Slack.BotToken.Reveal(), cfg.Slack.AppToken.Reveal(), cfg.Slack.APIURL, client)
	if err != nil {
		return &problem{exit: exitAway, code: "slack.refused", what: c.say("Slackがトークンを受け付けません", "Slack does not take the token"), why: err.Error(),
			fix: c.say("api.slack.com/apps でトークンを作り直し、環境変数に入れてください", "make a new token at api.slack.com/apps and put it into the environment")}
	}
	return c.answer("slack.check", who, func() {
		c.printf("[ OK ] %s  %s  %s\n", who.Team, who.User, who.URL)
	}, "irbot serve")
}
