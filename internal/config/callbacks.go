package config

import (
	"strings"

	"irbot/internal/notify"
	"irbot/internal/problem"
)

// Callbacks is where carriers of SMS and voice report on messages.
type Callbacks struct {
	Listen    string // host:port; "" takes nothing in
	PublicURL string // the address carriers reach, without a final slash
	TLSCert   string // files of the console, "" without TLS
	TLSKey    string
}

type shapeCallbacks struct {
	Listen    string `mapstructure:"listen"`
	PublicURL string `mapstructure:"public_url"`
}

// callbacks reads the section callbacks.
func (b *builder) callbacks() {
	r := b.raw.Callbacks
	out := Callbacks{Listen: r.Listen, PublicURL: strings.TrimRight(r.PublicURL, "/"), TLSCert: b.cfg.Console.TLSCert, TLSKey: b.cfg.Console.TLSKey}
	b.cfg.Callbacks = out
	used := ""
	for _, g := range b.cfg.Gateways {
		if g.Status != "" {
			used = g.ID
		}
	}
	if r.Listen == "" {
		if used != "" {
			b.fail("callbacks.listen", says{
				problem.Say("経路「%s」は届いたかの知らせを受ける設定ですが、待ち受けがありません", "the gateway %q takes delivery reports, but nothing listens for them", used),
				problem.Say("知らせが届かず、届いたかどうか分からないままになります", "no report would arrive and nothing would ever count as delivered"),
				problem.Say("callbacks.listen と callbacks.public_url を書くか、status を消してください", "write callbacks.listen and callbacks.public_url, or remove status"),
			})
		}
		return
	}
	if used == "" {
		b.fail("callbacks.listen", says{
			problem.Say("届いたかの知らせを受ける経路がありません", "no gateway takes delivery reports"),
			problem.Say("待ち受けを開けても、だれの知らせも受けません", "the address would be open for nobody"),
			problem.Say("gateways に status: token などを書くか、listen: \"\" にしてください", "write status: token at a gateway, or listen: \"\""),
		})
	}
	b.safeURL("callbacks.public_url", r.PublicURL)
	if local, ok := b.listen("callbacks.listen", r.Listen); ok && !local && out.TLSCert == "" {
		b.fail("callbacks.listen", says{
			problem.Say("暗号化なしで、この機器の外から受ける設定です（%s）", "reports would come from other machines without encryption (%s)", r.Listen),
			problem.Say("知らせの印が盗み見られます", "the tokens of the reports could be read on the network"),
			problem.Say("listen: 127.0.0.1:8645 に戻すか、console の tls_cert と tls_key を書いてください", "go back to listen: 127.0.0.1:8645, or give tls_cert and tls_key of the console"),
		})
	}
}

// minStatusSecret is the shortest secret that a report is verified with, in
// characters.
const minStatusSecret = 16

// status checks how a gateway's carrier reports.
func (b *builder) status(at string, g Gateway) {
	if g.Status == "" {
		return
	}
	b.oneOf(at+".status", g.Status, []string{"token", "twilio", "signed"})
	switch {
	case g.Means == notify.Webhook:
		b.fail(at+".status", says{
			problem.Say("webhook に status は使えません", "a webhook has no status"),
			problem.Say("届いたかの知らせがあるのは SMS と音声だけです", "only carriers of SMS and voice report"),
			problem.Say("status を消してください", "remove status"),
		})
	case g.Status == "twilio" && g.Format != "form":
		b.fail(at+".format", says{
			problem.Say("status: twilio は format: form の経路のものです", "status: twilio belongs to format: form"),
			problem.Say("署名の形が合わず、知らせはすべて断られます", "the signature has another form and every report would be refused"),
			problem.Say("format: form と書くか、status: token にしてください", "write format: form, or status: token"),
		})
	case len(g.Secret.Reveal()) < minStatusSecret:
		b.fail(at+".secret", says{
			problem.Say("経路「%s」の秘密がないか、短すぎます", "the secret of the gateway %q is missing or too short", g.ID),
			problem.Say("だれでも偽の「届いた」を送れてしまいます", "anybody could send false reports"),
			problem.Say("secret_env か secret_file で %d 文字以上の秘密を渡してください", "give %d characters or more by secret_env or secret_file", minStatusSecret),
		})
	}
}
