package slackbot

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/slack-go/slack"
)

// Account is who the bot is in Slack.
type Account struct {
	Team string `json:"team"`
	User string `json:"user"`
	URL  string `json:"url"`
}

// Check asks Slack whether the tokens are good. Nothing is posted. The error
// says which token Slack refused, and why.
func Check(ctx context.Context, botToken, appToken, apiURL string, client *http.Client) (Account, error) {
	opts := []slack.Option{slack.OptionAppLevelToken(appToken)}
	if apiURL != "" {
		opts = append(opts, slack.OptionAPIURL(strings.TrimRight(apiURL, "/")+"/"))
	}
	if client != nil {
		opts = append(opts, slack.OptionHTTPClient(client))
	}
	api := slack.New(botToken, opts...)
	who, err := api.AuthTestContext(ctx)
	if err != nil {
		return Account{}, fmt.Errorf("bot token: %w", err)
	}
	out := Account{Team: who.Team, User: who.User, URL: who.URL}
	if appToken == "" {
		return out, nil
	}
	if _, _, err := api.StartSocketModeContext(ctx); err != nil {
		return out, fmt.Errorf("app token: %w", err)
	}
	return out, nil
}
