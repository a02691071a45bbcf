package config

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"irbot/internal/directory"
	"irbot/internal/notify"
	"irbot/internal/problem"
)

var (
	addressForm = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)
	hostForm    = regexp.MustCompile(`^[A-Za-z0-9:.\[\]-]{1,253}$`)
	headerForm  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
)

func (b *builder) mail() {
	r := b.raw.Mail
	if r.Host == "" {
		b.mailOff(r)
		return
	}
	b.cfg.Mail = Mail{
		Host: r.Host, Port: r.Port, TLS: r.TLS, User: r.User, From: r.From, FromName: r.FromName, ReplyTo: r.ReplyTo,
		Timeout: r.Timeout, Fallback: r.Fallback, SMIMECert: b.path(r.SMIMECert), SMIMEKey: b.path(r.SMIMEKey),
		Password: b.secret(source{"mail.password", EnvMailPassword, r.PasswordFile, r.Password}),
	}
	if (r.SMIMECert == "") != (r.SMIMEKey == "") {
		b.fail("mail.smime_cert", says{
			problem.Say("smime_cert と smime_key の片方だけがあります", "only one of smime_cert and smime_key is given"),
			problem.Say("証明書と鍵がそろわないと署名できません", "signing needs both the certificate and its key"),
			problem.Say("両方を書くか、両方を消してください", "write both, or neither"),
		})
	}
	b.file("mail.smime_cert", r.SMIMECert)
	b.file("mail.smime_key", r.SMIMEKey)
	if !hostForm.MatchString(r.Host) || r.Port < 0 || r.Port > 65535 {
		b.fail("mail.host", says{
			problem.Say("メールサーバー「%s」（番号 %d）が読めません", "the mail server %q (port %d) is not understood", r.Host, r.Port),
			problem.Say("host は名前だけ、port は 1〜65535 の数です", "host is a bare name, port a number from 1 to 65535"),
			problem.Say("host: smtp.example.jp と port: 587 のように分けて書いてください", "write host: smtp.example.jp and port: 587 apart"),
		})
	}
	b.oneOf("mail.tls", r.TLS, []string{"mandatory", "implicit-tls", "none-loopback-only"})
	if r.TLS == "none-loopback-only" && !loopback(r.Host) {
		b.fail("mail.tls", says{
			problem.Say("暗号化なしは同じ機器のメールサーバーに限ります（%s は別の機器）", "mail without encryption is for a server on this machine only (%s is not)", r.Host),
			problem.Say("通知の内容とパスワードが経路で読めます", "notices and the password could be read on the way"),
			problem.Say("tls: mandatory（STARTTLS）か implicit-tls にしてください", "write tls: mandatory (STARTTLS) or implicit-tls"),
		})
	}
	if r.User != "" && b.cfg.Mail.Password.IsZero() {
		b.fail("mail.password", says{
			problem.Say("メールの利用者 %s のパスワードがありません", "there is no password for the mail user %s", r.User),
			problem.Say("メールサーバーに断られ、通知も上申も届きません", "the server would refuse every notice and page"),
			problem.Say("環境変数 %s か mail.password_file に入れてください", "put it into the variable %s or into mail.password_file", EnvMailPassword),
		})
	}
	b.address("mail.from", r.From, true)
	b.address("mail.reply_to", r.ReplyTo, false)
	b.atLeast("mail.timeout", r.Timeout, time.Second, false)
}

// mailOff tells of settings that do nothing because the server is not named.
func (b *builder) mailOff(r shapeMail) {
	if r.User == "" && r.From == "" && r.PasswordFile == "" && !b.doc.Has("mail.password") {
		return
	}
	b.fail("mail.host", says{
		problem.Say("メールの設定がありますが、host がありません", "there are mail settings, but no host"),
		problem.Say("どのサーバーにも送られず、効いているつもりになります", "nothing would be sent although it looks set up"),
		problem.Say("host: にメールサーバーの名前を書くか、mail: の中身を消してください", "write the server's name under host:, or empty the mail: block"),
	})
}

func (b *builder) address(key, s string, needed bool) {
	if s == "" && !needed || addressForm.MatchString(s) {
		return
	}
	b.fail(key, says{
		problem.Say("メールアドレス「%s」は使えません", "the mail address %q cannot be used", s),
		problem.Say("差出人がないか形が違うと、サーバーに断られます", "without a proper sender servers refuse the mail"),
		problem.Say("irbot@example.jp のような半角のアドレスだけを書いてください（名前は from_name へ）", "write a plain address such as irbot@example.jp (a name goes into from_name)"),
	})
}

func (b *builder) gateways() {
	seen, carrier := map[string]string{}, map[string]string{}
	for i, r := range b.raw.Gateways {
		at := fmt.Sprintf("gateways[%d]", i)
		b.id(at+".id", r.ID, seen)
		b.cfg.Gateways = append(b.cfg.Gateways, b.gateway(at, r))
		if first, ok := carrier[r.Means]; ok && r.Means != string(notify.Webhook) {
			b.warn(at+".means", says{
				problem.Say("経路 %s は使われません", "the gateway %s is not used", r.ID),
				problem.Say("%s は先に書いた %s が運びます。届かないときは連絡先一覧の次の手段になります", "%s goes by %s, which stands first; where that fails, the next means of the directory follows", r.Means, first),
				problem.Say("使うほうを先に書き、ほかは消してください", "write the one to use first, and remove the other"),
			})
		} else {
			carrier[r.Means] = r.ID
		}
	}
}

