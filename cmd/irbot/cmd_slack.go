package main

import (
	"github.com/spf13/cobra"
)

func (c *cli) slackCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "slack", Short: c.say("Slackにつなぐ準備", "prepare the connection to Slack"), Example: "  irbot slack manifest > manifest.yaml\n  irbot slack check"}
	return cmd
}
