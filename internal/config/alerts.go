package config

import (
	"cmp"
	"fmt"
	"time"

	"irbot/internal/problem"
)

// Alerts is what monitored systems may tell irbot, and by which address.
type Alerts struct {
	Listen    string // host:port; "" takes nothing in
	TLSCert   string // files of the console, "" without TLS
	TLSKey    string
	Window    time.Duration // a repetition within this time is not recorded again
	Storm     int           // reports nobody has taken that one source may have open
	PerMinute int           // alerts of one source
	Sources   []AlertSource
}

// AlertSource is one system that may tell something.
type AlertSource struct {
	ID     string
	Kind   string // generic, alertmanager, heartbeat
	Name   string
	Place  string
	HMAC   bool // the secret signs
	Secret Secret
	Every  time.Duration // heartbeat
	Grace  time.Duration
}

type shapeAlerts struct {
	Listen    string             `mapstructure:"listen"`
	Window    time.Duration      `mapstructure:"window"`
	Storm     int                `mapstructure:"storm"`
	PerMinute int                `mapstructure:"per_minute"`
	Sources   []shapeAlertSource `mapstructure:"sources"`
}

type shapeAlertSource struct {
	ID         string        `mapstructure:"id"`
	Kind       string        `mapstructure:"kind"`
	Name       string        `mapstructure:"name"`
	Place      string        `mapstructure:"place"`
	Auth       string        `mapstructure:"auth"`
	SecretEnv  string        `mapstructure:"secret_env"`
	SecretFile string        `mapstructure:"secret_file"`
	Every      time.Duration `mapstructure:"every"`
	Grace      time.Duration `mapstructure:"grace"`
}

// minAlertSecret is the shortest secret of a source, in characters.
const minAlertSecret = 16

// alerts reads the section alerts.
func (b *builder) alerts() {
	r := b.raw.Alerts
	out := Alerts{
		Listen: r.Listen, TLSCert: b.cfg.Console.TLSCert, TLSKey: b.cfg.Console.TLSKey,
		Window: r.Window, Storm: r.Storm, PerMinute: r.PerMinute,
	}
	b.atLeast("alerts.window", r.Window, time.Minute, true)
	if r.Listen != "" {
		if local, ok := b.listen("alerts.listen", r.Listen); ok && !local && out.TLSCert == "" {
			b.fail("alerts.listen", says{
				problem.Say("暗号化なしで、この機器の外から受ける設定です（%s）", "alerts would come from other machines without encryption (%s)", r.Listen),
				problem.Say("送り元の秘密が LAN で盗み見られます", "the secrets of the sources could be read on the network"),
				problem.Say("listen: 127.0.0.1:8644 に戻すか、console の tls_cert と tls_key を書いてください", "go back to listen: 127.0.0.1:8644, or give tls_cert and tls_key of the console"),
			})
		}
		if len(r.Sources) == 0 {
			b.fail("alerts.sources", says{
				problem.Say("送り元が一つもありません", "no source is listed"),
				problem.Say("だれからの知らせも受けません", "nothing would be taken in"),
				problem.Say("sources: に送り元を書くか、listen: \"\" にしてください", "list them under sources:, or write listen: \"\""),
			})
		}
	}
	seen := map[string]string{}
	for i, s := range r.Sources {
		at := fmt.Sprintf("alerts.sources[%d]", i)
		b.id(at+".id", s.ID, seen)
		out.Sources = append(out.Sources, b.alertSource(at, s))
	}
	b.cfg.Alerts = out
}

func (b *builder) alertSource(at string, r shapeAlertSource) AlertSource {
	out := AlertSource{ID: r.ID, Kind: cmp.Or(r.Kind, "generic"), Name: cmp.Or(r.Name, r.ID), Place: r.Place, Every: r.Every, Grace: r.Grace}
	b.oneOf(at+".kind", out.Kind, []string{"generic", "alertmanager", "heartbeat"})
	b.oneOf(at+".auth", cmp.Or(r.Auth, "token"), []string{"token", "hmac"})
	out.HMAC = r.Auth == "hmac"
	out.Secret = b.secret(source{at + ".secret", r.SecretEnv, r.SecretFile, ""})
	if len(out.Secret.Reveal()) < minAlertSecret {
		b.fail(at+".secret_file", says{
			problem.Say("送り元「%s」の秘密がないか、短すぎます", "the secret of the source %q is missing or too short", r.ID),
			problem.Say("だれでも偽の知らせを送れてしまいます", "anybody could send false alerts"),
			problem.Say("secret_env: か secret_file: で %d 文字以上の乱数を渡してください（例: openssl rand -hex 24）", "give %d characters or more by secret_env: or secret_file: (e.g. openssl rand -hex 24)", minAlertSecret),
		})
	}
	if out.Kind == "heartbeat" {
		b.atLeast(at+".every", r.Every, 10*time.Second, false)
		if out.Grace == 0 {
			out.Grace = r.Every / 4
		}
	}
	return out
}