func (b *builder) gateway(at string, r shapeGateway) Gateway {
	g := Gateway{
		ID: r.ID, Means: notify.Means(r.Means), URL: r.URL, Format: r.Format, User: r.User, From: r.From, Body: r.Body,
		Timeout: r.Timeout, Status: r.Status, Secret: b.secret(source{at + ".secret", r.SecretEnv, r.SecretFile, r.Secret}),
	}
	if g.Timeout == 0 {
		g.Timeout = 30 * time.Second
	}
	if g.Format == "" {
		g.Format = "json"
	}
	b.oneOf(at+".means", r.Means, []string{string(notify.SMS), string(notify.Voice), string(notify.Webhook)})
	b.oneOf(at+".format", g.Format, []string{"json", "form", "pagerduty"})
	if g.Format == "pagerduty" && g.Means != notify.Webhook {
		b.fail(at+".format", says{
			problem.Say("pagerduty は webhook の形式です", "pagerduty is a form of webhooks"),
			problem.Say("SMS や音声の経路としては使えません", "it carries no SMS and no voice"),
			problem.Say("means: webhook にしてください", "write means: webhook"),
		})
	}
	b.status(at, g)
	b.safeURL(at+".url", r.URL)
	b.atLeast(at+".timeout", g.Timeout, time.Second, false)
	if r.SecretEnv != "" && g.Secret.IsZero() {
		b.fail(at+".secret_env", says{
			problem.Say("環境変数 %s が空です", "the variable %s is empty", r.SecretEnv),
			problem.Say("この経路（%s）は認証に失敗します", "the gateway %s would be refused", r.ID),
			problem.Say("環境変数に値を入れるか、secret_file を使ってください", "set the variable, or use secret_file"),
		})
	}
	if g.User != "" && g.Secret.IsZero() || g.Means == notify.Webhook && g.Secret.IsZero() {
		b.fail(at+".secret", says{
			problem.Say("経路 %s の秘密（パスワードか署名鍵）がありません", "the gateway %s has no secret (password or signing key)", r.ID),
			problem.Say("相手が本物の irbot からと確かめられません", "the other side could not tell that it is irbot"),
			problem.Say("secret_env か secret_file を書いてください", "write secret_env or secret_file"),
		})
	}
	for j, h := range r.Headers {
		key := fmt.Sprintf("%s.headers[%d]", at, j)
		if !headerForm.MatchString(h.Name) || strings.ContainsAny(h.Value, "\r\n\x00") {
			b.fail(key, says{
				problem.Say("ヘッダー「%s」は使えません", "the header %q cannot be used", h.Name),
				problem.Say("名前は半角、値は一行でなければなりません", "a name is ASCII and a value is one line"),
				problem.Say("{name: X-Api-Key, value: …} の形で書いてください", "write it as {name: X-Api-Key, value: …}"),
			})
		}
		g.Headers = append(g.Headers, Header{Name: h.Name, Value: NewSecret(h.Value)})
	}
	return g
}

// reach warns, once everything else holds, about people whom irbot cannot
// reach by itself: they can only be phoned by hand.
func (b *builder) reach() {
	auto := map[notify.Means]bool{}
	for _, m := range b.cfg.Means() {
		auto[m] = true
	}
	var names []string
	for _, p := range b.cfg.Directory.People {
		if !anyAuto(p.Reach, auto) {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return
	}
	b.warn("directory", says{
		problem.Say("irbot から自動で届く手段のない人が %d 人います（%s）", "%d people cannot be reached by irbot itself (%s)", len(names), short(names)),
		problem.Say("この人たちへの上申は、電話を手でかける手順になります", "paging them means phoning by hand"),
		problem.Say("mail:、slack: または gateways: を設定し、連絡先一覧に手段を足してください", "set up mail:, slack: or gateways:, and add a means to the directory"),
	})
}

// hooks warns about webhooks of the directory that no gateway carries: a page
// there would only find out at the moment it is needed.
func (b *builder) hooks() {
	known := map[string]bool{}
	for _, g := range b.cfg.Gateways {
		known[g.ID] = known[g.ID] || g.Means == notify.Webhook
	}
	var lost []string
	note := func(name string, reach []directory.Address) {
		for _, a := range reach {
			if a.Means == notify.Webhook && !known[a.To] {
				lost = append(lost, name+": "+a.To)
			}
		}
	}
	for _, p := range b.cfg.Directory.People {
		note(p.Name, p.Reach)
	}
	for _, d := range b.cfg.Directory.Destinations {
		note(d.Name, d.Reach)
	}
	if len(lost) == 0 {
		return
	}
	b.warn("directory", says{
		problem.Say("連絡先一覧の webhook に、gateways: にない名前があります（%s）", "webhooks in the directory that no gateway carries (%s)", short(lost)),
		problem.Say("そこへの連絡は届かず、すぐ次の手段になります", "what goes there does not arrive; the next means follows at once"),
		problem.Say("to: には gateways: の id を書いてください（URL ではありません）", "write the id of a gateway into to: (not a URL)"),
	})
}

func anyAuto(reach []directory.Address, auto map[notify.Means]bool) bool {
	for _, a := range reach {
		if auto[a.Means] {
			return true
		}
	}
	return false
}

func short(names []string) string {
	if len(names) <= 3 {
		return strings.Join(names, "、")
	}
	return strings.Join(names[:3], "、") + "…"
}
