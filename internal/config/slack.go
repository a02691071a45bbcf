package config

import (
	"regexp"
	"strings"

	"irbot/internal/problem"
)

var (
	commandForm = regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`)
	channelForm = regexp.MustCompile(`^[CG][A-Z0-9]{2,30}$`)
)

// slack reads the Slack part. Tokens in the environment or a file are enough
// to switch it on; `enabled: true` makes a missing token an error.
func (b *builder) slack() {
	r := b.raw.Slack
	s := Slack{
		Command: r.Command, APIURL: strings.TrimRight(r.APIURL, "/"), Listen: r.Listen,
		AnnounceChannel: r.AnnounceChannel, Broadcast: r.Broadcast,
		BotToken:      b.secret(source{"slack.bot_token", EnvBotToken, r.BotTokenFile, r.BotToken}),
		AppToken:      b.secret(source{"slack.app_token", EnvAppToken, r.AppTokenFile, r.AppToken}),
		SigningSecret: b.secret(source{"slack.signing_secret", EnvSigningSecret, r.SigningSecretFile, r.SigningSecret}),
	}
	given := !s.BotToken.IsZero() || !s.AppToken.IsZero() || !s.SigningSecret.IsZero()
	s.Enabled = r.Enabled || given
	if b.doc.Has("slack.enabled") && !r.Enabled && given {
		s.Enabled = true
		b.warn("slack.enabled", says{
			problem.Say("enabled: false ですが、トークンがあるので Slack を使います", "enabled is false, yet Slack is used because a token is given"),
			problem.Say("環境変数のトークンは設定ファイルより優先します", "a token in the environment wins over the file"),
			problem.Say("使わないならトークンを外し、使うなら enabled: true にしてください", "take the token away to keep Slack off, or write enabled: true"),
		})
	}
	b.cfg.Slack = s
	if !s.Enabled {
		return
	}
	b.slackTokens(s)
	b.slackRest(s)
}

func (b *builder) slackTokens(s Slack) {
	if s.BotToken.IsZero() {
		b.missing("slack.bot_token", EnvBotToken, problem.Say("Slack に書き込めません", "nothing can be posted to Slack"),
			problem.Say("Slack の「OAuth & Permissions」の xoxb- で始まるトークン", "the token beginning with xoxb- from “OAuth & Permissions”"))
	}
	if s.AppToken.IsZero() && s.SigningSecret.IsZero() {
		b.missing("slack.app_token", EnvAppToken, problem.Say("Slack からの操作を受け取れません", "nothing pressed in Slack would arrive"),
			problem.Say("Socket Mode 用の xapp- で始まるトークン（HTTP で受けるなら %s）", "the token beginning with xapp- for Socket Mode (or %s for HTTP)", EnvSigningSecret))
	}
	b.prefix("slack.bot_token", s.BotToken, "xoxb-")
	b.prefix("slack.app_token", s.AppToken, "xapp-")
}

func (b *builder) missing(key, env string, why, which problem.Words) {
	b.fail(key, says{
		problem.Say("Slack を使う設定ですが、%s がありません", "Slack is switched on, but %s is missing", key), why,
		problem.Words{
			JA: "環境変数 " + env + " か " + key + "_file に、" + which.JA + "を入れてください。使わないなら slack.enabled を false に",
			EN: "put into the variable " + env + " or into " + key + "_file: " + which.EN + "; or set slack.enabled to false",
		},
	})
}

// prefix catches tokens pasted into each other's place. The value itself is
// never shown.
func (b *builder) prefix(key string, s Secret, want string) {
	if s.IsZero() || strings.HasPrefix(s.Reveal(), want) {
		return
	}
	b.fail(key, says{
		problem.Say("このトークンは %s で始まっていません", "this token does not begin with %s", want),
		problem.Say("別の種類のトークンでは Slack に断られます", "Slack refuses a token of another kind"),
		problem.Say("%s で始まるトークンを入れてください（ボット用は xoxb-、アプリ用は xapp-）", "give the token that begins with %s (bot: xoxb-, app: xapp-)", want),
	})
}

func (b *builder) slackRest(s Slack) {
	if !commandForm.MatchString(s.Command) {
		b.fail("slack.command", says{
			problem.Say("コマンド「%s」は使えません", "the command %q cannot be used", s.Command),
			problem.Say("Slack のコマンドは / で始まる半角小文字 32 字までです", "a Slack command is / and up to 31 small letters"),
			problem.Say("例: /incident（他のアプリと重なるなら /irbot）", "for example /incident, or /irbot if another app has it"),
		})
	}
	if s.APIURL != "" {
		b.safeURL("slack.api_url", s.APIURL)
	}
	if b.cfg.SlackMode() == SlackHTTP {
		if local, ok := b.listen("slack.listen", s.Listen); ok && !local {
			b.warn("slack.listen", says{
				problem.Say("Slack の受け口がこの機器の外に開いています（%s、暗号化なし）", "the Slack listener is open to other machines (%s, without encryption)", s.Listen),
				problem.Say("署名は確かめますが、内容は経路で読めます", "signatures are checked, but content can be read on the way"),
				problem.Say("127.0.0.1 で待ち受け、HTTPS の中継（リバースプロキシ）を前に置いてください", "listen on 127.0.0.1 behind an HTTPS reverse proxy"),
			})
		}
	}
	for key, id := range map[string]string{"slack.announce_channel": s.AnnounceChannel} {
		if id != "" && !channelForm.MatchString(id) {
			b.fail(key, says{
				problem.Say("チャンネル「%s」は ID ではありません", "the channel %q is not an id", id),
				problem.Say("名前は後から変わるので使えません", "names change and cannot be relied on"),
				problem.Say("Slack のチャンネル詳細の一番下にある C… の ID を書いてください", "write the id C… shown at the bottom of the channel's details"),
			})
		}
	}
}
