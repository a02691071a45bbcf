package slackbot

import (
	"errors"
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// The ways Slack reaches irbot.
const (
	ModeSocket = "socket"
	ModeHTTP   = "http"
)

var (
	errCommand = errors.New("a command is / and up to 31 small letters, digits, - or _")
	errMode    = errors.New("mode is socket or http")
	commandOK  = regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`)
)

// manifestHost stands for the address people put in for signed HTTP.
const manifestHost = "https://irbot.example.jp"

// Manifest is the app manifest in YAML that an operator pastes into Slack to
// make the app: for Socket Mode, or with request addresses for signed HTTP.
// It asks for no more than irbot uses.
func Manifest(command, mode string) ([]byte, error) {
	if !commandOK.MatchString(command) {
		return nil, fmt.Errorf("manifest for %q: %w", command, errCommand)
	}
	if mode != ModeSocket && mode != ModeHTTP {
		return nil, fmt.Errorf("manifest for %q: %w", mode, errMode)
	}
	type m = map[string]any
	url := func(path string) string { return manifestHost + path }
	slash := m{"command": command, "description": "インシデントを宣言・進める / declare and run an incident",
		"usage_hint": "宣言 | 完了 4 | メモ 0840 県警>CSIRT 到着 | ヘルプ", "should_escape": true}
	events := m{"bot_events": []string{
		"app_home_opened", "app_mention", "message.channels", "message.groups", "message.im", "reaction_added", "reaction_removed",
	}}
	interactivity := m{"is_enabled": true}
	settings := m{"event_subscriptions": events, "interactivity": interactivity, "org_deploy_enabled": false, "socket_mode_enabled": mode == ModeSocket, "token_rotation_enabled": false}
	if mode == ModeHTTP {
		slash["url"] = url("/slack/commands")
		events["request_url"] = url("/slack/events")
		interactivity["request_url"] = url("/slack/interactive")
	}
	out, err := yaml.Marshal(m{
		"display_information": m{"name": "irbot", "description": "港湾のインシデント対応 / incident response for ports", "background_color": "#14324a"},
		"features": m{
			"app_home": m{"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false},
			"bot_user": m{"display_name": "irbot", "always_online": true},
			"shortcuts": []m{
				{"name": "インシデントを宣言", "type": "global", "callback_id": "declare", "description": "異常を知らせる / declare an incident"},
				{"name": "クロノロに記録", "type": "message", "callback_id": "record_note", "description": "この発言を記録に残す / keep this message"},
			},
			"slash_commands": []m{slash},
		},
		"oauth_config": m{"scopes": m{"bot": scopes()}},
		"settings":     settings,
	})
	if err != nil {
		return nil, fmt.Errorf("write manifest: %w", err)
	}
	return out, nil
}

// scopes are the rights of the bot; each is used (SLACK.md 3).
func scopes() []string {
	return []string{
		"commands",                        // the slash command and the shortcuts
		"chat:write",                      // cards, pages, confirmations
		"channels:manage", "groups:write", // open the incident channel, invite, set the topic
		"channels:read", "groups:read", // find a channel again after a lost answer, names of channels that a kept message speaks of
		"channels:history", "groups:history", "im:history", // full-width commands, edits, a message that got 📌, a post whose answer was lost
		"im:write",                      // the DM for an export
		"app_mentions:read",             // @irbot
		"reactions:read",                // 📌
		"pins:write", "bookmarks:write", // the status card and the way to the console
		"files:read", "files:write", // evidence in, exports out
		"users:read", // names of people who are not in the directory
	}
}
