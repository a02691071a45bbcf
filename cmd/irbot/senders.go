package main

import (
	"crypto/tls"
	"fmt"
	"net/url"
	"slices"
	"time"

	"irbot/internal/config"
	"irbot/internal/notify"
	"irbot/internal/notify/email"
	"irbot/internal/notify/guard"
	"irbot/internal/notify/sms"
	"irbot/internal/notify/webhook"
)

// senders builds the ways out that are configured. What belongs to a drill ends
// in the box; in a demonstration everything does.
func (n *node) senders(demo bool) (map[notify.Means]notify.Sender, error) {
	if demo {
		return n.box.Senders(notify.Mail, notify.SMS, notify.Voice, notify.Webhook, notify.Drill), nil
	}
	out := n.box.Senders(notify.Drill)
	if m := n.cfg.Mail; m.Host != "" {
		signer, err := mailSigner(m)
		if err != nil {
			return nil, err
		}
		s, err := email.New(email.Config{
			Signer: signer, Zone: n.cfg.Site.Zone,
			Host: m.Host, Port: m.Port, TLS: email.TLSPolicy(m.TLS), Username: m.User, Password: notify.Secret(m.Password.Reveal()),
			From: m.From, FromName: m.FromName, ReplyTo: m.ReplyTo, Fallback: m.Fallback, Timeout: m.Timeout,
		})
		if err != nil {
			return nil, fmt.Errorf("set up mail: %w", err)
		}
		out[notify.Mail] = s
	}
	return out, n.gateways(out)
}

// mailSigner reads what signs mails; nil where nothing does.
func mailSigner(m config.Mail) (*email.Signer, error) {
	if m.SMIMECert == "" {
		return nil, nil
	}
	cert, err := tls.LoadX509KeyPair(m.SMIMECert, m.SMIMEKey)
	if err != nil {
		return nil, fmt.Errorf("read S/MIME certificate: %w", err)
	}
	return &email.Signer{Cert: &cert, Wall: time.Now}, nil
}

// hookForm is the form of a webhook; all but PagerDuty's is irbot's own.
func hookForm(format string) string {
	if format == webhook.PagerDuty {
		return format
	}
	return ""
}

// gateways adds SMS, voice and webhooks. The first gateway of a means carries
// it; webhooks are told apart by name.
func (n *node) gateways(out map[notify.Means]notify.Sender) error {
	hooks := webhook.Config{Site: n.cfg.Site.ID, Wall: time.Now}
	for _, g := range n.cfg.Gateways {
		hooks.Guard.AllowHosts = append(hooks.Guard.AllowHosts, named(g.URL)...)
		switch {
		case g.Means == notify.Webhook:
			hooks.Endpoints = append(hooks.Endpoints, webhook.Endpoint{Name: g.ID, Form: hookForm(g.Format), URL: g.URL, Secret: notify.Secret(g.Secret.Reveal())})
		case out[g.Means] == nil:
			cfg := gatewayConfig(g)
			cfg.Callback = n.reportsBack(g)
			s, err := sms.New(cfg)
			if err != nil {
				return fmt.Errorf("set up gateway %s: %w", g.ID, err)
			}
			out[g.Means] = s
		}
	}
	if len(hooks.Endpoints) == 0 {
		return nil
	}
	s, err := webhook.New(hooks)
	if err != nil {
		return fmt.Errorf("set up webhooks: %w", err)
	}
	out[notify.Webhook] = s
	return nil
}

// named is the host of a gateway: what the operator wrote into the configuration
// may be inside the operator's own network.
func named(address string) []string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Host}
}

func gatewayConfig(g config.Gateway) sms.Config {
	cfg := sms.Config{
		Name: g.ID, URL: g.URL, Body: g.Body, User: g.User, Secret: notify.Secret(g.Secret.Reveal()), From: g.From,
		Spoken: g.Means == notify.Voice,
		Guard:  guard.Options{Timeout: g.Timeout, Rules: guard.Rules{AllowHosts: named(g.URL)}},
	}
	if g.Format == "form" {
		cfg.Preset = "twilio-form"
		if g.Body != "" {
			cfg.ContentType = "application/x-www-form-urlencoded"
		}
	}
	for _, h := range g.Headers {
		cfg.Headers = append(cfg.Headers, sms.Header{Name: h.Name, Value: notify.Secret(h.Value.Reveal())})
	}
	return cfg
}

// carried lists the means that have a sender, for the rules.
func carried(senders map[notify.Means]notify.Sender) []string {
	out := []string{}
	for m := range senders {
		out = append(out, string(m))
	}
	slices.Sort(out)
	return out
}
