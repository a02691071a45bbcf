package main

import (
	"context"
	"net"
	"strconv"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/notify"
	"irbot/internal/notify/sms"
)

// mail tries to reach the mail server; nothing is sent.
func (d *doctor) mail(ctx context.Context) {
	title, m := d.say("メール", "Mail"), d.cfg.Mail
	if m.Host == "" {
		d.add(finding{ID: "mail", State: stateOff, Title: title, Message: d.say("未設定。通知は印刷と電話原稿までになります", "not set up: notices are read out on the phone"), Fix: "config.yaml mail.host"})
		return
	}
	port := m.Port
	if port == 0 {
		port = map[string]int{"implicit-tls": 465, "none-loopback-only": 25}[m.TLS]
	}
	if port == 0 {
		port = 587
	}
	addr := net.JoinHostPort(m.Host, strconv.Itoa(port))
	conn, err := (&net.Dialer{Timeout: 3 * time.Second}).DialContext(ctx, "tcp", addr)
	if err != nil {
		d.add(finding{ID: "mail", State: stateBad, Title: title, Message: d.say(addr+" につながりません: ", "cannot reach "+addr+": ") + d.c.words.Trouble(d.c.lang, err.Error(), 200), Fix: "config.yaml mail.host"})
		return
	}
	_ = conn.Close()
	d.add(finding{ID: "mail", State: stateOK, Title: title, Message: d.say(addr+" につながります", addr+" answers")})
}

// gateways reads their templates as the server does; nothing is sent.
func (d *doctor) gateways() {
	if len(d.cfg.Gateways) == 0 {
		return
	}
	title := d.say("SMS・音声・webhook", "Gateways")
	var names []string
	for _, g := range d.cfg.Gateways {
		names = append(names, g.ID)
		if g.Means == notify.Webhook {
			continue
		}
		if _, err := sms.New(gatewayConfig(g)); err != nil {
			d.add(finding{ID: "gateways", State: stateBad, Title: title, Message: chat.OneLine(err.Error()), Fix: "config.yaml gateways: " + g.ID})
			return
		}
	}
	d.add(finding{ID: "gateways", State: stateOK, Title: title, Message: strings.Join(names, ", ") + d.say("（送ってはいません）", " (nothing was sent)")})
}

// answerLinks tells where mails and SMS carry no link by which they are answered.
func (d *doctor) answerLinks() {
	phones := false
	for _, g := range d.cfg.Gateways {
		phones = phones || g.Means == notify.SMS
	}
	if d.cfg.Mail.Host == "" && !phones || reachable(d.cfg) {
		return
	}
	d.add(finding{
		ID: "answers", State: stateNote, Title: d.say("答えるリンク", "Answer links"),
		Message: d.say("メールとSMSに答えるリンクが入りません。"+d.cfg.URL()+" はこの機器からしか開けません", "mail and SMS carry no link to answer: "+d.cfg.URL()+" opens on this machine only"),
		Fix:     "config.yaml console.public_url",
	})
}
